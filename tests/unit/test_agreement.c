/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The machine beside people: kappa and rates, against values worked out by
 * hand. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <math.h>

#include "review/agreement.h"

static void assert_near(double is, double wanted)
{
    assert_true(fabs(is - wanted) < 1e-9);
}

/* The textbook's table 20 5 / 10 15: observed 0.7, by chance 0.5. */
static void kappa_is_cohens(void **state)
{
    (void)state;
    const struct agreement t = agreement_of(20, 5, 10, 50);
    assert_int_equal(t.silent, 15);
    assert_near(agreement_kappa(&t), 0.4);
    assert_near(agreement_missed_rate(&t), 10.0 / 30);
    assert_near(agreement_false_rate(&t), 5.0 / 25);
}

static void perfect_and_worthless(void **state)
{
    (void)state;
    const struct agreement all = agreement_of(7, 0, 0, 40),
                           chatter = agreement_of(10, 30, 0, 40),
                           contrary = agreement_of(0, 20, 20, 40);
    assert_near(agreement_kappa(&all), 1);
    assert_near(agreement_kappa(&chatter), 0);
    assert_near(agreement_kappa(&contrary), -1);
}

static void nothing_to_tell_it_by(void **state)
{
    (void)state;
    const struct agreement none = agreement_of(0, 0, 0, 0),
                           silent = agreement_of(0, 0, 0, 9);
    assert_true(isnan(agreement_kappa(&none)));
    assert_true(isnan(agreement_kappa(&silent)));
    assert_true(isnan(agreement_missed_rate(&silent)));
    assert_true(isnan(agreement_false_rate(&silent)));
    /* Not all that was marked is decided yet. */
    assert_int_equal(agreement_of(5, 5, 5, 3).silent, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kappa_is_cohens),
        cmocka_unit_test(perfect_and_worthless),
        cmocka_unit_test(nothing_to_tell_it_by),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
