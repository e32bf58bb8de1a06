/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "review/agreement.h"

#include <math.h>

struct agreement agreement_of(int64_t right, int64_t wrong, int64_t missed,
                              int64_t decided)
{
    int64_t rest = decided - right - wrong - missed;
    return (struct agreement){right, wrong, missed, rest > 0 ? rest : 0};
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

double agreement_missed_rate(const struct agreement *t)
{
    return ratio((double)t->missed, (double)(t->missed + t->right));
}

double agreement_false_rate(const struct agreement *t)
{
    return ratio((double)t->wrong, (double)(t->wrong + t->right));
}

double agreement_kappa(const struct agreement *t)
{
    double a = (double)t->right, b = (double)t->wrong, c = (double)t->missed,
           d = (double)t->silent, n = a + b + c + d;
    double observed = ratio(a + d, n);
    double chance = ratio((a + b) * (a + c) + (c + d) * (b + d), n * n);
    return ratio(observed - chance, 1 - chance);
}
