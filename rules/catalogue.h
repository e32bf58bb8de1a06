/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * catalogue - the rules, printed from their table
 *
 * What `sealdesk rules` answers and what docs/rules.md holds.
 */

#ifndef RULES_CATALOGUE_H
#define RULES_CATALOGUE_H

struct jval;
struct str;

void catalogue_text(struct str *out);
void catalogue_markdown(struct str *out);

/* An array of objects; the caller frees it. */
struct jval *catalogue_json(void);

#endif
