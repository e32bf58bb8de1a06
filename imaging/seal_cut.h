/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_cut - a seal as a clean picture of its own
 *
 * One colour, opacity from coverage, set upright, at true size on a canvas of
 * its nominal size and a margin. What lies outside the seal, specks and haze
 * are gone. Nothing is added: a stroke that toner covers stays as faint as it
 * could be measured.
 */

#ifndef IMAGING_SEAL_CUT_H
#define IMAGING_SEAL_CUT_H

#include <stdint.h>

#include "imaging/seal_measure.h"

struct image;

struct seal_cut_options {
    double dpi, margin_mm;
    double px_per_mm;  /* of the part; 0: not known, cut at its own pixels */
    uint8_t colour[3]; /* sRGB */
};

/* RGBA; the resolution that was used, 0 when not known, in *ret_dpi. */
const struct image *seal_cut(struct arena *a, struct arena *scratch,
                             const struct ink_roi *roi,
                             const struct seal_form *form,
                             const struct seal_cut_options *options,
                             double *ret_dpi);

#endif
