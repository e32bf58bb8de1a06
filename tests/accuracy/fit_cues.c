/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * fit_cues - the weights of imaging/cues.def, from reports and their truth
 *
 *   fit_cues FOLDER...          prints the rows of cues.def
 *   fit_cues --check FOLDER...  prints how the present rows do instead
 *
 * Each FOLDER holds bundles with a truth.json and a report-SLOT.json for each
 * document beside it (`pages --save` writes them). One page is one sample: the
 * values of its cues are the evidence in the report, its class is the truth's.
 *
 * Multinomial logistic regression: the log-likelihood ratio of each class
 * against a flatbed is a sum of one piecewise linear term per cue, all fitted
 * together. Classes count equally whatever their numbers. The penalty on the
 * squares of the weights is that of a normal prior; weights are projected into
 * their caps after every step, so that the others learn to live with them. The
 * objective is convex and the start is zero: equal reports, equal rows.
 */

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "tests/accuracy/run.h"

enum { CLASSES = 4, MAX_SAMPLES = 20000, MAX_BUNDLES = 2000, STEPS = 6000 };

static const char *const classes[CLASSES] = {"flatbed", "phone", "scan_app",
                                             "screen"};

enum map { LINEAR, LOG };

static const struct row {
    const char *name;
    enum map map;
    double cap, lo, hi, at_lo[CLASSES], at_hi[CLASSES];
} rows[] = {
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

enum { CUES = sizeof rows / sizeof *rows };

/* On the mean loss: weights that 200 pages do not need stay near zero. */
static const double penalty = 0.0004;

struct sample {
    int class;
    double share[CUES]; /* 0 at lo, 1 at hi; NAN: not measured */
};

struct model {
    double at_lo[CUES][CLASSES], at_hi[CUES][CLASSES];
};

static int class_of(const char *name)
{
    for (int c = 0; c < CLASSES; c++)
        if (strcmp(classes[c], name) == 0)
            return c;
    return -1;
}

/* As stage_capture.c has it. */
static double share_of(const struct row *r, double v)
{
    double t = r->map == LOG ? log(fmax(v, r->lo) / r->lo) / log(r->hi / r->lo)
                             : (v - r->lo) / (r->hi - r->lo);
    return fmin(1, fmax(0, t));
}

static void add_page(const struct jval *truth, const struct jval *report,
                     struct sample *sample, size_t *n)
{
    const struct jval *evidence =
        jval_lookup(jval_lookup(report, "capture"), "evidence");
    int class = class_of(jval_string(truth, "capture", ""));
    if (class < 0 || !evidence || *n == MAX_SAMPLES)
        return;
    struct sample *s = &sample[(*n)++];
    s->class = class;
    for (int i = 0; i < CUES; i++) {
        double v = jval_real(evidence, rows[i].name, NAN);
        s->share[i] = isnan(v) ? NAN : share_of(&rows[i], v);
    }
}

static void load(const char *folder, struct sample *sample, size_t *n)
{
    struct arena *a = arena_new((size_t)16 << 20);
    char **names = arena_new_array(a, MAX_BUNDLES, char *);
    size_t bundles = run_list(a, folder, names, MAX_BUNDLES);
    for (size_t b = 0; b < bundles; b++) {
        struct jval *truth = run_load(names[b], "truth.json");
        const struct jval *documents = jval_lookup(truth, "documents");
        for (size_t i = 0; truth && i < jval_count(documents); i++) {
            const struct jval *d = jval_at(documents, i);
            char name[64];
            snprintf(name, sizeof name, "report-%s.json",
                     jval_string(d, "slot", ""));
            struct jval *report = run_load(names[b], name);
            if (!report)
                continue;
            const struct jval *r = jval_at(jval_lookup(report, "documents"), 0);
            add_page(jval_at(jval_lookup(d, "pages"), 0),
                     jval_at(jval_lookup(r, "pages"), 0), sample, n);
            jval_free(report);
        }
        if (truth)
            jval_free(truth);
    }
    arena_free(a);
}

static void probabilities(const struct model *m, const struct sample *s,
                          double ret[CLASSES])
{
    double most = 0, sum = 0;
    for (int c = 0; c < CLASSES; c++) {
        ret[c] = 0;
        for (int i = 0; i < CUES; i++)
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

/* Nothing acquits by more than this: a page without one fault may have another,
 * and what speaks for a scanner is easily imitated. */
static const double most_acquittal = 1.2;

static double bounded(double v, double cap)
{
    return fmin(cap, fmax(-fmin(cap, most_acquittal), v));
}

/* One step down the gradient; classes weigh the same. */
static void step(struct model *m, const struct sample *sample, size_t n,
                 const double weight[CLASSES], double rate)
{
    struct model g = {{{0}}, {{0}}};
    for (size_t k = 0; k < n; k++) {
        const struct sample *s = &sample[k];
        double p[CLASSES];
        probabilities(m, s, p);
        for (int c = 1; c < CLASSES; c++) {
            double d = weight[s->class] * (p[c] - (s->class == c));
            for (int i = 0; i < CUES; i++) {
                if (isnan(s->share[i]))
                    continue;
                g.at_lo[i][c] += d * (1 - s->share[i]);
                g.at_hi[i][c] += d * s->share[i];
            }
        }
    }
    for (int i = 0; i < CUES; i++)
        for (int c = 1; c < CLASSES && rows[i].cap > 0; c++) {
            double *lo = &m->at_lo[i][c], *hi = &m->at_hi[i][c];
            *lo = bounded(*lo - rate * (g.at_lo[i][c] + penalty * *lo),
                          rows[i].cap);
            *hi = bounded(*hi - rate * (g.at_hi[i][c] + penalty * *hi),
                          rows[i].cap);
        }
}

static void present(struct model *m, bool only_fixed)
{
    memset(m, 0, sizeof *m);
    for (int i = 0; i < CUES; i++)
        if (!only_fixed || rows[i].cap == 0) {
            memcpy(m->at_lo[i], rows[i].at_lo, sizeof m->at_lo[i]);
            memcpy(m->at_hi[i], rows[i].at_hi, sizeof m->at_hi[i]);
        }
}

static void print_rows(const struct model *m)
{
    for (int i = 0; i < CUES; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s,", rows[i].name);
        printf("CUE( %-22s %4g, %-7s %5g, %5g", name, rows[i].cap,
               rows[i].map == LOG ? "LOG," : "LINEAR,", rows[i].lo, rows[i].hi);
        for (int c = 1; c < CLASSES; c++)
            printf(", %5.2f, %5.2f", m->at_lo[i][c], m->at_hi[i][c]);
        printf(" )\n");
    }
}

/* On standard error, so that the rows can be put into a file. */
static void print_quality(const struct model *m, const struct sample *sample,
                          size_t n)
{
    int table[CLASSES][CLASSES] = {{0}};
    double loss = 0;
    for (size_t k = 0; k < n; k++) {
        double p[CLASSES];
        int best = 0;
        probabilities(m, &sample[k], p);
        for (int c = 1; c < CLASSES; c++)
            best = p[c] > p[best] ? c : best;
        table[sample[k].class][best]++;
        loss -= log(fmax(1e-12, p[sample[k].class]));
    }
    fprintf(stderr, "%zu pages, mean log loss %.4f; truth by row:\n", n,
            n ? loss / (double)n : NAN);
    for (int t = 0; t < CLASSES; t++) {
        fprintf(stderr, "  %-10s", classes[t]);
        for (int c = 0; c < CLASSES; c++)
            fprintf(stderr, " %5d", table[t][c]);
        fprintf(stderr, "\n");
    }
}

int main(int argc, char **argv)
{
    bool check = argc > 1 && strcmp(argv[1], "--check") == 0;
    struct sample *sample = malloc(MAX_SAMPLES * sizeof *sample);
    size_t n = 0, count[CLASSES] = {0};
    if (argc < 2 + check || !sample) {
        fprintf(stderr, "usage: fit_cues [--check] FOLDER...\n");
        return 64;
    }
    for (int i = 1 + check; i < argc; i++)
        load(argv[i], sample, &n);
    for (size_t k = 0; k < n; k++)
        count[sample[k].class]++;
    double weight[CLASSES];
    for (int c = 0; c < CLASSES; c++) {
        if (count[c] == 0) {
            fprintf(stderr, "fit_cues: no page of class %s\n", classes[c]);
            return 1;
        }
        weight[c] = 1.0 / CLASSES / (double)count[c];
    }
    struct model m;
    present(&m, !check);
    for (int i = 0; i < STEPS && !check; i++)
        step(&m, sample, n, weight, 1.0);
    if (!check)
        print_rows(&m);
    print_quality(&m, sample, n);
    free(sample);
    return 0;
}
