/* SPDX-License-Identifier: GPL-3.0-or-later */

/* capture_sheet: sheets drawn on a darker ground, seen from above and askew. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <math.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/geom.h"
#include "base/units.h"
#include "imaging/capture_sheet.h"
#include "imaging/image.h"
#include "imaging/straight.h"

enum { WIDTH = 800, HEIGHT = 1120, PAPER = 235, GROUND = 110, GRAIN = 12 };

/* Left of, or on, the way from p to q: inside, the corners clockwise. */
static bool is_inside(Point p, Point q, double x, double y)
{
    return (q.x - p.x) * (y - p.y) - (q.y - p.y) * (x - p.x) >= 0;
}

static double converge(const Point corner[4], int ground)
{
    struct arena *a = arena_new((size_t)64 << 20);
    uint8_t *px;
    const struct image *im = image_new(a, WIDTH, HEIGHT, 1, &px);
    uint32_t noise = 1;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            bool in = true;
            for (int i = 0; i < 4; i++)
                in = in && is_inside(corner[i], corner[(i + 1) % 4], x, y);
            noise = noise * 1664525u + 1013904223u;
            int grain = (int)(noise >> 24) % GRAIN - GRAIN / 2;
            px[y * WIDTH + x] = (uint8_t)((in ? PAPER : ground) + grain);
        }
    double deg = capture_sheet_converge_deg(a, im, PAPER);
    arena_free(a);
    return deg;
}

static void test_square_sheet_askew(void **state)
{
    (void)state;
    for (double deg = -4; deg <= 4; deg += 2) {
        double c = cos(rad_from_deg(deg)), s = sin(rad_from_deg(deg));
        Point corner[4];
        for (int i = 0; i < 4; i++) {
            double x = i == 0 || i == 3 ? -330 : 330, y = i < 2 ? -480 : 480;
            corner[i] = (Point){400 + c * x - s * y, 560 + s * x + c * y};
        }
        double found = converge(corner, GROUND);
        if (!(found < 0.1))
            fail_msg("turned by %g: converges by %g", deg, found);
    }
}

static void test_keystone(void **state)
{
    (void)state;
    const Point corner[4] = {{90, 60}, {710, 40}, {770, 1060}, {30, 1070}};
    double left = atan2(60, 1010), right = atan2(60, 1020);
    double found = converge(corner, GROUND);
    assert_true(fabs(found - deg_from_rad(left + right)) < 0.15);
}

static void test_slanting_top(void **state)
{
    (void)state;
    const Point corner[4] = {{60, 200}, {740, 60}, {740, 1060}, {60, 1060}};
    double found = converge(corner, GROUND);
    assert_true(isnan(found) || found > 5); /* the top is no parallel */
    const Point square[4] = {{60, 60}, {740, 60}, {740, 1060}, {60, 1060}};
    assert_true(converge(square, GROUND) < 0.05);
}

static void test_nothing_around(void **state)
{
    (void)state;
    const Point all[4] = {{-9, -9}, {900, -9}, {900, 1200}, {-9, 1200}};
    assert_true(isnan(converge(all, GROUND)));
    const Point square[4] = {{60, 60}, {740, 60}, {740, 1060}, {60, 1060}};
    assert_true(isnan(converge(square, PAPER - 20))); /* a white lid */
}

/* Six rules across the page, the last turned by `deg` against the first, all
 * of them bowed; or rows of letters, whose feet stand unevenly. */
static double converge_rules(double deg, double bow, int uneven)
{
    struct arena *a = arena_new((size_t)64 << 20);
    uint8_t *px;
    const struct image *im = image_new(a, WIDTH, HEIGHT, 1, &px);
    uint32_t noise = 1;
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        px[i] = PAPER;
    for (int k = 0; k < 6; k++)
        for (int x = 60; x < WIDTH - 60; x++) {
            double t = (x - WIDTH / 2.0) / (WIDTH / 2.0);
            double slope = tan(rad_from_deg(deg * (k / 5.0 - 0.5)));
            if (x % 13 == 0)
                noise = noise * 1664525u + 1013904223u;
            double y = 100 + 180 * k + slope * (x - WIDTH / 2.0) + bow * t * t +
                       (uneven ? (int)(noise >> 24) % uneven : 0);
            /* Five samples thick, the outer two in part. */
            double part = y - floor(y);
            for (int dy = 0; dy < 5; dy++) {
                double ink = dy == 0 ? 1 - part : dy == 4 ? part : 1;
                px[((int)y + dy) * WIDTH + x] =
                    (uint8_t)lrint(PAPER - (PAPER - 40) * ink);
            }
        }
    struct straight_options o = {5.9, 0, 50, 12};
    struct straights s = straight_find(a, im, false, &o);
    double found = straight_converge_deg(a, &s);
    arena_free(a);
    return found;
}

static void test_rules(void **state)
{
    (void)state;
    static const double turned_deg[] = {0, 0.2, -0.5, 2.5};
    for (size_t i = 0; i < sizeof turned_deg / sizeof *turned_deg; i++)
        for (double bow = 0; bow < 3; bow += 2) {
            /* From the first to the last rule; told from border to border. */
            double want = turned_deg[i] * HEIGHT / (5 * 180.0);
            double got = converge_rules(turned_deg[i], bow, 0);
            if (!(fabs(got - want) < 0.04 + 0.03 * fabs(want)))
                fail_msg("turned by %g, bow %g: %g, not %g", turned_deg[i], bow,
                         got, want);
        }
}

static void test_letters_are_no_rules(void **state)
{
    (void)state;
    assert_true(isnan(converge_rules(0.5, 0, 6)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_square_sheet_askew),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_letters_are_no_rules),
        cmocka_unit_test(test_keystone),
        cmocka_unit_test(test_slanting_top),
        cmocka_unit_test(test_nothing_around),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
