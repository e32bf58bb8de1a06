/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * rules_html - the rule catalogue as a page of its own, for reading and
 * printing
 */

#ifndef INTAKE_RULES_HTML_H
#define INTAKE_RULES_HTML_H

struct jval;
struct str;

/* `catalogue` is what catalogue_json made. */
void rules_html(const struct jval *catalogue, struct str *out);

#endif
