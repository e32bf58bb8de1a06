/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * rule_words - a rule in the few words that staff read
 *
 * "身份证：缩小复印": the paper, when it is one, and what is wrong. The whole
 * sentence, with what was found, stands in the finding itself.
 */

#ifndef REVIEW_RULE_WORDS_H
#define REVIEW_RULE_WORDS_H

#include "base/facts.h"

struct arena;
struct jval;

/* In the arena or static. `slot`: the paper that the finding is about;
 * SLOT_UNKNOWN when only the rule is known. */
const char *rule_words(struct arena *a, const char *id, enum slot slot);

/* What a person may name as the cause of an item of a letter:
 * [{"rule","slot": name or null,"zh","advice"}]. The advice may hold
 * "{document}" for the paper's title; it is empty where it wants more. */
struct jval *rule_words_choices(void);

#endif
