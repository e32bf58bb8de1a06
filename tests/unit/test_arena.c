/* SPDX-License-Identifier: GPL-3.0-or-later */

/* arena: sizes, alignment, clean-ups, and what happens over the maximum. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"

static void memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 26);
    for (size_t n = 1; n < 300000; n = n * 3 + 1) {
        unsigned char *p = arena_alloc(a, n, 1);
        assert_int_equal((uintptr_t)p % 64, 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, n);
    }
    arena_free(a);
}

static void blocks_do_not_overlap(void **state)
{
    (void)state;
    enum { N = 400 };
    unsigned char *p[N];
    struct arena *a = arena_new((size_t)1 << 28);
    for (size_t i = 0; i < N; i++) {
        p[i] = arena_alloc(a, (i * 977) % 90000 + 1, 1);
        memset(p[i], (int)(i % 251), (i * 977) % 90000 + 1);
    }
    for (size_t i = 0; i < N; i++)
        for (size_t k = 0; k < (i * 977) % 90000 + 1; k += 13)
            assert_int_equal(p[i][k], i % 251);
    arena_free(a);
}

static void texts_are_copied(void **state)
{
    (void)state;
    char old[] = "abc";
    struct arena *a = arena_new(1 << 20);
    char *s = arena_strdup(a, old), *n = arena_strndup(a, old, 2);
    const char *f = arena_printf(a, "%s-%d", old, 7);
    old[0] = 'x';
    assert_string_equal(s, "abc");
    assert_string_equal(n, "ab");
    assert_string_equal(f, "abc-7");
    assert_non_null(arena_memdup(a, NULL, 0));
    arena_free(a);
}

static void grown_lists_keep_their_members(void **state)
{
    (void)state;
    const int old[] = {1, 2, 3};
    struct arena *a = arena_new(1 << 20);
    const int *p = arena_grow(a, old, 3, 5, sizeof *old);
    assert_int_equal(p[2], 3);
    assert_int_equal(p[4], 0);
    arena_free(a);
}

static char order[8];

static void note(void *letter)
{
    strcat(order, letter);
}

static void cleanups_run_last_first(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    order[0] = '\0';
    arena_defer(a, note, (char[]){"a"});
    arena_defer(a, note, (char[]){"b"});
    arena_defer(a, note, (char[]){"c"});
    assert_null(arena_free(a));
    assert_string_equal(order, "cba");
    assert_null(arena_free(NULL));
}

static int exit_code_of(size_t max, size_t n, size_t size)
{
    pid_t pid = fork();
    if (pid == 0) {
        close(2);
        arena_alloc(arena_new(max), n, size);
        _exit(0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void too_much_ends_the_process(void **state)
{
    (void)state;
    assert_int_equal(exit_code_of(1000, 1000, 1), 0);
    assert_int_equal(exit_code_of(1000, 1001, 1), 75);
    assert_int_equal(exit_code_of(SIZE_MAX, SIZE_MAX / 2, 4), 75);
}

static void use_is_counted(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    arena_alloc(a, 10, 8);
    arena_alloc(a, 1, 20);
    assert_int_equal(arena_used(a), 100);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(blocks_do_not_overlap),
        cmocka_unit_test(texts_are_copied),
        cmocka_unit_test(grown_lists_keep_their_members),
        cmocka_unit_test(cleanups_run_last_first),
        cmocka_unit_test(too_much_ends_the_process),
        cmocka_unit_test(use_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
