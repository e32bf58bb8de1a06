/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Decisions. One is bound to what its maker saw (If-Match) and to the stage, in
 * one statement of the store, so that of two only one can win. For a minute it
 * can be undone: the application has left the queue, but its state, and with
 * it what the applicant sees, changes only when the decision settles.
 */

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/api/api.h"
#include "intake/core/service.h"
#include "intake/store/ident.h"
#include "review/handlers.h"
#include "review/return_letter.h"
#include "rules/engine.h"
#include "rules/life_cycle.h"

enum {
    HOLD_MS = 24 * 3600 * 1000,
    TICK_MS = 1000,
    BATCH = 50,
    MAX_NOTE = 2000
};

enum action { ACTION_PASS, ACTION_RETURN, ACTION_REFUSE, ACTION_HOLD, ACTIONS };

static const struct {
    const char *name;
    enum store_stage stage;
    bool needs_second, has_letter;
} actions[ACTIONS] = {
    [ACTION_PASS] = {"pass", STAGE_PASSED, false, false},
    [ACTION_RETURN] = {"return", STAGE_RETURNED, false, true},
    [ACTION_REFUSE] = {"refuse", STAGE_REFUSED, true, true},
    [ACTION_HOLD] = {"hold", STAGE_HELD, false, false},
};

static int action_of(const char *name)
{
    for (int i = 0; i < ACTIONS; i++)
        if (strcmp(actions[i].name, name) == 0)
            return i;
    return -1;
}

/* What the letter says beyond the findings: the machine did not find it. */
static struct jval *missed_json(const struct jval *letter)
{
    const struct jval *list = jval_lookup(letter, "items");
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < jval_count(list); i++) {
        const struct jval *item = jval_at(list, i);
        const char *rule = jval_string(item, "rule", "");
        if (jval_string(item, "finding", NULL))
            continue;
        struct jval *j = jval_new_object();
        jval_set_string(j, "slot", jval_string(item, "slot", ""));
        jval_set_string(j, "rule", engine_lookup(rule) ? rule : "");
        jval_append(all, j);
    }
    return all;
}

/* The rules of what is marked as standing, what people found beside, and the
 * run that was judged. */
static const char *items_json(const struct desk_load *l,
                              const struct desk_marks *marks,
                              const struct jval *letter)
{
    struct jval *j = jval_new_object(), *rules = jval_new_array();
    struct str t;
    for (size_t i = 0; i < marks->n; i++)
        if (strcmp(marks->rows[i].mark, "stands") == 0)
            jval_append_string(rules, marks->rows[i].code);
    jval_set_string(j, "run", l->run.id ? l->run.id : "");
    jval_set(j, "rules", rules);
    jval_set(j, "missed", missed_json(letter));
    str_init(&t, 1 << 16);
    jval_print(j, false, &t);
    const char *s = arena_strdup(l->arena, t.s);
    str_done(&t);
    jval_free(j);
    return s;
}

/* --- what both steps check ----------------------------------------------- */

/* Whether it is answered already: not now, not by this one, not any more. */
static bool is_refused(struct service *s, struct arena *a,
                       const struct request *q,
                       const struct store_application *row, struct response *r,
                       int *ret_code, struct err *e)
{
    bool held = false;
    *ret_code = 0;
    if (action_of(desk_text(q, "action")) < 0)
        problem_set(r, PROBLEM_INVALID, "没有这种决定。");
    else if (desk_is_stale(a, q, row, r))
        return true;
    else if (row->stage != STAGE_REVIEW && row->stage != STAGE_HELD)
        problem_set(r, PROBLEM_WRONG_STATE, "当前状态是“%s”，不能作决定。",
                    desk_state(row));
    else {
        *ret_code = desk_check_lease(s, a, q, row->id, r, &held, e);
        return held || *ret_code;
    }
    return true;
}

/* Why this action may not be taken; "" when it may. */
static const char *hindrance(const struct desk_load *l,
                             const struct desk_stand *stand,
                             const struct request *q, enum action action)
{
    const char *reason = desk_text(q, "reason");
    if (strlen(desk_text(q, "note")) > MAX_NOTE || strlen(reason) > MAX_NOTE)
        return "备注过长。";
    switch (action) {
    case ACTION_PASS:
        return desk_hinders_pass(l, stand);
    case ACTION_RETURN:
        return desk_hinders_return(l, stand);
    case ACTION_REFUSE:
        return reason[0] ? "" : "请写明不予受理的原因。";
    case ACTION_HOLD:
        return reason[0] ? "" : "请写明挂起的原因。";
    default:
        return "没有这种决定。";
    }
}

/* What the applicant is told when the order cannot be dealt with online. */
static struct return_letter *refusal_letter(struct arena *a,
                                            const struct store_application *row,
                                            const char *reason)
{
    const struct return_letter_case c = {.order_no = row->order_no,
                                         .org_name = row->org_name};
    struct return_letter *l = return_letter_make(a, &c);
    struct return_letter_item *item =
        arena_new_struct(a, struct return_letter_item);
    *item = (struct return_letter_item){.cause = "person",
                                        .slot = SLOT_UNKNOWN,
                                        .title = "不能在线办理",
                                        .text = reason,
                                        .advice = "请带齐资料到现场办理。"};
    l->title = "不予受理通知书";
    l->intro = "您好！您的申请不在线上受理范围内，原因如下：";
    l->items = item;
    l->n_items = 1;
    l->closing = "如有疑问，请拨打客服电话 400-800-1040。";
    return l;
}

static int set_letter(struct service *s, const struct desk_load *l,
                      const struct desk_stand *stand, const struct request *q,
                      enum action action, struct store_decision *d,
                      struct response *r, struct err *e)
{
    struct return_letter *letter;
    int code = 0;
    if (!actions[action].has_letter)
        return 0;
    if (action == ACTION_REFUSE)
        letter = refusal_letter(l->arena, &l->row, desk_text(q, "reason"));
    else
        code =
            desk_make_letter(l, &stand->marks, jval_lookup(q->json, "letter"),
                             q->now_ms, &letter, e);
    if (code == ERR_FORMAT)
        return problem_set(r, PROBLEM_INVALID, "通知书的内容过长。");
    if (code)
        return code;
    if (letter->n_items == 0)
        return problem_set(r, PROBLEM_INVALID,
                           "退回时至少要有一条成立的疑点或一条说明。");
    d->letter = desk_seal_letter(s, l->arena, &l->row, letter, e);
    return d->letter.n ? 0 : e->code;
}

/* --- deciding ------------------------------------------------------------ */

static struct jval *decision_json(struct arena *a,
                                  const struct store_decision *d)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "id", d->id);
    jval_set_string(j, "action", d->action);
    jval_set_string(j, "state",
                    d->state == DECISION_SECOND    ? "waits_for_second"
                    : d->state == DECISION_PENDING ? "pending_send"
                    : d->state == DECISION_SETTLED ? "settled"
                    : d->state == DECISION_UNDONE  ? "undone"
                                                   : "overruled");
    desk_set_time(a, j, "undo_until", d->undo_until_ms);
    jval_set_bool(j, "needs_second", d->needs_second != 0);
    return j;
}

/* Held: until when and why stands in the application itself. */
static int hold(struct service *s, struct arena *a, const struct request *q,
                const char *id, struct err *e)
{
    struct store_application row;
    int code = store_application_get(s->store, a, id, &row, e);
    row.hold_until_ms = q->now_ms + HOLD_MS;
    row.hold_reason = desk_text(q, "reason");
    return code ? code : store_application_save(s->store, &row, e);
}

static int give_up_lease(struct service *s, struct arena *a,
                         const char *application, const char *user,
                         int64_t now_ms)
{
    struct store_lease lease = {0};
    int code = store_lease_get(s->store, a, application, now_ms, &lease, NULL);
    return code == 0 && lease.user && strcmp(lease.user, user) == 0
               ? store_lease_release(s->store, application, lease.token, NULL)
               : 0;
}

static int keep(struct service *s, const struct desk_load *l,
                const struct request *q, enum action action,
                struct store_decision *d, struct response *r, struct err *e)
{
    struct arena *a = l->arena;
    enum store_stage to =
        d->needs_second ? STAGE_SECOND : actions[action].stage;
    int code = store_decide(s->store, d, (enum store_stage)l->row.stage, to,
                            l->row.state, e);
    if (code == ERR_CONFLICT)
        return problem_set(r, PROBLEM_STALE,
                           "这件申请刚刚有了变化，请刷新后再决定。");
    if (code == 0 && action == ACTION_HOLD)
        code = hold(s, a, q, l->row.id, e);
    /* What was seen is named by its digest. */
    const char *saw = arena_printf(
        a, "{\"decision\":\"%s\",\"run\":\"%s\",\"report\":\"%s\"}", d->id,
        l->run.id ? l->run.id : "",
        l->run.report_sha256 ? l->run.report_sha256 : "");
    if (code == 0)
        code = desk_record(s, a, q->who.id, &l->row,
                           arena_printf(a, "decided.%s", d->action), saw, e);
    if (code)
        return code;
    give_up_lease(s, a, l->row.id, q->who.id, q->now_ms);
    return response_json(r, 201, decision_json(a, d));
}

static int decide(struct service *s, struct desk_load *l,
                  const struct request *q, struct response *r, struct err *e)
{
    struct arena *a = l->arena;
    enum action action = (enum action)action_of(desk_text(q, "action"));
    const char *reason = desk_text(q, "reason");
    struct desk_stand stand;
    int code = desk_stand(s, l, &l->row, &stand, e);
    if (code)
        return code;
    const char *why = hindrance(l, &stand, q, action);
    if (why[0])
        return problem_set(r, PROBLEM_INVALID, "%s", why);
    char *id = arena_alloc(a, IDENT, 1);
    ident_new(q->now_ms, id);
    struct store_decision d = {
        .id = id,
        .application = l->row.id,
        .revision = l->row.revision,
        .action = actions[action].name,
        .user = q->who.id,
        .items = items_json(
            l, &stand.marks,
            action == ACTION_RETURN ? jval_lookup(q->json, "letter") : NULL),
        .note = reason[0] ? reason : desk_text(q, "note"),
        .needs_second = actions[action].needs_second ||
                        (action == ACTION_PASS && desk_wants_second(l, &stand)),
        .undo_until_ms = q->now_ms + DESK_UNDO_MS,
        .created_ms = q->now_ms};
    r->status = 0;
    code = desk_keep_carried(s, &l->row, &stand.marks, e);
    if (code == 0)
        code = set_letter(s, l, &stand, q, action, &d, r, e);
    return code || r->status ? code : keep(s, l, q, action, &d, r, e);
}

int desk_decide(struct service *s, struct arena *a, const struct request *q,
                struct response *r, struct err *e)
{
    struct store_application row;
    struct desk_load *l;
    int code = desk_find(s, a, q, &row, e), refused;
    if (code)
        return code;
    if (is_refused(s, a, q, &row, r, &refused, e))
        return refused;
    if (q->step == 0)
        return desk_load(s, a, &row, NULL, DESK_BEFORE, r, e);
    code = desk_loaded(q, &l, e);
    if (code)
        return code;
    l->row = row;
    return decide(s, l, q, r, e);
}

/* --- afterwards ---------------------------------------------------------- */

static int find_decision(struct service *s, struct arena *a,
                         const struct request *q, struct store_decision *d,
                         struct store_application *row, struct err *e)
{
    int code = store_decision_get(s->store, a, request_param(q, "did"), d, e);
    return code ? code : api_find(s, a, q, d->application, row, e);
}

static int answer(struct service *s, struct arena *a, const char *id,
                  struct response *r, struct err *e)
{
    struct store_decision d;
    int code = store_decision_get(s->store, a, id, &d, e);
    return code ? code : response_json(r, 200, decision_json(a, &d));
}

int desk_undo(struct service *s, struct arena *a, const struct request *q,
              struct response *r, struct err *e)
{
    struct store_decision d;
    struct store_application row;
    int code = find_decision(s, a, q, &d, &row, e);
    if (code)
        return code;
    code = store_undo(s->store, d.id, q->who.id, q->now_ms, e);
    if (code == ERR_CONFLICT)
        return problem_set(r, PROBLEM_GONE,
                           "已经过了可以撤销的时间，或者不是您的决定。");
    if (code == 0)
        code = desk_record(s, a, q->who.id, &row, "undone", NULL, e);
    return code ? code : answer(s, a, d.id, r, e);
}

int desk_second(struct service *s, struct arena *a, const struct request *q,
                struct response *r, struct err *e)
{
    struct store_decision d;
    struct store_application row;
    const char *verdict = desk_text(q, "verdict"), *note = desk_text(q, "note");
    bool agrees = strcmp(verdict, "agree") == 0;
    int code = find_decision(s, a, q, &d, &row, e);
    if (code)
        return code;
    int action = action_of(d.action);
    if ((!agrees && strcmp(verdict, "disagree") != 0) || action < 0)
        return problem_set(r, PROBLEM_INVALID, "复核意见须为同意或不同意。");
    if (strlen(note) > MAX_NOTE || (!agrees && !note[0]))
        return problem_set(r, PROBLEM_INVALID,
                           note[0] ? "备注过长。" : "不同意时请写明理由。");
    if (strcmp(d.user, q->who.id) == 0)
        return problem_set(r, PROBLEM_FOUR_EYES, "不能复核自己经手的件。");
    code = store_second(s->store, d.id, q->who.id, agrees, note,
                        actions[action].stage, row.state, q->now_ms,
                        q->now_ms + DESK_UNDO_MS, e);
    if (code == ERR_CONFLICT)
        return problem_set(r, PROBLEM_WRONG_STATE, "这个决定不在等待复核。");
    if (code == 0)
        code =
            desk_record(s, a, q->who.id, &row,
                        agrees ? "second.agreed" : "second.disagreed", NULL, e);
    return code ? code : answer(s, a, d.id, r, e);
}

/* --- settling ------------------------------------------------------------ */

static enum order_event return_event(const struct store_decision *d)
{
    enum { RULES = 64 };
    const char *rules[RULES];
    size_t n = 0;
    struct jval *j;
    if (!d->items || jval_parse(d->items, strlen(d->items), &j, NULL))
        return ON_FAIL;
    const struct jval *list = jval_lookup(j, "rules");
    for (size_t i = 0; i < jval_count(list) && n < RULES; i++)
        rules[n++] = jval_string_value(jval_at(list, i), "");
    enum order_event event = life_cycle_return_event(rules, n);
    jval_free(j);
    return event;
}

/* The life cycle's step that the decision is. */
static int move(struct store_application *row, const struct store_decision *d,
                struct err *e)
{
    int action = action_of(d->action);
    int from = life_cycle_state_from_name(row->state ? row->state : "");
    enum order_state to;
    if (action == ACTION_HOLD)
        return 0;
    if (from < 0)
        return err_set(e, ERR_FORMAT, "state %s", row->state);
    enum order_event event = action == ACTION_PASS     ? ON_PASS
                             : action == ACTION_REFUSE ? ON_FAIL_KEY
                                                       : return_event(d);
    int r = life_cycle_move((enum order_state)from, event, &to, e);
    if (r == 0)
        row->state = life_cycle_state_name(to);
    return r;
}

static int settle(struct service *s, struct arena *a,
                  const struct store_decision *d, struct err *e)
{
    struct store_application row;
    int r = store_application_get(s->store, a, d->application, &row, e);
    if (r == 0)
        r = move(&row, d, e);
    if (r == 0 && strcmp(d->action, actions[ACTION_HOLD].name) != 0)
        r = store_application_save(s->store, &row, e);
    if (r == 0)
        r = store_settle(s->store, d->id, s->now_ms, e);
    if (r == 0)
        r = desk_record(s, a, d->user, &row,
                        arena_printf(a, "settled.%s", d->action), NULL, e);
    return r;
}

/* Back into the queue. */
static int wake_held(struct service *s, struct arena *a, struct err *e)
{
    const char *const *ids;
    size_t n;
    int r = store_applications_held_over(s->store, a, s->now_ms, BATCH, &ids,
                                         &n, e);
    for (size_t i = 0; i < n && r == 0; i++) {
        struct store_application row;
        r = store_application_get(s->store, a, ids[i], &row, e);
        if (r)
            break;
        row.stage = STAGE_REVIEW;
        row.hold_until_ms = 0;
        r = store_application_save(s->store, &row, e);
        if (r == 0)
            r = desk_record(s, a, "", &row, "hold.over", NULL, e);
    }
    return r;
}

int desk_settle(struct service *s, struct err *e)
{
    struct arena *a = arena_new(64 << 20);
    struct store_decision *due;
    size_t n;
    int r = store_decisions_due(s->store, a, s->now_ms, BATCH, &due, &n, e);
    for (size_t i = 0; i < n && r == 0; i++)
        r = settle(s, a, &due[i], e);
    if (r == 0)
        r = wake_held(s, a, e);
    arena_free(a);
    return r;
}

static void tick(struct service *s, void *context)
{
    struct err e = {0};
    (void)context;
    if (desk_settle(s, &e))
        service_tell(s, "trouble", "", "{\"what\":\"settle\"}");
}

int desk_open(struct service *s, struct arena *a, struct err *e)
{
    (void)a;
    (void)e;
    service_every(s, TICK_MS, tick, NULL);
    return 0;
}
