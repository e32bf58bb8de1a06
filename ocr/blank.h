/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * blank - the filled-in places of running text: what stands on a rule
 *
 * Letters print a rule under every blank, and whatever fills it stands right
 * on the rule, by machine or by hand.
 */

#ifndef OCR_BLANK_H
#define OCR_BLANK_H

#include <stddef.h>

#include "base/geom.h"

struct arena;
struct image;

/* Places of ink on a rule along the line of text `row`, left to right; those
 * with nothing on them are left out. */
Rect *blank_find(struct arena *a, const struct image *page, Rect row,
                 size_t *ret_n);

#endif
