/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * ctc - text out of a line recogniser's output, and how well a text fits it
 *
 * The network says for every slice of a line how likely each class is; class 0
 * is the blank, which separates. A text's probability is the sum over all ways
 * to spread it over the slices: connectionist temporal classification, Graves
 * et al., ICML 2006.
 */

#ifndef OCR_CTC_H
#define OCR_CTC_H

#include <stddef.h>

struct arena;

enum { CTC_BLANK = 0 };

struct ctc {
    const float *p; /* n_steps rows of n_classes probabilities */
    size_t n_steps, n_classes;
};

struct ctc_symbol {
    int class;
    double confidence; /* the most likely of its slices, 0..1 */
    size_t from, to;   /* its slices: [from, to) */
};

/* The most likely class of each slice, repeats joined and blanks left out.
 * Returns the count; `ret` has room for n_steps. */
size_t ctc_decode(const struct ctc *m, struct ctc_symbol *ret);

/* Natural logarithm of the probability of exactly this text; -INFINITY when
 * the line has too few slices for it. */
double ctc_log_score(struct arena *a, const struct ctc *m, const int *classes,
                     size_t n);

#endif
