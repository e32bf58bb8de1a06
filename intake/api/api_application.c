/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An application from its opening to its submission. */

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/api/api.h"
#include "intake/api/form.h"
#include "intake/api/quota.h"
#include "intake/blob/vault.h"
#include "intake/bundle.h"
#include "intake/queue/jobs.h"
#include "intake/queue/process.h"
#include "intake/store/audit.h"
#include "intake/store/ident.h"
#include "rules/life_cycle.h"

enum { DUE_MS = 2 * 24 * 3600 * 1000 }; /* the notice: within two days */

static bool is_client(const struct request *q)
{
    return q->who.roles & ROLE_CLIENT;
}

/* The form in the body; false when the answer already says what is wrong. */
static bool read_form(struct arena *a, const struct request *q,
                      struct response *r, struct form *ret)
{
    struct bundle b;
    if (!q->json) {
        problem_set(r, PROBLEM_BAD_JSON, "请提交 JSON 格式的申请信息。");
        return false;
    }
    if (bundle_read_order(a, q->json, &b, NULL) == 0) {
        *ret = (struct form){q->json, b.order, is_client(q)};
        return true;
    }
    struct jval *more = jval_new_object(), *errors = jval_new_array();
    for (size_t i = 0; i < b.n_mistakes; i++)
        jval_append_string(errors, b.mistakes[i]);
    jval_set(more, "errors", errors);
    problem_set_more(r, PROBLEM_INVALID, "申请信息里有填写不合格的项。", more);
    return false;
}

/* The order number is one of the platform's: only one application of it may be
 * under way. */
static bool is_taken(struct service *s, struct arena *a, const char *order_no,
                     const char *own_id, struct response *r)
{
    struct store_application other;
    if (!order_no || !*order_no ||
        store_application_by_order(s->store, a, order_no, &other, NULL) ||
        strcmp(other.id, own_id) == 0 || other.revision == 0 ||
        other.stage == STAGE_WITHDRAWN || other.stage == STAGE_REFUSED ||
        other.erased_ms)
        return false;
    problem_set(r, PROBLEM_WRONG_STATE, "订单 %s 已有申请正在办理。", order_no);
    return true;
}

static int answer_created(struct arena *a, struct response *r, const char *id,
                          const char *code)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "id", id);
    jval_set_string(j, "access_code", code);
    r->location = arena_printf(a, "/api/v1/applications/%s", id);
    return response_json(r, 201, j);
}

int api_create(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    char id[IDENT], code[VAULT_TOKEN], hash[VAULT_HASH];
    struct form form;
    ident_new(s->now_ms, id);
    if (api_is_crowded(s, r) || quota_applications_are_used_up(s, q, r) ||
        !read_form(a, q, r, &form) ||
        is_taken(s, a, form.order.order_no, id, r))
        return 0;
    vault_token(code);
    vault_token_hash(s->vault, code, hash);
    struct store_application row = {.id = id,
                                    .state = life_cycle_state_name(ORDER_DRAFT),
                                    .stage = STAGE_DRAFT,
                                    .origin = is_client(q) ? "api" : "portal",
                                    .client = is_client(q) ? q->who.id : NULL,
                                    .access_hash = hash,
                                    .data_key = vault_new_key(s->vault, a, id),
                                    .created_ms = s->now_ms,
                                    .updated_ms = s->now_ms};
    int failed = form_put(s, a, &row, &form, e);
    if (failed == 0)
        failed = store_application_add(s->store, &row, e);
    if (failed == 0)
        failed = api_record(s, a, api_actor(q), &row, "application.created", e);
    return failed ? failed : answer_created(a, r, id, code);
}

int api_mine(struct service *s, struct arena *a, const struct request *q,
             struct response *r, struct err *e)
{
    struct store_application row;
    if (!q->who.application)
        return problem_set(r, PROBLEM_NOT_FOUND, "请凭访问码查看本人的申请。");
    int failed =
        store_application_get(s->store, a, q->who.application, &row, e);
    return failed ? failed : api_answer(s, a, r, 200, &row, e);
}

int api_show(struct service *s, struct arena *a, const struct request *q,
             struct response *r, struct err *e)
{
    struct store_application row;
    int failed = api_find(s, a, q, request_param(q, "id"), &row, e);
    return failed ? failed : api_answer(s, a, r, 200, &row, e);
}

/* Answers 412 unless the asker has seen the application as it is. */
static bool is_stale(struct arena *a, const struct request *q,
                     struct response *r, const struct store_application *row)
{
    const char *now = api_etag(a, row), *at = q->if_match ? q->if_match : "";
    size_t n = strlen(now);
    if (strcmp(at, "*") == 0)
        return false;
    if (*at == '"')
        at++;
    if (strncmp(at, now, n) == 0 && (at[n] == '"' || at[n] == '\0'))
        return false;
    struct jval *more = jval_new_object();
    jval_set_string(more, "current", now);
    problem_set_more(r, PROBLEM_STALE, "申请在您查看之后有改动，请刷新。",
                     more);
    return true;
}

/* What is printed is compared with the form, so it has to be read again; what
 * was told about the papers themselves stays. */
static int measure_again(struct service *s, struct arena *a,
                         const struct store_application *row, struct err *e)
{
    struct store_document *all;
    size_t n = 0;
    int r = store_documents(s->store, a, row->id, false, &all, &n, e);
    for (size_t i = 0; i < n && r == 0; i++)
        if (strcmp(all[i].quick, "queued") != 0)
            r = jobs_add(s, PROCESS_MEASURE, row, all[i].id, URGENCY_BULK, e);
    return r;
}

int api_change(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    struct store_application row;
    struct order was;
    struct form form;
    int failed = api_find(s, a, q, request_param(q, "id"), &row, e);
    if (failed == 0)
        failed = form_order(s, a, &row, row.form, &was, e);
    if (failed)
        return failed;
    if (!api_is_open(&row))
        return problem_set(r, PROBLEM_WRONG_STATE,
                           "提交之后不能修改申请信息。");
    if (is_stale(a, q, r, &row) || !read_form(a, q, r, &form) ||
        is_taken(s, a, form.order.order_no, row.id, r))
        return 0;
    form.is_vouched |= form_keeps_word(&was, &form.order);
    row.updated_ms = s->now_ms;
    failed = form_put(s, a, &row, &form, e);
    if (failed == 0)
        failed = store_application_save(s->store, &row, e);
    if (failed == 0)
        failed = api_record(s, a, api_actor(q), &row, "application.changed", e);
    if (failed == 0)
        failed = measure_again(s, a, &row, e);
    return failed ? failed : api_answer(s, a, r, 200, &row, e);
}

/* --- submit ------------------------------------------------------------ */

static const char *documents_text(struct arena *a,
                                  const struct store_document *all, size_t n)
{
    enum { MAX = 4096 };
    struct jval *j = jval_new_object();
    struct str t;
    for (size_t i = 0; i < n; i++)
        jval_set_string(j, all[i].slot, all[i].id);
    str_init(&t, MAX);
    jval_print(j, false, &t);
    jval_free(j);
    const char *text = arena_strdup(a, t.s ? t.s : "{}");
    str_done(&t);
    return text;
}

/* Sent again as it was returned: nobody is helped by looking a second time. */
static bool is_unchanged(struct service *s, struct arena *a,
                         const struct store_application *row,
                         const char *documents)
{
    struct store_revision last;
    struct jval *now, *then;
    struct str x, y;
    if (row->revision == 0 ||
        store_revision_get(s->store, a, row->id, row->revision, &last, NULL) ||
        strcmp(last.documents, documents) != 0 ||
        form_get(s, a, row, row->form, &now, NULL))
        return false;
    if (form_get(s, a, row, last.form, &then, NULL)) {
        jval_free(now);
        return false;
    }
    str_init(&x, 1 << 20);
    str_init(&y, 1 << 20);
    jval_print(now, false, &x);
    jval_print(then, false, &y);
    bool same = x.len == y.len && memcmp(x.s, y.s, x.len) == 0;
    str_done(&x);
    str_done(&y);
    jval_free(now);
    jval_free(then);
    return same;
}

/* A new round: refusals are counted from nothing again, and checks that have
 * not begun are part of the run. */
static int freeze(struct service *s, struct store_application *row,
                  struct store_document *all, size_t n, const char *documents,
                  struct err *e)
{
    const struct store_revision revision = {.application = row->id,
                                            .number = row->revision,
                                            .submitted_ms = s->now_ms,
                                            .form = row->form,
                                            .documents = documents};
    int r = store_revision_add(s->store, &revision, e);
    if (r == 0)
        r = store_jobs_cancel(s->store, row->id, s->now_ms, e);
    for (size_t i = 0; i < n && r == 0; i++) {
        bool waits = strcmp(all[i].quick, "queued") == 0;
        if (all[i].refusals == 0 && !waits)
            continue;
        all[i].refusals = 0;
        if (waits)
            all[i].quick = "none";
        r = store_document_save(s->store, &all[i], e);
    }
    return r;
}

int api_submit_row(struct service *s, struct arena *a, const struct request *q,
                   struct store_application *row, struct store_document *all,
                   size_t n, enum urgency urgency, struct err *e)
{
    enum order_state to;
    int state = life_cycle_state_from_name(row->state);
    enum order_event event = row->revision == 0 ? ON_SUBMIT : ON_RESUBMIT;
    int r = life_cycle_move((enum order_state)state, event, &to, e);
    if (r)
        return r;
    row->state = life_cycle_state_name(to);
    row->stage = STAGE_MEASURING;
    row->revision++;
    row->submitted_ms = row->updated_ms = s->now_ms;
    row->due_ms = s->now_ms + DUE_MS;
    row->decided_ms = 0;
    r = freeze(s, row, all, n, documents_text(a, all, n), e);
    if (r == 0)
        r = store_application_save(s->store, row, e);
    if (r == 0)
        r = jobs_add(s, PROCESS_RUN, row, NULL, urgency, e);
    return r ? r
             : api_record(s, a, q ? api_actor(q) : row->origin, row,
                          "application.submitted", e);
}

int api_submit(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    struct store_application row;
    struct store_document *all = NULL;
    struct order order;
    size_t n = 0;
    int failed = api_find(s, a, q, request_param(q, "id"), &row, e);
    if (failed == 0)
        failed = form_order(s, a, &row, row.form, &order, e);
    if (failed == 0)
        failed = store_documents(s->store, a, row.id, false, &all, &n, e);
    if (failed || api_is_crowded(s, r))
        return failed;
    const char *why = api_hindrance(a, &row, &order, all, n, !is_client(q));
    if (*why)
        return problem_set(
            r, api_is_open(&row) ? PROBLEM_INVALID : PROBLEM_WRONG_STATE, "%s",
            why);
    if (is_taken(s, a, row.order_no, row.id, r))
        return 0;
    if (is_unchanged(s, a, &row, documents_text(a, all, n)))
        return problem_set(r, PROBLEM_INVALID,
                           "申请和材料与上次退回时完全相同，请修改后再提交。");
    failed = api_submit_row(s, a, q, &row, all, n, api_urgency(q), e);
    return failed ? failed : api_answer(s, a, r, 200, &row, e);
}

int api_withdraw(struct service *s, struct arena *a, const struct request *q,
                 struct response *r, struct err *e)
{
    struct store_application row;
    enum order_state to;
    int failed = api_find(s, a, q, request_param(q, "id"), &row, e);
    if (failed)
        return failed;
    int state = life_cycle_state_from_name(row.state);
    if (state < 0 ||
        life_cycle_move((enum order_state)state, ON_DELETE, &to, NULL))
        return problem_set(
            r, PROBLEM_WRONG_STATE,
            "只有被退回的订单可以删除；现在的状态是“%s”。",
            state < 0 ? row.state : life_cycle_status((enum order_state)state));
    row.state = life_cycle_state_name(to);
    row.stage = STAGE_WITHDRAWN;
    row.updated_ms = s->now_ms;
    failed = store_jobs_cancel(s->store, row.id, s->now_ms, e);
    if (failed == 0)
        failed = store_application_save(s->store, &row, e);
    if (failed == 0)
        failed =
            api_record(s, a, api_actor(q), &row, "application.withdrawn", e);
    return failed ? failed : api_answer(s, a, r, 200, &row, e);
}
