/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How people and the machine did: numbers over what the desk has written. */

#include "intake/store/store_stats.h"

#include "base/arena.h"
#include "base/err.h"
#include "intake/store/store_row.h"

enum { DAY_MS = 86400000, CHINA_MS = 8 * 3600000 };

/* Days since 1970 as a date (Hinnant, "chrono-compatible low-level date
 * algorithms"). */
static const char *day_name(struct arena *a, int64_t days)
{
    int64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9;
    return arena_printf(
        a, "%04lld-%02lld-%02lld", (long long)(yoe + era * 400 + (month <= 2)),
        (long long)month, (long long)(doy - (153 * mp + 2) / 5 + 1));
}

struct days {
    struct store_day *days;
    int64_t first;
    size_t n;
};

static struct store_day *day_at(struct days *d, int64_t day)
{
    return day >= d->first && (uint64_t)(day - d->first) < d->n
               ? &d->days[day - d->first]
               : NULL;
}

/* day, submitted */
static int take_submitted(void *context, const struct store_value *v, size_t n,
                          struct err *e)
{
    struct store_day *day = n == 2 ? day_at(context, v[0].i) : NULL;
    (void)e;
    if (day)
        day->submitted = v[1].i;
    return 0;
}

/* day, decided, passed, returned, refused, time */
static int take_decided(void *context, const struct store_value *v, size_t n,
                        struct err *e)
{
    struct store_day *day = n == 6 ? day_at(context, v[0].i) : NULL;
    (void)e;
    if (day) {
        day->decided = v[1].i;
        day->passed = v[2].i;
        day->returned = v[3].i;
        day->refused = v[4].i;
        day->spent_ms = v[5].i;
    }
    return 0;
}

int store_days(struct store *s, struct arena *a, struct store_period during,
               struct store_day **ret, size_t *ret_n, struct err *e)
{
    enum { MOST = 400 };
    struct days d = {.first = (during.from_ms + CHINA_MS) / DAY_MS};
    int64_t last = (during.to_ms + CHINA_MS - 1) / DAY_MS;
    if (during.from_ms < 0 || during.to_ms <= during.from_ms ||
        last - d.first >= MOST)
        return err_set(e, ERR_USAGE, "statistics: from 1 to %d days", MOST);
    d.n = (size_t)(last - d.first + 1);
    d.days = arena_new_array(a, d.n, struct store_day);
    for (size_t i = 0; i < d.n; i++)
        d.days[i].day = day_name(a, d.first + (int64_t)i);
    int r = s->ops->run(
        s,
        "SELECT (submitted_ms + 28800000) / 86400000 AS day, count(*) "
        "FROM revision WHERE submitted_ms >= $1 AND submitted_ms < $2 "
        "GROUP BY day",
        PARAMS(integer(during.from_ms), integer(during.to_ms)), take_submitted,
        &d, NULL, e);
    if (r == 0)
        r = s->ops->run(
            s,
            "SELECT (d.settled_ms + 28800000) / 86400000 AS day, count(*), "
            "sum(CASE WHEN action = 'pass' THEN 1 ELSE 0 END), "
            "sum(CASE WHEN action = 'return' THEN 1 ELSE 0 END), "
            "sum(CASE WHEN action = 'refuse' THEN 1 ELSE 0 END), "
            "sum(d.created_ms - v.submitted_ms) FROM decision d "
            "JOIN revision v ON v.application = d.application "
            "AND v.number = d.revision WHERE d.state = 2 "
            "AND d.settled_ms >= $1 AND d.settled_ms < $2 GROUP BY day",
            PARAMS(integer(during.from_ms), integer(during.to_ms)),
            take_decided, &d, NULL, e);
    *ret = d.days;
    *ret_n = d.n;
    return r;
}

struct rules {
    struct arena *arena;
    struct store_rule_stat *stats;
    size_t n, room;
};

/* code, found, stands, dismissed, [0] ... [5], right_in, wrong_in */
static int take_rule(void *context, const struct store_value *v, size_t n,
                     struct err *e)
{
    struct rules *t = context;
    if (n != 12)
        return err_set(e, ERR_STORE, "rules: %zu columns", n);
    if (t->n == t->room) {
        size_t room = t->room ? t->room * 2 : 64;
        t->stats = arena_grow(t->arena, t->stats, t->n, room, sizeof *t->stats);
        t->room = room;
    }
    struct store_rule_stat *stat = &t->stats[t->n++];
    *stat = (struct store_rule_stat){
        .code = arena_strndup(t->arena, v[0].p, v[0].n),
        .found = v[1].i,
        .stands = v[2].i,
        .dismissed = v[3].i};
    for (size_t i = 0; i < 6; i++)
        stat->reasons[i] = v[4 + i].i;
    stat->right_in = v[10].i;
    stat->wrong_in = v[11].i - v[10].i;
    return 0;
}

/* What the machine found in runs of that time, the last of each submission, and
 * what people said of it. */
int store_rule_stats(struct store *s, struct arena *a,
                     struct store_period during, struct store_rule_stat **ret,
                     size_t *ret_n, struct err *e)
{
    struct rules t = {.arena = a};
    int r = s->ops->run(
        s,
        "SELECT f.code, count(*), "
        "sum(CASE WHEN m.mark = 'stands' THEN 1 ELSE 0 END), "
        "sum(CASE WHEN m.mark = 'dismissed' THEN 1 ELSE 0 END), "
        "sum(CASE WHEN m.mark = 'dismissed' AND m.reason = 0 THEN 1 ELSE 0 END), "
        "sum(CASE WHEN m.mark = 'dismissed' AND m.reason = 1 THEN 1 ELSE 0 END), "
        "sum(CASE WHEN m.mark = 'dismissed' AND m.reason = 2 THEN 1 ELSE 0 END), "
        "sum(CASE WHEN m.mark = 'dismissed' AND m.reason = 3 THEN 1 ELSE 0 END), "
        "sum(CASE WHEN m.mark = 'dismissed' AND m.reason = 4 THEN 1 ELSE 0 END), "
        "sum(CASE WHEN m.mark = 'dismissed' AND m.reason = 5 THEN 1 ELSE 0 END), "
        "count(DISTINCT CASE WHEN m.mark = 'stands' THEN r.application END), "
        "count(DISTINCT CASE WHEN m.mark IS NOT NULL THEN r.application END) "
        "FROM run r JOIN finding f ON f.run = r.id "
        "LEFT JOIN mark m ON m.application = r.application "
        "AND m.revision = r.revision AND m.finding = f.id AND m.carried = 0 "
        "WHERE r.created_ms >= $1 AND r.created_ms < $2 "
        "AND coalesce(r.cause, '') <> 'paper' AND NOT EXISTS ("
        "SELECT 1 FROM run n WHERE n.application = r.application "
        "AND n.revision = r.revision AND coalesce(n.cause, '') <> 'paper' "
        "AND (n.created_ms > r.created_ms "
        "OR (n.created_ms = r.created_ms AND n.id > r.id))) "
        "GROUP BY f.code ORDER BY f.code",
        PARAMS(integer(during.from_ms), integer(during.to_ms)), take_rule, &t,
        NULL, e);
    *ret = t.stats;
    *ret_n = t.n;
    return r;
}

static int take_late(void *context, const struct store_value *v, size_t n,
                     struct err *e)
{
    struct store_late *late = context;
    (void)e;
    if (n == 2)
        *late = (struct store_late){v[0].i, v[1].i};
    return 0;
}

int store_late_reasons(struct store *s, struct store_period during,
                       struct store_late *ret, struct err *e)
{
    *ret = (struct store_late){0};
    return s->ops->run(
        s,
        "SELECT count(*), coalesce(sum(CASE WHEN d.revision < m.revision "
        "AND NOT EXISTS (SELECT 1 FROM mark p WHERE "
        "p.application = m.application AND p.revision < m.revision "
        "AND p.code = m.code AND p.mark = 'stands') THEN 1 ELSE 0 END), 0) "
        "FROM mark m JOIN run r ON r.id = (SELECT id FROM run WHERE "
        "application = m.application AND revision = m.revision "
        "AND cause <> 'paper' ORDER BY created_ms DESC, id DESC LIMIT 1) "
        "JOIN finding f ON f.run = r.id AND f.id = m.finding "
        "JOIN document d ON d.id = (SELECT id FROM document WHERE "
        "application = m.application AND slot = f.slot "
        "AND revision <= m.revision "
        "ORDER BY revision DESC, created_ms DESC LIMIT 1) "
        "WHERE m.mark = 'stands' AND m.revision > 1 AND m.carried = 0 "
        "AND m.updated_ms >= $1 AND m.updated_ms < $2",
        PARAMS(integer(during.from_ms), integer(during.to_ms)), take_late, ret,
        NULL, e);
}

struct numbers {
    struct arena *arena;
    int64_t *all;
    size_t n, room;
};

static int take_number(void *context, const struct store_value *v, size_t n,
                       struct err *e)
{
    struct numbers *t = context;
    (void)e;
    if (n == 1 && t->n == t->room) {
        t->room = t->room ? 2 * t->room : 256;
        t->all = arena_grow(t->arena, t->all, t->n, t->room, sizeof *t->all);
    }
    if (n == 1)
        t->all[t->n++] = v[0].i;
    return 0;
}

int store_work_times(struct store *s, struct arena *a,
                     struct store_period during, int64_t **ret_ms,
                     size_t *ret_n, struct err *e)
{
    struct numbers t = {.arena = a};
    int r = s->ops->run(
        s,
        "SELECT sum(n.spent_ms) FROM decision d JOIN seen n "
        "ON n.application = d.application AND n.revision = d.revision "
        "WHERE d.state = 2 AND d.settled_ms >= $1 AND d.settled_ms < $2 "
        "GROUP BY d.id ORDER BY 1",
        PARAMS(integer(during.from_ms), integer(during.to_ms)), take_number, &t,
        NULL, e);
    *ret_ms = t.all;
    *ret_n = t.n;
    return r;
}

int store_items(struct store *s, struct arena *a, enum store_items of,
                struct store_period during, const char *const **ret,
                size_t *ret_n, struct err *e)
{
#define SETTLED                                                                \
    "SELECT items FROM decision WHERE state = 2 "                              \
    "AND settled_ms >= $1 AND settled_ms < $2 AND "
    static const char *const sql[] = {
        [ITEMS_MISSED] = SETTLED "items LIKE '%\"missed\":[{%'",
        [ITEMS_RETURNED] = SETTLED "action = 'return' AND items IS NOT NULL",
    };
#undef SETTLED
    return store_texts(s, a, sql[of],
                       PARAMS(integer(during.from_ms), integer(during.to_ms)),
                       ret, ret_n, e);
}

/* Four columns, one row. */
static int take_ages(void *context, const struct store_value *v, size_t n,
                     struct err *e)
{
    int64_t *ages = context;
    (void)e;
    for (size_t i = 0; i < n && i < STORE_AGES; i++)
        ages[i] = v[i].i;
    return 0;
}

int store_queue_ages(struct store *s, int64_t now_ms, int64_t ret[STORE_AGES],
                     struct err *e)
{
    enum { HOUR_MS = 3600 * 1000 };
    return s->ops->run(
        s,
        "SELECT coalesce(sum(submitted_ms > $1), 0), "
        "coalesce(sum(submitted_ms <= $1 AND submitted_ms > $2), 0), "
        "coalesce(sum(submitted_ms <= $2 AND submitted_ms > $3), 0), "
        "coalesce(sum(submitted_ms <= $3), 0) "
        "FROM application WHERE stage IN (3, 4)",
        PARAMS(integer(now_ms - 2 * (int64_t)HOUR_MS),
               integer(now_ms - 8 * (int64_t)HOUR_MS),
               integer(now_ms - 24 * (int64_t)HOUR_MS)),
        take_ages, ret, NULL, e);
}

int store_runs_decided(struct store *s, struct arena *a,
                       struct store_period during, size_t limit,
                       struct store_run **ret, size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_run(),
                    "WHERE id IN (SELECT run FROM application WHERE "
                    "decided_ms > 0 AND decided_ms >= $1 AND decided_ms < $2 "
                    "AND erased_ms = 0 ORDER BY decided_ms DESC LIMIT $3) "
                    "ORDER BY id",
                    PARAMS(integer(during.from_ms), integer(during.to_ms),
                           integer((int64_t)limit)),
                    ret, ret_n, e);
}
