/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * capture_streak - lines that a scanner draws over the whole sheet
 *
 * Dust on the glass of a feeder, or a cell that is off, leaves a faint line
 * along the way of the paper, dead straight from border to border, through the
 * margins where nothing is printed.
 */

#ifndef IMAGING_CAPTURE_STREAK_H
#define IMAGING_CAPTURE_STREAK_H

#include "base/geom.h"

struct arena;
struct image;

struct streak {
    double levels; /* that the strongest one is off the paper beside it; 0:
                      none; NAN: too little paper */
    Rect box;      /* of that one, in pixels of `small` */
};

/* `small` is grey, 150 dpi or so; `paper` its level of lit paper. */
struct streak capture_streak_find(struct arena *a, const struct image *small,
                                  double paper);

#endif
