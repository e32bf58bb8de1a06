/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * value - one value at a known place: by its kind, and by what it should be
 *
 * A value that the order knows is verified (ocr/verify.h); a name that this
 * confirms need not be read at all. Codes are read first: their checks make
 * them as good as certain.
 */

#ifndef OCR_VALUE_H
#define OCR_VALUE_H

#include <stddef.h>

#include "ocr/fields.h"
#include "ocr/reading.h"

struct err;
struct recogniser;
struct tess_text;

struct value_means {
    struct tess *tess;
    struct recogniser *second; /* NULL: there is none */
    const struct order *order; /* NULL: nothing is known */
};

enum { VALUE_FIELDS = 2 };

/* A term is two values, all others are one. */
struct value {
    const char *fields[VALUE_FIELDS];
    struct reading readings[VALUE_FIELDS];
    size_t n; /* 0: nothing that could be such a value */
};

int value_read(const struct value_means *m, struct arena *a, struct place p,
               const struct label *l, struct value *ret, struct err *e);

/* Reads the place for a date that fills it; ret->value NULL: there is none. */
int value_read_date(const struct value_means *m, struct arena *a,
                    struct place p, struct reading *ret, struct err *e);

/* The dates in a text as valid_from and valid_to. */
void value_take_term(struct arena *a, const struct tess_text *t, Rect line,
                     struct value *ret);

#endif
