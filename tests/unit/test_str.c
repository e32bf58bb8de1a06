/* SPDX-License-Identifier: GPL-3.0-or-later */

/* str: growth, the sticky maximum, HTML and base64. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <string.h>

#include "base/str.h"

static void it_grows(void **state)
{
    (void)state;
    struct str t;
    str_init(&t, 100000);
    assert_string_equal(t.s, "");
    for (int i = 0; i < 5000; i++)
        str_printf(&t, "%d,", i % 10);
    assert_int_equal(t.len, 10000);
    assert_int_equal(strlen(t.s), 10000);
    assert_false(t.failed);
    str_done(&t);
    assert_string_equal(t.s, "");
    str_add(&t, "again");
    assert_string_equal(t.s, "again");
    str_done(&t);
}

static void the_maximum_sticks(void **state)
{
    (void)state;
    struct str t;
    str_init(&t, 5);
    str_add(&t, "12345");
    assert_false(t.failed);
    str_add(&t, "");
    assert_false(t.failed);
    str_add(&t, "6");
    assert_true(t.failed);
    assert_string_equal(t.s, "12345");
    str_printf(&t, "%s", "");
    assert_true(t.failed);
    str_done(&t);
}

static void html_is_escaped(void **state)
{
    (void)state;
    struct str t;
    str_init(&t, 1000);
    str_add_html(&t, "<a href=\"x\">'章' & 印</a>");
    assert_string_equal(t.s, "&lt;a href=&quot;x&quot;&gt;&#39;章&#39; &amp; "
                             "印&lt;/a&gt;");
    str_done(&t);
}

/* RFC 4648, section 10. */
static void base64_is_that_of_the_rfc(void **state)
{
    (void)state;
    static const char *const vectors[][2] = {{"", ""},
                                             {"f", "Zg=="},
                                             {"fo", "Zm8="},
                                             {"foo", "Zm9v"},
                                             {"foob", "Zm9vYg=="},
                                             {"fooba", "Zm9vYmE="},
                                             {"foobar", "Zm9vYmFy"},
                                             {"\xff\xfe\xfd", "//79"}};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct str t;
        str_init(&t, 100);
        str_add_base64(&t, vectors[i][0], strlen(vectors[i][0]));
        assert_string_equal(t.s, vectors[i][1]);
        str_done(&t);
    }
}

static void base64_obeys_the_maximum(void **state)
{
    (void)state;
    struct str t;
    str_init(&t, 7);
    str_add_base64(&t, "foobar", 6);
    assert_true(t.failed);
    str_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_grows),
        cmocka_unit_test(the_maximum_sticks),
        cmocka_unit_test(html_is_escaped),
        cmocka_unit_test(base64_is_that_of_the_rfc),
        cmocka_unit_test(base64_obeys_the_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
