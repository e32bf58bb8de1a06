/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * pen - whether something was written by hand, as far as its colour tells
 *
 * Forms are printed in black and filled in with blue pens. Black handwriting
 * is not told from print here.
 */

#ifndef OCR_PEN_H
#define OCR_PEN_H

#include "base/facts.h"
#include "base/geom.h"

struct image;
struct page;

/* The levels of paper and of the darkest ink in a box of the picture. */
void pen_levels(const struct image *text, Rect box, int *ret_paper,
                int *ret_ink);

/* Whether what is dark in the box, in `text` coordinates, is blue: TRI_YES;
 * TRI_UNKNOWN: black, or there is no colour. */
enum tri pen_is_blue(const struct page *page, Rect box);

#endif
