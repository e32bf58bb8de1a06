/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * outline - printed rectangles of a known shape
 *
 * Outlines of cards and frames of certificates: darker than the paper around
 * them, their aspect known, their size not. Lengths are pixels.
 */

#ifndef IMAGING_OUTLINE_H
#define IMAGING_OUTLINE_H

#include <stddef.h>

#include "base/geom.h"

struct arena;
struct straights;

struct outline_shape {
    double width, height;     /* any unit; only the aspect counts */
    double tolerance;         /* of the aspect, a ratio */
    double least_px, most_px; /* of the width */
};

struct outline_box {
    Quad corners;
    double width, height; /* mean of opposite sides */
    double seen;          /* share of the four sides that was seen */
};

/*
 * The rectangles of that shape, width along x, at most max, none within
 * another; of two that overlap the outer one, unless it is seen much less.
 */
size_t outline_find(const struct straights *vertical,
                    const struct straights *horizontal,
                    const struct outline_shape *shape, struct outline_box *ret,
                    size_t max);

#endif
