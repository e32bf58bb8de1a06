/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * catalogue - every rule of the notice, printed from the table
 *
 * What `sealdesk rules` answers and what docs/rules.md holds: the rules that
 * are checked, and between them those that nobody can check from papers (a
 * duty) with who keeps them. With settings the severities are those that are
 * set, without (NULL) those of the catalogue.
 */

#ifndef RULES_CATALOGUE_H
#define RULES_CATALOGUE_H

#include <stddef.h>

struct conf;
struct jval;
struct str;

enum keeper { KEEPER_CLERK, KEEPER_APPLICANT, KEEPER_PROGRAM };

/* A rule that is no check. Those of a clerk are the desk's checklist, those of
 * the applicant its reminders; none is ever a finding. */
struct duty {
    const char *id;
    enum keeper keeper;
    const char *zh, *en;
    const char *seed_zh; /* the sentence of the notice; "" */
};

size_t catalogue_duty_count(void);
const struct duty *catalogue_duty(size_t i); /* in the order of the ids */

/* What of a checked rule stays a person's, by the rule's id. */
struct reminder {
    const char *rule;
    const char *zh, *en;
};

size_t catalogue_reminder_count(void);
const struct reminder *catalogue_reminder(const char *rule); /* or NULL */

void catalogue_text(const struct conf *conf, struct str *out);
void catalogue_markdown(const struct conf *conf, struct str *out);

/* An array of objects; the caller frees it. */
struct jval *catalogue_json(const struct conf *conf);

#endif
