/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/judge/fit_legible.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rank.h"
#include "base/stats.h"
#include "base/str.h"

enum { ROUNDS = 50, RESAMPLES = 200, BINS = 6 };

/* A score of 100.0 or 0.0 was rounded: the odds are at least this, or this
 * small. */
static const double most_odds = 1999;

/* Keeps the curve finite when the pages part cleanly. */
static const double penalty = 0.01;

struct sample {
    double log_odds;
    size_t document;
    bool is_right;
};

struct fit_legible {
    struct arena *a;
    double half, slope; /* that the samples were measured with */
    struct sample *samples;
    size_t n, size, wrong;
};

/* P(right) = 1 / (1 + exp(-(a + b * log odds))) */
struct line {
    double a, b;
};

struct fit_legible *fit_legible_new(struct arena *a, double half, double slope)
{
    struct fit_legible *f = arena_new_struct(a, struct fit_legible);
    f->a = a;
    f->half = half;
    f->slope = slope;
    return f;
}

void fit_legible_add(struct fit_legible *f, size_t document, double legibility,
                     bool is_right)
{
    double odds = legibility / fmax(1e-9, 100 - legibility);
    odds = fmin(most_odds, fmax(1 / most_odds, odds));
    if (f->n == f->size) {
        f->size = f->size ? 2 * f->size : 256;
        f->samples =
            arena_grow(f->a, f->samples, f->n, f->size, sizeof *f->samples);
    }
    /* back to what was measured, before the present curve */
    f->samples[f->n++] = (struct sample){log(f->half) + log(odds) / f->slope,
                                         document, is_right};
    f->wrong += !is_right;
}

size_t fit_legible_count(const struct fit_legible *f, size_t *ret_wrong)
{
    *ret_wrong = f->wrong;
    return f->n;
}

static double chance(const struct line *l, double log_odds)
{
    return 1 / (1 + exp(-(l->a + l->b * log_odds)));
}

/* Newton's method; `weight` says how often each sample counts. */
static struct line fit(const struct sample *s, const int *weight, size_t n)
{
    struct line l = {0, 0};
    for (int round = 0; round < ROUNDS; round++) {
        double ga = 0, gb = -penalty * l.b, aa = 1e-9, ab = 0, bb = penalty;
        for (size_t i = 0; i < n; i++) {
            double p = chance(&l, s[i].log_odds), x = s[i].log_odds;
            double d = weight[i] * (s[i].is_right - p);
            double v = weight[i] * fmax(1e-9, p * (1 - p));
            ga += d;
            gb += d * x;
            aa += v;
            ab += v * x;
            bb += v * x * x;
        }
        double whole = aa * bb - ab * ab;
        if (!(whole > 0))
            break;
        /* Half steps where a whole one might overshoot. */
        double da = (bb * ga - ab * gb) / whole;
        double db = (aa * gb - ab * ga) / whole;
        double length = fmax(fabs(da), fabs(db));
        double part = length > 1 ? 1 / length : 1;
        l.a += part * da;
        l.b += part * db;
        if (length < 1e-10)
            break;
    }
    return l;
}

/* SplitMix64 (Steele, Lea and Flood 2014): the same numbers everywhere. */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

static size_t document_count(const struct fit_legible *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++)
        n = f->samples[i].document >= n ? f->samples[i].document + 1 : n;
    return n;
}

/* Whole documents are drawn: the fields of one share its fate. */
static void bootstrap(const struct fit_legible *f, double *halves,
                      double *slopes)
{
    size_t documents = document_count(f);
    uint64_t state = 1;
    int *weight = arena_new_array(f->a, f->n, int);
    int *drawn = arena_new_array(f->a, documents, int);
    for (int k = 0; k < RESAMPLES; k++) {
        memset(drawn, 0, documents * sizeof *drawn);
        for (size_t i = 0; i < documents; i++)
            drawn[draw(&state) % documents]++;
        for (size_t i = 0; i < f->n; i++)
            weight[i] = drawn[f->samples[i].document];
        struct line l = fit(f->samples, weight, f->n);
        slopes[k] = l.b;
        halves[k] = l.b > 0 ? exp(-l.a / l.b) : 0;
    }
    rank_sort(halves, RESAMPLES);
    rank_sort(slopes, RESAMPLES);
}

bool fit_legible_fit(struct fit_legible *f, struct fit_legible_curve *ret)
{
    enum { LOW = RESAMPLES / 40, HIGH = RESAMPLES - 1 - LOW };
    double halves[RESAMPLES], slopes[RESAMPLES];
    if (f->wrong == 0 || f->wrong == f->n)
        return false;
    int *once = arena_new_array(f->a, f->n, int);
    for (size_t i = 0; i < f->n; i++)
        once[i] = 1;
    struct line l = fit(f->samples, once, f->n);
    if (l.b <= 0)
        return false;
    bootstrap(f, halves, slopes);
    *ret = (struct fit_legible_curve){exp(-l.a / l.b), halves[LOW],
                                      halves[HIGH],    l.b,
                                      slopes[LOW],     slopes[HIGH]};
    return true;
}

/* --- reliability -----------------------------------------------------------
 */

static int by_odds(const void *p, const void *q)
{
    const struct sample *a = p, *b = q;
    if (a->log_odds != b->log_odds)
        return a->log_odds > b->log_odds ? 1 : -1;
    return a->document < b->document ? -1 : a->document > b->document;
}

/* Pool adjacent violators: the isotonic share of each sorted sample. */
static double *isotonic(struct arena *a, const struct sample *s, size_t n)
{
    double *sum = arena_new_array(a, n, double);
    double *share = arena_new_array(a, n, double);
    size_t *count = arena_new_array(a, n, size_t), blocks = 0;
    for (size_t i = 0; i < n; i++) {
        bool ties = i > 0 && s[i].log_odds <= s[i - 1].log_odds;
        if (!ties) {
            sum[blocks] = 0;
            count[blocks++] = 0;
        }
        sum[blocks - 1] += s[i].is_right;
        count[blocks - 1]++;
        bool is_last = i + 1 == n || s[i + 1].log_odds > s[i].log_odds;
        while (is_last && blocks > 1 &&
               sum[blocks - 2] * (double)count[blocks - 1] >=
                   sum[blocks - 1] * (double)count[blocks - 2]) {
            sum[blocks - 2] += sum[blocks - 1];
            count[blocks - 2] += count[blocks - 1];
            blocks--;
        }
    }
    for (size_t i = 0, b = 0; b < blocks; b++)
        for (size_t k = 0; k < count[b]; k++)
            share[i++] = sum[b] / (double)count[b];
    return share;
}

static double auc(struct fit_legible *f)
{
    double *right = arena_new_array(f->a, f->n, double);
    double *wrong = arena_new_array(f->a, f->n, double);
    size_t n_right = 0, n_wrong = 0;
    for (size_t i = 0; i < f->n; i++)
        if (f->samples[i].is_right)
            right[n_right++] = f->samples[i].log_odds;
        else
            wrong[n_wrong++] = f->samples[i].log_odds;
    return stats_auc(right, n_right, wrong, n_wrong);
}

/* One row of the table: samples that were promised alike. */
struct bin {
    size_t n, right;
    double promised, curve, isotonic; /* sums */
};

static void print_bins(const struct bin bins[BINS], const double *edges,
                       struct str *t)
{
    str_add(t, "    # reported      fields   promised   curve  isotonic  "
               "read right (95 %)\n");
    for (int b = 0; b < BINS; b++) {
        double n = (double)bins[b].n;
        struct stats_share s = stats_share(bins[b].right, bins[b].n);
        if (bins[b].n > 0)
            str_printf(t,
                       "    # %4.1f to %5.1f  %6zu   %7.3f  %7.3f   %7.3f  "
                       "%.3f (%.3f to %.3f)\n",
                       100 * edges[b], 100 * fmin(1, edges[b + 1]), bins[b].n,
                       bins[b].promised / n, bins[b].curve / n,
                       bins[b].isotonic / n, s.share, s.low, s.high);
    }
}

void fit_legible_print(struct fit_legible *f,
                       const struct fit_legible_curve *curve, struct str *t)
{
    static const double edges[BINS + 1] = {0,    0.5,  0.8,   0.9,
                                           0.97, 0.99, 1.0001};
    struct bin bins[BINS] = {{0}};
    struct line now = {-f->slope * log(f->half), f->slope};
    struct line fitted = {-curve->slope * log(curve->half), curve->slope};
    double gap_now = 0, gap_fitted = 0;
    qsort(f->samples, f->n, sizeof *f->samples, by_odds);
    double *share = isotonic(f->a, f->samples, f->n);
    for (size_t i = 0; i < f->n; i++) {
        double promised = chance(&now, f->samples[i].log_odds);
        int b = 0;
        while (b < BINS - 1 && promised >= edges[b + 1])
            b++;
        bins[b].n++;
        bins[b].right += f->samples[i].is_right;
        bins[b].promised += promised;
        bins[b].curve += chance(&fitted, f->samples[i].log_odds);
        bins[b].isotonic += share[i];
    }
    for (int b = 0; b < BINS; b++) {
        gap_now += fabs(bins[b].promised - (double)bins[b].right);
        gap_fitted += fabs(bins[b].curve - (double)bins[b].right);
    }
    str_printf(t,
               "    # area under the curve %.3f; calibration error %.3f as "
               "reported, %.3f fitted\n",
               auc(f), gap_now / (double)f->n, gap_fitted / (double)f->n);
    print_bins(bins, edges, t);
}
