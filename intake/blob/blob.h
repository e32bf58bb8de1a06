/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * blob - immutable files, named by the SHA-256 of their bytes
 *
 * What is in here is ciphertext (intake/blob/vault.h), so names can be checked
 * without a key. A blob is whole and on the disk before blob_commit returns, or
 * it is not there. All functions may be called from several threads at once.
 * Where the files lie is the backend's business: no path leaves this interface.
 */

#ifndef INTAKE_BLOB_H
#define INTAKE_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intake/blob/digest.h"

struct arena;
struct blobs;
struct blob_writer;
struct err;

enum { BLOB_NAME = 65 }; /* 64 hexadecimal digits and the terminator */

typedef int blob_fn(void *context, const char *name, uint64_t size,
                    struct err *e);

/* What a backend does. `blobs` and the writer are the backend's own structs
 * that begin with the ones below. */
struct blob_ops {
    const char *backend;
    int (*create)(struct blobs *b, struct blob_writer **ret, struct err *e);
    int (*write)(struct blob_writer *w, const void *bytes, size_t n,
                 struct err *e);
    int (*commit)(struct blob_writer *w, const char *name, struct err *e);
    void (*abort)(struct blob_writer *w);
    int (*open)(struct blobs *b, const char *name, int *ret_fd, struct err *e);
    int (*size)(struct blobs *b, const char *name, uint64_t *ret,
                struct err *e);
    int (*remove)(struct blobs *b, const char *name, struct err *e);
    int (*list)(struct blobs *b, blob_fn *each, void *context, struct err *e);
    int (*sweep)(struct blobs *b, struct err *e);
    void (*close)(struct blobs *b);
};
struct blobs {
    const struct blob_ops *ops;
};
struct blob_writer {
    struct blobs *blobs;
    struct digest digest; /* of what was written so far */
};

/* Files below `folder`. `sync` false is for the tests that prove that waiting
 * for the disk is what keeps blobs. */
int blob_folder_open(const char *folder, bool sync, struct blobs **ret,
                     struct err *e);
void blob_close(struct blobs *b); /* NULL is fine */

/* Writing: create, write..., then commit or abort; both end the writer. */
int blob_create(struct blobs *b, struct blob_writer **ret, struct err *e);
int blob_write(struct blob_writer *w, const void *bytes, size_t n,
               struct err *e);
int blob_commit(struct blob_writer *w, char ret_name[BLOB_NAME], struct err *e);
void blob_abort(struct blob_writer *w);

/* All at once. */
int blob_put(struct blobs *b, const void *bytes, size_t n,
             char ret_name[BLOB_NAME], struct err *e);

/* A descriptor at the first byte, for reading; the caller closes it.
 * ERR_MISSING when there is none of that name, or it is no name. */
int blob_open(struct blobs *b, const char *name, int *ret_fd, struct err *e);
bool blob_exists(struct blobs *b, const char *name);
int blob_size(struct blobs *b, const char *name, uint64_t *ret, struct err *e);
int blob_remove(struct blobs *b, const char *name, struct err *e); /* gone: 0 */

/* Every blob, in no order; stops when the function returns anything but 0. */
int blob_list(struct blobs *b, blob_fn *each, void *context, struct err *e);

/* ERR_STORE when the bytes are not those of the name. */
int blob_verify(struct blobs *b, const char *name, struct err *e);

/* Removes what a process that died left half-written. Only at start. */
int blob_sweep(struct blobs *b, struct err *e);

#endif
