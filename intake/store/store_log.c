/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What happened: the audit log's rows, events, and the numbers of both. */

#include "base/arena.h"
#include "base/err.h"
#include "intake/store/store_row.h"

int store_audit_add(struct store *s, const struct store_audit *row,
                    struct err *e)
{
    return row_insert(s, row_audit(), row, e);
}

int store_audit(struct store *s, struct arena *a, int64_t after_seq,
                size_t limit, struct store_audit **ret, size_t *ret_n,
                struct err *e)
{
    return row_many(s, a, row_audit(), "WHERE seq > $1 ORDER BY seq LIMIT $2",
                    PARAMS(integer(after_seq), integer((int64_t)limit)), ret,
                    ret_n, e);
}

int store_audit_page(struct store *s, struct arena *a, const char *object,
                     int64_t before_seq, size_t limit, struct store_audit **ret,
                     size_t *ret_n, struct err *e)
{
    int64_t before = before_seq > 0 ? before_seq : INT64_MAX;
    return row_many(
        s, a, row_audit(),
        object ? "WHERE object = $3 AND seq < $1 "
                 "ORDER BY seq DESC LIMIT $2"
               : "WHERE seq < $1 ORDER BY seq DESC LIMIT $2",
        PARAMS(integer(before), integer((int64_t)limit), text(object)), ret,
        ret_n, e);
}

/* --- events ---------------------------------------------------------------*/

int store_event_add(struct store *s, const struct store_event *row,
                    int64_t *ret_seq, struct err *e)
{
    int64_t seq;
    int r = store_number(
        s,
        "INSERT INTO event (at_ms, application, type, actor, data, "
        "delivered_ms) VALUES ($1, $2, $3, $4, $5, 0) RETURNING seq",
        PARAMS(integer(row->at_ms), text(row->application), text(row->type),
               text(row->actor), text(row->data)),
        &seq, e);
    if (ret_seq)
        *ret_seq = seq;
    return r;
}

int store_events(struct store *s, struct arena *a, int64_t after_seq,
                 size_t limit, struct store_event **ret, size_t *ret_n,
                 struct err *e)
{
    return row_many(s, a, row_event(), "WHERE seq > $1 ORDER BY seq LIMIT $2",
                    PARAMS(integer(after_seq), integer((int64_t)limit)), ret,
                    ret_n, e);
}

int store_events_of(struct store *s, struct arena *a, const char *application,
                    struct store_event **ret, size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_event(), "WHERE application = $1 ORDER BY seq",
                    PARAMS(text(application)), ret, ret_n, e);
}

int store_events_undelivered(struct store *s, struct arena *a, size_t limit,
                             struct store_event **ret, size_t *ret_n,
                             struct err *e)
{
    return row_many(s, a, row_event(),
                    "WHERE delivered_ms = 0 ORDER BY seq LIMIT $1",
                    PARAMS(integer((int64_t)limit)), ret, ret_n, e);
}

int store_event_delivered(struct store *s, int64_t seq, int64_t now_ms,
                          struct err *e)
{
    return store_run(s, "UPDATE event SET delivered_ms = $2 WHERE seq = $1",
                     PARAMS(integer(seq), integer(now_ms)), NULL, e);
}

int64_t store_event_last(struct store *s)
{
    int64_t seq;
    int r = store_number(s, "SELECT max(seq) FROM event", NULL, 0, &seq, NULL);
    return r ? 0 : seq;
}

/* --- numbers --------------------------------------------------------------*/

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

int store_days(struct store *s, struct arena *a, int64_t from_ms, int64_t to_ms,
               struct store_day **ret, size_t *ret_n, struct err *e)
{
    enum { MOST = 400 };
    struct days d = {.first = (from_ms + CHINA_MS) / DAY_MS};
    int64_t last = (to_ms + CHINA_MS - 1) / DAY_MS;
    if (from_ms < 0 || to_ms <= from_ms || last - d.first >= MOST)
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
        PARAMS(integer(from_ms), integer(to_ms)), take_submitted, &d, NULL, e);
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
            PARAMS(integer(from_ms), integer(to_ms)), take_decided, &d, NULL,
            e);
    *ret = d.days;
    *ret_n = d.n;
    return r;
}

struct rules {
    struct arena *arena;
    struct store_rule_stat *stats;
    size_t n, room;
};

/* code, found, stands, dismissed, [0] ... [5] */
static int take_rule(void *context, const struct store_value *v, size_t n,
                     struct err *e)
{
    struct rules *t = context;
    if (n != 10)
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
    return 0;
}

/* What the machine found in runs of that time, and what people said of it. */
int store_rule_stats(struct store *s, struct arena *a, int64_t from_ms,
                     int64_t to_ms, struct store_rule_stat **ret, size_t *ret_n,
                     struct err *e)
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
        "sum(CASE WHEN m.mark = 'dismissed' AND m.reason = 5 THEN 1 ELSE 0 END) "
        "FROM run r JOIN finding f ON f.run = r.id "
        "LEFT JOIN mark m ON m.application = r.application "
        "AND m.revision = r.revision AND m.finding = f.id AND m.carried = 0 "
        "WHERE r.created_ms >= $1 AND r.created_ms < $2 "
        "AND EXISTS (SELECT 1 FROM application a WHERE a.run = r.id) "
        "GROUP BY f.code ORDER BY f.code",
        PARAMS(integer(from_ms), integer(to_ms)), take_rule, &t, NULL, e);
    *ret = t.stats;
    *ret_n = t.n;
    return r;
}
