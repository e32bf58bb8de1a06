/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who works here, and what they did. */

#include "base/arena.h"
#include "base/jval.h"
#include "intake/api/api.h"
#include "intake/core/service.h"
#include "intake/store/audit.h"
#include "review/handlers.h"

enum { PAGE = 100, PAGE_MAX = 500 };

static const int64_t day_ms = 86400000;

int desk_users(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    struct store_user *rows;
    size_t n;
    (void)q;
    int code = store_users(s->store, a, &rows, &n, e);
    if (code)
        return code;
    struct jval *j = jval_new_object(), *items = jval_new_array();
    for (size_t i = 0; i < n; i++) {
        struct jval *u = jval_new_object();
        jval_set_string(u, "id", rows[i].id);
        jval_set_string(u, "user", rows[i].name);
        jval_set_string(u, "name", rows[i].display ? rows[i].display : "");
        jval_set_string(u, "roles", rows[i].roles ? rows[i].roles : "");
        jval_set_bool(u, "second_factor", rows[i].totp.n > 0);
        jval_set_bool(u, "disabled", rows[i].disabled_ms > 0);
        desk_set_time(a, u, "created_at", rows[i].created_ms);
        jval_append(items, u);
    }
    jval_set(j, "items", items);
    return response_json(r, 200, j);
}

/* What is asked for; NULL when it is not. */
static const char *asked(const struct request *q, const char *name)
{
    const char *value = request_query(q, name, "");
    return value[0] ? value : NULL;
}

/* The log holds ids; people know each other by the name they log in with. */
static const char *user_of(struct service *s, struct arena *a, const char *who)
{
    struct store_user row;
    return who && store_user_by_name(s->store, a, who, &row, NULL) == 0 ? row.id
                                                                        : who;
}

/* Newest first; `after` is the number of the last row of the page before. */
int desk_audit(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    struct store_audit *rows;
    size_t n;
    const struct store_audit_query query = {
        .object = asked(q, "object"),
        .actor = user_of(s, a, asked(q, "who")),
        .action = asked(q, "action"),
        .from_ms = desk_day(request_query(q, "from", ""), 0),
        .to_ms = desk_day(request_query(q, "to", ""), -day_ms) + day_ms,
        .before_seq = request_query_int(q, "after", 0, 0, INT64_MAX),
        .limit = (size_t)request_query_int(q, "limit", PAGE, 1, PAGE_MAX)};
    int code = store_audit_page(s->store, a, &query, &rows, &n, e);
    if (code)
        return code;
    struct jval *j = jval_new_object(), *items = jval_new_array();
    for (size_t i = 0; i < n; i++) {
        struct jval *row = jval_new_object();
        jval_set_int(row, "seq", (long long)rows[i].seq);
        jval_set_string(row, "at", api_time(a, rows[i].at_ms));
        jval_set_string(row, "who", desk_name(s, a, rows[i].actor));
        jval_set_string(row, "action", rows[i].action);
        jval_set_string(row, "object", rows[i].object ? rows[i].object : "");
        jval_set_string(row, "detail", rows[i].detail ? rows[i].detail : "");
        jval_append(items, row);
    }
    jval_set(j, "items", items);
    jval_set_string(j, "next",
                    n == query.limit
                        ? arena_printf(a, "%lld", (long long)rows[n - 1].seq)
                        : NULL);
    return response_json(r, 200, j);
}

int desk_audit_verify(struct service *s, struct arena *a,
                      const struct request *q, struct response *r,
                      struct err *e)
{
    struct audit_result result;
    char head[AUDIT_HEAD];
    const char *known = request_query(q, "head", "");
    (void)a;
    int code =
        audit_verify(s->store, s->vault, known[0] ? known : NULL, &result, e);
    if (code == 0)
        code = audit_head(s->store, head, e);
    if (code)
        return code;
    struct jval *j = jval_new_object();
    jval_set_bool(j, "whole", result.first_bad == 0);
    jval_set_int(j, "rows", (long long)result.rows);
    jval_set_int(j, "first_bad", (long long)result.first_bad);
    jval_set_string(j, "what", result.first_bad ? result.what : "");
    jval_set_string(j, "head", head);
    return response_json(r, 200, j);
}
