/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * finding - how a check fills in what it has to say
 *
 * Details are copied into the case's arena. What does not fit (MAX_DETAILS,
 * MAX_EVIDENCE) is a bug for details and left out for evidence: eight boxes
 * are enough to look at.
 */

#ifndef RULES_FINDING_H
#define RULES_FINDING_H

#include "rules/rule.h"

/* The same words in both languages. */
void finding_add_text(const struct rule_case *c, struct finding *f,
                      const char *name, const char *value);

void finding_add_words(const struct rule_case *c, struct finding *f,
                       const char *name, const char *en, const char *zh);

void finding_add_number(const struct rule_case *c, struct finding *f,
                        const char *name, double value, int decimals);

/* The document's kind, in words: "business license", 营业执照. */
void finding_add_document(const struct rule_case *c, struct finding *f,
                          const char *name, enum slot slot);

void finding_add_box(struct finding *f, enum slot slot, int page, Rect box);

/* Makes the finding about this document, with the whole page as evidence. */
void finding_set_page(struct finding *f, enum slot slot, int page);

/* For what matters less than the rule's usual fault; never raises. */
void finding_lower(struct finding *f, enum severity at_most);

/* Names the reason (reasons.def), with the severity that it has at most, and
 * gives back the answer. */
enum answer finding_say(struct finding *f, const char *reason,
                        enum severity at_most, enum answer answer);

/* The slot's name in English words, for messages. */
const char *finding_slot_words(const struct rule_case *c, enum slot slot);

#endif
