/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names: what is equal, what may be a misreading, what is another company. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "rules/name.h"

static const struct row {
    const char *a, *b;
    bool same, only_confusable;
    double distance;
    const char *zh;
} rows[] = {
    {"青岚（江西）有限公司", "青岚(江西)有限公司", true, true, 0, ""},
    {"青岚 盛腾 公司", "青岚盛腾公司", true, true, 0, ""},
    {"ＡＢＣ公司", "abc公司", true, true, 0, ""},
    {"买买提·吐尔逊", "买买提•吐尔逊", true, true, 0, ""},
    {"买买提·吐尔逊", "买买提吐尔逊", false, true, 0.25, "后者少“·”"},
    {"江西恒达建设有限公司", "江西恒达建筑有限公司", false, false, 1,
     "第 6 字“设”与“筑”不同"},
    {"江西恒达有限公司", "江苏恒达有限公司", false, false, 1,
     "第 2 字“西”与“苏”不同"},
    {"祥云科技", "详云科技", false, true, 0.25, "第 1 字“祥”与“详”不同"},
    {"青岚有限公司", "青岚有限责任公司", false, false, 2, "后者多“责任”"},
    {"青岚公司南昌分公司", "青岚公司", false, false, 5, "后者少“南昌分公司”"},
    {"第一建设", "第1建设", false, false, 1, "第 2 字“一”与“1”不同"},
    {"甲乙丙丁戊己庚辛", "子乙丑丁寅己卯辛", false, false, 4,
     "第 1 字“甲”与“子”不同，第 3 字“丙”与“丑”不同，第 5 "
     "字“戊”与“寅”不同，等"},
    {"", "", true, true, 0, ""},
    {"", "甲", false, false, 1, "后者多“甲”"},
};

static void test_rows(void **state)
{
    (void)state;
    struct arena *a = arena_new(16 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        struct name_match m = name_compare(a, r->a, r->b);
        assert_int_equal(m.same, r->same);
        assert_int_equal(m.only_confusable, r->only_confusable);
        assert_true(m.distance == r->distance);
        assert_string_equal(name_difference_zh(a, &m), r->zh);
        /* and the other way round, as far as it is symmetric */
        struct name_match back = name_compare(a, r->b, r->a);
        assert_true(back.distance == m.distance);
        assert_int_equal(back.n_steps, m.n_steps);
    }
    arena_free(a);
}

/* The alignment holds every character of both names, in order. */
static void test_alignment(void **state)
{
    (void)state;
    struct arena *a = arena_new(16 << 20);
    struct name_match m = name_compare(a, "ABCD", "XABD");
    uint32_t first[8] = {0}, second[8] = {0};
    size_t n = 0, k = 0;
    for (size_t i = 0; i < m.n_steps; i++) {
        assert_true(m.steps[i].a || m.steps[i].b);
        if (m.steps[i].a)
            first[n++] = m.steps[i].a;
        if (m.steps[i].b)
            second[k++] = m.steps[i].b;
    }
    const uint32_t abcd[] = {'A', 'B', 'C', 'D'}, xabd[] = {'X', 'A', 'B', 'D'};
    assert_int_equal(n, 4);
    assert_int_equal(k, 4);
    assert_memory_equal(first, abcd, sizeof abcd);
    assert_memory_equal(second, xabd, sizeof xabd);
    arena_free(a);
}

static void test_long_names_are_bounded(void **state)
{
    (void)state;
    struct arena *a = arena_new(16 << 20);
    char *long_name = arena_alloc(a, 5001, 1);
    memset(long_name, 'A', 5000);
    struct name_match m = name_compare(a, long_name, "A");
    assert_false(m.same);
    assert_int_equal(m.n_steps, NAME_MAX_LENGTH);
    arena_free(a);
}

static void test_parts(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    static const struct {
        const char *a, *b;
        bool first, second;
    } cases[] = {
        {"青岚有限公司", "青岚有限公司", false, false},
        {"青岚有限公司", "岚有限公司", false, true},
        {"青岚有限", "青岚有限公司", true, false},
        {"岚有限", "青岚有限公司", true, false},
        {"青岚有限公司", "青岚有限责任公司", false, false},
        {"青岗有限", "青岚有限公司", false, false},
        {"", "甲", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct name_match m = name_compare(a, cases[i].a, cases[i].b);
        assert_int_equal(m.first_is_part, cases[i].first);
        assert_int_equal(m.second_is_part, cases[i].second);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_long_names_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
