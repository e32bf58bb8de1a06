/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * reader - from a page's text picture to the fields of its document
 *
 * A reader holds warm engines and is made once, before any sandbox; reading is
 * single-threaded. It reads lines and regions, never whole pages, and only
 * what the slot's fields need (contract, "Field names").
 */

#ifndef OCR_READER_H
#define OCR_READER_H

#include <stdbool.h>

#include "base/conf.h"
#include "base/facts.h"
#include "imaging/page.h"

struct arena;
struct err;
struct reader;

extern const struct conf_section reader_section; /* "reading" */

/* Loads the engines; ERR_LIBRARY names what is missing. */
int reader_open(struct arena *a, const struct conf *conf, struct reader **ret,
                struct err *e);

/* What imaging's orientation stage borrows. */
struct legibility reader_legibility(struct reader *r);

/*
 * Reads the fields of page `number` (from 1) into d: fields, recognized_as,
 * certificate, and into the page's facts what the page shows (ocr/kind.h).
 * What cannot be read is left out. Boxes are in scan pixels.
 * Fields that the order knows are verified against it; NULL: it is not known.
 */
int reader_read_page(struct reader *r, struct arena *a, struct page *page,
                     int number, const struct order *order, struct document *d,
                     struct err *e);

/* Reads what stands in a seal (ocr/seal_text.h, ocr/seal_name.h), verified
 * against the order's organisation or its legal representative. */
int reader_read_seal(struct reader *r, struct arena *a,
                     const struct found_seal *found, const struct order *order,
                     struct seal *io, struct err *e);

/* Whether there is a second reader (ocr/second.h); *ret_about: where it was
 * found, or why there is none. */
bool reader_has_second(const struct reader *r, const char **ret_about);

/* "tesseract 5.3.0", ... for the report; ends with NULL. */
const char *const *reader_versions(const struct reader *r);

#endif
