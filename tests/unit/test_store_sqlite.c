/* SPDX-License-Identifier: GPL-3.0-or-later */

/* store on SQLite: which files it takes, how it is set, and that the queue is
 * read along its indexes. */

#define _GNU_SOURCE /* memmem */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <sqlite3.h>

#include "base/file.h"
#include "intake/store/store_ops.h"
#include "intake/store/store_seal.h"
#include "tests/unit/store_backends.h"

static sqlite3 *raw(void)
{
    sqlite3 *db;
    store_close(bench.s);
    bench.s = NULL;
    assert_int_equal(
        sqlite3_open(arena_printf(bench.a, "%s/store.db", bench.folder), &db),
        SQLITE_OK);
    return db;
}

static void change(const char *sql)
{
    sqlite3 *db = raw();
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static int open_to_read(struct store **ret)
{
    return store_open(
        &(struct store_options){.folder = bench.folder, .mode = STORE_READ},
        ret, NULL);
}

static void other_versions_are_refused(void **state)
{
    (void)state;
    struct store *reader;
    assert_true(store_schema(bench.s) > 0);
    change("PRAGMA user_version = 99");
    assert_int_equal(bench_open(), ERR_STORE);
    assert_int_equal(open_to_read(&reader), ERR_STORE);
    change("PRAGMA user_version = 1; PRAGMA application_id = 7");
    assert_int_equal(bench_open(), ERR_STORE);
}

/* An empty file is a store of version 0: a reader cannot bring it up to date,
 * a writer does. */
static void older_versions_are_brought_up_to_date(void **state)
{
    (void)state;
    struct store *reader;
    store_close(bench.s);
    bench.s = NULL;
    good(file_write(bench.folder, "store.db", "", 0, 0600, NULL));
    assert_int_equal(open_to_read(&reader), ERR_STORE);
    good(bench_open());
    good(store_meta_put(bench.s, "x", "y", NULL));
}

/* Made by the program before: its rows are there, with what is new empty. */
static void a_store_of_schema_1_is_brought_up_to_date(void **state)
{
    (void)state;
    struct store_seal_version v = {.seal = "sheet-1-1",
                                   .application = id_of(1),
                                   .made_by = "auto",
                                   .width_mm = 40};
    int newest = store_schema(bench.s);
    const struct store_application row = {
        .id = id_of(1), .state = "reviewing", .stage = STAGE_REVIEW};
    good(store_application_add(bench.s, &row, NULL));
    good(store_seal_add(bench.s, &v, NULL));
    change("DROP TABLE paper; DROP TABLE paper_check; DROP INDEX run_cause;"
           "DROP INDEX application_client; DROP TRIGGER seal_by_two;"
           "ALTER TABLE mark DROP COLUMN carried;"
           "ALTER TABLE seal_version DROP COLUMN proposed_by;"
           "ALTER TABLE seal_version DROP COLUMN proposed_ms;"
           "ALTER TABLE token DROP COLUMN last_used_ms;"
           "ALTER TABLE decision DROP COLUMN second_note;"
           "PRAGMA user_version = 1");
    good(bench_open());
    assert_int_equal(store_schema(bench.s), newest);
    good(store_seal_get(bench.s, bench.a, id_of(1), v.seal, 1, &v, NULL));
    assert_null(v.proposed_by);
    assert_int_equal(v.proposed_ms, 0);
    good(store_seal_propose(bench.s, id_of(1), v.seal, 1, "li", 7, NULL));
}

static void what_is_no_store_is_refused(void **state)
{
    (void)state;
    char *noise = arena_alloc(bench.a, 8192, 1);
    memset(noise, 'x', 8192);
    store_close(bench.s);
    bench.s = NULL;
    good(file_write(bench.folder, "store.db", noise, 8192, 0600, NULL));
    assert_int_equal(bench_open(), ERR_STORE);
}

static void a_column_that_is_missing_is_noticed(void **state)
{
    (void)state;
    change("ALTER TABLE event DROP COLUMN actor");
    assert_int_equal(bench_open(), ERR_STORE);
}

static void tell(void *context, const char *defect)
{
    assert_non_null(defect);
    ++*(int *)context;
}

static void damage_is_found(void **state)
{
    (void)state;
    int defects = 0;
    struct store_application row = an_application(1);
    struct store_lease lease;
    good(store_application_add(bench.s, &row, NULL));
    good(store_lease_take(bench.s, bench.a, row.id, "li", NULL, NOW, 9, &lease,
                          NULL));
    change("PRAGMA foreign_keys = OFF; UPDATE lease SET application = 'none'");
    good(bench_open());
    assert_int_equal(store_check(bench.s, tell, &defects, NULL), ERR_STORE);
    assert_int_equal(defects, 1);
}

/* One reads what the other commits, and cannot write. */
static void readers_stand_beside_the_writer(void **state)
{
    (void)state;
    struct store *reader;
    const char *value;
    good(open_to_read(&reader));
    good(store_meta_put(bench.s, "x", "1", NULL));
    good(store_meta_get(reader, bench.a, "x", &value, NULL));
    assert_string_equal(value, "1");
    assert_int_equal(store_meta_put(reader, "x", "2", NULL), ERR_STORE);
    /* Within a transaction a reader sees one moment. */
    good(store_begin(reader, STORE_HINT, NULL));
    good(store_meta_get(reader, bench.a, "x", &value, NULL));
    good(store_meta_put(bench.s, "x", "3", NULL));
    good(store_maintain(bench.s, true, NULL)); /* and is not waited for */
    good(store_meta_get(reader, bench.a, "x", &value, NULL));
    assert_string_equal(value, "1");
    store_close(reader);
}

static void files_are_the_owners_alone(void **state)
{
    (void)state;
    static const char *const names[] = {"store.db", "store.db-wal",
                                        "store.lock"};
    struct stat st;
    good(store_meta_put(bench.s, "x", "1", NULL));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        good(stat(arena_printf(bench.a, "%s/%s", bench.folder, names[i]), &st));
        assert_int_equal(st.st_mode & 0077, 0);
    }
}

/* What was erased is not to be found in the files any more. */
static void erased_texts_leave_the_files(void **state)
{
    (void)state;
    static const char secret[] = "Geheimnis der Firma";
    struct store_application row = an_application(1);
    const char *const *blobs;
    size_t n;
    char *bytes;
    row.org_name = secret;
    good(store_application_add(bench.s, &row, NULL));
    for (int erased = 0; erased < 2; erased++) {
        good(store_maintain(bench.s, true, NULL));
        good(file_read(bench.a,
                       arena_printf(bench.a, "%s/store.db", bench.folder),
                       1 << 24, &bytes, &n, NULL));
        void *found = memmem(bytes, n, secret, sizeof secret - 1);
        assert_int_equal(found != NULL, !erased);
        if (!erased)
            good(store_application_erase(bench.s, bench.a, row.id, NOW, &blobs,
                                         &n, NULL));
    }
}

/* A page must not cost more when the table grows: the plan names the view's
 * index and sorts nothing but the page itself. */
static void pages_are_read_along_indexes(void **state)
{
    (void)state;
    sqlite3 *db = raw();
    for (unsigned view = 0; view < VIEW_COUNT; view++) {
        sqlite3_stmt *q;
        unsigned sorts = 0, indexes = 0;
        const char *sql =
            arena_printf(bench.a, "EXPLAIN QUERY PLAN %s",
                         store_queue_sql(bench.a, (enum store_view)view));
        assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
        while (sqlite3_step(q) == SQLITE_ROW) {
            const char *step = (const char *)sqlite3_column_text(q, 3);
            sorts += strstr(step, "TEMP B-TREE") != NULL;
            indexes += strstr(step, "INDEX queue_") != NULL ||
                       strstr(step, "INDEX lease_user") != NULL;
        }
        sqlite3_finalize(q);
        /* Of a person's own there are few: they may be sorted. */
        if (indexes != 1 || sorts > (view == VIEW_MINE ? 2 : 1))
            fail_msg("view %u: %u indexes, sorted %u times", view, indexes,
                     sorts);
    }
    sqlite3_close(db);
}

static const struct CMUnitTest tests[] = {
    test(other_versions_are_refused),
    test(older_versions_are_brought_up_to_date),
    test(a_store_of_schema_1_is_brought_up_to_date),
    test(what_is_no_store_is_refused),
    test(a_column_that_is_missing_is_noticed),
    test(damage_is_found),
    test(readers_stand_beside_the_writer),
    test(files_are_the_owners_alone),
    test(erased_texts_leave_the_files),
    test(pages_are_read_along_indexes),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
