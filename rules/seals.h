/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seals - which of the seals a rule means
 *
 * By role first and by what is left over second, because a name seal of the
 * wrong shape is just what a finder does not recognise as one.
 */

#ifndef RULES_SEALS_H
#define RULES_SEALS_H

#include <stdbool.h>

#include "rules/rule.h"

/* The organisation's seal of the slot: red before other colours, then the
 * surest; NULL: there is none. */
const struct seal *seals_find_official(const struct facts *f, enum slot slot);

/* The legal representative's: by role, else what is neither the official seal
 * nor alone, else the smaller of two that both look like official ones. */
const struct seal *seals_find_name(const struct facts *f, enum slot slot);

/* The seal of that id, or NULL. */
const struct seal *seals_lookup(const struct facts *f, const char *id);

/* The seal with which the i-th pair compares this one; NULL: it does not. */
const struct seal *seals_other(const struct facts *f, size_t i,
                               const struct seal *s);

/* The next impression of the same stamp on any page, NULL: no more; *io_pair is
 * 0 at first. */
const struct seal *seals_next_of_stamp(const struct facts *f,
                                       const struct seal *s, size_t *io_pair);

/* Whether another paper carries an impression of the same stamp. */
bool seals_is_on_another_paper(const struct facts *f, const struct seal *s);

/* Its ring was surely read as the name of somebody else altogether. One that
 * differs in a character or two may be a slip of the reader. */
bool seals_names_another(const struct rule_case *c, const struct seal *s);

/* As large as the other, as far as both are measured: a seal has one size. */
bool seals_are_of_one_size(const struct seal *a, const struct seal *b);

/* Whether the page ends before the seal does. */
bool seals_is_cut(const struct facts *f, const struct seal *s);

/* The first page of the slot's documents on which that seal may stand, or
 * NULL: a seal knows its slot and the page's number. */
const struct page_facts *seals_page(const struct facts *f,
                                    const struct seal *s);

/* Round or elliptical, as official seals are. */
bool seals_is_rounded(const struct seal *s);

/* Makes the finding about this seal: slot, page, box, detail "seal". */
void seals_point_at(const struct rule_case *c, struct finding *out,
                    const struct seal *s);

/* What is said of a slot whose documents show no seal at all: that it fails,
 * with the reason "grey" when no colour was scanned, or that it cannot be told
 * ("unclear") from such pages. */
enum answer seals_say_none(const struct rule_case *c, enum slot slot,
                           struct finding *out);

/* A key field under a seal's ink, and whether it can still be read. */
struct covered {
    bool any, lost;
};

/* Which key fields (key_fields.def) the seals of the slot lie on; then the
 * finding is about the first of them and has the detail "fields". */
struct covered seals_covered(const struct rule_case *c, enum slot slot,
                             struct finding *out);

#endif
