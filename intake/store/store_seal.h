/* SPDX-License-Identifier: GPL-3.0-or-later */

/* store_seal - pictures of seals in their versions, who stands for them, and
 * the links that give them out */

#ifndef INTAKE_STORE_SEAL_H
#define INTAKE_STORE_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "intake/store/store_records.h"

struct arena;
struct err;
struct store;

/* Gives the version its number: `row->version` is set. */
int store_seal_add(struct store *s, struct store_seal_version *row,
                   struct err *e);
int store_seal_get(struct store *s, struct arena *a, const char *application,
                   const char *seal, int64_t version,
                   struct store_seal_version *ret, struct err *e);
int store_seals(struct store *s, struct arena *a, const char *application,
                struct store_seal_version **ret, size_t *ret_n, struct err *e);
/* The first person's word: this version is to be produced. */
int store_seal_propose(struct store *s, const char *application,
                       const char *seal, int64_t version, const char *user,
                       int64_t now_ms, struct err *e);
/* The second person's: ERR_CONFLICT for who made the version by hand, and of
 * the machine's for who proposed it, or when nobody did. The seal has one
 * production version; an earlier one stops being it. */
int store_seal_produce(struct store *s, const char *application,
                       const char *seal, int64_t version, const char *user,
                       int64_t now_ms, struct err *e);

int store_export_add(struct store *s, const struct store_export *row,
                     struct err *e);
/* Works once: afterwards, or too late, ERR_CONFLICT. */
int store_export_use(struct store *s, struct arena *a, const char *token_hash,
                     int64_t now_ms, struct store_export *ret, struct err *e);

#endif
