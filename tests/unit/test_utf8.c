/* SPDX-License-Identifier: GPL-3.0-or-later */

/* utf8: validity, repair, and the two forms in which texts are compared. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"

static struct arena *a;

static int set_up(void **state)
{
    (void)state;
    a = arena_new(1 << 24);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    a = arena_free(a);
    return 0;
}

static void validity(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        size_t n;
        bool valid;
    } cases[] = {
        {"", 0, true},
        {"abc", 3, true},
        {"印章", 6, true},
        {"\xf0\xa0\x80\x80", 4, true},
        {"\xc0\x80", 2, false},
        {"\xed\xa0\x80", 3, false}, /* surrogate */
        {"\xff", 1, false},
        {"印章", 5, false},
        {"a\0b", 3, false},
        {"\x80", 1, false},
        {"\xf4\x90\x80\x80", 4, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (utf8_is_valid(cases[i].s, cases[i].n) != cases[i].valid)
            fail_msg("case %zu", i);
}

static void repair(void **state)
{
    (void)state;
    assert_string_equal(utf8_repair(a,
                                    "a\xff"
                                    "b",
                                    3),
                        "a\xef\xbf\xbd"
                        "b");
    assert_string_equal(utf8_repair(a, "印\0章", 7), "印\xef\xbf\xbd章");
    assert_string_equal(utf8_repair(a, "\xe5\x8d", 2),
                        "\xef\xbf\xbd\xef\xbf\xbd");
    for (int c = 0; c < 256; c++) {
        char bytes[2] = {(char)c, (char)(255 - c)};
        const char *s = utf8_repair(a, bytes, 2);
        assert_true(utf8_is_valid(s, strlen(s)));
    }
}

static void walking(void **state)
{
    (void)state;
    const char *s = "a印𠀀";
    size_t n;
    const uint32_t *codes = utf8_codes(a, s, &n);
    assert_int_equal(utf8_length(s), 3);
    assert_int_equal(n, 3);
    assert_int_equal(codes[0], 'a');
    assert_int_equal(codes[1], 0x5370);
    assert_int_equal(codes[2], 0x20000);
    assert_int_equal(codes[3], 0);
    char out[4];
    assert_int_equal(utf8_put(0x5370, out), 3);
    assert_memory_equal(out, "印", 3);
    assert_true(utf8_is_han(0x5370) && utf8_is_han(0x3007));
    assert_false(utf8_is_han('a') || utf8_is_han(0xff08));
}

static void folding(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"ＡＢ１２", "AB12"},
        {"a b\tc\xe3\x80\x80"
         "d",
         "ABCD"},
        {"（甲）", "(甲)"},
        {"\xe2\x80\x8b甲\xef\xbb\xbf", "甲"},
        {"", ""},
        {"\xff", ""},
        {"⼀", "一"}, /* Kangxi radical */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(utf8_fold(a, cases[i][0]), cases[i][1]);
}

static void naming(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"甲(乙)有限公司", "甲（乙）有限公司"},
        {"甲【乙】〔丙〕", "甲（乙）（丙）"},
        {"买买提•艾山", "买买提·艾山"},
        {"买买提・艾山", "买买提·艾山"},
        {"“甲”公司", "甲公司"},
        {" 甲 公 司 ", "甲公司"},
        {"甲－乙", "甲-乙"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *once = utf8_name(a, cases[i][0]);
        assert_string_equal(once, cases[i][1]);
        assert_string_equal(utf8_name(a, once), once);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(validity), cmocka_unit_test(repair),
        cmocka_unit_test(walking),  cmocka_unit_test(folding),
        cmocka_unit_test(naming),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
