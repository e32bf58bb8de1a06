/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * inject: a library to be preloaded that lets one file call fail.
 *
 * The calls that change files are counted from fault_arm() on; the n-th one
 * fails as it was asked: with EIO or ENOSPC, having written only half, or by
 * the end of the process just before or just after it. From then on the disk
 * works again, as after a passing fault.
 */

#define _GNU_SOURCE

#include "inject.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h> /* rename */
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long count, fault_at;
static enum fault how;
static int spared = -1;

void fault_arm(long at, enum fault f, int spare_fd)
{
    count = 0;
    fault_at = at;
    how = f;
    spared = spare_fd;
}

long fault_count(void)
{
    return count;
}

/* Is this the call? Dies here when it is to die before. */
static bool is_hit(int fd)
{
    if (fault_at < 0 || fd == spared || (fd >= 0 && fd <= 2))
        return false;
    if (++count != fault_at)
        return false;
    if (how == FAULT_DIE_BEFORE)
        _exit(FAULT_EXIT);
    return true;
}

static bool is_refused(bool hit)
{
    if (!hit || how == FAULT_DIE_AFTER)
        return false;
    errno = how == FAULT_EIO ? EIO : ENOSPC;
    return true;
}

static void end_after(bool hit)
{
    if (hit && how == FAULT_DIE_AFTER)
        _exit(FAULT_EXIT);
}

/* The function of that name behind us. ISO C has no conversion from object to
 * function pointer; POSIX has. */
#define REAL(name)                                                             \
    static __typeof__(name) *real;                                             \
    if (!real)                                                                 \
    *(void **)&real = dlsym(RTLD_NEXT, #name)

#define PASS(result, fd, call)                                                 \
    bool hit = is_hit(fd);                                                     \
    if (is_refused(hit))                                                       \
        return -1;                                                             \
    result r = (call);                                                         \
    end_after(hit);                                                            \
    return r

/* Half of it is written, then the disk is full. */
#define PASS_WRITE(fd, n, call, half)                                          \
    bool hit = is_hit(fd);                                                     \
    if (hit && how == FAULT_SHORT && (n) > 1)                                  \
        return (half);                                                         \
    if (is_refused(hit))                                                       \
        return -1;                                                             \
    ssize_t r = (call);                                                        \
    end_after(hit);                                                            \
    return r

#define OPEN(name, before, call)                                               \
    int name before                                                            \
    {                                                                          \
        REAL(name);                                                            \
        mode_t mode = 0;                                                       \
        if (flags & O_CREAT) {                                                 \
            va_list ap;                                                        \
            va_start(ap, flags);                                               \
            mode = va_arg(ap, mode_t);                                         \
            va_end(ap);                                                        \
        }                                                                      \
        PASS(int, -1, real call);                                              \
    }
OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
OPEN(openat, (int dir, const char *path, int flags, ...),
     (dir, path, flags, mode))
OPEN(openat64, (int dir, const char *path, int flags, ...),
     (dir, path, flags, mode))

ssize_t write(int fd, const void *p, size_t n)
{
    REAL(write);
    PASS_WRITE(fd, n, real(fd, p, n), real(fd, p, n / 2));
}

#define PWRITE(name, offset)                                                   \
    ssize_t name(int fd, const void *p, size_t n, offset at)                   \
    {                                                                          \
        REAL(name);                                                            \
        PASS_WRITE(fd, n, real(fd, p, n, at), real(fd, p, n / 2, at));         \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

int fsync(int fd)
{
    REAL(fsync);
    PASS(int, fd, real(fd));
}

int fdatasync(int fd)
{
    REAL(fdatasync);
    PASS(int, fd, real(fd));
}

int ftruncate(int fd, off_t n)
{
    REAL(ftruncate);
    PASS(int, fd, real(fd, n));
}

int ftruncate64(int fd, off64_t n)
{
    REAL(ftruncate64);
    PASS(int, fd, real(fd, n));
}

int rename(const char *from, const char *to)
{
    REAL(rename);
    PASS(int, -1, real(from, to));
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    REAL(renameat);
    PASS(int, -1, real(from_dir, from, to_dir, to));
}

int unlink(const char *path)
{
    REAL(unlink);
    PASS(int, -1, real(path));
}

int unlinkat(int dir, const char *path, int flags)
{
    REAL(unlinkat);
    PASS(int, -1, real(dir, path, flags));
}

int mkdir(const char *path, mode_t mode)
{
    REAL(mkdir);
    PASS(int, -1, real(path, mode));
}

int mkdirat(int dir, const char *path, mode_t mode)
{
    REAL(mkdirat);
    PASS(int, -1, real(dir, path, mode));
}
