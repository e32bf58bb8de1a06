/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A store against a model in memory: 1,000 random steps, and after each one
 * both must say the same. Steps may fail: then both must refuse. Transactions
 * are kept or taken back, requests within them too, and now and then the store
 * is closed and opened again.
 */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "tests/dice.h"
#include "tests/unit/store_backends.h"

enum {
    STEPS = 1000,
    SEEDS = 3,
    APPS = 6,
    JOBS = 40,
    USERS = 3,
    SHARES = 3,
    LEASE = 40
};

static const char *const users[USERS] = {"li", "wang", "zhao"};
static const char *const shares[SHARES] = {"a", "b", "c"};

/* --- the model ------------------------------------------------------------*/

struct app {
    bool is_there, open; /* open: a decision is pending */
    int64_t version, stage, rounds, due, undo_until, decision;
    int decided_by, holder; /* users; holder -1: nobody ever */
    int64_t lease_until;
};
struct job {
    int64_t state, priority, turn, attempts, crashes, run_at, lease_until;
    char token[IDENT]; /* the store's to choose */
};
struct model {
    struct app apps[APPS];
    struct job jobs[JOBS];
    int64_t n_jobs, turns[SHARES], clock, decisions;
};

static struct model now, before, at_savepoint;
static bool in_transaction, in_savepoint;
static int64_t time_ms;

static unsigned pick(unsigned n)
{
    return (unsigned)(dice_next() % n);
}

static void same(const char *what, int got, int want)
{
    if (got != want)
        fail_msg("%s: the store says %s, the model %s", what, err_name(got),
                 err_name(want));
}

/* --- steps ----------------------------------------------------------------*/

static void add_application(void)
{
    unsigned i = pick(APPS);
    struct app *m = &now.apps[i];
    struct store_application row = in_review(i, (enum store_verdict)pick(4));
    row.due_ms = time_ms + pick(50);
    same("add", store_application_add(bench.s, &row, NULL),
         m->is_there ? ERR_CONFLICT : 0);
    if (!m->is_there)
        *m = (struct app){.is_there = true,
                          .version = 1,
                          .stage = STAGE_REVIEW,
                          .due = row.due_ms,
                          .holder = -1};
}

static void save_application(void)
{
    unsigned i = pick(APPS);
    struct app *m = &now.apps[i];
    struct store_application row;
    int r = store_application_get(bench.s, bench.a, id_of(i), &row, NULL);
    same("get", r, m->is_there ? 0 : ERR_MISSING);
    if (r)
        return;
    bool stale = pick(3) == 0;
    row.version -= stale;
    row.due_ms = time_ms + pick(50);
    same("save", store_application_save(bench.s, &row, NULL),
         stale ? ERR_CONFLICT : 0);
    if (!stale) {
        m->version++;
        m->due = row.due_ms;
    }
}

static void decide(void)
{
    unsigned i = pick(APPS), user = pick(USERS);
    struct app *m = &now.apps[i];
    bool returned = pick(2), possible = m->stage == STAGE_REVIEW && !m->open;
    struct store_decision d = {.id = id_of(1001 + (unsigned)now.decisions),
                               .application = id_of(i),
                               .revision = 1,
                               .action = returned ? "return" : "pass",
                               .user = users[user],
                               .created_ms = time_ms,
                               .undo_until_ms = time_ms + pick(20)};
    enum store_stage to = returned ? STAGE_RETURNED : STAGE_PASSED;
    same("decide", store_decide(bench.s, &d, STAGE_REVIEW, to, "decided", NULL),
         !m->is_there ? ERR_MISSING
         : possible   ? 0
                      : ERR_CONFLICT);
    if (!m->is_there || !possible)
        return;
    m->open = true;
    m->stage = (int64_t)to;
    m->rounds += returned;
    m->version++;
    m->undo_until = d.undo_until_ms;
    m->decided_by = (int)user;
    m->decision = ++now.decisions; /* 0: none yet */
}

static void undo(void)
{
    unsigned i = pick(APPS), user = pick(USERS);
    struct app *m = &now.apps[i];
    bool possible =
        m->open && m->decided_by == (int)user && m->undo_until >= time_ms;
    same("undo",
         store_undo(bench.s, id_of(1000 + (unsigned)m->decision), users[user],
                    time_ms, NULL),
         possible ? 0 : ERR_CONFLICT);
    if (!possible)
        return;
    m->open = false;
    m->rounds -= m->stage == STAGE_RETURNED;
    m->stage = STAGE_REVIEW;
    m->version++;
}

static void settle(void)
{
    unsigned i = pick(APPS);
    struct app *m = &now.apps[i];
    bool possible = m->open && m->undo_until < time_ms;
    same("settle",
         store_settle(bench.s, id_of(1000 + (unsigned)m->decision), time_ms,
                      NULL),
         possible ? 0 : ERR_CONFLICT);
    m->open &= !possible;
}

static void take_lease(void)
{
    unsigned i = pick(APPS), user = pick(USERS);
    struct app *m = &now.apps[i];
    bool force = pick(4) == 0;
    struct store_lease lease;
    bool is_free = m->holder < 0 || m->holder == (int)user ||
                   m->lease_until <= time_ms || force;
    same("lease",
         store_lease_take(bench.s, bench.a, id_of(i), users[user],
                          force ? "催办" : NULL, time_ms, LEASE, &lease, NULL),
         !m->is_there ? ERR_MISSING
         : is_free    ? 0
                      : ERR_CONFLICT);
    if (m->is_there && is_free) {
        m->holder = (int)user;
        m->lease_until = time_ms + LEASE;
    }
}

static void add_job(void)
{
    if (now.n_jobs == JOBS)
        return;
    unsigned share = pick(SHARES), i = (unsigned)now.n_jobs++;
    struct job *m = &now.jobs[i];
    struct store_job row = a_job(i, shares[share], pick(2));
    row.run_at_ms = time_ms;
    same("job", store_job_add(bench.s, &row, NULL), 0);
    int64_t turn = now.turns[share];
    turn = turn > now.clock ? turn + 1 : now.clock + 1;
    now.turns[share] = turn;
    *m =
        (struct job){.priority = row.priority, .turn = turn, .run_at = time_ms};
}

/* The first by priority, turn, age, whose time has come. */
static struct job *next_job(void)
{
    struct job *best = NULL;
    for (int64_t i = 0; i < now.n_jobs; i++) {
        struct job *m = &now.jobs[i];
        if (m->state == JOB_QUEUED && m->run_at <= time_ms &&
            (!best || m->priority < best->priority ||
             (m->priority == best->priority && m->turn < best->turn)))
            best = m;
    }
    return best;
}

static void claim(void)
{
    struct store_job row;
    struct job *m = next_job();
    int r = store_job_claim(bench.s, bench.a, NULL, 9, "lane", time_ms, LEASE,
                            &row, NULL);
    same("claim", r, m ? 0 : ERR_MISSING);
    if (r)
        return;
    assert_string_equal(row.id, id_of((unsigned)(m - now.jobs)));
    m->state = JOB_RUNNING;
    m->attempts++;
    m->lease_until = time_ms + LEASE;
    now.clock = m->turn > now.clock ? m->turn : now.clock;
    snprintf(m->token, IDENT, "%s", row.lease);
}

static const struct store_job_policy policy = {3, 2, 8, 16};

static void end_attempt(struct job *m, bool crashed)
{
    m->crashes += crashed;
    m->state =
        m->crashes >= policy.max_crashes || m->attempts >= policy.max_attempts
            ? JOB_FAILED
            : JOB_QUEUED;
    if (m->state == JOB_QUEUED)
        m->run_at = time_ms + (m->attempts > 1 ? 16 : 8);
}

static void finish(void)
{
    if (now.n_jobs == 0)
        return;
    unsigned i = pick((unsigned)now.n_jobs), how = pick(3);
    struct job *m = &now.jobs[i];
    const char *token = pick(5) ? m->token : "stale";
    bool valid = m->state == JOB_RUNNING && strcmp(token, "stale") != 0, final;
    int want = valid ? 0 : ERR_CONFLICT;
    if (how == 0) {
        same("done", store_job_done(bench.s, id_of(i), token, time_ms, NULL),
             want);
        m->state = valid ? JOB_DONE : m->state;
        return;
    }
    same("fail",
         store_job_fail(bench.s, id_of(i), token, how == 1, "no", time_ms,
                        &policy, &final, NULL),
         want);
    if (valid)
        end_attempt(m, how == 1);
}

static void expire(void)
{
    struct store_job *ended;
    size_t n, want = 0;
    good(store_jobs_expire(bench.s, bench.a, time_ms, &policy, &ended, &n,
                           NULL));
    for (int64_t i = 0; i < now.n_jobs; i++) {
        struct job *m = &now.jobs[i];
        if (m->state == JOB_RUNNING && m->lease_until < time_ms) {
            end_attempt(m, true);
            want += m->state == JOB_FAILED;
        }
    }
    assert_int_equal(n, want);
}

static void transaction(void)
{
    if (!in_transaction) {
        good(store_begin(bench.s, pick(2) ? STORE_FACT : STORE_HINT, NULL));
        before = now;
    } else if (in_savepoint) {
        return;
    } else if (pick(3)) {
        good(store_commit(bench.s, NULL));
    } else {
        store_rollback(bench.s);
        now = before;
    }
    in_transaction = !in_transaction;
}

static void request(void)
{
    if (!in_transaction)
        return;
    if (!in_savepoint) {
        good(store_savepoint(bench.s, NULL));
        at_savepoint = now;
    } else if (pick(2)) {
        good(store_release(bench.s, NULL));
    } else {
        good(store_rollback_to(bench.s, NULL));
        now = at_savepoint;
    }
    in_savepoint = !in_savepoint;
}

/* What was not committed is gone; and the log is emptied. */
static void reopen(void)
{
    if (pick(8))
        return;
    if (in_transaction)
        now = before;
    else
        good(store_maintain(bench.s, pick(2), NULL));
    in_transaction = in_savepoint = false;
    store_close(bench.s);
    good(bench_open());
}

static void wait(void)
{
    time_ms += pick(12);
}

/* --- comparing ------------------------------------------------------------*/

static void compare_application(unsigned i, int64_t counts[VIEW_COUNT])
{
    const struct app *m = &now.apps[i];
    struct store_application row;
    struct store_lease lease;
    same("there", store_application_get(bench.s, bench.a, id_of(i), &row, NULL),
         m->is_there ? 0 : ERR_MISSING);
    if (!m->is_there)
        return;
    assert_int_equal(row.version, m->version);
    assert_int_equal(row.stage, m->stage);
    assert_int_equal(row.rounds, m->rounds);
    assert_int_equal(row.due_ms, m->due);
    bool held = m->holder >= 0 && m->lease_until > time_ms;
    same("holder",
         store_lease_get(bench.s, bench.a, id_of(i), time_ms, &lease, NULL),
         held ? 0 : ERR_MISSING);
    if (held)
        assert_string_equal(lease.user, users[m->holder]);
    counts[VIEW_ALL] += m->stage == STAGE_REVIEW;
    counts[VIEW_AGAIN] += m->stage == STAGE_REVIEW && m->rounds > 0;
    counts[VIEW_WAITING] += m->stage == STAGE_RETURNED;
    counts[VIEW_PAPER] += m->stage == STAGE_PASSED;
    counts[VIEW_NEAR] += m->stage == STAGE_REVIEW && m->due < time_ms;
    counts[VIEW_MINE] += held && m->holder == 0;
}

static void compare(void)
{
    static const enum store_view views[] = {
        VIEW_ALL, VIEW_AGAIN, VIEW_WAITING, VIEW_PAPER, VIEW_NEAR, VIEW_MINE};
    int64_t want[VIEW_COUNT] = {0}, got[VIEW_COUNT];
    struct store_job_counts jobs, want_jobs = {0};
    for (unsigned i = 0; i < APPS; i++)
        compare_application(i, want);
    good(store_queue_counts(bench.s, users[0], time_ms, time_ms, got, NULL));
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        assert_int_equal(got[views[i]], want[views[i]]);
    good(store_job_counts(bench.s, &jobs, NULL));
    for (int64_t i = 0; i < now.n_jobs; i++) {
        want_jobs.queued += now.jobs[i].state == JOB_QUEUED;
        want_jobs.running += now.jobs[i].state == JOB_RUNNING;
        want_jobs.failed += now.jobs[i].state == JOB_FAILED;
    }
    assert_int_equal(jobs.queued, want_jobs.queued);
    assert_int_equal(jobs.running, want_jobs.running);
    assert_int_equal(jobs.failed, want_jobs.failed);
}

static void steps_do_what_the_model_does(void **state)
{
    (void)state;
    static void (*const steps[])(void) = {add_application,
                                          save_application,
                                          decide,
                                          undo,
                                          settle,
                                          take_lease,
                                          add_job,
                                          claim,
                                          claim,
                                          finish,
                                          finish,
                                          expire,
                                          transaction,
                                          request,
                                          reopen,
                                          wait,
                                          wait};
    for (uint64_t s = 1; s <= SEEDS; s++) {
        bench_tear_down(NULL);
        good(bench_set_up(NULL));
        memset(&now, 0, sizeof now);
        in_transaction = in_savepoint = false;
        time_ms = NOW;
        dice_seed = s;
        for (int i = 0; i < STEPS; i++) {
            struct arena *kept = bench.a;
            bench.a = arena_new(64 << 20);
            steps[pick(sizeof steps / sizeof *steps)]();
            compare();
            arena_free(bench.a);
            bench.a = kept;
        }
    }
}

static const struct CMUnitTest tests[] = {test(steps_do_what_the_model_does)};

RUN_ON_ALL(tests)
