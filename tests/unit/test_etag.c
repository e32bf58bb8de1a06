/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Conditional and partial requests, and queries. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/core/request.h"
#include "intake/http/etag.h"
#include "intake/http/query.h"

static void tags_are_compared(void **state)
{
    (void)state;
    assert_true(etag_matches("\"r2-7c1e\"", "r2-7c1e", false));
    assert_true(etag_matches("\"a\", \"b\" ,\"c\"", "c", false));
    assert_true(etag_matches("*", "x", false));
    assert_true(etag_matches("W/\"a\"", "a", true));
    assert_false(etag_matches("W/\"a\"", "a", false));
    assert_false(etag_matches("\"a", "a", false));
    assert_false(etag_matches("a", "a", false));
    assert_false(etag_matches("", "a", false));
    assert_false(etag_matches("\"ab\"", "a", false));
}

static void ranges_are_read(void **state)
{
    static const struct {
        const char *header;
        enum range_answer answer;
        uint64_t first, n;
    } rows[] = {
        {NULL, RANGE_WHOLE, 0, 0},
        {"bytes=0-9", RANGE_PART, 0, 10},
        {"bytes=90-", RANGE_PART, 90, 10},
        {"bytes=90-1000", RANGE_PART, 90, 10},
        {"bytes=-5", RANGE_PART, 95, 5},
        {"bytes=-500", RANGE_PART, 0, 100},
        {"bytes=-0", RANGE_NONE, 0, 0},
        {"bytes=100-", RANGE_NONE, 0, 0},
        {"bytes=9-0", RANGE_WHOLE, 0, 0},
        {"bytes=-", RANGE_WHOLE, 0, 0},
        {"bytes=0-1,5-6", RANGE_WHOLE, 0, 0},
        {"bytes=99999999999999999999-", RANGE_WHOLE, 0, 0},
        {"lines=0-1", RANGE_WHOLE, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t first = 0, n = 0;
        assert_int_equal(range_find(rows[i].header, 100, &first, &n),
                         rows[i].answer);
        assert_int_equal(first, rows[i].first);
        assert_int_equal(n, rows[i].n);
    }
    uint64_t first, n;
    assert_int_equal(range_find("bytes=0-", 0, &first, &n), RANGE_NONE);
    assert_int_equal(range_find("bytes=-1", 0, &first, &n), RANGE_NONE);
}

static void queries_are_decoded(void **state)
{
    struct arena *a = arena_new(1 << 20);
    struct pair pairs[3];
    size_t n;
    struct err e;
    (void)state;
    assert_int_equal(
        query_parse(a, "q=%E5%BC%A0+b&&empty=&bare", pairs, 3, &n, &e), 0);
    assert_int_equal(n, 3);
    assert_string_equal(pairs[0].value, "张 b");
    assert_string_equal(pairs[1].value, "");
    assert_string_equal(pairs[2].name, "bare");
    static const char *const broken[] = {"a=%",   "a=%4",  "a=%zz",
                                         "a=%ff", "%00=1", "a&b&c&d"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_int_equal(query_parse(a, broken[i], pairs, 3, &n, &e),
                         ERR_FORMAT);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_are_compared),
        cmocka_unit_test(ranges_are_read),
        cmocka_unit_test(queries_are_decoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
