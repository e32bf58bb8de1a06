/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A seal in a cell, over one of its rules, and where there is no cell. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/facts.h"
#include "base/units.h"
#include "imaging/bitonal.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/seal_cell.h"
#include "tests/unit/own_arena.h"

enum { WIDTH = 1240, HEIGHT = 1754, RULE = 3 }; /* A4 at 150 dpi */

static const double dpi = 150;

static void fill(uint8_t *px, Rect r)
{
    for (int y = (int)r.y; y < (int)(r.y + r.h); y++)
        memset(px + y * WIDTH + (int)r.x, 20, (size_t)r.w);
}

/* A cell of 70 x 60 mm with its upper left corner at (40, 50) mm and a
 * neighbour to the right; `sides`: with upright rules. */
static struct page with_cell(bool sides)
{
    uint8_t *px;
    struct page p = {.dpi = dpi, .scan_from_text = affine_identity()};
    struct image *im = image_new(arena, WIDTH, HEIGHT, 1, &px);
    memset(px, 250, (size_t)WIDTH * HEIGHT);
    double x0 = px_from_mm(40, dpi), x1 = px_from_mm(110, dpi);
    double y0 = px_from_mm(50, dpi), y1 = px_from_mm(110, dpi);
    double end = px_from_mm(180, dpi);
    fill(px, (Rect){x0, y0, end - x0, RULE});
    fill(px, (Rect){x0, y1, end - x0, RULE});
    for (int i = 0; sides && i < 3; i++)
        fill(px, (Rect){i == 0 ? x0 : i == 1 ? x1 : end, y0, RULE, y1 - y0});
    p.scan = p.text = im;
    p.layout = bitonal_from_image(arena, im, dpi);
    p.layout_scale = bitonal_scale(im, dpi);
    return p;
}

static double crossed(const struct page *p, double x_mm, double y_mm)
{
    struct seal s = {.shape = SHAPE_ROUND,
                     .center = {px_from_mm(x_mm, dpi), px_from_mm(y_mm, dpi)},
                     .size_mm = {40, 40},
                     .rotation_deg = 12};
    return seal_cell_crossed_mm(arena, p, &s);
}

static void within_its_cell(void **state)
{
    (void)state;
    struct page p = with_cell(true);
    assert_true(crossed(&p, 75, 80) == 0);
    assert_true(crossed(&p, 62, 72) == 0);
}

static void over_a_rule(void **state)
{
    (void)state;
    struct page p = with_cell(true);
    assert_true(fabs(crossed(&p, 75, 99) - 9) < 0.7); /* the lower one */
    assert_true(fabs(crossed(&p, 75, 64) - 6) < 0.7); /* the upper one */
    assert_true(fabs(crossed(&p, 95, 80) - 5) < 0.7); /* that to the right */
    assert_true(fabs(crossed(&p, 104, 80) - 14) < 0.7);
}

/* A square takes more room when it stands askew. */
static void a_square_askew(void **state)
{
    (void)state;
    struct page p = with_cell(true);
    struct seal s = {.shape = SHAPE_SQUARE,
                     .center = {px_from_mm(75, dpi), px_from_mm(98, dpi)},
                     .size_mm = {20, 20}};
    assert_true(seal_cell_crossed_mm(arena, &p, &s) == 0);
    s.rotation_deg = 45;
    assert_true(fabs(seal_cell_crossed_mm(arena, &p, &s) - 2.1) < 0.7);
}

static void no_cell_is_not_known(void **state)
{
    (void)state;
    struct page p = with_cell(false);
    assert_true(isnan(crossed(&p, 75, 80)));
    p = with_cell(true);
    assert_true(isnan(crossed(&p, 75, 180)));
    p.dpi = 0;
    assert_true(isnan(crossed(&p, 75, 80)));
    assert_true(isnan(crossed(&(struct page){0}, 75, 80)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(within_its_cell),
        cmocka_unit_test(over_a_rule),
        cmocka_unit_test(a_square_askew),
        cmocka_unit_test(no_cell_is_not_known),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
