/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_png - the picture of a seal in the form that is written into tokens
 *
 * An indexed PNG of one colour whose palette is a ramp of opacity. Tokens take
 * only so many bytes, so there is a ladder of forms: 16 steps of opacity, 4,
 * 2, then the same at two thirds and at half of the resolution. The first that
 * fits is taken; when none does, the smallest.
 */

#ifndef IMAGING_SEAL_PNG_H
#define IMAGING_SEAL_PNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;
struct image;

struct seal_png {
    uint8_t *bytes;
    size_t n;
    int width, height;
    double dpi; /* 0: not known, none is written */
    int levels; /* of opacity */
    int rung;   /* of the ladder, from 1 */
    bool is_small_enough;
};

/* `cut`: RGBA of one colour; max_bytes 0: no limit. */
int seal_png_write(struct arena *a, const struct image *cut, double dpi,
                   size_t max_bytes, struct seal_png *ret, struct err *e);

#endif
