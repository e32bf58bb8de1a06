/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Only rules are run: a stored report holds all that they need. What was
 * measured on one report is in an arena that ends with it. */

#include "review/replay.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/jval.h"
#include "intake/blob/vault.h"
#include "intake/core/service.h"
#include "intake/judge/stored.h"
#include "review/desk.h"
#include "review/rule_words.h"

enum { PER_REPORT = 64 << 20, MAX_REPORT = 16 << 20, MS = 1 };

static bool speaks(const struct judgement *j, const struct rule *rule)
{
    for (size_t i = 0; i < j->n_findings; i++)
        if (j->findings[i].rule == rule)
            return true;
    return false;
}

static void compare(struct replay *p, struct replay_case *c,
                    const struct judgement *before,
                    const struct judgement *after)
{
    c->before = before->verdict;
    c->after = after->verdict;
    c->turned = arena_new_array(p->arena, engine_rule_count(), const char *);
    for (size_t i = 0; i < engine_rule_count(); i++) {
        const struct rule *rule = engine_rule(i);
        bool was = speaks(before, rule), is = speaks(after, rule);
        p->hits[0][i] += was;
        p->hits[1][i] += is;
        if (was != is)
            c->turned[c->n_turned++] = rule->id;
    }
}

static int one(struct service *s, struct replay *p, struct replay_case *c,
               struct err *e)
{
    struct arena *a = arena_new(PER_REPORT);
    struct vault_key k;
    struct stored stored;
    char *bytes;
    size_t n;
    int r = vault_key_open(s->vault, c->row.id, c->row.data_key, &k, e);
    if (r == 0) {
        r = vault_get(&k, s->blobs, c->run.report_blob, a, MAX_REPORT, &bytes,
                      &n, e);
        vault_key_done(&k);
    }
    if (r == 0)
        r = stored_parse(a, "report.json", bytes, n, "1970-01-01", &stored, e);
    if (r == 0)
        compare(p, c, stored_judge(a, p->before, &stored),
                stored_judge(a, p->after, &stored));
    arena_free(a);
    return r;
}

int replay_run(struct service *s, void *replay, struct err *e)
{
    struct replay *p = replay;
    double begin = clock_exact_ms();
    int r = 0;
    for (int i = 0; i < 2; i++)
        p->hits[i] = arena_new_array(p->arena, engine_rule_count(), int64_t);
    for (size_t i = 0; i < p->n && r == 0; i++)
        r = one(s, p, &p->cases[i], e);
    p->ms = clock_exact_ms() - begin;
    return r;
}

static struct jval *flip_json(const struct replay_case *c)
{
    struct jval *j = jval_new_object(), *rules = jval_new_array();
    for (size_t i = 0; i < c->n_turned; i++)
        jval_append_string(rules, c->turned[i]);
    jval_set_string(j, "id", c->row.id);
    jval_set_string(j, "order_no", c->row.order_no ? c->row.order_no : "");
    jval_set_string(j, "before", verdict_name(c->before));
    jval_set_string(j, "after", verdict_name(c->after));
    jval_set(j, "rules", rules);
    return j;
}

struct jval *replay_json(const struct replay *p)
{
    struct jval *j = jval_new_object(), *rows = jval_new_array(),
                *flips = jval_new_array();
    for (size_t i = 0; i < engine_rule_count(); i++) {
        if (p->hits[0][i] == p->hits[1][i])
            continue;
        const struct rule *rule = engine_rule(i);
        struct jval *row = jval_new_object();
        jval_set_string(row, "rule", rule->id);
        jval_set_string(row, "zh",
                        rule_words(p->arena, rule->id, SLOT_UNKNOWN));
        jval_set_int(row, "before", (long long)p->hits[0][i]);
        jval_set_int(row, "after", (long long)p->hits[1][i]);
        jval_append(rows, row);
    }
    for (size_t i = 0; i < p->n; i++)
        if (p->cases[i].n_turned > 0)
            jval_append(flips, flip_json(&p->cases[i]));
    jval_set_int(j, "applications", (long long)p->n);
    jval_set_real(j, "ms", p->ms, MS);
    jval_set(j, "rows", rows);
    jval_set(j, "flips", flips);
    return j;
}
