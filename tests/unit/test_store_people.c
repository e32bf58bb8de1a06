/* SPDX-License-Identifier: GPL-3.0-or-later */

/* store: users, sessions, clients, repeated requests, rule sets, logs, numbers.
 */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "intake/store/store_stats.h"
#include "store_backends.h"

static void add_user(unsigned n, const char *name)
{
    struct store_user user = {.id = id_of(n),
                              .name = name,
                              .display = "李",
                              .roles = "reviewer second",
                              .created_ms = NOW,
                              .version = 1};
    good(store_user_add(bench.s, &user, NULL));
}

static void users_have_one_name(void **state)
{
    (void)state;
    struct store_user user, stale, *all;
    size_t n;
    add_user(1, "li");
    good(store_user_by_name(bench.s, bench.a, "li", &user, NULL));
    stale = user;
    user.failures = 3;
    good(store_user_save(bench.s, &user, NULL));
    assert_int_equal(store_user_save(bench.s, &stale, NULL), ERR_CONFLICT);
    user.id = id_of(2);
    assert_int_equal(store_user_add(bench.s, &user, NULL), ERR_CONFLICT);
    good(store_user_get(bench.s, bench.a, id_of(1), &user, NULL));
    assert_int_equal(user.failures, 3);
    assert_int_equal(store_user_by_name(bench.s, bench.a, "LI", &user, NULL),
                     ERR_MISSING);
    good(store_users(bench.s, bench.a, &all, &n, NULL));
    assert_int_equal(n, 1);
}

static void a_user_has_so_many_sessions(void **state)
{
    (void)state;
    struct store_session row = {.user = id_of(1)}, *rows;
    size_t n;
    add_user(1, "li");
    for (unsigned i = 0; i < 5; i++) {
        row.hash = arena_printf(bench.a, "hash-%u", i);
        row.created_ms = NOW + i / 2; /* two at the same time */
        row.expires_ms = NOW + 10 + i;
        good(store_session_add(bench.s, &row, 3, NULL));
        good(store_session_get(bench.s, bench.a, row.hash, &row, NULL));
    }
    good(store_sessions(bench.s, bench.a, id_of(1), &rows, &n, NULL));
    assert_int_equal(n, 3);
    row.seen_ms = NOW + 5;
    good(store_session_save(bench.s, &row, NULL));
    good(store_session_get(bench.s, bench.a, "hash-4", &row, NULL));
    assert_int_equal(row.seen_ms, NOW + 5);
    assert_int_equal(store_session_get(bench.s, bench.a, "hash-0", &row, NULL),
                     ERR_MISSING);
    good(store_expire(bench.s, NOW + 14, 0, NULL));
    good(store_sessions(bench.s, bench.a, id_of(1), &rows, &n, NULL));
    assert_int_equal(n, 1);
    good(store_session_delete(bench.s, "hash-4", NULL));
    row.hash = "h";
    good(store_session_add(bench.s, &row, 3, NULL));
    good(store_sessions_delete_of(bench.s, id_of(1), NULL));
    good(store_sessions(bench.s, bench.a, id_of(1), &rows, &n, NULL));
    assert_int_equal(n, 0);
    row.user = id_of(7);
    assert_int_equal(store_session_add(bench.s, &row, 3, NULL), ERR_MISSING);
}

static void tokens_are_revoked(void **state)
{
    (void)state;
    struct store_token row = {.id = id_of(1), .hash = "h", .client = "portal"},
                       *rows;
    size_t n;
    good(store_token_add(bench.s, &row, NULL));
    good(store_token_by_hash(bench.s, bench.a, "h", &row, NULL));
    assert_int_equal(row.last_used_ms, 0);
    good(store_token_used(bench.s, id_of(1), NOW - 1, NULL));
    good(store_token_revoke(bench.s, id_of(1), NOW, NULL));
    assert_int_equal(store_token_revoke(bench.s, id_of(1), NOW, NULL),
                     ERR_MISSING);
    good(store_tokens(bench.s, bench.a, &rows, &n, NULL));
    assert_int_equal(rows[0].revoked_ms, NOW);
    assert_int_equal(rows[0].last_used_ms, NOW - 1);
}

static void answers_are_kept_for_a_while(void **state)
{
    (void)state;
    struct store_idempotency row = {.principal = "li",
                                    .key = "k",
                                    .fingerprint = "f",
                                    .status = 201,
                                    .body = {"{}", 2},
                                    .created_ms = NOW};
    good(store_idempotency_add(bench.s, &row, NULL));
    assert_int_equal(store_idempotency_add(bench.s, &row, NULL), ERR_CONFLICT);
    good(store_idempotency_get(bench.s, bench.a, "li", "k", &row, NULL));
    assert_int_equal(row.status, 201);
    assert_memory_equal(row.body.p, "{}", 2);
    assert_int_equal(
        store_idempotency_get(bench.s, bench.a, "wang", "k", &row, NULL),
        ERR_MISSING);
    good(store_expire(bench.s, NOW + 100, 100, NULL));
    good(store_idempotency_get(bench.s, bench.a, "li", "k", &row, NULL));
    good(store_expire(bench.s, NOW + 101, 100, NULL));
    assert_int_equal(
        store_idempotency_get(bench.s, bench.a, "li", "k", &row, NULL),
        ERR_MISSING);
}

static void rule_sets_need_two_people(void **state)
{
    (void)state;
    struct store_ruleset row = {.text = "a", .made_by = "li"}, now, *all;
    size_t n;
    assert_int_equal(store_ruleset_current(bench.s, bench.a, &now, NULL),
                     ERR_MISSING);
    good(store_ruleset_add(bench.s, &row, NULL));
    good(store_ruleset_add(bench.s, &row, NULL));
    assert_int_equal(row.number, 2);
    assert_int_equal(store_ruleset_publish(bench.s, 1, "li", NOW, NULL),
                     ERR_CONFLICT);
    good(store_ruleset_publish(bench.s, 1, "wang", NOW, NULL));
    good(store_ruleset_publish(bench.s, 2, "wang", NOW, NULL));
    /* What fails changes nothing. */
    assert_int_equal(store_ruleset_publish(bench.s, 3, "wang", NOW, NULL),
                     ERR_MISSING);
    good(store_ruleset_current(bench.s, bench.a, &now, NULL));
    assert_int_equal(now.number, 2);
    good(store_ruleset_publish(bench.s, 1, "zhao", NOW, NULL)); /* back */
    good(store_ruleset_get(bench.s, bench.a, 2, &now, NULL));
    assert_int_equal(now.state, RULESET_RETIRED);
    good(store_rulesets(bench.s, bench.a, &all, &n, NULL));
    assert_int_equal(n, 2);
}

static void events_are_numbered(void **state)
{
    (void)state;
    struct store_event row = {.type = "a", .at_ms = NOW}, *rows;
    int64_t seq;
    size_t n;
    assert_int_equal(store_event_last(bench.s), 0);
    for (int i = 1; i <= 3; i++) {
        row.application = i == 2 ? "x" : NULL;
        good(store_event_add(bench.s, &row, &seq, NULL));
        assert_int_equal(seq, i);
    }
    good(store_events(bench.s, bench.a, 1, 9, &rows, &n, NULL));
    assert_int_equal(n, 2);
    good(store_events_of(bench.s, bench.a, "x", &rows, &n, NULL));
    assert_int_equal(rows[0].seq, 2);
    good(store_event_delivered(bench.s, 1, NOW, NULL));
    good(store_events_undelivered(bench.s, bench.a, 9, &rows, &n, NULL));
    assert_int_equal(n, 2);
    assert_int_equal(store_event_last(bench.s), 3);
}

enum { HOUR = 3600000, DAY = 24 * HOUR };

/* One application that was submitted at `from_ms` and returned an hour later.
 */
static void add_returned(unsigned n, int64_t from_ms)
{
    struct store_application row = in_review(n, STORED_FLAGGED);
    row.run = id_of(200 + n);
    struct store_revision revision = {
        .application = row.id, .number = 1, .submitted_ms = from_ms};
    struct store_run run = {.id = row.run,
                            .application = row.id,
                            .revision = 1,
                            .detector = "0",
                            .settings = "0",
                            .created_ms = from_ms};
    struct store_finding findings[] = {
        {row.run, "X01-1", row.id, "X01", "look", "fail", "id_card"},
        {row.run, "X02-1", row.id, "X02", "look", "fail", "id_card"}};
    struct store_mark mark = {.application = row.id,
                              .revision = 1,
                              .finding = "X01-1",
                              .code = "X01",
                              .mark = n == 1 ? "stands" : "dismissed",
                              .reason = n == 1 ? 0 : 2,
                              .user = "li"};
    struct store_decision d = {.id = id_of(300 + n),
                               .application = row.id,
                               .revision = 1,
                               .action = "return",
                               .user = "li",
                               .items = "{\"rules\":[\"X01\"]}",
                               .created_ms = from_ms + HOUR,
                               .undo_until_ms = from_ms + HOUR};
    good(store_application_add(bench.s, &row, NULL));
    good(store_revision_add(bench.s, &revision, NULL));
    good(store_run_add(bench.s, &run, findings, 2, NULL, 0, NULL));
    good(store_mark_put(bench.s, &mark, NULL));
    good(store_decide(bench.s, &d, STAGE_REVIEW, STAGE_RETURNED, "returned",
                      NULL));
    good(store_settle(bench.s, d.id, from_ms + HOUR + 1, NULL));
}

/* The same again as revision 2, where both causes stand; one paper was there
 * before. */
static void add_second_round(unsigned n, int64_t at_ms)
{
    struct store_application row;
    good(store_application_get(bench.s, bench.a, id_of(n), &row, NULL));
    row.revision = 2;
    row.run = id_of(400 + n);
    row.stage = STAGE_REVIEW;
    const struct store_revision revision = {
        .application = row.id, .number = 2, .submitted_ms = at_ms};
    const struct store_document old = {.id = id_of(500 + n),
                                       .application = row.id,
                                       .slot = "id_card",
                                       .revision = 1,
                                       .created_ms = at_ms},
                                sent = {.id = id_of(600 + n),
                                        .application = row.id,
                                        .slot = "seal_sheet",
                                        .revision = 2,
                                        .created_ms = at_ms};
    const struct store_run run = {.id = row.run,
                                  .application = row.id,
                                  .revision = 2,
                                  .cause = "submitted",
                                  .detector = "0",
                                  .settings = "0",
                                  .created_ms = at_ms};
    const struct store_finding findings[] = {
        {row.run, "X01-1", row.id, "X01", "look", "fail", "id_card"},
        {row.run, "I04-1", row.id, "I04", "look", "fail", "id_card"},
        {row.run, "S02-1", row.id, "S02", "look", "fail", "seal_sheet"}};
    good(store_application_save(bench.s, &row, NULL));
    good(store_revision_add(bench.s, &revision, NULL));
    good(store_document_add(bench.s, &old, NULL));
    good(store_document_add(bench.s, &sent, NULL));
    good(store_run_add(bench.s, &run, findings, 3, NULL, 0, NULL));
    for (size_t i = 0; i < 3; i++) {
        const struct store_mark mark = {.application = row.id,
                                        .revision = 2,
                                        .finding = findings[i].id,
                                        .code = findings[i].code,
                                        .mark = "stands",
                                        .user = "li",
                                        .updated_ms = at_ms};
        good(store_mark_put(bench.s, &mark, NULL));
    }
}

static const int64_t march = 1772294400000; /* 2026-03-01, UTC+8 */
static const struct store_period first_day = {1772294400000,
                                              1772294400000 + DAY};
static const struct store_period two_days = {1772294400000,
                                             1772294400000 + 2 * DAY};

/* X01 was told before, S02 is about a new sheet: I04 could have been told. */
static void what_could_have_been_told_before(void **state)
{
    (void)state;
    struct store_late late;
    add_returned(1, march);
    add_second_round(1, march + DAY);
    good(store_late_reasons(bench.s, two_days, &late, NULL));
    assert_int_equal(late.reasons, 3);
    assert_int_equal(late.late, 1);
    good(store_late_reasons(bench.s, first_day, &late, NULL));
    assert_int_equal(late.reasons, 0);
}

static void times_and_ages(void **state)
{
    (void)state;
    int64_t *ms, ages[STORE_AGES];
    size_t n;
    const char *const *items;
    struct store_seen seen = {.application = id_of(1),
                              .revision = 1,
                              .page = "id_card-1",
                              .user = "li",
                              .spent_ms = 4000};
    add_returned(1, march);
    good(store_seen_add(bench.s, &seen, NULL));
    seen.page = "seal_sheet-1";
    good(store_seen_add(bench.s, &seen, NULL));
    good(store_work_times(bench.s, bench.a, first_day, &ms, &n, NULL));
    assert_int_equal(n, 1);
    assert_int_equal(ms[0], 8000);
    good(store_items(bench.s, bench.a, ITEMS_MISSED, first_day, &items, &n,
                     NULL));
    assert_int_equal(n, 0);
    struct store_application row = in_review(2, STORED_CLEAN);
    row.submitted_ms = march;
    good(store_application_add(bench.s, &row, NULL));
    good(store_queue_ages(bench.s, march + 3 * HOUR, ages, NULL));
    assert_int_equal(ages[0], 0);
    assert_int_equal(ages[1], 1);
    good(store_queue_ages(bench.s, march + 2 * DAY, ages, NULL));
    assert_int_equal(ages[3], 1);
}

static void numbers_of_days_and_rules(void **state)
{
    (void)state;
    struct store_day *days;
    struct store_rule_stat *stats;
    struct store_run *runs;
    size_t n;
    add_returned(1, march);
    add_returned(2, march + DAY - HOUR); /* decided on the next day */
    good(store_days(bench.s, bench.a, two_days, &days, &n, NULL));
    assert_int_equal(n, 2);
    assert_string_equal(days[0].day, "2026-03-01");
    assert_string_equal(days[1].day, "2026-03-02");
    assert_int_equal(days[0].submitted, 2);
    assert_int_equal(days[0].returned, 1);
    assert_int_equal(days[1].submitted, 0);
    assert_int_equal(days[1].decided, 1);
    assert_int_equal(days[1].spent_ms, HOUR);
    good(store_rule_stats(bench.s, bench.a, first_day, &stats, &n, NULL));
    assert_int_equal(n, 2);
    assert_string_equal(stats[0].code, "X01");
    assert_int_equal(stats[0].found, 2);
    assert_int_equal(stats[0].stands, 1);
    assert_int_equal(stats[0].dismissed, 1);
    assert_int_equal(stats[0].reasons[2], 1);
    assert_int_equal(stats[1].stands + stats[1].dismissed, 0);
    const char *const *items;
    good(store_items(bench.s, bench.a, ITEMS_RETURNED, first_day, &items, &n,
                     NULL));
    assert_int_equal(n, 1);
    assert_non_null(strstr(items[0], "X01"));
    /* What was said of the first submission counts after the second, too. */
    add_second_round(1, march + 2 * HOUR);
    good(store_rule_stats(bench.s, bench.a, first_day, &stats, &n, NULL));
    for (size_t i = 0; i < n; i++)
        if (strcmp(stats[i].code, "X01") == 0) {
            assert_int_equal(stats[i].found, 3);
            assert_int_equal(stats[i].stands, 2);
        }
    good(store_runs_decided(bench.s, bench.a, two_days, 9, &runs, &n, NULL));
    assert_int_equal(n, 2);
    assert_int_equal(store_days(bench.s, bench.a,
                                (struct store_period){0, march}, &days, &n,
                                NULL),
                     ERR_USAGE);
}

static const struct CMUnitTest tests[] = {
    test(users_have_one_name),
    test(a_user_has_so_many_sessions),
    test(tokens_are_revoked),
    test(answers_are_kept_for_a_while),
    test(rule_sets_need_two_people),
    test(events_are_numbered),
    test(numbers_of_days_and_rules),
    test(what_could_have_been_told_before),
    test(times_and_ages),
};

RUN_ON_ALL(tests)
