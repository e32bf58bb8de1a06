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
#include "ocr/code.h"
#include "ocr/line.h"
#include "ocr/name.h"
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

static void test_date(void **state)
{
    (void)state;
    Rect box;
    struct reading r;
    const struct image *page = one_line("2026年04月05日", &box);
    struct place p = {.page = page, .lines = &box, .n = 1};
    assert_int_equal(name_read_date(engines, arena, p, &r, NULL), 0);
    assert_string_equal(r.value, "2026-04-05");
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
        cmocka_unit_test(test_name_of_two_lines),
        cmocka_unit_test(test_date),
    };
    return cmocka_run_group_tests(tests, open_engines, close_engines);
}
