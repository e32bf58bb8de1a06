/* SPDX-License-Identifier: GPL-3.0-or-later */

/* uscc: what the two checks promise, over many random codes. PROP_SEED=n
 * repeats a run. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/uscc.h"
#include "tests/dice.h"

enum { CODES = 2000, LETTERS = 31 };

static void random_code(char code[USCC_SIZE])
{
    static const char *const heads[] = {"91", "92", "12", "51", "N2", "Y1"};
    memcpy(code, heads[dice_below(6)], 2);
    memcpy(code + 2, dice_below(2) ? "360102" : "100000", 6);
    for (int i = 8; i < 16; i++)
        code[i] = uscc_alphabet[dice_below(LETTERS)];
    code[16] = uscc_org_check_char(code);
    code[17] = uscc_check_char(code);
    code[18] = '\0';
}

static void test_every_substitution_is_found(void **unused)
{
    (void)unused;
    for (int n = 0; n < CODES; n++) {
        char code[USCC_SIZE];
        random_code(code);
        assert_true(uscc_is_valid(code));
        for (int i = 0; i < USCC_LENGTH; i++) {
            char right = code[i];
            for (int k = 0; k < LETTERS; k++) {
                code[i] = uscc_alphabet[k];
                assert_int_equal(uscc_has_check(code), code[i] == right);
            }
            code[i] = right;
        }
    }
}

static void test_every_swap_in_the_body_is_found(void **unused)
{
    (void)unused;
    for (int n = 0; n < CODES; n++) {
        char code[USCC_SIZE];
        random_code(code);
        for (int i = 0; i < 17; i++)
            for (int j = i + 1; j < 17; j++) {
                char other[USCC_SIZE];
                memcpy(other, code, USCC_SIZE);
                other[i] = code[j];
                other[j] = code[i];
                assert_int_equal(uscc_has_check(other), code[i] == code[j]);
            }
    }
}

/* A random string passes both checks about once in 341 times. */
static void test_chance_of_passing(void **unused)
{
    (void)unused;
    int passed = 0, tried = 400000;
    for (int n = 0; n < tried; n++) {
        char code[USCC_SIZE];
        random_code(code);
        code[16] = "0123456789X"[dice_below(11)];
        code[17] = uscc_alphabet[dice_below(LETTERS)];
        passed += uscc_is_valid(code);
    }
    double expected = tried / (11.0 * 31.0);
    assert_true(passed > expected * 0.85 && passed < expected * 1.15);
}

static void test_folding_changes_no_code(void **unused)
{
    (void)unused;
    for (int n = 0; n < CODES; n++) {
        char code[USCC_SIZE], folded[USCC_SIZE];
        random_code(code);
        assert_true(uscc_fold(code, folded));
        assert_string_equal(code, folded);
    }
}

/* Whatever a repair proposes is valid, one place away, and at a place where
 * the reader was unsure. */
static void test_repairs_are_lawful(void **unused)
{
    (void)unused;
    for (int n = 0; n < CODES * 10; n++) {
        char code[USCC_SIZE], fixed[USCC_SIZE];
        random_code(code);
        code[dice_below(USCC_LENGTH)] = uscc_alphabet[dice_below(LETTERS)];
        double confidence[USCC_LENGTH];
        for (int i = 0; i < USCC_LENGTH; i++)
            confidence[i] = dice_below(4) ? 0.95 : 0.5;
        if (!uscc_repair(code, confidence, 0.8, fixed))
            continue;
        assert_true(uscc_is_valid(fixed));
        int changed = 0;
        for (int i = 0; i < USCC_LENGTH; i++)
            if (fixed[i] != code[i]) {
                changed++;
                assert_true(confidence[i] < 0.8);
            }
        assert_int_equal(changed, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_substitution_is_found),
        cmocka_unit_test(test_every_swap_in_the_body_is_found),
        cmocka_unit_test(test_chance_of_passing),
        cmocka_unit_test(test_folding_changes_no_code),
        cmocka_unit_test(test_repairs_are_lawful),
    };
    dice_start(88172645463325252);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
