/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * settings - what can be set about the rules
 *
 * Thresholds are the section "rules" of pipeline.conf, severities the section
 * "severity", one entry per id. A rule whose catalogue severity is `block` can
 * be lowered to `look` and no further: such a fault is never hidden from a
 * person. Any other rule can be set to each of the three.
 */

#ifndef RULES_SETTINGS_H
#define RULES_SETTINGS_H

#include "base/conf.h"
#include "rules/rule.h"

struct rule_settings {
    double code_sure;     /* a credit code that was read */
    double code_bad_sure; /* a credit code that fails its check digits */
    double name_sure;     /* a name that differs in a character */
    double name_far_sure; /* a name that differs in much */
    double name_far;      /* similarity below which it differs in much */
    double seal_sure;     /* that a seal is a seal */
    double seal_clarity;  /* score below which a seal is faint */
    double page_clarity;  /* score below which "no seal" is not believed */
    double square_aspect; /* longest to shortest side of a square seal */
};

extern const struct conf_section settings_rules, settings_severity;

/* The severity that is set for the rule of that id. */
enum severity settings_severity_of(const struct conf *conf,
                                   const struct rule *rule);

#endif
