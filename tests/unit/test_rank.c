/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Order statistics of odd, even and single counts. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rank.h"

static void numbers_are_put_in_order(void **state)
{
    (void)state;
    double v[] = {3, -1, 2, 2, 0};
    const double sorted[] = {-1, 0, 2, 2, 3};
    rank_sort(v, 5);
    for (int i = 0; i < 5; i++)
        assert_true(v[i] == sorted[i]);
    rank_sort(v, 0);
}

static void the_middle_is_found(void **state)
{
    (void)state;
    double one[] = {7}, odd[] = {9, 1, 4}, even[] = {8, 1, 2, 4};
    assert_true(rank_median(one, 1) == 7);
    assert_true(rank_median(odd, 3) == 4);
    assert_true(rank_median(even, 4) == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_put_in_order),
        cmocka_unit_test(the_middle_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
