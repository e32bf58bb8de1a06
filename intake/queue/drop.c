/* SPDX-License-Identifier: GPL-3.0-or-later */

#define _GNU_SOURCE

#include "intake/queue/drop.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"

enum {
    QUIET_S = 2,       /* nobody has it open for writing */
    LONG_QUIET_S = 10, /* and where the kernel cannot tell */
    MAX_SAME = 1000,
};

static bool is_one_of(const char *const *names, const char *name)
{
    while (names && *names && strcmp(*names, name) != 0)
        names++;
    return names && *names;
}

bool drop_next_name(const char *dir, const char *const *ours,
                    char name[NAME_MAX + 1])
{
    char next[NAME_MAX + 1] = "";
    DIR *d = opendir(dir);
    if (!d)
        return false;
    for (struct dirent *f; (f = readdir(d)) != NULL;)
        if (f->d_name[0] != '.' && !is_one_of(ours, f->d_name) &&
            strcmp(f->d_name, name) > 0 &&
            (!*next || strcmp(f->d_name, next) < 0))
            snprintf(next, sizeof next, "%s", f->d_name);
    closedir(d);
    snprintf(name, sizeof next, "%s", next);
    return *next != '\0';
}

/* 1: nobody has it open for writing, 0: somebody has, -1: cannot be told. A
 * lease of a reader is only given for the former (fcntl, F_SETLEASE). */
static int is_closed(int dir, const char *name)
{
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -1;
    /* Whoever opens it for writing meanwhile is waited for with a signal that
     * does nothing. */
    int r = fcntl(fd, F_SETSIG, SIGURG);
    r = r == 0 && fcntl(fd, F_SETLEASE, F_RDLCK) == 0 ? 1
        : errno == EAGAIN                             ? 0
                                                      : -1;
    if (r == 1)
        fcntl(fd, F_SETLEASE, F_UNLCK);
    close(fd);
    return r;
}

/* By the time of the last change of any kind: the other one may be set. Of a
 * folder only what is said of itself. */
static bool is_left_alone(int dir, const char *name)
{
    struct stat st;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    time_t quiet_s = time(NULL) - st.st_ctime;
    int closed = S_ISREG(st.st_mode) ? is_closed(dir, name) : -1;
    return closed != 0 && quiet_s >= (closed > 0 ? QUIET_S : LONG_QUIET_S);
}

bool drop_is_ready(const char *path)
{
    struct stat st;
    if (!is_left_alone(AT_FDCWD, path))
        return false;
    if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return true;
    DIR *d = opendir(path);
    bool ready = d != NULL;
    for (struct dirent *f; ready && (f = readdir(d)) != NULL;)
        ready = strcmp(f->d_name, ".") == 0 || strcmp(f->d_name, "..") == 0 ||
                is_left_alone(dirfd(d), f->d_name);
    if (d)
        closedir(d);
    return ready;
}

bool drop_move(const char *from, const char *to)
{
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0;
}

const char *drop_unused_name(struct arena *a, const char *dir, const char *name)
{
    const char *next = name;
    struct stat st;
    for (int i = 2; i < MAX_SAME; i++) {
        if (lstat(arena_printf(a, "%s/%s", dir, next), &st) != 0)
            return errno == ENOENT ? next : NULL;
        next = arena_printf(a, "%d-%s", i, name);
    }
    return NULL;
}
