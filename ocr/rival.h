/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * rival - the text that fits a recogniser's output best besides a given one
 *
 * What a person does who checks a name letter by letter: could it as well be
 * another character here, one more, one less? Every single change of the
 * given text to what the output suggests is scored, and the output's own
 * reading too. Forward and backward sums over the given text (Graves et al.,
 * ICML 2006) make each change cost one walk along the line.
 */

#ifndef OCR_RIVAL_H
#define OCR_RIVAL_H

#include <stddef.h>

#include "ocr/ctc.h"

struct arena;

struct rival {
    double log_score;   /* of the given text */
    double log_another; /* of the best other one; -INFINITY: there is none */
    const int *another; /* its classes */
    size_t n_another;
};

/* No probability counts as less than 1e-7: no single slice decides alone. */
struct rival rival_find(struct arena *a, const struct ctc *m,
                        const int *classes, size_t n);

#endif
