/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Imprints on their way to the parent: whole, broken, and of no file. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "intake/measure/measured.h"
#include "intake/measure/wire.h"
#include "tests/unit/own_arena.h"

static const char good_head[] =
    "{\"size\": 40.1, \"turn\": 3.5, \"scale_known\": true}";

/* What a child sends: `times` imprints of `n` samples, END. */
static uint8_t *records(const char *head, size_t n, int times, size_t *ret_n)
{
    FILE *f = tmpfile();
    assert_non_null(f);
    int fd = fileno(f);
    struct err e = {0};
    uint8_t *ink = arena_alloc(arena, n + 1, 1);
    memset(ink, 77, n);
    for (int i = 0; i < times; i++)
        assert_int_equal(
            wire_write2(fd, WIRE_IMPRINT, head, strlen(head) + 1, ink, n, &e),
            0);
    assert_int_equal(wire_write(fd, WIRE_END, NULL, 0, &e), 0);
    *ret_n = (size_t)lseek(fd, 0, SEEK_END);
    uint8_t *all = arena_alloc(arena, *ret_n, 1);
    lseek(fd, 0, SEEK_SET);
    assert_int_equal(read(fd, all, *ret_n), (ssize_t)*ret_n);
    fclose(f);
    return all;
}

static int read_one(const char *head, size_t n, int times, struct imprint *ret)
{
    struct err e = {0};
    const char *why = NULL;
    size_t size;
    uint8_t *all = records(head, n, times, &size);
    return measured_read_imprint(arena, all, size, ret, &why, &e);
}

static void a_whole_one(void **state)
{
    (void)state;
    struct imprint p;
    assert_int_equal(read_one(good_head, IMPRINT_BYTES, 1, &p), 0);
    assert_true(p.size_mm > 40 && p.size_mm < 41);
    assert_true(p.scale_known);
    assert_int_equal(p.ink[IMPRINT_BYTES - 1], 77);
}

static void broken_ones(void **state)
{
    (void)state;
    struct imprint p;
    assert_int_equal(read_one(good_head, IMPRINT_BYTES - 1, 1, &p), ERR_CRASH);
    assert_int_equal(read_one(good_head, IMPRINT_BYTES + 1, 1, &p), ERR_CRASH);
    assert_int_equal(read_one(good_head, IMPRINT_BYTES, 2, &p), ERR_CRASH);
    assert_int_equal(read_one(good_head, IMPRINT_BYTES, 0, &p), ERR_CRASH);
    assert_int_equal(read_one("{}", IMPRINT_BYTES, 1, &p), ERR_CRASH);
    assert_int_equal(read_one("{\"size\": 40", IMPRINT_BYTES, 1, &p),
                     ERR_CRASH);
    assert_int_equal(
        read_one("{\"size\": -4, \"turn\": 0}", IMPRINT_BYTES, 1, &p),
        ERR_CRASH);
}

static void one_without_its_seal(void **state)
{
    (void)state;
    struct measured m;
    struct err e = {0};
    size_t n;
    uint8_t *all = records(good_head, IMPRINT_BYTES, 1, &n);
    assert_int_equal(measured_read(arena, SLOT_SEAL_SHEET, all, n, &m, &e),
                     ERR_CRASH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_one),
        cmocka_unit_test(broken_ones),
        cmocka_unit_test(one_without_its_seal),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
