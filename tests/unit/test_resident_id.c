/* SPDX-License-Identifier: GPL-3.0-or-later */

/* resident_id: check character, calendar, province; invented numbers. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/resident_id.h"

static const struct vector {
    const char *id;
    bool check, date, province;
} vectors[] = {
    {"34052419800101001X", true, true, true},
    {"340524198001010013", false, true, true},
    {"11010519491231002X", true, true, true},
    {"440524188001010014", true, false, true}, /* born 1880 */
    {"360102199001010018", true, true, true},
    {"360102199002300017", true, false, true}, /* 30 February */
    {"360102200002290029", true, true, true},  /* 2000: a leap year */
    {"360102190002290014", true, false, true}, /* 1900: none */
    {"360701198512319991", true, true, true},
    {"999999199001010016", true, true, false},
};

static void test_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const struct vector *v = &vectors[i];
        int y, m, d;
        assert_true(resident_id_is_well_formed(v->id));
        assert_int_equal(resident_id_has_check(v->id), v->check);
        assert_int_equal(resident_id_birth(v->id, &y, &m, &d), v->date);
        assert_int_equal(resident_id_has_province(v->id), v->province);
        assert_int_equal(resident_id_is_valid(v->id),
                         v->check && v->date && v->province);
    }
}

static void test_parts(void **state)
{
    (void)state;
    int y, m, d;
    assert_true(resident_id_birth("360102200002290029", &y, &m, &d));
    assert_int_equal(y, 2000);
    assert_int_equal(m, 2);
    assert_int_equal(d, 29);
    assert_false(resident_id_is_male("360102200002290029"));
    assert_true(resident_id_is_male("360102199001010018"));
}

static void test_form(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "36010219900101001",
        "3601021990010100188",
        "36010219900101001x",
        "3601021990O1010018",
        "X60102199001010018",
        "360102900101001", /* fifteen digits: obsolete */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(resident_id_is_well_formed(bad[i]));
        assert_false(resident_id_is_valid(bad[i]));
    }
    assert_int_equal(resident_id_check_char("36010219900"), 0);
}

static void test_every_wrong_digit_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < RESIDENT_ID_LENGTH; i++) {
        char id[] = "360102199001010018";
        char right = id[i];
        for (char c = '0'; c <= '9'; c++) {
            id[i] = c;
            assert_int_equal(resident_id_has_check(id), c == right);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_every_wrong_digit_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
