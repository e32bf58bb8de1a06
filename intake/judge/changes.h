/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * changes - what becomes of many applications when they are judged otherwise
 *
 * Two judgements of each report go in: the stored one and a new one, or those
 * of two settings. Out come the verdicts before and after, for each rule how
 * many applications it newly speaks of and how many it no longer does, and
 * every application whose verdict is another now, with the rules that did it.
 * What a rule says counts as the same when it gives the same answer about the
 * same document.
 */

#ifndef INTAKE_CHANGES_H
#define INTAKE_CHANGES_H

#include "intake/judge/stored.h"

struct changes;
struct str;

struct changes *changes_new(struct arena *a);

/* Copies what it keeps; `from` and `to` may be gone afterwards. */
void changes_add(struct changes *c, const struct stored *report,
                 const struct opinion *from, const struct opinion *to);

void changes_json(const struct changes *c, struct str *t);
void changes_text(const struct changes *c, struct str *t);

#endif
