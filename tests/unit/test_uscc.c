/* SPDX-License-Identifier: GPL-3.0-or-later */

/* uscc: published and computed codes, pilot codes, folding and repairing. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/uscc.h"

/* Which of the two checks a code passes; codes only, no names. */
static const struct vector {
    const char *code;
    bool check, org;
} vectors[] = {
    {"914403001922038216", true, true},
    {"91440300192317458F", true, true},
    {"91350900587527783P", true, true},
    {"9144030010001686XA", true, true}, /* organisation check X */
    {"91100000100003962T", true, true},
    {"911000001000013428", true, true},
    {"911100001000044477", true, true},
    {"911000001000044477", false, true},
    {"91440300192181490G", true, true}, /* organisation check 0 */
    {"91440400192548256N", true, true},
    {"91440606722473344C", true, true},
    {"91440300100012316L", true, true},
    {"9144030071526726XG", true, true},
    {"91440300708461136T", true, true},
    {"91330100799655058B", true, true},
    {"91110000802100433B", true, true},
    {"91110108551385082Q", true, true},
    {"91360000625912173B", true, true},
    {"913600006124469438", true, true},
    {"12360000491015900T", true, true},
    {"12440300MB2C92173E", true, true}, /* body with letters */
    {"123502001549897397", true, true},
    {"91350200MA2YJ1XR9G", true, true},
    {"91360100MA4JURQ200", true, true}, /* both checks are 0 */
    {"91360100MAXHXL35X9", true, true},
    {"91360100MA5G70Q63Y", true, true}, /* the highest value */
    {"914403001922038217", false, true},
    {"91330000MA27Q2XQ2G", false, false},
    {"91360100MA35F0DX5Q", false, false},
    {"91440300192189148B", false, false},
    {"911100001000013428", false, true},
    {"12440300MB2C92173A", false, true},
    {"91350100M0001TGQXM", false, true},
    {"91350211M0000XUF46", false, true},
    {"91350203M0001FUE2P", false, true},
    {"91350203M0001QAY9B", false, true},
};

static void test_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const struct vector *v = &vectors[i];
        assert_int_equal(uscc_has_check(v->code), v->check);
        assert_int_equal(uscc_has_org_check(v->code), v->org);
        assert_int_equal(uscc_is_valid(v->code), v->check && v->org);
    }
}

static void test_check_chars(void **state)
{
    (void)state;
    assert_int_equal(uscc_check_char("91330000MA27Q2XQ2"), 'H');
    assert_int_equal(uscc_check_char("91360100MA35F0DX5"), 'K');
    assert_int_equal(uscc_check_char("91440300192189148"), 'W');
    assert_int_equal(uscc_org_check_char("9144030019218914"), '2');
    assert_int_equal(uscc_check_char("91360100MA4JURQ20"), '0');
    assert_int_equal(uscc_check_char("9136010"), 0);
    assert_int_equal(uscc_check_char("91360100IA4JURQ20"), 0);
    assert_int_equal(uscc_org_check_char("9136"), 0);
}

static void test_pilot_codes(void **state)
{
    (void)state;
    static const char *const pilots[] = {
        "91350100M0001TGQXM", "91350211M0000XUF46", "91350203M0001FUE2P",
        "91350203M0001QAY9B"};
    for (size_t i = 0; i < 4; i++) {
        assert_true(uscc_is_well_formed(pilots[i]));
        assert_true(uscc_is_pilot(pilots[i]));
    }
    assert_int_equal(uscc_check_char("91350100M0001TGQXM"), '1');
    assert_int_equal(uscc_check_char("91350211M0000XUF46"), 'R');
    assert_int_equal(uscc_check_char("91350203M0001FUE2P"), 'J');
    assert_int_equal(uscc_check_char("91350203M0001QAY9B"), '9');
    assert_false(uscc_is_pilot("91350100M0001TGQX1"));
    assert_false(uscc_is_pilot("914403001922038217"));
}

static void test_form(void **state)
{
    (void)state;
    assert_false(uscc_is_well_formed(""));
    assert_false(uscc_is_well_formed("91440300192203821"));
    assert_false(uscc_is_well_formed("9144030019220382166"));
    assert_false(uscc_is_well_formed("9144030O1922038216")); /* O */
    assert_false(uscc_is_well_formed("91440A001922038216")); /* region */
    assert_false(uscc_is_well_formed("9144030019220382A6")); /* org check */
    assert_false(uscc_is_well_formed("01440300192203821X")); /* department */
    assert_false(uscc_is_well_formed("97440300192203821X")); /* class */
    assert_true(uscc_is_well_formed("N2360100MA4JURQ200"));
    assert_true(uscc_has_region("911000001000013428")); /* 10: the centre */
    assert_true(uscc_has_region("91360100MA4JURQ200"));
    assert_false(uscc_has_region("91990100MA4JURQ200"));
}

static void test_fold(void **state)
{
    (void)state;
    char code[USCC_SIZE];
    assert_true(uscc_fold(" 9136 0100 MA4J URQ2 00 ", code));
    assert_string_equal(code, "91360100MA4JURQ200");
    assert_true(uscc_fold("\uff19\uff11360100\uff4d\uff41"
                          "4jurq200\u3002",
                          code));
    assert_string_equal(code, "91360100MA4JURQ200");
    assert_true(uscc_fold("9I36OI00MA4JURQZ0O", code));
    assert_string_equal(code, "91360100MA4JURQ200");
    assert_true(uscc_fold("91B6G1D0MASJVRQ200", code)); /* digits of region */
    assert_string_equal(code, "91866100MA5JURQ200");
    assert_false(uscc_fold("91360100MA4JURQ20", code));
    assert_false(uscc_fold("91360100MA4JURQ2000", code));
    assert_false(uscc_fold("", code));
}

static void sure(double confidence[USCC_LENGTH])
{
    for (int i = 0; i < USCC_LENGTH; i++)
        confidence[i] = 0.95;
}

static void test_repair(void **state)
{
    (void)state;
    double c[USCC_LENGTH];
    char code[USCC_SIZE];
    sure(c);
    c[8] = 0.4; /* N read for M */
    assert_true(uscc_repair("91360100NA4JURQ200", c, 0.8, code));
    assert_string_equal(code, "91360100MA4JURQ200");
    c[8] = 0.95; /* the same, but the reader was sure */
    assert_false(uscc_repair("91360100NA4JURQ200", c, 0.8, code));
    c[9] = 0.4; /* unsure at another place */
    assert_false(uscc_repair("91360100NA4JURQ200", c, 0.8, code));
    assert_false(uscc_repair("91360100MA4JURQ200", c, 0.8, code));
    for (int i = 0; i < USCC_LENGTH; i++)
        c[i] = 0.1; /* no look-alike there: B for the last 0 */
    assert_false(uscc_repair("91360100MA4JURQ20R", c, 0.8, code));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),     cmocka_unit_test(test_check_chars),
        cmocka_unit_test(test_pilot_codes), cmocka_unit_test(test_form),
        cmocka_unit_test(test_fold),        cmocka_unit_test(test_repair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
