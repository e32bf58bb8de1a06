/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * worker: children that crash, hang, flood, lie or go over their limits cost
 * one job each and never another; results do not depend on how many run at a
 * time.
 */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/measure/wire.h"
#include "intake/measure/worker.h"

enum role {
    GOOD,
    CRASH,
    ABORT,
    HANG,
    SPIN,
    GARBAGE,
    CUT_OFF,
    AFTER_END,
    EXIT_1,
    CLOSES_AND_STAYS,
    OPENS_SOCKET,
    TOO_MUCH_MEMORY,
    FAILS,
    FLOODS,
    ROLES
};

static const enum role *roles;

static int good(size_t job, int fd, struct err *e)
{
    char text[32];
    snprintf(text, sizeof text, "{\"job\":%zu}", job);
    return wire_write(fd, WIRE_TRACE, text, strlen(text), e);
}

static void eat_memory(void)
{
    struct arena *a = arena_new((size_t)8 << 20);
    for (;;)
        arena_alloc(a, 1 << 20, 1);
}

static void flood(int fd)
{
    static const char zeros[1 << 16];
    const unsigned char head[] = {WIRE_PICTURE, 0, 0, 0, 0, 0, 0, 2};
    if (write(fd, head, sizeof head) != sizeof head)
        _exit(1);
    while (write(fd, zeros, sizeof zeros) > 0)
        ;
}

static int play(void *context, size_t job, int fd, struct err *e)
{
    (void)context;
    const unsigned char end[] = {WIRE_END, 0, 0, 0, 0, 0, 0, 0};
    switch (roles[job]) {
    case CRASH:
        raise(SIGSEGV);
        break;
    case ABORT:
        fprintf(stderr, "terminate called after throwing an instance of "
                        "'std::bad_alloc'\n");
        abort();
    case HANG:
        for (;;)
            nanosleep(&(struct timespec){100, 0}, NULL);
    case SPIN:
        for (volatile unsigned long i = 0;; i++)
            ;
    case GARBAGE:
        return write(fd, "no record at all", 16) == 16 ? 0 : -1;
    case CUT_OFF:
        good(job, fd, e);
        _exit(0);
    case AFTER_END:
        return write(fd, end, sizeof end) == sizeof end ? 0 : -1;
    case EXIT_1:
        _exit(1);
    case CLOSES_AND_STAYS:
        close(fd);
        close(2);
        for (;;)
            nanosleep(&(struct timespec){100, 0}, NULL);
    case OPENS_SOCKET:
        socket(AF_INET, SOCK_STREAM, 0);
        break;
    case TOO_MUCH_MEMORY:
        eat_memory();
        break;
    case FLOODS:
        flood(fd);
        break;
    case FAILS:
        return err_set(e, ERR_FORMAT, "a broken file");
    case GOOD:
    case ROLES:
        break;
    }
    return good(job, fd, e);
}

/* On a busy machine whoever is soon done may still need a minute. */
enum { SHORT_S = 2, LONG_S = 60 };

static void run_for(struct arena *a, int timeout_s, const enum role *r,
                    size_t n, int jobs, struct worker_result *ret)
{
    const struct worker_limits limits = {timeout_s, 1024, jobs, 20, 0, 0};
    struct err e = {0};
    roles = r;
    int code = worker_run(a, &limits, play, NULL, n, ret, &e);
    if (code)
        fail_msg("worker_run: %s", e.text);
}

static void run(struct arena *a, const enum role *r, size_t n, int jobs,
                struct worker_result *ret)
{
    run_for(a, LONG_S, r, n, jobs, ret);
}

static void check(const struct worker_result *r, int code, const char *says)
{
    if (r->code != code)
        fail_msg("got %s (%s), want %s", err_name(r->code),
                 r->detail ? r->detail : "", err_name(code));
    if (says && (!r->detail || !strstr(r->detail, says)))
        fail_msg("got \"%s\", want \"%s\" in it", r->detail ? r->detail : "",
                 says);
}

static void a_good_child_is_heard(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 26);
    const enum role r[] = {GOOD};
    struct worker_result got;
    run(a, r, 1, 1, &got);
    check(&got, 0, NULL);
    struct wire_reader reader = {got.bytes, got.n, 0, 0};
    struct wire_record record;
    assert_int_equal(wire_next(&reader, &record, NULL), 1);
    assert_int_equal(record.type, WIRE_TRACE);
    assert_memory_equal(record.bytes, "{\"job\":0}", 9);
    assert_int_equal(wire_next(&reader, &record, NULL), 0);
    assert_int_equal(got.attempts, 1);
    assert_true(got.wall_ms > 0 && got.max_rss_kb > 0);
    arena_free(a);
}

static void every_death_has_its_name(void **state)
{
    (void)state;
    static const struct {
        enum role role;
        int code, attempts;
        const char *says;
    } cases[] = {
        {CRASH, ERR_CRASH, 2, "signal 11"},
        {ABORT, ERR_MEMORY, 2, "bad_alloc"},
        {GARBAGE, ERR_CRASH, 2, "protocol"},
        {CUT_OFF, ERR_CRASH, 2, "no end"},
        {AFTER_END, ERR_CRASH, 2, "protocol"},
        {EXIT_1, ERR_CRASH, 2, "exit 1"},
        {CLOSES_AND_STAYS, ERR_CRASH, 2, "signal 9"},
        {OPENS_SOCKET, ERR_SANDBOX, 2, "signal 31"},
        {TOO_MUCH_MEMORY, ERR_MEMORY, 2, "MB"},
        {FLOODS, ERR_CRASH, 2, "more bytes"},
        {FAILS, 0, 1, NULL},
    };
    enum { N = sizeof cases / sizeof *cases };
    enum role r[N];
    struct worker_result got[N];
    struct arena *a = arena_new((size_t)1 << 30);
    for (size_t i = 0; i < N; i++)
        r[i] = cases[i].role;
    run(a, r, N, 4, got);
    for (size_t i = 0; i < N; i++) {
        check(&got[i], cases[i].code, cases[i].says);
        assert_int_equal(got[i].attempts, cases[i].attempts);
    }
    arena_free(a);
}

static void who_is_late_is_killed(void **state)
{
    (void)state;
    const enum role r[] = {HANG, SPIN};
    struct worker_result got[2];
    struct arena *a = arena_new((size_t)1 << 28);
    run_for(a, SHORT_S, r, 2, 2, got);
    check(&got[0], ERR_TIMEOUT, "killed after 2 s");
    check(&got[1], ERR_TIMEOUT, NULL);
    assert_int_equal(got[0].attempts, 2);
    assert_int_equal(got[1].attempts, 2);
    arena_free(a);
}

static void the_others_go_on(void **state)
{
    (void)state;
    const enum role r[] = {GOOD, CRASH, GOOD, GARBAGE, GOOD};
    struct worker_result one[5], four[5];
    struct arena *a = arena_new((size_t)1 << 28);
    run(a, r, 5, 1, one);
    run(a, r, 5, 4, four);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(one[i].code, four[i].code);
        assert_int_equal(one[i].code == 0, r[i] == GOOD);
        assert_int_equal(one[i].n, four[i].n);
        if (one[i].n)
            assert_memory_equal(one[i].bytes, four[i].bytes, one[i].n);
    }
    arena_free(a);
}

static void an_error_of_the_file_is_told(void **state)
{
    (void)state;
    const enum role r[] = {FAILS};
    struct worker_result got;
    struct wire_record record = {0};
    struct arena *a = arena_new((size_t)1 << 26);
    run(a, r, 1, 1, &got);
    struct wire_reader reader = {got.bytes, got.n, 0, 0};
    assert_int_equal(wire_next(&reader, &record, NULL), 1);
    assert_int_equal(record.type, WIRE_ERROR);
    assert_memory_equal(record.bytes, "FORMAT\0a broken file", 20);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_child_is_heard),
        cmocka_unit_test(every_death_has_its_name),
        cmocka_unit_test(who_is_late_is_killed),
        cmocka_unit_test(the_others_go_on),
        cmocka_unit_test(an_error_of_the_file_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
