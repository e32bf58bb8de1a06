/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Originals that came by mail, scanned by staff. A scan joins its application
 * by the order number: typed, or read from the paper in the way in which any
 * single file is checked. Each scan begins a run over all that is here, so that
 * a person is never shown what an older scan gave.
 *
 *     step 0  the number is typed        or: a lane reads the scan
 *          1  into the vault (thread)        the number is looked up, then so
 *          2  the record
 */

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/jval.h"
#include "intake/api/api.h"
#include "intake/blob/vault.h"
#include "intake/bundle.h"
#include "intake/core/service.h"
#include "intake/measure/worker.h"
#include "intake/queue/checks.h"
#include "intake/queue/jobs.h"
#include "intake/queue/process.h"
#include "intake/queue/scans.h"
#include "intake/store/ident.h"
#include "intake/store/store_paper.h"
#include "review/handlers.h"
#include "review/paper.h"

enum { WAIT_MS = 55 * 1000, RETRY_S = 3, CANDIDATES = 5, MAX_SCANS = 200 };

/* A scan on its way. */
struct arrival {
    enum slot slot;
    const char *found_by; /* NULL while a lane reads it */
    struct store_application row;
    int fd;
    struct vault_file file;
};

/* --- which order --------------------------------------------------------- */

/* The field as it was read; "" when it was not. */
static const char *read_field(struct arena *a, const struct jval *report,
                              const char *name)
{
    const struct jval *d = jval_at(jval_lookup(report, "documents"), 0);
    const struct jval *f = jval_lookup(jval_lookup(d, "fields"), name);
    return arena_strdup(a, jval_string(f, "value", ""));
}

/* Reading ended without a result and may get one later: it ran out of time. */
static bool may_be_read_later(const struct jval *report)
{
    const struct jval *d = jval_at(jval_lookup(report, "documents"), 0);
    return err_is_retryable(err_from_name(jval_string(d, "error", "")));
}

/* A digit read wrong may be the number of somebody else's order: what else was
 * read has to agree. */
static bool is_of(const struct store_application *row, const char *credit_code)
{
    return !credit_code[0] || !row->credit_code ||
           strcmp(row->credit_code, credit_code) == 0;
}

/* Orders that wait for papers and are of the credit code that was read. */
static struct jval *candidates(struct service *s, struct arena *a,
                               const char *credit_code, int64_t now_ms)
{
    const struct store_queue_query query = {.view = VIEW_PAPER,
                                            .search = credit_code,
                                            .limit = 20,
                                            .now_ms = now_ms};
    struct store_queue_row *rows;
    size_t n;
    const char *next;
    struct jval *all = jval_new_array();
    if (!credit_code[0] ||
        store_queue(s->store, a, &query, &rows, &n, &next, NULL))
        return all;
    for (size_t i = 0; i < n && jval_count(all) < CANDIDATES; i++) {
        const struct store_application *x = &rows[i].application;
        if (!paper_is_open(x))
            continue;
        struct jval *j = jval_new_object();
        jval_set_string(j, "id", x->id);
        jval_set_string(j, "order_no", x->order_no ? x->order_no : "");
        jval_set_string(j, "org_name", x->org_name ? x->org_name : "");
        jval_append(all, j);
    }
    return all;
}

static int no_order(struct response *r, const char *number,
                    struct jval *candidates)
{
    struct jval *more = jval_new_object();
    jval_set_string(more, "read", number);
    jval_set(more, "candidates", candidates);
    return problem_set_more(
        r, PROBLEM_NO_ORDER,
        number[0]
            ? arena_printf(r->arena, "没有订单 %s，请核对左上角的订单编号。",
                           number)
            : "没有读出左上角的订单编号，请对照原件输入。",
        more);
}

/* Answers when papers cannot be taken now. */
static bool is_refused(const struct store_application *row, struct response *r)
{
    if (paper_is_open(row))
        return false;
    problem_set(r, PROBLEM_WRONG_STATE,
                "订单 %s 当前状态是“%s”，不能登记纸质资料。",
                row->order_no ? row->order_no : "", desk_state(row));
    return true;
}

/* --- step 0 -------------------------------------------------------------- */

/* Into the vault, under the application's key. */
static int keep(struct service *s, void *context, struct err *e)
{
    struct arrival *x = context;
    struct vault_key key;
    int r = vault_key_open(s->vault, x->row.id, x->row.data_key, &key, e);
    if (r)
        return r;
    r = lseek(x->fd, 0, SEEK_SET) == 0
            ? vault_put_fd(&key, s->blobs, x->fd, &x->file, e)
            : err_set(e, ERR_SYS, "spool: cannot be read again");
    vault_key_done(&key);
    return r;
}

static int ask_lane(struct service *s, struct arena *a, const struct request *q,
                    struct arrival *x, struct response *r, struct err *e)
{
    const struct bundle_file file = {
        .slot = x->slot,
        .file = api_plain_name(a, q->file_name, slot_name(x->slot)),
        .sha256 = q->upload.sha256};
    int fd, code = api_to_memory(q->upload.fd, &fd, e);
    if (code == 0)
        code = checks_begin(s, jobs_checks(s), q->id, &file,
                            process_today(a, s->now_ms), fd, e);
    if (code == ERR_BUSY) {
        r->retry_after_s = RETRY_S;
        return problem_set(r, PROBLEM_BUSY, "系统繁忙，请稍后再试。");
    }
    return code ? code : response_wait(r, arena_strdup(a, q->id), WAIT_MS, x);
}

/* Whether the body is no scan; then it is answered. */
static bool is_no_scan(struct service *s, const struct request *q,
                       struct response *r)
{
    const struct worker_limits *w = conf_values(s->conf, worker_section.name);
    if (q->upload.size == 0 || q->upload.size > (uint64_t)w->file_mb << 20)
        problem_set(r, PROBLEM_TOO_LARGE, "文件须在 1 字节到 %d MB 之间。",
                    w->file_mb);
    else if (!api_media(q->upload.fd))
        problem_set(r, PROBLEM_MEDIA_TYPE, "不是图片或 PDF 文件。");
    else
        return false;
    return true;
}

/* `order_no` typed, or the application known by its id: both NULL, it is to be
 * read. */
static int begin(struct service *s, struct arena *a, const struct request *q,
                 const char *id, const char *order_no, struct response *r,
                 struct err *e)
{
    struct arrival *x = arena_new_struct(a, struct arrival);
    const char *word = request_param(q, "slot");
    int slot = slot_from_name(
        word[0] ? word
                : request_query(q, "slot", slot_name(SLOT_APPLICATION_FORM)));
    if (slot < 0)
        return problem_set(r, PROBLEM_INVALID, "没有这一项材料。");
    *x = (struct arrival){.slot = (enum slot)slot, .fd = q->upload.fd};
    if (is_no_scan(s, q, r) || api_is_crowded(s, r))
        return 0;
    if (!id && !order_no)
        return ask_lane(s, a, q, x, r, e);
    int code =
        id ? api_find(s, a, q, id, &x->row, e)
           : store_application_by_order(s->store, a, order_no, &x->row, e);
    if (code == ERR_MISSING && !id)
        return no_order(r, order_no, jval_new_array());
    if (code || is_refused(&x->row, r))
        return code;
    x->found_by = "typed";
    return response_work(r, keep, x);
}

/* --- step 1: what the lane has read -------------------------------------- */

static int took_too_long(struct response *r)
{
    r->retry_after_s = RETRY_S;
    return problem_set(r, PROBLEM_BUSY,
                       "读取用时过长，请稍后再试，或者输入订单编号。");
}

static int look_up(struct service *s, struct arena *a, const struct request *q,
                   struct arrival *x, struct response *r, struct err *e)
{
    const char *text;
    size_t n;
    struct jval *report;
    int code = checks_take(jobs_checks(s), a, q->id, &text, &n, e);
    if (code == 0)
        return took_too_long(r);
    code = code < 0 ? code : jval_parse(text, n, &report, e);
    if (code)
        return code;
    if (may_be_read_later(report)) {
        jval_free(report);
        return took_too_long(r);
    }
    const char *number = read_field(a, report, "order_no");
    const char *credit_code = read_field(a, report, "credit_code");
    jval_free(report);
    code = number[0]
               ? store_application_by_order(s->store, a, number, &x->row, e)
               : ERR_MISSING;
    if (code == ERR_MISSING || (code == 0 && !is_of(&x->row, credit_code)))
        return no_order(r, number, candidates(s, a, credit_code, q->now_ms));
    if (code || is_refused(&x->row, r))
        return code;
    x->found_by = "read";
    return response_work(r, keep, x);
}

/* --- step 2 -------------------------------------------------------------- */

/* One run that has not begun yet covers this scan as well. */
static int ask_for_run(struct service *s, struct arena *a,
                       const struct store_application *row, struct err *e)
{
    struct store_job *jobs;
    size_t n;
    int code = store_jobs_of(s->store, a, row->id, &jobs, &n, e);
    for (size_t i = 0; i < n && code == 0; i++)
        if (jobs[i].state == JOB_QUEUED &&
            strcmp(jobs[i].kind, PROCESS_PAPER) == 0)
            return 0;
    return code ? code
                : jobs_add(s, PROCESS_PAPER, row, NULL, URGENCY_APPLICANT, e);
}

static int answer(struct arena *a, const struct arrival *x, struct response *r)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "id", x->row.id);
    jval_set_string(j, "order_no", x->row.order_no ? x->row.order_no : "");
    jval_set_string(j, "org_name", x->row.org_name ? x->row.org_name : "");
    jval_set_string(j, "slot", slot_name(x->slot));
    jval_set_string(j, "found_by", x->found_by);
    r->location = arena_printf(a, "/api/v1/applications/%s/paper", x->row.id);
    return response_json(r, 201, j);
}

/* The scan of `user`, which lies in the vault, as an original of row, that has
 * `n_before` already; answers when it may not be one. */
static int add(struct service *s, struct arena *a,
               struct store_application *row, size_t n_before,
               const struct api_file *file, const char *user,
               struct response *r, struct err *e)
{
    char *id = arena_alloc(a, 1, IDENT);
    ident_new(s->now_ms, id);
    const struct store_paper p = {.id = id,
                                  .application = row->id,
                                  .slot = slot_name(file->slot),
                                  .blob = file->blob,
                                  .sha256 = file->sha256,
                                  .size = (int64_t)file->size,
                                  .media = file->media,
                                  .name = file->name,
                                  .user = user,
                                  .found_by = file->origin,
                                  .created_ms = s->now_ms};
    if (n_before >= MAX_SCANS)
        return problem_set(r, PROBLEM_QUOTA, "扫描的次数太多（%zu 次）。",
                           n_before);
    int code = store_paper_add(s->store, &p, e);
    row->updated_ms = s->now_ms;
    if (code == 0)
        code = store_application_save(s->store, row, e);
    if (code == 0)
        code = ask_for_run(s, a, row, e);
    return code ? code
                : desk_record(s, a, user, row, "paper.scanned",
                              arena_printf(a,
                                           "{\"slot\":\"%s\",\"found\":\"%s\"}",
                                           p.slot, p.found_by),
                              e);
}

static int record(struct service *s, struct arena *a, const struct request *q,
                  struct arrival *x, struct response *r, struct err *e)
{
    struct store_paper *scans;
    size_t n;
    int code = store_application_get(s->store, a, x->row.id, &x->row, e);
    if (code == 0)
        code = store_papers(s->store, a, x->row.id, true, &scans, &n, e);
    if (code || is_refused(&x->row, r))
        return code;
    const struct api_file file = {
        .slot = x->slot,
        .name = api_plain_name(a, q->file_name, slot_name(x->slot)),
        .media = api_media(x->fd),
        .blob = x->file.blob,
        .sha256 = x->file.sha256,
        .origin = x->found_by,
        .size = x->file.size};
    code = add(s, a, &x->row, n, &file, q->who.id, r, e);
    return code || r->status ? code : answer(a, x, r);
}

/* --- from the folder ------------------------------------------------------ */

/* Whether this very file is the slot's scan already. */
static bool is_here(const struct store_paper *scans, size_t n,
                    const struct api_file *file)
{
    for (size_t i = 0; i < n; i++)
        if (scans[i].replaced_ms == 0 &&
            strcmp(scans[i].slot, slot_name(file->slot)) == 0 &&
            strcmp(scans[i].sha256, file->sha256) == 0)
            return true;
    return false;
}

int desk_paper_from_folder(struct service *s, struct arena *a,
                           const struct store_application *row,
                           const struct api_file *file, struct response *r,
                           struct err *e)
{
    struct store_application own = *row;
    struct store_paper *scans;
    size_t n;
    if (is_refused(row, r))
        return 0;
    int code = store_papers(s->store, a, row->id, true, &scans, &n, e);
    return code || is_here(scans, n, file)
               ? code
               : add(s, a, &own, n, file, SCANS_ORIGIN, r, e);
}

/* --- handlers ------------------------------------------------------------ */

static int go_on(struct service *s, struct arena *a, const struct request *q,
                 struct response *r, struct err *e)
{
    struct arrival *x = q->state;
    if (!x->found_by)
        return look_up(s, a, q, x, r, e);
    if (q->result)
        return problem_set(r, PROBLEM_STORAGE,
                           "文件没有保存成功，请稍后再试。");
    return record(s, a, q, x, r, e);
}

int desk_paper_take(struct service *s, struct arena *a, const struct request *q,
                    struct response *r, struct err *e)
{
    const char *order_no = request_query(q, "order_no", "");
    return q->step == 0
               ? begin(s, a, q, NULL, order_no[0] ? order_no : NULL, r, e)
               : go_on(s, a, q, r, e);
}

int desk_paper_put(struct service *s, struct arena *a, const struct request *q,
                   struct response *r, struct err *e)
{
    return q->step == 0 ? begin(s, a, q, request_param(q, "id"), NULL, r, e)
                        : go_on(s, a, q, r, e);
}

int desk_paper_measure(struct service *s, struct arena *a,
                       const struct request *q, struct response *r,
                       struct err *e)
{
    struct store_application row;
    int code = desk_find(s, a, q, &row, e);
    if (code || is_refused(&row, r) || api_is_crowded(s, r))
        return code;
    code = ask_for_run(s, a, &row, e);
    return code ? code : response_empty(r, 202);
}
