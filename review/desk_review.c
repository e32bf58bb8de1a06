/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The application's page in one answer: values beside their crops, papers,
 * findings with marks, who holds it, what has happened, what may be done. */

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "intake/api/api.h"
#include "intake/api/form.h"
#include "intake/core/service.h"
#include "review/handlers.h"
#include "review/history.h"

/* All rows that the answer is made of. */
struct page {
    struct desk_load *load;
    struct store_application row;
    struct desk_stand stand;
    struct history before;
    struct store_document *documents;
    size_t n_documents;
    struct store_decision *decisions;
    size_t n_decisions;
    struct store_lease lease;
    struct form_stated stated;
    bool reveal;
};

static struct jval *mark_json(struct service *s, struct arena *a,
                              const struct store_mark *m)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "verdict", m->mark);
    jval_set_string(
        j, "reason",
        m->reason > 0 ? arena_printf(a, "%lld", (long long)m->reason) : "");
    jval_set_string(j, "note", m->note ? m->note : "");
    jval_set_string(j, "by", desk_name(s, a, m->user));
    desk_set_time(a, j, "at", m->updated_ms);
    if (m->carried)
        jval_set_int(j, "carried", (long long)m->carried);
    else
        jval_set_null(j, "carried");
    return j;
}

static struct jval *finding_json(struct service *s, const struct page *p,
                                 const struct jval *findings, size_t i)
{
    struct arena *a = p->load->arena;
    struct jval *j = jval_copy(jval_at(findings, i));
    const char *id = desk_finding_id(a, findings, i);
    const struct store_mark *m = desk_mark_find(&p->stand.marks, id);
    jval_set_string(j, "id", id);
    jval_set_int(j, "number", (long long)i + 1);
    if (!jval_lookup(j, "slot"))
        jval_set_null(j, "slot");
    if (!jval_lookup(j, "page"))
        jval_set_null(j, "page");
    if (!jval_lookup(j, "advice_zh"))
        jval_set_string(j, "advice_zh", "");
    jval_set_or_null(j, "mark", m ? mark_json(s, a, m) : NULL);
    jval_set_bool(j, "new",
                  p->before.is_again &&
                      !history_had(&p->before, jval_at(findings, i)));
    return j;
}

/* The newest decision that is still open or in force. */
/* The last of this revision that nobody took back; NULL when there is none, or
 * it was a hold that is over. */
static const struct store_decision *last_decision(const struct page *p)
{
    const struct store_decision *d = NULL;
    for (size_t i = 0; i < p->n_decisions; i++)
        if (p->decisions[i].state != DECISION_UNDONE &&
            p->decisions[i].revision == p->row.revision)
            d = &p->decisions[i];
    bool is_over =
        d && d->state == DECISION_SETTLED && p->row.stage == STAGE_REVIEW;
    return is_over ? NULL : d;
}

static struct jval *decision_json(struct service *s, const struct page *p)
{
    struct arena *a = p->load->arena;
    const struct store_decision *d = last_decision(p);
    if (!d || d->state == DECISION_OVERRULED)
        return NULL;
    struct jval *j = jval_new_object();
    bool open = d->state == DECISION_PENDING || d->state == DECISION_SECOND;
    jval_set_string(j, "id", d->id);
    jval_set_string(j, "action", d->action);
    jval_set_string(j, "by", desk_name(s, a, d->user));
    desk_set_time(a, j, "at", d->created_ms);
    desk_set_time(a, j, "undo_until", open ? d->undo_until_ms : 0);
    jval_set_bool(j, "needs_second", d->state == DECISION_SECOND);
    jval_set_string(j, "note", d->note ? d->note : "");
    return j;
}

/* What the second person did not agree to, while nothing else was decided. */
static struct jval *overruled_json(struct service *s, const struct page *p)
{
    struct arena *a = p->load->arena;
    const struct store_decision *d = last_decision(p);
    if (!d || d->state != DECISION_OVERRULED)
        return NULL;
    struct jval *j = jval_new_object();
    jval_set_string(j, "action", d->action);
    jval_set_string(j, "by", desk_name(s, a, d->second_user));
    desk_set_time(a, j, "at", d->second_ms);
    jval_set_string(j, "note", d->second_note ? d->second_note : "");
    return j;
}

static void set_rights(struct service *s, struct jval *j, const struct page *p,
                       const struct request *q)
{
    struct arena *a = p->load->arena;
    struct jval *may = jval_new_object(), *missing = jval_new_array();
    bool is_here = p->row.stage == STAGE_REVIEW || p->row.stage == STAGE_HELD;
    bool others = p->lease.user && strcmp(p->lease.user, q->who.id) != 0;
    const char *why =
        !permission_has(PERMIT_DECIDE, q->who.roles) ? "您没有审核权限。"
        : !is_here ? arena_printf(a, "当前状态是“%s”，不能作决定。",
                                  desk_state(&p->row))
        : others ? arena_printf(a, "%s正在处理这件申请。",
                                desk_name(s, a, p->lease.user))
                 : "";
    const char *hindrances[] = {desk_hinders_pass(p->load, &p->stand),
                                desk_hinders_return(p->load, &p->stand)};
    for (size_t i = 0; i < 2; i++)
        if (hindrances[i][0] &&
            (i == 0 || strcmp(hindrances[0], hindrances[1]) != 0))
            jval_append_string(missing, hindrances[i]);
    jval_set_bool(may, "decide", !why[0]);
    jval_set_string(may, "why", why);
    jval_set_string(may, "pass", hindrances[0]);
    jval_set_string(may, "return", hindrances[1]);
    jval_set_bool(may, "second", desk_wants_second(p->load, &p->stand));
    jval_set(j, "may", may);
    jval_set(j, "missing", missing);
}

static void set_head(struct service *s, struct jval *j, const struct page *p)
{
    struct arena *a = p->load->arena;
    const struct store_application *x = &p->row;
    jval_set_string(j, "id", x->id);
    jval_set_string(j, "order_no", x->order_no ? x->order_no : "");
    jval_set_string(j, "org_name", x->org_name ? x->org_name : "");
    jval_set_string(j, "state", desk_state(x));
    jval_set_string(j, "public_state", desk_public_state(x));
    jval_set_int(j, "revision", (long long)x->revision);
    jval_set_int(j, "round", (long long)x->rounds + 1);
    jval_set_string(j, "kind", desk_kind(x));
    jval_set_string(j, "project", x->project ? x->project : "");
    desk_set_time(a, j, "submitted_at", x->submitted_ms);
    desk_set_time(a, j, "due_at", x->due_ms);
    desk_set_verdict(j, x);
    jval_set_string(j, "etag", api_etag(a, x));
    (void)s;
}

/* The next of the same list, for the browser to fetch ahead; or NULL. */
static const char *next_of(struct service *s, struct arena *a,
                           const struct page *p, int64_t now_ms)
{
    const struct store_queue_query query = {
        .view = p->row.verdict == STORED_CLEAN ? VIEW_CLEAN : VIEW_FLAGGED,
        .limit = 10,
        .now_ms = now_ms};
    struct store_queue_row *rows;
    size_t n;
    const char *next;
    if (store_queue(s->store, a, &query, &rows, &n, &next, NULL))
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (!rows[i].lease.user &&
            strcmp(rows[i].application.id, p->row.id) != 0)
            return rows[i].application.id;
    return NULL;
}

static int gather(struct service *s, struct arena *a, const struct request *q,
                  struct page *p, struct err *e)
{
    int r = desk_find(s, a, q, &p->row, e);
    if (r == 0)
        r = desk_stand(s, p->load, &p->row, &p->stand, e);
    if (r == 0)
        r = history_before(s, a, &p->row, &p->before, e);
    if (r == 0)
        r = store_documents(s->store, a, p->row.id, false, &p->documents,
                            &p->n_documents, e);
    if (r == 0)
        r = store_decisions(s->store, a, p->row.id, &p->decisions,
                            &p->n_decisions, e);
    if (r == 0 && p->row.form.n > 0)
        r = form_stated(s, a, &p->row, &p->stated, e);
    if (r == 0)
        r = store_lease_get(s->store, a, p->row.id, q->now_ms, &p->lease, e);
    return r == ERR_MISSING ? 0 : r;
}

/* What the applicant said himself and a person has to find out; NULL: there is
 * nothing of it. */
static struct jval *stated_json(const struct page *p)
{
    static const char *const words[] = {
        [TRI_UNKNOWN] = "", [TRI_NO] = "没有", [TRI_YES] = "有"};
    const struct form_stated *t = &p->stated;
    if (!t->verification && t->prior_main_key == TRI_UNKNOWN)
        return NULL;
    struct jval *j = jval_new_object();
    jval_set_string(j, "verification", t->verification ? t->verification : "");
    jval_set_string(j, "prior_main_key", words[t->prior_main_key]);
    return j;
}

static int answer(struct service *s, const struct request *q,
                  const struct page *p, struct response *r, struct err *e)
{
    struct arena *a = p->load->arena;
    struct jval *j = jval_new_object(), *list = jval_new_array(), *past;
    const struct jval *findings = jval_lookup(p->load->report, "findings");
    int code = history_json(s, a, p->row.id, &past, e);
    set_head(s, j, p);
    jval_set_or_null(j, "lease",
                     p->lease.user ? desk_lease_json(s, a, q->who.id, &p->lease)
                                   : NULL);
    jval_set_string(j, "next", next_of(s, a, p, q->now_ms));
    jval_set(j, "compare", desk_compare(p->load, p->reveal));
    jval_set(j, "documents",
             desk_papers(p->load, p->stand.seen, p->stand.n_seen, p->documents,
                         p->n_documents));
    for (size_t i = 0; i < jval_count(findings); i++)
        jval_append(list, finding_json(s, p, findings, i));
    jval_set(j, "findings", list);
    jval_set_or_null(j, "stated", stated_json(p));
    jval_set(j, "gone", history_gone(a, &p->before, findings));
    jval_set(j, "changes",
             history_changes(p->load, &p->row, p->documents, p->n_documents));
    jval_set(j, "history", past);
    jval_set_or_null(j, "decision", decision_json(s, p));
    jval_set_or_null(j, "overruled", overruled_json(s, p));
    set_rights(s, j, p, q);
    jval_set(j, "events", desk_events(q, &p->row));
    r->etag = api_etag(a, &p->row);
    if (code == 0)
        return response_json(r, 200, j);
    jval_free(j);
    return code;
}

int desk_review(struct service *s, struct arena *a, const struct request *q,
                struct response *r, struct err *e)
{
    struct page p = {.reveal = request_query_int(q, "reveal", 0, 0, 1) == 1};
    if (p.reveal && !permission_has(PERMIT_REVEAL, q->who.roles))
        return problem_set(r, PROBLEM_FORBIDDEN, "没有查看完整号码的权限。");
    if (q->step == 0) {
        int code = desk_find(s, a, q, &p.row, e);
        if (code == 0 && p.reveal)
            code = desk_record_reveal(s, a, q->who.id, &p.row, e);
        return code ? code : desk_load(s, a, &p.row, NULL, DESK_BEFORE, r, e);
    }
    int code = desk_loaded(q, &p.load, e);
    if (code == 0)
        code = gather(s, a, q, &p, e);
    return code ? code : answer(s, q, &p, r, e);
}
