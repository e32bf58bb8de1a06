/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "imaging/least_squares.h"

/* Samples of 2 - 3 x + x^2 at -4 .. 4; the one at 4 is wrong by `wrong` and
 * counts `weight`. */
static struct least_squares parabola(double wrong, double weight)
{
    struct least_squares q = {.n = 3};
    for (int x = -4; x <= 4; x++) {
        const double t[] = {1, x, x * x};
        least_squares_add(&q, t, 2 - 3 * x + x * x + (x == 4 ? wrong : 0),
                          x == 4 ? weight : 1);
    }
    return q;
}

static void finds_what_was_laid(void **state)
{
    (void)state;
    double k[3];
    struct least_squares q = parabola(0, 1);
    assert_true(least_squares_solve(&q, 1e-6, k));
    assert_true(fabs(k[0] - 2) < 1e-9);
    assert_true(fabs(k[1] + 3) < 1e-9);
    assert_true(fabs(k[2] - 1) < 1e-9);
}

static void weights_count(void **state)
{
    (void)state;
    double k[3];
    struct least_squares q = parabola(100, 0);
    assert_true(least_squares_solve(&q, 1e-6, k));
    assert_true(fabs(k[2] - 1) < 1e-9);
    q = parabola(100, 1);
    assert_true(least_squares_solve(&q, 1e-6, k));
    assert_true(k[2] > 1.5);
}

static void held_terms_stay_small(void **state)
{
    (void)state;
    double k[3];
    struct least_squares q = parabola(0, 1);
    least_squares_hold(&q, 1, 1e9);
    assert_true(least_squares_solve(&q, 1e-6, k));
    assert_true(fabs(k[1]) < 1e-6);
}

static void too_few_samples_are_told(void **state)
{
    (void)state;
    struct least_squares q = {.n = 3};
    const double t[] = {1, 2, 4};
    double k[3];
    least_squares_add(&q, t, 5, 1);
    assert_false(least_squares_solve(&q, 1e-6, k));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_laid),
        cmocka_unit_test(weights_count),
        cmocka_unit_test(held_terms_stay_small),
        cmocka_unit_test(too_few_samples_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
