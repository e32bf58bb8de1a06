/* SPDX-License-Identifier: GPL-3.0-or-later */

/* audit: whatever is done to the log, it shows. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <sqlite3.h>

#include "intake/blob/vault.h"
#include "intake/store/audit.h"
#include "store_backends.h"

/* Rows for tampering with: by a forger who has the file, but not the key. */
enum { ROWS = 40 };

static struct vault *vault;

static int set_up(void **state)
{
    static const uint8_t secret[VAULT_KEY] = {1, 2, 3};
    int r = bench_set_up(state);
    if (r == 0)
        r = vault_from_key(secret, &vault, NULL);
    if (r == 0)
        r = store_begin(bench.s, STORE_FACT, NULL);
    for (int i = 0; r == 0 && i < ROWS; i++)
        r = audit_append(bench.s, vault, NOW + i, "li",
                         i % 3 ? "mark" : "decide", id_of((unsigned)i % 4),
                         i % 2 ? "{\"finding\":\"X01-1\"}" : NULL, NULL);
    return r ? r : store_commit(bench.s, NULL);
}

static int tear_down(void **state)
{
    vault_close(vault);
    return bench_tear_down(state);
}

static struct audit_result verified(const char *head)
{
    struct audit_result result;
    good(audit_verify(bench.s, vault, head, &result, NULL));
    return result;
}

/* The forger takes the triggers away first. */
static void forge(const char *sql)
{
    sqlite3 *db;
    store_close(bench.s);
    bench.s = NULL;
    assert_int_equal(
        sqlite3_open(arena_printf(bench.a, "%s/store.db", bench.folder), &db),
        SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "DROP TRIGGER IF EXISTS audit_fixed;"
                                  "DROP TRIGGER IF EXISTS audit_stays",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_true(sqlite3_total_changes(db) > 0);
    sqlite3_close(db);
    good(bench_open());
}

static void a_whole_chain_is_whole(void **state)
{
    (void)state;
    char head[AUDIT_HEAD];
    struct store_audit *rows;
    size_t n;
    assert_int_equal(verified(NULL).first_bad, 0);
    assert_int_equal(verified(NULL).rows, ROWS);
    good(audit_head(bench.s, head, NULL));
    assert_memory_equal(head, "40:", 3);
    good(audit_append(bench.s, vault, NOW, "li", "x", NULL, NULL, NULL));
    assert_int_equal(verified(head).first_bad, 0);
    struct store_audit_query query = {.object = id_of(1), .limit = 3};
    good(store_audit_page(bench.s, bench.a, &query, &rows, &n, NULL));
    assert_int_equal(n, 3);
    assert_int_equal(rows[0].seq, 38);
    query = (struct store_audit_query){.before_seq = 38, .limit = 3};
    good(store_audit_page(bench.s, bench.a, &query, &rows, &n, NULL));
    assert_int_equal(rows[0].seq, 37);
    query = (struct store_audit_query){
        .actor = "li", .action = "x", .from_ms = NOW, .limit = 3};
    good(store_audit_page(bench.s, bench.a, &query, &rows, &n, NULL));
    assert_int_equal(n, 1);
    query.to_ms = NOW;
    good(store_audit_page(bench.s, bench.a, &query, &rows, &n, NULL));
    assert_int_equal(n, 0);
}

static void rows_cannot_be_changed_through_the_store(void **state)
{
    (void)state;
    struct store_audit row = {.seq = 7,
                              .at_ms = NOW,
                              .actor = "wang",
                              .action = "x",
                              .object = "",
                              .mac = ""};
    assert_int_equal(store_audit_add(bench.s, &row, NULL), ERR_CONFLICT);
    row.seq = 99; /* added, but without the key */
    good(store_audit_add(bench.s, &row, NULL));
    assert_int_equal(verified(NULL).first_bad, ROWS + 1);
}

/* Every column of every row, removed rows, swapped rows, a cut tail. */
static void each_forgery_is_found(void **state)
{
    static const char *const changes[] = {
        "UPDATE audit SET actor = 'wang' WHERE seq = %d",
        "UPDATE audit SET action = action || 'x' WHERE seq = %d",
        "UPDATE audit SET object = '' WHERE seq = %d",
        "UPDATE audit SET at_ms = at_ms + 1 WHERE seq = %d",
        "UPDATE audit SET detail = coalesce(detail || ' ', '') WHERE seq = %d",
        "UPDATE audit SET mac = replace(mac, substr(mac, 1, 1), 'g') "
        "WHERE seq = %d",
        "DELETE FROM audit WHERE seq = %d",
        "UPDATE audit SET (actor, action, object, detail, at_ms) = "
        "(SELECT actor || '', action, object, detail, at_ms + 2 FROM audit b "
        "WHERE b.seq = audit.seq + 1) WHERE seq = %d",
    };
    static const int rows[] = {1, 2, ROWS / 2, ROWS - 1};
    for (size_t c = 0; c < sizeof changes / sizeof *changes; c++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            char sql[400];
            tear_down(state);
            good(set_up(state));
/* clang-format off */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            snprintf(sql, sizeof sql, changes[c], rows[i]);
#pragma GCC diagnostic pop
            /* clang-format on */
            forge(sql);
            if (verified(NULL).first_bad != rows[i])
                fail_msg("%s: %s", sql, verified(NULL).what);
        }
}

static void a_renumbered_gap_is_found(void **state)
{
    (void)state;
    forge("DELETE FROM audit WHERE seq = 5;"
          "UPDATE audit SET seq = seq - 1 WHERE seq > 5");
    assert_int_equal(verified(NULL).first_bad, 5);
}

static void a_cut_tail_is_found(void **state)
{
    (void)state;
    forge("DELETE FROM audit WHERE seq > 30");
    assert_int_equal(verified(NULL).first_bad, 31);
    forge("DELETE FROM audit"); /* all of it */
    assert_int_equal(verified(NULL).first_bad, 1);
    forge(
        "DELETE FROM meta"); /* and the head: that shows a head noted before */
    assert_int_equal(verified(NULL).first_bad, 0);
    assert_int_equal(verified("40:00").first_bad, 1);
}

/* The head's own code: a head of a shorter chain cannot be made up. */
static void a_forged_head_is_found(void **state)
{
    (void)state;
    forge("DELETE FROM audit WHERE seq > 30;"
          "UPDATE meta SET value = (SELECT '30:' || mac || ':' FROM audit "
          "WHERE seq = 30) || substr(value, -64)");
    assert_int_equal(verified(NULL).first_bad, 31);
}

static void another_key_sees_no_chain(void **state)
{
    (void)state;
    static const uint8_t secret[VAULT_KEY] = {9};
    vault_close(vault);
    good(vault_from_key(secret, &vault, NULL));
    assert_int_equal(verified(NULL).first_bad, 1);
}

#undef test
#define test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static const struct CMUnitTest tests[] = {
    test(a_whole_chain_is_whole),
    test(rows_cannot_be_changed_through_the_store),
    test(each_forgery_is_found),
    test(a_renumbered_gap_is_found),
    test(a_cut_tail_is_found),
    test(a_forged_head_is_found),
    test(another_key_sees_no_chain),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
