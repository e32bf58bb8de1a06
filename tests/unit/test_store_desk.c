/* SPDX-License-Identifier: GPL-3.0-or-later */

/* store: the desk: queue, leases, marks, decisions, seals, exports. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "intake/store/store_seal.h"
#include "store_backends.h"

static void add(unsigned n, enum store_stage stage, enum store_verdict verdict,
                int64_t rounds)
{
    struct store_application row = in_review(n, verdict);
    row.stage = (int64_t)stage;
    row.rounds = rounds;
    good(store_application_add(bench.s, &row, NULL));
}

static size_t page(struct store_queue_query q, unsigned *ret_first,
                   const char **ret_next)
{
    struct store_queue_row *rows;
    const char *next;
    size_t n;
    q.limit = q.limit ? q.limit : 50;
    q.now_ms = NOW;
    good(store_queue(bench.s, bench.a, &q, &rows, &n, &next, NULL));
    if (ret_first)
        *ret_first =
            n ? (unsigned)strtoul(rows[0].application.id, NULL, 10) : 0;
    if (ret_next)
        *ret_next = next;
    for (size_t i = 0; i < n; i++)
        assert_int_equal(
            rows[i].application.form.n + rows[i].application.data_key.n, 0);
    return n;
}

static void fill(void)
{
    unsigned n = 1;
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        for (unsigned verdict = 0; verdict < 4; verdict++)
            add(n++, stage, verdict, verdict == 2);
}

/* What a view counts is what its pages hold. */
static void views_and_counts_agree(void **state)
{
    (void)state;
    int64_t counts[VIEW_COUNT];
    struct store_lease lease;
    fill();
    good(store_lease_take(bench.s, bench.a, id_of(13), "li", NULL, NOW, 60,
                          &lease, NULL));
    good(store_queue_counts(bench.s, "li", NOW, NOW + 15, counts, NULL));
    for (unsigned v = 0; v < VIEW_COUNT; v++) {
        size_t n = page((struct store_queue_query){.view = v,
                                                   .user = "li",
                                                   .near_ms = NOW + 15},
                        NULL, NULL);
        if ((int64_t)n != counts[v])
            fail_msg("view %u: %zu rows, %lld counted", v, n,
                     (long long)counts[v]);
    }
    assert_int_equal(counts[VIEW_FLAGGED], 2);
    assert_int_equal(counts[VIEW_ALL], 8);
    assert_int_equal(counts[VIEW_MINE], 1);
    assert_int_equal(counts[VIEW_NEAR], 2); /* 13 and 14 are due before 15 */
}

static void pages_follow_each_other(void **state)
{
    (void)state;
    const char *next = NULL;
    size_t seen = 0;
    unsigned first;
    for (unsigned i = 1; i <= 25; i++)
        add(i, STAGE_REVIEW, STORED_CLEAN, 0);
    do {
        size_t n = page((struct store_queue_query){.view = VIEW_CLEAN,
                                                   .limit = 10,
                                                   .after = next},
                        &first, &next);
        assert_int_equal(first, seen + 1);
        seen += n;
    } while (next);
    assert_int_equal(seen, 25);
    /* a cursor of nobody's starts at the beginning */
    page((struct store_queue_query){.view = VIEW_CLEAN, .after = "9.x'--"},
         &first, NULL);
    assert_int_equal(first, 1);
    struct store_queue_row *rows;
    struct store_queue_query none = {.limit = 0};
    size_t n;
    assert_int_equal(
        store_queue(bench.s, bench.a, &none, &rows, &n, &next, NULL),
        ERR_USAGE);
}

static size_t found(const char *what)
{
    return page((struct store_queue_query){.search = what}, NULL, NULL);
}

static void search_finds_parts_of_names(void **state)
{
    (void)state;
    struct store_application row = an_application(1);
    row.org_name = "甲100%_有限公司";
    row.credit_code = "91360000ABC";
    good(store_application_add(bench.s, &row, NULL));
    add(22, STAGE_REVIEW, STORED_CLEAN, 0);
    assert_int_equal(found("100%_有"), 1);
    assert_int_equal(found("%"), 1); /* no wildcard */
    assert_int_equal(found("有限公司"), 2);
    assert_int_equal(found("JX-2"), 1);
    assert_int_equal(found("X-2"), 0); /* of an order number: the start */
    assert_int_equal(found("9136"), 1);
    assert_int_equal(found("' OR 1=1 --"), 0);
}

static void one_holds_an_application(void **state)
{
    (void)state;
    struct store_lease li, wang, now;
    add(1, STAGE_REVIEW, STORED_CLEAN, 0);
    good(store_lease_take(bench.s, bench.a, id_of(1), "li", NULL, NOW, 60, &li,
                          NULL));
    assert_int_equal(store_lease_take(bench.s, bench.a, id_of(1), "wang", NULL,
                                      NOW + 1, 60, &wang, NULL),
                     ERR_CONFLICT);
    assert_string_equal(wang.user, "li");
    /* Another window of the same person has the same lease. */
    good(store_lease_take(bench.s, bench.a, id_of(1), "li", NULL, NOW + 2, 60,
                          &now, NULL));
    assert_string_equal(now.token, li.token);
    good(store_lease_beat(bench.s, id_of(1), li.token, NOW + 100, NULL));
    good(store_lease_take(bench.s, bench.a, id_of(1), "wang", "催办", NOW + 3,
                          60, &wang, NULL));
    assert_string_equal(wang.reason, "催办");
    assert_int_equal(store_lease_beat(bench.s, id_of(1), li.token, NOW, NULL),
                     ERR_CONFLICT);
    assert_int_equal(store_lease_release(bench.s, id_of(1), li.token, NULL),
                     ERR_CONFLICT);
    good(store_lease_get(bench.s, bench.a, id_of(1), NOW + 62, &now, NULL));
    assert_int_equal(
        store_lease_get(bench.s, bench.a, id_of(1), NOW + 63, &now, NULL),
        ERR_MISSING);
    good(store_lease_take(bench.s, bench.a, id_of(1), "li", NULL, NOW + 63, 60,
                          &li, NULL));
    assert_string_not_equal(li.token, wang.token);
    good(store_lease_release(bench.s, id_of(1), li.token, NULL));
    assert_int_equal(store_lease_take(bench.s, bench.a, id_of(9), "li", NULL,
                                      NOW, 60, &li, NULL),
                     ERR_MISSING);
}

static void claiming_gives_the_first_that_is_free(void **state)
{
    (void)state;
    struct store_lease lease;
    for (unsigned i = 1; i <= 3; i++)
        add(i, STAGE_REVIEW, STORED_FLAGGED, 0);
    for (unsigned i = 1; i <= 3; i++) {
        good(store_queue_claim(bench.s, bench.a, VIEW_FLAGGED, "u", NOW, 60,
                               &lease, NULL));
        assert_string_equal(lease.application, id_of(i));
    }
    assert_int_equal(store_queue_claim(bench.s, bench.a, VIEW_FLAGGED, "u", NOW,
                                       60, &lease, NULL),
                     ERR_MISSING);
    assert_int_equal(store_queue_claim(bench.s, bench.a, VIEW_CLEAN, "u",
                                       NOW + 99, 60, &lease, NULL),
                     ERR_MISSING);
    good(store_queue_claim(bench.s, bench.a, VIEW_ALL, "v", NOW + 99, 60,
                           &lease, NULL));
}

static void marks_are_put_and_taken_back(void **state)
{
    (void)state;
    struct store_mark mark = {.application = id_of(1),
                              .revision = 1,
                              .finding = "X01-1",
                              .code = "X01",
                              .mark = "stands",
                              .user = "li",
                              .updated_ms = NOW},
                      *marks;
    struct store_seen seen = {id_of(1), 1, "id_card-1", "li", 500, NOW}, *rows;
    size_t n;
    add(1, STAGE_REVIEW, STORED_FLAGGED, 0);
    good(store_mark_put(bench.s, &mark, NULL));
    mark.mark = "dismissed";
    mark.reason = 2;
    good(store_mark_put(bench.s, &mark, NULL));
    good(store_marks(bench.s, bench.a, id_of(1), 1, &marks, &n, NULL));
    assert_int_equal(n, 1);
    assert_string_equal(marks[0].mark, "dismissed");
    good(store_marks(bench.s, bench.a, id_of(1), 2, &marks, &n, NULL));
    assert_int_equal(n, 0);
    good(store_mark_delete(bench.s, id_of(1), 1, "X01-1", NULL));
    good(store_marks(bench.s, bench.a, id_of(1), 0, &marks, &n, NULL));
    assert_int_equal(n, 0);
    good(store_seen_add(bench.s, &seen, NULL));
    good(store_seen_add(bench.s, &seen, NULL));
    good(store_seen(bench.s, bench.a, id_of(1), 0, &rows, &n, NULL));
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].spent_ms, 1000);
}

/* --- decisions ------------------------------------------------------------*/

static struct store_decision a_decision(unsigned n, const char *user)
{
    return (struct store_decision){.id = id_of(100 + n),
                                   .application = id_of(1),
                                   .revision = 1,
                                   .action = "return",
                                   .user = user,
                                   .letter = {"letter", 6},
                                   .undo_until_ms = NOW + 60,
                                   .created_ms = NOW};
}

static int decide(struct store_decision *d)
{
    return store_decide(bench.s, d, STAGE_REVIEW, STAGE_RETURNED, "returned",
                        NULL);
}

static struct store_application now_is(void)
{
    struct store_application row;
    good(store_application_get(bench.s, bench.a, id_of(1), &row, NULL));
    return row;
}

static void of_two_decisions_one_wins(void **state)
{
    (void)state;
    struct store_decision first = a_decision(1, "li"),
                          second = a_decision(2, "wang"), *all;
    size_t n;
    add(1, STAGE_REVIEW, STORED_FLAGGED, 0);
    good(decide(&first));
    assert_int_equal(decide(&second), ERR_CONFLICT);
    assert_int_equal(now_is().stage, STAGE_RETURNED);
    assert_int_equal(now_is().rounds, 1);
    good(store_decisions(bench.s, bench.a, id_of(1), &all, &n, NULL));
    assert_int_equal(n, 1);
    assert_string_equal(all[0].user, "li");
    assert_string_equal(all[0].from_state, "reviewing");
}

static void another_revision_is_not_decided(void **state)
{
    (void)state;
    struct store_decision d = a_decision(1, "li");
    add(1, STAGE_REVIEW, STORED_FLAGGED, 0);
    d.revision = 2;
    assert_int_equal(decide(&d), ERR_CONFLICT);
    d.revision = 1;
    d.application = id_of(9);
    assert_int_equal(decide(&d), ERR_MISSING);
    assert_int_equal(now_is().stage, STAGE_REVIEW);
    assert_int_equal(now_is().version, 1);
}

static void undoing_restores(void **state)
{
    (void)state;
    struct store_decision d = a_decision(1, "li"), *due, again;
    size_t n;
    add(1, STAGE_REVIEW, STORED_FLAGGED, 0);
    good(decide(&d));
    assert_int_equal(store_undo(bench.s, d.id, "wang", NOW, NULL),
                     ERR_CONFLICT);
    assert_int_equal(store_undo(bench.s, d.id, "li", NOW + 61, NULL),
                     ERR_CONFLICT);
    good(store_undo(bench.s, d.id, "li", NOW + 60, NULL));
    assert_int_equal(store_undo(bench.s, d.id, "li", NOW, NULL), ERR_CONFLICT);
    assert_int_equal(now_is().stage, STAGE_REVIEW);
    assert_string_equal(now_is().state, "reviewing");
    assert_int_equal(now_is().rounds, 0);
    good(store_decisions_due(bench.s, bench.a, NOW + 99, 9, &due, &n, NULL));
    assert_int_equal(n, 0);

    again = a_decision(2, "wang");
    good(decide(&again));
    good(store_decisions_due(bench.s, bench.a, NOW + 60, 9, &due, &n, NULL));
    assert_int_equal(n, 0);
    assert_int_equal(store_settle(bench.s, again.id, NOW + 60, NULL),
                     ERR_CONFLICT);
    good(store_decisions_due(bench.s, bench.a, NOW + 61, 9, &due, &n, NULL));
    assert_int_equal(n, 1);
    good(store_settle(bench.s, again.id, NOW + 61, NULL));
    assert_int_equal(store_undo(bench.s, again.id, "wang", NOW, NULL),
                     ERR_CONFLICT);
    good(store_decision_get(bench.s, bench.a, again.id, &again, NULL));
    assert_int_equal(again.state, DECISION_SETTLED);
}

static void a_second_person_is_another(void **state)
{
    (void)state;
    struct store_decision d = a_decision(1, "li");
    add(1, STAGE_REVIEW, STORED_FLAGGED, 0);
    for (int agreed = 0; agreed < 2; agreed++) {
        d = a_decision(1 + (unsigned)agreed, "li");
        d.needs_second = 1;
        good(store_decide(bench.s, &d, STAGE_REVIEW, STAGE_SECOND, "reviewing",
                          NULL));
        assert_int_equal(d.state, DECISION_SECOND);
        assert_int_equal(store_second(bench.s, d.id, "li", true, "",
                                      STAGE_RETURNED, "returned", NOW, NOW + 60,
                                      NULL),
                         ERR_CONFLICT);
        assert_int_equal(now_is().stage, STAGE_SECOND);
        good(store_second(bench.s, d.id, "zhao", agreed, "看过了",
                          STAGE_RETURNED, "returned", NOW + 1, NOW + 61, NULL));
        struct store_decision now;
        good(store_decision_get(bench.s, bench.a, d.id, &now, NULL));
        assert_string_equal(now.second_note, "看过了");
        assert_int_equal(now_is().stage,
                         agreed ? STAGE_RETURNED : STAGE_REVIEW);
        assert_int_equal(now_is().rounds, agreed);
    }
    good(store_undo(bench.s, d.id, "zhao", NOW + 61, NULL));
    assert_int_equal(now_is().stage, STAGE_REVIEW);
    assert_int_equal(now_is().rounds, 0);
}

/* --- seals ----------------------------------------------------------------*/

static void seals_have_versions(void **state)
{
    (void)state;
    struct store_seal_version v = {.seal = "sheet-1-1",
                                   .application = id_of(1),
                                   .made_by = "auto",
                                   .width_mm = 40.25},
                              *all;
    size_t n;
    add(1, STAGE_REVIEW, STORED_CLEAN, 0);
    good(store_seal_add(bench.s, &v, NULL));
    assert_int_equal(v.version, 1);
    v.made_by = "li";
    good(store_seal_add(bench.s, &v, NULL));
    assert_int_equal(v.version, 2);
    assert_int_equal(
        store_seal_produce(bench.s, id_of(1), v.seal, 2, "li", NOW, NULL),
        ERR_CONFLICT);
    assert_int_equal(
        store_seal_produce(bench.s, id_of(1), v.seal, 3, "wang", NOW, NULL),
        ERR_MISSING);
    good(store_seal_produce(bench.s, id_of(1), v.seal, 2, "wang", NOW, NULL));
    /* Nobody has proposed the machine's version; then not who did. */
    assert_int_equal(
        store_seal_produce(bench.s, id_of(1), v.seal, 1, "li", NOW, NULL),
        ERR_CONFLICT);
    good(store_seal_propose(bench.s, id_of(1), v.seal, 1, "li", NOW, NULL));
    assert_int_equal(
        store_seal_produce(bench.s, id_of(1), v.seal, 1, "li", NOW, NULL),
        ERR_CONFLICT);
    good(store_seal_propose(bench.s, id_of(1), v.seal, 1, "wang", NOW, NULL));
    good(store_seal_produce(bench.s, id_of(1), v.seal, 1, "li", NOW, NULL));
    assert_int_equal(
        store_seal_propose(bench.s, id_of(1), v.seal, 1, "sun", NOW, NULL),
        ERR_MISSING);
    good(store_seals(bench.s, bench.a, id_of(1), &all, &n, NULL));
    assert_int_equal(n, 2);
    assert_true(all[0].width_mm == 40.25);
    assert_string_equal(all[0].production_by, "li");
    assert_null(all[1].production_by);
    good(store_seal_get(bench.s, bench.a, id_of(1), v.seal, 2, &v, NULL));
    assert_string_equal(v.made_by, "li");
}

static void a_link_works_once(void **state)
{
    (void)state;
    struct store_export row = {.token_hash = "h",
                               .application = id_of(1),
                               .user = "li",
                               .created_ms = NOW,
                               .expires_ms = NOW + 10};
    add(1, STAGE_PAPER, STORED_CLEAN, 0);
    good(store_export_add(bench.s, &row, NULL));
    assert_int_equal(
        store_export_use(bench.s, bench.a, "h", NOW + 10, &row, NULL),
        ERR_CONFLICT);
    good(store_export_use(bench.s, bench.a, "h", NOW + 9, &row, NULL));
    assert_int_equal(store_export_use(bench.s, bench.a, "h", NOW, &row, NULL),
                     ERR_CONFLICT);
    assert_int_equal(store_export_use(bench.s, bench.a, "x", NOW, &row, NULL),
                     ERR_CONFLICT);
}

static const struct CMUnitTest tests[] = {
    test(views_and_counts_agree),
    test(pages_follow_each_other),
    test(search_finds_parts_of_names),
    test(one_holds_an_application),
    test(claiming_gives_the_first_that_is_free),
    test(marks_are_put_and_taken_back),
    test(of_two_decisions_one_wins),
    test(another_revision_is_not_decided),
    test(undoing_restores),
    test(a_second_person_is_another),
    test(seals_have_versions),
    test(a_link_works_once),
};

RUN_ON_ALL(tests)
