/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Front and core open files and talk for as long as they run, with libraries
 * that try this and that, so what is not on their list is refused (EPERM)
 * rather than fatal. Fatal is what only somebody who has taken the process over
 * would try: another program, another process, another socket, another's
 * memory.
 */

#define _GNU_SOURCE

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/err.h"
#include "intake/measure/sandbox.h"

#define CALL(name) SCMP_SYS(name)

/* Both: memory, threads, time, waiting, and what was opened already. */
static const int common[] = {
    CALL(read),
    CALL(pread64),
    CALL(readv),
    CALL(write),
    CALL(pwrite64),
    CALL(writev),
    CALL(close),
    CALL(lseek),
    CALL(dup),
    CALL(fcntl),
    CALL(fstat),
    CALL(newfstatat),
    CALL(stat),
    CALL(lstat),
    CALL(statx),
    CALL(statfs),
    CALL(fstatfs),
    CALL(open),
    CALL(openat),
    CALL(unlink),
    CALL(munmap),
    CALL(mremap),
    CALL(madvise),
    CALL(mlock),
    CALL(munlock),
    CALL(brk),
    CALL(futex),
    CALL(set_robust_list),
    CALL(rseq),
    CALL(exit),
    CALL(exit_group),
    CALL(rt_sigaction),
    CALL(rt_sigprocmask),
    CALL(rt_sigreturn),
    CALL(sigaltstack),
    CALL(restart_syscall),
    CALL(clock_gettime),
    CALL(clock_getres),
    CALL(clock_nanosleep),
    CALL(nanosleep),
    CALL(gettimeofday),
    CALL(time),
    CALL(getrandom),
    CALL(getpid),
    CALL(gettid),
    CALL(getuid),
    CALL(geteuid),
    CALL(getgid),
    CALL(getegid),
    CALL(uname),
    CALL(sysinfo),
    CALL(getrusage),
    CALL(getcpu),
    CALL(sched_yield),
    CALL(sched_getaffinity),
    CALL(sched_getparam),
    CALL(sched_getscheduler),
    CALL(poll),
    CALL(ppoll),
    CALL(select),
    CALL(pselect6),
    CALL(sendmsg),
    CALL(recvmsg),
    CALL(eventfd2),
    CALL(memfd_create),
    CALL(ftruncate),
};

/* The front: connections, by a listener that it has. */
static const int front_only[] = {
    CALL(accept4),     CALL(accept),      CALL(recvfrom),      CALL(sendto),
    CALL(sendfile),    CALL(shutdown),    CALL(setsockopt),    CALL(getsockopt),
    CALL(getsockname), CALL(getpeername), CALL(epoll_create1), CALL(epoll_ctl),
    CALL(epoll_wait),  CALL(epoll_pwait), CALL(eventfd),
};

/* The core: files, folders and locks. */
static const int core_only[] = {
    CALL(openat2),   CALL(access),     CALL(faccessat), CALL(faccessat2),
    CALL(getcwd),    CALL(getdents64), CALL(readlink),  CALL(readlinkat),
    CALL(mkdir),     CALL(mkdirat),    CALL(rmdir),     CALL(unlinkat),
    CALL(rename),    CALL(renameat),   CALL(renameat2), CALL(link),
    CALL(linkat),    CALL(chmod),      CALL(fchmod),    CALL(fchmodat),
    CALL(fchown),    CALL(truncate),   CALL(fallocate), CALL(fsync),
    CALL(fdatasync), CALL(flock),      CALL(utimensat), CALL(copy_file_range),
    CALL(sendfile),  CALL(fadvise64),  CALL(umask),     CALL(prlimit64),
    CALL(getppid),
};

/* Nobody here ever means these. */
static const int deadly[] = {
    CALL(execve),
    CALL(execveat),
    CALL(fork),
    CALL(vfork),
    CALL(connect),
    CALL(bind),
    CALL(listen),
    CALL(process_vm_readv),
    CALL(process_vm_writev),
    CALL(pidfd_getfd),
    CALL(unshare),
    CALL(setns),
    CALL(mount),
    CALL(pivot_root),
    CALL(chroot),
    CALL(bpf),
    CALL(perf_event_open),
    CALL(io_uring_setup),
    CALL(keyctl),
    CALL(userfaultfd),
    CALL(init_module),
    CALL(finit_module),
    CALL(open_by_handle_at),
#ifndef SEALDESK_SANITIZED /* at its end a sanitizer traces itself */
    CALL(ptrace),
    CALL(kill),
    CALL(tkill),
#endif
};

/* A sanitizer makes calls of its own: under it only the deadly ones count. */
#ifdef SEALDESK_SANITIZED
#define OTHERWISE SCMP_ACT_ALLOW
#else
#define OTHERWISE SCMP_ACT_ERRNO(EPERM)
#endif

static int add_all(scmp_filter_ctx f, uint32_t action, const int *calls,
                   size_t n)
{
    int r = 0;
    if (action == OTHERWISE)
        return 0; /* libseccomp takes no rule that says what holds anyway */
    for (size_t i = 0; i < n && r == 0; i++)
        r = seccomp_rule_add(f, action, calls[i], 0);
    return r;
}

#define ADD(f, action, calls)                                                  \
    add_all(f, action, calls, sizeof(calls) / sizeof *(calls))

/* Nothing that can be run is mapped, what is cloned is a thread, and signals
 * are for the process itself. */
static int add_conditions(scmp_filter_ctx f)
{
    const struct {
        int call;
        unsigned arg;
        uint64_t mask, value;
    } rows[] = {
        {CALL(mmap), 2, PROT_EXEC, 0},
        {CALL(mprotect), 2, PROT_EXEC, 0},
        {CALL(clone), 0, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM},
        {CALL(tgkill), 0, UINT64_MAX, (uint64_t)getpid()},
        {CALL(prctl), 0, UINT32_MAX, PR_SET_NAME},
    };
    int r = 0;
    if (OTHERWISE == SCMP_ACT_ALLOW)
        return 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && r == 0; i++)
        r = seccomp_rule_add(f, SCMP_ACT_ALLOW, rows[i].call, 1,
                             SCMP_CMP64(rows[i].arg, SCMP_CMP_MASKED_EQ,
                                        rows[i].mask, rows[i].value));
    return r;
}

static int add_calls(scmp_filter_ctx f, enum sandbox_service who)
{
    int r = ADD(f, SCMP_ACT_ALLOW, common);
    if (r == 0)
        r = who == SANDBOX_FRONT ? ADD(f, SCMP_ACT_ALLOW, front_only)
                                 : ADD(f, SCMP_ACT_ALLOW, core_only);
    if (r == 0)
        r = ADD(f, SCMP_ACT_KILL_PROCESS, deadly);
    if (r == 0) /* the C library then takes clone, whose arguments are seen */
        r = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), CALL(clone3), 0);
    return r == 0 ? add_conditions(f) : r;
}

int sandbox_enter_service(enum sandbox_service who, struct err *e)
{
    scmp_filter_ctx f = seccomp_init(OTHERWISE);
    if (!f || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return err_set(e, ERR_SANDBOX, "seccomp: no filter can be made");
    int r = add_calls(f, who);
    if (r == 0)
        r = seccomp_load(f);
    seccomp_release(f);
    return r == 0 ? 0 : err_set(e, ERR_SANDBOX, "seccomp: %s", strerror(-r));
}
