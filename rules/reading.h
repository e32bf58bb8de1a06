/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * reading - what was read of a slot, whichever file it came in
 *
 * A slot may hold several files (front and back of a card), so a field is
 * looked for in all of them and the surest reading is taken.
 */

#ifndef RULES_READING_H
#define RULES_READING_H

#include <stdbool.h>

#include "base/facts.h"

struct rule_case;

/* The surest field of that name in the slot's documents, or NULL. */
const struct field *reading_field(const struct facts *f, enum slot slot,
                                  const char *name);

/* A value in a hand that nobody here can read for sure. P01 has a person look
 * at all of them at once; to the rules that compare values it is none. */
bool reading_is_scrawl(const struct rule_case *c, const struct field *f);

/* How a blank of a form was filled in. */
enum filled {
    FILLED_PLAINLY,
    FILLED_BY_HAND, /* what it says is not sure */
    FILLED_UNREAD,  /* nothing is known of it */
    FILLED_NOT      /* it was found, and is empty */
};

/* *ret_field: where it stands, or NULL. */
enum filled reading_filled(const struct rule_case *c, enum slot slot,
                           const char *name, const struct field **ret_field);

/* The title that was read on what the licence slot holds, or NULL. */
const char *reading_certificate(const struct facts *f);

/* Whether the slot has a document that was opened and has a page that counts
 * (rules/pages.h). */
bool reading_is_possible(const struct rule_case *c, enum slot slot);

/* Whether the slot has a document at all. */
bool reading_is_present(const struct facts *f, enum slot slot);

#endif
