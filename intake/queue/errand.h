/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * errand - what processing an application needs from the disk, done on a
 * thread: papers out of the vault, results into it
 *
 * An errand has an arena of its own and touches neither the store nor the
 * process it is for. It is filled in, run once by service_work, and its result
 * read in the loop.
 */

#ifndef INTAKE_ERRAND_H
#define INTAKE_ERRAND_H

#include <stdbool.h>
#include <stddef.h>

#include "intake/blob/vault.h"
#include "intake/store/store.h"

struct arena;
struct err;
struct jval;
struct service;

/* One page's tiles, kept. */
struct errand_tiles {
    int page;
    bool is_private;
    struct vault_file file;
};

struct errand {
    struct arena *arena;
    void *owner; /* who asked, and for which of his papers */
    size_t which;
    const char *application;
    struct store_bytes data_key;
    struct err *error; /* in the arena: why it failed */

    int fd; /* in: records or an answer; out: what was loaded or is left */

    const char *blob; /* errand_load: what is taken out of the vault */

    bool keeps_report;          /* errand_conclude: not a quick check */
    struct vault_file records;  /* errand_keep */
    struct errand_tiles *tiles; /* errand_keep */
    size_t n_tiles;
    struct vault_file report, index; /* errand_conclude, when kept */
    struct jval *summary;            /* errand_conclude: the index, read */
    const char *findings; /* errand_conclude: JSON for the applicant */
    bool refuses;         /* errand_conclude: one of them is a clear block */
};

struct errand *errand_new(const char *application, struct store_bytes data_key,
                          void *owner, size_t which);
void errand_free(struct errand *x); /* closes fd */

/* Functions for service_work; the context is the errand. */
typedef int errand_run(struct service *s, void *errand, struct err *e);

/* `blob`, decrypted, to a sealed file in memory: fd. */
errand_run errand_load;

/* The records in fd: tiles to blobs of their own, the rest to one blob, which
 * is left in fd. */
errand_run errand_keep;

/* The answer of intake/measure/assemble.h in fd: report and index are kept, the
 * findings told. */
errand_run errand_conclude;

#endif
