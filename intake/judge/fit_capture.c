/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/judge/fit_capture.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/stats.h"
#include "base/str.h"
#include "imaging/capture_cues.h"

enum { CLASSES = 4, STEPS = 6000, FOLDS = 5, NO_FOLD = -1 };

static const enum capture classes[CLASSES] = {CAPTURE_FLATBED, CAPTURE_PHONE,
                                              CAPTURE_SCAN_APP, CAPTURE_SCREEN};

enum map { LINEAR, LOG };

static const struct row {
    const char *name;
    enum map map;
    double cap, lo, hi, at_lo[CLASSES], at_hi[CLASSES];
} rows[CUE_COUNT] = {
#define CUE(name, cap, map, lo, hi, phone_lo, phone_hi, app_lo, app_hi,        \
            screen_lo, screen_hi)                                              \
    {#name,                                                                    \
     map,                                                                      \
     cap,                                                                      \
     lo,                                                                       \
     hi,                                                                       \
     {0, phone_lo, app_lo, screen_lo},                                         \
     {0, phone_hi, app_hi, screen_hi}},
#include "imaging/cues.def"
#undef CUE
};

/* On the mean loss: weights that 200 pages do not need stay near zero. */
static const double penalty = 0.0004;

/* Nothing acquits by more than this: a page without one fault may have another,
 * and what speaks for a scanner is easily imitated. */
static const double most_acquittal = 1.2;

struct sample {
    int class;
    double share[CUE_COUNT]; /* 0 at lo, 1 at hi; NAN: not measured */
};

struct model {
    double at_lo[CUE_COUNT][CLASSES], at_hi[CUE_COUNT][CLASSES];
};

struct fit_capture {
    struct arena *a;
    struct sample *samples;
    size_t n, size, count[CLASSES];
};

struct fit_capture *fit_capture_new(struct arena *a)
{
    struct fit_capture *f = arena_new_struct(a, struct fit_capture);
    f->a = a;
    return f;
}

size_t fit_capture_count(const struct fit_capture *f, size_t *ret_fewest)
{
    *ret_fewest = f->n;
    for (int c = 0; c < CLASSES; c++)
        if (f->count[c] < *ret_fewest)
            *ret_fewest = f->count[c];
    return f->n;
}

/* As stage_capture.c has it. */
static double share_of(const struct row *r, double v)
{
    double t = r->map == LOG ? log(fmax(v, r->lo) / r->lo) / log(r->hi / r->lo)
                             : (v - r->lo) / (r->hi - r->lo);
    return fmin(1, fmax(0, t));
}

void fit_capture_add(struct fit_capture *f, enum capture truth,
                     const struct page_facts *page)
{
    int class = 0;
    while (class < CLASSES && classes[class] != truth)
        class ++;
    if (class == CLASSES || page->n_cues == 0)
        return;
    if (f->n == f->size) {
        f->size = f->size ? 2 * f->size : 256;
        f->samples =
            arena_grow(f->a, f->samples, f->n, f->size, sizeof *f->samples);
    }
    struct sample *s = &f->samples[f->n++];
    s->class = class;
    f->count[class]++;
    for (int i = 0; i < CUE_COUNT; i++) {
        s->share[i] = NAN;
        for (size_t k = 0; k < page->n_cues; k++)
            if (strcmp(page->cues[k].name, rows[i].name) == 0)
                s->share[i] = share_of(&rows[i], page->cues[k].value);
    }
}

/* --- the regression --------------------------------------------------------
 */

static void probabilities(const struct model *m, const struct sample *s,
                          double ret[CLASSES])
{
    double most = 0, sum = 0;
    for (int c = 0; c < CLASSES; c++) {
        ret[c] = 0;
        for (int i = 0; i < CUE_COUNT; i++)
            if (!isnan(s->share[i]))
                ret[c] += m->at_lo[i][c] * (1 - s->share[i]) +
                          m->at_hi[i][c] * s->share[i];
        most = fmax(most, ret[c]);
    }
    for (int c = 0; c < CLASSES; c++)
        sum += ret[c] = exp(ret[c] - most);
    for (int c = 0; c < CLASSES; c++)
        ret[c] /= sum;
}

static double bounded(double v, double cap)
{
    return fmin(cap, fmax(-fmin(cap, most_acquittal), v));
}

static bool is_in_fold(size_t sample, int fold)
{
    return fold != NO_FOLD && (int)(sample % FOLDS) == fold;
}

/* The gradient of the mean loss over all samples but those of one fold. */
static struct model gradient(const struct fit_capture *f, const struct model *m,
                             const double weight[CLASSES], int fold)
{
    struct model g = {{{0}}, {{0}}};
    for (size_t k = 0; k < f->n; k++) {
        const struct sample *s = &f->samples[k];
        double p[CLASSES];
        if (is_in_fold(k, fold))
            continue;
        probabilities(m, s, p);
        for (int c = 1; c < CLASSES; c++) {
            double d = weight[s->class] * (p[c] - (s->class == c));
            for (int i = 0; i < CUE_COUNT; i++) {
                if (isnan(s->share[i]))
                    continue;
                g.at_lo[i][c] += d * (1 - s->share[i]);
                g.at_hi[i][c] += d * s->share[i];
            }
        }
    }
    return g;
}

/* The present rows; or of them only those that are known and not fitted. */
static struct model present(bool only_fixed)
{
    struct model m = {{{0}}, {{0}}};
    for (int i = 0; i < CUE_COUNT; i++)
        if (!only_fixed || rows[i].cap <= 0) {
            memcpy(m.at_lo[i], rows[i].at_lo, sizeof m.at_lo[i]);
            memcpy(m.at_hi[i], rows[i].at_hi, sizeof m.at_hi[i]);
        }
    return m;
}

static struct model fit(const struct fit_capture *f, int fold)
{
    struct model m = present(true);
    double weight[CLASSES];
    for (int c = 0; c < CLASSES; c++)
        weight[c] = 1.0 / CLASSES / fmax(1, (double)f->count[c]);
    for (int step = 0; step < STEPS; step++) {
        struct model g = gradient(f, &m, weight, fold);
        for (int i = 0; i < CUE_COUNT; i++)
            for (int c = 1; c < CLASSES && rows[i].cap > 0; c++) {
                double *lo = &m.at_lo[i][c], *hi = &m.at_hi[i][c];
                *lo = bounded(*lo - g.at_lo[i][c] - penalty * *lo, rows[i].cap);
                *hi = bounded(*hi - g.at_hi[i][c] - penalty * *hi, rows[i].cap);
            }
    }
    return m;
}

/* --- how well it does ------------------------------------------------------
 */

struct quality {
    double loss; /* sum of logarithms */
    size_t right, blamed, missed;
};

/* A flatbed that is called another thing is blamed, another that is called a
 * flatbed is missed. Only the fold's samples, or all. */
static void judge(const struct fit_capture *f, const struct model *m, int fold,
                  struct quality *q)
{
    for (size_t k = 0; k < f->n; k++) {
        double p[CLASSES];
        int best = 0, class = f->samples[k].class;
        if (fold != NO_FOLD && !is_in_fold(k, fold))
            continue;
        probabilities(m, &f->samples[k], p);
        for (int c = 1; c < CLASSES; c++)
            best = p[c] > p[best] ? c : best;
        q->loss -= log(fmax(1e-12, p[class]));
        q->right += best == class;
        q->blamed += class == 0 && p[0] < 0.5;
        q->missed += class != 0 && p[0] >= 0.5;
    }
}

static void print_share(const char *what, size_t hits, size_t n, struct str *t)
{
    struct stats_share s = stats_share(hits, n);
    str_printf(t, "%s %zu of %zu (%.1f to %.1f %%)", what, hits, n, 100 * s.low,
               100 * s.high);
}

static void print_quality(const struct fit_capture *f, const char *which,
                          const struct quality *q, struct str *t)
{
    str_printf(t, " * %s: mean log loss %.3f,", which, q->loss / (double)f->n);
    print_share(" right", q->right, f->n, t);
    print_share(",\n *   flatbeds blamed", q->blamed, f->count[0], t);
    print_share(", others missed", q->missed, f->n - f->count[0], t);
    str_add(t, "\n");
}

/* Rounded as they are read back. */
static void print_rows(const struct model *m, struct str *t)
{
    for (int i = 0; i < CUE_COUNT; i++) {
        str_printf(t, "CUE( %s,%*s %4g, %-7s %5g, %5g", rows[i].name,
                   21 - (int)strlen(rows[i].name), "", rows[i].cap,
                   rows[i].map == LOG ? "LOG," : "LINEAR,", rows[i].lo,
                   rows[i].hi);
        for (int c = 1; c < CLASSES; c++)
            str_printf(t, ", %5.2f, %5.2f", m->at_lo[i][c], m->at_hi[i][c]);
        str_add(t, " )\n");
    }
}

void fit_capture_print(struct fit_capture *f, struct str *t)
{
    struct quality unseen = {0}, before = {0};
    struct model all = fit(f, NO_FOLD), now = present(false);
    for (int fold = 0; fold < FOLDS; fold++) {
        struct model m = fit(f, fold);
        judge(f, &m, fold, &unseen);
    }
    judge(f, &now, NO_FOLD, &before);
    str_printf(t, "/* Fitted to %zu pages:", f->n);
    for (int c = 0; c < CLASSES; c++)
        str_printf(t, "%s %zu %s", c ? "," : "", f->count[c],
                   capture_name(classes[c]));
    str_printf(t, ".\n");
    print_quality(f, "on pages left out in turn, a fifth at a time", &unseen,
                  t);
    print_quality(f, "the present rows on the same pages", &before, t);
    str_add(t, " */\n");
    print_rows(&all, t);
}
