/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/judge/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/report/report_words.h"

enum { VERDICTS = VERDICT_BLOCKED + 1 };

struct rule_row {
    const char *rule;
    size_t came, went, stayed; /* applications */
};

struct flip {
    const char *path, *order_no;
    enum verdict from, to;
    const struct said *came, *went;
    size_t n_came, n_went;
};

struct changes {
    struct arena *a;
    size_t n, verdicts[VERDICTS][VERDICTS];
    struct rule_row *rules; /* by id */
    struct flip *flips;     /* in the order of the reports */
    size_t n_rules, rules_size, n_flips, flips_size;
};

struct changes *changes_new(struct arena *a)
{
    struct changes *c = arena_new_struct(a, struct changes);
    c->a = a;
    return c;
}

static bool is_said(const struct opinion *o, const struct said *s)
{
    for (size_t i = 0; i < o->n; i++)
        if (strcmp(o->said[i].rule, s->rule) == 0 &&
            o->said[i].answer == s->answer && o->said[i].slot == s->slot)
            return true;
    return false;
}

/* What `o` says and `other` does not. */
static const struct said *only(struct arena *a, const struct opinion *o,
                               const struct opinion *other, size_t *ret_n)
{
    struct said *t = arena_new_array(a, o->n, struct said);
    *ret_n = 0;
    for (size_t i = 0; i < o->n; i++) {
        if (is_said(other, &o->said[i]))
            continue;
        t[*ret_n] = o->said[i];
        t[(*ret_n)++].rule = arena_strdup(a, o->said[i].rule);
    }
    return t;
}

static bool speaks(const struct said *said, size_t n, const char *rule)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(said[i].rule, rule) == 0)
            return true;
    return false;
}

static struct rule_row *row_of(struct changes *c, const char *rule)
{
    size_t at = 0;
    while (at < c->n_rules && strcmp(c->rules[at].rule, rule) < 0)
        at++;
    if (at < c->n_rules && strcmp(c->rules[at].rule, rule) == 0)
        return &c->rules[at];
    if (c->n_rules == c->rules_size) {
        c->rules_size = c->rules_size ? 2 * c->rules_size : 64;
        c->rules = arena_grow(c->a, c->rules, c->n_rules, c->rules_size,
                              sizeof *c->rules);
    }
    memmove(c->rules + at + 1, c->rules + at,
            (c->n_rules - at) * sizeof *c->rules);
    c->n_rules++;
    c->rules[at] = (struct rule_row){.rule = arena_strdup(c->a, rule)};
    return &c->rules[at];
}

/* Each rule once for an application, however often it spoke there. */
static void count_rules(struct changes *c, const struct flip *f,
                        const struct opinion *from, const struct opinion *to)
{
    const struct opinion both[] = {*from, *to};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < both[k].n; i++) {
            const char *rule = both[k].said[i].rule;
            if (speaks(both[k].said, i, rule) ||
                (k == 1 && speaks(from->said, from->n, rule)))
                continue;
            struct rule_row *row = row_of(c, rule);
            bool came = speaks(f->came, f->n_came, rule);
            bool went = speaks(f->went, f->n_went, rule);
            row->came += came;
            row->went += went;
            row->stayed += !came && !went;
        }
}

void changes_add(struct changes *c, const struct stored *report,
                 const struct opinion *from, const struct opinion *to)
{
    const char *order_no = report->facts.order.order_no;
    struct arena *scratch = arena_new((size_t)1 << 24);
    struct flip f = {.from = from->verdict, .to = to->verdict};
    bool is_flip = f.from != f.to;
    struct arena *kept = is_flip ? c->a : scratch;
    f.came = only(kept, to, from, &f.n_came);
    f.went = only(kept, from, to, &f.n_went);
    c->n++;
    c->verdicts[f.from][f.to]++;
    count_rules(c, &f, from, to);
    if (is_flip) {
        if (c->n_flips == c->flips_size) {
            c->flips_size = c->flips_size ? 2 * c->flips_size : 64;
            c->flips = arena_grow(c->a, c->flips, c->n_flips, c->flips_size,
                                  sizeof *c->flips);
        }
        f.path = arena_strdup(c->a, report->path);
        f.order_no = order_no ? arena_strdup(c->a, order_no) : NULL;
        c->flips[c->n_flips++] = f;
    }
    arena_free(scratch);
}

static struct jval *json_said(const struct said *s, size_t n)
{
    struct jval *list = jval_new_array();
    for (size_t i = 0; i < n; i++) {
        struct jval *j = jval_new_object();
        jval_set_string(j, "rule", s[i].rule);
        jval_set_string(j, "answer", answer_name(s[i].answer));
        if (s[i].slot != SLOT_UNKNOWN)
            jval_set_string(j, "slot", slot_name(s[i].slot));
        jval_append(list, j);
    }
    return list;
}

static struct jval *json_verdicts(const struct changes *c)
{
    struct jval *table = jval_new_object();
    for (int from = 0; from < VERDICTS; from++) {
        struct jval *row = jval_new_object();
        for (int to = 0; to < VERDICTS; to++)
            jval_set_int(row, verdict_name((enum verdict)to),
                         (long long)c->verdicts[from][to]);
        jval_set(table, verdict_name((enum verdict)from), row);
    }
    return table;
}

void changes_json(const struct changes *c, struct str *t)
{
    struct jval *j = jval_new_object(), *rules = jval_new_object();
    struct jval *flips = jval_new_array();
    jval_set_string(j, "schema", "sealdesk.changes/1");
    jval_set_int(j, "reports", (long long)c->n);
    jval_set(j, "verdicts", json_verdicts(c));
    for (size_t i = 0; i < c->n_rules; i++) {
        struct jval *row = jval_new_object();
        jval_set_int(row, "came", (long long)c->rules[i].came);
        jval_set_int(row, "went", (long long)c->rules[i].went);
        jval_set_int(row, "stayed", (long long)c->rules[i].stayed);
        jval_set(rules, c->rules[i].rule, row);
    }
    jval_set(j, "rules", rules);
    for (size_t i = 0; i < c->n_flips; i++) {
        const struct flip *f = &c->flips[i];
        struct jval *row = jval_new_object();
        jval_set_string(row, "report", f->path);
        if (f->order_no)
            jval_set_string(row, "order_no", f->order_no);
        jval_set_string(row, "from", verdict_name(f->from));
        jval_set_string(row, "to", verdict_name(f->to));
        jval_set(row, "came", json_said(f->came, f->n_came));
        jval_set(row, "went", json_said(f->went, f->n_went));
        jval_append(flips, row);
    }
    jval_set(j, "flips", flips);
    jval_finish(j, true, t);
}

static void text_said(const char *word, const struct said *s, size_t n,
                      struct str *t)
{
    for (size_t i = 0; i < n; i++)
        str_printf(t, "%s%s（%s%s%s）", i ? "、" : word, s[i].rule,
                   s[i].slot == SLOT_UNKNOWN ? "" : slot_zh(s[i].slot),
                   s[i].slot == SLOT_UNKNOWN ? "" : "，",
                   report_words_answer(s[i].answer));
}

void changes_text(const struct changes *c, struct str *t)
{
    str_printf(t, "重新判断 %zu 份报告，结论改变 %zu 份。\n", c->n, c->n_flips);
    for (int from = 0; from < VERDICTS; from++)
        for (int to = 0; to < VERDICTS; to++)
            if (c->verdicts[from][to])
                str_printf(t, "  %s → %s：%zu\n",
                           report_words_verdict((enum verdict)from),
                           report_words_verdict((enum verdict)to),
                           c->verdicts[from][to]);
    str_add(t, "\n规则  新增  消失  不变\n");
    for (size_t i = 0; i < c->n_rules; i++)
        str_printf(t, "%-4s %5zu %5zu %5zu\n", c->rules[i].rule,
                   c->rules[i].came, c->rules[i].went, c->rules[i].stayed);
    if (c->n_flips)
        str_add(t, "\n结论改变的申请\n");
    for (size_t i = 0; i < c->n_flips; i++) {
        const struct flip *f = &c->flips[i];
        str_printf(t, "  %s  %s → %s", f->order_no ? f->order_no : f->path,
                   report_words_verdict(f->from), report_words_verdict(f->to));
        text_said("  新增 ", f->came, f->n_came, t);
        text_said("  消失 ", f->went, f->n_went, t);
        str_add(t, "\n");
    }
}
