/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * rule - the contract of a check
 *
 * A check is a total pure function of the facts: no clock, no files, no
 * pixels. It answers one of four things; cannot tell is never a pass. A rule
 * is one function in a check_*.c and one entry in rules.def with a permanent
 * id, a severity, messages in Chinese and English that use the same
 * {placeholders}, and the sentence that tells the applicant what to do.
 */

#ifndef RULES_RULE_H
#define RULES_RULE_H

#include <stddef.h>

#include "base/facts.h"

struct arena;

enum answer {
    ANSWER_PASS,
    ANSWER_FAIL,
    ANSWER_CANNOT_TELL,
    ANSWER_NOT_APPLICABLE
};
enum severity { SEVERITY_INFO, SEVERITY_LOOK, SEVERITY_BLOCK };

/* Where to look: a box in the pixels of a page of the original scan. */
struct evidence {
    enum slot slot;
    int page; /* from 1 */
    Rect box; /* empty: the whole page */
};

/* A placeholder's value, or a number for the report's `data`. */
struct detail {
    const char *name, *value;
};

enum { MAX_EVIDENCE = 8, MAX_DETAILS = 12 };

struct finding {
    const struct rule *rule;
    enum answer answer;
    enum severity severity;
    enum slot slot; /* the document it is about; SLOT_UNKNOWN: the order */
    int page;       /* 0: the whole document */
    struct evidence evidence[MAX_EVIDENCE];
    size_t n_evidence;
    struct detail details[MAX_DETAILS];
    size_t n_details;
    const char *zh, *en, *advice_zh; /* filled in by the engine */
};

/* What a check works with. */
struct rule_case {
    struct arena *arena;
    const struct facts *facts;
    const struct rule_settings *settings;
};

/* Called with a cleared finding whose rule is set. One rule may raise several
 * findings: it is called again with `turn` + 1 until it answers
 * ANSWER_NOT_APPLICABLE for a turn above 0. */
typedef enum answer rule_check(const struct rule_case *c, int turn,
                               struct finding *out);

struct rule {
    const char *id; /* "X01": never renumbered, never reused */
    enum severity severity;
    rule_check *check;
    const char *zh, *en;               /* what is wrong */
    const char *unsure_zh, *unsure_en; /* the same, when it cannot be told */
    const char *advice_zh;             /* what the applicant should do */
    const char *seed_zh;               /* the sentence of the notice */
};

#endif
