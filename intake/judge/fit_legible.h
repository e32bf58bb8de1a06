/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * fit_legible - legibility as a probability: that a field which matters is read
 * right
 *
 * The clarity stage measures odds that characters can be told apart and maps
 * them as 1 / (1 + (half / odds)^slope), which is logistic regression on their
 * logarithm. `half` and `slope` are fitted here to fields whose text is known
 * (Platt 1999); that the curve has the right shape is shown beside isotonic
 * regression, which assumes nothing but that clearer is better (pool adjacent
 * violators, Ayer et al. 1955).
 */

#ifndef INTAKE_FIT_LEGIBLE_H
#define INTAKE_FIT_LEGIBLE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct str;

struct fit_legible;

/* `half` and `slope`: those under which the pages were measured. */
struct fit_legible *fit_legible_new(struct arena *a, double half, double slope);

/* One field on a page of that legibility. Fields of one document follow each
 * other; `document` counts documents. */
void fit_legible_add(struct fit_legible *f, size_t document, double legibility,
                     bool is_right);

size_t fit_legible_count(const struct fit_legible *f, size_t *ret_wrong);

/* Each with an interval of 95 % by bootstrap over the documents; the order of
 * the samples and nothing else is its chance. */
struct fit_legible_curve {
    double half, half_low, half_high;
    double slope, slope_low, slope_high;
};

/* False when one kind of field is missing, or a clearer page is no better. */
bool fit_legible_fit(struct fit_legible *f, struct fit_legible_curve *ret);

/* The reliability of what was reported and of the curve, as comments of a
 * pipeline.conf. */
void fit_legible_print(struct fit_legible *f,
                       const struct fit_legible_curve *curve, struct str *t);

#endif
