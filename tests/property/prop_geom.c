/* SPDX-License-Identifier: GPL-3.0-or-later */

/* geom: the algebra of boxes and maps, on random values. PROP_SEED=n repeats a
 * run. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/geom.h"
#include "base/units.h"
#include "tests/dice.h"

enum { RUNS = 20000 };

static Rect any_rect(void)
{
    return (Rect){dice_real(-50, 50), dice_real(-50, 50), dice_real(0, 80),
                  dice_real(0, 80)};
}

static Point any_point(void)
{
    return (Point){dice_real(-100, 100), dice_real(-100, 100)};
}

static Affine any_map(void)
{
    Affine m = affine_rotate(dice_real(-360, 360));
    m = affine_compose(m, affine_scale(dice_real(0.2, 3), dice_real(-3, -0.2)));
    return affine_compose(m,
                          affine_translate(dice_real(-9, 9), dice_real(-9, 9)));
}

static bool near(double x, double y)
{
    return fabs(x - y) <= 1e-9 * (1 + fabs(x) + fabs(y));
}

static void points_are_near(Point p, Point q)
{
    if (!near(p.x, q.x) || !near(p.y, q.y))
        fail_msg("(%g, %g) is not (%g, %g)", p.x, p.y, q.x, q.y);
}

static void boxes(void **state)
{
    (void)state;
    for (int i = 0; i < RUNS; i++) {
        Rect a = any_rect(), b = any_rect();
        Rect both = rect_intersect(a, b), other = rect_intersect(b, a);
        Rect all = rect_union(a, b);
        assert_memory_equal(&both, &other, sizeof both);
        if (!rect_is_empty(both)) {
            Rect slack = {1e-9, 1e-9, 0, 0};
            assert_true(rect_contains(rect_inset(a, -slack.x, -slack.y), both));
            assert_true(rect_contains(rect_inset(b, -slack.x, -slack.y), both));
        }
        assert_true(rect_contains(rect_inset(all, -1e-9, -1e-9), a));
        assert_true(rect_contains(rect_inset(all, -1e-9, -1e-9), b));
        assert_true(rect_area(both) <= rect_area(a) + 1e-9);
        double iou = rect_iou(a, b);
        assert_true(iou >= 0 && iou <= 1 && near(iou, rect_iou(b, a)));
        assert_true(near(rect_iou(a, a), rect_is_empty(a) ? 0 : 1));
        Rect same = rect_inset(rect_inset(a, 3, 4), -3, -4);
        assert_true(near(same.x, a.x) && near(same.w, a.w));
    }
}

static void maps(void **state)
{
    (void)state;
    for (int i = 0; i < RUNS; i++) {
        Affine m = any_map(), n = any_map(), back;
        Point p = any_point();
        assert_true(affine_invert(m, &back));
        points_are_near(affine_point(back, affine_point(m, p)), p);
        points_are_near(affine_point(affine_compose(m, n), p),
                        affine_point(n, affine_point(m, p)));
        points_are_near(affine_point(affine_compose(m, affine_identity()), p),
                        affine_point(m, p));
        Rect r = any_rect(), around = affine_rect(m, r);
        Quad q = affine_quad(m, r);
        for (int k = 0; k < 4; k++)
            assert_true(
                rect_has_point(rect_inset(around, -1e-6, -1e-6), q.p[k]));
    }
}

static void maps_without_inverse(void **state)
{
    (void)state;
    Affine flat = affine_scale(0, 1), kept = affine_identity(), back = kept;
    assert_false(affine_invert(flat, &back));
    assert_memory_equal(&back, &kept, sizeof kept);
}

/* Clockwise on the screen: the x axis turns towards y, which points down. */
static void turning_is_clockwise(void **state)
{
    (void)state;
    points_are_near(affine_point(affine_rotate(90), (Point){1, 0}),
                    (Point){0, 1});
    for (int turns = 0; turns < 4; turns++) {
        double w = 30, h = 20;
        Affine m = affine_quarter_turn(turns, w, h);
        Rect all = affine_rect(m, (Rect){0, 0, w, h});
        assert_true(near(all.x, 0) && near(all.y, 0));
        assert_true(near(all.w, turns % 2 ? h : w));
        Point top_left = affine_point(m, (Point){0, 0});
        Point rotated =
            affine_point(affine_rotate(90.0 * turns), (Point){-w / 2, -h / 2});
        points_are_near(top_left,
                        (Point){rotated.x + all.w / 2, rotated.y + all.h / 2});
    }
}

static void units(void **state)
{
    (void)state;
    assert_true(near(px_from_mm(25.4, 300), 300));
    for (int i = 0; i < 1000; i++) {
        double dpi = dice_real(72, 1200), mm = dice_real(0, 500);
        assert_true(near(mm_from_px(px_from_mm(mm, dpi), dpi), mm));
        assert_true(near(deg_from_rad(rad_from_deg(mm)), mm));
    }
}

int main(void)
{
    dice_start(20240607);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes),
        cmocka_unit_test(maps),
        cmocka_unit_test(maps_without_inverse),
        cmocka_unit_test(turning_is_clockwise),
        cmocka_unit_test(units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
