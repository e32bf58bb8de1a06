/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The queue: lists, searching, claiming, and who holds what. */

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "intake/api/api.h"
#include "intake/core/service.h"
#include "review/desk.h"
#include "review/handlers.h"
#include "review/rule_words.h"

static const struct {
    const char *name;
    enum store_view view;
} views[] = {
    {"clean", VIEW_CLEAN},
    {"flagged", VIEW_FLAGGED},
    {"returned_again", VIEW_AGAIN},
    {"second", VIEW_SECOND},
    {"mine", VIEW_MINE},
    {"near_deadline", VIEW_NEAR},
    {"waiting", VIEW_WAITING},
    {"paper", VIEW_PAPER},
    {"measuring", VIEW_MEASURING},
    {"withdrawn", VIEW_ENDED},
    {"failed", VIEW_FAILED},
    {"all", VIEW_ALL},
};

enum { VIEWS = sizeof views / sizeof *views, PAGE = 50, PAGE_MAX = 200 };

static int view_of(const char *name)
{
    for (size_t i = 0; i < VIEWS; i++)
        if (strcmp(views[i].name, name) == 0)
            return (int)views[i].view;
    return -1;
}

static const char *verdict_of(int64_t verdict)
{
    static const char *const words[] = {NULL, "clean", "flagged", "blocked"};
    return verdict > 0 && verdict < 4 ? words[verdict] : NULL;
}

void desk_set_verdict(struct jval *j, const struct store_application *row)
{
    jval_set_string(j, "verdict", verdict_of(row->verdict));
}

/* What the worst finding is about; "" when there is none to look at. */
static const char *worst_of(struct service *s, struct arena *a,
                            const struct store_application *row)
{
    static const char *const order[] = {"block", "look"};
    struct store_finding *f;
    size_t n;
    if (!row->run || row->blocks + row->looks == 0 ||
        store_findings(s->store, a, row->run, &f, &n, NULL))
        return "";
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (size_t i = 0; i < n; i++)
            if (strcmp(f[i].severity, order[k]) == 0)
                return arena_printf(a, "%s（%s）",
                                    rule_words(a, f[i].code,
                                               (enum slot)slot_from_name(
                                                   f[i].slot ? f[i].slot : "")),
                                    f[i].code);
    return "";
}

static struct jval *owner_json(struct service *s, struct arena *a,
                               const struct store_lease *lease)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "user", lease->user);
    jval_set_string(j, "name", desk_name(s, a, lease->user));
    desk_set_time(a, j, "since", lease->taken_ms);
    return j;
}

static struct jval *row_json(struct service *s, struct arena *a,
                             const struct store_queue_row *row)
{
    const struct store_application *x = &row->application;
    struct jval *j = jval_new_object();
    jval_set_string(j, "id", x->id);
    jval_set_string(j, "order_no", x->order_no ? x->order_no : "");
    jval_set_string(j, "org_name", x->org_name ? x->org_name : "");
    jval_set_string(j, "state", desk_state(x));
    jval_set_string(j, "kind", desk_kind(x));
    jval_set_int(j, "round", (long long)x->rounds + 1);
    desk_set_verdict(j, x);
    jval_set_int(j, "block", (long long)x->blocks);
    jval_set_int(j, "look", (long long)x->looks);
    jval_set_int(j, "info", (long long)x->infos);
    jval_set_string(j, "worst", worst_of(s, a, x));
    desk_set_time(a, j, "submitted_at", x->submitted_ms);
    desk_set_time(a, j, "due_at", x->due_ms);
    jval_set_or_null(j, "owner",
                     row->lease.user ? owner_json(s, a, &row->lease) : NULL);
    return j;
}

static struct jval *counts_json(const int64_t counts[VIEW_COUNT])
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < VIEWS; i++) {
        struct jval *j = jval_new_object();
        jval_set_string(j, "view", views[i].name);
        jval_set_int(j, "count", (long long)counts[views[i].view]);
        jval_append(all, j);
    }
    return all;
}

int desk_queue(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    int view = view_of(request_query(q, "view", "all"));
    const char *search = request_query(q, "q", "");
    const char *after = request_query(q, "after", "");
    if (view < 0)
        return problem_set(r, PROBLEM_INVALID, "没有这个视图。");
    const struct store_queue_query query = {
        .view = (enum store_view)view,
        .user = q->who.id,
        .search = search[0] ? search : NULL,
        .after = after[0] ? after : NULL,
        .limit = (size_t)request_query_int(q, "limit", PAGE, 1, PAGE_MAX),
        .now_ms = q->now_ms,
        .near_ms = q->now_ms + DESK_NEAR_MS};
    struct store_queue_row *rows;
    size_t n;
    const char *next;
    int64_t counts[VIEW_COUNT];
    int code = store_queue(s->store, a, &query, &rows, &n, &next, e);
    if (code == 0)
        code = store_queue_counts(s->store, q->who.id, q->now_ms, query.near_ms,
                                  counts, e);
    if (code)
        return code;
    struct jval *j = jval_new_object(), *items = jval_new_array();
    for (size_t i = 0; i < n; i++)
        jval_append(items, row_json(s, a, &rows[i]));
    jval_set(j, "views", counts_json(counts));
    jval_set(j, "items", items);
    jval_set_string(j, "next", next);
    return response_json(r, 200, j);
}

/* Every screen shows whose it is. */
static void tell_lease(struct service *s, struct arena *a, const char *id)
{
    service_tell(s, "application", "",
                 arena_printf(a, "{\"id\":\"%s\",\"what\":\"lease\"}", id));
}

/* Without a view: what is due first, of any kind. */
int desk_claim(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    const char *name = desk_text(q, "view");
    int view = view_of(name[0] ? name : "all");
    struct store_lease lease;
    if (view < 0)
        return problem_set(r, PROBLEM_INVALID, "没有这个视图。");
    int code = store_queue_claim(s->store, a, (enum store_view)view, q->who.id,
                                 q->now_ms, DESK_LEASE_MS, &lease, e);
    if (code == ERR_MISSING)
        return response_empty(r, 204);
    if (code)
        return code;
    struct jval *j = jval_new_object();
    jval_set_string(j, "id", lease.application);
    desk_set_time(a, j, "expires_at", lease.expires_ms);
    tell_lease(s, a, lease.application);
    return response_json(r, 200, j);
}

struct jval *desk_lease_json(struct service *s, struct arena *a,
                             const char *user, const struct store_lease *lease)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "user", lease->user);
    jval_set_string(j, "name", desk_name(s, a, lease->user));
    desk_set_time(a, j, "expires_at", lease->expires_ms);
    jval_set_bool(j, "mine", strcmp(lease->user, user) == 0);
    jval_set_string(j, "reason", lease->reason ? lease->reason : "");
    return j;
}

/* Claims, keeps alive, or takes over with a reason. */
int desk_lease_take(struct service *s, struct arena *a, const struct request *q,
                    struct response *r, struct err *e)
{
    struct store_application row;
    struct store_lease lease = {0};
    const char *reason = desk_text(q, "reason");
    bool takes_over = jval_bool(q->json, "take_over", false);
    int code = desk_find(s, a, q, &row, e);
    if (code)
        return code;
    if (takes_over && !permission_has(PERMIT_LEASE_TAKE_OVER, q->who.roles))
        return problem_set(r, PROBLEM_FORBIDDEN, "只有组长可以接手他人的件。");
    if (takes_over && !reason[0])
        return problem_set(r, PROBLEM_INVALID, "请写明接手的原因。");
    code = store_lease_take(s->store, a, row.id, q->who.id,
                            takes_over ? reason : NULL, q->now_ms,
                            DESK_LEASE_MS, &lease, e);
    if (code == ERR_CONFLICT)
        return desk_leased(s, a, &lease, r);
    if (code == 0 && takes_over)
        code = desk_record(s, a, q->who.id, &row, "lease.taken_over", NULL, e);
    else if (code == 0 && lease.taken_ms == q->now_ms)
        tell_lease(s, a, row.id); /* begun, not kept alive */
    return code ? code
                : response_json(r, 200,
                                desk_lease_json(s, a, q->who.id, &lease));
}

int desk_lease_release(struct service *s, struct arena *a,
                       const struct request *q, struct response *r,
                       struct err *e)
{
    struct store_application row;
    struct store_lease lease = {0};
    int code = desk_find(s, a, q, &row, e);
    if (code == 0)
        code = store_lease_get(s->store, a, row.id, q->now_ms, &lease, e);
    if (code == 0 && lease.user && strcmp(lease.user, q->who.id) == 0)
        code = store_lease_release(s->store, row.id, lease.token, e);
    if (code == 0)
        tell_lease(s, a, row.id);
    if (code && code != ERR_MISSING && code != ERR_CONFLICT)
        return code;
    return response_empty(r, 204);
}
