/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * sandbox: in forked children that have locked themselves up, what must not
 * work is refused or fatal, and what must work does. Each attempt is tried
 * outside first, so that a machine where it would fail anyway proves nothing
 * by accident.
 */

/* cmocka.h needs the four before it */
/* clang-format off */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "intake/measure/sandbox.h"

/* What a child answers with. */
enum { WORKED = 10, REFUSED = 11, NO_SANDBOX = 12 };

static const struct sandbox_limits limits = {10, 1024};

typedef bool attempt(void); /* true: it worked */

static int status_of(attempt *f, bool locked)
{
    pid_t pid = fork();
    if (pid == 0) {
        struct err e = {0};
        if (locked && sandbox_enter(&limits, 3, &e) != 0)
            _exit(NO_SANDBOX);
        _exit(f() ? WORKED : REFUSED);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static bool exited_with(int status, int code)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == code;
}

/* Works outside; inside it is refused, or the process is killed. */
static void is_barred(attempt *f, const char *what)
{
    if (!exited_with(status_of(f, false), WORKED))
        fail_msg("%s does not even work outside", what);
    int status = status_of(f, true);
    bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
    if (!killed && !exited_with(status, REFUSED))
        fail_msg("%s: status %#x, want SIGSYS or a refusal", what, status);
}

static void is_fatal(attempt *f, const char *what)
{
    int status = status_of(f, true);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
        fail_msg("%s: status %#x, want SIGSYS", what, status);
}

static bool try_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}
static bool try_unix_socket(void)
{
    return socket(AF_UNIX, SOCK_DGRAM, 0) >= 0;
}

static bool try_execve(void)
{
    /* exec either replaces this process, which then exits with 10 ... */
    char *const argv[] = {(char *)"sh", (char *)"-c", (char *)"exit 10", NULL};
    execv("/bin/sh", argv);
    return false;
}

static bool try_fork(void)
{
    long pid = syscall(SYS_fork);
    if (pid == 0)
        _exit(0);
    return pid > 0;
}

static bool try_clone(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid > 0;
}

static bool try_create(void)
{
    int fd = open("/tmp/sealdesk-test-sandbox", O_WRONLY | O_CREAT, 0600);
    unlink("/tmp/sealdesk-test-sandbox");
    return fd >= 0;
}

static bool try_open_rw(void)
{
    return open("/dev/null", O_RDWR) >= 0;
}
static bool try_passwd(void)
{
    return open("/etc/passwd", O_RDONLY) >= 0;
}
static bool try_self(void)
{
    return open("/proc/self/maps", O_RDONLY) >= 0;
}
static bool try_root(void)
{
    return open("/", O_RDONLY | O_DIRECTORY) >= 0;
}
static bool try_ptrace(void)
{
    return ptrace(PTRACE_TRACEME, 0, 0, 0) == 0;
}
static bool try_kill(void)
{
    return kill(getppid(), 0) == 0;
}
static bool try_tgkill(void)
{
    return syscall(SYS_tgkill, getppid(), getppid(), 0) == 0;
}

static bool try_executable_memory(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                -1, 0) != MAP_FAILED;
}

static bool try_make_executable(void)
{
    void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool try_dumpable(void)
{
    return syscall(SYS_prctl, 4, 1, 0, 0, 0) == 0;
}
static bool try_memfd(void)
{
    return syscall(SYS_memfd_create, "x", 0) >= 0;
}

static bool try_openat2(void)
{
    uint64_t how[3] = {O_RDONLY, 0, 0};
    return syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", how, sizeof how) >= 0;
}

static bool try_two_gigabytes(void)
{
    volatile char *p = malloc((size_t)2 << 30);
    if (p)
        p[12345] = 1;
    return p != NULL;
}

static void what_is_foreign_is_barred(void **state)
{
    (void)state;
    is_barred(try_socket, "socket");
    is_barred(try_unix_socket, "a local socket");
    is_barred(try_execve, "execve");
    is_barred(try_fork, "fork");
    is_barred(try_clone, "fork by the C library");
    is_barred(try_create, "creating a file");
    is_barred(try_open_rw, "opening for writing");
    is_barred(try_passwd, "reading /etc/passwd");
    is_barred(try_openat2, "reading /etc/passwd by openat2");
    is_barred(try_self, "reading /proc/self/maps");
    is_barred(try_root, "listing the root folder");
    is_barred(try_ptrace, "ptrace");
    is_barred(try_kill, "kill of the parent");
    is_barred(try_tgkill, "tgkill of the parent");
    is_barred(try_executable_memory, "executable memory");
    is_barred(try_make_executable, "making memory executable");
    is_barred(try_dumpable, "prctl");
    is_barred(try_memfd, "memfd_create");
}

static void an_attack_is_noticed(void **state)
{
    (void)state;
    is_fatal(try_socket, "socket");
    is_fatal(try_execve, "execve");
    is_fatal(try_clone, "fork");
    is_fatal(try_executable_memory, "executable memory");
}

static void memory_is_bounded(void **state)
{
    (void)state;
#ifdef SEALDESK_SANITIZED
    skip();
#endif
    is_barred(try_two_gigabytes, "2 GB");
}

/* --- what has to work -------------------------------------------------- */

static void *add_one(void *x)
{
    ++*(int *)x;
    return x;
}

static bool can_compute(void)
{
    int x = 41;
    pthread_t t;
    char *p = malloc((size_t)64 << 20);
    if (!p || pthread_create(&t, NULL, add_one, &x) != 0)
        return false;
    memset(p, 1, (size_t)64 << 20);
    pthread_join(t, NULL);
    free(p);
    return x == 42 && fcntl(1, F_GETFD) >= 0;
}

static const char *font;

static bool can_read_font(void)
{
    char head[4];
    int fd = open(font, O_RDONLY);
    return fd >= 0 && read(fd, head, sizeof head) == sizeof head;
}

static bool can_write_to_pipe(void)
{
    return write(2, "", 0) == 0;
}

static void work_goes_on(void **state)
{
    (void)state;
    assert_true(exited_with(status_of(can_compute, true), WORKED));
    assert_true(exited_with(status_of(can_write_to_pipe, true), WORKED));
}

static void fonts_can_be_read(void **state)
{
    (void)state;
    static char path[1024];
    FILE *f = popen("find /usr/share/fonts -name '*.[to]t[fc]' | head -1", "r");
    assert_non_null(f);
    bool any = fgets(path, sizeof path, f) != NULL;
    pclose(f);
    if (!any || sandbox_landlock_abi() == 0)
        skip();
    path[strcspn(path, "\n")] = '\0';
    font = path;
    int status = status_of(can_read_font, true);
    if (!exited_with(status, WORKED))
        fail_msg("%s: status %#x", path, status);
}

static bool fd_is_open(void)
{
    return fcntl(7, F_GETFD) >= 0;
}

static void other_descriptors_are_closed(void **state)
{
    (void)state;
    assert_int_equal(dup2(1, 7), 7);
    assert_true(exited_with(status_of(fd_is_open, false), WORKED));
    assert_true(exited_with(status_of(fd_is_open, true), REFUSED));
    close(7);
}

/* The time limit of the processor. */
_Noreturn static void spin(void)
{
    for (volatile unsigned long i = 0;; i++)
        ;
}

static void the_processor_is_bounded(void **state)
{
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        const struct sandbox_limits one_second = {1, 1024};
        if (sandbox_enter(&one_second, 3, NULL) != 0)
            _exit(NO_SANDBOX);
        spin();
    }
    int status = 0;
    waitpid(pid, &status, 0);
    assert_true(WIFSIGNALED(status));
    int sig = WTERMSIG(status);
    assert_true(sig == SIGXCPU || sig == SIGKILL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_foreign_is_barred),
        cmocka_unit_test(an_attack_is_noticed),
        cmocka_unit_test(memory_is_bounded),
        cmocka_unit_test(work_goes_on),
        cmocka_unit_test(fonts_can_be_read),
        cmocka_unit_test(other_descriptors_are_closed),
        cmocka_unit_test(the_processor_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
