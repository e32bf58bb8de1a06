/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * query - the part of an address behind the question mark
 */

#ifndef INTAKE_QUERY_H
#define INTAKE_QUERY_H

#include <stddef.h>

struct arena;
struct err;
struct pair;

/* At most `max` pairs of "a=b&c=d", %XX and + decoded. ERR_FORMAT for broken
 * escapes, text that is not UTF-8 and too many. */
int query_parse(struct arena *a, const char *text, struct pair *ret, size_t max,
                size_t *ret_n, struct err *e);

#endif
