/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_view - a seal's picture as it lies on the scan, and its digits one by
 * one, upright and magnified
 *
 * Both are made of the picture that would be produced and not of the scan: what
 * is missing in them is missing in the token. One colour, opacity from the
 * picture, read between its pixels.
 */

#ifndef REVIEW_SEAL_VIEW_H
#define REVIEW_SEAL_VIEW_H

#include <stddef.h>

#include "base/facts.h"
#include "base/geom.h"
#include "review/bitmap.h"

enum { SEAL_VIEW_DIGIT_WIDTH = 84, SEAL_VIEW_DIGIT_HEIGHT = 112 };

/* `picture` over this part of the scan, its longer side `longest` pixels. */
struct bitmap seal_view_mask(struct arena *a, const struct bitmap *picture,
                             Affine scan_from_picture, Rect part, int longest);

/* n > 0 cells beside each other; the boxes are those of the scan, from left to
 * right. On a ring the top of a digit points to the seal's middle, in a frame
 * it stands as the seal does. */
struct bitmap seal_view_digits(struct arena *a, const struct bitmap *picture,
                               Affine scan_from_picture, enum seal_shape shape,
                               const Rect *boxes, size_t n);

#endif
