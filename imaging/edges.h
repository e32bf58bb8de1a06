/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * edges - how sharply strokes begin and end
 *
 * The 10-90 % rise distance of the edges of strokes along rows and columns
 * (as ISO 12233 defines it for a slanted edge, here over many natural edges).
 * Sharp 300 dpi scans of laser print measure 0.13 to 0.16 mm.
 */

#ifndef IMAGING_EDGES_H
#define IMAGING_EDGES_H

#include <stddef.h>

struct arena;
struct image;

struct edge {
    float x, y;     /* centre, image pixels */
    float rise_px;  /* from 10 % to 90 % of the step */
    float contrast; /* levels of 255 */
    float halo;     /* how much brighter the paper is beside the stroke than
                       a little farther, of the contrast; NAN: not paper */
};

/* The noise of the paper: standard deviation of the difference of neighbours,
 * in levels, from all differences that are too small to be a stroke. */
double edges_noise(const struct image *grey, int stride);

/*
 * Samples every `stride`-th row and column of a grey image for steps of at
 * least min_contrast levels; in the arena, at most max_n of them.
 */
struct edge *edges_find(struct arena *a, const struct image *grey, int stride,
                        int min_contrast, size_t max_n, size_t *ret_n);

#endif
