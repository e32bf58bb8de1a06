/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * blank - the places to be filled in in running text: what has a rule below it
 *
 * Letters print a rule under every blank, and whatever fills it stands right
 * on the rule, by machine or by hand.
 */

#ifndef OCR_BLANK_H
#define OCR_BLANK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/geom.h"

struct arena;
struct image;

struct blank_place {
    Rect box; /* of the ink; as long as the rule where there is none */
    bool is_empty;
};

/* The places along the line of text `row`, left to right. */
struct blank_place *blank_find(struct arena *a, const struct image *page,
                               Rect row, size_t *ret_n);

#endif
