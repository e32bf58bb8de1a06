/* SPDX-License-Identifier: GPL-3.0-or-later */

/* store: jobs: leases, turns, priorities, back-off, poison. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "store_backends.h"

enum { LEASE = 60 };

static const struct store_job_policy policy = {.max_attempts = 5,
                                               .max_crashes = 2,
                                               .backoff_ms = 10,
                                               .backoff_max_ms = 40};

static void add(unsigned n, const char *share, int64_t priority)
{
    struct store_job job = a_job(n, share, priority);
    good(store_job_add(bench.s, &job, NULL));
}

static int claim(int64_t now_ms, struct store_job *ret)
{
    return store_job_claim(bench.s, bench.a, NULL, 9, "lane", now_ms, LEASE,
                           ret, NULL);
}

static unsigned claimed(int64_t now_ms)
{
    struct store_job job;
    return claim(now_ms, &job) ? 0 : (unsigned)strtoul(job.id, NULL, 10);
}

static void a_lease_is_the_right_to_finish(void **state)
{
    (void)state;
    struct store_job job, again;
    bool final;
    add(1, "a", 0);
    good(claim(NOW, &job));
    assert_int_equal(job.state, JOB_RUNNING);
    assert_int_equal(job.attempts, 1);
    assert_string_equal(job.owner, "lane");
    assert_int_equal(claim(NOW, &again), ERR_MISSING);
    good(store_job_beat(bench.s, job.id, job.lease, NOW + 200, 50, "text",
                        NULL));
    assert_int_equal(
        store_job_beat(bench.s, job.id, "another", NOW, 1, "", NULL),
        ERR_CONFLICT);
    assert_int_equal(store_job_done(bench.s, job.id, "another", NOW, NULL),
                     ERR_CONFLICT);
    assert_int_equal(store_job_fail(bench.s, job.id, "another", true, "", NOW,
                                    &policy, &final, NULL),
                     ERR_CONFLICT);
    good(store_job_get(bench.s, bench.a, job.id, &again, NULL));
    assert_int_equal(again.progress, 50);
    assert_string_equal(again.stage_name, "text");
    good(store_job_done(bench.s, job.id, job.lease, NOW + 1, NULL));
    assert_int_equal(store_job_done(bench.s, job.id, job.lease, NOW, NULL),
                     ERR_CONFLICT);
    good(store_job_get(bench.s, bench.a, job.id, &again, NULL));
    assert_int_equal(again.state, JOB_DONE);
}

static void priority_comes_first(void **state)
{
    (void)state;
    struct store_job job;
    add(1, "bulk", 5);
    add(2, "one", 0);
    add(3, "bulk", 5);
    assert_int_equal(
        store_job_claim(bench.s, bench.a, NULL, -1, "l", NOW, 9, &job, NULL),
        ERR_MISSING);
    assert_int_equal(
        store_job_claim(bench.s, bench.a, "seal", 9, "l", NOW, 9, &job, NULL),
        ERR_MISSING);
    assert_int_equal(claimed(NOW), 2);
    assert_int_equal(claimed(NOW), 1);
    assert_int_equal(claimed(NOW - 1), 0); /* its time has not come */
    assert_int_equal(claimed(NOW), 3);
}

/* A thousand jobs of one client wait; another's job is the next but one. */
static void shares_take_turns(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= 20; i++)
        add(i, "big", 1);
    assert_int_equal(claimed(NOW), 1);
    assert_int_equal(claimed(NOW), 2);
    add(100, "small", 1);
    add(101, "small", 1);
    unsigned order[5];
    for (size_t i = 0; i < 5; i++)
        order[i] = claimed(NOW);
    const unsigned want[] = {3, 100, 4, 101, 5};
    assert_memory_equal(order, want, sizeof want);
    /* Who waited long without work has saved up nothing. */
    add(200, "late", 1);
    add(201, "late", 1);
    unsigned of_late = 0;
    for (size_t i = 0; i < 4; i++)
        of_late += claimed(NOW) >= 200;
    assert_int_equal(of_late, 2);
}

static void failing_waits_longer_each_time(void **state)
{
    (void)state;
    static const int64_t waits[] = {10, 20, 40, 40};
    struct store_job job;
    int64_t now = NOW;
    bool final;
    add(1, "a", 0);
    for (size_t i = 0; i < 4; i++) {
        good(claim(now, &job));
        good(store_job_fail(bench.s, job.id, job.lease, false, "no", now,
                            &policy, &final, NULL));
        assert_false(final);
        good(store_job_get(bench.s, bench.a, job.id, &job, NULL));
        assert_int_equal(job.run_at_ms - now, waits[i]);
        assert_int_equal(claim(job.run_at_ms - 1, &job), ERR_MISSING);
        now = now + waits[i];
    }
    good(claim(now, &job));
    good(store_job_fail(bench.s, job.id, job.lease, false, "no", now, &policy,
                        &final, NULL));
    assert_true(final);
}

static void poison_stops(void **state)
{
    (void)state;
    struct store_job job, *ended;
    struct store_job_counts counts;
    size_t n;
    bool final;
    add(1, "a", 0);
    add(2, "a", 0);
    good(claim(NOW, &job));
    good(store_job_fail(bench.s, job.id, job.lease, true, "died", NOW, &policy,
                        &final, NULL));
    assert_false(final);
    /* The second time the worker's machine is gone: nobody says anything. */
    good(claim(NOW + 10, &job));
    assert_int_equal(strtoul(job.id, NULL, 10), 1);
    good(store_jobs_expire(bench.s, bench.a, NOW + 10 + LEASE, &policy, &ended,
                           &n, NULL));
    assert_int_equal(n, 0);
    good(store_jobs_expire(bench.s, bench.a, NOW + 11 + LEASE, &policy, &ended,
                           &n, NULL));
    assert_int_equal(n, 1);
    assert_string_equal(ended[0].id, id_of(1));
    assert_int_equal(store_job_done(bench.s, job.id, job.lease, NOW, NULL),
                     ERR_CONFLICT);
    good(store_job_counts(bench.s, &counts, NULL));
    assert_int_equal(counts.failed, 1);
    assert_int_equal(counts.queued, 1);
    assert_int_equal(counts.running, 0);
    assert_int_equal(counts.oldest_ms, NOW);
    good(store_job_retry(bench.s, id_of(1), NOW, NULL));
    assert_int_equal(store_job_retry(bench.s, id_of(1), NOW, NULL),
                     ERR_CONFLICT);
    assert_int_equal(claimed(NOW), 1);
}

static void cancelled_jobs_do_not_start(void **state)
{
    (void)state;
    struct store_application row = an_application(1);
    struct store_job job = a_job(5, "a", 0), *jobs;
    size_t n;
    good(store_application_add(bench.s, &row, NULL));
    job.application = row.id;
    good(store_job_add(bench.s, &job, NULL));
    good(store_jobs_cancel(bench.s, row.id, NOW, NULL));
    assert_int_equal(claimed(NOW), 0);
    good(store_jobs_of(bench.s, bench.a, row.id, &jobs, &n, NULL));
    assert_int_equal(n, 1);
    assert_string_equal(jobs[0].failure, "cancelled");
}

static const struct CMUnitTest tests[] = {
    test(a_lease_is_the_right_to_finish),
    test(priority_comes_first),
    test(shares_take_turns),
    test(failing_waits_longer_each_time),
    test(poison_stops),
    test(cancelled_jobs_do_not_start),
};

RUN_ON_ALL(tests)
