/* SPDX-License-Identifier: GPL-3.0-or-later */

/* err: the table is sound, texts are kept, cut and put in context. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <string.h>

#include "base/err.h"
#include "base/utf8.h"

static const int codes[] = {
#define ERR(name, number, retry, exit_code, text, zh) ERR_##name,
#include "base/err.def"
#undef ERR
};

enum { N = sizeof codes / sizeof *codes };

static void names_lead_to_codes_and_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < N; i++) {
        assert_true(codes[i] < 0);
        assert_int_equal(err_from_name(err_name(codes[i])), codes[i]);
        assert_true(*err_summary(codes[i]) && *err_zh(codes[i]));
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(codes[i], codes[k]);
    }
    assert_int_equal(err_from_name("NO_SUCH"), ERR_NONE);
    assert_int_equal(err_exit_code(0), 0);
    assert_string_equal(err_zh(12345), "");
}

/* The contract's exit codes, and no other. */
static void exit_codes_are_those_of_the_contract(void **state)
{
    (void)state;
    static const int allowed[] = {3, 4, 5, 6, 7, 64, 70};
    for (size_t i = 0; i < N; i++) {
        bool found = false;
        for (size_t k = 0; k < sizeof allowed / sizeof *allowed; k++)
            found |= err_exit_code(codes[i]) == allowed[k];
        if (!found)
            fail_msg("%s: exit %d", err_name(codes[i]),
                     err_exit_code(codes[i]));
    }
}

static void context_comes_in_front(void **state)
{
    (void)state;
    struct err e = {0};
    assert_int_equal(err_set(&e, ERR_FORMAT, "bad %d", 3), ERR_FORMAT);
    assert_int_equal(err_context(&e, ERR_FORMAT, "page %d", 2), ERR_FORMAT);
    assert_string_equal(e.text, "page 2: bad 3");
    assert_int_equal(err_set(NULL, ERR_SYS, "x"), ERR_SYS);
    assert_int_equal(err_context(NULL, ERR_SYS, "x"), ERR_SYS);
}

/* Whatever the length, a text that was cut is still UTF-8. */
static void cut_texts_end_with_a_character(void **state)
{
    (void)state;
    char text[900] = "";
    for (size_t i = 0; i < 8; i++) {
        struct err e = {0};
        memset(text, 'x', i);
        text[i] = '\0';
        while (strlen(text) < 800)
            strcat(text, "章é𠀀");
        err_set(&e, ERR_SYS, "%s", text);
        assert_true(utf8_is_valid(e.text, strlen(e.text)));
        assert_true(strlen(e.text) + 4 >= sizeof e.text - 1);
        err_context(&e, ERR_SYS, "第%zu页", i);
        assert_true(utf8_is_valid(e.text, strlen(e.text)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_lead_to_codes_and_back),
        cmocka_unit_test(exit_codes_are_those_of_the_contract),
        cmocka_unit_test(context_comes_in_front),
        cmocka_unit_test(cut_texts_end_with_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
