/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * ink_roi - one ink, taken apart from the toner over and under it, in a part
 * of the scan
 *
 * `ink` is a soft coverage, 0..1 and a little more where the pad gave more ink
 * than elsewhere: 1 is `layer` of density in the ink's densest channel. `black`
 * is the density of whatever is neutral: toner, pencil, shadow.
 */

#ifndef IMAGING_INK_ROI_H
#define IMAGING_INK_ROI_H

#include <stdbool.h>

#include "base/geom.h"
#include "imaging/ink.h"

struct ink_roi {
    int width, height;
    double step;  /* scan pixels per pixel of the part */
    Point origin; /* scan position of its top left corner */
    float *ink, *black;
    const float *density; /* over the paper, red, green, blue of each pixel */
    struct ink_vector vector;
    double layer;   /* density that is full coverage */
    float paper[3]; /* density of the bare paper here, against 255 */
    float noise;    /* standard deviation of the coverage of bare paper */
};

struct ink_roi_options {
    enum ink_kind kind;
    bool coarse_chroma; /* colour stored at half resolution: edges from luma */
    int max_side_px;    /* a larger part is reduced by a whole factor */
};

/* False when there is no such ink in the box. */
bool ink_roi_measure(struct arena *a, const struct image *scan,
                     const struct ink_paper *paper, Rect box,
                     const struct ink_roi_options *options,
                     struct ink_roi *ret);

/* What lies in a box of it, in its own pixels; less to go through again. */
struct ink_roi ink_roi_part(struct arena *a, const struct ink_roi *r, Rect box);

/* Coverage at a point of the part (pixel centres at .5), bilinear; 0 outside.
 */
float ink_roi_at(const struct ink_roi *r, const float *plane, double x,
                 double y);

#endif
