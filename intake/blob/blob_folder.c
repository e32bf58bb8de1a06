/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Blobs as files of a folder: ab/<the whole name>, 256 folders made at the
 * start.
 *
 * Durable means, in this order: the bytes are written to tmp/, synced, renamed
 * to their name, and the folder that holds the name is synced. A process that
 * dies before the last step leaves at most a file in tmp/ or a blob that no
 * record names. A sync that fails is not tried again: the kernel may have
 * dropped the pages, so the file goes.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "intake/blob/blob.h"

struct folder {
    struct blobs blobs; /* first: this is a struct blobs */
    int dir, tmp;
    bool sync;
    atomic_ulong serial; /* names in tmp/ */
};

struct writer {
    struct blob_writer base; /* first */
    struct folder *folder;
    int fd;
    char temp[40];
};

enum { SHARDS = 256, PATH_ROOM = BLOB_NAME + 4 };

static int sys_fail(const char *what, struct err *e)
{
    return err_set(e, ERR_STORE, "blobs: %s: %s", what, strerror(errno));
}

/* The names were checked in blob.c: only digits. */
static void path_of(const char *name, char ret[PATH_ROOM])
{
    snprintf(ret, PATH_ROOM, "%.2s/%.64s", name, name);
}

/* --- writing --------------------------------------------------------------*/

static int create(struct blobs *b, struct blob_writer **ret, struct err *e)
{
    struct folder *f = (struct folder *)b;
    struct writer *w = calloc(1, sizeof *w);
    if (!w)
        return err_set(e, ERR_STORE, "blobs: out of memory");
    snprintf(w->temp, sizeof w->temp, "%ld.%lu", (long)getpid(),
             atomic_fetch_add(&f->serial, 1));
    w->folder = f;
    w->fd =
        openat(f->tmp, w->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (w->fd < 0) {
        int r = sys_fail("new file", e);
        free(w);
        return r;
    }
    *ret = &w->base;
    return 0;
}

static int write_bytes(struct blob_writer *base, const void *bytes, size_t n,
                       struct err *e)
{
    const struct writer *w = (const struct writer *)base;
    for (const char *p = bytes; n > 0;) {
        ssize_t put = write(w->fd, p, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return sys_fail("write", e);
        p += put;
        n -= (size_t)put;
    }
    return 0;
}

static void drop(struct blob_writer *base)
{
    struct writer *w = (struct writer *)base;
    close(w->fd);
    unlinkat(w->folder->tmp, w->temp, 0);
    free(w);
}

/* A folder is synced by a descriptor of its own. */
static int sync_dir(const struct folder *f, const char *path, struct err *e)
{
    int fd = f->sync ? openat(f->dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                     : f->dir;
    int r = fd < 0 || (f->sync && fsync(fd) != 0) ? sys_fail("sync", e) : 0;
    if (f->sync && fd >= 0)
        close(fd);
    return r;
}

static int commit(struct blob_writer *base, const char *name, struct err *e)
{
    struct writer *w = (struct writer *)base;
    struct folder *f = w->folder;
    char path[PATH_ROOM], shard[3] = {name[0], name[1], '\0'};
    path_of(name, path);
    if ((f->sync && fsync(w->fd) != 0) ||
        renameat(f->tmp, w->temp, f->dir, path) != 0) {
        int r = sys_fail("keep", e);
        drop(base);
        return r;
    }
    close(w->fd);
    free(w);
    return sync_dir(f, shard, e);
}

/* --- reading --------------------------------------------------------------*/

static int not_there(const char *name, struct err *e)
{
    return errno == ENOENT ? err_set(e, ERR_MISSING, "no blob %s", name)
                           : sys_fail(name, e);
}

static int open_blob(struct blobs *b, const char *name, int *ret_fd,
                     struct err *e)
{
    char path[PATH_ROOM];
    path_of(name, path);
    *ret_fd = openat(((struct folder *)b)->dir, path,
                     O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return *ret_fd < 0 ? not_there(name, e) : 0;
}

static int size_of(struct blobs *b, const char *name, uint64_t *ret,
                   struct err *e)
{
    char path[PATH_ROOM];
    struct stat st;
    path_of(name, path);
    if (fstatat(((struct folder *)b)->dir, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return not_there(name, e);
    *ret = (uint64_t)st.st_size;
    return 0;
}

static int remove_blob(struct blobs *b, const char *name, struct err *e)
{
    char path[PATH_ROOM];
    path_of(name, path);
    return unlinkat(((struct folder *)b)->dir, path, 0) == 0 || errno == ENOENT
               ? 0
               : sys_fail(name, e);
}

/* --- all of them ----------------------------------------------------------*/

typedef int entry_fn(void *context, int dir, const char *name, struct err *e);

static int each_entry(int parent, const char *path, entry_fn *each,
                      void *context, struct err *e)
{
    int fd = openat(parent, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (!d) {
        r = sys_fail(path, e);
        if (fd >= 0)
            close(fd);
        return r;
    }
    for (const struct dirent *entry; r == 0 && (entry = readdir(d));)
        if (entry->d_name[0] != '.')
            r = each(context, fd, entry->d_name, e);
    closedir(d);
    return r;
}

struct listing {
    blob_fn *each;
    void *context;
};

static int list_entry(void *context, int dir, const char *name, struct err *e)
{
    const struct listing *l = context;
    struct stat st;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? 0 : sys_fail(name, e); /* just removed */
    return l->each(l->context, name, (uint64_t)st.st_size, e);
}

static int list(struct blobs *b, blob_fn *each, void *context, struct err *e)
{
    struct listing l = {each, context};
    char shard[3];
    int r = 0;
    for (unsigned i = 0; r == 0 && i < SHARDS; i++) {
        snprintf(shard, sizeof shard, "%02x", i);
        r = each_entry(((struct folder *)b)->dir, shard, list_entry, &l, e);
    }
    return r;
}

static int remove_entry(void *context, int dir, const char *name, struct err *e)
{
    (void)context;
    return unlinkat(dir, name, 0) == 0 ? 0 : sys_fail(name, e);
}

static int sweep(struct blobs *b, struct err *e)
{
    return each_entry(((struct folder *)b)->dir, "tmp", remove_entry, NULL, e);
}

/* --- opening --------------------------------------------------------------*/

static void close_folder(struct blobs *b)
{
    struct folder *f = (struct folder *)b;
    if (f->tmp >= 0)
        close(f->tmp);
    if (f->dir >= 0)
        close(f->dir);
    free(f);
}

static const struct blob_ops ops = {
    .backend = "folder",
    .create = create,
    .write = write_bytes,
    .commit = commit,
    .abort = drop,
    .open = open_blob,
    .size = size_of,
    .remove = remove_blob,
    .list = list,
    .sweep = sweep,
    .close = close_folder,
};

static int open_dir(int parent, const char *path)
{
    return openat(parent, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int make_dir(const struct folder *f, const char *name, struct err *e)
{
    return mkdirat(f->dir, name, 0700) == 0 || errno == EEXIST
               ? 0
               : sys_fail(name, e);
}

/* tmp/ comes last: where it is, the others are on the disk. */
static int make_shards(struct folder *f, struct err *e)
{
    char shard[3];
    int r = 0;
    for (unsigned i = 0; r == 0 && i < SHARDS; i++) {
        snprintf(shard, sizeof shard, "%02x", i);
        r = make_dir(f, shard, e);
    }
    if (r == 0)
        r = sync_dir(f, ".", e);
    if (r == 0)
        r = make_dir(f, "tmp", e);
    return r ? r : sync_dir(f, ".", e);
}

int blob_folder_open(const char *folder, bool sync, struct blobs **ret,
                     struct err *e)
{
    struct folder *f = calloc(1, sizeof *f);
    *ret = NULL;
    if (!f)
        return err_set(e, ERR_STORE, "blobs: out of memory");
    f->blobs.ops = &ops;
    f->sync = sync;
    f->dir = f->tmp = -1;
    int r = file_make_dir(folder, e);
    if (r == 0 && (f->dir = open_dir(AT_FDCWD, folder)) < 0)
        r = sys_fail(folder, e);
    if (r == 0 && (f->tmp = open_dir(f->dir, "tmp")) < 0) {
        r = make_shards(f, e);
        if (r == 0 && (f->tmp = open_dir(f->dir, "tmp")) < 0)
            r = sys_fail("tmp", e);
    }
    if (r) {
        close_folder(&f->blobs);
        return r;
    }
    *ret = &f->blobs;
    return 0;
}
