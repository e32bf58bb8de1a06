/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A process waits for several things at a time and is told of each in a turn
 * of its own. `outstanding` counts them; it ends when nothing is outstanding,
 * so that nobody is ever called back for a process that is gone.
 */

#include "intake/queue/process.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "intake/api/form.h"
#include "intake/bundle.h"
#include "intake/core/service.h"
#include "intake/queue/errand.h"
#include "intake/queue/jobs.h"
#include "intake/queue/pool.h"
#include "intake/queue/result.h"
#include "intake/store/store_paper.h"

enum { ARENA = 64 << 20, UTC_PLUS_8_S = 8 * 3600 };

struct process {
    struct arena *arena;
    struct service *service;
    struct pool *pool;
    struct store_job job;
    struct store_application application;
    struct order order;
    bool is_run, is_paper, only_measures;
    struct result_paper papers[LANE_MAX_FILES];
    int fds[LANE_MAX_FILES]; /* records of each paper; -1: not yet */
    size_t n_papers, n_ready;
    size_t n_against; /* the last ones: uploads, for their seals only */
    size_t outstanding;
    bool is_dropped, is_assembling, is_finished;
    const char *today;
    int code;
    const char *why;
    process_done *done;
    void *context;
};

/* --- ending ------------------------------------------------------------ */

static void fail(struct process *p, int code, const char *why)
{
    if (p->code == 0) {
        p->code = code;
        p->why = arena_strdup(p->arena, why);
    }
}

static void end(struct process *p)
{
    p->done(p->service, p->context, p, p->is_dropped ? ERR_CONFLICT : p->code,
            p->why ? p->why : "");
}

void process_free(struct process *p)
{
    for (size_t i = 0; i < p->n_papers; i++)
        if (p->fds[i] >= 0)
            close(p->fds[i]);
    arena_free(p->arena);
}

void process_drop(struct process *p)
{
    p->is_dropped = true;
}

const struct store_job *process_job(const struct process *p)
{
    return &p->job;
}

int process_progress(const struct process *p, const char **ret_stage)
{
    *ret_stage = p->is_assembling ? "assembling" : "measuring";
    return p->is_assembling || p->n_papers == 0
               ? 95
               : (int)(90 * p->n_ready / p->n_papers);
}

/* One callback less to wait for; false when the process only waits for its
 * end, which may be now. */
static bool go_on(struct process *p)
{
    p->outstanding--;
    if (p->code == 0 && !p->is_dropped)
        return true;
    if (p->outstanding == 0)
        end(p);
    return false;
}

static void settle(struct process *p)
{
    if ((p->code != 0 || p->is_finished) && p->outstanding == 0)
        end(p);
}

/* --- errands ----------------------------------------------------------- */

static struct errand *new_errand(struct process *p, size_t i)
{
    return errand_new(p->application.id, p->application.data_key, p, i);
}

static void send_errand(struct process *p, struct errand *x, errand_run *run,
                        service_done *done)
{
    struct err e;
    if (service_work(p->service, run, x, done, &e) == 0) {
        p->outstanding++;
        return;
    }
    fail(p, e.code, e.text);
    errand_free(x);
}

/* --- the report -------------------------------------------------------- */

static void on_concluded(struct service *s, void *context, int code)
{
    struct errand *x = context;
    struct process *p = x->owner;
    struct err e = {0};
    if (go_on(p)) {
        struct result r = {.job = &p->job,
                           .papers = p->papers,
                           .n_papers = p->n_papers - p->n_against,
                           .errand = x};
        if (code)
            fail(p, code, x->error->text);
        else if ((p->is_run ? result_keep_run : result_keep_check)(s, p->arena,
                                                                   &r, &e))
            fail(p, e.code, e.text);
        end(p);
    }
    errand_free(x);
}

static void on_assembled(struct service *s, void *context,
                         const struct lane_answer *answer)
{
    (void)s;
    struct process *p = context;
    if (!go_on(p))
        return;
    if (answer->code) {
        fail(p, answer->code, answer->detail);
    } else {
        struct errand *x = new_errand(p, 0);
        x->fd = dup(answer->fd);
        x->keeps_report = p->is_run;
        send_errand(p, x, errand_conclude, on_concluded);
    }
    settle(p);
}

static struct bundle_file file_of(const struct result_paper *paper)
{
    const struct store_document *d = &paper->document;
    return (struct bundle_file){.slot = (enum slot)slot_from_name(d->slot),
                                .file = d->name,
                                .sha256 = d->sha256};
}

static enum urgency urgency_of(const struct process *p)
{
    return p->job.priority > URGENCY_BULK ? URGENCY_BULK
                                          : (enum urgency)p->job.priority;
}

static void assemble(struct process *p)
{
    struct bundle_file files[LANE_MAX_FILES];
    for (size_t i = 0; i < p->n_papers; i++)
        files[i] = file_of(&p->papers[i]);
    const struct lane_task t = {.kind = LANE_ASSEMBLE,
                                .files = files,
                                .n_files = p->n_papers,
                                .n_against = p->n_against,
                                .order = p->is_run ? &p->order : NULL,
                                .today = p->today};
    p->is_assembling = true;
    p->outstanding++;
    pool_add(p->pool, urgency_of(p), &t, p->fds, on_assembled, p);
    for (size_t i = 0; i < p->n_papers; i++)
        p->fds[i] = -1;
}

static void finish_measuring(struct process *p)
{
    struct service *s = p->service;
    struct err e;
    p->is_finished = true;
    if (store_job_done(s->store, p->job.id, p->job.lease, s->now_ms, &e))
        fail(p, e.code, e.text);
}

static void ready(struct process *p, size_t i, int fd)
{
    p->fds[i] = fd;
    if (++p->n_ready < p->n_papers)
        return;
    if (p->only_measures)
        finish_measuring(p);
    else
        assemble(p);
}

/* --- measuring --------------------------------------------------------- */

static void on_kept(struct service *s, void *context, int code)
{
    struct errand *x = context;
    struct process *p = x->owner;
    struct err e = {0};
    if (go_on(p)) {
        if (code)
            fail(p, code, x->error->text);
        else if (result_keep_measurement(s, p->arena, p->application.id,
                                         &p->papers[x->which], x, &e))
            fail(p, e.code, e.text);
        else {
            ready(p, x->which, x->fd);
            x->fd = -1;
        }
        settle(p);
    }
    errand_free(x);
}

/* Time runs out where a machine has too much to do: later it may have less. */
static bool may_be_repeated(const struct process *p)
{
    const struct jobs_settings *s =
        conf_values(p->service->conf, jobs_section.name);
    return p->job.attempts < s->attempts;
}

/* Which paper of the process an answer is for. */
struct asked {
    struct process *process;
    size_t which;
};

static void on_measured(struct service *s, void *context,
                        const struct lane_answer *answer)
{
    (void)s;
    struct asked *asked = context;
    struct process *p = asked->process;
    if (!go_on(p))
        return;
    if (answer->code == ERR_TIMEOUT && may_be_repeated(p)) {
        fail(p, answer->code, answer->detail);
    } else if (answer->code) {
        /* Its failure is the result; it is not kept, so that the next run
         * tries again. */
        ready(p, asked->which, dup(answer->fd));
    } else {
        struct errand *x = new_errand(p, asked->which);
        x->fd = dup(answer->fd);
        send_errand(p, x, errand_keep, on_kept);
    }
    settle(p);
}

static void measure(struct process *p, size_t i, int fd)
{
    const struct bundle_file file = file_of(&p->papers[i]);
    const struct lane_task t = {.kind = LANE_MEASURE,
                                .files = &file,
                                .n_files = 1,
                                .order = &p->order,
                                .is_kept = true};
    struct asked *asked = arena_new_struct(p->arena, struct asked);
    *asked = (struct asked){p, i};
    p->outstanding++;
    pool_add(p->pool, urgency_of(p), &t, &fd, on_measured, asked);
}

static void on_loaded(struct service *s, void *context, int code)
{
    (void)s;
    struct errand *x = context;
    struct process *p = x->owner;
    if (go_on(p)) {
        if (code) {
            fail(p, code, x->error->text);
        } else {
            int fd = x->fd;
            x->fd = -1;
            if (p->papers[x->which].is_measured)
                ready(p, x->which, fd);
            else
                measure(p, x->which, fd);
        }
        settle(p);
    }
    errand_free(x);
}

/* --- the beginning ----------------------------------------------------- */

static int by_slot(const void *a, const void *b)
{
    const struct result_paper *x = a, *y = b;
    return slot_from_name(x->document.slot) - slot_from_name(y->document.slot);
}

static void add_paper(struct process *p, const struct result_paper *paper)
{
    p->fds[p->n_papers] = -1;
    p->papers[p->n_papers++] = *paper;
}

/* What came by mail, each as the document it is the original of. */
static int list_originals(struct process *p, struct err *e)
{
    struct store_paper *all;
    size_t n;
    int r = store_papers(p->service->store, p->arena, p->application.id, false,
                         &all, &n, e);
    for (size_t i = 0; r == 0 && i < n && p->n_papers < SLOT_COUNT; i++)
        add_paper(p, &(struct result_paper){
                         .document = {.id = all[i].id,
                                      .application = p->application.id,
                                      .slot = all[i].slot,
                                      .blob = all[i].blob,
                                      .sha256 = all[i].sha256,
                                      .name = all[i].name}});
    return r;
}

static int list_uploads(struct process *p, struct err *e)
{
    struct store *s = p->service->store;
    struct store_document one, *all = &one;
    size_t n = 1;
    int r = p->is_run
                ? store_documents(s, p->arena, p->application.id, false, &all,
                                  &n, e)
                : store_document_get(s, p->arena, p->job.subject, &one, e);
    for (size_t i = 0; r == 0 && i < n && p->n_papers < SLOT_COUNT; i++)
        if (all[i].replaced_ms == 0)
            add_paper(p, &(struct result_paper){.document = all[i]});
    return r;
}

static int list_papers(struct process *p, struct err *e)
{
    int r = p->is_paper ? list_originals(p, e) : list_uploads(p, e);
    qsort(p->papers, p->n_papers, sizeof *p->papers, by_slot);
    return r;
}

/* What is known of a paper already. */
static int look_up(struct process *p, struct result_paper *paper, struct err *e)
{
    paper->key = process_key(p->arena, p->service->conf, paper->document.sha256,
                             paper->document.slot, &p->order);
    int r =
        store_measurement_get(p->service->store, p->arena, p->application.id,
                              paper->key, &paper->measurement, e);
    paper->is_measured = r == 0;
    return r == ERR_MISSING ? 0 : r;
}

/* The uploads beside the originals: only their seals are wanted. They were
 * measured once, and are again when settings or program are others now. */
static int list_against(struct process *p, struct err *e)
{
    struct store_document *all;
    size_t n;
    int r = store_documents(p->service->store, p->arena, p->application.id,
                            false, &all, &n, e);
    for (size_t i = 0; r == 0 && i < n && p->n_against < SLOT_COUNT; i++) {
        struct result_paper upload = {.document = all[i]};
        r = look_up(p, &upload, e);
        add_paper(p, &upload);
        p->n_against++;
    }
    return r;
}

const char *process_today(struct arena *a, int64_t now_ms)
{
    time_t t = (time_t)(now_ms / 1000) + UTC_PLUS_8_S;
    struct tm tm;
    char text[16];
    if (!gmtime_r(&t, &tm) || !strftime(text, sizeof text, "%Y-%m-%d", &tm))
        return "1970-01-01";
    return arena_strdup(a, text);
}

static int prepare(struct process *p, struct err *e)
{
    struct service *s = p->service;
    int r = store_application_get(s->store, p->arena, p->job.application,
                                  &p->application, e);
    if (r == 0)
        r = form_order(s, p->arena, &p->application, p->application.form,
                       &p->order, e);
    if (r == 0)
        r = form_others(s, p->arena, &p->application, &p->order, e);
    if (r == 0)
        r = list_papers(p, e);
    for (size_t i = 0; i < p->n_papers && r == 0; i++)
        r = look_up(p, &p->papers[i], e);
    if (r == 0 && p->n_papers == 0)
        r = err_set(e, ERR_MISSING, "no document is there any more");
    return r == 0 && p->is_paper ? list_against(p, e) : r;
}

static void copy_job(struct process *p, const struct store_job *job)
{
    struct arena *a = p->arena;
    p->job = *job;
    p->job.id = arena_strdup(a, job->id);
    p->job.application = arena_strdup(a, job->application);
    p->job.subject = job->subject ? arena_strdup(a, job->subject) : NULL;
    p->job.lease = arena_strdup(a, job->lease);
    p->job.kind = arena_strdup(a, job->kind);
    p->job.payload = job->payload ? arena_strdup(a, job->payload) : NULL;
}

int process_start(struct service *s, struct pool *pool,
                  const struct store_job *job, process_done *done,
                  void *context, struct process **ret, struct err *e)
{
    struct arena *a = arena_new(ARENA);
    struct process *p = arena_new_struct(a, struct process);
    *p = (struct process){.arena = a,
                          .service = s,
                          .pool = pool,
                          .is_paper = strcmp(job->kind, PROCESS_PAPER) == 0,
                          .only_measures =
                              strcmp(job->kind, PROCESS_MEASURE) == 0,
                          .today = process_today(a, s->now_ms),
                          .done = done,
                          .context = context};
    p->is_run = p->is_paper || strcmp(job->kind, PROCESS_RUN) == 0;
    copy_job(p, job);
    int r = prepare(p, e);
    for (size_t i = 0; i < p->n_papers && r == 0 && p->code == 0; i++) {
        struct errand *x = new_errand(p, i);
        const struct result_paper *paper = &p->papers[i];
        x->blob =
            arena_strdup(x->arena, paper->is_measured ? paper->measurement.blob
                                                      : paper->document.blob);
        send_errand(p, x, errand_load, on_loaded);
    }
    if (r == 0 && p->code != 0 && p->outstanding == 0)
        r = err_set(e, (enum err_code)p->code, "%s", p->why);
    if (r) {
        process_free(p);
        return r;
    }
    *ret = p;
    return 0;
}
