/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * stats - how far a share or a quantile can be trusted that was counted on a
 * sample: intervals of 95 %, exact or nearly so for any number of samples, of
 * no assumption about how the values are spread
 */

#ifndef BASE_STATS_H
#define BASE_STATS_H

#include <stddef.h>

/* NAN, 0 and 1 when n is 0. */
struct stats_share {
    double share, low, high;
};

/* A counted share with Wilson's interval (1927), which keeps its promise near
 * 0 and 1, where most rates of this program lie. */
struct stats_share stats_share(size_t hits, size_t n);

/*
 * Between which of n sorted values (from 0) the quantile of that share lies:
 * ranks of order statistics by the binomial distribution (David and Nagaraja
 * 2003, 7.1). -1: below all of them; n: above.
 */
struct stats_ranks {
    long low, high;
};
struct stats_ranks stats_quantile(size_t n, double share);

/* How likely a value of `yes` exceeds one of `no`, ties half: the area under
 * the ROC curve. Both are sorted by this. NAN when one is empty. */
double stats_auc(double *yes, size_t n_yes, double *no, size_t n_no);

#endif
