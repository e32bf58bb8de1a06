/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_grid - a plane of ink seen through a map, sample by sample
 *
 * Turned, moved and enlarged at once, so that an impression is interpolated
 * one time only. Samples are bilinear; where the grid is coarser than the plane
 * each is the mean of several, so that no thin stroke falls between two.
 */

#ifndef IMAGING_SEAL_GRID_H
#define IMAGING_SEAL_GRID_H

#include "base/geom.h"

struct grid_plane {
    const float *v;
    int width, height;
};

/* How many places either way a sample needs that is `step` pixels apart from
 * the next one. */
int seal_grid_places(double step);

/* Row y of the grid, `n` samples from x = 0: pixel centres at .5 on both
 * sides, 0 outside of the plane. */
void seal_grid_row(const struct grid_plane *p, Affine plane_from_grid,
                   int places, int y, int n, float *ret);

#endif
