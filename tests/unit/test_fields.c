/* SPDX-License-Identifier: GPL-3.0-or-later */

/* fields, layout, vote: words, boxes and votes without any picture. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "imaging/page.h"
#include "ocr/fields.h"
#include "ocr/layout.h"
#include "ocr/line.h"
#include "ocr/vote.h"

static int new_arena(void **state)
{
    *state = arena_new((size_t)1 << 26);
    return 0;
}

static int free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static struct tess_text text_of(struct arena *a, const char *s,
                                double confidence)
{
    size_t n;
    uint32_t *c = utf8_codes(a, s, &n);
    struct tess_text t = {arena_new_array(a, n + 1, struct tess_symbol), n,
                          confidence};
    for (size_t i = 0; i < n; i++)
        t.symbols[i] = (struct tess_symbol){
            c[i], {40.0 * (double)i, 0, 38, 40}, confidence};
    return t;
}

static const char *label_in(struct arena *a, enum slot slot, const char *s,
                            const char **ret_rest)
{
    struct tess_text t = text_of(a, s, 1);
    struct label_match m;
    if (!fields_match_label(slot, &t, &m))
        return NULL;
    struct tess_text rest = line_part(&t, m.end, t.n);
    *ret_rest = line_string(a, &rest);
    return m.label->text;
}

static void test_labels(void **state)
{
    static const struct {
        enum slot slot;
        const char *text, *label, *rest;
    } rows[] = {
        {SLOT_APPLICATION_FORM, "单位名称", "单位名称", ""},
        {SLOT_APPLICATION_FORM, "单位名称：江西某某公司", "单位名称",
         "江西某某公司"},
        {SLOT_APPLICATION_FORM, "统-社会信用代码", "统一社会信用代码", ""},
        {SLOT_APPLICATION_FORM, "经办人手机号 138", "经办人手机号", "138"},
        {SLOT_APPLICATION_FORM, "项目名称", "项目名称", ""},
        {SLOT_APPLICATION_FORM, "活定代表人张三", "法定代表人", "张三"},
        {SLOT_APPLICATION_FORM, "三、经办人信息", "经办人信息", ""},
        {SLOT_APPLICATION_FORM, "所属项目", "所属项目", ""},
        {SLOT_BUSINESS_LICENSE, "名称江西某某公司", "名称", "江西某某公司"},
        {SLOT_BUSINESS_LICENSE, "|名称某某", "名称", "某某"},
        {SLOT_BUSINESS_LICENSE, "字号名称某某", "字号名称", "某某"},
        {SLOT_BUSINESS_LICENSE, "国家市场监督管理总局监制", NULL, NULL},
        {SLOT_BUSINESS_LICENSE, "某某商品名称", NULL, NULL},
        {SLOT_BUSINESS_LICENSE, "展经营活动", NULL, NULL}, /* 经营者 */
        {SLOT_BUSINESS_LICENSE, "经营昔", "经营者", ""},
        {SLOT_BUSINESS_LICENSE, "", NULL, NULL},
        {SLOT_ID_CARD, "单位名称", NULL, NULL},
        /* remarks in brackets are no value, and what readers make of them */
        {SLOT_AUTHORIZATION_LETTER, "单位名称（盖公章）：江西某某公司",
         "单位名称", "江西某某公司"},
        {SLOT_AUTHORIZATION_LETTER, "法定代表人〈签字或盖章】:张三",
         "法定代表人", "张三"},
        {SLOT_AUTHORIZATION_LETTER, "法定代表人(签字或盖章)", "法定代表人", ""},
        {SLOT_BUSINESS_LICENSE, "名称（江西）某某公司", "名称",
         "（江西）某某公司"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *rest = NULL;
        const char *label = label_in(*state, rows[i].slot, rows[i].text, &rest);
        if (!rows[i].label) {
            assert_null(label);
            continue;
        }
        assert_non_null(label);
        assert_string_equal(label, rows[i].label);
        assert_string_equal(rest, rows[i].rest);
    }
}

/* A remark may go on behind what was read; only a colon or nothing more makes
 * the beginning of a sentence a label. */
static void test_ends_of_labels(void **state)
{
    static const struct {
        const char *text;
        bool has_colon, is_open, is_all;
    } rows[] = {
        {"经办人：张三", true, false, false},
        {"经办人", false, false, true},
        {"经办人无转委托权", false, false, false},
        {"法定代表人（签字或", false, true, true},
        {"委托期限：", true, false, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tess_text t = text_of(*state, rows[i].text, 1);
        struct label_match m;
        assert_true(fields_match_label(SLOT_AUTHORIZATION_LETTER, &t, &m));
        assert_int_equal(m.has_colon, rows[i].has_colon);
        assert_int_equal(m.is_open, rows[i].is_open);
        assert_int_equal(m.end == t.n, rows[i].is_all);
    }
}

static void test_every_label_is_itself(void **state)
{
    const struct label *l;
    for (size_t i = 0; (l = fields_label(i)) != NULL; i++) {
        const char *rest;
        const char *found = label_in(*state, l->slot, l->text, &rest);
        assert_string_equal(found, l->text);
        assert_string_equal(rest, "");
        assert_true(fields_is_label(l->slot, l->text));
        assert_int_equal(l->kind == VALUE_NONE, l->field == NULL);
    }
    assert_false(fields_is_label(SLOT_APPLICATION_FORM, "江西某某公司"));
}

static const char *title_in(struct arena *a, const char *s, enum slot *slot)
{
    struct tess_text t = text_of(a, s, 1);
    double score = 1;
    const struct title *title = fields_match_title(&t, &score);
    assert_true(score >= 0.6 && score <= 1);
    *slot = title ? title->slot : SLOT_UNKNOWN;
    return title ? title->text : "";
}

static void test_titles(void **state)
{
    static const struct {
        const char *text, *title;
        enum slot slot;
    } rows[] = {
        {"营业执照", "营业执照", SLOT_BUSINESS_LICENSE},
        {"营业执昭", "营业执照", SLOT_BUSINESS_LICENSE},
        {"事业单位法人证书", "事业单位法人证书", SLOT_BUSINESS_LICENSE},
        {"统一社会信用代码证书", "统一社会信用代码证书", SLOT_BUSINESS_LICENSE},
        {"统一社会信用代码", "", SLOT_UNKNOWN}, /* a label */
        {"数字证书用户申请表", "数字证书用户申请表", SLOT_APPLICATION_FORM},
        {"数字证书申请表", "数字证书申请表", SLOT_APPLICATION_FORM},
        {"江西CA单位数字证书申请表", "江西CA单位数字证书申请表",
         SLOT_APPLICATION_FORM},
        {"单位数字证书申请表", "单位数字证书申请表", SLOT_APPLICATION_FORM},
        {"居民身份证", "居民身份证", SLOT_ID_CARD},
        {"法人授权委托书", "法人授权委托书", SLOT_AUTHORIZATION_LETTER},
        {"电子签章采集表", "电子签章采集表", SLOT_SEAL_SHEET},
        {"凭营业执照依法自主开展经营活动", "", SLOT_UNKNOWN},
        {"某某年度工作总结", "", SLOT_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum slot slot;
        assert_string_equal(title_in(*state, rows[i].text, &slot),
                            rows[i].title);
        assert_int_equal(slot, rows[i].slot);
    }
}

static struct text_line box(double x, double y, double w, double h)
{
    return (struct text_line){{x, y, w, h}, h};
}

/* A spaced-out label whose last character is in one box with its value, and a
 * label in a cell beside a value of two lines. */
static void test_runs_and_values(void **state)
{
    const struct text_line lines[] = {
        box(600, 320, 500, 40), /* value, second line */
        box(100, 102, 40, 40),  /* 名 */
        box(240, 100, 700, 42), /* 称 江西... */
        box(100, 290, 180, 40), /* label in the middle of its cell */
        box(600, 262, 540, 40), /* value, first line */
        box(100, 420, 180, 40), box(600, 420, 300, 40),
    };
    size_t n;
    struct run *runs = layout_runs(*state, lines, 7, &n);
    assert_int_equal(n, 6);
    assert_int_equal(runs[0].n_parts, 2);
    assert_true(runs[0].box.x == 100 && runs[0].box.w == 840);
    int label = -1;
    for (size_t i = 0; i < n; i++)
        if (runs[i].box.y == 290)
            label = (int)i;
    int first = layout_right(runs, n, runs[label].box, 22);
    assert_true(first >= 0 && runs[first].box.x == 600);
    int at[2];
    assert_int_equal(layout_value_lines(runs, n, runs[label].box, first, at),
                     2);
    assert_true(runs[at[0]].box.y == 262 && runs[at[1]].box.y == 320);
    /* The next row's value stands beside a label of its own. */
    Rect last = {100, 420, 180, 40};
    first = layout_right(runs, n, last, 22);
    assert_true(runs[first].box.y == 420);
    assert_int_equal(layout_value_lines(runs, n, last, first, at), 1);
    assert_int_equal(layout_right(runs, n, runs[first].box, 22), -1);
}

/* A character in two halves, alone in a spaced-out label. */
static void test_halves(void **state)
{
    const struct text_line lines[] = {
        box(100, 100, 40, 40), box(208, 101, 26, 16), box(202, 120, 40, 22),
        box(300, 100, 400, 40)};
    size_t n;
    struct run *runs = layout_runs(*state, lines, 4, &n);
    assert_int_equal(n, 1);
    assert_int_equal(runs[0].n_parts, 3);
    assert_true(runs[0].box.w == 600 && runs[0].box.h == 42);
}

/* Whoever joins a line and what goes on behind it comes to an end, whatever
 * the sums of its edges are rounded to. */
static void test_lines_end(void **state)
{
    static const double starts[] = {0.1, 1 / 3.0, 562.7, 1e6 + 0.3};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        double x = starts[i];
        const struct text_line lines[] = {{{x, 0, 70.3, 20}, 20},
                                          {{x + 75.1, 0, 31.7, 20}, 20},
                                          {{x + 110.9, 0, 2.3, 20}, 20}};
        size_t n, steps = 0;
        struct run *runs = layout_runs(*state, lines, 3, &n);
        Rect line = runs[0].box;
        for (int next; (next = layout_next(runs, n, line)) >= 0; steps++) {
            assert_true(steps < 3);
            line = rect_union(line, runs[next].box);
        }
        assert_int_equal(steps, 2);
    }
}

static void test_below(void **state)
{
    const struct text_line lines[] = {
        box(100, 100, 320, 40), box(100, 180, 560, 44), box(900, 180, 560, 44)};
    size_t n;
    struct run *runs = layout_runs(*state, lines, 3, &n);
    int at = layout_below(runs, n, runs[0].box);
    assert_true(at >= 0 && runs[at].box.x == 100);
    assert_int_equal(layout_below(runs, n, runs[at].box), -1);
    assert_int_equal(layout_right(runs, n, runs[0].box, 22), -1);
}

static void test_vote(void **state)
{
    struct arena *a = *state;
    struct tess_text three[] = {text_of(a, "江西恒达有限公可", 0.8),
                                text_of(a, "江西但达有限公司", 0.9),
                                text_of(a, "江西恒达有限公司", 0.9)};
    struct tess_text v = vote(a, three, 3);
    assert_string_equal(line_string(a, &v), "江西恒达有限公司");
    assert_true(line_least(&v) < 0.7); /* they did not agree */
    /* One text lost a character, one has a speck. */
    struct tess_text holes[] = {text_of(a, "江恒达公司", 0.9),
                                text_of(a, "江西恒达公司", 0.9),
                                text_of(a, "江西恒达、公司", 0.9)};
    v = vote(a, holes, 3);
    assert_string_equal(line_string(a, &v), "江西恒达公司");
    v = vote(a, holes, 1);
    assert_string_equal(line_string(a, &v), "江恒达公司");
    struct tess_text empty[] = {
        {0}, text_of(a, "江西", 0.9), text_of(a, "江西", 0.9)};
    v = vote(a, empty, 3);
    assert_true(v.n <= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_labels, new_arena, free_arena),
        cmocka_unit_test_setup_teardown(test_ends_of_labels, new_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(test_every_label_is_itself, new_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(test_titles, new_arena, free_arena),
        cmocka_unit_test_setup_teardown(test_runs_and_values, new_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(test_halves, new_arena, free_arena),
        cmocka_unit_test_setup_teardown(test_lines_end, new_arena, free_arena),
        cmocka_unit_test_setup_teardown(test_below, new_arena, free_arena),
        cmocka_unit_test_setup_teardown(test_vote, new_arena, free_arena),
    };
    return cmocka_run_group_tests(tests, new_arena, free_arena);
}
