/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * closing - grey closing by a square: dark strokes thinner than it vanish
 *
 * Each pixel becomes the least of the greatest: first the greatest value in the
 * square around each pixel is taken, then the least of those. Nothing lies
 * beyond the edges. What the closing adds is the black top hat.
 */

#ifndef IMAGING_CLOSING_H
#define IMAGING_CLOSING_H

struct arena;
struct image;

/* `im` has one band; `side` is odd. */
const struct image *closing_square(struct arena *a, const struct image *im,
                                   int side);

#endif
