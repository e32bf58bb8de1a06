/* SPDX-License-Identifier: GPL-3.0-or-later */

#define _GNU_SOURCE

#include "base/memfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"

static const int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;

int memfile_create(int *ret_fd, struct err *e)
{
    *ret_fd = memfd_create("sealdesk", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return *ret_fd >= 0 ? 0 : err_set(e, ERR_SYS, "memfd: %s", strerror(errno));
}

int memfile_seal(int fd, struct err *e)
{
    return fcntl(fd, F_ADD_SEALS, seals) == 0
               ? 0
               : err_set(e, ERR_SYS, "memfd: %s", strerror(errno));
}

static int write_all(int fd, const void *bytes, size_t n, struct err *e)
{
    return file_write_all(fd, bytes, n) == 0
               ? 0
               : err_set(e, ERR_SYS, "memfd: %s", strerror(errno));
}

int memfile_new(const void *bytes, size_t n, int *ret_fd, struct err *e)
{
    int r = memfile_create(ret_fd, e);
    if (r)
        return r;
    r = write_all(*ret_fd, bytes, n, e);
    if (r == 0)
        r = memfile_seal(*ret_fd, e);
    if (r) {
        close(*ret_fd);
        *ret_fd = -1;
    }
    return r;
}

struct mapping {
    void *bytes;
    size_t n;
};

static void unmap(void *object)
{
    struct mapping *m = object;
    munmap(m->bytes, m->n);
}

int memfile_map(struct arena *a, int fd, const uint8_t **ret_bytes,
                size_t *ret_n, struct err *e)
{
    struct stat st;
    int has = fcntl(fd, F_GET_SEALS);
    if (has < 0 || (has & seals) != seals || fstat(fd, &st) != 0)
        return err_set(e, ERR_FORMAT, "a file in memory that is not sealed");
    *ret_n = (size_t)st.st_size;
    *ret_bytes = (const uint8_t *)"";
    if (st.st_size == 0)
        return 0;
    struct mapping *m = arena_new_struct(a, struct mapping);
    m->n = *ret_n;
    m->bytes = mmap(NULL, m->n, PROT_READ, MAP_PRIVATE, fd, 0);
    if (m->bytes == MAP_FAILED)
        return err_set(e, ERR_SYS, "mmap: %s", strerror(errno));
    arena_defer(a, unmap, m);
    *ret_bytes = m->bytes;
    return 0;
}
