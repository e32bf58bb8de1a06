/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * engine - asks all rules and weighs the answers
 *
 * Findings come out in a stable order: severity (worst first), rule id, slot,
 * page. A fail has the severity that is set for its rule; what cannot be told
 * goes to a person and is never more than `look`. The verdict is a proposal; a
 * person decides.
 */

#ifndef RULES_ENGINE_H
#define RULES_ENGINE_H

#include <stddef.h>

#include "base/conf.h"
#include "rules/rule.h"

enum verdict { VERDICT_CLEAN, VERDICT_FLAGGED, VERDICT_BLOCKED };

struct judgement {
    enum verdict verdict;
    const struct finding *findings; /* fail and cannot tell only */
    size_t n_findings;
};

size_t engine_rule_count(void);
const struct rule *engine_rule(size_t i);
const struct rule *engine_lookup(const char *id); /* or NULL */

/* All reasons, in the order of the table. */
size_t engine_reason_count(void);
const struct reason *engine_reason(size_t i);

/* The settings of the rules: "rules" (thresholds), "severity" (per id). */
const struct conf_section *engine_sections(struct arena *a, size_t *ret_n);

/* In the arena; pure. */
const struct judgement *engine_judge(struct arena *a, const struct conf *conf,
                                     const struct facts *facts);

/* An inspection of one file without an application: only the rules that need
 * no other document and no order. */
const struct judgement *engine_inspect(struct arena *a, const struct conf *conf,
                                       const struct facts *facts);

const char *verdict_name(enum verdict v);
const char *severity_name(enum severity s);
const char *answer_name(enum answer a);

#endif
