/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * keep - a data folder as a whole: store, blobs and master key
 *
 *     DATA/store.db      records           DATA/blobs/  ciphertext
 *     DATA/master.key    32 bytes, 0600; may lie elsewhere
 *
 * And what is done to the whole: checking, copying, erasing. A copy holds the
 * wrapped keys but never the master key: without that it tells nothing, and
 * with it everything, so the two belong into different places.
 */

#ifndef INTAKE_KEEP_H
#define INTAKE_KEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct blobs;
struct err;
struct store;
struct vault;

struct keep {
    struct store *store;
    struct blobs *blobs;
    struct vault *vault; /* NULL: no key was at hand; only when reading */
};

/* The folder when none was named: $XDG_DATA_HOME/sealdesk or the like. */
const char *keep_default_folder(struct arena *a);

/* ERR_STORE when the folder holds no store: a slip in its name must not make
 * one. */
int keep_find(struct arena *a, const char *data, struct err *e);

/* key_file NULL: DATA/master.key. For writing all is made that is not there,
 * and a master key that is not the store's own is refused. */
int keep_open(const char *data, const char *key_file, bool to_write,
              struct keep *ret, struct err *e);
void keep_close(struct keep *k);

/* Can this machine hold one? "SQLite 3.40.1, schema 1"; for `doctor`. */
int keep_try(struct arena *a, const char **ret_about, struct err *e);

/* Removes blobs that no record names and what was left half-written. Only at
 * the start, before anything is taken in. */
int keep_sweep(struct keep *k, uint64_t *ret_removed, struct err *e);

struct keep_report {
    uint64_t records_defects, blobs, missing, damaged, orphans;
    int64_t audit_rows;
    bool has_audit; /* the chain was read; false without the key */
    bool is_sound;
};
/* Reads everything: structure, references, each blob's presence and digest,
 * the audit log. Each defect is told. Returns 0 also when there are some. */
typedef void keep_tell(void *context, const char *defect);
int keep_verify(struct keep *k, const char *audit_head, keep_tell *tell,
                void *context, struct keep_report *ret, struct err *e);

/* A complete copy in a new folder, while another process may write. What was
 * erased meanwhile is erased in the copy as well. */
int keep_copy(struct keep *k, const char *folder, uint64_t *ret_blobs,
              struct err *e);

/* Destroys an application's key, the records' personal parts and the files,
 * and notes it in the audit log. */
int keep_erase(struct keep *k, const char *application, const char *actor,
               int64_t now_ms, size_t *ret_blobs, struct err *e);

#endif
