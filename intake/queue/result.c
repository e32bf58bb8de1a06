/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/queue/result.h"

#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/core/service.h"
#include "intake/measure/picture_name.h"
#include "intake/queue/errand.h"
#include "intake/queue/process.h"
#include "intake/store/ident.h"
#include "intake/version.h"

enum { MAX_TEXT = 64 << 10, EXIT_INTERNAL = 70 };

/* --- measurements ------------------------------------------------------ */

static int add_measurement(struct service *s, const char *application,
                           const char *key, const struct vault_file *file,
                           struct err *e)
{
    const struct store_measurement row = {.application = application,
                                          .key = key,
                                          .blob = file->blob,
                                          .sha256 = file->sha256,
                                          .size = (int64_t)file->size,
                                          .created_ms = s->now_ms};
    int r = store_measurement_add(s->store, &row, e);
    return r == ERR_CONFLICT ? 0 : r; /* another job was quicker */
}

int result_keep_measurement(struct service *s, struct arena *a,
                            const char *application, struct result_paper *paper,
                            const struct errand *kept, struct err *e)
{
    int r = add_measurement(s, application, paper->key, &kept->records, e);
    for (size_t i = 0; i < kept->n_tiles && r == 0; i++) {
        const struct errand_tiles *t = &kept->tiles[i];
        r = add_measurement(
            s, application,
            process_tiles_key(a, paper->key, t->page, t->is_private), &t->file,
            e);
    }
    if (r == 0)
        r = store_measurement_get(s->store, a, application, paper->key,
                                  &paper->measurement, e);
    paper->is_measured = r == 0;
    return r;
}

/* --- telling ----------------------------------------------------------- */

static void tell(struct service *s, struct arena *a, const char *type,
                 const struct store_application *row, const char *slot,
                 const char *status)
{
    const char *data = arena_printf(
        a, "{\"id\":\"%s\",\"state\":\"%s\",\"slot\":\"%s\",\"status\":\"%s\"}",
        row->id, row->state, slot, status);
    service_tell(s, type, row->id, data);
    service_wake(s, row->id);
}

/* --- a quick check ----------------------------------------------------- */

/* The document's own error is a failure of ours: nobody can blame the file. */
static bool failed_by_us(const struct jval *summary)
{
    const struct jval *d = jval_at(jval_lookup(summary, "documents"), 0);
    int code = err_from_name(jval_string(d, "error", ""));
    return code != ERR_NONE && code != ERR_MEMORY &&
           (err_is_retryable(code) || err_exit_code(code) == EXIT_INTERNAL);
}

static const char *judge_quick(struct store_document *d, const struct errand *x)
{
    if (failed_by_us(x->summary))
        return "failed";
    if (!x->refuses || d->refusals >= MAX_REFUSALS)
        return "accepted";
    d->refusals++;
    return "refused";
}

const char result_not_checked[] =
    "[{\"rule\":\"F02\",\"severity\":\"info\",\"answer\":\"cannot_tell\","
    "\"zh\":\"系统繁忙，这份材料还没有检查完。\","
    "\"advice_zh\":\"材料已收到，不必重新上传；可以继续提交，由工作人员查看。\"}]";

int result_keep_check(struct service *s, struct arena *a,
                      const struct result *result, struct err *e)
{
    struct store_application application;
    struct store_document d;
    const struct store_job *job = result->job;
    int r = store_job_done(s->store, job->id, job->lease, s->now_ms, e);
    if (r == 0)
        r = store_document_get(s->store, a, job->subject, &d, e);
    if (r == 0)
        r = store_application_get(s->store, a, job->application, &application,
                                  e);
    if (r)
        return r;
    d.quick = judge_quick(&d, result->errand);
    d.quick_findings = strcmp(d.quick, "failed") == 0
                           ? result_not_checked
                           : result->errand->findings;
    r = store_document_save(s->store, &d, e);
    if (r == 0)
        tell(s, a, "document.checked", &application, d.slot, d.quick);
    return r;
}

/* --- a run ------------------------------------------------------------- */

struct rows {
    struct store_finding *findings;
    struct store_artefact *artefacts;
    size_t n_findings, n_artefacts;
};

static const struct result_paper *paper_of(const struct result *r,
                                           const char *slot)
{
    for (size_t i = 0; i < r->n_papers; i++)
        if (strcmp(r->papers[i].document.slot, slot) == 0)
            return &r->papers[i];
    return NULL;
}

static void list_findings(struct arena *a, const struct jval *all,
                          const struct store_run *run, struct rows *ret)
{
    ret->findings = arena_new_array(a, jval_count(all), struct store_finding);
    for (size_t i = 0; i < jval_count(all); i++) {
        const struct jval *f = jval_at(all, i);
        ret->findings[ret->n_findings++] =
            (struct store_finding){.run = run->id,
                                   .id = jval_string(f, "id", ""),
                                   .application = run->application,
                                   .code = jval_string(f, "rule", ""),
                                   .severity = jval_string(f, "severity", ""),
                                   .answer = jval_string(f, "answer", ""),
                                   .slot = jval_string(f, "slot", NULL)};
    }
}

static void add_artefact(struct arena *a, struct rows *rows,
                         const struct store_artefact *one)
{
    rows->artefacts =
        arena_grow(a, rows->artefacts, rows->n_artefacts, rows->n_artefacts + 1,
                   sizeof *rows->artefacts);
    rows->artefacts[rows->n_artefacts++] = *one;
}

/* A picture stays where it is, inside its document's records. */
static void list_pictures(struct arena *a, const struct result *r,
                          const struct store_run *run, struct rows *rows)
{
    const struct jval *all = jval_lookup(r->errand->summary, "pictures");
    for (size_t i = 0; i < jval_count(all); i++) {
        const struct jval *p = jval_at(all, i);
        const char *slot = jval_string(p, "slot", "");
        const struct result_paper *paper = paper_of(r, slot);
        const char *name = jval_string(p, "name", "");
        if (!paper || !paper->is_measured)
            continue;
        const struct store_artefact row = {
            .run = run->id,
            .name = name,
            .application = run->application,
            .slot = slot,
            .page = jval_int(p, "page", 0),
            .width = jval_int(p, "width", 0),
            .height = jval_int(p, "height", 0),
            .private = jval_bool(p, "private", true),
            .blob = paper->measurement.blob,
            .sha256 = paper->measurement.sha256,
            .size = paper->measurement.size,
            .media = strstr(name, ".jpg") ? "image/jpeg" : "image/png"};
        add_artefact(a, rows, &row);
    }
}

static int list_tiles_of(struct service *s, struct arena *a,
                         const struct result_paper *paper,
                         const struct jval *page, bool is_private,
                         struct store_artefact *row, struct rows *rows,
                         struct err *e)
{
    struct store_measurement m;
    int number = (int)jval_int(page, "page", 0);
    int r = store_measurement_get(
        s->store, a, row->application,
        process_tiles_key(a, paper->key, number, is_private), &m, e);
    if (r)
        return r == ERR_MISSING ? 0 : r;
    enum slot slot = (enum slot)slot_from_name(paper->document.slot);
    row->name = picture_name_tiles(a, slot, number, is_private);
    row->slot = paper->document.slot;
    row->page = number;
    row->width = jval_int(page, "width", 0);
    row->height = jval_int(page, "height", 0);
    row->private = is_private;
    row->blob = m.blob;
    row->sha256 = m.sha256;
    row->size = m.size;
    row->media = "application/octet-stream";
    add_artefact(a, rows, row);
    return 0;
}

static int list_tiles(struct service *s, struct arena *a,
                      const struct result *result, const struct store_run *run,
                      struct rows *rows, struct err *e)
{
    const struct jval *documents =
        jval_lookup(result->errand->summary, "documents");
    int r = 0;
    for (size_t i = 0; i < jval_count(documents); i++) {
        const struct jval *d = jval_at(documents, i);
        const struct result_paper *paper =
            paper_of(result, jval_string(d, "slot", ""));
        const struct jval *pages = jval_lookup(d, "pages");
        for (size_t k = 0; paper && k < jval_count(pages) && r == 0; k++) {
            struct store_artefact row = {.run = run->id,
                                         .application = run->application};
            r = list_tiles_of(s, a, paper, jval_at(pages, k), false, &row, rows,
                              e);
            if (r == 0)
                r = list_tiles_of(s, a, paper, jval_at(pages, k), true, &row,
                                  rows, e);
        }
    }
    return r;
}

static int64_t count_of(const struct jval *findings, const char *severity)
{
    int64_t n = 0;
    for (size_t i = 0; i < jval_count(findings); i++)
        n += strcmp(jval_string(jval_at(findings, i), "severity", ""),
                    severity) == 0;
    return n;
}

static int64_t verdict_of(const struct jval *summary)
{
    static const char *const words[] = {"", "clean", "flagged", "blocked"};
    const char *word = jval_string(summary, "verdict", "");
    for (int i = STORED_CLEAN; i <= STORED_BLOCKED; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return STORED_NONE;
}

static const char *text_of(struct arena *a, const struct jval *j)
{
    struct str t;
    str_init(&t, MAX_TEXT);
    jval_print(j, false, &t);
    const char *text = arena_strndup(a, t.s ? t.s : "", t.len);
    str_done(&t);
    return text;
}

static bool is_paper(const struct result *r)
{
    return strcmp(r->job->kind, PROCESS_PAPER) == 0;
}

static struct store_run run_of(struct service *s, struct arena *a,
                               const struct result *r)
{
    const struct errand *x = r->errand;
    const struct jval *findings = jval_lookup(x->summary, "findings");
    char *id = arena_alloc(a, 1, IDENT);
    ident_new(s->now_ms, id);
    return (struct store_run){
        .id = id,
        .application = r->job->application,
        .revision = r->job->revision,
        .job = r->job->id,
        .cause = is_paper(r)       ? PROCESS_PAPER
                 : r->job->payload ? r->job->payload
                                   : "submitted",
        .detector = SEALDESK_VERSION,
        .settings = conf_hash(s->conf),
        .libraries = text_of(a, jval_lookup(x->summary, "libraries")),
        .report_blob = x->report.blob,
        .report_sha256 = x->report.sha256,
        .report_size = (int64_t)x->report.size,
        .index_blob = x->index.blob,
        .verdict = verdict_of(x->summary),
        .blocks = count_of(findings, "block"),
        .looks = count_of(findings, "look"),
        .infos = count_of(findings, "info"),
        .started_ms = r->job->started_ms,
        .created_ms = s->now_ms};
}

/* The application shows the newest run of its present revision; the papers'
 * run is beside it and is asked for by its cause. */
static int show_run(struct service *s, struct arena *a,
                    const struct store_run *run, struct err *e)
{
    struct store_application row;
    int r = store_application_get(s->store, a, run->application, &row, e);
    if (r || row.revision != run->revision)
        return r;
    if (strcmp(run->cause, PROCESS_PAPER) == 0) {
        row.updated_ms = s->now_ms; /* its version tells who looks at it */
        r = store_application_save(s->store, &row, e);
        if (r == 0)
            tell(s, a, "paper.measured", &row, "", "done");
        return r;
    }
    row.run = run->id;
    row.verdict = run->verdict;
    row.blocks = run->blocks;
    row.looks = run->looks;
    row.infos = run->infos;
    row.updated_ms = s->now_ms;
    if (row.stage == STAGE_MEASURING || row.stage == STAGE_FAILED)
        row.stage = STAGE_REVIEW;
    r = store_application_save(s->store, &row, e);
    if (r)
        return r;
    tell(s, a, "run.finished", &row, "", "review");
    return 0;
}

int result_keep_run(struct service *s, struct arena *a, const struct result *x,
                    struct err *e)
{
    struct rows rows = {0};
    const struct store_run run = run_of(s, a, x);
    int r = store_job_done(s->store, x->job->id, x->job->lease, s->now_ms, e);
    list_findings(a, jval_lookup(x->errand->summary, "findings"), &run, &rows);
    list_pictures(a, x, &run, &rows);
    if (r == 0)
        r = list_tiles(s, a, x, &run, &rows, e);
    if (r == 0)
        r = store_run_add(s->store, &run, rows.findings, rows.n_findings,
                          rows.artefacts, rows.n_artefacts, e);
    return r ? r : show_run(s, a, &run, e);
}
