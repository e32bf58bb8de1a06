/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * thresholds - where a rule's answer turns when a setting is moved, and which
 * setting would have kept its false alarms below a wished rate
 *
 * Nothing here knows what a rule looks at. Judging is a pure function of facts
 * and settings, so each numeric setting of the section "rules" is moved from
 * one bound to the other, alone, and the place is searched where the rule
 * begins to fail an application. The wished setting is an order statistic of
 * those places over the applications that people found fine; its interval is
 * that of the quantile (base/stats.h). Settings are tried on a grid of round
 * numbers, so that what comes out can be written down.
 */

#ifndef INTAKE_THRESHOLDS_H
#define INTAKE_THRESHOLDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/stats.h"

struct arena;
struct conf;
struct decisions;
struct stored;

struct thresholds;

/* `conf` is moved about and comes back as it was. */
struct thresholds *thresholds_new(struct arena *a, struct conf *conf);

/* Searches all rules that `decisions` decides for this application. */
void thresholds_add(struct thresholds *t, const struct stored *report,
                    const struct decisions *decisions);

/* What a rule's false alarms ask of one setting. */
struct threshold {
    const char *rule, *setting; /* of the section "rules" */
    bool fails_above;           /* the rule fails when the setting is raised */
    double now, wanted, low, high;
    size_t n_fine, n_faults;
    size_t false_alarms, misses;         /* as it is set now */
    size_t wanted_alarms, wanted_misses; /* at `wanted` */
};

/*
 * The thresholds that matter: by rule, then setting, those that move the answer
 * of at least one application and have one that is fine. `rate` is the share
 * of fine applications that may fail. An end of the interval is NAN where the
 * sample is too small for one.
 */
const struct threshold *thresholds_of(struct thresholds *t, double rate,
                                      size_t *ret_n);

#endif
