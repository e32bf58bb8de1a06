/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * agreement - the machine beside people, rule by rule
 *
 * Counted over applications that were decided. A rule is right in one where a
 * person let one of its findings stand, wrong where all were dismissed, and
 * has missed one where a person wrote into the letter what it should have
 * found. What is left nobody has complained of. Cohen's kappa (1960) tells how
 * far the two agree beyond chance: a rule that speaks of everything is right
 * often and has a kappa of 0.
 */

#ifndef REVIEW_AGREEMENT_H
#define REVIEW_AGREEMENT_H

#include <stdint.h>

struct agreement {
    int64_t right, wrong, missed, silent;
};

/* Of the counts and of how many were decided. */
struct agreement agreement_of(int64_t right, int64_t wrong, int64_t missed,
                              int64_t decided);

/* NAN: nothing to tell it by. */
double agreement_kappa(const struct agreement *t);
double agreement_missed_rate(const struct agreement *t); /* missed of all due */
double agreement_false_rate(const struct agreement *t);  /* wrong of all said */

#endif
