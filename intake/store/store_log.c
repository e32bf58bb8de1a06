/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What happened: the audit log's rows, and events. */

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

int store_audit_page(struct store *s, struct arena *a,
                     const struct store_audit_query *query,
                     struct store_audit **ret, size_t *ret_n, struct err *e)
{
    int64_t before = query->before_seq > 0 ? query->before_seq : INT64_MAX;
    int64_t to = query->to_ms > 0 ? query->to_ms : INT64_MAX;
    /* With an object its index leads, without one the order of the log. */
    const char *where =
        query->object
            ? "WHERE object = $3 AND seq < $1 AND ($4 IS NULL OR actor = $4) "
              "AND ($5 IS NULL OR action = $5) AND at_ms >= $6 AND at_ms < $7 "
              "ORDER BY seq DESC LIMIT $2"
            : "WHERE $3 IS NULL AND seq < $1 AND ($4 IS NULL OR actor = $4) "
              "AND ($5 IS NULL OR action = $5) AND at_ms >= $6 AND at_ms < $7 "
              "ORDER BY seq DESC LIMIT $2";
    return row_many(s, a, row_audit(), where,
                    PARAMS(integer(before), integer((int64_t)query->limit),
                           text(query->object), text(query->actor),
                           text(query->action), integer(query->from_ms),
                           integer(to)),
                    ret, ret_n, e);
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
