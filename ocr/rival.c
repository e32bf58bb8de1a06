/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * State 2i is the blank before character i, 2i + 1 the character; 2n the
 * blank behind all. ahead[t][s]: all ways to be in s after slice t, from
 * here on: behind[t][s]: all ways from s at slice t to the end, its own slice
 * included. Both are divided by the same sum in each slice, so that a product
 * of ahead[t - 1] and behind[t] is a share of the given text's probability.
 */

#include "ocr/rival.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"

enum { PER_STEP = 3, MAX_POOL = 160 };

static const float suggests = 1e-4F; /* less likely ones are no alternative */
static const double least = 1e-7;

struct lattice {
    const struct ctc *m;
    const int *text;
    size_t n, states, steps;
    double *ahead, *behind; /* (steps + 2) rows of states, see at() */
    double *scale;          /* of a slice */
    double log_score;
};

struct change {
    double share; /* of the given text's probability */
    size_t at;
    int class; /* 0: left out */
    bool inserted;
};

static double emits(const struct lattice *l, size_t t, int class)
{
    double p = (double)l->m->p[t * l->m->n_classes + (size_t) class];
    return p > least ? p : least;
}

static int class_at(const struct lattice *l, size_t state)
{
    return state % 2 == 1 ? l->text[state / 2] : CTC_BLANK;
}

/* Row 0 is before the first slice, row t + 1 is slice t. */
static double *row(double *table, const struct lattice *l, size_t i)
{
    return table + i * l->states;
}

/* Whether the character of a state may follow that of the last one without a
 * blank. */
static bool may_skip(const struct lattice *l, size_t state)
{
    return state % 2 == 1 && state > 1 &&
           l->text[state / 2] != l->text[state / 2 - 1];
}

static void go_ahead(struct lattice *l)
{
    row(l->ahead, l, 0)[0] = 1; /* as if a blank stood before the line */
    l->log_score = 0;
    for (size_t t = 0; t < l->steps; t++) {
        const double *old = row(l->ahead, l, t);
        double *new = row(l->ahead, l, t + 1), sum = 0;
        for (size_t s = 0; s < l->states; s++) {
            double v = old[s] + (s > 0 ? old[s - 1] : 0) +
                       (may_skip(l, s) ? old[s - 2] : 0);
            new[s] = v *emits(l, t, class_at(l, s));
            sum += new[s];
        }
        l->scale[t] = sum > 0 ? sum : 1;
        for (size_t s = 0; s < l->states; s++)
            new[s] /= l->scale[t];
        l->log_score += log(l->scale[t]);
    }
    const double *last = row(l->ahead, l, l->steps);
    double end = last[l->states - 1] + (l->n > 0 ? last[l->states - 2] : 0);
    l->log_score = end > 0 ? l->log_score + log(end) : -INFINITY;
}

static void go_back(struct lattice *l)
{
    for (size_t t = l->steps; t-- > 0;) {
        const double *old = row(l->behind, l, t + 1);
        double *new = row(l->behind, l, t);
        for (size_t s = 0; s < l->states; s++) {
            double v = old[s] + (s + 1 < l->states ? old[s + 1] : 0);
            if (t + 1 == l->steps)
                v = s + 2 >= l->states ? 1 : 0;
            else if (s + 2 < l->states && may_skip(l, s + 2))
                v += old[s + 2];
            new[s] = v *emits(l, t, class_at(l, s)) / l->scale[t];
        }
    }
}

/* What leads into a character of class c that stands behind state `from` (a
 * blank) at slice t, and what leads on from it to state `to` (a blank). */
static double enter(struct lattice *l, size_t t, size_t from, int c)
{
    const double *old = row(l->ahead, l, t);
    return old[from] +
           (from > 0 && l->text[from / 2 - 1] != c ? old[from - 1] : 0);
}

static double leave(struct lattice *l, size_t t, size_t to, int c)
{
    if (t == l->steps)
        return to + 1 == l->states ? 1 : 0;
    const double *next = row(l->behind, l, t);
    return next[to] +
           (to + 1 < l->states && l->text[to / 2] != c ? next[to + 1] : 0);
}

/* The text with class c between the blanks `from` and `to`. */
static double with(struct lattice *l, size_t from, size_t to, int c)
{
    double in = 0, sum = 0;
    for (size_t t = 0; t < l->steps; t++) {
        in = (in + enter(l, t, from, c)) * emits(l, t, c) / l->scale[t];
        sum += in * leave(l, t + 1, to, c);
    }
    return sum;
}

/* The text without character i. */
static double without(struct lattice *l, size_t i)
{
    size_t from = 2 * i, next = from + 3;
    double sum = 0;
    bool same = i > 0 && i + 1 < l->n && l->text[i - 1] == l->text[i + 1];
    for (size_t t = 0; t < l->steps && next < l->states; t++) {
        const double *old = row(l->ahead, l, t);
        double in = old[from] + (from > 0 && !same ? old[from - 1] : 0);
        sum += in * row(l->behind, l, t)[next];
    }
    if (next < l->states)
        return sum;
    const double *last = row(l->ahead, l, l->steps);
    return last[from] + (from > 0 ? last[from - 1] : 0);
}

static bool holds(const int *v, size_t n, int x)
{
    for (size_t i = 0; i < n; i++)
        if (v[i] == x)
            return true;
    return false;
}

/* The characters that the slices suggest. */
static size_t find_pool(const struct ctc *m, int pool[MAX_POOL])
{
    size_t n = 0;
    for (size_t t = 0; t < m->n_steps; t++) {
        int best[PER_STEP] = {0};
        const float *p = m->p + t * m->n_classes;
        for (size_t c = 1; c < m->n_classes; c++) {
            if (p[c] < suggests)
                continue;
            int x = (int)c;
            for (int k = 0; k < PER_STEP && x; k++)
                if (best[k] == 0 || p[x] > p[best[k]]) {
                    int old = best[k];
                    best[k] = x;
                    x = old;
                }
        }
        for (int k = 0; k < PER_STEP && n < MAX_POOL; k++)
            if (best[k] && !holds(pool, n, best[k]))
                pool[n++] = best[k];
    }
    return n;
}

static void keep_better(struct change *best, struct change c)
{
    if (c.share > best->share)
        *best = c;
}

static struct change best_change(struct lattice *l)
{
    int pool[MAX_POOL];
    size_t n_pool = find_pool(l->m, pool);
    struct change best = {0};
    for (size_t i = 0; i <= l->n; i++) {
        if (i < l->n)
            keep_better(&best, (struct change){without(l, i), i, 0, false});
        for (size_t k = 0; k < n_pool; k++) {
            int c = pool[k];
            keep_better(&best,
                        (struct change){with(l, 2 * i, 2 * i, c), i, c, true});
            if (i < l->n && l->text[i] != c)
                keep_better(&best, (struct change){with(l, 2 * i, 2 * i + 2, c),
                                                   i, c, false});
        }
    }
    return best;
}

static void apply(struct arena *a, const struct lattice *l, struct change c,
                  struct rival *ret)
{
    int *text = arena_new_array(a, l->n + 2, int);
    size_t n = 0;
    for (size_t i = 0; i <= l->n; i++) {
        if (i == c.at && c.class)
            text[n++] = c.class;
        if (i < l->n && (i != c.at || c.inserted))
            text[n++] = l->text[i];
    }
    ret->another = text;
    ret->n_another = n;
}

/* The output's own reading, when it is another one. */
static void try_decoded(struct arena *a, const struct ctc *m,
                        const int *classes, size_t n, struct rival *r)
{
    struct ctc_symbol *s =
        arena_new_array(a, m->n_steps + 1, struct ctc_symbol);
    size_t count = ctc_decode(m, s);
    int *text = arena_new_array(a, count + 1, int);
    for (size_t i = 0; i < count; i++)
        text[i] = s[i].class;
    if (count == n && memcmp(text, classes, n * sizeof *text) == 0)
        return;
    double score = ctc_log_score(a, m, text, count);
    if (score > r->log_another) {
        r->log_another = score;
        r->another = text;
        r->n_another = count;
    }
}

struct rival rival_find(struct arena *a, const struct ctc *m,
                        const int *classes, size_t n)
{
    size_t states = 2 * n + 1, rows = m->n_steps + 2;
    struct lattice l = {.m = m,
                        .text = classes,
                        .n = n,
                        .states = states,
                        .steps = m->n_steps,
                        .ahead = arena_new_array(a, rows * states, double),
                        .behind = arena_new_array(a, rows * states, double),
                        .scale = arena_new_array(a, rows, double)};
    struct rival r = {-INFINITY, -INFINITY, classes, n};
    go_ahead(&l);
    r.log_score = l.log_score;
    if (l.log_score > -INFINITY && n > 0) {
        go_back(&l);
        struct change c = best_change(&l);
        if (c.share > 0) {
            r.log_another = log(c.share);
            for (size_t t = 0; t < l.steps; t++)
                r.log_another += log(l.scale[t]);
            apply(a, &l, c, &r);
        }
    }
    try_decoded(a, m, classes, n, &r);
    return r;
}
