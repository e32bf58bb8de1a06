/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Volumes, times, causes of returns, and the machine against people. Nobody is
 * ranked: numbers are of all together. */

#include "base/arena.h"
#include "base/jval.h"
#include "intake/api/api.h"
#include "intake/core/service.h"
#include "intake/queue/process.h"
#include "review/handlers.h"
#include "rules/day.h"

enum { DAYS = 30, TOP = 8 };

static const int64_t day_ms = 86400000, east_ms = 8 * 3600000;

/* The beginning of a day in China. */
static int64_t day_begin(const char *day, int64_t otherwise)
{
    long days;
    return day_parse(day, &days) ? days * day_ms - east_ms : otherwise;
}

static void add_figure(struct jval *list, const char *label, const char *value)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "label", label);
    jval_set_string(j, "value", value);
    jval_append(list, j);
}

struct sums {
    int64_t submitted, passed, returned, refused, decided, spent_ms;
};

static struct sums sum_of(const struct store_day *days, size_t n)
{
    struct sums t = {0};
    for (size_t i = 0; i < n; i++) {
        t.submitted += days[i].submitted;
        t.passed += days[i].passed;
        t.returned += days[i].returned;
        t.refused += days[i].refused;
        t.decided += days[i].decided;
        t.spent_ms += days[i].spent_ms;
    }
    return t;
}

static const char *number(struct arena *a, int64_t v)
{
    return arena_printf(a, "%lld", (long long)v);
}

static const char *share(struct arena *a, int64_t part, int64_t whole)
{
    return whole
               ? arena_printf(a, "%.0f%%", 100.0 * (double)part / (double)whole)
               : "—";
}

static const char *hours(struct arena *a, int64_t ms, int64_t n)
{
    return n ? arena_printf(a, "%.1f 小时", (double)ms / (double)n / 3600000)
             : "—";
}

static struct jval *days_json(const struct store_day *days, size_t n)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < n; i++) {
        struct jval *j = jval_new_object();
        jval_set_string(j, "day", days[i].day);
        jval_set_int(j, "submitted", (long long)days[i].submitted);
        jval_set_int(j, "passed", (long long)days[i].passed);
        jval_set_int(j, "returned", (long long)days[i].returned);
        jval_set_int(j, "refused", (long long)days[i].refused);
        jval_append(all, j);
    }
    return all;
}

static struct jval *rules_json(const struct store_rule_stat *rows, size_t n)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < n; i++) {
        struct jval *j = jval_new_object(), *reasons = jval_new_array();
        for (size_t k = 0; k < 6; k++)
            jval_append_real(reasons, (double)rows[i].reasons[k], 0);
        jval_set_string(j, "rule", rows[i].code);
        jval_set_string(j, "zh", desk_rule_words(rows[i].code, SLOT_UNKNOWN));
        jval_set_int(j, "hits", (long long)rows[i].found);
        jval_set_int(j, "stands", (long long)rows[i].stands);
        jval_set_int(j, "dismissed", (long long)rows[i].dismissed);
        jval_set(j, "reasons", reasons);
        jval_append(all, j);
    }
    return all;
}

/* The most frequent confirmed causes, by one pass for each place. */
static struct jval *returns_json(struct arena *a,
                                 const struct store_rule_stat *rows, size_t n)
{
    struct jval *all = jval_new_array();
    bool *told = arena_new_array(a, n, bool);
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += rows[i].stands;
    for (size_t place = 0; place < TOP && place < n; place++) {
        size_t best = n;
        for (size_t i = 0; i < n; i++)
            if (!told[i] && rows[i].stands > 0 &&
                (best == n || rows[i].stands > rows[best].stands))
                best = i;
        if (best == n)
            break;
        told[best] = true;
        struct jval *j = jval_new_object();
        jval_set_string(j, "rule", rows[best].code);
        jval_set_string(j, "zh",
                        desk_rule_words(rows[best].code, SLOT_UNKNOWN));
        jval_set_int(j, "count", (long long)rows[best].stands);
        jval_set_real(j, "share", (double)rows[best].stands / (double)sum, 4);
        jval_append(all, j);
    }
    return all;
}

int desk_stats(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    const char *today = process_today(a, q->now_ms);
    int64_t to =
        day_begin(request_query(q, "to", today), day_begin(today, q->now_ms)) +
        day_ms;
    int64_t from = day_begin(request_query(q, "from", ""), to - DAYS * day_ms);
    struct store_day *days;
    struct store_rule_stat *rules;
    size_t n_days, n_rules;
    int64_t counts[VIEW_COUNT];
    int code = store_days(s->store, a, from, to, &days, &n_days, e);
    if (code == 0)
        code = store_rule_stats(s->store, a, from, to, &rules, &n_rules, e);
    if (code == 0)
        code = store_queue_counts(s->store, q->who.id, q->now_ms,
                                  q->now_ms + DESK_NEAR_MS, counts, e);
    if (code)
        return code;
    struct sums t = sum_of(days, n_days);
    struct jval *j = jval_new_object(), *volumes = jval_new_array(),
                *times = jval_new_array(), *quality = jval_new_array(),
                *ages = jval_new_array();
    jval_set_string(j, "from", process_today(a, from));
    jval_set_string(j, "to", process_today(a, to - 1));
    add_figure(volumes, "收件", number(a, t.submitted));
    add_figure(volumes, "在途", number(a, counts[VIEW_ALL]));
    add_figure(volumes, "通过", number(a, t.passed));
    add_figure(volumes, "退回", number(a, t.returned));
    add_figure(volumes, "不予受理", number(a, t.refused));
    add_figure(times, "从提交到决定（平均）", hours(a, t.spent_ms, t.decided));
    add_figure(quality, "通过率", share(a, t.passed, t.decided));
    add_figure(quality, "退回率", share(a, t.returned, t.decided));
    jval_set(j, "volumes", volumes);
    jval_set(j, "times", times);
    jval_set(j, "quality", quality);
    jval_set(j, "returns", returns_json(a, rules, n_rules));
    jval_set(j, "rules", rules_json(rules, n_rules));
    jval_set(j, "days", days_json(days, n_days));
    jval_set(j, "ages", ages);
    return response_json(r, 200, j);
}
