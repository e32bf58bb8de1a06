/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/judge/scores.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "base/stats.h"
#include "base/str.h"
#include "intake/judge/decisions.h"
#include "intake/judge/stored.h"
#include "intake/judge/thresholds.h"
#include "rules/engine.h"

enum { DECIMALS = 6 };

/* Applications of one kind, by what the rule made of them. */
struct heard {
    size_t n, failed, unsure;
};

struct scores {
    struct arena *a;
    struct thresholds *thresholds;
    double rate;
    size_t n, decided;        /* reports, and those with a decision */
    struct heard (*rules)[2]; /* fine, fault */
};

struct scores *scores_new(struct arena *a, struct conf *trial, double rate)
{
    struct scores *s = arena_new_struct(a, struct scores);
    s->a = a;
    s->rate = rate;
    s->thresholds = trial ? thresholds_new(a, trial) : NULL;
    s->rules = arena_alloc(a, engine_rule_count(), sizeof *s->rules);
    return s;
}

/* The worst that an opinion says of a rule. */
static enum answer answer_of(const struct opinion *o, const char *rule)
{
    enum answer worst = ANSWER_PASS;
    for (size_t i = 0; i < o->n; i++)
        if (strcmp(o->said[i].rule, rule) == 0 && worst != ANSWER_FAIL)
            worst = o->said[i].answer;
    return worst;
}

void scores_add(struct scores *s, const struct stored *report,
                const struct opinion *opinion,
                const struct decisions *decisions)
{
    bool is_decided = false;
    for (size_t r = 0; r < engine_rule_count(); r++) {
        const char *rule = engine_rule(r)->id;
        enum decision what = decisions_lookup(decisions, report, rule);
        if (what == DECISION_NONE)
            continue;
        struct heard *h = &s->rules[r][what == DECISION_FAULT];
        enum answer answer = answer_of(opinion, rule);
        h->n++;
        h->failed += answer == ANSWER_FAIL;
        h->unsure += answer == ANSWER_CANNOT_TELL;
        is_decided = true;
    }
    s->n++;
    s->decided += is_decided;
    if (s->thresholds && is_decided)
        thresholds_add(s->thresholds, report, decisions);
}

size_t scores_decided(const struct scores *s)
{
    return s->decided;
}

/* --- JSON ------------------------------------------------------------------
 */

static void set_share(struct jval *j, const char *name, size_t hits, size_t n)
{
    struct stats_share share = stats_share(hits, n);
    struct jval *row = jval_new_object();
    jval_set_real(row, "value", share.share, DECIMALS);
    jval_set_real(row, "low", share.low, DECIMALS);
    jval_set_real(row, "high", share.high, DECIMALS);
    jval_set(j, name, row);
}

static void set_count(struct jval *j, const char *name, size_t n)
{
    jval_set_int(j, name, (long long)n);
}

static struct jval *json_rule(const struct heard h[2])
{
    struct jval *j = jval_new_object();
    size_t misses = h[1].n - h[1].failed - h[1].unsure;
    set_count(j, "faults", h[1].n);
    set_count(j, "hits", h[1].failed);
    set_count(j, "unsure", h[1].unsure);
    set_count(j, "misses", misses);
    set_share(j, "miss_rate", misses, h[1].n);
    set_count(j, "fine", h[0].n);
    set_count(j, "false_alarms", h[0].failed);
    set_count(j, "unsure_of_fine", h[0].unsure);
    set_share(j, "false_alarm_rate", h[0].failed, h[0].n);
    return j;
}

static struct jval *json_thresholds(const struct threshold *all, size_t n)
{
    struct jval *list = jval_new_array();
    for (size_t i = 0; i < n; i++) {
        const struct threshold *t = &all[i];
        struct jval *j = jval_new_object();
        jval_set_string(j, "rule", t->rule);
        jval_set_string(j, "setting", t->setting);
        jval_set_string(j, "fails_when", t->fails_above ? "raised" : "lowered");
        jval_set_real(j, "now", t->now, DECIMALS);
        jval_set_real(j, "wanted", t->wanted, DECIMALS);
        jval_set_real(j, "low", t->low, DECIMALS);
        jval_set_real(j, "high", t->high, DECIMALS);
        set_count(j, "false_alarms", t->wanted_alarms);
        set_count(j, "misses", t->wanted_misses);
        jval_append(list, j);
    }
    return list;
}

void scores_json(struct scores *s, struct str *t)
{
    struct jval *j = jval_new_object(), *rules = jval_new_object();
    jval_set_string(j, "schema", "sealdesk.scores/1");
    set_count(j, "reports", s->n);
    set_count(j, "decided", s->decided);
    for (size_t r = 0; r < engine_rule_count(); r++)
        if (s->rules[r][0].n + s->rules[r][1].n > 0)
            jval_set(rules, engine_rule(r)->id, json_rule(s->rules[r]));
    jval_set(j, "rules", rules);
    if (s->thresholds) {
        size_t n;
        const struct threshold *all = thresholds_of(s->thresholds, s->rate, &n);
        jval_set_real(j, "wished_false_alarm_rate", s->rate, DECIMALS);
        jval_set(j, "thresholds", json_thresholds(all, n));
    }
    jval_finish(j, true, t);
}

/* --- text ------------------------------------------------------------------
 */

static void text_share(size_t hits, size_t n, struct str *t)
{
    struct stats_share share = stats_share(hits, n);
    if (n == 0)
        str_add(t, "                   -");
    else
        str_printf(t, " %5.1f %%（%4.1f–%5.1f）", 100 * share.share,
                   100 * share.low, 100 * share.high);
}

static void text_rules(const struct scores *s, struct str *t)
{
    str_add(t, "\n规则  有问题  命中  存疑  漏报  漏报率"
               "              没问题  误报  存疑  误报率\n");
    for (size_t r = 0; r < engine_rule_count(); r++) {
        const struct heard *fine = &s->rules[r][0], *fault = &s->rules[r][1];
        size_t misses = fault->n - fault->failed - fault->unsure;
        if (fine->n + fault->n == 0)
            continue;
        str_printf(t, "%-4s %7zu %5zu %5zu %5zu ", engine_rule(r)->id, fault->n,
                   fault->failed, fault->unsure, misses);
        text_share(misses, fault->n, t);
        str_printf(t, " %7zu %5zu %5zu ", fine->n, fine->failed, fine->unsure);
        text_share(fine->failed, fine->n, t);
        str_add(t, "\n");
    }
}

/* "0.82", or "?" for an end that so few applications do not give. */
static const char *end_text(double v, char buf[32])
{
    if (isnan(v))
        return "?";
    snprintf(buf, 32, "%g", v);
    return buf;
}

static void text_thresholds(struct scores *s, struct str *t)
{
    size_t n;
    const struct threshold *all = thresholds_of(s->thresholds, s->rate, &n);
    str_printf(t, "\n误报率不超过 %g %% 的阈值（区间把握 95 %%）\n",
               100 * s->rate);
    for (size_t i = 0; i < n; i++) {
        char low[32], high[32];
        const struct threshold *h = &all[i];
        str_printf(t,
                   "%-4s rules.%s：现为 %g，应为 %g（%s–%s）；误报 %zu/%zu"
                   " → %zu，未判出 %zu/%zu → %zu\n",
                   h->rule, h->setting, h->now, h->wanted,
                   end_text(h->low, low), end_text(h->high, high),
                   h->false_alarms, h->n_fine, h->wanted_alarms, h->misses,
                   h->n_faults, h->wanted_misses);
    }
    if (n == 0)
        str_add(t, "没有一条规则的结论随阈值改变。\n");
}

void scores_text(struct scores *s, struct str *t)
{
    str_printf(t, "对照人工结论：报告 %zu 份，其中有人工结论的 %zu 份。\n",
               s->n, s->decided);
    text_rules(s, t);
    if (s->thresholds)
        text_thresholds(s, t);
}
