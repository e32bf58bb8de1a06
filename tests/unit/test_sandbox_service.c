/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * sandbox_service: what front and core may not do is refused or fatal, also on
 * a thread that starts later; each attempt works outside, so that the filter is
 * what stops it.
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
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "intake/measure/sandbox.h"

/* Sanitizers add calls of their own to the list. */
#ifdef SEALDESK_SANITIZED
static const bool is_exact = false;
#else
static const bool is_exact = true;
#endif

enum { WORKED = 10, REFUSED = 11, NO_SANDBOX = 12, OUTSIDE = -1 };

typedef bool attempt(void); /* true: it worked */

static void *on_thread(void *f)
{
    attempt *const *a = f;
    return (*a)() ? f : NULL;
}

/* `who` OUTSIDE: without the filter. */
static int status_of(attempt *f, int who)
{
    pid_t pid = fork();
    if (pid == 0) {
        struct err e = {0};
        pthread_t t;
        void *ret = NULL;
        if (who != OUTSIDE &&
            sandbox_enter_service((enum sandbox_service)who, &e) != 0)
            _exit(NO_SANDBOX);
        if (pthread_create(&t, NULL, on_thread, &f) || pthread_join(t, &ret))
            _exit(NO_SANDBOX);
        _exit(ret ? WORKED : REFUSED);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static bool ended_with(int status, int code)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == code;
}

static bool runs_a_program(void)
{
    char name[] = "true";
    char *const args[] = {name, NULL};
    execv("/bin/true", args);
    return false;
}

static bool forks(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid > 0 && waitpid(pid, NULL, 0) == pid;
}

static bool maps_a_program(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p != MAP_FAILED;
}

static bool opens_a_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool connects(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    return connect(-1, (const struct sockaddr *)&to, sizeof to) == 0 ||
           errno == EBADF; /* it got as far as looking for the socket */
}

static bool signals_its_parent(void)
{
    return kill(getppid(), 0) == 0;
}

static bool makes_a_folder(void)
{
    char name[] = "/tmp/sandbox-service-XXXXXX";
    return mkdtemp(name) && rmdir(name) == 0;
}

static bool accepts(void)
{
    return accept4(-1, NULL, NULL, 0) >= 0 || errno == EBADF;
}

static bool computes_and_writes(void)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    char *p = malloc(8 << 20);
    bool good = p && fd >= 0 && write(fd, "x", 1) == 1;
    free(p);
    return good && close(fd) == 0;
}

enum want { FATAL, REFUSED_ONLY, FINE };

static void expect(attempt *f, const char *what, int who, enum want want)
{
    if (!ended_with(status_of(f, OUTSIDE), f == runs_a_program ? 0 : WORKED))
        fail_msg("%s does not even work outside", what);
    int status = status_of(f, who);
    bool good = want == FATAL
                    ? WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS
                    : ended_with(status, want == FINE ? WORKED : REFUSED);
    if (!good)
        fail_msg("%s as %d: status %#x", what, who, status);
}

#define EXPECT(f, who, want) expect(f, #f, who, want)

static void nobody_runs_or_reaches_others(void **state)
{
    (void)state;
    for (int who = SANDBOX_FRONT; who <= SANDBOX_CORE; who++) {
        EXPECT(runs_a_program, who, FATAL);
        EXPECT(connects, who, FATAL);
        EXPECT(computes_and_writes, who, FINE);
        if (!is_exact)
            continue;
        EXPECT(signals_its_parent, who, FATAL);
        EXPECT(forks, who, REFUSED_ONLY);
        EXPECT(maps_a_program, who, REFUSED_ONLY);
        EXPECT(opens_a_socket, who, REFUSED_ONLY);
    }
}

/* What one of them needs the other does not get. */
static void each_has_its_own(void **state)
{
    (void)state;
    EXPECT(accepts, SANDBOX_FRONT, FINE);
    EXPECT(makes_a_folder, SANDBOX_CORE, FINE);
    if (!is_exact)
        return;
    EXPECT(accepts, SANDBOX_CORE, REFUSED_ONLY);
    EXPECT(makes_a_folder, SANDBOX_FRONT, REFUSED_ONLY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_runs_or_reaches_others),
        cmocka_unit_test(each_has_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
