/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "review/paper.h"

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "intake/api/checklist.h"
#include "intake/core/service.h"
#include "intake/measure/picture_name.h"
#include "intake/store/store_paper.h"

int paper_load(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    struct store_application row;
    struct seal_set set;
    int code = desk_find(s, a, q, &row, e);
    if (code == 0)
        code = seal_set_open(s, a, &row, true, &set, e);
    if (code)
        return code;
    /* Without a run of the papers nothing is shown, and not the uploads'. */
    struct store_application bare = row;
    if (!set.run)
        bare.run = NULL;
    return desk_load(s, a, &bare, set.run, DESK_INDEX, r, e);
}

int paper_loaded(struct service *s, struct arena *a, const struct request *q,
                 struct paper *ret, struct err *e)
{
    *ret = (struct paper){0};
    int code = desk_loaded(q, &ret->load, e);
    if (code == 0)
        code = desk_find(s, a, q, &ret->row, e);
    if (code == 0)
        code = store_papers(s->store, a, ret->row.id, false, &ret->scans,
                            &ret->n_scans, e);
    if (code == 0)
        code = store_paper_checks(s->store, a, ret->row.id, &ret->answers,
                                  &ret->n_answers, e);
    if (code == 0)
        code = seal_set_open(s, a, &ret->row, true, &ret->papers, e);
    if (code == 0)
        code = seal_set_open(s, a, &ret->row, false, &ret->uploads, e);
    ret->with_seal = desk_with_seal(&ret->row);
    return code;
}

bool paper_is_open(const struct store_application *row)
{
    int state = life_cycle_state_from_name(row->state ? row->state : "");
    return state == ORDER_AWAITING_PAPERS || state == ORDER_PAPERS_LACKING;
}

/* Whether the answer about that paper comes with words. */
static bool is_explained(const struct paper *p, enum slot slot)
{
    for (size_t i = 0; i < checklist_count(); i++) {
        const struct check_item *item = checklist_item(i);
        const struct store_paper_check *c =
            checklist_answer(p->answers, p->n_answers, item->id);
        if (item->slot == slot && c && c->note && c->note[0])
            return true;
    }
    return false;
}

/* Papers that bear another stamp than the upload: to be passed only with a word
 * on why. */
static const char *other_stamps(const struct paper *p)
{
    const struct jval *pairs = jval_lookup(p->load->index, "against");
    for (size_t i = 0; i < jval_count(pairs); i++) {
        const struct jval *same = jval_lookup(jval_at(pairs, i), "same_stamp");
        int slot = picture_name_slot(jval_string(jval_at(pairs, i), "a", ""));
        if (jval_kind_of(same) == JVAL_BOOL && !jval_bool_value(same, true) &&
            slot >= 0 && !is_explained(p, (enum slot)slot))
            return arena_printf(
                p->load->arena,
                "%s原件上的印章与上传件不像同一枚，核对为合格时请写明原因。",
                slot_zh((enum slot)slot));
    }
    return "";
}

static const char *hinders_pass(const struct paper *p)
{
    struct arena *a = p->load->arena;
    bool has_sheet = p->papers.files[SLOT_SEAL_SHEET].prefix;
    if (p->with_seal != TRI_NO && !has_sheet)
        return "采集表原件还没有扫描，制章稿要取自原件。";
    if (!p->load->report && p->n_scans > 0)
        return "纸质资料还没有检查完。";
    const char *why =
        checklist_hinders_pass(a, p->answers, p->n_answers, p->with_seal);
    return why[0] ? why : other_stamps(p);
}

const char *paper_hinders(const struct paper *p, enum order_event event)
{
    int state = life_cycle_state_from_name(p->row.state ? p->row.state : "");
    if (state < 0 || !life_cycle_allows((enum order_state)state, event))
        return arena_printf(p->load->arena, "当前状态是“%s”，不能记录“%s”。",
                            desk_state(&p->row), life_cycle_event_zh(event));
    return event == ON_PAPER_PASS
               ? hinders_pass(p)
               : checklist_hinders_lacking(p->answers, p->n_answers);
}
