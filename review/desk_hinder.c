/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What a decision waits for. Block and look want an answer from a person, info
 * does not. Passing what a person has confirmed as wrong would contradict
 * itself; returning wants every page seen, so that all is told at once.
 */

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "review/desk.h"

int desk_stand(struct service *s, const struct desk_load *l,
               const struct store_application *row, struct desk_stand *ret,
               struct err *e)
{
    *ret = (struct desk_stand){0};
    int r = desk_marks(s, l, row, &ret->marks, e);
    return r ? r
             : store_seen(s->store, l->arena, row->id, row->revision,
                          &ret->seen, &ret->n_seen, e);
}

/* Findings by what was made of them. */
struct tally {
    int open, stand, dismissed_blocks;
};

static struct tally count(const struct desk_load *l,
                          const struct desk_marks *marks)
{
    struct tally t = {0};
    const struct jval *findings = jval_lookup(l->report, "findings");
    for (size_t i = 0; i < jval_count(findings); i++) {
        const char *severity =
            jval_string(jval_at(findings, i), "severity", "");
        const struct store_mark *m =
            desk_mark_find(marks, desk_finding_id(l->arena, findings, i));
        bool stands = m && strcmp(m->mark, "stands") == 0;
        t.stand += stands;
        t.open += !m && strcmp(severity, "info") != 0;
        t.dismissed_blocks += m && !stands && strcmp(severity, "block") == 0;
    }
    return t;
}

/* Titles of papers of which a page was not seen; "" when all were. */
static const char *unseen(const struct desk_load *l,
                          const struct desk_stand *stand)
{
    const struct jval *documents = jval_lookup(l->report, "documents");
    const char *list = "";
    for (size_t i = 0; i < jval_count(documents); i++) {
        const struct jval *d = jval_at(documents, i);
        const char *name = jval_string(d, "slot", "");
        size_t pages = jval_count(jval_lookup(d, "pages")), seen = 0;
        for (size_t p = 1; p <= pages; p++) {
            const char *key = arena_printf(l->arena, "%s-%zu", name, p);
            bool found = false;
            for (size_t k = 0; k < stand->n_seen; k++)
                found |= strcmp(stand->seen[k].page, key) == 0;
            seen += found;
        }
        int slot = slot_from_name(name);
        if (seen < pages && slot >= 0)
            list = arena_printf(l->arena, "%s%s%s", list, list[0] ? "、" : "",
                                slot_zh((enum slot)slot));
    }
    return list;
}

static const char *open_findings(const struct desk_load *l, int n)
{
    return n ? arena_printf(l->arena, "还有 %d 条疑点没有标记。", n) : "";
}

const char *desk_hinders_pass(const struct desk_load *l,
                              const struct desk_stand *stand)
{
    struct tally t = count(l, &stand->marks);
    if (!l->report)
        return "还没有检查结果。";
    if (t.open)
        return open_findings(l, t.open);
    return t.stand ? arena_printf(l->arena,
                                  "有 %d 条疑点标记为成立，不能通过。", t.stand)
                   : "";
}

const char *desk_hinders_return(const struct desk_load *l,
                                const struct desk_stand *stand)
{
    struct tally t = count(l, &stand->marks);
    if (!l->report)
        return "还没有检查结果。";
    const char *left = unseen(l, stand);
    if (left[0])
        return arena_printf(
            l->arena, "材料都看过才可退回，以便一次退全；还差：%s。", left);
    return open_findings(l, t.open);
}

bool desk_wants_second(const struct desk_load *l,
                       const struct desk_stand *stand)
{
    return count(l, &stand->marks).dismissed_blocks > 0;
}
