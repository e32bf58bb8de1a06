/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How far the work is, and what came of it. */

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/jval.h"
#include "intake/api/api.h"
#include "intake/api/form.h"
#include "intake/blob/vault.h"
#include "intake/measure/picture_name.h"
#include "intake/queue/artefact.h"
#include "intake/queue/process.h"
#include "rules/life_cycle.h"

enum { MAX_REPORT = 64 << 20, MAX_WAIT_S = 25 };

/* --- progress ---------------------------------------------------------- */

static const char *stage_name(int64_t stage)
{
    static const char *const names[STAGE_COUNT] = {
        [STAGE_DRAFT] = "draft",        [STAGE_MEASURING] = "measuring",
        [STAGE_FAILED] = "failed",      [STAGE_REVIEW] = "review",
        [STAGE_SECOND] = "review",      [STAGE_HELD] = "review",
        [STAGE_RETURNED] = "returned",  [STAGE_PASSED] = "passed",
        [STAGE_PAPER] = "paper",        [STAGE_MAKING] = "making",
        [STAGE_SENT] = "sent",          [STAGE_REFUSED] = "refused",
        [STAGE_WITHDRAWN] = "withdrawn"};
    return stage >= 0 && stage < STAGE_COUNT ? names[stage] : "";
}

static struct jval *jobs_json(const struct store_job *jobs, size_t n)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < n; i++) {
        const struct store_job *job = &jobs[i];
        if (job->state != JOB_QUEUED && job->state != JOB_RUNNING)
            continue;
        struct jval *j = jval_new_object();
        bool runs = job->state == JOB_RUNNING;
        jval_set_string(j, "kind", job->kind);
        jval_set_string(j, "subject", job->subject ? job->subject : "");
        jval_set_int(j, "progress", runs ? job->progress : 0);
        jval_set_string(j, "what",
                        !runs             ? "waiting"
                        : job->stage_name ? job->stage_name
                                          : "measuring");
        jval_append(all, j);
    }
    return all;
}

static int progress_json(struct service *s, struct arena *a,
                         const struct store_application *row, struct jval **ret,
                         struct err *e)
{
    struct jval *whole, *j = jval_new_object();
    struct store_job *jobs;
    size_t n;
    int r = store_jobs_of(s->store, a, row->id, &jobs, &n, e);
    if (r == 0)
        r = api_application_json(s, a, row, &whole, e);
    if (r) {
        jval_free(j);
        return r;
    }
    static const char *const members[] = {"id", "state", "public_state"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        jval_set(j, members[i], jval_copy(jval_lookup(whole, members[i])));
    jval_set_string(j, "stage", stage_name(row->stage));
    struct jval *documents = jval_new_array();
    const struct jval *all = jval_lookup(whole, "documents");
    for (size_t i = 0; i < jval_count(all); i++) {
        const struct jval *d = jval_at(all, i);
        struct jval *one = jval_new_object();
        jval_set(one, "slot", jval_copy(jval_lookup(d, "slot")));
        jval_set(one, "status", jval_copy(jval_lookup(d, "status")));
        jval_append(documents, one);
    }
    jval_set(j, "documents", documents);
    jval_set(j, "jobs", jobs_json(jobs, n));
    jval_free(whole);
    *ret = j;
    return 0;
}

int api_progress(struct service *s, struct arena *a, const struct request *q,
                 struct response *r, struct err *e)
{
    struct store_application row;
    struct jval *j;
    int failed = api_find(s, a, q, request_param(q, "id"), &row, e);
    long long wait_s = request_query_int(q, "wait", 0, 0, MAX_WAIT_S);
    if (failed)
        return failed;
    if (q->step == 0 && wait_s > 0)
        return response_wait(r, arena_strdup(a, row.id), 1000 * wait_s, NULL);
    failed = progress_json(s, a, &row, &j, e);
    return failed ? failed : response_json(r, 200, j);
}

/* --- what lies in the vault -------------------------------------------- */

/* What the thread is to bring. */
struct fetch {
    struct arena *arena;
    struct store_bytes data_key;
    const char *application;
    const char *report;         /* its blob, or: */
    struct store_artefact row;  /* a picture of a run, or: */
    const char *records, *name; /* a picture of a document */
    enum slot slot;
    const uint8_t *bytes;
    size_t n;
    const char *etag, *type;
};

static int bring_with(struct service *s, struct fetch *f,
                      const struct vault_key *key, struct err *e)
{
    char *text;
    if (f->records)
        return artefact_picture(s, f->arena, key, f->records, f->slot, f->name,
                                &f->bytes, &f->n, e);
    if (!f->report)
        return artefact_load(s, f->arena, key, &f->row, &f->bytes, &f->n, e);
    int r = vault_get(key, s->blobs, f->report, f->arena, MAX_REPORT, &text,
                      &f->n, e);
    f->bytes = (const uint8_t *)text;
    return r;
}

static int bring(struct service *s, void *context, struct err *e)
{
    struct fetch *f = context;
    struct vault_key key;
    int r = vault_key_open(s->vault, f->application, f->data_key, &key, e);
    if (r)
        return r;
    r = bring_with(s, f, &key, e);
    vault_key_done(&key);
    return r;
}

static int send(struct response *r, const struct request *q)
{
    const struct fetch *f = q->state;
    if (q->result)
        return problem_set(
            r, q->result == ERR_MISSING ? PROBLEM_NOT_FOUND : PROBLEM_INTERNAL,
            "没有找到这个文件。");
    r->etag = f->etag;
    r->cache = CACHE_REVALIDATE;
    return response_bytes(r, 200, f->type, f->bytes, f->n);
}

static struct fetch *fetch_new(struct arena *a,
                               const struct store_application *row)
{
    struct fetch *f = arena_new_struct(a, struct fetch);
    f->arena = a;
    f->application = row->id;
    f->data_key = row->data_key;
    return f;
}

int api_result(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    struct store_application row;
    struct store_run run;
    if (q->step > 0)
        return send(r, q);
    int failed = api_find(s, a, q, request_param(q, "id"), &row, e);
    if (failed)
        return failed;
    if (!row.run)
        return problem_set(r, PROBLEM_NOT_FOUND, "检查还没有完成。");
    failed = store_run_get(s->store, a, row.run, &run, e);
    if (failed)
        return failed;
    struct fetch *f = fetch_new(a, &row);
    f->report = run.report_blob;
    f->etag = run.report_sha256;
    f->type = "application/json";
    r->state = f;
    return response_work(r, bring, f);
}

/* --- pictures ---------------------------------------------------------- */

/* "card-p1-handler_id.png": a crop of a private field. */
static bool shows_private(struct arena *a, const char *name)
{
    const char *field = strrchr(name, '-'), *dot = strrchr(name, '.');
    return !field || !dot || dot < field ||
           field_is_private(
               arena_strndup(a, field + 1, (size_t)(dot - field) - 1));
}

/* Of what lies in the slot now, measured by its check. */
static int picture_of_document(struct service *s, struct arena *a,
                               const struct store_application *row,
                               const char *name, struct fetch *f, struct err *e)
{
    struct store_document *all = NULL;
    struct store_measurement m;
    struct order order;
    size_t n = 0;
    int slot = picture_name_slot(name);
    int r = store_documents(s->store, a, row->id, false, &all, &n, e);
    if (r == 0)
        r = form_order(s, a, row, row->form, &order, e);
    for (size_t i = 0; i < n && r == 0; i++) {
        if (slot_from_name(all[i].slot) != slot)
            continue;
        r = store_measurement_get(
            s->store, a, row->id,
            process_key(a, s->conf, all[i].sha256, all[i].slot, &order), &m, e);
        if (r)
            break;
        f->records = m.blob;
        f->slot = (enum slot)slot;
        f->name = name;
        f->etag = arena_printf(a, "%.32s", m.sha256);
        return 0;
    }
    return r ? r : err_set(e, ERR_MISSING, "no document for %.60s", name);
}

int api_picture(struct service *s, struct arena *a, const struct request *q,
                struct response *r, struct err *e)
{
    struct store_application row;
    const char *name = request_param(q, "name");
    const char *run = request_query(q, "run", NULL);
    if (q->step > 0)
        return send(r, q);
    int failed = api_find(s, a, q, request_param(q, "id"), &row, e);
    if (failed)
        return failed;
    if (shows_private(a, name) && !permission_has(PERMIT_REVEAL, q->who.roles))
        return problem_set(r, PROBLEM_FORBIDDEN,
                           "这张图含完整证件号码，只有审核人员可以查看。");
    struct fetch *f = fetch_new(a, &row);
    f->type = strstr(name, ".jpg") ? "image/jpeg" : "image/png";
    if (run)
        failed = store_artefact_get(s->store, a, run, name, &f->row, e);
    else
        failed = picture_of_document(s, a, &row, name, f, e);
    if (failed == 0 && run && strcmp(f->row.application, row.id) != 0)
        failed = err_set(e, ERR_MISSING, "a run of another application");
    if (failed)
        return failed;
    if (run)
        f->etag = arena_printf(a, "%.32s", f->row.sha256);
    r->state = f;
    return response_work(r, bring, f);
}
