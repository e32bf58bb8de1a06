/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person makes of findings, and which pages were looked at. */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "intake/api/api.h"
#include "intake/core/service.h"
#include "review/handlers.h"

enum { REASONS = 5, MAX_NOTE = 1000 };

static int tag(struct arena *a, struct response *r,
               const struct store_application *row)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "etag", api_etag(a, row));
    return response_json(r, 200, j);
}

/* The rule of the finding; NULL when the run has no such finding. */
static const char *rule_of(struct service *s, struct arena *a,
                           const struct store_application *row, const char *id)
{
    struct store_finding *f;
    size_t n;
    if (!row->run || store_findings(s->store, a, row->run, &f, &n, NULL))
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (strcmp(f[i].id, id) == 0)
            return f[i].code;
    return NULL;
}

static const char *refuse_mark(const char *verdict, long reason,
                               const char *note)
{
    bool stands = strcmp(verdict, "stands") == 0;
    if (!stands && strcmp(verdict, "dismissed") != 0)
        return "标记须为成立或不成立。";
    if (!stands && (reason < 1 || reason > REASONS))
        return "请选择不成立的原因。";
    if (!stands && reason == REASONS && !note[0])
        return "选择“其他”时请写明原因。";
    return strlen(note) > MAX_NOTE ? "备注过长。" : NULL;
}

int desk_mark(struct service *s, struct arena *a, const struct request *q,
              struct response *r, struct err *e)
{
    struct store_application row;
    const char *id = request_param(q, "fid"), *rule, *wrong = NULL;
    const char *verdict = desk_text(q, "verdict"), *note = desk_text(q, "note");
    long reason = strtol(desk_text(q, "reason"), NULL, 10);
    bool held;
    int code = desk_find(s, a, q, &row, e);
    if (code == 0)
        code = desk_check_lease(s, a, q, row.id, r, &held, e);
    if (code || held)
        return code;
    if (row.stage != STAGE_REVIEW && row.stage != STAGE_HELD)
        return problem_set(r, PROBLEM_WRONG_STATE,
                           "当前状态是“%s”，不能改标记。", desk_state(&row));
    rule = rule_of(s, a, &row, id);
    if (!rule)
        return problem_set(r, PROBLEM_NOT_FOUND, "没有这条疑点。");
    if (!verdict[0]) {
        code = store_mark_delete(s->store, row.id, row.revision, id, e);
        return code && code != ERR_MISSING ? code : tag(a, r, &row);
    }
    wrong = refuse_mark(verdict, reason, note);
    if (wrong)
        return problem_set(r, PROBLEM_INVALID, "%s", wrong);
    const struct store_mark mark = {
        .application = row.id,
        .revision = row.revision,
        .finding = id,
        .code = rule,
        .mark = verdict,
        .reason = strcmp(verdict, "stands") == 0 ? 0 : reason,
        .note = note,
        .user = q->who.id,
        .updated_ms = q->now_ms};
    code = store_mark_put(s->store, &mark, e);
    return code ? code : tag(a, r, &row);
}

int desk_seen(struct service *s, struct arena *a, const struct request *q,
              struct response *r, struct err *e)
{
    struct store_application row;
    int slot = slot_from_name(desk_text(q, "slot"));
    long long page = jval_int(q->json, "page", 0),
              ms = jval_int(q->json, "ms", 0);
    int code = desk_find(s, a, q, &row, e);
    if (code)
        return code;
    if (slot < 0 || page < 1 || page > 1000)
        return problem_set(r, PROBLEM_INVALID, "没有这一页。");
    const struct store_seen seen = {
        .application = row.id,
        .revision = row.revision,
        .page = arena_printf(a, "%s-%lld", slot_name((enum slot)slot), page),
        .user = q->who.id,
        .spent_ms = ms < 0         ? 0
                    : ms > 3600000 ? 3600000
                                   : ms,
        .updated_ms = q->now_ms};
    code = store_seen_add(s->store, &seen, e);
    return code ? code : tag(a, r, &row);
}
