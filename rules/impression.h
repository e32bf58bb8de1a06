/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * impression - what is wrong with one impression of a seal on the sheet
 *
 * An electronic seal is made from it, so it is weighed part by part: dirt and
 * tint of the paper, the rim, contrast, slip and width of the strokes' edges.
 * Each part has a limit from which a person looks and one above which the
 * sheet is stamped again.
 */

#ifndef RULES_IMPRESSION_H
#define RULES_IMPRESSION_H

#include "rules/rule.h"

/* The worst of it, as a reason of S02 with its severity. */
enum answer impression_weigh(const struct rule_case *c, const struct seal *s,
                             struct finding *out);

/* S02 has it stamped again, or a person look at it, for its strokes. */
bool impression_is_poor(const struct rule_case *c, const struct seal *s);

#endif
