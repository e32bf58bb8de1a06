/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * catalogue - the rules, printed from their table
 *
 * What `sealdesk rules` answers and what docs/rules.md holds. With settings the
 * severities are those that are set, without (NULL) those of the catalogue.
 */

#ifndef RULES_CATALOGUE_H
#define RULES_CATALOGUE_H

struct conf;
struct jval;
struct str;

void catalogue_text(const struct conf *conf, struct str *out);
void catalogue_markdown(const struct conf *conf, struct str *out);

/* An array of objects; the caller frees it. */
struct jval *catalogue_json(const struct conf *conf);

#endif
