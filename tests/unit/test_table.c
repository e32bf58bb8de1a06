/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables as spreadsheets write them; what is wrong is told with its row. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/table.h"

static const char *const columns[] = {"application", "rule", NULL};

static int parse(struct arena *a, const char *text, struct table *t,
                 struct err *e)
{
    *e = (struct err){0};
    return table_parse(a, text, strlen(text), columns, t, e);
}

static void columns_are_found_by_name(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    struct table t;
    struct err e;
    assert_int_equal(parse(a,
                           "\xEF\xBB\xBFrule,说明,application\r\n"
                           "A05,\"手机, 翻拍\",1001\r\n"
                           "\r\n"
                           "X01,,\"10\"\"02\"",
                           &t, &e),
                     0);
    assert_int_equal(t.n_rows, 2);
    assert_string_equal(table_cell(&t, 0, 0), "1001");
    assert_string_equal(table_cell(&t, 0, 1), "A05");
    assert_string_equal(table_cell(&t, 1, 0), "10\"02");
    assert_string_equal(table_cell(&t, 1, 1), "X01");
    arena_free(a);
}

static void many_rows_are_kept(void **state)
{
    (void)state;
    enum { ROWS = 1000 };
    struct arena *a = arena_new(1 << 22);
    char text[32 * ROWS] = "application,rule\n";
    for (int i = 0; i < ROWS; i++)
        strcat(text, arena_printf(a, "%d,r%d\n", i, i));
    struct table t;
    struct err e;
    assert_int_equal(parse(a, text, &t, &e), 0);
    assert_int_equal(t.n_rows, ROWS);
    for (int i = 0; i < ROWS; i += 111) {
        assert_string_equal(table_cell(&t, (size_t)i, 0),
                            arena_printf(a, "%d", i));
        assert_string_equal(table_cell(&t, (size_t)i, 1),
                            arena_printf(a, "r%d", i));
    }
    arena_free(a);
}

static void mistakes_have_a_row(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"", "empty"},
        {"application,decision\n1,A05\n", "1 of 2 columns"},
        {"application,rule,rule\n", "`rule` twice"},
        {"application,rule\n1,A05\n2\n", "row 3: no `rule`"},
        {"application,rule\n1,\"A05\n", "row 2"},
        {"application,rule\n1,A\"05\n", "row 2"},
        {"application,rule\n1,\xFF\n", "UTF-8"},
    };
    struct arena *a = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct table t;
        struct err e;
        assert_int_equal(parse(a, cases[i].text, &t, &e), ERR_FORMAT);
        if (!strstr(e.text, cases[i].said))
            fail_msg("case %zu: \"%s\" lacks \"%s\"", i, e.text, cases[i].said);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_found_by_name),
        cmocka_unit_test(many_rows_are_kept),
        cmocka_unit_test(mistakes_have_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
