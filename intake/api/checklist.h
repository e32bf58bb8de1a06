/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * checklist - what is ticked off on the papers that came by mail (M01 to M11)
 *
 * Three kinds of line: what only a person can see on paper, what the machine
 * looks at as well (its finding stands beside the line, the answer is a
 * person's all the same), and what concerns the applicant, to be read only.
 * Papers pass when every line that wants an answer has one that is good; they
 * are lacking when one is bad. Pure functions.
 */

#ifndef INTAKE_CHECKLIST_H
#define INTAKE_CHECKLIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/facts.h"
#include "intake/store/store_records.h"

struct arena;

enum check_kind { CHECK_CLERK, CHECK_MACHINE, CHECK_NOTE, CHECK_TOLD };

struct check_item {
    const char *id; /* of the rule or duty */
    enum check_kind kind;
    enum slot slot; /* the paper it is about; SLOT_UNKNOWN: none */
    const char *zh; /* NULL: the duty's own words */
};

size_t checklist_count(void);
const struct check_item *checklist_item(size_t i);
const struct check_item *checklist_find(
    const char *id); /* NULL: no such line */

const char *checklist_kind(enum check_kind k); /* "clerk", "machine" ... */
const char *checklist_zh(const struct check_item *item);
const char *checklist_seed(const struct check_item *item); /* of the notice */

/* Whether the line wants an answer: the sheet's does not for a sub key. */
bool checklist_is_wanted(const struct check_item *item, enum tri with_seal);

const struct store_paper_check *checklist_answer(
    const struct store_paper_check *answers, size_t n, const char *id);

/* Why the papers may not be approved, or not be called lacking, in Chinese;
 * "": they may. */
const char *checklist_hinders_pass(struct arena *a,
                                   const struct store_paper_check *answers,
                                   size_t n, enum tri with_seal);
const char *checklist_hinders_lacking(const struct store_paper_check *answers,
                                      size_t n);

#endif
