/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_imprint - an impression as numbers, for comparing it with others
 *
 * How much ink lies where, set upright about the fitted centre, on a square
 * grid of one size for all seals and resolutions. Unlike the picture that is
 * cut out it is not evened out: 100 is a full layer, more is more ink, so that
 * the unevenness of one impression stays in it. What toner or a pen hides is
 * marked: nobody knows what the stamp left there.
 */

#ifndef IMAGING_SEAL_IMPRINT_H
#define IMAGING_SEAL_IMPRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "imaging/seal_measure.h"

struct arena;
struct image;

enum {
    IMPRINT_SIDE = 480,  /* samples, 48 mm */
    IMPRINT_PER_MM = 10, /* samples per millimetre */
    IMPRINT_FULL = 100,  /* a full layer */
    IMPRINT_MOST = 254,
    IMPRINT_HIDDEN = 255, /* in place of an amount: something lies over it */
    IMPRINT_BYTES = IMPRINT_SIDE * IMPRINT_SIDE,
};

struct imprint {
    const uint8_t *ink; /* IMPRINT_BYTES; NULL: there is none */
    double size_mm;     /* mean of width and height as on the grid */
    double turn_deg;    /* clockwise on the paper, taken out here */
    bool scale_known;   /* else the grid shows it as if it were 40 mm */
};

/* px_per_mm of the part; 0: not known. */
struct imprint seal_imprint_take(struct arena *a, const struct ink_roi *roi,
                                 const struct seal_form *form,
                                 double px_per_mm);

/*
 * Of a picture that was cut out and lies on white: one colour, opacity as
 * coverage. dpi <= 0: not known. False when there is hardly any ink on it or
 * it is no such picture.
 */
bool seal_imprint_of_cut(struct arena *a, const struct image *im, double dpi,
                         struct imprint *ret);

#endif
