/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * audit - who did what, as a chain that shows tampering
 *
 * Each row carries HMAC-SHA256 of the row before it and of itself, under a key
 * that only core has. Changed, removed, added and reordered rows are noticed;
 * so is a cut tail, since the newest number and code are kept a second time,
 * under their own code. Against somebody who restores an older copy of the
 * whole store, only a head noted elsewhere helps: audit_head() is logged, and
 * `sealdesk store verify --head` takes it. The chain proves tampering, it does
 * not prevent it.
 *
 * Rows hold ids, words and digests, never personal data: erasing an application
 * leaves the chain whole.
 */

#ifndef INTAKE_AUDIT_H
#define INTAKE_AUDIT_H

#include <stddef.h>
#include <stdint.h>

#include "intake/store/store.h"

struct arena;
struct err;
struct vault;

enum { AUDIT_HEAD = 96 };

/* Adds a row within the caller's transaction. detail: JSON or NULL. */
int audit_append(struct store *s, const struct vault *v, int64_t now_ms,
                 const char *actor, const char *action, const char *object,
                 const char *detail, struct err *e);

/* "seq:mac" of the newest row; "0:" when there is none. */
int audit_head(struct store *s, char ret[AUDIT_HEAD], struct err *e);

struct audit_result {
    int64_t rows;
    int64_t first_bad; /* 0: the chain is whole */
    char what[160];    /* English: what is wrong */
};
/* Reads the whole chain. head: as noted elsewhere, or NULL. Returns 0 also when
 * the chain is broken: the result says so. */
int audit_verify(struct store *s, const struct vault *v, const char *head,
                 struct audit_result *ret, struct err *e);

#endif
