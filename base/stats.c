/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/stats.h"

#include <math.h>

#include "base/rank.h"

static const double normal_95 = 1.959963984540054; /* both sides */
static const double tail = 0.025;

struct stats_share stats_share(size_t hits, size_t n)
{
    if (n == 0)
        return (struct stats_share){NAN, 0, 1};
    double p = (double)hits / (double)n, z2 = normal_95 * normal_95;
    double whole = 1 + z2 / (double)n, middle = p + z2 / (2.0 * (double)n);
    double half = normal_95 * sqrt(p * (1 - p) / (double)n +
                                   z2 / (4.0 * (double)n * (double)n));
    return (struct stats_share){p, fmax(0, (middle - half) / whole),
                                fmin(1, (middle + half) / whole)};
}

/*
 * At least i values lie below the quantile with probability P(B >= i), B
 * binomial: the low end is the last value that all but a fortieth of samples
 * have below it, the high end the first that all but a fortieth have above.
 */
struct stats_ranks stats_quantile(size_t n, double share)
{
    struct stats_ranks ranks = {-1, (long)n};
    double below = 0; /* P(B < i) */
    for (size_t i = 0; i <= n; i++) {
        double k = (double)i, rest = (double)(n - i);
        double log_choose =
            lgamma((double)n + 1) - lgamma(k + 1) - lgamma(rest + 1);
        double chance = i > 0 && share <= 0 ? 0
                        : rest > 0 && share >= 1
                            ? 0
                            : exp(log_choose + (i ? k * log(share) : 0) +
                                  (rest > 0 ? rest * log1p(-share) : 0));
        if (below <= tail)
            ranks.low = (long)i - 1;
        below += chance;
        if (below >= 1 - tail) {
            ranks.high = (long)i;
            break;
        }
    }
    return ranks;
}

double stats_auc(double *yes, size_t n_yes, double *no, size_t n_no)
{
    double sum = 0;
    size_t below = 0, to = 0; /* of `no`: below, and up to the value */
    if (n_yes == 0 || n_no == 0)
        return NAN;
    rank_sort(yes, n_yes);
    rank_sort(no, n_no);
    for (size_t i = 0; i < n_yes; i++) {
        while (below < n_no && no[below] < yes[i])
            below++;
        while (to < n_no && no[to] <= yes[i])
            to++;
        sum += (double)below + (double)(to - below) / 2;
    }
    return sum / (double)n_yes / (double)n_no;
}
