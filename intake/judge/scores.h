/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * scores - the rules held against what people decided
 *
 * For each rule: of the applications that have the fault, in how many the rule
 * failed (hit), went to a person because it could not tell (unsure) or said
 * nothing (miss); of those that people found fine, in how many it failed all
 * the same (false alarm) or was unsure. With a wished rate of false alarms,
 * also the settings that would have met it.
 */

#ifndef INTAKE_SCORES_H
#define INTAKE_SCORES_H

#include <stddef.h>

struct arena;
struct conf;
struct decisions;
struct opinion;
struct scores;
struct stored;
struct str;

/* `trial` is a configuration that may be moved about, as it judges now; NULL:
 * nobody asks for settings. `rate` is the wished share of false alarms. */
struct scores *scores_new(struct arena *a, struct conf *trial, double rate);

void scores_add(struct scores *s, const struct stored *report,
                const struct opinion *opinion,
                const struct decisions *decisions);

/* Of how many reports something was decided. */
size_t scores_decided(const struct scores *s);

void scores_json(struct scores *s, struct str *t);
void scores_text(struct scores *s, struct str *t);

#endif
