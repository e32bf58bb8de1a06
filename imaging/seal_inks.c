/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What ink and black leave unexplained of a pixel's density (the residual of
 * ink_unmix), against that density. Noise of colour is less than a third of
 * it; gold in a red seal, or red in a blue one, leaves more than half.
 */

#include "imaging/seal_inks.h"

#include <math.h>

static const float least_density = 0.30f, most_residual = 0.35f;

static float length(const float d[3])
{
    return sqrtf(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
}

double seal_inks_foreign(const struct ink_roi *roi,
                         const struct seal_form *form)
{
    struct fit_axes axes = fit_ellipse_axes(&form->ellipse);
    double inked = 0, foreign = 0;
    for (int y = 0; y < roi->height; y++)
        for (int x = 0; x < roi->width; x++) {
            size_t i = (size_t)y * (size_t)roi->width + (size_t)x;
            const float *d = roi->density + 3 * i;
            if (fmaxf(d[0], fmaxf(d[1], d[2])) < least_density ||
                fit_axes_distance(&axes, (Point){x + 0.5, y + 0.5}) > 0)
                continue;
            float ink, black, rest[3];
            ink_unmix(roi->vector, d, &ink, &black);
            for (int c = 0; c < 3; c++)
                rest[c] = d[c] - ink * roi->vector.d[c] - black;
            inked++;
            foreign += length(rest) > most_residual * length(d);
        }
    return inked > 0 ? foreign / inked : 0;
}
