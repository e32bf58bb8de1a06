/* SPDX-License-Identifier: GPL-3.0-or-later */

/* day: days of the calendar, and words for no end. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/day.h"

static void test_days(void **state)
{
    static const struct {
        const char *iso;
        long days;
    } rows[] = {{"1970-01-01", 0},      {"1970-01-02", 1},
                {"1969-12-31", -1},     {"2000-02-29", 11016},
                {"2000-03-01", 11017},  {"2026-03-18", 20530},
                {"1900-01-01", -25567}, {"9999-12-31", 2932896}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        long days = 1;
        assert_true(day_parse(rows[i].iso, &days));
        assert_int_equal(days, rows[i].days);
    }
}

static void test_no_days(void **state)
{
    static const char *const rows[] = {
        "",           "长期",       "2025-02-29", "1900-02-29", "2025-13-01",
        "2025-00-10", "2025-04-31", "2025-01-00", "2025-1-1",   "2025/01/01",
        "2O25-01-01", "0000-01-01", "2025-01-01 "};
    long days = 7;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_false(day_parse(rows[i], &days));
    assert_false(day_parse(NULL, &days));
    assert_int_equal(days, 7);
}

static void test_never(void **state)
{
    (void)state;
    assert_true(day_is_never("长期"));
    assert_true(day_is_never("永久"));
    assert_true(day_is_never("无固定期限"));
    assert_false(day_is_never("2030-01-01"));
    assert_false(day_is_never(""));
    assert_false(day_is_never(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_no_days),
        cmocka_unit_test(test_never),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
