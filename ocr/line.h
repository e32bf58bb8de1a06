/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * line - cutting a line out of a page and reading it, in page coordinates
 */

#ifndef OCR_LINE_H
#define OCR_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/geom.h"
#include "ocr/strip.h"
#include "ocr/tess.h"

struct arena;
struct err;
struct image;

struct line_how {
    struct tess_how tess;
    struct strip_how strip;
};

/*
 * The boxes of one row, left to right; symbols' boxes are in the page. A
 * TESS_LINE read that makes little sense is repeated as TESS_RAW.
 */
int line_read(struct tess *t, struct arena *a, const struct image *page,
              const Rect *boxes, size_t n, const struct line_how *how,
              struct tess_text *ret, struct err *e);

/* The part of a text from symbol `from` up to (not with) `to`. */
struct tess_text line_part(const struct tess_text *t, size_t from, size_t to);

/* Adds the symbols of one text to another's. */
void line_append(struct arena *a, struct tess_text *io,
                 const struct tess_text *more);

/* UTF-8 of the symbols. */
char *line_string(struct arena *a, const struct tess_text *t);

/* Whether the text holds that word. */
bool line_has(const struct tess_text *t, const char *word);

/* The box of the symbols, in height and outer ends no larger than `within`. */
Rect line_box(const struct tess_text *t, Rect within);

/* The least confidence of a symbol; 0 when there are none. */
double line_least(const struct tess_text *t);

#endif
