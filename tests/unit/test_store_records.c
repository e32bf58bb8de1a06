/* SPDX-License-Identifier: GPL-3.0-or-later */

/* store: applications, files, uploads, transactions, and erasing them. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "store_backends.h"

static void records_come_back_whole(void **state)
{
    (void)state;
    struct store_application row = an_application(1), got;
    row.hold_reason = "等电话";
    good(store_application_add(bench.s, &row, NULL));
    good(store_application_get(bench.s, bench.a, row.id, &got, NULL));
    assert_string_equal(got.order_no, row.order_no);
    assert_string_equal(got.hold_reason, "等电话");
    assert_null(got.client);
    assert_int_equal(got.form.n, 4);
    assert_memory_equal(got.form.p, "form", 4);
    assert_int_equal(got.due_ms, row.due_ms);
    good(store_application_by_order(bench.s, bench.a, "JX-1", &got, NULL));
    good(store_application_by_access(bench.s, bench.a, "access-1", &got, NULL));
    assert_int_equal(
        store_application_get(bench.s, bench.a, id_of(2), &got, NULL),
        ERR_MISSING);
    assert_int_equal(store_application_add(bench.s, &row, NULL), ERR_CONFLICT);
}

/* What is kept is there after closing and opening. */
static void a_store_remembers(void **state)
{
    (void)state;
    struct store_application row = an_application(1), got;
    const char *value;
    good(store_application_add(bench.s, &row, NULL));
    good(store_meta_put(bench.s, "x", "one", NULL));
    good(store_meta_put(bench.s, "x", "two", NULL));
    store_close(bench.s);
    good(bench_open());
    good(store_application_get(bench.s, bench.a, row.id, &got, NULL));
    good(store_meta_get(bench.s, bench.a, "x", &value, NULL));
    assert_string_equal(value, "two");
    good(store_meta_get(bench.s, bench.a, "y", &value, NULL));
    assert_null(value);
}

/* Reading is no writing; what was committed as a hint can be flushed, in the
 * middle of the next transaction as well. */
static void writes_are_counted_and_flushed(void **state)
{
    (void)state;
    struct store_application row = an_application(1), got;
    uint64_t before = store_writes(bench.s);
    good(store_begin(bench.s, STORE_HINT, NULL));
    good(store_application_add(bench.s, &row, NULL));
    good(store_commit(bench.s, NULL));
    uint64_t after = store_writes(bench.s);
    assert_true(after > before);
    good(store_begin(bench.s, STORE_HINT, NULL));
    good(store_flush(bench.s, NULL));
    good(store_application_get(bench.s, bench.a, row.id, &got, NULL));
    good(store_commit(bench.s, NULL));
    assert_int_equal(store_writes(bench.s), after);
}

/* Of one client, not of another, not of before. */
static void applications_of_a_client(void **state)
{
    (void)state;
    int64_t n;
    for (unsigned i = 1; i <= 4; i++) {
        struct store_application row = an_application(i);
        row.client = i < 4 ? "portal" : "other";
        row.created_ms = 1000 * i;
        good(store_application_add(bench.s, &row, NULL));
    }
    good(store_applications_of(bench.s, "portal", 2000, &n, NULL));
    assert_int_equal(n, 2);
    good(store_applications_of(bench.s, "nobody", 0, &n, NULL));
    assert_int_equal(n, 0);
}

/* Those of the same code that are under way, and not the one that asks. */
static void applications_beside_another(void **state)
{
    (void)state;
    static const struct {
        const char *credit_code;
        enum store_stage stage;
        int64_t revision;
    } rows[] = {{"91A", STAGE_REVIEW, 1},    {"91A", STAGE_PAPER, 2},
                {"91B", STAGE_REVIEW, 1},    {"91A", STAGE_DRAFT, 0},
                {"91A", STAGE_WITHDRAWN, 1}, {NULL, STAGE_REVIEW, 1}};
    struct store_application own = an_application(1), *got;
    size_t n;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct store_application row = an_application(i + 1);
        row.credit_code = rows[i].credit_code;
        row.stage = rows[i].stage;
        row.revision = rows[i].revision;
        good(store_application_add(bench.s, &row, NULL));
    }
    own.credit_code = "91A";
    good(store_applications_beside(bench.s, bench.a, &own, &got, &n, NULL));
    assert_int_equal(n, 1);
    assert_string_equal(got[0].id, id_of(2));
}

static void one_writer_at_a_time(void **state)
{
    (void)state;
    struct store *second;
    struct err e = {0};
    assert_int_equal(bench.backend->open(bench.folder, &second, &e), ERR_BUSY);
    assert_null(second);
}

static void who_saves_second_loses(void **state)
{
    (void)state;
    struct store_application row = an_application(1), first, second;
    good(store_application_add(bench.s, &row, NULL));
    good(store_application_get(bench.s, bench.a, row.id, &first, NULL));
    second = first;
    first.state = "submitted";
    good(store_application_save(bench.s, &first, NULL));
    assert_int_equal(first.version, 2);
    second.state = "withdrawn";
    assert_int_equal(store_application_save(bench.s, &second, NULL),
                     ERR_CONFLICT);
    assert_int_equal(second.version, 1);
    good(store_application_get(bench.s, bench.a, row.id, &second, NULL));
    assert_string_equal(second.state, "submitted");
    assert_int_equal(second.version, 2);
}

static bool is_there(unsigned n)
{
    struct store_application got;
    return store_application_get(bench.s, bench.a, id_of(n), &got, NULL) == 0;
}

static void add(unsigned n)
{
    struct store_application row = an_application(n);
    good(store_application_add(bench.s, &row, NULL));
}

static void savepoints_take_back_one_request(void **state)
{
    (void)state;
    good(store_begin(bench.s, STORE_FACT, NULL));
    good(store_savepoint(bench.s, NULL));
    add(1);
    good(store_release(bench.s, NULL));
    good(store_savepoint(bench.s, NULL));
    add(2);
    good(store_rollback_to(bench.s, NULL));
    good(store_savepoint(bench.s, NULL));
    add(3);
    assert_true(is_there(3));
    good(store_release(bench.s, NULL));
    good(store_commit(bench.s, NULL));
    assert_true(is_there(1) && !is_there(2) && is_there(3));

    good(store_begin(bench.s, STORE_HINT, NULL));
    add(4);
    store_rollback(bench.s);
    assert_false(is_there(4));
    assert_int_equal(store_commit(bench.s, NULL), ERR_STORE);
    assert_int_equal(store_savepoint(bench.s, NULL), ERR_STORE);
    good(store_begin(bench.s, STORE_FACT, NULL));
    assert_int_equal(store_begin(bench.s, STORE_FACT, NULL), ERR_STORE);
    store_rollback(bench.s);
}

/* A statement that fails within a transaction costs that statement only. */
static void a_conflict_leaves_the_transaction(void **state)
{
    (void)state;
    struct store_application row = an_application(1);
    good(store_begin(bench.s, STORE_FACT, NULL));
    add(1);
    assert_int_equal(store_application_add(bench.s, &row, NULL), ERR_CONFLICT);
    add(2);
    good(store_commit(bench.s, NULL));
    assert_true(is_there(1) && is_there(2));
}

static struct store_document a_document(unsigned n, const char *slot)
{
    return (struct store_document){.id = id_of(n),
                                   .application = id_of(1),
                                   .slot = slot,
                                   .revision = 1,
                                   .blob = arena_printf(bench.a, "blob-%u", n),
                                   .sha256 = "5555",
                                   .size = 500000,
                                   .name = "扫描件.jpg",
                                   .created_ms = NOW + n};
}

static void a_new_document_takes_the_slot(void **state)
{
    (void)state;
    struct store_document *rows, got;
    size_t n;
    add(1);
    for (unsigned i = 0; i < 3; i++) {
        struct store_document d = a_document(10 + i, i < 2 ? "id_card" : "x");
        good(store_document_add(bench.s, &d, NULL));
    }
    good(store_documents(bench.s, bench.a, id_of(1), false, &rows, &n, NULL));
    assert_int_equal(n, 2);
    assert_string_equal(rows[0].id, id_of(11));
    good(store_documents(bench.s, bench.a, id_of(1), true, &rows, &n, NULL));
    assert_int_equal(n, 3);
    assert_int_equal(rows[0].replaced_ms, NOW + 11);
    good(store_documents_by_sha256(bench.s, bench.a, "5555", 2, &rows, &n,
                                   NULL));
    assert_int_equal(n, 2);
    assert_string_equal(rows[0].id, id_of(12));
    rows[0].quick = "refused";
    rows[0].refusals = 2;
    good(store_document_save(bench.s, &rows[0], NULL));
    good(store_document_get(bench.s, bench.a, id_of(12), &got, NULL));
    assert_string_equal(got.quick, "refused");
    got.id = id_of(99);
    assert_int_equal(store_document_save(bench.s, &got, NULL), ERR_MISSING);
    struct store_document lost = a_document(20, "id_card");
    lost.application = id_of(7);
    assert_int_equal(store_document_add(bench.s, &lost, NULL), ERR_MISSING);
}

static void uploads_go_on_where_they_stopped(void **state)
{
    (void)state;
    struct store_upload up = {.id = id_of(5),
                              .application = id_of(1),
                              .slot = "id_card",
                              .size = 100,
                              .created_ms = NOW,
                              .expires_ms = NOW + 10};
    struct store_upload_part part = {id_of(5), 0, 60, "p0"}, *parts;
    struct store_upload *rows;
    size_t n;
    add(1);
    good(store_upload_add(bench.s, &up, NULL));
    good(store_upload_append(bench.s, &part, NOW + 20, NULL));
    /* again, with a gap, and too much */
    assert_int_equal(store_upload_append(bench.s, &part, NOW, NULL),
                     ERR_CONFLICT);
    part = (struct store_upload_part){id_of(5), 70, 30, "p1"};
    assert_int_equal(store_upload_append(bench.s, &part, NOW, NULL),
                     ERR_CONFLICT);
    part = (struct store_upload_part){id_of(5), 60, 41, "p1"};
    assert_int_equal(store_upload_append(bench.s, &part, NOW, NULL),
                     ERR_CONFLICT);
    part.size = 40;
    good(store_upload_append(bench.s, &part, NOW + 30, NULL));
    good(store_upload_get(bench.s, bench.a, up.id, &up, NULL));
    assert_int_equal(up.received, 100);
    assert_int_equal(up.expires_ms, NOW + 30);
    good(store_upload_parts(bench.s, bench.a, up.id, &parts, &n, NULL));
    assert_int_equal(n, 2);
    assert_string_equal(parts[1].blob, "p1");
    good(store_uploads_expired(bench.s, bench.a, NOW + 31, 9, &rows, &n, NULL));
    assert_int_equal(n, 1);
    good(store_upload_delete(bench.s, up.id, NULL));
    good(store_uploads(bench.s, bench.a, id_of(1), &rows, &n, NULL));
    assert_int_equal(n, 0);
    good(store_upload_parts(bench.s, bench.a, up.id, &parts, &n, NULL));
    assert_int_equal(n, 0);
}

static void a_revision_never_changes(void **state)
{
    (void)state;
    struct store_revision row = {.application = id_of(1),
                                 .number = 1,
                                 .submitted_ms = NOW,
                                 .form = {"sealed", 6}},
                          *rows;
    size_t n;
    add(1);
    good(store_revision_add(bench.s, &row, NULL));
    assert_int_equal(store_revision_add(bench.s, &row, NULL), ERR_CONFLICT);
    good(store_revision_get(bench.s, bench.a, id_of(1), 1, &row, NULL));
    good(store_revisions(bench.s, bench.a, id_of(1), &rows, &n, NULL));
    assert_int_equal(n, 1);
    assert_memory_equal(rows[0].form.p, "sealed", 6);
}

static void add_run(void)
{
    struct store_run run = {.id = id_of(30),
                            .application = id_of(1),
                            .revision = 1,
                            .detector = "0.1",
                            .settings = "5e77",
                            .report_blob = "report",
                            .verdict = STORED_FLAGGED,
                            .created_ms = NOW};
    struct store_finding finding = {id_of(30), "X01-1", id_of(1), "X01",
                                    "look",    "fail",  "id_card"};
    struct store_artefact picture = {.run = id_of(30),
                                     .name = "a.png",
                                     .application = id_of(1),
                                     .blob = "picture",
                                     .width = 9};
    good(store_run_add(bench.s, &run, &finding, 1, &picture, 1, NULL));
    assert_int_equal(store_run_add(bench.s, &run, &finding, 1, NULL, 0, NULL),
                     ERR_CONFLICT);
}

static void runs_are_added_whole(void **state)
{
    (void)state;
    struct store_run run, *runs;
    struct store_finding *findings;
    struct store_artefact picture, *pictures;
    size_t n;
    add(1);
    add_run();
    good(store_run_get(bench.s, bench.a, id_of(30), &run, NULL));
    assert_string_equal(run.settings, "5e77");
    good(store_runs(bench.s, bench.a, id_of(1), &runs, &n, NULL));
    assert_int_equal(n, 1);
    good(store_findings(bench.s, bench.a, id_of(30), &findings, &n, NULL));
    assert_string_equal(findings[0].code, "X01");
    good(store_artefact_get(bench.s, bench.a, id_of(30), "a.png", &picture,
                            NULL));
    assert_int_equal(picture.width, 9);
    picture.name = "b.png";
    good(store_artefact_add(bench.s, &picture, NULL));
    good(store_artefacts(bench.s, bench.a, id_of(30), &pictures, &n, NULL));
    assert_int_equal(n, 2);
    /* A run of nobody's is not kept in part either. */
    run.id = id_of(31);
    findings[0].run = id_of(31);
    findings[0].application = id_of(8);
    assert_int_equal(store_run_add(bench.s, &run, findings, 1, NULL, 0, NULL),
                     ERR_MISSING);
    assert_int_equal(store_run_get(bench.s, bench.a, id_of(31), &run, NULL),
                     ERR_MISSING);
    struct store_measurement m = {id_of(1), "k", "m-blob", "00", 1, NOW};
    good(store_measurement_add(bench.s, &m, NULL));
    assert_int_equal(store_measurement_add(bench.s, &m, NULL), ERR_CONFLICT);
    good(store_measurement_get(bench.s, bench.a, id_of(1), "k", &m, NULL));
    assert_string_equal(m.blob, "m-blob");
}

static int count_blob(void *context, const char *blob, const char *application,
                      struct err *e)
{
    (void)e;
    assert_non_null(blob);
    assert_string_equal(application, id_of(1));
    ++*(int *)context;
    return 0;
}

static void erasing_leaves_nothing_personal(void **state)
{
    (void)state;
    struct store_application got;
    struct store_document document = a_document(10, "id_card"), *documents;
    struct store_revision revision = {.application = id_of(1),
                                      .number = 1,
                                      .form = {"sealed", 6},
                                      .note = "note"};
    const char *const *blobs;
    size_t n;
    int named = 0;
    add(1);
    good(store_document_add(bench.s, &document, NULL));
    good(store_revision_add(bench.s, &revision, NULL));
    add_run();
    good(store_each_blob(bench.s, count_blob, &named, NULL));
    assert_int_equal(named, 3);
    good(store_application_erase(bench.s, bench.a, id_of(1), NOW + 9, &blobs,
                                 &n, NULL));
    assert_int_equal(n, 3);
    named = 0;
    good(store_each_blob(bench.s, count_blob, &named, NULL));
    assert_int_equal(named, 0);
    good(store_application_get(bench.s, bench.a, id_of(1), &got, NULL));
    assert_int_equal(got.data_key.n + got.form.n, 0);
    assert_null(got.org_name);
    assert_int_equal(got.erased_ms, NOW + 9);
    good(store_revision_get(bench.s, bench.a, id_of(1), 1, &revision, NULL));
    assert_int_equal(revision.form.n, 0);
    good(store_documents(bench.s, bench.a, id_of(1), true, &documents, &n,
                         NULL));
    assert_null(documents[0].name);
    assert_null(documents[0].sha256);
    assert_int_equal(store_application_erase(bench.s, bench.a, id_of(2), NOW,
                                             &blobs, &n, NULL),
                     ERR_MISSING);
}

static void who_is_to_be_erased_is_found(void **state)
{
    (void)state;
    const char *const *ids;
    size_t n;
    for (unsigned i = 1; i <= 5; i++) {
        struct store_application row = an_application(i);
        row.stage = i < 4 ? STAGE_REFUSED : STAGE_HELD;
        row.updated_ms = NOW + i;
        row.hold_until_ms = NOW + i;
        good(store_application_add(bench.s, &row, NULL));
    }
    good(store_applications_ended(bench.s, bench.a, STAGE_REFUSED, NOW + 3, 9,
                                  &ids, &n, NULL));
    assert_int_equal(n, 2);
    assert_string_equal(ids[0], id_of(1));
    good(store_applications_held_over(bench.s, bench.a, NOW + 4, 9, &ids, &n,
                                      NULL));
    assert_int_equal(n, 1);
    assert_string_equal(ids[0], id_of(4));
}

static void fail_on_defect(void *context, const char *defect)
{
    (void)context;
    fail_msg("%s", defect);
}

static void a_copy_is_another_store(void **state)
{
    (void)state;
    struct store_application got;
    struct store *copy;
    const char *folder = arena_printf(bench.a, "%s/copy", bench.folder);
    add(1);
    good(store_check(bench.s, fail_on_defect, NULL, NULL));
    good(store_copy(bench.s, folder, NULL));
    add(2);
    assert_int_equal(store_copy(bench.s, folder, NULL), ERR_CONFLICT);
    good(bench.backend->open(folder, &copy, NULL));
    good(store_application_get(copy, bench.a, id_of(1), &got, NULL));
    assert_int_equal(store_application_get(copy, bench.a, id_of(2), &got, NULL),
                     ERR_MISSING);
    good(store_check(copy, fail_on_defect, NULL, NULL));
    store_close(copy);
}

static const struct CMUnitTest tests[] = {
    test(records_come_back_whole),
    test(a_store_remembers),
    test(writes_are_counted_and_flushed),
    test(applications_of_a_client),
    test(applications_beside_another),
    test(one_writer_at_a_time),
    test(who_saves_second_loses),
    test(savepoints_take_back_one_request),
    test(a_conflict_leaves_the_transaction),
    test(a_new_document_takes_the_slot),
    test(uploads_go_on_where_they_stopped),
    test(a_revision_never_changes),
    test(runs_are_added_whole),
    test(erasing_leaves_nothing_personal),
    test(who_is_to_be_erased_is_found),
    test(a_copy_is_another_store),
};

RUN_ON_ALL(tests)
