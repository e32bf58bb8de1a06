/* SPDX-License-Identifier: GPL-3.0-or-later */

/* barcode: codes of every size and turn, and pages without any. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/utf8.h"
#include "ocr/barcode.h"
#include "tests/unit/drawn_page.h"

static const char payload[] =
    "http://www.gsxt.gov.cn/index.html?uniscid=91360100MA4JURQ200";

/* Version 4, level M, as qrencode 4.1.1 makes it of that payload. */
static const char *const modules[] = {
    "#######..#.#.###..##...#..#######", "#.....#...#..####...#####.#.....#",
    "#.###.#...#..#.#.#.#.#..#.#.###.#", "#.###.#....#.##.#..#.#.##.#.###.#",
    "#.###.#.....#.#..###.##.#.#.###.#", "#.....#.####.######.##.##.#.....#",
    "#######.#.#.#.#.#.#.#.#.#.#######", "..........#....###.#.##..........",
    "#..#.##.#...###.#.##.#.#.#.#.....", ".##....####..##..#..###.#.#.....#",
    "#...#.#.....###....####..####.###", "#.###..#..####.#..#..#.##...##.##",
    "#####.#....#..###.##....###..#.#.", "#.#.....##.#####...####...#.#.###",
    "#..#..#.#......##......###.#...#.", ".#.#.#..#....##.######.#..##...#.",
    "##.#.##..#..##.###..##..#.#.##.#.", ".#.##..#..#.....#...##.##..#.#.#.",
    "..#...#.##..##....#.#.#.#..#..###", "#.##.#.##.#....#.#.####.##.....#.",
    ".###.##..#....#..##...#..#.#...##", ".#...#...##.##.#...#..##.##....##",
    "####.##.##...#..#.#####...##.##.#", ".#..#..##..#...#..##.#..#..###.#.",
    "#...#####.##..#.##...#.######....", "........##.####..#.######...##..#",
    "#######...#..##.###.#.#.#.#.####.", "#.....#.#..#######..##.##...##.#.",
    "#.###.#..#........#..#..######..#", "#.###.#.##.##.####...#.##.######.",
    "#.###.#....###.###.#.#.###..#...#", "#.....#.....#....#...#..##.#.....",
    "#######.#..#.####..#.#.##....#.#.",
};
enum { MODULES = sizeof modules / sizeof *modules };

/* Version 2, level M, of the bytes 00 01 ff fe, "<script>", ESC "[2J" 80. */
static const char *const foreign[] = {
    "#######.##.##.#...#######", "#.....#..####.....#.....#",
    "#.###.#..#..##.##.#.###.#", "#.###.#.#.#...###.#.###.#",
    "#.###.#.#.#.###...#.###.#", "#.....#.#.#.####..#.....#",
    "#######.#.#.#.#.#.#######", "........#..#..#.#........",
    "#...#.#####.####.#####..#", "...#...#.##.....##..####.",
    ".###..####..######.#....#", "...#.#....####..##..#....",
    "...##.##.#####..####.##.#", "#...##.##.#..###.#..###.#",
    ".....##.#.#....#....##.#.", "...#.#...#..#.#.##...###.",
    "##.#..#..###.##########.#", "........##..#..##...###.#",
    "#######.##.######.#.####.", "#.....#..###.#..#...#.#..",
    "#.###.#.###.##..#######.#", "#.###.#..#...####.#....##",
    "#.###.#..#.....#..##...#.", "#.....#..#..#.#.#.###.##.",
    "#######.####.##....##.###",
};
enum { FOREIGN = sizeof foreign / sizeof *foreign };

/* Version 2, level M, of "enterprise name: ..." in GBK, as qrencode makes it.
 */
static const char *const national[] = {
    "#######.#..###.#..#######", "#.....#.####.#..#.#.....#",
    "#.###.#....#....#.#.###.#", "#.###.#.#.#...#...#.###.#",
    "#.###.#..#..#.##..#.###.#", "#.....#..#.#.#.##.#.....#",
    "#######.#.#.#.#.#.#######", "........##.....#.........",
    "#.##.###.#..##....#..#.##", "##..##..#..#.####.####.##",
    "..##..##.#...#.##.....#.#", ".##..#......#....####..##",
    "##...######.#.#.##.##.#.#", ".....#.###.##.##.##.##..#",
    ".######...##.#.##..######", "#..#......##..#...##..#..",
    "....#####.#.#.#.#####....", "........#.#...###...#.#..",
    "#######.#....####.#.#.##.", "#.....#.#..#.####...###..",
    "#.###.#..##..#########...", "#.###.#.#.#....#.#...####",
    "#.###.#.#.....#..###.###.", "#.....#..#.#####....#....",
    "#######.#..#...####...###",
};
enum { NATIONAL = sizeof national / sizeof *national };

/* A page with lines of text, and a code of that size at (120, 40) mm. */
static const struct image *page_with(struct arena *a, double code_mm)
{
    struct drawn_page p = drawn_open(200, 120);
    double size = code_mm / MODULES;
    for (int i = 0; i < 12; i++)
        drawn_text(&p, 10, 20 + 7 * i, "依法须经批准的项目经相关部门批准");
    cairo_set_antialias(p.cr, CAIRO_ANTIALIAS_NONE);
    for (int y = 0; code_mm > 0 && y < MODULES; y++)
        for (int x = 0; x < MODULES; x++)
            if (modules[y][x] == '#')
                drawn_bar(&p,
                          (Rect){120 + x * size, 40 + y * size, size, size});
    return drawn_scan(a, &p);
}

static void assert_found(struct arena *a, const struct image *im, Rect where)
{
    bool found;
    struct barcode b;
    assert_int_equal(barcode_find(a, im, &found, &b, NULL), 0);
    assert_true(found);
    assert_string_equal(b.payload, payload);
    assert_true(rect_iou(b.box, where) > 0.7);
}

static void test_sizes(void **state)
{
    (void)state;
    static const double sizes_mm[] = {15, 21, 30};
    for (size_t i = 0; i < 3; i++) {
        struct arena *a = arena_new((size_t)1 << 30);
        const struct image *im = page_with(a, sizes_mm[i]);
        double s = DRAWN_DPI / 25.4, w = sizes_mm[i] * s;
        assert_found(a, im, (Rect){120 * s, 40 * s, w, w});
        arena_free(a);
    }
}

/* At 100 dpi a module has little more than two pixels. */
static void test_coarse_scan(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 30);
    const struct image *im = page_with(a, 21);
    im = image_resize(a, im, im->width / 3, im->height / 3);
    double s = 100 / 25.4;
    assert_found(a, im, (Rect){120 * s, 40 * s, 21 * s, 21 * s});
    arena_free(a);
}

static void test_turned(void **state)
{
    (void)state;
    for (int turns = 1; turns < 4; turns++) {
        struct arena *a = arena_new((size_t)1 << 30);
        const struct image *im = page_with(a, 21);
        double s = DRAWN_DPI / 25.4;
        Affine m = affine_quarter_turn(turns, im->width, im->height);
        assert_found(a, image_turn(a, im, turns),
                     affine_rect(m, (Rect){120 * s, 40 * s, 21 * s, 21 * s}));
        arena_free(a);
    }
}

static void test_none(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 30);
    bool found;
    struct barcode b;
    assert_int_equal(barcode_open(a, NULL), 0);
    assert_int_equal(barcode_find(a, page_with(a, 0), &found, &b, NULL), 0);
    assert_false(found);
    uint8_t *px;
    const struct image *dot = image_new(a, 1, 1, 1, &px);
    assert_int_equal(barcode_find(a, dot, &found, &b, NULL), 0);
    assert_false(found);
    arena_free(a);
}

static struct barcode find_drawn(struct arena *a, const char *const *dark,
                                 int n)
{
    struct drawn_page p = drawn_open(60, 60);
    bool found;
    struct barcode b;
    cairo_set_antialias(p.cr, CAIRO_ANTIALIAS_NONE);
    for (int y = 0; y < n; y++)
        for (int x = 0; x < n; x++)
            if (dark[y][x] == '#')
                drawn_bar(&p, (Rect){20 + 0.8 * x, 20 + 0.8 * y, 0.8, 0.8});
    assert_int_equal(barcode_open(a, NULL), 0);
    assert_int_equal(barcode_find(a, drawn_scan(a, &p), &found, &b, NULL), 0);
    assert_true(found);
    return b;
}

static void test_national_charset(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 30);
    assert_string_equal(find_drawn(a, national, NATIONAL).payload,
                        "企业名称:青岚医药");
    arena_free(a);
}

/* What comes out is text without anything that acts on who reads it, whatever
 * bytes were put in. */
static void test_bytes_that_are_no_text(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 30);
    struct barcode b = find_drawn(a, foreign, FOREIGN);
    assert_true(utf8_is_valid(b.payload, strlen(b.payload)));
    assert_non_null(strstr(b.payload, "<script>"));
    for (const char *s = b.payload; *s; s++)
        assert_true((unsigned char)*s >= ' ');
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_coarse_scan),
        cmocka_unit_test(test_turned),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_national_charset),
        cmocka_unit_test(test_bytes_that_are_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
