/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * vote - one text out of several readings of the same line
 *
 * Recogniser output voting (ROVER, Fiscus 1997): the texts are aligned with
 * the first by edit distance, then each column goes to the character with the
 * largest sum of confidences; a text that has no character there votes for
 * none. A symbol's confidence becomes that sum over the number of texts, so
 * disagreement shows.
 */

#ifndef OCR_VOTE_H
#define OCR_VOTE_H

#include <stddef.h>

#include "ocr/tess.h"

struct arena;

enum { VOTE_MAX = 6 }; /* texts at most */

struct tess_text vote(struct arena *a, const struct tess_text *texts, size_t n);

#endif
