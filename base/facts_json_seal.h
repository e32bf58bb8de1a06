/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * facts_json_seal - how a seal came out and what was read on it, as members of
 * its JSON and back
 */

#ifndef BASE_FACTS_JSON_SEAL_H
#define BASE_FACTS_JSON_SEAL_H

struct arena;
struct err;
struct jval;
struct seal;
struct seal_impression;

struct jval *facts_json_impression(const struct seal_impression *m);

int facts_json_read_impression(struct arena *a, const struct jval *j,
                               const struct seal_impression **ret,
                               struct err *e);

/* Adds "text", "number" and "covers" when there are any. */
void facts_json_add_seal_reading(struct jval *j, const struct seal *s);

/* Reads them; ERR_FORMAT names the member that is wrong. */
int facts_json_read_seal_reading(struct arena *a, const struct jval *j,
                                 struct seal *s, struct err *e);

#endif
