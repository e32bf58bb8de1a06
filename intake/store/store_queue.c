/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The desk's lists, and who has taken what.
 *
 * A page goes on after the last row of the page before (keyset), along the
 * view's own index, so that the thousandth page costs what the first does. The
 * conditions below are those of the indexes queue_*, word for word.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/store/ident.h"
#include "intake/store/store_row.h"

enum { MAX_PAGE = 200, COUNT_MOST = 10000 };

/* `order`: the column of the key; newest first for what is over. */
static const struct view {
    const char *condition, *order;
    bool newest_first;
} views[VIEW_COUNT] = {
    [VIEW_ALL] = {"stage IN (3, 4)", "due_ms", false},
    [VIEW_MINE] = {"id IN (SELECT application FROM lease WHERE \"user\" = $4 "
                   "AND expires_ms > $5)",
                   "due_ms", false},
    [VIEW_FLAGGED] = {"stage = 3 AND verdict IN (2, 3)", "due_ms", false},
    [VIEW_CLEAN] = {"stage = 3 AND verdict = 1", "due_ms", false},
    [VIEW_AGAIN] = {"stage = 3 AND rounds > 0", "due_ms", false},
    [VIEW_NEAR] = {"stage IN (3, 4) AND due_ms < $6", "due_ms", false},
    [VIEW_SECOND] = {"stage = 4", "due_ms", false},
    [VIEW_WAITING] = {"stage IN (5, 6)", "due_ms", false},
    [VIEW_MEASURING] = {"stage = 1", "due_ms", false},
    [VIEW_FAILED] = {"stage = 2", "due_ms", false},
    [VIEW_PAPER] = {"stage IN (7, 8, 9)", "due_ms", false},
    [VIEW_ENDED] = {"stage IN (10, 11, 12)", "updated_ms", true},
};
static const struct view search = {
    "id IN (SELECT id FROM application WHERE order_no >= $4 AND order_no < $5 "
    "UNION SELECT id FROM application "
    "WHERE credit_code >= $4 AND credit_code < $5 "
    "UNION SELECT id FROM application WHERE org_name LIKE $6 ESCAPE '!')",
    "updated_ms", true};

/* --- one page -------------------------------------------------------------*/

struct key {
    long long value;
    char id[IDENT];
};

/* "value.id"; what is not one of ours starts at the beginning. */
static struct key key_from_text(const char *after, bool newest_first)
{
    struct key k = {newest_first ? INT64_MAX : INT64_MIN, ""};
    char *end;
    if (!after || !*after)
        return k;
    long long value = strtoll(after, &end, 10);
    if (*end == '.' && ident_is_valid(end + 1)) {
        k.value = value;
        memcpy(k.id, end + 1, IDENT);
    }
    return k;
}

static const char *next_key(struct arena *a, const struct view *v,
                            const struct store_application *row)
{
    long long value =
        strcmp(v->order, "due_ms") ? row->updated_ms : row->due_ms;
    return arena_printf(a, "%lld.%s", value, row->id);
}

/* Any part of a name; % and _ are letters like others. */
static const char *like_part(struct arena *a, const char *s)
{
    char *t = arena_alloc(a, 2 * strlen(s) + 3, 1), *to = t;
    *to++ = '%';
    for (; *s; *to++ = *s++)
        if (strchr("%_!", *s))
            *to++ = '!';
    *to = '%';
    return t;
}

/* Everything the queue shows; form and key stay where they are. */
static const char columns[] =
    "id, version, revision, state, stage, order_no, kind, project, org_name, "
    "credit_code, origin, client, access_hash, NULL, NULL, run, verdict, "
    "blocks, looks, infos, rounds, created_ms, submitted_ms, due_ms, "
    "updated_ms, decided_ms, hold_until_ms, hold_reason, erased_ms";

struct page {
    struct arena *arena;
    struct store_queue_row *rows;
    size_t n;
};

static int take_row(void *context, const struct store_value *v, size_t n,
                    struct err *e)
{
    struct page *p = context;
    const size_t split = row_application()->n;
    if (n != split + row_lease()->n)
        return err_set(e, ERR_STORE, "queue: %zu columns", n);
    struct store_queue_row *row = &p->rows[p->n++];
    row_from_values(p->arena, row_application(), v, &row->application);
    row_from_values(p->arena, row_lease(), v + split, &row->lease);
    return 0;
}

static const char *page_sql(struct arena *a, const struct view *v)
{
    const char *order = v->newest_first ? "DESC" : "ASC";
    return arena_printf(
        a,
        "SELECT a.*, %s FROM (SELECT %s FROM application WHERE %s "
        "AND (%s, id) %s ($1, $2) ORDER BY %s %s, id %s LIMIT $3) AS a "
        "LEFT JOIN lease l ON l.application = a.id AND l.expires_ms > $7 "
        "ORDER BY a.%s %s, a.id %s",
        row_columns(a, row_lease(), "l."), columns, v->condition, v->order,
        v->newest_first ? "<" : ">", v->order, order, order, v->order, order,
        order);
}

const char *store_queue_sql(struct arena *a, enum store_view view)
{
    return page_sql(a, &views[view]);
}

int store_queue(struct store *s, struct arena *a,
                const struct store_queue_query *q, struct store_queue_row **ret,
                size_t *ret_n, const char **ret_next, struct err *e)
{
    bool is_search = q->search && *q->search;
    if (q->limit == 0 || q->limit > MAX_PAGE || q->view >= VIEW_COUNT)
        return err_set(e, ERR_USAGE, "queue: 1 to %d rows of a known view",
                       MAX_PAGE);
    const struct view *v = is_search ? &search : &views[q->view];
    struct key key = key_from_text(q->after, v->newest_first);
    struct page p = {
        a, arena_new_array(a, q->limit + 1, struct store_queue_row), 0};
    struct store_value fourth = text(q->user), fifth = integer(q->now_ms),
                       sixth = integer(q->near_ms);
    if (is_search) {
        fourth = text(q->search);
        fifth = text(arena_printf(a, "%s\xf4\x8f\xbf\xbf", q->search));
        sixth = text(like_part(a, q->search));
    }
    int r = s->ops->run(s, page_sql(a, v),
                        PARAMS(integer(key.value), text(key.id),
                               integer((int64_t)q->limit + 1), fourth, fifth,
                               sixth, integer(q->now_ms)),
                        take_row, &p, NULL, e);
    /* One row more than asked for tells that there is a next page. */
    bool more = p.n > q->limit;
    *ret = p.rows;
    *ret_n = more ? q->limit : p.n;
    *ret_next = more ? next_key(a, v, &p.rows[q->limit - 1].application) : NULL;
    return r;
}

/* --- counts ---------------------------------------------------------------*/

static const struct tally_view {
    enum store_view view;
    const char *condition;
} tallies[] = {
    {VIEW_ALL, "stage IN (3, 4)"},
    {VIEW_FLAGGED, "stage = 3 AND verdict IN (2, 3)"},
    {VIEW_CLEAN, "stage = 3 AND verdict = 1"},
    {VIEW_AGAIN, "stage = 3 AND again = 1"},
    {VIEW_SECOND, "stage = 4"},
    {VIEW_WAITING, "stage IN (5, 6)"},
    {VIEW_MEASURING, "stage = 1"},
    {VIEW_FAILED, "stage = 2"},
    {VIEW_PAPER, "stage IN (7, 8, 9)"},
    {VIEW_ENDED, "stage IN (10, 11, 12)"},
};

int store_queue_counts(struct store *s, const char *user, int64_t now_ms,
                       int64_t near_ms, int64_t ret[VIEW_COUNT], struct err *e)
{
    char sql[160];
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof tallies / sizeof *tallies; i++) {
        snprintf(sql, sizeof sql,
                 "SELECT coalesce(sum(n), 0) FROM tally WHERE %s",
                 tallies[i].condition);
        r = store_number(s, sql, NULL, 0, &ret[tallies[i].view], e);
    }
    if (r == 0)
        r = store_number(
            s,
            "SELECT count(*) FROM lease WHERE \"user\" = $1 AND expires_ms > $2",
            PARAMS(text(user), integer(now_ms)), &ret[VIEW_MINE], e);
    /* Beyond this many nobody asks how many more. */
    if (r == 0)
        r = store_number(s,
                         "SELECT count(*) FROM (SELECT 1 FROM application "
                         "WHERE stage IN (3, 4) AND due_ms < $1 LIMIT $2) AS n",
                         PARAMS(integer(near_ms), integer(COUNT_MOST)),
                         &ret[VIEW_NEAR], e);
    return r;
}

/* --- leases ---------------------------------------------------------------*/

int store_queue_claim(struct store *s, struct arena *a, enum store_view view,
                      const char *user, int64_t now_ms, int64_t lease_ms,
                      struct store_lease *ret, struct err *e)
{
    const char *const *ids;
    size_t n = 0;
    bool own;
    if (view >= VIEW_COUNT || view == VIEW_MINE || view == VIEW_NEAR)
        return err_set(e, ERR_USAGE, "nothing can be claimed from this view");
    int r = store_enter(s, &own, e);
    if (r)
        return r;
    r = store_texts(
        s, a,
        arena_printf(a,
                     "SELECT id FROM application WHERE %s AND NOT EXISTS "
                     "(SELECT 1 FROM lease WHERE application = application.id "
                     "AND expires_ms > $1) ORDER BY %s, id LIMIT 1",
                     views[view].condition, views[view].order),
        PARAMS(integer(now_ms)), &ids, &n, e);
    if (r == 0 && n == 0)
        r = err_set(e, ERR_MISSING, "nothing waits");
    if (r == 0)
        r = store_lease_take(s, a, ids[0], user, NULL, now_ms, lease_ms, ret,
                             e);
    return store_leave(s, own, r, e);
}

int store_lease_get(struct store *s, struct arena *a, const char *application,
                    int64_t now_ms, struct store_lease *ret, struct err *e)
{
    return row_one(s, a, row_lease(),
                   "WHERE application = $1 AND expires_ms > $2",
                   PARAMS(text(application), integer(now_ms)), ret, e);
}

int store_lease_take(struct store *s, struct arena *a, const char *application,
                     const char *user, const char *reason, int64_t now_ms,
                     int64_t lease_ms, struct store_lease *ret, struct err *e)
{
    char token[IDENT];
    bool own, take_over = reason && *reason;
    int r = store_enter(s, &own, e);
    if (r)
        return r;
    ident_new(now_ms, token);
    r = row_returned(
        s, a, row_lease(),
        "INSERT INTO lease (application, \"user\", token, reason, taken_ms, "
        "expires_ms) VALUES ($1, $2, $3, $4, $5, $6) "
        "ON CONFLICT (application) DO UPDATE SET \"user\" = excluded.\"user\", "
        "token = CASE WHEN lease.\"user\" = excluded.\"user\" "
        "AND lease.expires_ms > $5 THEN lease.token ELSE excluded.token END, "
        "reason = excluded.reason, taken_ms = excluded.taken_ms, "
        "expires_ms = excluded.expires_ms WHERE "
        "lease.\"user\" = excluded.\"user\" OR lease.expires_ms <= $5 OR $7 = 1 "
        "RETURNING %s",
        PARAMS(text(application), text(user), text(token), text(reason),
               integer(now_ms), integer(now_ms + lease_ms), integer(take_over)),
        ret, e);
    if (r == ERR_MISSING &&
        store_lease_get(s, a, application, now_ms, ret, NULL) == 0)
        r = err_set(e, ERR_CONFLICT, "application %s is taken by %s",
                    application, ret->user);
    return store_leave(s, own, r, e);
}

static int lost(int r, int64_t changed, const char *application, struct err *e)
{
    return r ? r
           : changed
               ? 0
               : err_set(e, ERR_CONFLICT, "application %s: the lease is lost",
                         application);
}

int store_lease_beat(struct store *s, const char *application,
                     const char *token, int64_t expires_ms, struct err *e)
{
    int64_t changed = 0;
    int r =
        store_run(s,
                  "UPDATE lease SET expires_ms = $3 "
                  "WHERE application = $1 AND token = $2",
                  PARAMS(text(application), text(token), integer(expires_ms)),
                  &changed, e);
    return lost(r, changed, application, e);
}

int store_lease_release(struct store *s, const char *application,
                        const char *token, struct err *e)
{
    int64_t changed = 0;
    int r =
        store_run(s, "DELETE FROM lease WHERE application = $1 AND token = $2",
                  PARAMS(text(application), text(token)), &changed, e);
    return lost(r, changed, application, e);
}
