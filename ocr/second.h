/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * second - a second reader's opinion on a value that was read
 *
 * Where two independent readers agree, the value is as good as certain. Where
 * they differ, the second one's counts if it was sure (it is right far more
 * often on names), the first one's is kept as `raw`, and the confidence says
 * that there was no agreement. It is asked for names of organisations and
 * persons, and for codes that failed their checks.
 */

#ifndef OCR_SECOND_H
#define OCR_SECOND_H

#include "ocr/fields.h"
#include "ocr/reading.h"
#include "ocr/verify.h"

struct err;
struct recogniser;

/* `io` is what the first reader made of the place, its value NULL if nothing;
 * kinds of values that are not asked for are left as they are. */
int second_opinion(struct recogniser *r, struct arena *a, struct place p,
                   enum value_kind kind, struct reading *io, struct err *e);

/*
 * Looks whether the place shows that text, again in other ways as long as
 * that may help. *ret: what the first look read, and `verified`.
 */
int second_verify(struct recogniser *r, struct arena *a, struct place p,
                  const struct known *known, struct reading *ret,
                  struct err *e);

enum { SECOND_LINES = 2 };

/* The lines of a place as the network saw them, boxes in the page. */
struct second_view {
    struct recognition lines[SECOND_LINES];
    size_t n;
};

/* A look at the place; a place that carries its view is not looked at again. */
int second_look(struct recogniser *r, struct arena *a, struct place p,
                struct second_view *ret, struct err *e);

/* The text of the place as it is; no spaces, commas and the like. */
int second_read(struct recogniser *r, struct arena *a, struct place p,
                struct tess_text *ret, struct err *e);

/* What two readings of a name come to; `another` is the second reader's, and
 * doubt, 0..1, how well its view fits the first one's text too. */
struct reading second_merge_names(struct reading first, struct reading another,
                                  double doubt);

/* The same of a unified social credit code. */
struct reading second_merge_codes(struct reading first, struct reading another);

#endif
