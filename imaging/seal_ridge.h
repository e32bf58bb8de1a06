/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_ridge - lines thinner than the blur of lens and paper
 *
 * The hairlines of Song characters and the strokes of small digits are no
 * wider than the blur, so they stay far below the density of the broad strokes
 * beside them, where only their shape tells them from a halo: a line is darker
 * than the paper on both of its sides, along its length.
 */

#ifndef IMAGING_SEAL_RIDGE_H
#define IMAGING_SEAL_RIDGE_H

struct arena;
struct ink_roi;

/*
 * How far each place of the part, as wide and high as it, stands above both of
 * its sides in `ink`, a plane of coverage, taken along the line through it that
 * does so most; 0 where ink is at most `low` and where toner is near.
 */
float *seal_ridges(struct arena *a, const struct ink_roi *roi, const float *ink,
                   float low, double px_per_mm);

#endif
