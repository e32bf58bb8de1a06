/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The checklist's answers, and what is decided about the papers. */

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "intake/api/api.h"
#include "intake/api/checklist.h"
#include "intake/core/service.h"
#include "intake/store/store_paper.h"
#include "review/handlers.h"
#include "review/paper.h"

enum { MAX_NOTE = 500 };

/* --- an answer ----------------------------------------------------------- */

static const char *refuse(const struct check_item *item, const char *answer,
                          const char *note)
{
    bool bad = strcmp(answer, "bad") == 0;
    bool not_needed = strcmp(answer, "not_needed") == 0;
    if (item->kind == CHECK_TOLD)
        return "这一项是给申请人的提醒，不用核对。";
    if (!bad && !not_needed && strcmp(answer, "ok") != 0)
        return "核对结果须为合格、不合格或不需要。";
    if (not_needed && item->slot != SLOT_SEAL_SHEET)
        return "这一项不能记为不需要。";
    if (bad && !note[0])
        return "请写明哪里不合格，申请人会看到。";
    return strlen(note) > MAX_NOTE ? "备注过长。" : NULL;
}

static int put_answer(struct service *s, const struct request *q,
                      const struct store_application *row,
                      const struct check_item *item, struct err *e)
{
    const char *answer = desk_text(q, "answer");
    const struct store_paper_check c = {.application = row->id,
                                        .item = item->id,
                                        .answer = answer,
                                        .note = desk_text(q, "note"),
                                        .user = q->who.id,
                                        .updated_ms = q->now_ms};
    return answer[0] ? store_paper_check_put(s->store, &c, e)
                     : store_paper_check_delete(s->store, row->id, item->id, e);
}

/* What was approved may still turn out bad; then it is decided anew. */
static bool is_second_thought(const struct store_application *row,
                              const char *answer)
{
    int state = life_cycle_state_from_name(row->state ? row->state : "");
    return state == ORDER_PAPERS_APPROVED && strcmp(answer, "bad") == 0;
}

int desk_paper_check(struct service *s, struct arena *a,
                     const struct request *q, struct response *r, struct err *e)
{
    struct store_application row;
    const struct check_item *item = checklist_find(request_param(q, "item"));
    const char *answer = desk_text(q, "answer"), *wrong;
    int code = desk_find(s, a, q, &row, e);
    if (code)
        return code;
    if (!item)
        return problem_set(r, PROBLEM_NOT_FOUND, "核对单里没有这一项。");
    if (!paper_is_open(&row) && !is_second_thought(&row, answer))
        return problem_set(r, PROBLEM_WRONG_STATE,
                           "当前状态是“%s”，不能核对纸质资料。",
                           desk_state(&row));
    wrong = answer[0] ? refuse(item, answer, desk_text(q, "note")) : NULL;
    if (wrong)
        return problem_set(r, PROBLEM_INVALID, "%s", wrong);
    code = put_answer(s, q, &row, item, e);
    if (code == 0) /* its version tells who decides on what he has seen */
        code = store_application_save(s->store, &row, e);
    if (code == 0)
        code =
            desk_record(s, a, q->who.id, &row, "paper.checked",
                        arena_printf(a, "{\"item\":\"%s\",\"answer\":\"%s\"}",
                                     item->id, answer),
                        e);
    if (code)
        return code;
    struct jval *j = jval_new_object();
    jval_set_string(j, "etag", api_etag(a, &row));
    return response_json(r, 200, j);
}

/* --- the decision -------------------------------------------------------- */

static const struct {
    const char *name;
    enum order_event event;
    enum store_stage stage;
} actions[] = {
    {"pass", ON_PAPER_PASS, STAGE_MAKING},
    {"deficient", ON_PAPER_DEFICIENT, STAGE_PAPER},
};

enum { ACTIONS = sizeof actions / sizeof *actions };

/* The clerk's own words, for colleagues: whether papers are awaited, or lack
 * something and nobody can be reached (W05). */
static int keep_note(struct service *s, const struct request *q,
                     const struct paper *p, struct err *e)
{
    const struct store_paper_check c = {.application = p->row.id,
                                        .item = "W05",
                                        .answer = "ok",
                                        .note = desk_text(q, "note"),
                                        .user = q->who.id,
                                        .updated_ms = q->now_ms};
    return c.note[0] ? store_paper_check_put(s->store, &c, e) : 0;
}

/* What was lacking is told with the answers as they are now; they stay, so that
 * only what was bad has to be looked at again. */
static int decide(struct service *s, struct arena *a, const struct request *q,
                  struct paper *p, size_t i, struct response *r, struct err *e)
{
    const char *why = paper_hinders(p, actions[i].event);
    enum order_state to;
    int from = life_cycle_state_from_name(p->row.state);
    if (why[0])
        return problem_set(r, PROBLEM_INVALID, "%s", why);
    if (strlen(desk_text(q, "note")) > MAX_NOTE)
        return problem_set(r, PROBLEM_INVALID, "备注过长。");
    int code =
        life_cycle_move((enum order_state)from, actions[i].event, &to, e);
    if (code)
        return code;
    p->row.state = life_cycle_state_name(to);
    p->row.stage = actions[i].stage;
    p->row.updated_ms = q->now_ms;
    code = store_application_save(s->store, &p->row, e);
    if (code == ERR_CONFLICT)
        return problem_set(r, PROBLEM_STALE, "申请刚刚有了变化，请刷新。");
    if (code == 0)
        code = keep_note(s, q, p, e);
    const char *saw = arena_printf(
        a, "{\"run\":\"%s\",\"report\":\"%s\"}",
        p->papers.run ? p->papers.run : "",
        p->load->run.report_sha256 ? p->load->run.report_sha256 : "");
    if (code == 0)
        code =
            desk_record(s, a, q->who.id, &p->row,
                        arena_printf(a, "event.%s",
                                     life_cycle_event_name(actions[i].event)),
                        saw, e);
    return code ? code : desk_answer_state(a, &p->row, r);
}

int desk_paper_decide(struct service *s, struct arena *a,
                      const struct request *q, struct response *r,
                      struct err *e)
{
    struct paper p;
    size_t i = 0;
    while (i < ACTIONS && strcmp(actions[i].name, desk_text(q, "action")) != 0)
        i++;
    if (i == ACTIONS)
        return problem_set(r, PROBLEM_INVALID, "没有这种决定。");
    if (q->step == 0)
        return paper_load(s, a, q, r, e);
    int code = paper_loaded(s, a, q, &p, e);
    if (code || desk_is_stale(a, q, &p.row, r))
        return code;
    return decide(s, a, q, &p, i, r, e);
}
