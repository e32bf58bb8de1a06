/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The papers in one answer: what was scanned, what the machine found in it,
 * the checklist, and the stamps on paper beside those of the uploads. */

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "intake/api/api.h"
#include "intake/api/checklist.h"
#include "intake/core/service.h"
#include "intake/measure/picture_name.h"
#include "intake/queue/process.h"
#include "intake/store/store_paper.h"
#include "review/handlers.h"
#include "review/paper.h"
#include "review/seal_set.h"
#include "rules/life_cycle.h"

static const double enough_dpi = 550; /* of 600: rollers and rulers vary */

/* --- scans --------------------------------------------------------------- */

static struct jval *scan_json(struct service *s, struct arena *a,
                              const struct paper *p, enum slot slot)
{
    struct jval *j = jval_new_object();
    const struct store_paper *scan = NULL;
    for (size_t i = 0; i < p->n_scans; i++)
        if (slot_from_name(p->scans[i].slot) == (int)slot)
            scan = &p->scans[i];
    jval_set_string(j, "slot", slot_name(slot));
    jval_set_string(j, "title", slot_zh(slot));
    jval_set_bool(j, "required",
                  slot != SLOT_SEAL_SHEET || p->with_seal != TRI_NO);
    if (!scan) {
        jval_set_null(j, "id");
        return j;
    }
    jval_set_string(j, "id", scan->id);
    jval_set_string(j, "file", scan->name ? scan->name : "");
    jval_set_int(j, "size", (long long)scan->size);
    desk_set_time(a, j, "at", scan->created_ms);
    jval_set_string(j, "by", desk_name(s, a, scan->user));
    jval_set_string(j, "found_by", scan->found_by);
    return j;
}

/* Whether a seal can be made from it: what was measured, else what the file
 * says of itself. */
static void set_dpi_enough(const struct desk_load *l, struct jval *documents)
{
    for (size_t i = 0; i < jval_count(documents); i++) {
        const struct jval *d = jval_at(documents, i);
        const struct jval *pages = jval_lookup(d, "pages");
        for (size_t k = 0; k < jval_count(pages); k++) {
            struct jval *page = jval_at(pages, k);
            const struct jval *dpi =
                jval_lookup(desk_page(l, jval_string(d, "slot", ""),
                                      jval_int(page, "page", 1)),
                            "dpi");
            jval_set_bool(
                page, "dpi_enough",
                jval_real(dpi, "measured", jval_real(dpi, "declared", 0)) >=
                    enough_dpi);
        }
    }
}

static struct jval *documents_json(const struct paper *p)
{
    if (!p->load->report)
        return jval_new_array();
    struct jval *all = desk_papers(p->load, NULL, 0, NULL, 0);
    set_dpi_enough(p->load, all);
    return all;
}

/* --- findings and checklist ---------------------------------------------- */

static struct jval *findings_json(const struct desk_load *l)
{
    const struct jval *from = jval_lookup(l->report, "findings");
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < jval_count(from); i++) {
        struct jval *j = jval_copy(jval_at(from, i));
        const char *rule = jval_string(j, "rule", "");
        jval_set_string(j, "id", desk_finding_id(l->arena, from, i));
        jval_set_int(j, "number", (long long)i + 1);
        jval_set_string(j, "check", checklist_find(rule) ? rule : NULL);
        jval_append(all, j);
    }
    return all;
}

/* What the machine says of the line: "", ok, fail, cannot_tell. */
static const char *machine_says(const struct paper *p,
                                const struct check_item *item, struct jval *ids)
{
    const struct jval *all = jval_lookup(p->load->report, "findings");
    const char *word =
        item->kind == CHECK_MACHINE && p->load->report ? "ok" : "";
    for (size_t i = 0; i < jval_count(all); i++) {
        const struct jval *f = jval_at(all, i);
        if (strcmp(jval_string(f, "rule", ""), item->id) != 0)
            continue;
        jval_append_string(ids, desk_finding_id(p->load->arena, all, i));
        if (strcmp(word, "fail") != 0)
            word = arena_strdup(p->load->arena, jval_string(f, "answer", ""));
    }
    return word;
}

static struct jval *check_json(struct service *s, struct arena *a,
                               const struct paper *p,
                               const struct check_item *item)
{
    struct jval *j = jval_new_object(), *ids = jval_new_array();
    const struct store_paper_check *c =
        checklist_answer(p->answers, p->n_answers, item->id);
    jval_set_string(j, "id", item->id);
    jval_set_string(j, "kind", checklist_kind(item->kind));
    jval_set_bool(j, "wanted", checklist_is_wanted(item, p->with_seal));
    jval_set_string(j, "zh", checklist_zh(item));
    jval_set_string(j, "seed_zh", checklist_seed(item));
    jval_set_string(j, "slot", item->slot >= 0 ? slot_name(item->slot) : NULL);
    jval_set_string(j, "machine", machine_says(p, item, ids));
    jval_set(j, "findings", ids);
    jval_set_string(j, "answer", c ? c->answer : "");
    jval_set_string(j, "note", c && c->note ? c->note : "");
    jval_set_string(j, "by", c ? desk_name(s, a, c->user) : "");
    desk_set_time(a, j, "at", c ? c->updated_ms : 0);
    return j;
}

/* --- stamps -------------------------------------------------------------- */

static struct jval *side_json(const struct paper *p, const struct seal_set *set,
                              const char *name)
{
    struct arena *a = p->load->arena;
    struct jval *j = jval_new_object();
    int slot = picture_name_slot(name);
    const char *at =
        arena_printf(a, "/api/v1/applications/%s/pictures/%s", p->row.id, name);
    jval_set_string(j, "seal", seal_set_id(set, name));
    jval_set_string(j, "slot", slot < 0 ? "" : slot_name((enum slot)slot));
    jval_set_string(j, "title", slot < 0 ? "" : slot_zh((enum slot)slot));
    jval_set_string(j, "image", arena_printf(a, "%s.png?run=%s", at, set->run));
    jval_set_string(j, "source",
                    arena_printf(a, "%s-source.jpg?run=%s", at, set->run));
    return j;
}

static struct jval *pairs_json(const struct paper *p)
{
    const struct jval *from = jval_lookup(p->load->index, "against");
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < jval_count(from) && p->uploads.run; i++) {
        const struct jval *pair = jval_at(from, i);
        struct jval *j = jval_new_object();
        jval_set(j, "a", side_json(p, &p->papers, jval_string(pair, "a", "")));
        jval_set(j, "b", side_json(p, &p->uploads, jval_string(pair, "b", "")));
        jval_set_string(j, "same",
                        desk_same_stamp(jval_lookup(pair, "same_stamp")));
        jval_set(j, "similarity", jval_copy(jval_lookup(pair, "shape")));
        jval_set(j, "turn", jval_copy(jval_lookup(pair, "turn")));
        jval_set(j, "same_impression",
                 jval_copy(jval_lookup(pair, "same_impression")));
        jval_append(all, j);
    }
    return all;
}

/* --- the whole ----------------------------------------------------------- */

static const char *status_of(struct service *s, struct arena *a,
                             const struct paper *p)
{
    struct store_job *jobs;
    size_t n;
    const char *word = p->n_scans == 0   ? "none"
                       : p->load->report ? "done"
                                         : "measuring";
    if (store_jobs_of(s->store, a, p->row.id, &jobs, &n, NULL))
        return word;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(jobs[i].kind, PROCESS_PAPER) != 0)
            continue;
        bool open = jobs[i].state == JOB_QUEUED || jobs[i].state == JOB_RUNNING;
        bool failed = jobs[i].state == JOB_FAILED &&
                      jobs[i].created_ms >= p->papers.run_ms;
        word = open ? "measuring" : failed ? "failed" : word;
    }
    return word;
}

static struct jval *may_json(struct arena *a, const struct request *q,
                             const struct paper *p)
{
    struct jval *j = jval_new_object();
    const char *why =
        !permission_has(PERMIT_PAPER_SCAN, q->who.roles)
            ? "您没有审核纸质资料的权限。"
        : !paper_is_open(&p->row)
            ? arena_printf(a, "当前状态是“%s”。", desk_state(&p->row))
            : "";
    jval_set_bool(j, "check", !why[0]);
    jval_set_string(j, "why", why);
    jval_set_string(j, "pass", paper_hinders(p, ON_PAPER_PASS));
    jval_set_string(j, "deficient", paper_hinders(p, ON_PAPER_DEFICIENT));
    return j;
}

static int answer(struct service *s, struct arena *a, const struct request *q,
                  const struct paper *p, struct response *r)
{
    struct jval *j = jval_new_object(), *scans = jval_new_array(),
                *checks = jval_new_array();
    for (int slot = 0; slot < SLOT_COUNT; slot++)
        jval_append(scans, scan_json(s, a, p, (enum slot)slot));
    for (size_t i = 0; i < checklist_count(); i++)
        jval_append(checks, check_json(s, a, p, checklist_item(i)));
    jval_set_string(j, "id", p->row.id);
    jval_set_string(j, "order_no", p->row.order_no ? p->row.order_no : "");
    jval_set_string(j, "org_name", p->row.org_name ? p->row.org_name : "");
    jval_set_string(j, "state", desk_state(&p->row));
    jval_set_string(j, "public_state", desk_public_state(&p->row));
    jval_set_string(j, "etag", api_etag(a, &p->row));
    jval_set_string(j, "status", status_of(s, a, p));
    jval_set(j, "scans", scans);
    jval_set(j, "documents", documents_json(p));
    jval_set(j, "findings", findings_json(p->load));
    jval_set(j, "checks", checks);
    jval_set(j, "pairs", pairs_json(p));
    jval_set(j, "may", may_json(a, q, p));
    r->etag = api_etag(a, &p->row);
    return response_json(r, 200, j);
}

int desk_paper(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    struct paper p;
    if (q->step == 0)
        return paper_load(s, a, q, r, e);
    int code = paper_loaded(s, a, q, &p, e);
    return code ? code : answer(s, a, q, &p, r);
}
