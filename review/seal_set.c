/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "review/seal_set.h"

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "intake/core/service.h"
#include "intake/measure/picture_name.h"
#include "intake/queue/process.h"
#include "intake/store/store_paper.h"
#include "intake/store/store_seal.h"

static int open_papers(struct service *s, const struct store_application *row,
                       struct seal_set *set, struct err *e)
{
    int64_t scans[SLOT_COUNT] = {0};
    struct store_paper *all;
    struct store_run *runs;
    size_t n, n_runs;
    int r = store_papers(s->store, set->arena, row->id, true, &all, &n, e);
    if (r == 0)
        r = store_runs_of(s->store, set->arena, row->id, PROCESS_PAPER, &runs,
                          &n_runs, e);
    for (size_t i = 0; i < n && r == 0; i++) {
        int slot = slot_from_name(all[i].slot);
        if (slot < 0)
            continue;
        scans[slot]++;
        if (all[i].replaced_ms == 0)
            set->files[slot] = (struct seal_file){
                arena_printf(set->arena, "p%lld-", (long long)scans[slot]),
                all[i].name, all[i].blob, all[i].sha256};
    }
    /* Which began last has seen the newest scans, even if it ended first. */
    const struct store_run *newest = NULL;
    for (size_t i = 0; r == 0 && i < n_runs; i++)
        if (!newest || runs[i].started_ms >= newest->started_ms)
            newest = &runs[i];
    if (newest) {
        set->run = newest->id;
        set->run_ms = newest->created_ms;
    }
    return r;
}

static int open_uploads(struct service *s, const struct store_application *row,
                        struct seal_set *set, struct err *e)
{
    struct store_document *all;
    struct store_run run = {0};
    size_t n;
    int r = store_documents(s->store, set->arena, row->id, false, &all, &n, e);
    if (r == 0 && row->run)
        r = store_run_get(s->store, set->arena, row->run, &run, e);
    for (size_t i = 0; i < n && r == 0; i++) {
        int slot = slot_from_name(all[i].slot);
        if (slot >= 0)
            set->files[slot] = (struct seal_file){
                all[i].revision > 1 ? arena_printf(set->arena, "r%lld-",
                                                   (long long)all[i].revision)
                                    : "",
                all[i].name, all[i].blob, all[i].sha256};
    }
    set->run = run.id;
    set->run_ms = run.created_ms;
    return r;
}

int seal_set_open(struct service *s, struct arena *a,
                  const struct store_application *row, bool is_paper,
                  struct seal_set *ret, struct err *e)
{
    *ret = (struct seal_set){.arena = a, .is_paper = is_paper};
    int r =
        is_paper ? open_papers(s, row, ret, e) : open_uploads(s, row, ret, e);
    return r ? r
             : store_seals(s->store, a, row->id, &ret->versions,
                           &ret->n_versions, e);
}

/* The length of "r2-" or "p1-" in front of the report's name. */
static size_t prefix_of(const char *id)
{
    size_t digits =
        id[0] == 'r' || id[0] == 'p' ? strspn(id + 1, "0123456789") : 0;
    return digits && id[1 + digits] == '-' ? digits + 2 : 0;
}

const char *seal_set_name(const char *id)
{
    return id + prefix_of(id);
}

bool seal_set_is_paper(const char *id)
{
    return id[0] == 'p' && prefix_of(id) > 0;
}

bool seal_set_has(const struct seal_set *set, const char *id)
{
    return seal_set_is_paper(id) == set->is_paper &&
           strcmp(seal_set_id(set, seal_set_name(id)), id) == 0;
}

int seal_set_of(struct service *s, struct arena *a,
                const struct store_application *row, const char *id,
                struct seal_set *ret, const char **ret_name, struct err *e)
{
    int r = seal_set_open(s, a, row, seal_set_is_paper(id), ret, e);
    if (r)
        return r;
    *ret_name = arena_strdup(a, seal_set_name(id));
    return ret->run && seal_set_file(ret, *ret_name) && seal_set_has(ret, id)
               ? 0
               : err_set(e, ERR_MISSING, "no seal %.60s", id);
}

int seal_set_load(struct service *s, struct arena *a, const struct request *q,
                  struct response *r, struct err *e)
{
    struct store_application row;
    struct seal_set set;
    const char *name;
    int code = desk_find(s, a, q, &row, e);
    if (code == 0)
        code = seal_set_of(s, a, &row, request_param(q, "sid"), &set, &name, e);
    return code ? code : desk_load(s, a, &row, set.run, DESK_REPORT, r, e);
}

const struct seal_file *seal_set_file(const struct seal_set *set,
                                      const char *name)
{
    int slot = picture_name_slot(name);
    return slot >= 0 && set->files[slot].prefix ? &set->files[slot] : NULL;
}

const char *seal_set_id(const struct seal_set *set, const char *name)
{
    const struct seal_file *f = seal_set_file(set, name);
    return arena_printf(set->arena, "%s%s", f ? f->prefix : "", name);
}

const struct jval *seal_set_find(const struct desk_load *l, const char *name)
{
    const struct jval *seals = jval_lookup(l->report, "seals");
    for (size_t i = 0; i < jval_count(seals); i++)
        if (strcmp(jval_string(jval_at(seals, i), "id", ""), name) == 0)
            return jval_at(seals, i);
    return NULL;
}
