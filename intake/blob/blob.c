/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is the same for every backend: names, and that they fit the bytes. */

#include "intake/blob/blob.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

static bool is_name(const char *s)
{
    return strlen(s) == BLOB_NAME - 1 &&
           strspn(s, "0123456789abcdef") == BLOB_NAME - 1;
}

static int refuse(const char *name, struct err *e)
{
    return err_set(e, ERR_MISSING, "%.70s is no name of a blob", name);
}

void blob_close(struct blobs *b)
{
    if (b)
        b->ops->close(b);
}

int blob_create(struct blobs *b, struct blob_writer **ret, struct err *e)
{
    int r = b->ops->create(b, ret, e);
    if (r)
        return r;
    (*ret)->blobs = b;
    digest_init(&(*ret)->digest);
    return 0;
}

int blob_write(struct blob_writer *w, const void *bytes, size_t n,
               struct err *e)
{
    digest_add(&w->digest, bytes, n);
    return w->blobs->ops->write(w, bytes, n, e);
}

int blob_commit(struct blob_writer *w, char ret_name[BLOB_NAME], struct err *e)
{
    digest_done(&w->digest, ret_name);
    return w->blobs->ops->commit(w, ret_name, e);
}

void blob_abort(struct blob_writer *w)
{
    w->blobs->ops->abort(w);
}

int blob_put(struct blobs *b, const void *bytes, size_t n,
             char ret_name[BLOB_NAME], struct err *e)
{
    struct blob_writer *w;
    int r = blob_create(b, &w, e);
    if (r)
        return r;
    r = blob_write(w, bytes, n, e);
    if (r == 0)
        return blob_commit(w, ret_name, e);
    blob_abort(w);
    return r;
}

int blob_open(struct blobs *b, const char *name, int *ret_fd, struct err *e)
{
    return is_name(name) ? b->ops->open(b, name, ret_fd, e) : refuse(name, e);
}

bool blob_exists(struct blobs *b, const char *name)
{
    uint64_t size;
    return blob_size(b, name, &size, NULL) == 0;
}

int blob_size(struct blobs *b, const char *name, uint64_t *ret, struct err *e)
{
    return is_name(name) ? b->ops->size(b, name, ret, e) : refuse(name, e);
}

int blob_remove(struct blobs *b, const char *name, struct err *e)
{
    return is_name(name) ? b->ops->remove(b, name, e) : refuse(name, e);
}

int blob_list(struct blobs *b, blob_fn *each, void *context, struct err *e)
{
    return b->ops->list(b, each, context, e);
}

int blob_sweep(struct blobs *b, struct err *e)
{
    return b->ops->sweep(b, e);
}

int blob_verify(struct blobs *b, const char *name, struct err *e)
{
    unsigned char piece[1 << 16];
    char found[BLOB_NAME];
    struct digest d;
    ssize_t n;
    int fd = -1, r = blob_open(b, name, &fd, e);
    if (r)
        return r;
    digest_init(&d);
    while ((n = read(fd, piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR))
        if (n > 0)
            digest_add(&d, piece, (size_t)n);
    int why = errno;
    close(fd);
    if (n < 0)
        return err_set(e, ERR_STORE, "blob %s: %s", name, strerror(why));
    digest_done(&d, found);
    return strcmp(found, name) == 0
               ? 0
               : err_set(e, ERR_STORE, "blob %s: the bytes are others", name);
}
