/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A seal's picture laid back over its scan, and its digits upright: where a
 * mark of the picture comes to lie, whatever the seal's turn and the densities
 * of scan and picture. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/geom.h"
#include "own_arena.h"
#include "review/bitmap.h"
#include "review/seal_place.h"
#include "review/seal_view.h"

enum { SIDE = 200, MARK = 12 };

/* A dark square about a point of an empty picture. */
static struct bitmap picture_with_mark(struct arena *a, int x, int y)
{
    uint8_t *rgba = arena_alloc(a, SIDE * SIDE, 4);
    memset(rgba, 0, (size_t)SIDE * SIDE * 4);
    for (int j = y - MARK / 2; j < y + MARK / 2; j++)
        for (int i = x - MARK / 2; i < x + MARK / 2; i++)
            memset(rgba + 4 * (j * SIDE + i), 255, 4);
    return (struct bitmap){SIDE, SIDE, rgba};
}

/* The middle of what is opaque in columns from .. to. */
static Point middle_of(const struct bitmap *b, int from, int to)
{
    double sum = 0, x = 0, y = 0;
    for (int j = 0; j < b->height; j++)
        for (int i = from; i < to; i++) {
            double v = b->rgba[4 * (j * b->width + i) + 3];
            sum += v;
            x += v * (i + 0.5);
            y += v * (j + 0.5);
        }
    assert_true(sum > 0);
    return (Point){x / sum, y / sum};
}

/* A scan of 600 dpi, a picture of 300: one pixel of it is two of the scan. */
static const struct recut place = {
    .box = {1000, 500, 400, 400}, .rotation_deg = 90, .scan_dpi = 600};

static void test_mask_lies_where_the_seal_is(void **state)
{
    struct arena *a = arena;
    (void)state;
    struct bitmap picture =
        picture_with_mark(a, 100, 40); /* above the middle */
    Affine m = seal_place_scan_from_picture(&place, &picture, 300);
    const Rect part = {900, 450, 600, 500};
    struct bitmap mask = seal_view_mask(a, &picture, m, part, 300);
    assert_int_equal(mask.width, 300);
    assert_int_equal(mask.height, 250);
    /* Turned clockwise by a quarter, above is right: 60 px are 120 there. */
    Point p = middle_of(&mask, 0, mask.width);
    assert_true(fabs(p.x - (1200 + 120 - part.x) / 2) < 0.6);
    assert_true(fabs(p.y - (700 - part.y) / 2) < 0.6);
}

static void test_scale_without_densities(void **state)
{
    struct arena *a = arena;
    (void)state;
    struct bitmap picture = picture_with_mark(a, 100, 40);
    struct recut bare = place;
    bare.scan_dpi = 0;
    Affine m = seal_place_scan_from_picture(&bare, &picture, 0);
    Point p = affine_point(m, (Point){100, 0});
    assert_true(fabs(p.x - 1400) < 1e-6 && fabs(p.y - 700) < 1e-6);
}

/* Each digit's own mark comes to the middle of its cell, and what is nearer to
 * the ring's middle stands above it. */
static void test_digits_stand_upright(void **state)
{
    struct arena *a = arena;
    (void)state;
    struct bitmap picture = picture_with_mark(a, 160, 100); /* on the right */
    struct recut level = place;
    level.rotation_deg = 0;
    Affine m = seal_place_scan_from_picture(&level, &picture, 300);
    /* The second digit is the mark; the first lies nearer to the middle's left,
     * where nothing is. */
    const Rect boxes[] = {{1060, 680, 40, 40}, {1300, 680, 40, 40}};
    struct bitmap cells =
        seal_view_digits(a, &picture, m, SHAPE_ROUND, boxes, 2);
    enum { W = SEAL_VIEW_DIGIT_WIDTH, H = SEAL_VIEW_DIGIT_HEIGHT };
    assert_int_equal(cells.width, 2 * W);
    assert_int_equal(cells.height, H);
    Point p = middle_of(&cells, W, 2 * W);
    assert_true(fabs(p.x - 1.5 * W) < 1);
    assert_true(fabs(p.y - 0.5 * H) < 1);
    /* A box a little off the mark, towards the rim: the mark stands higher. */
    const Rect off[] = {boxes[0], {1308, 680, 40, 40}};
    cells = seal_view_digits(a, &picture, m, SHAPE_ROUND, off, 2);
    p = middle_of(&cells, W, 2 * W);
    assert_true(p.y < 0.5 * H - 5);
    assert_true(fabs(p.x - 1.5 * W) < 1);
    /* In a frame digits stand as the seal does: it is on the left instead. */
    cells = seal_view_digits(a, &picture, m, SHAPE_SQUARE, off, 2);
    p = middle_of(&cells, W, 2 * W);
    assert_true(p.x < 1.5 * W - 5);
    assert_true(fabs(p.y - 0.5 * H) < 1);
}

static void test_png_there_and_back(void **state)
{
    struct arena *a = arena;
    (void)state;
    struct bitmap picture = picture_with_mark(a, 30, 170), again;
    const uint8_t *bytes;
    size_t n;
    assert_int_equal(bitmap_write_png(a, &picture, &bytes, &n, NULL), 0);
    assert_int_equal(bitmap_read_png(a, bytes, n, &again, NULL), 0);
    assert_int_equal(again.width, SIDE);
    assert_memory_equal(again.rgba, picture.rgba, (size_t)SIDE * SIDE * 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_mask_lies_where_the_seal_is,
                                        open_arena, close_arena),
        cmocka_unit_test_setup_teardown(test_scale_without_densities,
                                        open_arena, close_arena),
        cmocka_unit_test_setup_teardown(test_digits_stand_upright, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(test_png_there_and_back, open_arena,
                                        close_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
