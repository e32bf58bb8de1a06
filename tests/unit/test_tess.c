/* SPDX-License-Identifier: GPL-3.0-or-later */

/* tess, strip, line, code, name: reading print that was just drawn. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/uscc.h"
#include "ocr/blank.h"
#include "ocr/code.h"
#include "ocr/line.h"
#include "ocr/name.h"
#include "ocr/value.h"
#include "tests/unit/drawn_page.h"

static struct arena *arena;
static struct tess *engines;

static int open_engines(void **state)
{
    (void)state;
    arena = arena_new((size_t)1 << 30);
    return tess_open(arena, &engines, NULL);
}

static int close_engines(void **state)
{
    (void)state;
    arena = arena_free(arena);
    return 0;
}

static const struct image *one_line(const char *text, Rect *ret_box)
{
    struct drawn_page p = drawn_open(100, 14);
    *ret_box = drawn_text(&p, 6, 8, text);
    return drawn_scan(arena, &p);
}

static const struct line_how chinese = {{TESS_CHINESE, TESS_LINE, NULL},
                                        {36, 0.28, false, false}};

static void test_chinese_line(void **state)
{
    (void)state;
    Rect box;
    struct tess_text t;
    const struct image *page = one_line("法定代表人", &box);
    assert_int_equal(
        line_read(engines, arena, page, &box, 1, &chinese, &t, NULL), 0);
    assert_string_equal(line_string(arena, &t), "法定代表人");
    assert_true(t.confidence > 0.9);
    assert_true(line_least(&t) <= t.confidence);
    for (size_t i = 0; i < t.n; i++) /* in page coordinates, in order */
        assert_true(rect_area(rect_intersect(t.symbols[i].box, box)) > 0 &&
                    (i == 0 || t.symbols[i].box.x > t.symbols[i - 1].box.x));
}

static void test_blank_line(void **state)
{
    (void)state;
    struct drawn_page p = drawn_open(60, 14);
    const struct image *page = drawn_scan(arena, &p);
    Rect box = {40, 40, 400, 48};
    struct tess_text t;
    assert_int_equal(
        line_read(engines, arena, page, &box, 1, &chinese, &t, NULL), 0);
    assert_int_equal(t.n, 0);
    assert_true(t.confidence == 0);
}

/* Spread letters read as running text, and a table rule is no letter. */
static void test_spread_label(void **state)
{
    (void)state;
    struct drawn_page p = drawn_open(100, 14);
    Rect box = drawn_text(&p, 6, 8, "名");
    box = rect_union(box, drawn_text(&p, 26, 8, "称"));
    drawn_bar(&p, (Rect){34, 1, 0.4, 12});
    box = rect_union(box, drawn_text(&p, 38, 8, "有限公司"));
    const struct image *page = drawn_scan(arena, &p);
    struct line_how how = chinese;
    how.strip.compact = true;
    struct tess_text t;
    assert_int_equal(line_read(engines, arena, page, &box, 1, &how, &t, NULL),
                     0);
    assert_string_equal(line_string(arena, &t), "名称有限公司");
}

static struct reading read_code(const char *text)
{
    Rect box;
    struct reading r;
    const struct image *page = one_line(text, &box);
    struct place p = {.page = page, .lines = &box, .n = 1};
    assert_int_equal(code_read_credit(engines, arena, p, &r, NULL), 0);
    return r;
}

static void test_credit_code(void **state)
{
    (void)state;
    struct reading r = read_code("91360100MA4JURQ200");
    assert_string_equal(r.value, "91360100MA4JURQ200");
    assert_true(r.confidence > 0.99);
    assert_int_equal(r.source, SOURCE_OCR);
    assert_null(r.raw);
}

/* A wrong code on the paper must come out wrong, and not mended. */
static void test_wrong_code_stays_wrong(void **state)
{
    (void)state;
    static const char *const wrong[] = {"914403001922038217",
                                        "12440300MB2C92173A"};
    for (size_t i = 0; i < 2; i++) {
        struct reading r = read_code(wrong[i]);
        assert_string_equal(r.value, wrong[i]);
        assert_int_equal(r.source, SOURCE_OCR);
    }
}

static void test_resident_number(void **state)
{
    (void)state;
    Rect box;
    struct reading r;
    const struct image *page = one_line("36010219900307803X", &box);
    struct place p = {.page = page, .lines = &box, .n = 1};
    assert_int_equal(code_read_resident(engines, arena, p, &r, NULL), 0);
    assert_string_equal(r.value, "36010219900307803X");
}

/* Fifteen digits with their check digit, and a medical institution's. */
static void test_registration_numbers(void **state)
{
    (void)state;
    static const char *const numbers[] = {"360100200000189",
                                          "PDY123456360121A5291"};
    for (size_t i = 0; i < 2; i++) {
        Rect box;
        struct reading r;
        const struct image *page = one_line(numbers[i], &box);
        struct place p = {.page = page, .lines = &box, .n = 1};
        assert_int_equal(code_read_registration(engines, arena, p, &r, NULL),
                         0);
        assert_string_equal(r.value, numbers[i]);
        assert_true(i > 0 || r.confidence > 0.99);
    }
}

/* Not repaired into the valid code that differs from it in one look-alike. */
static void test_pilot_code(void **state)
{
    (void)state;
    static const char pilot[] = "91360100M0007TGQ2M";
    Rect box;
    struct reading r;
    const struct image *page = one_line(pilot, &box);
    struct place p = {.page = page, .lines = &box, .n = 1};
    assert_true(uscc_is_pilot(pilot));
    assert_int_equal(code_read_credit(engines, arena, p, &r, NULL), 0);
    assert_string_equal(r.value, pilot);
    assert_int_equal(r.source, SOURCE_OCR);
    assert_true(r.confidence >= 0.95);
}

static void test_name_of_two_lines(void **state)
{
    (void)state;
    struct drawn_page p = drawn_open(100, 24);
    Rect lines[] = {drawn_text(&p, 6, 8, "江西天下建设工程（上海）"),
                    drawn_text(&p, 6, 14, "有限公司")};
    const struct image *page = drawn_scan(arena, &p);
    struct place place = {.page = page, .lines = lines, .n = 2};
    struct reading r;
    assert_int_equal(name_read_org(engines, arena, place, &r, NULL), 0);
    assert_string_equal(r.value, "江西天下建设工程（上海）有限公司");
    assert_true(r.box.h > lines[0].h * 1.5);
}

/* Values by their kind, and what the order says about them. */
static struct value read_value(const char *text, enum value_kind kind,
                               const char *field, const struct order *order)
{
    Rect box;
    struct value v;
    const struct image *page = one_line(text, &box);
    struct place p = {.page = page, .lines = &box, .n = 1};
    const struct value_means means = {engines, NULL, order};
    const struct label label = {SLOT_BUSINESS_LICENSE, field, kind, NEED_ALWAYS,
                                ""};
    assert_int_equal(value_read(&means, arena, p, &label, &v, NULL), 0);
    return v;
}

static void test_dates(void **state)
{
    (void)state;
    struct value v = read_value("2026年04月05日", VALUE_DATE, "date", NULL);
    assert_int_equal(v.n, 1);
    assert_string_equal(v.readings[0].value, "2026-04-05");
    v = read_value("2018年03月10日至2038年03月09日", VALUE_TERM, "valid_to",
                   NULL);
    assert_int_equal(v.n, 2);
    assert_string_equal(v.fields[0], "valid_from");
    assert_string_equal(v.readings[0].value, "2018-03-10");
    assert_string_equal(v.fields[1], "valid_to");
    assert_string_equal(v.readings[1].value, "2038-03-09");
    assert_true(v.readings[0].box.x < v.readings[1].box.x);
    v = read_value("长期", VALUE_TERM, "valid_to", NULL);
    assert_int_equal(v.n, 1);
    assert_string_equal(v.fields[0], "valid_to");
    assert_string_equal(v.readings[0].value, "长期");
    assert_int_equal(read_value("江西天下", VALUE_TERM, "valid_to", NULL).n, 0);
}

static void test_codes_are_verified_by_their_checks(void **state)
{
    (void)state;
    const struct order right = {.credit_code = "91360100MA6QJM400M"};
    const struct order other = {.credit_code = "91440300192181490G"};
    struct value v =
        read_value("91360100MA6QJM400M", VALUE_CREDIT, "credit_code", &right);
    assert_int_equal(v.n, 1);
    assert_int_equal(v.readings[0].verified.result, VERIFY_CONFIRMED);
    assert_null(v.readings[0].verified.rival);
    v = read_value("91360100MA6QJM400M", VALUE_CREDIT, "credit_code", &other);
    assert_int_equal(v.readings[0].verified.result, VERIFY_CONTRADICTED);
    assert_string_equal(v.readings[0].verified.against, other.credit_code);
    assert_string_equal(v.readings[0].verified.rival, "91360100MA6QJM400M");
    v = read_value("91360100MA6QJM400M", VALUE_CREDIT, "credit_code", NULL);
    assert_null(v.readings[0].verified.against);
}

static void test_name_without_a_network(void **state)
{
    (void)state;
    static const char name[] = "江西天下建设工程有限公司";
    const struct order orders[] = {{.org_name = name},
                                   {.org_name = "江西天下建筑工程有限公司"},
                                   {.org_name = "云水方圆医药有限公司"}};
    static const enum verify_result want[] = {
        VERIFY_CONFIRMED, VERIFY_CANNOT_TELL, VERIFY_CONTRADICTED};
    for (size_t i = 0; i < 3; i++) {
        struct value v = read_value(name, VALUE_ORG, "org_name", &orders[i]);
        assert_int_equal(v.n, 1);
        assert_string_equal(v.readings[0].value, name);
        assert_int_equal(v.readings[0].verified.result, want[i]);
    }
}

static void test_authority(void **state)
{
    (void)state;
    struct value v =
        read_value("上海市公安局", VALUE_AUTHORITY, "issuer", NULL);
    assert_int_equal(v.n, 1);
    assert_string_equal(v.readings[0].value, "上海市公安局");
    assert_int_equal(
        read_value("二零二六年三月", VALUE_AUTHORITY, "issuer", NULL).n, 0);
}

/* A filled blank of a letter, an empty one, and text without a rule. */
static void test_blanks(void **state)
{
    (void)state;
    struct drawn_page p = drawn_open(120, 20);
    Rect row = drawn_text(&p, 6, 10, "本人");
    Rect name = drawn_text(&p, 20, 10, "王小明");
    row = rect_union(row, name);
    row = rect_union(row, drawn_text(&p, 38, 10, "现起至委托"));
    drawn_bar(&p, (Rect){16, 11.2, 20, 0.2});
    drawn_bar(&p, (Rect){70, 11.2, 20, 0.2});
    const struct image *page = drawn_scan(arena, &p);
    size_t n;
    row.w = 95 * DRAWN_DPI / 25.4 - row.x;
    const struct blank_place *blanks = blank_find(arena, page, row, &n);
    assert_int_equal(n, 2);
    assert_false(blanks[0].is_empty);
    assert_true(rect_iou(blanks[0].box, name) > 0.7);
    assert_true(blanks[1].is_empty);
    assert_true(blanks[1].box.x > name.x + name.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chinese_line),
        cmocka_unit_test(test_blank_line),
        cmocka_unit_test(test_spread_label),
        cmocka_unit_test(test_credit_code),
        cmocka_unit_test(test_wrong_code_stays_wrong),
        cmocka_unit_test(test_resident_number),
        cmocka_unit_test(test_registration_numbers),
        cmocka_unit_test(test_pilot_code),
        cmocka_unit_test(test_name_of_two_lines),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_codes_are_verified_by_their_checks),
        cmocka_unit_test(test_name_without_a_network),
        cmocka_unit_test(test_authority),
        cmocka_unit_test(test_blanks),
    };
    return cmocka_run_group_tests(tests, open_engines, close_engines);
}
