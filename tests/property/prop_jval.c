/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The quick way of reading JSON and the library's are one: a text that is put
 * between more brackets than the quick way follows gives the same tree, or the
 * same refusal, as by itself. Over texts with a few random mistakes.
 * PROP_SEED=n repeats a run.
 */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"
#include "tests/dice.h"

enum { TEXTS = 60000, LONGEST = 400, BRACKETS = 100, MISTAKES = 4 };

static const char *const samples[] = {
    "{\"order_no\": \"20260312816165\", \"name\": \"青岚盛腾医药\",\n"
    "  \"boxes\": [[12, 7.5, -3, 0.25], []], \"is\": true, \"of\": null}",
    "[0, -0, -0.0, 1.0, 123456789012345, 1234567890123456, 12.5e-3, 1E+2,\n"
    " 0.1234567890123456789, 9223372036854775807, false, {}, {\"\": \"\"}]",
    "{\"zh\": \"“章”\\u7ae0\\n\\\"A\\\\\\/\\t\", \"a\\tb\": {\"a\": 1,"
    " \"b\": {\"a\": 2}}, \"\\ud840\\udc0b\": \"𠀋\"}",
};

/* One change of one byte: another, one more, one less. */
static size_t mistake(char *text, size_t n)
{
    static const char bytes[] =
        "{}[],:\"\\ \n0123456789+-.eEtrufalsn\x01\xff章";
    size_t at = (size_t)dice_below((int)n);
    char byte = bytes[dice_below(sizeof bytes)];
    switch (dice_below(3)) {
    case 0:
        text[at] = byte;
        return n;
    case 1:
        memmove(text + at + 1, text + at, n - at);
        text[at] = byte;
        return n + 1;
    default:
        memmove(text + at, text + at + 1, n - at - 1);
        return n - 1;
    }
}

/* The value within all brackets; NULL: the whole was refused. */
static const struct jval *within(struct jval *j)
{
    const struct jval *in = j;
    for (int i = 0; in && i < BRACKETS; i++)
        in = jval_count(in) == 1 ? jval_at(in, 0) : NULL;
    return in;
}

static void print(const struct jval *j, struct str *t)
{
    str_init(t, 10000);
    jval_print(j, false, t);
    assert_false(t->failed);
}

/* Whether the text was read. */
static bool is_read_alike(const char *text, size_t n)
{
    static char wrapped[LONGEST + 2 * BRACKETS];
    struct jval *alone = NULL, *nested = NULL;
    memset(wrapped, '[', BRACKETS);
    memcpy(wrapped + BRACKETS, text, n);
    memset(wrapped + BRACKETS + n, ']', BRACKETS);
    int r = jval_parse(text, n, &alone, NULL);
    int s = jval_parse(wrapped, n + 2 * BRACKETS, &nested, NULL);
    const struct jval *in = s ? NULL : within(nested);
    if (r == 0 && in) {
        struct str a, b;
        print(alone, &a);
        print(in, &b);
        assert_string_equal(a.s, b.s);
        str_done(&a);
        str_done(&b);
    } else if (r == 0 || in) {
        fail_msg("%s only: %.*s", in ? "nested" : "alone", (int)n, text);
    }
    jval_free(alone);
    jval_free(nested);
    return r == 0;
}

static void both_ways_read_the_same(void **unused)
{
    (void)unused;
    int read = 0;
    for (int i = 0; i < TEXTS; i++) {
        char text[LONGEST];
        const char *sample = samples[(size_t)i % 3];
        size_t n = strlen(sample);
        memcpy(text, sample, n);
        for (int k = dice_below(MISTAKES); k > 0; k--)
            n = mistake(text, n);
        read += is_read_alike(text, n);
    }
    assert_in_range(read, TEXTS / 4, TEXTS * 3 / 4); /* both kinds occur */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways_read_the_same),
    };
    dice_start(88172645463325252);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
