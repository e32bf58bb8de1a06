/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/judge/thresholds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "intake/judge/decisions.h"
#include "intake/judge/stored.h"
#include "rules/engine.h"
#include "rules/settings.h"

enum { LEAST_STEPS = 400, SCRATCH = 256 << 20 };

/* A setting and the round numbers that are tried: (first + i) * step. */
struct axis {
    const struct param *param;
    double step, first;
    long n;
    double now;
};

/* One application about which a rule's answer turns on the way. */
struct turn {
    bool is_fault, fails_above, fails_now;
    long quiet; /* the last place on the axis where the rule does not fail */
};

/* What one setting does to one rule. */
struct pair {
    struct turn *turns;
    size_t n, size;
};

struct tally {
    size_t n, failing; /* under the settings as they are */
};

struct thresholds {
    struct arena *a;
    struct conf *conf;
    struct axis *axes;
    size_t n_axes, n_rules;
    struct tally (*tallies)[2]; /* per rule: fine, fault */
    struct pair *pairs;         /* per rule, then axis */
};

static struct axis axis_of(const struct param *p)
{
    struct axis x = {.param = p};
    x.step = pow(10, floor(log10((p->max - p->min) / LEAST_STEPS)));
    if (p->type == PARAM_INT)
        x.step = fmax(1, x.step);
    x.first = ceil(p->min / x.step - 1e-6);
    x.n = (long)(floor(p->max / x.step + 1e-6) - x.first) + 1;
    return x;
}

/* By way of the whole number that 1 / step is, where it is one: 0.93 shall be
 * the double that "0.93" reads as. */
static double place(const struct axis *x, long i)
{
    double at = x->first + (double)i;
    return x->step < 1 ? at / round(1 / x->step) : at * x->step;
}

struct thresholds *thresholds_new(struct arena *a, struct conf *conf)
{
    struct thresholds *t = arena_new_struct(a, struct thresholds);
    const struct param *p = settings_rules.params;
    t->a = a;
    t->conf = conf;
    t->n_rules = engine_rule_count();
    while (p[t->n_axes].name)
        t->n_axes++;
    t->axes = arena_new_array(a, t->n_axes, struct axis);
    for (size_t i = 0; i < t->n_axes; i++) {
        t->axes[i] = axis_of(&p[i]);
        t->axes[i].now = conf_get(conf, settings_rules.name, p[i].name);
    }
    t->tallies = arena_alloc(a, t->n_rules, sizeof *t->tallies);
    t->pairs = arena_new_array(a, t->n_rules * t->n_axes, struct pair);
    return t;
}

/* --- one application ---------------------------------------------------- */

/* What is worked with while one application is searched. */
struct search {
    struct thresholds *t;
    struct arena *scratch;
    const struct stored *report;
};

/* Which rules fail; one flag per rule. */
static bool *failing(const struct search *s)
{
    bool *fails = arena_new_array(s->scratch, s->t->n_rules, bool);
    const struct judgement *j = stored_judge(s->scratch, s->t->conf, s->report);
    for (size_t i = 0; i < j->n_findings; i++)
        if (j->findings[i].answer == ANSWER_FAIL)
            fails[j->findings[i].rule - engine_rule(0)] = true;
    return fails;
}

static bool *failing_at(const struct search *s, const struct axis *x, double v)
{
    conf_try(s->t->conf, settings_rules.name, x->param->name, v);
    bool *fails = failing(s);
    conf_try(s->t->conf, settings_rules.name, x->param->name, x->now);
    return fails;
}

/* The last quiet place before the rule fails, coming from the quiet end. */
static long quiet_place(const struct search *s, const struct axis *x,
                        size_t rule, bool fails_above)
{
    long quiet = fails_above ? 0 : x->n - 1, loud = x->n - 1 - quiet;
    while (labs(quiet - loud) > 1) {
        long middle = (quiet + loud) / 2;
        if (failing_at(s, x, place(x, middle))[rule])
            loud = middle;
        else
            quiet = middle;
    }
    return quiet;
}

static void add_turn(struct thresholds *t, struct pair *p, struct turn turn)
{
    if (p->n == p->size) {
        p->size = p->size ? 2 * p->size : 16;
        p->turns = arena_grow(t->a, p->turns, p->n, p->size, sizeof *p->turns);
    }
    p->turns[p->n++] = turn;
}

static void search_axis(const struct search *s, size_t axis, const bool *now,
                        const enum decision *decided)
{
    struct thresholds *t = s->t;
    const struct axis *x = &t->axes[axis];
    const bool *bottom = failing_at(s, x, place(x, 0));
    const bool *top = failing_at(s, x, place(x, x->n - 1));
    for (size_t r = 0; r < t->n_rules; r++) {
        if (decided[r] == DECISION_NONE || top[r] == bottom[r])
            continue;
        struct turn turn = {decided[r] == DECISION_FAULT, top[r], now[r],
                            quiet_place(s, x, r, top[r])};
        add_turn(t, &t->pairs[r * t->n_axes + axis], turn);
    }
}

void thresholds_add(struct thresholds *t, const struct stored *report,
                    const struct decisions *decisions)
{
    struct search s = {t, arena_new(SCRATCH), report};
    enum decision *decided =
        arena_new_array(s.scratch, t->n_rules, enum decision);
    bool is_any = false, *now = failing(&s);
    for (size_t r = 0; r < t->n_rules; r++) {
        decided[r] = decisions_lookup(decisions, report, engine_rule(r)->id);
        if (decided[r] == DECISION_NONE)
            continue;
        struct tally *tally = &t->tallies[r][decided[r] == DECISION_FAULT];
        tally->n++;
        tally->failing += now[r];
        is_any = true;
    }
    for (size_t i = 0; is_any && i < t->n_axes; i++)
        search_axis(&s, i, now, decided);
    arena_free(s.scratch);
}

/* --- the settings that are wished for ------------------------------------ */

/* The applications of one kind, mildest setting first: those that fail
 * anyway, those that turn, those that never fail. */
struct ladder {
    const struct axis *axis;
    bool fails_above;
    long *quiet; /* sorted: the first to fail first */
    size_t always, turning, n;
};

static int falling(const void *p, const void *q)
{
    long a = *(const long *)p, b = *(const long *)q;
    return (a < b) - (a > b);
}

static int rising(const void *p, const void *q)
{
    return falling(q, p);
}

/* Most of the turns decide which way the rule goes; the others stay with what
 * is said of them now. */
static bool most_fail_above(const struct pair *p)
{
    size_t above = 0;
    for (size_t i = 0; i < p->n; i++)
        above += p->turns[i].fails_above;
    return 2 * above >= p->n;
}

static struct ladder ladder_of(struct thresholds *t, size_t rule, size_t axis,
                               bool is_fault)
{
    const struct pair *p = &t->pairs[rule * t->n_axes + axis];
    const struct tally *tally = &t->tallies[rule][is_fault];
    struct ladder l = {.axis = &t->axes[axis],
                       .fails_above = most_fail_above(p),
                       .quiet = arena_new_array(t->a, p->n, long),
                       .always = tally->failing,
                       .n = tally->n};
    for (size_t i = 0; i < p->n; i++)
        if (p->turns[i].is_fault == is_fault &&
            p->turns[i].fails_above == l.fails_above) {
            l.quiet[l.turning++] = p->turns[i].quiet;
            l.always -= p->turns[i].fails_now;
        }
    if (l.turning > 1)
        qsort(l.quiet, l.turning, sizeof *l.quiet,
              l.fails_above ? rising : falling);
    return l;
}

/* The strictest place at which no more than the first `rank` fail. */
static long place_of_rank(const struct ladder *l, long rank)
{
    long mildest = l->fails_above ? 0 : l->axis->n - 1;
    if (rank < (long)l->always)
        return mildest;
    size_t i = (size_t)rank - l->always;
    return i < l->turning ? l->quiet[i] : l->axis->n - 1 - mildest;
}

static size_t fails_at(const struct ladder *l, long at)
{
    size_t n = l->always;
    for (size_t i = 0; i < l->turning; i++)
        n += l->fails_above ? at > l->quiet[i] : at < l->quiet[i];
    return n;
}

static struct threshold wish(const struct thresholds *t, size_t rule,
                             const struct ladder *fine,
                             const struct ladder *faults, double rate)
{
    const struct axis *x = fine->axis;
    long at = place_of_rank(fine, (long)floor(rate * (double)fine->n));
    struct stats_ranks ranks = stats_quantile(fine->n, rate);
    double mild =
        ranks.low < 0 ? (double)NAN : place(x, place_of_rank(fine, ranks.low));
    double strict = ranks.high >= (long)fine->n
                        ? (double)NAN
                        : place(x, place_of_rank(fine, ranks.high));
    return (struct threshold){
        .rule = engine_rule(rule)->id,
        .setting = x->param->name,
        .fails_above = fine->fails_above,
        .now = x->now,
        .wanted = place(x, at),
        .low = fine->fails_above ? mild : strict,
        .high = fine->fails_above ? strict : mild,
        .n_fine = fine->n,
        .n_faults = faults->n,
        .false_alarms = t->tallies[rule][false].failing,
        .misses = faults->n - t->tallies[rule][true].failing,
        .wanted_alarms = fails_at(fine, at),
        .wanted_misses = faults->n - fails_at(faults, at),
    };
}

const struct threshold *thresholds_of(struct thresholds *t, double rate,
                                      size_t *ret_n)
{
    size_t n = t->n_rules * t->n_axes;
    struct threshold *all = arena_new_array(t->a, n, struct threshold);
    *ret_n = 0;
    for (size_t r = 0; r < t->n_rules; r++)
        for (size_t i = 0; i < t->n_axes; i++) {
            if (t->pairs[r * t->n_axes + i].n == 0 ||
                t->tallies[r][false].n == 0)
                continue;
            struct ladder fine = ladder_of(t, r, i, false);
            struct ladder faults = ladder_of(t, r, i, true);
            all[(*ret_n)++] = wish(t, r, &fine, &faults, rate);
        }
    return all;
}
