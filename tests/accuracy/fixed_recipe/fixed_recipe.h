/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * fixed_recipe - how seals are usually cut out, for comparison only
 *
 * What most programs do: pixels in a fixed range of hue, saturation and value
 * are the seal, a Hough circle of fixed bounds says where, the rest is cut
 * off, and what is left is painted flat. Bounds as the common ones have them:
 * H within 10 of 0 (of 180), S and V at least 50 (of 255), kept to 1.2 radii.
 */

#ifndef TESTS_FIXED_RECIPE_H
#define TESTS_FIXED_RECIPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/geom.h"

struct arena;
struct image;

struct fixed_seal {
    Point center;
    double radius;
};

/* Fills *ret_mask, one byte a pixel, 0 or 1. Returns how many circles there
 * are, at most `max`. */
size_t fixed_recipe(struct arena *a, const struct image *page, double dpi,
                    uint8_t **ret_mask, struct fixed_seal *ret, size_t max);

#endif
