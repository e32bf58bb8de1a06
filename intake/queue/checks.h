/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * checks - single files that somebody wants judged while he waits
 *
 * Nothing is kept: the file goes to a lane, before everything else, and the
 * report back to whoever asked. A check that nobody fetches is dropped. Lives
 * in the core's loop.
 */

#ifndef INTAKE_CHECKS_H
#define INTAKE_CHECKS_H

#include <stddef.h>

#include "base/facts.h"

struct arena;
struct bundle_file;
struct checks;
struct err;
struct pool;
struct service;

struct checks *checks_new(struct arena *a, struct pool *pool);

/*
 * Begins; `id` is also the topic that is woken at the end. Takes over `fd`, a
 * sealed file in memory. ERR_BUSY when too many are under way.
 */
int checks_begin(struct service *s, struct checks *c, const char *id,
                 const struct bundle_file *file, const char *today, int fd,
                 struct err *e);

/* The report: 1 and its text, 0 when it is not there yet, ERR_MISSING when
 * there is no such check, or why it failed. Given out once. */
int checks_take(struct checks *c, struct arena *a, const char *id,
                const char **ret_report, size_t *ret_n, struct err *e);

/* Drops what nobody has fetched. */
void checks_expire(struct service *s, struct checks *c);

#endif
