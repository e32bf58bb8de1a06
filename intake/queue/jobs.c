/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/queue/jobs.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/core/service.h"
#include "intake/queue/artefact.h"
#include "intake/queue/checks.h"
#include "intake/queue/process.h"
#include "intake/queue/result.h"
#include "intake/queue/scans.h"
#include "intake/queue/watch.h"
#include "intake/store/ident.h"
#include "intake/store/store.h"

enum {
    MAX_RUNNING = 128,
    TICK_MS = 200,
    SWEEP_MS = 10 * 60 * 1000,
    TURN_ARENA = 16 << 20,
    BACKOFF_MS = 2000,
    BACKOFF_MAX_MS = 5 * 60 * 1000,
    ROUGH_JOB_MS = 2500, /* of one document, to guess how long a queue takes */
};

#define T struct jobs_settings
static const struct param params[] = {
    PARAM_INT_OF(T, lease_s, "s", 3, 3600, 60,
                 "一项任务多久没有进展就交给别的进程重做",
                 "after how long without a sign a job is started again"),
    PARAM_INT_OF(T, attempts, "", 1, 20, 3, "一项任务失败几次后转人工",
                 "attempts after which a job goes to a person"),
    PARAM_INT_OF(T, most_waiting, "", 1, 1000000, 2000,
                 "排队任务达到多少时暂停接收",
                 "jobs waiting at which no more are taken in (503)"),
    {0},
};
#undef T

const struct conf_section jobs_section = {"jobs", params,
                                          sizeof(struct jobs_settings)};

struct jobs {
    struct service *service;
    const struct jobs_settings *settings;
    struct pool *pool;
    struct artefact_cache *cache;
    struct checks *checks;
    struct process *running[MAX_RUNNING];
    size_t n_running;
    int64_t beaten_ms;
    bool is_draining;
    struct store_job_counts counts; /* as of the last tick */
};

static struct store_job_policy policy_of(const struct jobs *j)
{
    return (struct store_job_policy){.max_attempts = j->settings->attempts,
                                     .max_crashes = j->settings->attempts,
                                     .backoff_ms = BACKOFF_MS,
                                     .backoff_max_ms = BACKOFF_MAX_MS};
}

/* --- ends -------------------------------------------------------------- */

/* The job will not be tried again: a person has to look. */
static void give_up(struct jobs *j, const struct store_job *job)
{
    struct service *s = j->service;
    struct arena *a = arena_new(TURN_ARENA);
    struct store_application row;
    struct store_document d;
    if (strcmp(job->kind, PROCESS_CHECK) == 0 && job->subject &&
        store_document_get(s->store, a, job->subject, &d, NULL) == 0) {
        d.quick = "failed";
        d.quick_findings = result_not_checked;
        store_document_save(s->store, &d, NULL);
    }
    if (strcmp(job->kind, PROCESS_RUN) == 0 &&
        store_application_get(s->store, a, job->application, &row, NULL) == 0 &&
        row.stage == STAGE_MEASURING) {
        row.stage = STAGE_FAILED;
        row.updated_ms = s->now_ms;
        store_application_save(s->store, &row, NULL);
    }
    service_tell(s, "job.failed", job->application, "{}");
    service_wake(s, job->application);
    arena_free(a);
}

static void claim_more(struct jobs *j);

static void on_done(struct service *s, void *context, struct process *p,
                    int code, const char *why)
{
    struct jobs *j = context;
    const struct store_job *job = process_job(p);
    const struct store_job_policy policy = policy_of(j);
    bool final = false;
    for (size_t i = 0; i < j->n_running; i++)
        if (j->running[i] == p) {
            j->running[i] = j->running[--j->n_running];
            break;
        }
    if (code != 0 && code != ERR_CONFLICT &&
        store_job_fail(s->store, job->id, job->lease, false, why, s->now_ms,
                       &policy, &final, NULL) == 0 &&
        final)
        give_up(j, job);
    process_free(p);
    claim_more(j);
}

/* --- every tick -------------------------------------------------------- */

static void beat(struct jobs *j)
{
    struct service *s = j->service;
    int64_t lease_ms = 1000 * (int64_t)j->settings->lease_s;
    if (s->now_ms - j->beaten_ms < lease_ms / 3)
        return;
    j->beaten_ms = s->now_ms;
    for (size_t i = 0; i < j->n_running; i++) {
        struct process *p = j->running[i];
        const struct store_job *job = process_job(p);
        const char *stage;
        int done = process_progress(p, &stage);
        if (store_job_beat(s->store, job->id, job->lease, s->now_ms + lease_ms,
                           done, stage, NULL) == ERR_CONFLICT)
            process_drop(p);
    }
}

static void expire(struct jobs *j, struct arena *a)
{
    const struct store_job_policy policy = policy_of(j);
    struct store_job *lost;
    size_t n;
    if (store_jobs_expire(j->service->store, a, j->service->now_ms, &policy,
                          &lost, &n, NULL))
        return;
    for (size_t i = 0; i < n; i++)
        give_up(j, &lost[i]);
}

/* One job; false when there is none. */
static bool claim(struct jobs *j, struct arena *a)
{
    struct service *s = j->service;
    const struct store_job_policy policy = policy_of(j);
    struct store_job job;
    struct process *p;
    struct err e = {0};
    bool final = false;
    if (store_job_claim(s->store, a, NULL, URGENCY_BULK, "core", s->now_ms,
                        1000 * (int64_t)j->settings->lease_s, &job, NULL))
        return false;
    if (process_start(s, j->pool, &job, on_done, j, &p, &e) == 0) {
        j->running[j->n_running++] = p;
        return true;
    }
    if (e.code == ERR_MISSING) /* replaced or erased meanwhile */
        store_job_done(s->store, job.id, job.lease, s->now_ms, NULL);
    else if (store_job_fail(s->store, job.id, job.lease, false, e.text,
                            s->now_ms, &policy, &final, NULL) == 0 &&
             final)
        give_up(j, &job);
    return true;
}

/* What is loaded but not measured yet is not in the pool, so the number of jobs
 * bounds it as well. */
static void claim_more(struct jobs *j)
{
    struct arena *a = arena_new(TURN_ARENA);
    while (!j->is_draining && pool_is_hungry(j->pool) &&
           j->n_running < 2 * lane_count(j->service->conf) &&
           j->n_running < MAX_RUNNING && claim(j, a))
        ;
    arena_free(a);
}

/* Uploads that nobody went on with; their parts go with the next sweep. */
static void drop_uploads(struct service *s, void *context)
{
    enum { AT_ONCE = 100 };
    struct arena *a = arena_new(TURN_ARENA);
    struct store_upload *old;
    size_t n;
    if (store_uploads_expired(s->store, a, s->now_ms, AT_ONCE, &old, &n,
                              NULL) == 0)
        for (size_t i = 0; i < n; i++)
            store_upload_delete(s->store, old[i].id, NULL);
    arena_free(a);
    (void)context;
}

static void tick(struct service *s, void *context)
{
    struct jobs *j = context;
    struct arena *a = arena_new(TURN_ARENA);
    beat(j);
    expire(j, a);
    checks_expire(s, j->checks);
    claim_more(j);
    store_job_counts(s->store, &j->counts, NULL);
    arena_free(a);
}

/* --- for others -------------------------------------------------------- */

int jobs_open(struct service *s, struct arena *a, struct err *e)
{
    struct jobs *j = arena_new_struct(a, struct jobs);
    j->service = s;
    j->settings = conf_values(s->conf, jobs_section.name);
    j->cache = artefact_cache_new(a);
    j->pool = pool_open(s, a);
    j->checks = checks_new(a, j->pool);
    s->jobs = j;
    service_every(s, TICK_MS, tick, j);
    service_every(s, SWEEP_MS, drop_uploads, j);
    int r = watch_open(s, a, e);
    if (r == 0)
        r = scans_open(s, a, e);
    return r ? r : store_job_counts(s->store, &j->counts, e);
}

void jobs_lanes_changed(struct service *s)
{
    pool_link_changed(s->jobs->pool);
}

void jobs_drain(struct service *s)
{
    s->jobs->is_draining = true;
}

bool jobs_is_idle(const struct service *s)
{
    return s->jobs->n_running == 0;
}

int jobs_add(struct service *s, const char *kind,
             const struct store_application *row, const char *subject,
             enum urgency urgency, struct err *e)
{
    char id[IDENT];
    ident_new(s->now_ms, id);
    const struct store_job job = {.id = id,
                                  .kind = kind,
                                  .application = row->id,
                                  .subject = subject,
                                  .revision = row->revision,
                                  .share = row->client ? row->client : row->id,
                                  .priority = urgency,
                                  .state = JOB_QUEUED,
                                  .run_at_ms = s->now_ms,
                                  .created_ms = s->now_ms};
    s->jobs->counts.queued++;
    return store_job_add(s->store, &job, e);
}

bool jobs_is_full(struct service *s, int *ret_retry_s)
{
    const struct jobs *j = s->jobs;
    size_t lanes = lane_count(s->conf);
    *ret_retry_s =
        (int)(j->counts.queued * ROUGH_JOB_MS / (1000 * (int64_t)lanes)) / 10 +
        5;
    return j->counts.queued >= j->settings->most_waiting || j->is_draining;
}

struct pool *jobs_pool(const struct service *s)
{
    return s->jobs->pool;
}

struct artefact_cache *jobs_cache(struct service *s)
{
    return s->jobs->cache;
}

struct checks *jobs_checks(struct service *s)
{
    return s->jobs->checks;
}
