/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * facts_json - the measured half of a report, as JSON and back
 *
 * The shapes are those of docs/schema/report.schema.json. The same text is
 * what a sandboxed child hands to its parent and what `judge` reads again, so
 * reading trusts nothing: kinds, ranges and words are checked.
 */

#ifndef BASE_FACTS_JSON_H
#define BASE_FACTS_JSON_H

#include "base/facts.h"

struct arena;
struct err;
struct jval;

/* [x, y, w, h]; a number that is not finite is 0. */
struct jval *facts_json_box(Rect r);

struct jval *facts_json_document(const struct document *d);
struct jval *facts_json_seal(const struct seal *s);

struct jval *facts_json_pair(const struct seal_pair *p);

/* The order, as the object "application" of a report. */
struct jval *facts_json_order(const struct order *o);

/* ERR_FORMAT names the member that is wrong. */
int facts_json_read_document(struct arena *a, const struct jval *j,
                             struct document *ret, struct err *e);
int facts_json_read_seal(struct arena *a, const struct jval *j,
                         struct seal *ret, struct err *e);
int facts_json_read_pair(struct arena *a, const struct jval *j,
                         struct seal_pair *ret, struct err *e);
int facts_json_read_order(struct arena *a, const struct jval *j,
                          struct order *ret, struct err *e);

#endif
