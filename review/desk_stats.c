/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Volumes, times, causes of returns, and the machine against people, as JSON
 * for the page and as CSV to go on with. Nobody is ranked: numbers are of all
 * together. */

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/core/service.h"
#include "intake/queue/process.h"
#include "intake/store/store_stats.h"
#include "review/agreement.h"
#include "review/handlers.h"
#include "review/rule_words.h"

enum { DAYS = 30, TOP = 8, MAX_CSV = 4 << 20, RATE = 4, REASONS = 6 };
enum { NAMED = 16, MEMBERS = 2 }; /* rules that a decision names, in each */

static const int64_t day_ms = 86400000;

/* Rules that decisions name, each once per decision. */
struct names {
    const char **rule;
    size_t n;
};

/* Everything that is told, of the days from .. to. */
struct stats {
    struct arena *arena;
    struct store_period during;
    int64_t now_ms;
    struct store_day *days;
    struct store_rule_stat *rules;
    size_t n_days, n_rules;
    struct names missed, causes; /* of returns */
    size_t n_late;               /* decisions with anything missed */
    struct store_late late;
    int64_t *work_ms; /* ascending */
    size_t n_work;
    int64_t ages[STORE_AGES], open;
    int64_t submitted, passed, returned, refused, decided, spent_ms;
};

/* --- gathering ----------------------------------------------------------- */

static void sum_up(struct stats *t)
{
    for (size_t i = 0; i < t->n_days; i++) {
        t->submitted += t->days[i].submitted;
        t->passed += t->days[i].passed;
        t->returned += t->days[i].returned;
        t->refused += t->days[i].refused;
        t->decided += t->days[i].decided;
        t->spent_ms += t->days[i].spent_ms;
    }
}

/* The rules that one decision's `items` name in a member, each once, behind
 * what is there already. */
static void add_names(struct stats *t, const char *items, const char *member,
                      struct names *to)
{
    struct jval *j;
    size_t first = to->n;
    if (jval_parse(items, strlen(items), &j, NULL))
        return;
    const struct jval *all = jval_lookup(j, member);
    for (size_t i = 0; i < jval_count(all) && to->n < first + NAMED; i++) {
        const struct jval *v = jval_at(all, i);
        const char *rule = jval_kind_of(v) == JVAL_OBJECT
                               ? jval_string(v, "rule", "")
                               : jval_string_value(v, "");
        bool is_new = rule[0] != 0;
        for (size_t k = first; k < to->n; k++)
            is_new &= strcmp(to->rule[k], rule) != 0;
        if (is_new)
            to->rule[to->n++] = arena_strdup(t->arena, rule);
    }
    jval_free(j);
}

/* In how many decisions the rule is named. */
static int64_t times(const struct names *names, const char *rule)
{
    int64_t n = 0;
    for (size_t i = 0; i < names->n; i++)
        n += strcmp(names->rule[i], rule) == 0;
    return n;
}

/* Rules that only decisions speak of have a row, too. */
static void add_rows(struct stats *t, const struct names *names)
{
    struct store_rule_stat *rows = arena_new_array(
        t->arena, t->n_rules + names->n, struct store_rule_stat);
    for (size_t i = 0; i < t->n_rules; i++)
        rows[i] = t->rules[i];
    t->rules = rows;
    for (size_t i = 0; i < names->n; i++) {
        bool is_new = true;
        for (size_t k = 0; k < t->n_rules; k++)
            is_new &= strcmp(rows[k].code, names->rule[i]) != 0;
        if (is_new)
            rows[t->n_rules++].code = names->rule[i];
    }
}

/* What decisions of these days name; how many decisions, in *ret_n. */
static int gather_names(struct service *s, struct stats *t, enum store_items of,
                        const char *const *members, struct names *names,
                        size_t *ret_n, struct err *e)
{
    const char *const *items;
    int r = store_items(s->store, t->arena, of, t->during, &items, ret_n, e);
    if (r)
        return r;
    names->rule =
        arena_new_array(t->arena, *ret_n * MEMBERS * NAMED, const char *);
    for (size_t i = 0; i < *ret_n; i++)
        for (size_t k = 0; members[k]; k++)
            add_names(t, items[i], members[k], names);
    add_rows(t, names);
    return 0;
}

static int gather(struct service *s, struct arena *a, const struct request *q,
                  struct stats *t, struct err *e)
{
    const char *today = process_today(a, q->now_ms);
    int64_t last =
        desk_day(request_query(q, "to", today), desk_day(today, q->now_ms));
    int64_t to_ms = last + day_ms;
    *t = (struct stats){.arena = a, .now_ms = q->now_ms};
    t->during = (struct store_period){
        desk_day(request_query(q, "from", ""), to_ms - DAYS * day_ms), to_ms};
    int64_t counts[VIEW_COUNT];
    size_t n_returns;
    static const char *const missed[] = {"missed", NULL};
    static const char *const causes[] = {"rules", "missed", NULL};
    int r = store_days(s->store, a, t->during, &t->days, &t->n_days, e);
    if (r == 0)
        r = store_rule_stats(s->store, a, t->during, &t->rules, &t->n_rules, e);
    if (r == 0)
        r = gather_names(s, t, ITEMS_MISSED, missed, &t->missed, &t->n_late, e);
    if (r == 0)
        r = gather_names(s, t, ITEMS_RETURNED, causes, &t->causes, &n_returns,
                         e);
    if (r == 0)
        r = store_late_reasons(s->store, t->during, &t->late, e);
    if (r == 0)
        r = store_work_times(s->store, a, t->during, &t->work_ms, &t->n_work,
                             e);
    if (r == 0)
        r = store_queue_ages(s->store, q->now_ms, t->ages, e);
    if (r == 0)
        r = store_queue_counts(s->store, q->who.id, q->now_ms,
                               q->now_ms + DESK_NEAR_MS, counts, e);
    t->open = r == 0 ? counts[VIEW_ALL] : 0;
    sum_up(t);
    return r;
}

static struct agreement agreement(const struct stats *t,
                                  const struct store_rule_stat *rule)
{
    return agreement_of(rule->right_in, rule->wrong_in,
                        times(&t->missed, rule->code), t->decided);
}

/* --- figures ------------------------------------------------------------- */

static void add_figure(struct jval *list, const char *label, const char *value)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "label", label);
    jval_set_string(j, "value", value);
    jval_append(list, j);
}

static const char *number(const struct stats *t, int64_t v)
{
    return arena_printf(t->arena, "%lld", (long long)v);
}

static const char *share(const struct stats *t, int64_t part, int64_t whole)
{
    return whole ? arena_printf(t->arena, "%.0f%%",
                                100.0 * (double)part / (double)whole)
                 : "—";
}

/* The share q of all times is no longer than this. */
static const char *work_time(const struct stats *t, double q)
{
    if (t->n_work == 0)
        return "—";
    size_t i = (size_t)ceil(q * (double)t->n_work);
    return arena_printf(t->arena, "%.0f 秒",
                        (double)t->work_ms[i > 0 ? i - 1 : 0] / 1000);
}

static const char *hours(const struct stats *t)
{
    return t->decided ? arena_printf(t->arena, "%.1f 小时",
                                     (double)t->spent_ms / (double)t->decided /
                                         3600000)
                      : "—";
}

static struct jval *volumes_json(const struct stats *t)
{
    struct jval *j = jval_new_array();
    add_figure(j, "收件", number(t, t->submitted));
    add_figure(j, "在途", number(t, t->open));
    add_figure(j, "通过", number(t, t->passed));
    add_figure(j, "退回", number(t, t->returned));
    add_figure(j, "不予受理", number(t, t->refused));
    return j;
}

static struct jval *times_json(const struct stats *t)
{
    struct jval *j = jval_new_array();
    add_figure(j, "从提交到决定（平均）", hours(t));
    add_figure(j, "单件用时（中位）", work_time(t, 0.5));
    add_figure(j, "单件用时（九成以内）", work_time(t, 0.9));
    return j;
}

static struct jval *quality_json(const struct stats *t)
{
    struct jval *j = jval_new_array();
    add_figure(j, "通过率", share(t, t->passed, t->decided));
    add_figure(j, "退回率", share(t, t->returned, t->decided));
    add_figure(j, "漏提率", share(t, t->late.late, t->late.reasons));
    add_figure(j, "人工另外发现", number(t, (int64_t)t->n_late));
    return j;
}

static struct jval *ages_json(const struct stats *t)
{
    static const char *const labels[STORE_AGES] = {"0–2 小时", "2–8 小时",
                                                   "8–24 小时", "超过 24 小时"};
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < STORE_AGES; i++) {
        struct jval *j = jval_new_object();
        jval_set_string(j, "label", labels[i]);
        jval_set_int(j, "count", (long long)t->ages[i]);
        jval_append(all, j);
    }
    return all;
}

static struct jval *days_json(const struct stats *t)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < t->n_days; i++) {
        const struct store_day *day = &t->days[i];
        struct jval *j = jval_new_object();
        jval_set_string(j, "day", day->day);
        jval_set_int(j, "submitted", (long long)day->submitted);
        jval_set_int(j, "passed", (long long)day->passed);
        jval_set_int(j, "returned", (long long)day->returned);
        jval_set_int(j, "refused", (long long)day->refused);
        jval_append(all, j);
    }
    return all;
}

static struct jval *rules_json(const struct stats *t)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < t->n_rules; i++) {
        const struct store_rule_stat *row = &t->rules[i];
        const struct agreement g = agreement(t, row);
        struct jval *j = jval_new_object(), *reasons = jval_new_array();
        for (size_t k = 0; k < REASONS; k++)
            jval_append_real(reasons, (double)row->reasons[k], 0);
        jval_set_string(j, "rule", row->code);
        jval_set_string(j, "zh", rule_words(t->arena, row->code, SLOT_UNKNOWN));
        jval_set_int(j, "hits", (long long)row->found);
        jval_set_int(j, "stands", (long long)row->stands);
        jval_set_int(j, "dismissed", (long long)row->dismissed);
        jval_set(j, "reasons", reasons);
        jval_set_int(j, "missed", (long long)g.missed);
        jval_set_real(j, "kappa", agreement_kappa(&g), RATE);
        jval_set_real(j, "missed_rate", agreement_missed_rate(&g), RATE);
        jval_set_real(j, "false_rate", agreement_false_rate(&g), RATE);
        jval_append(all, j);
    }
    return all;
}

/* The most frequent causes of returns, by one pass for each place. */
static struct jval *returns_json(const struct stats *t)
{
    struct jval *all = jval_new_array();
    bool *told = arena_new_array(t->arena, t->n_rules, bool);
    int64_t *n = arena_new_array(t->arena, t->n_rules, int64_t);
    for (size_t i = 0; i < t->n_rules; i++)
        n[i] = times(&t->causes, t->rules[i].code);
    for (size_t place = 0; place < TOP; place++) {
        size_t best = t->n_rules;
        for (size_t i = 0; i < t->n_rules; i++)
            if (!told[i] && n[i] > 0 && (best == t->n_rules || n[i] > n[best]))
                best = i;
        if (best == t->n_rules)
            break;
        const char *rule = t->rules[best].code;
        told[best] = true;
        struct jval *j = jval_new_object();
        jval_set_string(j, "rule", rule);
        jval_set_string(j, "zh", rule_words(t->arena, rule, SLOT_UNKNOWN));
        jval_set_int(j, "count", (long long)n[best]);
        jval_set_real(j, "share", (double)n[best] / (double)t->causes.n, RATE);
        jval_append(all, j);
    }
    return all;
}

static struct jval *late_json(const struct stats *t)
{
    struct jval *j = jval_new_object();
    jval_set_int(j, "reasons", (long long)t->late.late);
    jval_set_int(j, "of", (long long)t->late.reasons);
    jval_set_real(
        j, "rate",
        t->late.reasons ? (double)t->late.late / (double)t->late.reasons : NAN,
        RATE);
    return j;
}

int desk_stats(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    struct stats t;
    int code = gather(s, a, q, &t, e);
    if (code)
        return code;
    struct jval *j = jval_new_object();
    jval_set_string(j, "from", process_today(a, t.during.from_ms));
    jval_set_string(j, "to", process_today(a, t.during.to_ms - 1));
    jval_set(j, "volumes", volumes_json(&t));
    jval_set(j, "times", times_json(&t));
    jval_set(j, "quality", quality_json(&t));
    jval_set(j, "returns", returns_json(&t));
    jval_set(j, "rules", rules_json(&t));
    jval_set(j, "days", days_json(&t));
    jval_set(j, "ages", ages_json(&t));
    jval_set(j, "missed", late_json(&t));
    return response_json(r, 200, j);
}

/* --- CSV ----------------------------------------------------------------- */

static void add_rate(struct str *t, double v)
{
    if (isfinite(v))
        str_printf(t, ",%.4f", v);
    else
        str_add(t, ",");
}

/* RFC 4180; the mark at the beginning tells spreadsheets that it is UTF-8. Our
 * own words have neither quotation marks nor commas. */
static void write_csv(const struct stats *t, struct str *out)
{
    str_add(out, "\xef\xbb\xbf日期,收件,通过,退回,不予受理\r\n");
    for (size_t i = 0; i < t->n_days; i++) {
        const struct store_day *d = &t->days[i];
        str_printf(out, "%s,%lld,%lld,%lld,%lld\r\n", d->day,
                   (long long)d->submitted, (long long)d->passed,
                   (long long)d->returned, (long long)d->refused);
    }
    str_add(out, "\r\n规则,内容,命中,成立,不成立,漏报,kappa,漏报率,误报率\r\n");
    for (size_t i = 0; i < t->n_rules; i++) {
        const struct store_rule_stat *row = &t->rules[i];
        const struct agreement g = agreement(t, row);
        str_printf(out, "%s,%s,%lld,%lld,%lld,%lld", row->code,
                   rule_words(t->arena, row->code, SLOT_UNKNOWN),
                   (long long)row->found, (long long)row->stands,
                   (long long)row->dismissed, (long long)g.missed);
        add_rate(out, agreement_kappa(&g));
        add_rate(out, agreement_missed_rate(&g));
        add_rate(out, agreement_false_rate(&g));
        str_add(out, "\r\n");
    }
}

int desk_stats_csv(struct service *s, struct arena *a, const struct request *q,
                   struct response *r, struct err *e)
{
    struct stats t;
    struct str out;
    int code = gather(s, a, q, &t, e);
    if (code)
        return code;
    str_init(&out, MAX_CSV);
    write_csv(&t, &out);
    const char *bytes = arena_memdup(a, out.s, out.len);
    size_t n = out.len;
    str_done(&out);
    r->disposition =
        arena_printf(a, "stats-%s-%s.csv", process_today(a, t.during.from_ms),
                     process_today(a, t.during.to_ms - 1));
    return response_bytes(r, 200, "text/csv; charset=utf-8", bytes, n);
}
