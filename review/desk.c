/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "review/desk.h"

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/api/api.h"
#include "intake/core/service.h"
#include "intake/http/etag.h"
#include "intake/store/audit.h"
#include "rules/day.h"
#include "rules/life_cycle.h"

int desk_find(struct service *s, struct arena *a, const struct request *q,
              struct store_application *ret, struct err *e)
{
    return api_find(s, a, q, request_param(q, "id"), ret, e);
}

bool desk_is_stale(struct arena *a, const struct request *q,
                   const struct store_application *row, struct response *r)
{
    const char *now = api_etag(a, row);
    if (!q->if_match || etag_matches(q->if_match, now, false))
        return false;
    struct jval *more = jval_new_object(), *changes = jval_new_array();
    jval_set_string(more, "current", now);
    jval_set_int(more, "revision", (long long)row->revision);
    jval_set(more, "changes", changes);
    problem_set_more(r, PROBLEM_STALE,
                     arena_printf(a,
                                  "这件申请在您打开之后有了变化，当前为修订 "
                                  "%lld，请看过新的内容再决定。",
                                  (long long)row->revision),
                     more);
    return true;
}

int desk_leased(struct service *s, struct arena *a,
                const struct store_lease *lease, struct response *r)
{
    const char *name = desk_name(s, a, lease->user);
    return lease->reason && lease->reason[0]
               ? problem_set(r, PROBLEM_LEASED,
                             "%s已接手这件申请（原因：%s）。", name,
                             lease->reason)
               : problem_set(r, PROBLEM_LEASED, "%s正在处理这件申请。", name);
}

int desk_check_lease(struct service *s, struct arena *a,
                     const struct request *q, const char *application,
                     struct response *r, bool *ret_held, struct err *e)
{
    struct store_lease lease = {0};
    int code = store_lease_get(s->store, a, application, q->now_ms, &lease, e);
    *ret_held = false;
    if (code && code != ERR_MISSING)
        return code;
    if (code == ERR_MISSING || !lease.user ||
        strcmp(lease.user, q->who.id) == 0)
        return 0;
    *ret_held = true;
    return desk_leased(s, a, &lease, r);
}

const char *desk_name(struct service *s, struct arena *a, const char *user)
{
    struct store_user row;
    if (!user || !user[0])
        return "系统";
    if (store_user_get(s->store, a, user, &row, NULL))
        return user;
    return row.display && row.display[0] ? row.display : row.name;
}

const char *desk_kind(const struct store_application *row)
{
    const char *kind = row->kind ? row->kind : "";
    return strcmp(kind, "main") == 0         ? "主锁（含章）"
           : strcmp(kind, "additional") == 0 ? "副锁（不含章）"
           : strcmp(kind, "sub") == 0        ? "副锁（不含章）"
                                             : kind;
}

enum tri desk_with_seal(const struct store_application *row)
{
    const char *kind = row->kind ? row->kind : "";
    return strcmp(kind, "main") == 0  ? TRI_YES
           : strcmp(kind, "sub") == 0 ? TRI_NO
                                      : TRI_UNKNOWN;
}

const char *desk_public_state(const struct store_application *row)
{
    int state = life_cycle_state_from_name(row->state ? row->state : "");
    return state < 0 ? "" : life_cycle_status((enum order_state)state);
}

const char *desk_state(const struct store_application *row)
{
    static const char *const stages[STAGE_COUNT] = {
        [STAGE_MEASURING] = "预检中", [STAGE_FAILED] = "处理失败",
        [STAGE_SECOND] = "等待复核",  [STAGE_HELD] = "挂起",
        [STAGE_WITHDRAWN] = "已撤回", [STAGE_REFUSED] = "不予受理",
    };
    int state = life_cycle_state_from_name(row->state ? row->state : "");
    if (row->stage >= 0 && row->stage < STAGE_COUNT && stages[row->stage])
        return stages[row->stage];
    return state < 0 ? "" : life_cycle_state_zh((enum order_state)state);
}

int desk_record(struct service *s, struct arena *a, const char *user,
                const struct store_application *row, const char *type,
                const char *detail, struct err *e)
{
    const struct store_event event = {.at_ms = s->now_ms,
                                      .application = row->id,
                                      .type = type,
                                      .actor = user,
                                      .data = detail};
    int64_t seq;
    int r = audit_append(s->store, s->vault, s->now_ms, user, type, row->id,
                         detail, e);
    if (r == 0)
        r = store_event_add(s->store, &event, &seq, e);
    if (r)
        return r;
    struct jval *j = jval_new_object();
    struct str t;
    str_init(&t, 4096);
    jval_set_string(j, "id", row->id);
    jval_set_string(j, "what", type);
    jval_set_string(j, "state", desk_state(row));
    jval_set_int(j, "revision", (long long)row->revision);
    jval_print(j, false, &t);
    service_tell(s, "application", "", arena_strdup(a, t.s));
    str_done(&t);
    jval_free(j);
    return 0;
}

int desk_record_reveal(struct service *s, struct arena *a, const char *user,
                       const struct store_application *row, struct err *e)
{
    enum { RECENT_MS = 10 * 60 * 1000 };
    static const char type[] = "revealed";
    struct store_audit *rows;
    size_t n;
    const struct store_audit_query query = {.object = row->id,
                                            .actor = user,
                                            .action = type,
                                            .from_ms = s->now_ms - RECENT_MS,
                                            .limit = 1};
    int r = store_audit_page(s->store, a, &query, &rows, &n, e);
    return r || n > 0 ? r : desk_record(s, a, user, row, type, NULL, e);
}

int64_t desk_day(const char *day, int64_t otherwise)
{
    static const int64_t day_ms = 86400000, east_ms = 8 * 3600000;
    long days;
    return day_parse(day, &days) ? days * day_ms - east_ms : otherwise;
}

void desk_set_time(struct arena *a, struct jval *j, const char *name,
                   int64_t ms)
{
    jval_set_string(j, name, ms > 0 ? api_time(a, ms) : NULL);
}

const char *desk_text(const struct request *q, const char *name)
{
    return jval_string(q->json, name, "");
}

const char *desk_finding_id(struct arena *a, const struct jval *findings,
                            size_t i)
{
    const char *rule = jval_string(jval_at(findings, i), "rule", "?");
    int k = 1;
    for (size_t before = 0; before < i; before++)
        k += strcmp(jval_string(jval_at(findings, before), "rule", "?"),
                    rule) == 0;
    return arena_printf(a, "%s-%d", rule, k);
}
