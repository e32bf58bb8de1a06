/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * facts_json_impl - what facts_json.c, facts_json_read.c and facts_json_seal.c
 * share; for nobody else
 */

#ifndef BASE_FACTS_JSON_IMPL_H
#define BASE_FACTS_JSON_IMPL_H

#include "base/facts.h"

struct cursor;
struct jval;

enum { FACTS_MAX_PAGES = 10000 };

/* Decimals: numbers are rounded to what they mean. */
enum {
    FACTS_PX = 1,
    FACTS_MM = 2,
    FACTS_DEG = 2,
    FACTS_DPI = 1,
    FACTS_SCORE = 1,
    FACTS_RATIO = 4
};

/* Members that are left out when they are not known. */
void facts_json_set_known(struct jval *j, const char *name, double v,
                          int decimals);
void facts_json_set_text(struct jval *j, const char *name, const char *s);
void facts_json_set_tri(struct jval *j, const char *name, enum tri v);

/* A confidence, which the schema wants to be a number: none is 0. */
void facts_json_set_confidence(struct jval *j, const char *name, double v);

struct jval *facts_json_verified(const struct verified *v);

/* The member "verified", all 0 when it is not there. */
struct verified facts_json_read_verified(struct cursor *c,
                                         const struct jval *j);

/* A slot that has to be there; "unknown" is one. */
enum slot facts_json_read_slot(struct cursor *c, const struct jval *j,
                               const char *name);

#endif
