/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * fit_capture - the weights of imaging/cues.def, from pages whose capture is
 * known
 *
 * Multinomial logistic regression: the log-likelihood ratio of each class
 * against a flatbed is a sum of one piecewise linear term per cue, all fitted
 * together. Classes count equally whatever their numbers. The penalty on the
 * squares of the weights is that of a normal prior; weights are projected into
 * their caps after every step, so that the others learn to live with them. The
 * objective is convex and the start is zero: equal pages, equal rows.
 */

#ifndef INTAKE_FIT_CAPTURE_H
#define INTAKE_FIT_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/facts.h"

struct arena;
struct str;

struct fit_capture;

struct fit_capture *fit_capture_new(struct arena *a);

/* One page of a known class; CAPTURE_UNKNOWN and pages that were not looked
 * at are left out. */
void fit_capture_add(struct fit_capture *f, enum capture truth,
                     const struct page_facts *page);

/* How many pages there are, in all and of the class that has fewest. */
size_t fit_capture_count(const struct fit_capture *f, size_t *ret_fewest);

/* Rows of cues.def, after comments that tell what they came from and how they
 * do on pages they were not fitted on, beside the present rows. */
void fit_capture_print(struct fit_capture *f, struct str *t);

#endif
