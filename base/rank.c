/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/rank.h"

#include <stdlib.h>

static int by_value(const void *p, const void *q)
{
    double a = *(const double *)p, b = *(const double *)q;
    return (a > b) - (a < b);
}

void rank_sort(double *v, size_t n)
{
    if (n > 1)
        qsort(v, n, sizeof *v, by_value);
}

double rank_median(double *v, size_t n)
{
    rank_sort(v, n);
    return (v[(n - 1) / 2] + v[n / 2]) / 2;
}
