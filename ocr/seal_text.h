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

#include "base/facts.h"

struct arena;
struct err;
struct recogniser;
struct seal_lines;
struct tess;

struct seal_readers {
    struct tess *tess;
    struct recogniser *second; /* NULL: there is none */
};

/*
 * Fills text, text_confidence, text_verified, digits and n_digits. org_name:
 * in the form of utf8_name, NULL: not known. What is not there stays empty.
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
