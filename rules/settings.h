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
    double capture_sure;  /* that a page was not made by a flatbed scanner */
    double round_aspect;  /* shortest to longest diameter of a round seal */
    double scale_limit;   /* size of a copy below which it is reduced */
    double scale_plain;   /* below which that is pointed out */
    double scale_most;    /* and above which it is enlarged */
    double seal_least_mm; /* diameters that official seals have */
    double seal_most_mm;
    double read_clarity;  /* score below which a page is hard to read */
    double read_dpi;      /* effective dpi below which print is hard to read */
    double seal_dpi;      /* and below which the digits of a seal are lost */
    double sheet_clarity; /* the same for a report that lacks the parts below */
    double contrast_least, contrast_plain; /* ratio: lost below, plain from */
    double slip_some_mm, slip_most_mm;     /* doubtful above, ruined above */
    double edge_most_mm;
    double tint_some, tint_most; /* density of the paper's colour */
    double rim_least;     /* share of its rim below which a seal is broken */
    double rim_whole;     /* and from which it is whole */
    double cell_cross_mm; /* how far a seal may cross its cell's rules */
    double dirt_some;     /* share of its area from which dirt is seen */
    double dirt_most;     /* and above which it is too much */
    double digit_least;   /* clarity below which a digit is lost */
    double digit_clarity; /* below which it is doubtful */
    double digit_sure;    /* confidence below which a dim digit is lost */
    double stamp_sure;    /* that two impressions are of two stamps */
    double kind_sure;     /* that a page is a document of that kind */
    double date_sure;     /* a date that was read */
    int expiring_days;    /* a term that ends so soon is too short */
};

extern const struct conf_section settings_rules, settings_severity;

/* The severity that is set for the rule of that id. */
enum severity settings_severity_of(const struct conf *conf,
                                   const struct rule *rule);

#endif
