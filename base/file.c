/* SPDX-License-Identifier: GPL-3.0-or-later */

#define _GNU_SOURCE

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"

static int read_fd(struct arena *a, int fd, const char *name, size_t max_bytes,
                   char **ret_bytes, size_t *ret_n, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_set(e, ERR_SYS, "%s: %s", name, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_MISSING, "%s: not a regular file", name);
    if ((unsigned long long)st.st_size > max_bytes)
        return err_set(e, ERR_LIMIT, "%s: %lld bytes, at most %zu are allowed",
                       name, (long long)st.st_size, max_bytes);
    size_t size = (size_t)st.st_size, n = 0;
    char *bytes = arena_alloc(a, size + 1, 1);
    while (n < size) {
        ssize_t got = read(fd, bytes + n, size - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(e, ERR_SYS, "%s: %s", name, strerror(errno));
        if (got == 0)
            break;
        n += (size_t)got;
    }
    *ret_bytes = bytes;
    *ret_n = n;
    return 0;
}

int file_read(struct arena *a, const char *path, size_t max_bytes,
              char **ret_bytes, size_t *ret_n, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_set(e, ERR_MISSING, "%s: %s", path, strerror(errno));
    int r = read_fd(a, fd, path, max_bytes, ret_bytes, ret_n, e);
    close(fd);
    return r;
}

/* open(2) that cannot leave dir, however the name is written. */
static int open_below(int dir, const char *name)
{
    struct open_how how = {
        .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(SYS_openat2, dir, name, &how, sizeof how);
}

static bool has_dotdot(const char *name)
{
    for (const char *p = name; p; p = strchr(p, '/')) {
        p += *p == '/';
        if (p[0] == '.' && p[1] == '.' && (p[2] == '/' || p[2] == '\0'))
            return true;
    }
    return false;
}

int file_read_below(struct arena *a, const char *dir, const char *name,
                    size_t max_bytes, char **ret_bytes, size_t *ret_n,
                    struct err *e)
{
    if (name[0] == '/' || has_dotdot(name))
        return err_set(e, ERR_BUNDLE, "%s: not below the bundle's folder",
                       name);
    int dfd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dfd < 0)
        return err_set(e, ERR_MISSING, "%s: %s", dir, strerror(errno));
    int fd = open_below(dfd, name), why = errno;
    close(dfd);
    if (fd < 0)
        return err_set(
            e, why == EXDEV ? ERR_BUNDLE : ERR_MISSING, "%s: %s", name,
            why == EXDEV ? "leads out of the bundle's folder" : strerror(why));
    int r = read_fd(a, fd, name, max_bytes, ret_bytes, ret_n, e);
    close(fd);
    return r;
}

int file_write_all(int fd, const void *bytes, size_t n)
{
    const char *at = bytes;
    while (n > 0) {
        ssize_t put = write(fd, at, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return -1;
        at += put;
        n -= (size_t)put;
    }
    return 0;
}

int file_write(const char *dir, const char *name, const void *bytes, size_t n,
               unsigned mode, struct err *e)
{
    int dfd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dfd < 0)
        return err_set(e, ERR_SYS, "%s: %s", dir, strerror(errno));
    char temp[NAME_MAX + 1];
    snprintf(temp, sizeof temp, ".%.200s.part", name);
    unlinkat(dfd, temp, 0); /* of a run that was cut off */
    int fd = openat(dfd, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool good = fd >= 0 && file_write_all(fd, bytes, n) == 0 && fsync(fd) == 0;
    int why = errno;
    if (fd >= 0 && close(fd) != 0 && good) {
        good = false;
        why = errno;
    }
    if (good && renameat(dfd, temp, dfd, name) != 0) {
        good = false;
        why = errno;
    }
    if (!good && fd >= 0)
        unlinkat(dfd, temp, 0);
    close(dfd);
    return good ? 0
                : err_set(e, ERR_SYS, "%s/%s: %s", dir, name, strerror(why));
}

int file_make_dir(const char *dir, struct err *e)
{
    char path[4096];
    size_t n = strlen(dir);
    if (n == 0 || n >= sizeof path)
        return err_set(e, ERR_SYS, "%.100s: not a usable path", dir);
    memcpy(path, dir, n + 1);
    for (char *p = path + 1;; p++) {
        if (*p != '/' && *p != '\0')
            continue;
        char kept = *p;
        *p = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return err_set(e, ERR_SYS, "%s: %s", path, strerror(errno));
        *p = kept;
        if (kept == '\0')
            return 0;
    }
}

void file_sha256(const void *bytes, size_t n, char ret_hex[FILE_SHA256_HEX])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, bytes, n);
    sodium_bin2hex(ret_hex, FILE_SHA256_HEX, hash, sizeof hash);
}
