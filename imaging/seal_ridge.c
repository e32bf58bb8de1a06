/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A second difference across, a mean along: the oriented filters by which
 * ridges are found in fingerprints and in pictures of vessels, with boxes in
 * place of Gaussians. Taken of few places, so no filter goes over the whole.
 */

#include "imaging/seal_ridge.h"

#include <math.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/ink_roi.h"

enum { DIRECTIONS = 8, ALONG = 7, HALF = ALONG / 2 + 1 };

/* From a line to its sides: beyond the blur, within the gaps of characters.
 * The line is followed for ALONG of these steps. */
static const double aside_mm = 0.21, step_mm = 0.085;

/* A line of more than one layer is no hairline; chroma of toner spreads. */
static const float most = 1.0f, toner = 0.2f, toner_aside = 0.1f;

/* Of the mean along it, what the poorer half of a line has that goes on. */
static const float goes_on = 0.35f;

/* Offsets within the part to the line and to its two sides. */
struct probe {
    ptrdiff_t line[ALONG], left[ALONG], right[ALONG];
};

static ptrdiff_t offset(double x, double y, int width)
{
    return (ptrdiff_t)lround(y) * width + (ptrdiff_t)lround(x);
}

/* Returns how far from the part's edge they can be used. */
static int make_probes(struct probe p[DIRECTIONS], int width, double px_per_mm)
{
    double aside = fmax(2, aside_mm * px_per_mm);
    double step = fmax(1, step_mm * px_per_mm);
    for (int k = 0; k < DIRECTIONS; k++) {
        double c = cos(UNITS_PI * k / DIRECTIONS);
        double s = sin(UNITS_PI * k / DIRECTIONS);
        for (int i = 0; i < ALONG; i++) {
            double t = (i - ALONG / 2) * step, x = t * c, y = t * s;
            p[k].line[i] = offset(x, y, width);
            p[k].left[i] = offset(x - aside * s, y + aside * c, width);
            p[k].right[i] = offset(x + aside * s, y - aside * c, width);
        }
    }
    return (int)ceil(aside + ALONG / 2 * step) + 1;
}

static float mean(const float *v, const ptrdiff_t *at, int n)
{
    float sum = 0;
    for (int i = 0; i < n; i++)
        sum += v[at[i]];
    return sum / (float)n;
}

/* A line goes on both ways; beyond its end the mean of all would go on. */
static float along(const float *ink, const struct probe *p)
{
    float less = fminf(mean(ink, p->line, HALF),
                       mean(ink, p->line + ALONG - HALF, HALF));
    float all = mean(ink, p->line, ALONG);
    return less > goes_on * all ? all : less;
}

static float beside(const float *v, const struct probe *p)
{
    return fmaxf(mean(v, p->left, ALONG), mean(v, p->right, ALONG));
}

static float ridge_at(const struct probe probes[DIRECTIONS], const float *ink,
                      const float *black)
{
    const struct probe *best = NULL;
    float most_above = 0;
    for (const struct probe *p = probes; p < probes + DIRECTIONS; p++) {
        float line = along(ink, p);
        float above = line > most_above ? line - beside(ink, p) : 0;
        if (above > most_above) {
            most_above = above;
            best = p;
        }
    }
    return best && beside(black, best) <= toner_aside ? most_above : 0;
}

float *seal_ridges(struct arena *a, const struct ink_roi *roi, const float *ink,
                   float low, double px_per_mm)
{
    int w = roi->width, h = roi->height;
    struct probe probes[DIRECTIONS];
    int margin = make_probes(probes, w, px_per_mm);
    float *out = arena_new_array(a, (size_t)w * (size_t)h, float);
    for (int y = margin; y < h - margin; y++)
        for (int x = margin; x < w - margin; x++) {
            size_t i = (size_t)y * (size_t)w + (size_t)x;
            if (ink[i] > low && ink[i] <= most && roi->black[i] <= toner)
                out[i] = ridge_at(probes, ink + i, roi->black + i);
        }
    return out;
}
