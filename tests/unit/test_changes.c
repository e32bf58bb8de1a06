/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What changes between two judgements is counted once for each application,
 * both ways, and a flipped verdict names what did it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/judge/changes.h"

static const struct said missing_code = {"X01", ANSWER_FAIL,
                                         SLOT_BUSINESS_LICENSE};
static const struct said unsure_seal = {"A03", ANSWER_CANNOT_TELL,
                                        SLOT_APPLICATION_FORM};
static const struct said sure_seal = {"A03", ANSWER_FAIL,
                                      SLOT_APPLICATION_FORM};
static const struct said late_order = {"G09", ANSWER_FAIL, SLOT_UNKNOWN};

static struct jval *told(const struct changes *c)
{
    struct str t;
    struct jval *j = NULL;
    str_init(&t, 1 << 20);
    changes_json(c, &t);
    assert_int_equal(jval_parse(t.s, t.len, &j, NULL), 0);
    str_done(&t);
    return j;
}

static void expect_rule(const struct jval *j, const char *rule, int came,
                        int went, int stayed)
{
    const struct jval *row = jval_lookup(jval_lookup(j, "rules"), rule);
    assert_non_null(row);
    assert_int_equal(jval_int(row, "came", -1), came);
    assert_int_equal(jval_int(row, "went", -1), went);
    assert_int_equal(jval_int(row, "stayed", -1), stayed);
}

static void both_ways_are_counted(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 24);
    struct changes *c = changes_new(a);
    const struct said before[] = {missing_code, unsure_seal};
    const struct said after[] = {unsure_seal, late_order, late_order};
    struct opinion from = {VERDICT_BLOCKED, before, 2};
    struct opinion to = {VERDICT_BLOCKED, after, 3};
    struct stored report = {.path = "one.json"};
    changes_add(c, &report, &from, &to);
    changes_add(c, &report, &to, &from);
    changes_add(c, &report, &from, &from);
    struct jval *j = told(c);
    assert_int_equal(jval_int(j, "reports", 0), 3);
    assert_int_equal(jval_count(jval_lookup(j, "flips")), 0);
    assert_int_equal(jval_count(jval_lookup(j, "rules")), 3);
    expect_rule(j, "A03", 0, 0, 3);
    expect_rule(j, "G09", 1, 1, 0);
    expect_rule(j, "X01", 1, 1, 1);
    jval_free(j);
    arena_free(a);
}

static void another_answer_is_a_change(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 24);
    struct changes *c = changes_new(a);
    struct opinion from = {VERDICT_FLAGGED, &unsure_seal, 1};
    struct opinion to = {VERDICT_BLOCKED, &sure_seal, 1};
    struct stored report = {.path = "one.json"};
    changes_add(c, &report, &from, &to);
    struct jval *j = told(c);
    expect_rule(j, "A03", 1, 1, 0);
    jval_free(j);
    arena_free(a);
}

static void a_flip_tells_why(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 24), *gone = arena_new(1 << 20);
    struct changes *c = changes_new(a);
    struct opinion from = {VERDICT_CLEAN, NULL, 0};
    struct opinion to = {VERDICT_BLOCKED, &missing_code, 1};
    struct stored report = {.path = arena_strdup(gone, "two.json")};
    report.facts.order.order_no = arena_strdup(gone, "20260308152103");
    changes_add(c, &report, &from, &to);
    arena_free(gone); /* what is kept was copied */
    struct jval *j = told(c);
    const struct jval *flip = jval_at(jval_lookup(j, "flips"), 0);
    assert_string_equal(jval_string(flip, "report", ""), "two.json");
    assert_string_equal(jval_string(flip, "order_no", ""), "20260308152103");
    assert_string_equal(jval_string(flip, "from", ""), "clean");
    assert_string_equal(jval_string(flip, "to", ""), "blocked");
    const struct jval *came = jval_at(jval_lookup(flip, "came"), 0);
    assert_string_equal(jval_string(came, "rule", ""), "X01");
    assert_string_equal(jval_string(came, "slot", ""), "business_license");
    assert_int_equal(jval_count(jval_lookup(flip, "went")), 0);
    struct str t;
    str_init(&t, 1 << 20);
    changes_text(c, &t);
    assert_non_null(strstr(t.s, "20260308152103"));
    assert_non_null(strstr(t.s, "新增 X01"));
    str_done(&t);
    jval_free(j);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways_are_counted),
        cmocka_unit_test(another_answer_is_a_change),
        cmocka_unit_test(a_flip_tells_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
