/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Exact points in, exact curves out; with outliers, still near. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/fit.h"
#include "tests/unit/own_arena.h"

enum { POINTS = 720 };

/* Points of an ellipse under rays from `from` to `to` degrees. */
static size_t draw_ellipse(const struct fit_ellipse *e, double from, double to,
                           Point *ret)
{
    size_t n = 0;
    double c = cos(rad_from_deg(e->angle_deg));
    double s = sin(rad_from_deg(e->angle_deg));
    for (int i = 0; i < POINTS; i++) {
        double t = rad_from_deg(from + (to - from) * i / POINTS);
        double u = e->a * cos(t), v = e->b * sin(t);
        ret[n++] =
            (Point){e->center.x + u * c - v * s, e->center.y + u * s + v * c};
    }
    return n;
}

static void circle_with_most_of_the_rim_missing(void **state)
{
    (void)state;
    Point p[POINTS];
    struct fit_ellipse e = {{1012.25, 743.5}, 236.2, 236.2, 0};
    struct fit_circle c;
    size_t n = draw_ellipse(&e, 20, 164, p); /* 60 % missing */
    assert_true(fit_circle(p, n, &c));
    assert_float_equal(c.center.x, 1012.25, 1e-6);
    assert_float_equal(c.center.y, 743.5, 1e-6);
    assert_float_equal(c.radius, 236.2, 1e-6);
}

static void points_on_a_line_are_no_circle(void **state)
{
    (void)state;
    Point p[9];
    struct fit_circle c;
    for (int i = 0; i < 9; i++)
        p[i] = (Point){10.0 * i, 4.0 * i + 1};
    assert_false(fit_circle(p, 9, &c) && c.radius < 1e4);
    assert_false(fit_circle(p, 2, &c));
}

static void circle_among_outliers(void **state)
{
    (void)state;
    Point p[POINTS];
    bool in[POINTS];
    struct fit_ellipse e = {{300, 310}, 120, 120, 0};
    size_t n = draw_ellipse(&e, 0, 360, p);
    /* Two rays in five end on a table line and on other things. */
    for (size_t i = 0; i < n; i++)
        if (i % 5 == 0)
            p[i].y = 400;
        else if (i % 5 == 1)
            p[i] = (Point){250 + (double)(i * 37 % 100),
                           250 + (double)(i * 53 % 120)};
    struct fit_circle c;
    assert_true(fit_circle_robust(arena, p, n, 1.0, 80, 160, &c, in));
    assert_float_equal(c.center.x, 300, 0.1);
    assert_float_equal(c.center.y, 310, 0.1);
    assert_float_equal(c.radius, 120, 0.1);
    assert_true(in[2] && in[3] && in[4]);
    assert_false(fit_circle_robust(arena, p, n, 1.0, 200, 260, &c, in));
}

static void ellipse_of_a_foreign_company(void **state)
{
    (void)state;
    Point p[POINTS];
    /* 45 x 30 mm at 300 dpi. */
    struct fit_ellipse e = {{800, 600}, 265.75, 177.17, 12.5}, f;
    size_t n = draw_ellipse(&e, 0, 360, p);
    assert_true(fit_ellipse(p, n, &f));
    assert_float_equal(f.center.x, 800, 1e-6);
    assert_float_equal(f.center.y, 600, 1e-6);
    assert_float_equal(f.a, 265.75, 1e-5);
    assert_float_equal(f.b, 177.17, 1e-5);
    assert_float_equal(f.angle_deg, 12.5, 1e-5);
    for (size_t i = 0; i < n; i++)
        assert_float_equal(fit_ellipse_distance(&f, p[i]), 0, 1e-4);
    /* Half of it holds it still, and so does half of it with outliers. */
    n = draw_ellipse(&e, -30, 150, p);
    assert_true(fit_ellipse(p, n, &f));
    assert_float_equal(f.a, 265.75, 1e-3);
    n = draw_ellipse(&e, 0, 360, p);
    for (size_t i = 0; i < n; i += 4)
        p[i].x = 700;
    assert_true(fit_ellipse_robust(arena, p, n, 1.0, &f, NULL));
    assert_float_equal(f.a, 265.75, 0.2);
    assert_float_equal(f.b, 177.17, 0.2);
    assert_float_equal(f.angle_deg, 12.5, 0.1);
}

static void upright_ellipses_have_the_right_axis(void **state)
{
    (void)state;
    static const double angles[] = {0, 45, 89.5, -60};
    for (size_t i = 0; i < 4; i++) {
        Point p[POINTS];
        struct fit_ellipse e = {{5, -7}, 40, 25, angles[i]}, f;
        assert_true(fit_ellipse(p, draw_ellipse(&e, 0, 360, p), &f));
        assert_float_equal(f.angle_deg, angles[i], 1e-6);
        assert_float_equal(fit_ellipse_radius(&f, rad_from_deg(angles[i])), 40,
                           1e-6);
    }
}

/* Outline of a rectangle as rays from its centre see it. */
static size_t draw_rect(Point center, double w, double h, double deg,
                        Point *ret)
{
    double turn = rad_from_deg(deg);
    for (int i = 0; i < POINTS; i++) {
        double t = 2 * UNITS_PI * i / POINTS, c = cos(t), s = sin(t);
        double r = fmin(fabs(c) > 1e-9 ? w / 2 / fabs(c) : 1e9,
                        fabs(s) > 1e-9 ? h / 2 / fabs(s) : 1e9);
        ret[i] =
            (Point){center.x + r * cos(t + turn), center.y + r * sin(t + turn)};
    }
    return POINTS;
}

static void turned_square(void **state)
{
    (void)state;
    static const double angles[] = {0, 3.8, -17.3, 44};
    for (size_t i = 0; i < 4; i++) {
        Point p[POINTS], from = {503, 398};
        struct fit_rect r;
        size_t n = draw_rect((Point){500, 400}, 260, 260, angles[i], p);
        assert_true(fit_rect_robust(p, n, from, 1.5, &r));
        assert_float_equal(r.center.x, 500, 0.1);
        assert_float_equal(r.center.y, 400, 0.1);
        assert_float_equal(r.width, 260, 0.3);
        assert_float_equal(r.height, 260, 0.3);
        assert_float_equal(r.angle_deg, angles[i], 0.1);
        assert_true(r.skew_deg < 0.1);
        assert_true(r.support > 0.95);
    }
}

static void rectangle_with_a_gap_and_a_line(void **state)
{
    (void)state;
    Point p[POINTS], from = {400, 300};
    struct fit_rect r;
    size_t n = draw_rect(from, 300, 180, 5, p);
    for (size_t i = 0; i < n; i++)
        if (i > 40 && i < 70) /* broken frame: the rays find a character */
            p[i] =
                (Point){400 + (p[i].x - 400) * 0.6, 300 + (p[i].y - 300) * 0.6};
        else if (i > 300 && i < 330) /* or a table line outside */
            p[i].x -= 40;
    assert_true(fit_rect_robust(p, n, from, 1.5, &r));
    assert_float_equal(r.width, 300, 1);
    assert_float_equal(r.height, 180, 1);
    assert_float_equal(r.angle_deg, 5, 0.2);
}

static void a_circle_is_no_rectangle(void **state)
{
    (void)state;
    Point p[POINTS], from = {300, 300};
    struct fit_ellipse e = {{300, 300}, 120, 120, 0};
    struct fit_rect r;
    size_t n = draw_ellipse(&e, 0, 360, p);
    assert_true(!fit_rect_robust(p, n, from, 1.2, &r) || r.support < 0.55);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(circle_with_most_of_the_rim_missing),
        cmocka_unit_test(points_on_a_line_are_no_circle),
        cmocka_unit_test(circle_among_outliers),
        cmocka_unit_test(ellipse_of_a_foreign_company),
        cmocka_unit_test(upright_ellipses_have_the_right_axis),
        cmocka_unit_test(turned_square),
        cmocka_unit_test(rectangle_with_a_gap_and_a_line),
        cmocka_unit_test(a_circle_is_no_rectangle),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
