/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The logarithms of the rises are fitted by a plane and a bowl about the
 * page's middle, a + b x + c y + d (x^2 + y^2), by iterated least squares with
 * Tukey weights: bold titles and pale stamps rise differently wherever they
 * stand. What the fit does not explain counts against it: the range is that of
 * the part of the variance that it explains.
 */

#include "imaging/focus.h"

#include <math.h>
#include <string.h>

#include "imaging/least_squares.h"

enum { TERMS = 4, ROUNDS = 4, LEAST_SAMPLES = 80 };

static void terms_at(const struct focus_sample *s, double t[TERMS])
{
    const double all[TERMS] = {1, s->x, s->y, s->x * s->x + s->y * s->y};
    memcpy(t, all, sizeof all);
}

static double value(const double k[TERMS], const struct focus_sample *s)
{
    double t[TERMS], v = 0;
    terms_at(s, t);
    for (int i = 0; i < TERMS; i++)
        v += k[i] * t[i];
    return v;
}

static double weight(double residual, double deviation)
{
    double u = residual / (4 * deviation);
    return fabs(u) < 1 ? (1 - u * u) * (1 - u * u) : 0;
}

/* One step; `deviation` is of the residuals before it. */
static void refit(const struct focus_sample *s, size_t n, double deviation,
                  double k[TERMS])
{
    struct least_squares q = {.n = TERMS};
    double t[TERMS];
    for (size_t i = 0; i < n; i++) {
        double y = log(s[i].rise);
        terms_at(&s[i], t);
        least_squares_add(&q, t, y, weight(y - value(k, &s[i]), deviation));
    }
    for (int i = 0; i < TERMS; i++)
        least_squares_hold(&q, i, 1e-6); /* all samples in one row */
    least_squares_solve(&q, 0, k);
}

static double deviation_from(const struct focus_sample *s, size_t n,
                             const double k[TERMS])
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fabs(log(s[i].rise) - value(k, &s[i]));
    return fmax(0.01, 1.25 * sum / (double)n);
}

struct focus focus_fit(const struct focus_sample *s, size_t n)
{
    struct focus f = {.range = NAN};
    double k[TERMS] = {0}, mean[TERMS] = {0}, low = 1e9, high = -1e9;
    if (n < LEAST_SAMPLES)
        return f;
    for (size_t i = 0; i < n; i++)
        mean[0] += log(s[i].rise) / (double)n;
    memcpy(k, mean, sizeof k);
    for (int round = 0; round < ROUNDS; round++)
        refit(s, n, deviation_from(s, n, k), k);
    for (size_t i = 0; i < n; i++) {
        double v = value(k, &s[i]);
        low = fmin(low, v);
        if (v > high) {
            high = v;
            f.softest = (Point){s[i].x, s[i].y};
        }
    }
    double left = deviation_from(s, n, k) / deviation_from(s, n, mean);
    double explained = fmax(0, 1 - left * left);
    f.range = exp((high - low) * explained);
    return f;
}
