/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_store - the pictures of seals: the machine's, and those people made
 *
 * Version 1 is what the run cut out. It lies among the run's pictures and gets
 * a record of its own when somebody makes another version or wants to produce
 * it. Versions never change.
 */

#ifndef REVIEW_SEAL_STORE_H
#define REVIEW_SEAL_STORE_H

#include "intake/blob/vault.h"
#include "review/desk.h"

#define SEAL_MACHINE "auto" /* made_by of version 1 */

/* A picture on its way from or to the vault, on a thread. */
struct seal_work {
    struct arena *arena;
    struct store_application row;
    struct store_artefact artefact; /* read this (name not NULL) ... */
    const char *blob;               /* ... or this */
    const uint8_t *png;
    size_t n;
    bool keeps; /* and puts it into the vault as a blob of its own */
    struct vault_file file;
    struct store_seal_version version; /* for whoever goes on with it */
};

/* A worker for response_work; the context is a struct seal_work. */
int seal_store_work(struct service *s, void *context, struct err *e);

/* The version's record; of version 1 without a record only what is known
 * without its picture, and `made_by` "auto". ERR_MISSING: no such version. */
int seal_store_find(struct service *s, struct arena *a,
                    const struct store_application *row, const char *seal,
                    int64_t version, struct store_seal_version *ret,
                    struct err *e);

/* The work that reads that version's picture. */
int seal_store_read(struct service *s, struct arena *a,
                    const struct store_application *row,
                    const struct store_seal_version *v, struct seal_work *ret,
                    struct err *e);

/* Puts version 1 on record; the work has run with `keeps`, and its version has
 * a role. */
int seal_store_keep_first(struct service *s, const struct seal_work *w,
                          struct err *e);

/* Who stands for the version: who made it by hand, and of the machine's who
 * proposed it; NULL: nobody yet. The second person is another one. */
const char *seal_store_first_person(const struct store_seal_version *v);

/* Which version is for production, of all that are given; NULL: none yet. */
const struct store_seal_version *seal_store_production(
    const struct store_seal_version *rows, size_t n, const char *seal);

#endif
