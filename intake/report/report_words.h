/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * report_words - what the contract's words are called in Chinese
 *
 * Shared by every report for people. The words are those a clerk uses; none
 * is ever NULL.
 */

#ifndef INTAKE_REPORT_WORDS_H
#define INTAKE_REPORT_WORDS_H

#include <stdbool.h>

#include "rules/engine.h"

struct arena;

const char *report_words_verdict(enum verdict v);
const char *report_words_severity(enum severity s);
const char *report_words_answer(enum answer a);
const char *report_words_capture(enum capture c);
const char *report_words_dpi_source(enum dpi_source s);
const char *report_words_role(enum seal_role r);
const char *report_words_shape(enum seal_shape s);
const char *report_words_ink(enum seal_ink i);
const char *report_words_colour(enum ink_colour c);
const char *report_words_source(enum field_source s);
const char *report_words_verified(enum verify_result r);
const char *report_words_field(const char *name); /* the name if unknown */

/* "2 项致命、1 项需人看"; "" when there are no findings. */
const char *report_words_counts(struct arena *a, const struct judgement *j);

/* What a page shows when that is not what its slot is for: another kind of
 * paper, or nothing; NULL: no more to say. */
const char *report_words_shows(const struct page_facts *p, enum slot slot);

/* "营业执照第 1 页"; the page is left out when it is 0. */
const char *report_words_place(struct arena *a, enum slot slot, int page);

/* An ID or phone number is masked unless `reveal`. */
const char *report_words_value(struct arena *a, const struct field *f,
                               bool reveal);

#endif
