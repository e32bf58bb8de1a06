/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Marks, and those that are still good in the next submission. Measuring is
 * deterministic: a finding about papers that were not sent anew comes again as
 * it was, to the last digit. Only such a one keeps its mark; a box that moved
 * or a word that changed is another finding, to be looked at.
 */

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/core/service.h"
#include "review/desk.h"

enum { MAX_FINDING = 1 << 16 };

static bool is_same(const struct jval *x, const struct jval *y)
{
    struct str s, t;
    str_init(&s, MAX_FINDING);
    str_init(&t, MAX_FINDING);
    jval_print(x, false, &s);
    jval_print(y, false, &t);
    bool same = !s.failed && !t.failed && s.len == t.len &&
                memcmp(s.s, t.s, s.len) == 0;
    str_done(&s);
    str_done(&t);
    return same;
}

/* The finding in the report before, by its id there; NULL: there is none. */
static const char *id_before(const struct desk_load *l, const struct jval *f)
{
    const struct jval *all = jval_lookup(l->before, "findings");
    for (size_t i = 0; i < jval_count(all); i++)
        if (is_same(jval_at(all, i), f))
            return desk_finding_id(l->arena, all, i);
    return NULL;
}

/* "sha256" of the slot's file in a report; "" when it has none. */
static const char *file_of(const struct jval *report, const char *slot)
{
    const struct jval *all = jval_lookup(report, "documents");
    for (size_t i = 0; i < jval_count(all); i++)
        if (strcmp(jval_string(jval_at(all, i), "slot", ""), slot) == 0)
            return jval_string(jval_at(all, i), "sha256", "");
    return "";
}

static bool is_untouched(const struct desk_load *l, const char *slot)
{
    return strcmp(file_of(l->before, slot), file_of(l->report, slot)) == 0;
}

/* Whether all papers that the finding points at are those of before. */
static bool speaks_of_same_papers(const struct desk_load *l,
                                  const struct jval *f)
{
    const struct jval *all = jval_lookup(f, "evidence");
    const char *slot = jval_string(f, "slot", "");
    bool same = slot[0] && is_untouched(l, slot);
    for (size_t i = 0; i < jval_count(all); i++)
        same =
            same && is_untouched(l, jval_string(jval_at(all, i), "slot", ""));
    return same;
}

/* `room` holds the marks of now and gets those that stay. */
static void carry(const struct desk_load *l,
                  const struct store_application *row,
                  const struct desk_marks *before, struct desk_marks *room)
{
    const struct jval *all = jval_lookup(l->report, "findings");
    for (size_t i = 0; i < jval_count(all); i++) {
        const struct jval *f = jval_at(all, i);
        const char *id = desk_finding_id(l->arena, all, i);
        if (desk_mark_find(room, id) || !speaks_of_same_papers(l, f))
            continue;
        const char *was = id_before(l, f);
        const struct store_mark *m = was ? desk_mark_find(before, was) : NULL;
        if (!m)
            continue;
        struct store_mark *kept = &room->rows[room->n++];
        *kept = *m;
        kept->finding = id;
        kept->revision = row->revision;
        kept->carried = m->carried ? m->carried : m->revision;
    }
}

int desk_marks(struct service *s, const struct desk_load *l,
               const struct store_application *row, struct desk_marks *ret,
               struct err *e)
{
    struct desk_marks before;
    struct arena *a = l->arena;
    int r = store_marks(s->store, a, row->id, row->revision, &ret->rows,
                        &ret->n, e);
    if (r || !l->before)
        return r;
    r = store_marks(s->store, a, row->id, l->before_run.revision, &before.rows,
                    &before.n, e);
    if (r)
        return r;
    size_t most = ret->n + jval_count(jval_lookup(l->report, "findings"));
    ret->rows = arena_grow(a, ret->rows, ret->n, most, sizeof *ret->rows);
    carry(l, row, &before, ret);
    return 0;
}

int desk_keep_carried(struct service *s, const struct store_application *row,
                      const struct desk_marks *m, struct err *e)
{
    int r = 0;
    for (size_t i = 0; i < m->n && r == 0; i++)
        if (m->rows[i].carried && m->rows[i].revision == row->revision)
            r = store_mark_put(s->store, &m->rows[i], e);
    return r;
}

const struct store_mark *desk_mark_find(const struct desk_marks *m,
                                        const char *finding)
{
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->rows[i].finding, finding) == 0)
            return &m->rows[i];
    return NULL;
}
