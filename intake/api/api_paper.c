/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an applicant is told of the papers: what to mind when they are sent,
 * whether they are awaited, and what they lack. */

#include <string.h>

#include "base/jval.h"
#include "intake/api/api.h"
#include "intake/api/checklist.h"
#include "intake/core/service.h"
#include "intake/store/store_paper.h"
#include "rules/catalogue.h"
#include "rules/life_cycle.h"

struct jval *api_reminders(void)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < catalogue_duty_count(); i++) {
        const struct duty *duty = catalogue_duty(i);
        if (duty->keeper != KEEPER_APPLICANT)
            continue;
        struct jval *j = jval_new_object();
        jval_set_string(j, "id", duty->id);
        jval_set_string(j, "zh", duty->zh);
        jval_append(all, j);
    }
    return all;
}

/* Lines that were found wanting, with the clerk's words. */
static struct jval *items_json(const struct store_paper_check *answers,
                               size_t n)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < checklist_count(); i++) {
        const struct check_item *item = checklist_item(i);
        const struct store_paper_check *c =
            checklist_answer(answers, n, item->id);
        if (!c || strcmp(c->answer, "bad") != 0)
            continue;
        struct jval *j = jval_new_object();
        jval_set_string(j, "id", item->id);
        jval_set_string(j, "title", item->slot >= 0 ? slot_zh(item->slot) : "");
        jval_set_string(j, "zh", checklist_zh(item));
        jval_set_string(j, "note", c->note ? c->note : "");
        jval_append(all, j);
    }
    return all;
}

int api_paper_json(struct service *s, struct arena *a,
                   const struct store_application *row, struct jval **ret,
                   struct err *e)
{
    struct store_paper_check *answers;
    size_t n;
    int state = life_cycle_state_from_name(row->state);
    const char *word = state == ORDER_AWAITING_PAPERS   ? "awaiting"
                       : state == ORDER_PAPERS_LACKING  ? "lacking"
                       : state == ORDER_PAPERS_APPROVED ? "approved"
                                                        : NULL;
    *ret = NULL;
    if (!word)
        return 0;
    int r = store_paper_checks(s->store, a, row->id, &answers, &n, e);
    if (r)
        return r;
    *ret = jval_new_object();
    jval_set_string(*ret, "state", word);
    /* While a clerk is at it, half an answer would only alarm. */
    jval_set(*ret, "items",
             items_json(answers, state == ORDER_PAPERS_LACKING ? n : 0));
    return 0;
}
