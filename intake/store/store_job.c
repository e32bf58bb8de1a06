/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Jobs: leases with tokens, and whose turn it is.
 *
 * Within a priority the order is start-time fair queueing (Goyal, Vin, Cheng:
 * "Start-time fair queuing", 1996) with jobs of equal cost: a job's turn is one
 * more than its share's last turn, but never before the turn that is being
 * served. So shares with work take turns, one with nothing to do saves up
 * nothing, and claiming is one step in an index. The clock is the row ''.
 */

#include "base/arena.h"
#include "base/err.h"
#include "intake/store/ident.h"
#include "intake/store/store_row.h"

static int next_turn(struct store *s, const char *share, int64_t *ret,
                     struct err *e)
{
    return store_number(
        s,
        "INSERT INTO share (name, turn) VALUES ($1, 1 + coalesce("
        "(SELECT turn FROM share WHERE name = ''), 0)) "
        "ON CONFLICT (name) DO UPDATE SET turn = CASE "
        "WHEN share.turn >= excluded.turn THEN share.turn + 1 "
        "ELSE excluded.turn END RETURNING turn",
        PARAMS(text(share)), ret, e);
}

int store_job_add(struct store *s, const struct store_job *row, struct err *e)
{
    struct store_job job = *row;
    bool own;
    int r = store_enter(s, &own, e);
    if (r)
        return r;
    if (!job.share || !*job.share)
        job.share = "-";
    r = next_turn(s, job.share, &job.turn, e);
    if (r == 0)
        r = row_insert(s, row_job(), &job, e);
    return store_leave(s, own, r, e);
}

int store_job_get(struct store *s, struct arena *a, const char *id,
                  struct store_job *ret, struct err *e)
{
    return row_one(s, a, row_job(), "WHERE id = $1", PARAMS(text(id)), ret, e);
}

int store_jobs_of(struct store *s, struct arena *a, const char *application,
                  struct store_job **ret, size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_job(),
                    "WHERE application = $1 ORDER BY created_ms, id",
                    PARAMS(text(application)), ret, ret_n, e);
}

/* --- claiming -------------------------------------------------------------*/

/* The conditions are those of the index job_next. */
static const char any_kind[] =
    "UPDATE job SET state = 1, attempts = attempts + 1, owner = $1, "
    "lease = $2, lease_until_ms = $3, started_ms = $4, progress = 0, "
    "stage_name = NULL WHERE id = (SELECT id FROM job WHERE state = 0 "
    "AND priority <= $5 AND run_at_ms <= $4 "
    "ORDER BY priority, turn, id LIMIT 1) RETURNING %s";
static const char one_kind[] =
    "UPDATE job SET state = 1, attempts = attempts + 1, owner = $1, "
    "lease = $2, lease_until_ms = $3, started_ms = $4, progress = 0, "
    "stage_name = NULL WHERE id = (SELECT id FROM job WHERE state = 0 "
    "AND priority <= $5 AND run_at_ms <= $4 AND kind = $6 "
    "ORDER BY priority, turn, id LIMIT 1) RETURNING %s";

int store_job_claim(struct store *s, struct arena *a, const char *kind,
                    int64_t priority_max, const char *owner, int64_t now_ms,
                    int64_t lease_ms, struct store_job *ret, struct err *e)
{
    char token[IDENT];
    bool own;
    int r = store_enter(s, &own, e);
    if (r)
        return r;
    ident_new(now_ms, token);
    r = row_returned(s, a, row_job(), kind ? one_kind : any_kind,
                     PARAMS(text(owner), text(token),
                            integer(now_ms + lease_ms), integer(now_ms),
                            integer(priority_max), text(kind)),
                     ret, e);
    if (r == 0)
        r = store_run(s,
                      "INSERT INTO share (name, turn) VALUES ('', $1) "
                      "ON CONFLICT (name) DO UPDATE SET turn = excluded.turn "
                      "WHERE share.turn < excluded.turn",
                      PARAMS(integer(ret->turn)), NULL, e);
    return store_leave(s, own, r, e);
}

static int lost(int r, int64_t changed, const char *id, struct err *e)
{
    return r ? r
           : changed
               ? 0
               : err_set(e, ERR_CONFLICT, "job %s: the lease is lost", id);
}

int store_job_beat(struct store *s, const char *id, const char *lease,
                   int64_t until_ms, int64_t progress, const char *stage_name,
                   struct err *e)
{
    int64_t changed = 0;
    int r = store_run(s,
                      "UPDATE job SET lease_until_ms = $3, progress = $4, "
                      "stage_name = $5 "
                      "WHERE id = $1 AND lease = $2 AND state = 1",
                      PARAMS(text(id), text(lease), integer(until_ms),
                             integer(progress), text(stage_name)),
                      &changed, e);
    return lost(r, changed, id, e);
}

int store_job_done(struct store *s, const char *id, const char *lease,
                   int64_t now_ms, struct err *e)
{
    int64_t changed = 0;
    int r =
        store_run(s,
                  "UPDATE job SET state = 2, finished_ms = $3, "
                  "progress = 100, lease = NULL, lease_until_ms = 0, "
                  "failure = NULL "
                  "WHERE id = $1 AND lease = $2 AND state = 1",
                  PARAMS(text(id), text(lease), integer(now_ms)), &changed, e);
    return lost(r, changed, id, e);
}

/* --- failing --------------------------------------------------------------*/

/* Doubles with every attempt, up to the most. */
static int64_t backoff_ms(const struct store_job_policy *p, int64_t attempts)
{
    int64_t wait = p->backoff_ms;
    for (int64_t i = 1; i < attempts && wait < p->backoff_max_ms; i++)
        wait *= 2;
    return wait < p->backoff_max_ms ? wait : p->backoff_max_ms;
}

static int end_attempt(struct store *s, const struct store_job *job,
                       bool crashed, const char *failure, int64_t now_ms,
                       const struct store_job_policy *p, bool *ret_final,
                       struct err *e)
{
    int64_t crashes = job->crashes + crashed;
    bool final = crashes >= p->max_crashes || job->attempts >= p->max_attempts;
    *ret_final = final;
    return store_run(
        s,
        "UPDATE job SET state = $2, crashes = $3, failure = $4, "
        "run_at_ms = $5, finished_ms = $6, lease = NULL, lease_until_ms = 0 "
        "WHERE id = $1",
        PARAMS(text(job->id), integer(final ? JOB_FAILED : JOB_QUEUED),
               integer(crashes), text(failure),
               integer(final ? job->run_at_ms
                             : now_ms + backoff_ms(p, job->attempts)),
               integer(final ? now_ms : 0)),
        NULL, e);
}

int store_job_fail(struct store *s, const char *id, const char *lease,
                   bool crashed, const char *failure, int64_t now_ms,
                   const struct store_job_policy *policy, bool *ret_final,
                   struct err *e)
{
    struct arena *a = arena_new(1 << 20);
    struct store_job job;
    bool own;
    int r = store_enter(s, &own, e);
    if (r == 0) {
        r = row_one(s, a, row_job(),
                    "WHERE id = $1 AND lease = $2 AND state = 1",
                    PARAMS(text(id), text(lease)), &job, e);
        if (r == ERR_MISSING)
            r = lost(0, 0, id, e);
        if (r == 0)
            r = end_attempt(s, &job, crashed, failure, now_ms, policy,
                            ret_final, e);
        r = store_leave(s, own, r, e);
    }
    arena_free(a);
    return r;
}

int store_jobs_expire(struct store *s, struct arena *a, int64_t now_ms,
                      const struct store_job_policy *policy,
                      struct store_job **ret_final, size_t *ret_n,
                      struct err *e)
{
    size_t n = 0, kept = 0;
    bool own, final;
    *ret_n = 0;
    int r = store_enter(s, &own, e);
    if (r)
        return r;
    r = row_many(s, a, row_job(),
                 "WHERE state = 1 AND lease_until_ms < $1 "
                 "ORDER BY lease_until_ms LIMIT 1000",
                 PARAMS(integer(now_ms)), ret_final, &n, e);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct store_job *jobs = *ret_final;
        r = end_attempt(s, &jobs[i], true, "the lease ran out", now_ms, policy,
                        &final, e);
        if (r == 0 && final)
            jobs[kept++] = jobs[i];
    }
    *ret_n = kept;
    return store_leave(s, own, r, e);
}

int store_job_retry(struct store *s, const char *id, int64_t now_ms,
                    struct err *e)
{
    int64_t changed = 0;
    int r = store_run(s,
                      "UPDATE job SET state = 0, attempts = 0, crashes = 0, "
                      "run_at_ms = $2, finished_ms = 0 "
                      "WHERE id = $1 AND state = 3",
                      PARAMS(text(id), integer(now_ms)), &changed, e);
    return r         ? r
           : changed ? 0
                     : err_set(e, ERR_CONFLICT, "job %s has not failed", id);
}

int store_jobs_cancel(struct store *s, const char *application, int64_t now_ms,
                      struct err *e)
{
    return store_run(s,
                     "UPDATE job SET state = 3, failure = 'cancelled', "
                     "finished_ms = $2 WHERE application = $1 AND state = 0",
                     PARAMS(text(application), integer(now_ms)), NULL, e);
}

int store_job_counts(struct store *s, struct store_job_counts *ret,
                     struct err *e)
{
    const struct {
        const char *sql;
        int64_t *to;
    } counts[] = {
        {"SELECT count(*) FROM job WHERE state = 0", &ret->queued},
        {"SELECT count(*) FROM job WHERE state = 1", &ret->running},
        {"SELECT count(*) FROM job WHERE state = 3 AND failure <> 'cancelled'",
         &ret->failed},
        {"SELECT min(created_ms) FROM job WHERE state = 0", &ret->oldest_ms},
    };
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof counts / sizeof *counts; i++)
        r = store_number(s, counts[i].sql, NULL, 0, counts[i].to, e);
    return r;
}
