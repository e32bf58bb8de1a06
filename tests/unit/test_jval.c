/* SPDX-License-Identifier: GPL-3.0-or-later */

/* jval: strict reading, stable writing, harmless getters. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"

static struct jval *parsed(const char *text)
{
    struct jval *j = NULL;
    struct err e = {0};
    if (jval_parse(text, strlen(text), &j, &e))
        fail_msg("%s: %s", text, e.text);
    return j;
}

static void is_written_as(struct jval *j, const char *want)
{
    struct str t;
    str_init(&t, 10000);
    jval_print(j, false, &t);
    assert_false(t.failed);
    assert_string_equal(t.s, want);
    str_done(&t);
    jval_free(j);
}

static void reading_is_strict(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",           "{",
        "{\"a\":1,}", "{\"a\":1} x",
        "[1 2]",      "{\"a\":1,\"a\":2}",
        "{'a':1}",    "nan",
        "\"\xff\"",   "\"a\\u0000\"",
        "01",         "{\"a\":}",
        "[1e999]",    "\"\\ud800\"",
        "-",          "1.",
        "1.e5",       ".5",
        "1e",         "+1",
        "[1,]",       "\"a\nb\"",
        "\"\\x\"",    "\"\\u12g4\"",
        "\"a\\",      "\"\\ud800\\u0041\"",
        "{\"a\" 1}",  "\"\\udc00\"",
        "[1}",        "123456789012345678901234567890",
        "tru",        "{\"a\":1,\"\\u0061\":2}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct jval *j = NULL;
        struct err e = {0};
        int r = jval_parse(bad[i], strlen(bad[i]), &j, &e);
        if (r != ERR_FORMAT || !strstr(e.text, "line "))
            fail_msg("%s: got %s, %s", bad[i], err_name(r), e.text);
    }
}

/* Where the mistake is, in characters and not in bytes. */
static void mistakes_are_placed(void **state)
{
    (void)state;
    static const struct {
        const char *text, *place;
    } cases[] = {{"{\"章\": x}", "line 1, column 7: "},
                 {"[1,\n  2\n  3]", "line 3, column 3: "}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct jval *j = NULL;
        struct err e = {0};
        jval_parse(cases[i].text, strlen(cases[i].text), &j, &e);
        if (strncmp(e.text, cases[i].place, strlen(cases[i].place)) != 0)
            fail_msg("%s: %s", cases[i].text, e.text);
    }
}

static void strings_say_what_they_stand_for(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"\"\"", ""},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
        {"\"a\\u7ae0b\"", "a章b"},
        {"\"\\uD840\\udc0b\"", "\xf0\xa0\x80\x8b"},
        {"\"公\\n章\"", "公\n章"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct jval *j = parsed(cases[i][0]);
        assert_string_equal(jval_string_value(j, "-"), cases[i][1]);
        jval_free(j);
    }
    struct jval *j = parsed("{\"\\u0061\":{\"\\n\":\"x\"}}");
    assert_string_equal(jval_string(jval_lookup(j, "a"), "\n", "-"), "x");
    jval_free(j);
}

static void is_read_as_strtod_does(const char *text)
{
    struct jval *j = parsed(text);
    double got = jval_real_value(j, NAN), want = strtod(text, NULL);
    if (memcmp(&got, &want, sizeof got) != 0)
        fail_msg("%s: %.17g, not %.17g", text, got, want);
    jval_free(j);
}

/* To the last bit, on both sides of where the short way ends. */
static void numbers_are_the_nearest(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "0.1",
        "-0.0",
        "0.000001",
        "123456789012345.6",
        "1e22",
        "1e23",
        "9e-7",
        "1e-400",
        "4.9e-324",
        "0.30000000000000004",
        "5E+3",
        "1e-22",
        "1.7976931348623157e308",
        "9007199254740993.0",
        "0e99999999",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        is_read_as_strtod_does(cases[i]);
    unsigned long long dice = 88172645463325252;
    for (int i = 0; i < 20000; i++) {
        char text[64];
        dice = dice * 6364136223846793005 + 1442695040888963407;
        snprintf(text, sizeof text, "%s%llu.%0*llue%d", i % 2 ? "-" : "",
                 (dice >> 20) % 100000, i % 14 + 1,
                 (dice >> 40) % (i % 3 ? 10 : 1000), i % 60 - 30);
        is_read_as_strtod_does(text);
    }
    struct jval *j = parsed("[9223372036854775807,-9223372036854775808,-0]");
    is_written_as(j, "[9223372036854775807,-9223372036854775808,0]");
}

static void nesting_is_bounded(void **state)
{
    (void)state;
    static char deep[200001];
    struct jval *j = NULL;
    memset(deep, '[', sizeof deep - 1);
    assert_int_equal(jval_parse(deep, sizeof deep - 1, &j, NULL), ERR_FORMAT);
}

static void order_is_kept(void **state)
{
    (void)state;
    is_written_as(parsed("{\"b\":1,\"a\":[true,null,\"x\"],\"c\":{}}"),
                  "{\"b\":1,\"a\":[true,null,\"x\"],\"c\":{}}");
    const char *name;
    struct jval *child, *j = parsed("{\"b\":1,\"a\":2}");
    assert_true(jval_member(j, 0, &name, &child));
    assert_string_equal(name, "b");
    assert_true(jval_member(j, 1, &name, &child));
    assert_string_equal(name, "a");
    assert_false(jval_member(j, 2, &name, &child));
    jval_free(j);
}

static void numbers_are_rounded(void **state)
{
    (void)state;
    static const struct {
        double v;
        int decimals;
        const char *want;
    } cases[] = {
        {0.1 + 0.2, 4, "{\"v\":0.3}"}, {-0.0001, 2, "{\"v\":0.0}"},
        {2.5, 0, "{\"v\":3}"},         {NAN, 1, "{\"v\":null}"},
        {INFINITY, 1, "{\"v\":null}"}, {1234567.891, 1, "{\"v\":1234567.9}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct jval *j = jval_new_object();
        jval_set_real(j, "v", cases[i].v, cases[i].decimals);
        is_written_as(j, cases[i].want);
    }
}

static void what_is_no_text_is_null(void **state)
{
    (void)state;
    struct jval *j = jval_new_object();
    jval_set_string(j, "none", NULL);
    jval_set_string(j, "bytes", "\xff");
    jval_set_string(j, "text", "章");
    is_written_as(j, "{\"none\":null,\"bytes\":null,\"text\":\"章\"}");
}

static void getters_answer_with_the_default(void **state)
{
    (void)state;
    struct jval *j = parsed("{\"s\":\"x\",\"n\":1.5,\"i\":7,\"b\":true}");
    assert_string_equal(jval_string(j, "s", "-"), "x");
    assert_string_equal(jval_string(j, "n", "-"), "-");
    assert_string_equal(jval_string(NULL, "s", "-"), "-");
    assert_true(jval_real(j, "n", 0) == 1.5 && jval_real(j, "i", 0) == 7);
    assert_true(jval_real(j, "s", -1) == -1);
    assert_int_equal(jval_int(j, "i", 0), 7);
    assert_int_equal(jval_int(j, "n", 3), 3);
    assert_true(jval_bool(j, "b", false));
    assert_false(jval_bool(j, "i", false));
    assert_null(jval_lookup(j, "gone"));
    assert_int_equal(jval_kind_of(NULL), JVAL_NULL);
    assert_int_equal(jval_count(j), 4);
    assert_int_equal(jval_count(jval_lookup(j, "s")), 0);
    assert_null(jval_at(j, 0));
    jval_free(j);
    jval_free(NULL);
}

static void the_maximum_is_noticed(void **state)
{
    (void)state;
    struct str t;
    struct jval *j = parsed("[1,2,3,4,5,6]");
    str_init(&t, 5);
    jval_print(j, false, &t);
    assert_true(t.failed);
    str_done(&t);
    jval_free(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_is_strict),
        cmocka_unit_test(mistakes_are_placed),
        cmocka_unit_test(strings_say_what_they_stand_for),
        cmocka_unit_test(numbers_are_the_nearest),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(order_is_kept),
        cmocka_unit_test(numbers_are_rounded),
        cmocka_unit_test(what_is_no_text_is_null),
        cmocka_unit_test(getters_answer_with_the_default),
        cmocka_unit_test(the_maximum_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
