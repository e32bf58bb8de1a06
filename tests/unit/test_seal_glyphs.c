/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A square seal's picture divided into its characters. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "imaging/image.h"
#include "imaging/seal_glyphs.h"
#include "tests/unit/own_arena.h"

enum { SIDE = 236, FRAME = 12 };

/* Strokes both ways in place of a character. */
static bool is_stroke(Rect r, int x, int y)
{
    if (!rect_has_point(r, (Point){x + 0.5, y + 0.5}))
        return false;
    double u = (x - r.x) / r.w * 3, v = (y - r.y) / r.h * 3;
    return fmod(u, 1) < 0.3 || fmod(v, 1) < 0.3;
}

/* A framed seal of 20 mm at 300 dpi with these characters, and digits along
 * its lower edge; the picture is wider than the seal. */
static const struct image *draw(const Rect *boxes, size_t n, bool negative,
                                int digits)
{
    enum { MARGIN = 9, ALL = SIDE + 2 * MARGIN };
    uint8_t *px;
    struct image *im = image_new(arena, ALL, ALL, 4, &px);
    for (int y = -MARGIN; y < SIDE + MARGIN; y++)
        for (int x = -MARGIN; x < SIDE + MARGIN; x++, px += 4) {
            bool inside = x >= 0 && y >= 0 && x < SIDE && y < SIDE;
            bool frame = x < FRAME || y < FRAME || x >= SIDE - FRAME ||
                         y >= SIDE - FRAME;
            bool ink = false;
            for (size_t i = 0; i < n; i++)
                ink |= is_stroke(boxes[i], x, y);
            for (int i = 0; i < digits; i++)
                ink |=
                    x >= 26 + 15 * i && x < 34 + 15 * i && y >= 202 && y < 218;
            bool red = inside && (negative ? !ink : frame || ink);
            px[0] = 255;
            px[1] = px[2] = 0;
            px[3] = red ? 255 : 0;
        }
    return im;
}

static const Rect four[] = {
    {124, 22, 88, 84}, {124, 116, 88, 84}, {24, 22, 88, 84}, {24, 116, 88, 84}};
static const Rect three[] = {
    {124, 22, 88, 178}, {24, 22, 88, 84}, {24, 116, 88, 84}};

/* The best way has a character around the middle of each box, in order. */
static void assert_way(const struct seal_glyphs *g, const Rect *boxes, size_t n)
{
    assert_true(g->n_ways > 0);
    assert_int_equal(g->way[0].n, n);
    for (size_t i = 0; i < n; i++) {
        Rect r = g->way[0].box[i];
        Point p = rect_center(boxes[i]);
        /* without frame and margin the picture begins further in */
        p.x -= 24 - g->way[0].box[n - 1].x;
        p.y -= 22 - g->way[0].box[0].y;
        assert_true(rect_has_point(r, p));
        assert_true(fabs(r.w / boxes[i].w - 1) < 0.15);
        assert_true(fabs(r.h / boxes[i].h - 1) < 0.15);
    }
}

static void four_in_two_columns(void **state)
{
    (void)state;
    for (int negative = 0; negative < 2; negative++) {
        struct seal_glyphs g =
            seal_glyphs_find(arena, draw(four, 4, negative, 0), 2, 4);
        assert_way(&g, four, 4);
        assert_true(g.number.w == 0);
    }
}

static void a_tall_one_beside_two(void **state)
{
    (void)state;
    struct seal_glyphs g =
        seal_glyphs_find(arena, draw(three, 3, false, 0), 3, 5);
    assert_way(&g, three, 3);
}

static void the_number_is_none_of_them(void **state)
{
    (void)state;
    for (int negative = 0; negative < 2; negative++) {
        struct seal_glyphs g =
            seal_glyphs_find(arena, draw(four, 4, negative, 12), 2, 5);
        assert_way(&g, four, 4);
        assert_true(g.number.w > 100 && g.number.h < 24);
    }
}

static void as_many_as_may_be_asked_for(void **state)
{
    (void)state;
    const struct image *im = draw(four, 4, false, 0);
    struct seal_glyphs g = seal_glyphs_find(arena, im, 3, 3);
    for (size_t i = 0; i < g.n_ways; i++)
        assert_int_equal(g.way[i].n, 3);
}

static void side_by_side_in_a_line(void **state)
{
    (void)state;
    struct seal_glyphs g =
        seal_glyphs_find(arena, draw(four, 4, true, 0), 4, 4);
    const struct image *line = seal_glyphs_line(arena, &g, &g.way[0]);
    assert_true(line->width > 3 * line->height);
    int dark = 0;
    for (int i = 0; i < line->width * line->height; i++)
        dark += line->px[i] < 128;
    double share = (double)dark / (line->width * line->height);
    assert_true(share > 0.2 && share < 0.6);
}

static void nothing_in_it(void **state)
{
    (void)state;
    uint8_t *px;
    struct image *none = image_new(arena, SIDE, SIDE, 4, &px);
    for (int i = 0; i < 4 * SIDE * SIDE; i++)
        px[i] = 0;
    assert_null(seal_glyphs_find(arena, none, 2, 4).print);
    struct seal_glyphs g =
        seal_glyphs_find(arena, draw(four, 0, false, 0), 2, 4);
    assert_int_equal(g.n_ways, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_in_two_columns),
        cmocka_unit_test(a_tall_one_beside_two),
        cmocka_unit_test(the_number_is_none_of_them),
        cmocka_unit_test(as_many_as_may_be_asked_for),
        cmocka_unit_test(side_by_side_in_a_line),
        cmocka_unit_test(nothing_in_it),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
