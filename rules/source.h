/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * source - where a value stands: in the order, or on a document
 *
 * Rules about agreement gather the sources of one value and compare them. What
 * was verified against the order (struct verified) counts for more than the
 * plain reading: a confirmed field holds the order's text, a contradicted one
 * surely does not, and where neither could be told a difference is never sure.
 * A name whose characters agree as far as the readers can see them (a rare one
 * may be unknown to them) counts as the known one, marked as unseen.
 */

#ifndef RULES_SOURCE_H
#define RULES_SOURCE_H

#include "rules/rule.h"

struct name_match;

struct source {
    const char *en, *zh;       /* what it is called */
    enum slot slot;            /* SLOT_UNKNOWN: the order */
    const struct field *field; /* NULL: not read but known */
    const char *value;
    double confidence; /* 1: not read but known */
    bool is_unseen;    /* in part, and equal in the rest */
};

/* false: the order does not say. */
bool source_from_order(const char *value, struct source *ret);

/* The surest field of that name in the slot; false: not read, or a scrawl. */
bool source_from_field(const struct rule_case *c, enum slot slot,
                       const char *name, struct source *ret);

/* Details `document` and `value` of these names, its box, and the slot and
 * page of the finding. */
void source_add(const struct rule_case *c, struct finding *out,
                const struct source *s, const char *document,
                const char *value);

/* The same but for the value, with all of the n sources that say what `s` says
 * named beside it (申请表、授权委托书), so that whoever mends one mends all. */
void source_add_agreeing(const struct rule_case *c, struct finding *out,
                         const struct source *of, size_t n,
                         const struct source *s, const char *document);

/* A doubt that the licence settles: one of the two was verified without a
 * result, differs in one character, and the licence was seen to show what the
 * order says. Then it is mentioned, no more. */
bool source_is_settled(const struct rule_case *c, const struct source *a,
                       const struct source *b, const struct name_match *m);

/* Whether one of the slots has a document that was opened. */
bool source_is_possible(const struct rule_case *c, const enum slot *slots,
                        size_t n);

/* Makes the finding about the first of the slots whose document was opened but
 * does not give the field: reason "unread", detail document_a. false: none. */
bool source_say_unread(const struct rule_case *c, struct finding *out,
                       const enum slot *slots, size_t n, const char *name);

#endif
