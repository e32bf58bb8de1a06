/* SPDX-License-Identifier: GPL-3.0-or-later */

/* store_paper - the papers that came by mail, and what was answered about them
 */

#ifndef INTAKE_STORE_PAPER_H
#define INTAKE_STORE_PAPER_H

#include <stdbool.h>
#include <stddef.h>

#include "intake/store/store_records.h"

struct arena;
struct err;
struct store;

/* Adding takes the slot: the scan that was current there is replaced. */
int store_paper_add(struct store *s, const struct store_paper *row,
                    struct err *e);
/* The current ones, or with `all` also those that were replaced; oldest first.
 */
int store_papers(struct store *s, struct arena *a, const char *application,
                 bool all, struct store_paper **ret, size_t *ret_n,
                 struct err *e);
int store_paper_check_put(struct store *s, const struct store_paper_check *row,
                          struct err *e);
int store_paper_check_delete(struct store *s, const char *application,
                             const char *item, struct err *e);
int store_paper_checks(struct store *s, struct arena *a,
                       const char *application, struct store_paper_check **ret,
                       size_t *ret_n, struct err *e);

#endif
