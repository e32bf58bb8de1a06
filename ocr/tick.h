/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * tick - printed choices with a box before each, and which of them is ticked
 *
 * Readers take an empty box for a character or for nothing at all, and a
 * ticked one too. So the ink itself is looked at, where a line has room for a
 * box before its words.
 */

#ifndef OCR_TICK_H
#define OCR_TICK_H

#include "base/geom.h"
#include "ocr/tess.h"

struct arena;
struct image;

enum tick {
    TICK_NONE,
    TICK_EMPTY,  /* a box or a ring with nothing in it */
    TICK_MARKED, /* a filled or crossed one, or a tick by itself */
    TICK_UNSURE
};

/* What stands in a region of the page beside words `height` pixels high, whose
 * line tells how dark ink is. */
enum tick tick_look(struct arena *a, const struct image *page, Rect line,
                    Rect region);

/*
 * The line's text with U+2611 or U+25A1 before each choice that has a box,
 * wherever it was printed; without any when one of them is doubtful.
 */
char *tick_text(struct arena *a, const struct image *page, Rect line,
                const struct tess_text *t);

/* The part of the text that is the one choice which is ticked; none when that
 * is not clear. */
struct tess_text tick_part(struct arena *a, const struct image *page, Rect line,
                           const struct tess_text *t);

#endif
