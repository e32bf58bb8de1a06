/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the desk reads from the vault, on a thread of the pool. */

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "intake/blob/vault.h"
#include "intake/core/service.h"
#include "intake/queue/artefact.h"
#include "review/desk.h"
#include "review/history.h"
#include "review/return_letter.h"

enum { MAX_REPORT = 16 << 20 };

static void free_json(void *j)
{
    jval_free(j);
}

static int read_json(struct service *s, struct desk_load *l,
                     const struct vault_key *k, const char *blob,
                     struct jval **ret, struct err *e)
{
    char *bytes;
    size_t n;
    int r = vault_get(k, s->blobs, blob, l->arena, MAX_REPORT, &bytes, &n, e);
    if (r == 0)
        r = jval_parse(bytes, n, ret, e);
    if (r == 0)
        arena_defer(l->arena, free_json, *ret);
    return r;
}

const struct jval *desk_page(const struct desk_load *l, const char *slot,
                             long long page)
{
    const struct jval *documents = jval_lookup(l->report, "documents");
    for (size_t i = 0; i < jval_count(documents); i++) {
        const struct jval *d = jval_at(documents, i);
        if (strcmp(jval_string(d, "slot", ""), slot) == 0 && page > 0)
            return jval_at(jval_lookup(d, "pages"), (size_t)page - 1);
    }
    return NULL;
}

/* Whether the artefact is a page's preview: "form-p1.jpg". */
static bool is_preview(const struct store_artefact *row)
{
    const char *p = strstr(row->name, "-p"), *end = strrchr(row->name, '.');
    return !row->private && row->page > 0 && row->slot && p && end &&
           strcmp(end, ".jpg") == 0 &&
           p + 2 + strspn(p + 2, "0123456789") == end;
}

static int read_pages(struct service *s, struct desk_load *l,
                      const struct vault_key *k, struct err *e)
{
    l->pages = arena_new_array(l->arena, l->n_artefacts + 1,
                               struct return_letter_page);
    int r = 0;
    for (size_t i = 0; i < l->n_artefacts && r == 0; i++) {
        const struct store_artefact *row = &l->artefacts[i];
        struct return_letter_page *page = &l->pages[l->n_pages];
        int slot = is_preview(row) ? slot_from_name(row->slot) : -1;
        const struct jval *j =
            slot < 0 ? NULL : desk_page(l, row->slot, row->page);
        double width = jval_real(j, "width", 0);
        if (width <= 0)
            continue;
        *page = (struct return_letter_page){
            .slot = (enum slot)slot,
            .page = (int)row->page,
            .width = (int)row->width,
            .height = (int)row->height,
            .scale = (double)row->width / width,
            .rotation_deg = (int)jval_int(j, "rotation", 0)};
        r = artefact_load(s, l->arena, k, row, &page->jpeg, &page->n, e);
        l->n_pages += r == 0;
    }
    return r;
}

static int load(struct service *s, void *context, struct err *e)
{
    struct desk_load *l = context;
    struct vault_key k;
    int r = vault_key_open(s->vault, l->row.id, l->row.data_key, &k, e);
    if (r)
        return r;
    if (l->run.id)
        r = read_json(s, l, &k, l->run.report_blob, &l->report, e);
    if (r == 0 && l->run.index_blob && (l->wants & DESK_INDEX))
        r = read_json(s, l, &k, l->run.index_blob, &l->index, e);
    if (r == 0 && l->before_run.id)
        r = read_json(s, l, &k, l->before_run.report_blob, &l->before, e);
    if (r == 0 && (l->wants & DESK_PAGES))
        r = read_pages(s, l, &k, e);
    vault_key_done(&k);
    if (r && e)
        l->error = *e;
    return r;
}

int desk_load(struct service *s, struct arena *a,
              const struct store_application *row, const char *run,
              unsigned wants, struct response *r, struct err *e)
{
    struct desk_load *l = arena_new_struct(a, struct desk_load);
    *l = (struct desk_load){.arena = a, .row = *row, .wants = wants};
    const char *id = run ? run : row->run;
    int code = id ? store_run_get(s->store, a, id, &l->run, e) : 0;
    if (code == 0 && id)
        code =
            store_artefacts(s->store, a, id, &l->artefacts, &l->n_artefacts, e);
    if (code == 0 && (wants & DESK_BEFORE))
        code = history_run_before(s, a, row, &l->before_run, e);
    if (code)
        return code;
    r->state = l;
    return response_work(r, load, l);
}

int desk_loaded(const struct request *q, struct desk_load **ret, struct err *e)
{
    struct desk_load *l = q->state;
    *ret = l;
    if (q->result == 0)
        return 0;
    return err_set(e, (enum err_code)q->result, "report: %s",
                   l && l->error.code ? l->error.text : "not read");
}

const struct store_artefact *desk_artefact(const struct desk_load *l,
                                           const char *name)
{
    for (size_t i = 0; i < l->n_artefacts; i++)
        if (strcmp(l->artefacts[i].name, name) == 0)
            return &l->artefacts[i];
    return NULL;
}

const char *desk_run_query(const struct desk_load *l)
{
    return arena_printf(l->arena, "?run=%s", l->run.id ? l->run.id : "");
}

const char *desk_picture_url(const struct desk_load *l, const char *name,
                             bool reveal)
{
    const struct store_artefact *row = desk_artefact(l, name);
    if (!row || (row->private && !reveal))
        return NULL;
    return arena_printf(l->arena, "/api/v1/applications/%s/pictures/%s%s%s",
                        l->row.id, name, desk_run_query(l),
                        row->private ? "&reveal=1" : "");
}
