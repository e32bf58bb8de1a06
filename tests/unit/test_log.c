/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers of persons do not come out of the log; rates are limited. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "intake/core/log.h"
#include "intake/http/bucket.h"

static void numbers_of_persons_are_starred(void **state)
{
    static const char *const rows[][2] = {
        {"id 36010219900307123X end", "id 360*************3X end"},
        {"36010219900307123x", "360*************3x"},
        {"code 91360429MAYGXN9C1E", "code 913*************1E"},
        {"call 13900001234, now", "call 139******34, now"},
        {"id=36010219900307123X&phone=13900001234",
         "id=360*************3X&phone=139******34"},
        {"01M830NZTHH0VWQFG69RZKNTFG", "01M830NZTHH0VWQFG69RZKNTFG"},
        {"5213900001234", "5213900001234"},
        {"23900001234", "23900001234"},
        {"order 20260402791743", "order 20260402791743"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[100];
        snprintf(text, sizeof text, "%s", rows[i][0]);
        log_mask(text);
        assert_string_equal(text, rows[i][1]);
    }
}

static void a_bucket_fills_again(void **state)
{
    struct arena *a = arena_new(4 << 20);
    struct buckets *b = bucket_new(a, 60);
    (void)state;
    for (int i = 0; i < 60; i++)
        assert_int_equal(bucket_take(b, "a", 1000), 0);
    assert_true(bucket_take(b, "a", 1000) > 0);
    assert_int_equal(bucket_take(b, "b", 1000), 0);
    assert_int_equal(bucket_take(b, "a", 2100), 0);
    assert_true(bucket_take(b, "a", 2100) > 0);
    assert_true(bucket_take(b, "a", 1900) > 0); /* a clock that goes back */
    arena_free(a);
}

/* However many addresses there are, the one that tries much stays limited
 * while it tries. */
static void many_addresses_do_not_free_one(void **state)
{
    struct arena *a = arena_new(4 << 20);
    struct buckets *b = bucket_new(a, 60);
    int passed = 0;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        char name[32];
        snprintf(name, sizeof name, "10.0.%d.%d", i / 256, i % 256);
        bucket_take(b, name, 1000 + i);
        passed += bucket_take(b, "busy", 1000 + i) == 0;
    }
    assert_in_range(passed, 60, 60 + 21);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_persons_are_starred),
        cmocka_unit_test(a_bucket_fills_again),
        cmocka_unit_test(many_addresses_do_not_free_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
