/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_find - where on a page there may be a seal
 *
 * Works on a coarse map of one ink (about 3 pixels a millimetre), finds more
 * than there is and leaves the verdict to seal_measure, which looks at the
 * scan's own resolution.
 */

#ifndef IMAGING_SEAL_FIND_H
#define IMAGING_SEAL_FIND_H

#include <stddef.h>

#include "base/geom.h"
#include "imaging/fit.h"

struct arena;

struct ink_map {
    int width, height;
    double px_per_mm; /* of this map */
    float *ink;       /* coverage or density, 0 is bare paper */
};

/* Radii and lengths that are looked for, in pixels of the map. */
struct find_range {
    double min_radius, max_radius;
    double min_side, max_side;
};

struct found_round {
    struct fit_circle circle;
    double support; /* share of the visible outline that has an edge, 0..1 */
};

/* Circles whose rim has ink inside and paper outside, best first. */
size_t seal_find_rounds(struct arena *a, const struct ink_map *m,
                        const struct find_range *range, struct found_round *ret,
                        size_t max);

/* Boxes of connected ink of a seal's size, largest first. */
size_t seal_find_blobs(struct arena *a, const struct ink_map *m,
                       const struct find_range *range, Rect *ret, size_t max);

/* Takes the ink inside an ellipse off the map. */
void seal_find_erase(struct ink_map *m, const struct fit_ellipse *e);

#endif
