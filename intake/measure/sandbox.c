/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The order matters: descriptors, then privileges, limits, Landlock, and the
 * system call filter last, since it forbids the calls the others need.
 *
 * The list was found by tracing the libraries over all kinds of documents and
 * is enforced by death, so that a call nobody thought of is noticed. Calls
 * that libraries try on the way and can do without are answered with an error
 * instead. RLIMIT_NPROC is not used: it would also count the threads that
 * libvips needs and the user's other programs; the filter refuses every clone
 * that is not a thread.
 */

#define _GNU_SOURCE

#include "intake/measure/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "intake/measure/landlock.h"
#include "intake/measure/single.h"

enum { MAX_FDS = 16 };

static const char *const readable[] = {"/usr/share/fonts",
                                       "/usr/local/share/fonts",
                                       "/usr/share/poppler",
                                       "/etc/fonts",
                                       "/usr/share/fontconfig",
                                       "/var/cache/fontconfig",
                                       NULL};

/* Allowed whatever the arguments are. */
static const int allowed[] = {
    SCMP_SYS(read),           SCMP_SYS(pread64),
    SCMP_SYS(write),          SCMP_SYS(writev),
    SCMP_SYS(close),          SCMP_SYS(lseek),
    SCMP_SYS(fstat),          SCMP_SYS(newfstatat),
    SCMP_SYS(munmap),         SCMP_SYS(mremap),
    SCMP_SYS(madvise),        SCMP_SYS(brk),
    SCMP_SYS(futex),          SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),           SCMP_SYS(exit),
    SCMP_SYS(exit_group),     SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(clock_gettime),  SCMP_SYS(clock_nanosleep),
    SCMP_SYS(gettimeofday),   SCMP_SYS(nanosleep),
    SCMP_SYS(getrandom),      SCMP_SYS(getpid),
    SCMP_SYS(getppid),        SCMP_SYS(gettid),
    SCMP_SYS(sched_yield),    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sysinfo),        SCMP_SYS(times),
    SCMP_SYS(getcpu),         SCMP_SYS(restart_syscall),
#ifdef SEALDESK_SANITIZED
    SCMP_SYS(sigaltstack), /* each thread of the address sanitizer */
#endif
};

/* Tried by libraries that can do without. */
static const struct {
    int call, answer;
} refused[] = {
    {SCMP_SYS(clone3), ENOSYS},
    {SCMP_SYS(open), EACCES},
    {SCMP_SYS(openat2), EACCES},
    {SCMP_SYS(access), EACCES},
    {SCMP_SYS(faccessat), EACCES},
    {SCMP_SYS(faccessat2), EACCES},
    {SCMP_SYS(readlink), EACCES},
    {SCMP_SYS(readlinkat), EACCES},
    {SCMP_SYS(ioctl), EPERM},
    {SCMP_SYS(unlink), EPERM},
    {SCMP_SYS(getuid), EPERM},
    {SCMP_SYS(geteuid), EPERM},
    {SCMP_SYS(getgid), EPERM},
    {SCMP_SYS(getegid), EPERM},
    {SCMP_SYS(uname), EPERM},
    {SCMP_SYS(stat), EPERM},
    {SCMP_SYS(statfs), EPERM},
    {SCMP_SYS(getcwd), EPERM},
    {SCMP_SYS(sched_setaffinity), EPERM},
    {SCMP_SYS(getpeername), EPERM},
};

static int set_limits(const struct sandbox_limits *limits, struct err *e)
{
    const struct {
        __rlimit_resource_t what;
        rlim_t most;
    } rows[] = {
        {RLIMIT_CPU, (rlim_t)limits->cpu_s + 1},
#ifndef SEALDESK_SANITIZED /* its shadow takes terabytes of addresses */
        {RLIMIT_AS, (rlim_t)limits->memory_mb << 20},
#endif
        {RLIMIT_FSIZE, 0},
        {RLIMIT_CORE, 0},
        {RLIMIT_NOFILE, MAX_FDS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rlimit r;
        bool bad = getrlimit(rows[i].what, &r) != 0;
        if (rows[i].most < r.rlim_max) /* a stricter one from outside stays */
            r.rlim_max = rows[i].most;
        r.rlim_cur = r.rlim_max;
        /* SIGXCPU names the cause; the hard limit kills without a word. */
        if (rows[i].what == RLIMIT_CPU && r.rlim_cur > 1)
            r.rlim_cur--;
        if (bad || setrlimit(rows[i].what, &r) != 0)
            return err_set(e, ERR_SANDBOX, "setrlimit %d: %s",
                           (int)rows[i].what, strerror(errno));
    }
    return 0;
}

static int drop_privileges(struct err *e)
{
    static const int flags[][2] = {
        {PR_SET_PDEATHSIG, SIGKILL},
        {PR_SET_DUMPABLE, 0},
        {PR_SET_NO_NEW_PRIVS, 1},
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (prctl(flags[i][0], (unsigned long)flags[i][1], 0UL, 0UL, 0UL) != 0)
            return err_set(e, ERR_SANDBOX, "prctl %d: %s", flags[i][0],
                           strerror(errno));
    return 0;
}

/* Calls that depend on an argument: allowed when (arg & mask) == value. */
static int add_conditions(scmp_filter_ctx f, bool may_open)
{
    const unsigned changes = O_ACCMODE | O_CREAT | O_TRUNC;
    const struct {
        int call;
        unsigned arg;
        uint64_t mask, value;
    } rows[] = {
        {SCMP_SYS(mmap), 2, PROT_EXEC, 0},
        {SCMP_SYS(mprotect), 2, PROT_EXEC, 0},
        {SCMP_SYS(clone), 0, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM},
        {SCMP_SYS(tgkill), 0, UINT64_MAX, (uint64_t)getpid()},
        {SCMP_SYS(prctl), 0, UINT32_MAX, PR_SET_NAME},
        {SCMP_SYS(fcntl), 1, UINT32_MAX, F_GETFD},
        {SCMP_SYS(fcntl), 1, UINT32_MAX, F_SETFD},
        {SCMP_SYS(fcntl), 1, UINT32_MAX, F_GETFL},
        {SCMP_SYS(openat), 2, changes, O_RDONLY},
    };
    size_t n = sizeof rows / sizeof *rows - !may_open;
    int r = 0;
    for (size_t i = 0; i < n && r == 0; i++)
        r = seccomp_rule_add(f, SCMP_ACT_ALLOW, rows[i].call, 1,
                             SCMP_CMP64(rows[i].arg, SCMP_CMP_MASKED_EQ,
                                        rows[i].mask, rows[i].value));
    /* Opening for writing is refused rather than fatal: libraries try it. */
    for (unsigned mode = O_WRONLY; mode <= O_RDWR && r == 0; mode++)
        r = seccomp_rule_add(
            f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1,
            SCMP_CMP64(2, SCMP_CMP_MASKED_EQ, O_ACCMODE, mode));
    if (r == 0 && !may_open)
        r = seccomp_rule_add(
            f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1,
            SCMP_CMP64(2, SCMP_CMP_MASKED_EQ, O_ACCMODE, O_RDONLY));
    return r;
}

static int add_calls(scmp_filter_ctx f, bool may_open)
{
    /* What fontconfig and FreeType need to walk the readable folders. */
    static const int for_fonts[] = {SCMP_SYS(getdents64), SCMP_SYS(fstatfs)};
    int r = 0;
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed && r == 0; i++)
        r = seccomp_rule_add(f, SCMP_ACT_ALLOW, allowed[i], 0);
    for (size_t i = 0; i < 2 && may_open && r == 0; i++)
        r = seccomp_rule_add(f, SCMP_ACT_ALLOW, for_fonts[i], 0);
    for (size_t i = 0; i < sizeof refused / sizeof *refused && r == 0; i++)
        r = seccomp_rule_add(f, SCMP_ACT_ERRNO((unsigned)refused[i].answer),
                             refused[i].call, 0);
    return r == 0 ? add_conditions(f, may_open) : r;
}

static int filter_calls(bool may_open, struct err *e)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!f)
        return err_set(e, ERR_SANDBOX, "seccomp: no filter can be made");
    int r = add_calls(f, may_open);
    if (r == 0)
        r = seccomp_load(f);
    seccomp_release(f);
    return r == 0 ? 0 : err_set(e, ERR_SANDBOX, "seccomp: %s", strerror(-r));
}

int sandbox_enter(const struct sandbox_limits *limits, int first_closed,
                  struct err *e)
{
    if (!single_threaded())
        return err_set(e, ERR_SANDBOX, "there is a thread besides this one");
    if (syscall(SYS_close_range, (unsigned)first_closed, ~0U, 0U) != 0)
        return err_set(e, ERR_SANDBOX, "close_range: %s", strerror(errno));
    int r = drop_privileges(e);
    if (r == 0)
        r = set_limits(limits, e);
    int abi = landlock_abi();
    if (r == 0 && abi > 0)
        r = landlock_restrict(abi, readable, e);
    return r == 0 ? filter_calls(abi > 0, e) : r;
}

int sandbox_landlock_abi(void)
{
    return landlock_abi();
}
