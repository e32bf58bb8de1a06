/* SPDX-License-Identifier: GPL-3.0-or-later */

#define _GNU_SOURCE

#include "intake/measure/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"

/* linux/landlock.h as of version 7; the sizes tell the kernel how much of the
 * struct is meant. */
struct ruleset_attr {
    uint64_t handled_access_fs, handled_access_net, scoped;
};

struct path_attr {
    uint64_t allowed_access;
    int32_t parent_fd;
} __attribute__((packed));

enum {
    CREATE_RULESET_VERSION = 1,
    RULE_PATH_BENEATH = 1,
    WRITE_FILE = 1 << 1,
    READ_FILE = 1 << 2,
    READ_DIR = 1 << 3,
    REMOVE_FILE = 1 << 5,
    MAKE_FILE = 1 << 8,
    TRUNCATE = 1 << 14,
    NET_BIND_AND_CONNECT = 3,
    SCOPE_SOCKET_AND_SIGNAL = 3,
};

/* How many of the file rights (bit 0 upward) each version knows. */
static uint64_t file_rights(int abi)
{
    int bits = abi >= 5 ? 16 : abi >= 3 ? 15 : abi >= 2 ? 14 : 13;
    return ((uint64_t)1 << bits) - 1;
}

int landlock_abi(void)
{
    long abi =
        syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
    return abi > 0 ? (int)abi : 0;
}

static int allow(int ruleset, const char *dir, uint64_t rights)
{
    int fd = open(dir, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return 0; /* nothing there */
    struct path_attr below = {rights, fd};
    long r =
        syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &below, 0);
    int why = errno;
    close(fd);
    errno = why;
    return (int)r;
}

static int restrict_to(int abi, const char *const *dirs, uint64_t rights,
                       struct err *e)
{
    struct ruleset_attr attr = {
        .handled_access_fs = file_rights(abi),
        .handled_access_net = abi >= 4 ? NET_BIND_AND_CONNECT : 0,
        .scoped = abi >= 6 ? SCOPE_SOCKET_AND_SIGNAL : 0,
    };
    size_t size = abi >= 6 ? sizeof attr
                  : abi >= 4
                      ? offsetof(struct ruleset_attr, scoped)
                      : offsetof(struct ruleset_attr, handled_access_net);
    int fd = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
    if (fd < 0)
        return err_set(e, ERR_SANDBOX, "landlock: %s", strerror(errno));
    int failed = 0;
    for (; *dirs && !failed; dirs++)
        failed = allow(fd, *dirs, rights & attr.handled_access_fs);
    if (!failed)
        failed = (int)syscall(SYS_landlock_restrict_self, fd, 0);
    int why = errno;
    close(fd);
    return failed ? err_set(e, ERR_SANDBOX, "landlock: %s", strerror(why)) : 0;
}

int landlock_restrict(int abi, const char *const *dirs, struct err *e)
{
    return restrict_to(abi, dirs, READ_FILE | READ_DIR, e);
}

int landlock_restrict_to_spool(int abi, const char *dir, struct err *e)
{
    const char *const dirs[] = {dir, NULL};
    return restrict_to(abi, dirs,
                       READ_FILE | READ_DIR | WRITE_FILE | REMOVE_FILE |
                           MAKE_FILE | TRUNCATE,
                       e);
}
