/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The generator's own check digits, against published vectors. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixtures/code.h"
#include "fixtures/rng.h"

static void known_codes(void **state)
{
    (void)state;
    /* both checks 0; organisation check X; highest symbol */
    assert_true(code_credit_ok("91360100MA4JURQ200"));
    assert_true(code_credit_ok("91360100MAXHXL35X9"));
    assert_true(code_credit_ok("91360100MA5G70Q63Y"));
    assert_false(code_credit_ok("91360100MA35F0DX5Q"));
    char cut[CODE_SIZE] = "91360100MA5G70Q63";
    assert_false(code_credit_ok(cut));
    assert_true(code_resident_ok("34052419800101001X"));
    assert_false(code_resident_ok("340524198001010013"));
}

static void made_codes(void **state)
{
    (void)state;
    struct rng r;
    char code[CODE_SIZE], other[CODE_SIZE];
    rng_init(&r, 1, "test");
    for (int i = 0; i < 5000; i++) {
        code_credit(&r, "91", "360100", code);
        assert_true(code_credit_ok(code));
        assert_memory_equal(code, "91360100", 8);
        code_credit_other(&r, code, other);
        assert_true(code_credit_ok(other));
        assert_string_not_equal(code, other);
        code_credit_corrupt(&r, code, other);
        assert_false(code_credit_ok(other));
        int differ = 0;
        for (int k = 0; k < CODE_LENGTH; k++)
            differ += code[k] != other[k];
        assert_int_equal(differ, 1);
        code_resident(&r, "360121", "19901231", i % 2, code);
        assert_true(code_resident_ok(code));
        assert_int_equal((code[16] - '0') % 2, i % 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_codes),
                                       cmocka_unit_test(made_codes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
