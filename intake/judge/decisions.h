/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * decisions - what people found in applications, to hold the rules against
 *
 * A table `application,rule,decision`: the number of an order or the name of
 * its folder; the id of a rule, or `*` for every rule that is not named for
 * this application; `fault` when a person found what the rule speaks of,
 * `fine` when not. What nobody decided counts neither way.
 */

#ifndef INTAKE_DECISIONS_H
#define INTAKE_DECISIONS_H

#include <stddef.h>

struct arena;
struct err;
struct stored;

enum decision { DECISION_NONE, DECISION_FINE, DECISION_FAULT };

struct decisions;

struct decisions *decisions_new(struct arena *a);

/* ERR_FORMAT names the row: an unknown rule or word, or two decisions of one
 * application and rule that contradict each other. */
int decisions_parse(struct decisions *d, const char *bytes, size_t n,
                    struct err *e);
int decisions_load(struct decisions *d, const char *path, struct err *e);

/* Copies the texts. `rule` is an id or "*". */
void decisions_add(struct decisions *d, const char *application,
                   const char *rule, enum decision what);

/* To be called after the last decision was added, before any is looked up;
 * ERR_FORMAT for a contradiction. */
int decisions_sort(struct decisions *d, struct err *e);

/* What was decided about the application of a report. */
enum decision decisions_lookup(const struct decisions *d,
                               const struct stored *report, const char *rule);

/* How many rows there are. */
size_t decisions_count(const struct decisions *d);

#endif
