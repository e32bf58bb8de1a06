/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_text - the name around a seal's ring and the number on its lower arc
 *
 * The name is read by the second reader, which knows far more characters, and
 * by Tesseract where that is missing or unsure; where the order says whose
 * seal it must be, it is verified. Every place of the number is voted on: both
 * readers look at the whole line, and each vote counts for the place it stands
 * in, so that a digit that one of them left out shifts no other. Each digit
 * has a confidence of its own, and the clarity of its print besides.
 */

#ifndef OCR_SEAL_TEXT_H
#define OCR_SEAL_TEXT_H

#include <stdbool.h>

#include "base/facts.h"

struct arena;
struct err;
struct found_seal;
struct page;
struct recogniser;
struct seal_lines;
struct tess;

struct seal_readers {
    struct tess *tess;
    struct recogniser *second; /* NULL: there is none */
};

/*
 * Whether a seal's text is worth its reading (0.15 s): the one that goes into
 * the token, the one that vouches for the form, and a certificate's only one,
 * which may be its issuer's.
 */
bool seal_text_is_wanted(const struct page *page, const struct found_seal *s);

/* Whether a ring is that of an office that issues certificates, 登记专用章 and
 * the like included. */
bool seal_text_names_office(const char *ring);

/*
 * Fills text, text_confidence, text_verified, line_text, digits and n_digits.
 * org_name: in the form of utf8_name, NULL: not known. What is not there stays
 * empty. A certificate's seal that names an office becomes the authority's.
 */
int seal_text_read(struct seal_readers r, struct arena *a,
                   const struct seal_lines *lines, const char *org_name,
                   struct seal *io, struct err *e);

/*
 * Impressions of one stamp (facts.pairs) have one number: a place that was
 * doubtful on one is settled by the other, one on which two surely differ
 * becomes doubtful on both.
 */
void seal_text_vote(struct arena *a, struct facts *f);

#endif
