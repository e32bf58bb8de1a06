/* SPDX-License-Identifier: GPL-3.0-or-later */

/* name: what is printed beside a name and is no part of it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "ocr/name.h"

static void test_remarks(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name;
    } rows[] = {
        {"（盖公章）江西某某有限公司", "江西某某有限公司"},
        {"江西某某有限公司（盖章）", "江西某某有限公司"},
        {"（盖章）江西某某有限公司（盖公章处）", "江西某某有限公司"},
        {"某某（江西）有限公司", "某某（江西）有限公司"},
        {"某某经营部（个人独资）", "某某经营部（个人独资）"},
        {"江西印章制作有限公司", "江西印章制作有限公司"},
        {"王文章", "王文章"},
        {"（江西）某某公司", "（江西）某某公司"},
        {"某某公司（盖章", "某某公司（盖章"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = strdup(rows[i].text);
        assert_string_equal(name_without_remarks(text), rows[i].name);
        free(text);
    }
}

static void test_brackets(void **state)
{
    (void)state;
    for (const char *s = "([{〈《【〔（"; *s;)
        assert_int_equal(name_bracket(utf8_next(&s)), 0xff08);
    for (const char *s = ")]}〉》】〕）"; *s;)
        assert_int_equal(name_bracket(utf8_next(&s)), 0xff09);
    assert_int_equal(name_bracket('A'), 'A');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_remarks),
        cmocka_unit_test(test_brackets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
