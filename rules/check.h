/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * check - the checks that rules.def names
 *
 * One function per rule, gathered by subject in check_*.c. What a check means
 * is told there; the contract of all is in rules/rule.h.
 */

#ifndef RULES_CHECK_H
#define RULES_CHECK_H

#include "rules/rule.h"

#define RULE(id, severity, scope, alone, check, ...) rule_check check;
#include "rules/rules.def"

#endif
