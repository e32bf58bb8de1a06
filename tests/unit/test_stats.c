/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Intervals against published values and against their own promise. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/stats.h"

static void expect(double got, double wanted)
{
    if (!(fabs(got - wanted) < 5e-5))
        fail_msg("%.6f, wanted %.4f", got, wanted);
}

/* Newcombe, Statistics in Medicine 17 (1998), table I, method 3. */
static void wilson_as_published(void **state)
{
    (void)state;
    static const struct {
        size_t hits, n;
        double low, high;
    } cases[] = {{81, 263, 0.2553, 0.3662},
                 {15, 148, 0.0624, 0.1605},
                 {0, 20, 0, 0.1611},
                 {1, 29, 0.0061, 0.1718}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stats_share s = stats_share(cases[i].hits, cases[i].n);
        expect(s.low, cases[i].low);
        expect(s.high, cases[i].high);
    }
    struct stats_share none = stats_share(0, 0);
    assert_true(isnan(none.share) && none.low <= 0 && none.high >= 1);
}

static double choose(size_t n, size_t k)
{
    double v = 1;
    for (size_t i = 0; i < k; i++)
        v = v * (double)(n - i) / (double)(i + 1);
    return v;
}

/* P(low-th value <= quantile <= high-th value), by adding up. */
static double coverage(size_t n, double share, struct stats_ranks r)
{
    double sum = 0;
    for (long i = r.low + 1; i <= r.high && i <= (long)n; i++)
        sum += choose(n, (size_t)i) * pow(share, (double)i) *
               pow(1 - share, (double)((long)n - i));
    return sum;
}

static void quantiles_are_covered(void **state)
{
    (void)state;
    static const double shares[] = {0.01, 0.05, 0.3, 0.5, 0.95};
    static const size_t sizes[] = {1, 5, 20, 100, 400};
    for (size_t k = 0; k < 5; k++)
        for (size_t i = 0; i < 5; i++) {
            struct stats_ranks r = stats_quantile(sizes[i], shares[k]);
            double got = coverage(sizes[i], shares[k], r);
            if (!(got >= 0.95 - 1e-9 && got <= 1 + 1e-9))
                fail_msg("n %zu, share %g: %g", sizes[i], shares[k], got);
        }
    /* The median of ten lies between the second and the ninth. */
    struct stats_ranks ten = stats_quantile(10, 0.5);
    assert_int_equal(ten.low, 1);
    assert_int_equal(ten.high, 8);
    /* Of 100 the hundredth part has no lower end: 368 are needed. */
    assert_int_equal(stats_quantile(100, 0.01).low, -1);
    assert_int_equal(stats_quantile(367, 0.01).low, -1);
    assert_int_equal(stats_quantile(368, 0.01).low, 0);
    assert_int_equal(stats_quantile(3, 0.5).high, 3);
    assert_int_equal(stats_quantile(0, 0.5).high, 0);
}

static void auc_counts_pairs(void **state)
{
    (void)state;
    double yes[] = {3, 1, 2}, no[] = {2, 0};
    expect(stats_auc(yes, 3, no, 2), 4.5 / 6);
    assert_true(isnan(stats_auc(yes, 3, no, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wilson_as_published),
        cmocka_unit_test(quantiles_are_covered),
        cmocka_unit_test(auc_counts_pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
