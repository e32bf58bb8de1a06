/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What happens outside and is reported here: payment, the token made and sent.
 * The life cycle says which of it may be now. */

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "intake/api/api.h"
#include "intake/core/service.h"
#include "review/handlers.h"
#include "rules/life_cycle.h"

/* Events of this address, and the list of the desk that comes of them. What is
 * decided here and what the applicant does has addresses of its own. */
static const struct {
    enum order_event event;
    enum store_stage stage;
} events[] = {
    {ON_PAY, STAGE_PAPER},
    {ON_MAKE, STAGE_MAKING},
    {ON_DISPATCH, STAGE_SENT},
};

static const size_t n_events = sizeof events / sizeof *events;

static size_t find(const char *name)
{
    int event = life_cycle_event_from_name(name);
    size_t i = 0;
    while (i < n_events && (int)events[i].event != event)
        i++;
    return i;
}

int desk_answer_state(struct arena *a, const struct store_application *row,
                      struct response *r)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "id", row->id);
    jval_set_string(j, "state", row->state);
    jval_set_string(j, "public_state", desk_public_state(row));
    jval_set_string(j, "etag", api_etag(a, row));
    return response_json(r, 200, j);
}

struct jval *desk_events(const struct request *q,
                         const struct store_application *row)
{
    struct jval *list = jval_new_array();
    int from = life_cycle_state_from_name(row->state ? row->state : "");
    for (size_t i = 0; i < n_events && from >= 0; i++) {
        const enum order_event event = events[i].event;
        if (!permission_has(PERMIT_LIFE_CYCLE, q->who.roles) ||
            !life_cycle_allows((enum order_state)from, event))
            continue;
        struct jval *item = jval_new_object();
        jval_set_string(item, "event", life_cycle_event_name(event));
        jval_set_string(item, "zh", life_cycle_event_zh(event));
        jval_append(list, item);
    }
    return list;
}

int desk_event(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    struct store_application row;
    enum order_state to;
    size_t i = find(request_param(q, "event"));
    int code = desk_find(s, a, q, &row, e);
    if (code)
        return code;
    if (i == n_events)
        return problem_set(r, PROBLEM_NOT_FOUND, "没有这种事件。");
    if (desk_is_stale(a, q, &row, r))
        return 0;
    int from = life_cycle_state_from_name(row.state ? row.state : "");
    if (from < 0 ||
        life_cycle_move((enum order_state)from, events[i].event, &to, NULL))
        return problem_set(r, PROBLEM_WRONG_STATE,
                           "当前状态是“%s”，不能记录“%s”。", desk_state(&row),
                           life_cycle_event_zh(events[i].event));
    row.state = life_cycle_state_name(to);
    row.stage = events[i].stage;
    code = store_application_save(s->store, &row, e);
    if (code == ERR_CONFLICT)
        return problem_set(r, PROBLEM_STALE, "申请刚刚有了变化，请刷新。");
    if (code == 0)
        code = desk_record(
            s, a, q->who.id, &row,
            arena_printf(a, "event.%s", life_cycle_event_name(events[i].event)),
            NULL, e);
    return code ? code : desk_answer_state(a, &row, r);
}
