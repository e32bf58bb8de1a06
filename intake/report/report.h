/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * report - a review as JSON, text and HTML
 *
 * JSON is the contract (docs/schema/report.schema.json) and holds values in
 * full. Text and HTML are for people, in Chinese, and mask ID and phone
 * numbers unless `reveal` is set. The HTML is one file: style, script and
 * pictures are inside, nothing is fetched.
 */

#ifndef INTAKE_REPORT_H
#define INTAKE_REPORT_H

#include <stdbool.h>

struct arena;
struct review;
struct str;

void report_json(struct arena *a, const struct review *r, bool pretty,
                 struct str *out);
void report_text(struct arena *a, const struct review *r, bool reveal,
                 struct str *out);
void report_html(struct arena *a, const struct review *r, bool reveal,
                 struct str *out);

#endif
