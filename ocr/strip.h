/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * strip - a line of a page, cut out and made ready for a line reader
 *
 * Readers want dark characters of one height with a little paper around them
 * and nothing else. The strip may be put together from several boxes on one
 * row: letter-spaced characters then stand side by side, as in running text.
 */

#ifndef OCR_STRIP_H
#define OCR_STRIP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/geom.h"

struct arena;
struct image;

struct strip_how {
    double text_px; /* height that the boxes get */
    double pad;     /* paper around them, in box heights */
    bool median;    /* 3x3 median first: against specks and copy noise */
    bool compact;   /* letter spacing closed up, rules between cells left out */
};

struct strip_part {
    double x0, x1; /* columns of the strip's picture */
    Rect page;     /* the region of the page shown there */
};

struct strip {
    const struct image *picture; /* grey */
    struct strip_part *parts;
    size_t n_parts;
};

/* `boxes` are on one row of `page` (grey), from left to right; n > 0. */
struct strip strip_cut(struct arena *a, const struct image *page,
                       const Rect *boxes, size_t n, struct strip_how how);

/* The boxes of a row split where the gap is wider than between letters, free-
 * standing rules left out; their number in *n. */
const Rect *strip_pieces(struct arena *a, const struct image *page,
                         const Rect *boxes, size_t *n);

/*
 * Where, on the line `region`, the ink begins behind that gap between letters
 * which is nearest to x; a free-standing rule is part of the gap. x itself
 * when there is no gap.
 */
double strip_gap_end(struct arena *a, const struct image *page, Rect region,
                     double x);

/* A box of the strip's picture in the coordinates of the page. */
Rect strip_page_rect(const struct strip *s, Rect r);

#endif
