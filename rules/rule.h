/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * rule - the contract of a check
 *
 * A check is a total pure function of the facts: no clock, no files, no
 * pixels. It answers one of four things; cannot tell is never a pass. A rule
 * is one function in a check_*.c and one entry in rules.def with a permanent
 * id, a severity, messages in Chinese and English that use the same
 * {placeholders}, and the sentence that tells the applicant what to do. A rule
 * that can fail in several ways names the way (`reason`); reasons.def holds
 * the sentences of each.
 */

#ifndef RULES_RULE_H
#define RULES_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/facts.h"

struct arena;
struct rule_settings;

enum answer {
    ANSWER_PASS,
    ANSWER_FAIL,
    ANSWER_CANNOT_TELL,
    ANSWER_NOT_APPLICABLE
};
enum severity { SEVERITY_INFO, SEVERITY_LOOK, SEVERITY_BLOCK };

/* How often a rule is asked: once, or for each slot, or for each document. */
enum rule_scope { SCOPE_APPLICATION, SCOPE_SLOT, SCOPE_DOCUMENT };

/* Where to look: a box in the pixels of a page of the original scan. */
struct evidence {
    enum slot slot;
    int page; /* from 1 */
    Rect box; /* empty: the whole page */
};

/* A placeholder's value, also a member of the report's `data`. */
struct detail {
    const char *name;
    const char *value; /* in English messages and in data */
    const char *zh;    /* in Chinese messages; NULL: the same */
    double number;     /* in data instead of `value`; NAN: a text */
};

enum { MAX_EVIDENCE = 8, MAX_DETAILS = 12 };

struct finding {
    const struct rule *rule;
    enum answer answer;
    enum severity severity; /* preset; a check may lower it */
    const char *reason;     /* name in reasons.def; NULL: the rule's own text */
    enum slot slot;         /* the document it is about; SLOT_UNKNOWN: order */
    int page;               /* 0: the whole document */
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

/* Called with a cleared finding whose rule, severity and slot (UNKNOWN) are
 * set. `i` counts slots or documents as the rule's scope says, else 0. */
typedef enum answer rule_check(const struct rule_case *c, size_t i,
                               struct finding *out);

/* What a rule's title speaks of, if not of one paper. */
enum { SLOT_ANY = SLOT_COUNT, SLOT_ORDER = SLOT_UNKNOWN };

struct rule {
    const char *id; /* "X01": never renumbered, never reused */
    enum severity severity;
    enum rule_scope scope;
    bool alone; /* needs no other document and no order: part of `inspect` */
    rule_check *check;
    int paper;                         /* enum slot, or one of the two above */
    const char *title_zh;              /* in a few words, the paper left out */
    const char *zh, *en;               /* what is wrong */
    const char *unsure_zh, *unsure_en; /* the same, when it cannot be told */
    const char *advice_zh;             /* what the applicant should do */
    const char *seed_zh;               /* the sentence of the notice */
};

/* One way in which a rule fails or cannot tell. */
struct reason {
    const char *rule, *name;
    const char *zh, *en;
    const char *advice_zh; /* "": the rule's */
};

#endif
