/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The parts of clarity on drawn layers of ink: what an uneven hand, a slip, a
 * gap, little ink, tint and dirt each change, and what they leave alone. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/seal_quality.h"
#include "tests/unit/own_arena.h"

enum { SIDE = 620, MIDDLE = SIDE / 2 };

static const double px_per_mm = 12;
static const double radius = 240, rim = 12; /* 40 mm, a rim of 1 mm */

/* How the stamp was set down. */
struct hand {
    double layer;   /* density of the ink */
    double pale;    /* of it, what is left at the left edge */
    double slip_mm; /* moved evenly, to the right */
    double gap_deg; /* of the rim, without ink */
    float paper[3]; /* density of the paper */
    double dirt_mm; /* side of a square black spot */
    double rule_mm; /* a rule of the table so far above it; 0: none */
};

static void assert_near(double v, double want, double error)
{
    assert_true(fabs(v - want) <= error);
}

static const struct hand good = {0.9, 1, 0, 0, {0.02f, 0.02f, 0.03f}, 0, 0};

/* A rim, a disc in the middle and a ring of blocks for characters. */
static double design(double x, double y, double gap_deg)
{
    double r = hypot(x, y), turn = atan2(y, x) / (2 * UNITS_PI) + 0.5;
    bool in_gap = turn * 360 < gap_deg;
    if (r > radius - rim)
        return r < radius && !in_gap;
    if (r > 0.62 * radius && r < 0.82 * radius)
        return y < 60 && fmod(turn * 36, 2) < 1;
    return r < 0.2 * radius;
}

static double coverage(double x, double y, const struct hand *h)
{
    enum { STEPS = 8 };
    double sum = 0;
    for (int i = 0; i < STEPS; i++) {
        double moved = h->slip_mm * px_per_mm * ((i + 0.5) / STEPS - 0.5);
        for (int k = 0; k < 4; k++)
            sum += design(x - moved + (k % 2) * 0.5 - 0.25,
                          y + (k / 2) * 0.5 - 0.25, h->gap_deg);
    }
    double side = (x + radius) / (2 * radius); /* 0 at the left edge */
    return sum / STEPS / 4 * (h->pale + (1 - h->pale) * side);
}

static struct seal_quality quality(const struct hand *h)
{
    struct ink_roi roi = {.width = SIDE,
                          .height = SIDE,
                          .step = 1,
                          .layer = h->layer,
                          .vector = {{0.1f, 1, 0.8f}},
                          .noise = 0.01f};
    roi.ink = arena_new_array(arena, SIDE * SIDE, float);
    roi.black = arena_new_array(arena, SIDE * SIDE, float);
    float *density = arena_new_array(arena, 3 * SIDE * SIDE, float);
    roi.density = density;
    double spot = h->dirt_mm * px_per_mm / 2;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            double u = x + 0.5 - MIDDLE, v = y + 0.5 - MIDDLE;
            roi.ink[y * SIDE + x] = (float)coverage(u, v, h);
            double above = -v - radius - h->rule_mm * px_per_mm;
            if (h->rule_mm > 0 && above >= 0 && above < 4)
                roi.ink[y * SIDE + x] = 0.3f; /* what its chroma leaves */
            bool dirty = fabs(u) < spot && fabs(v - 100) < spot;
            roi.black[y * SIDE + x] = dirty ? 1 : 0;
            for (int c = 0; c < 3; c++)
                density[3 * (y * SIDE + x) + c] =
                    roi.ink[y * SIDE + x] * (float)h->layer * roi.vector.d[c];
        }
    for (int c = 0; c < 3; c++)
        roi.paper[c] = h->paper[c];
    const struct seal_bounds bounds = {.px_per_mm = px_per_mm,
                                       .scale_known = true};
    const struct fit_circle guess = {{MIDDLE, MIDDLE}, radius};
    struct seal_form form;
    assert_true(seal_measure_round(arena, &roi, &guess, &bounds, &form));
    return seal_quality_measure(&roi, &form, px_per_mm);
}

static void a_good_seal(void **state)
{
    (void)state;
    struct seal_quality q = quality(&good);
    assert_true(q.clarity > 95);
    assert_near(q.parts.contrast, 1 - exp(-0.9), 0.01);
    assert_near(q.parts.palest, q.parts.contrast, 0.05);
    assert_true(q.parts.evenness > 0.9);
    assert_true(q.parts.edge_mm < 0.25);
    assert_true(q.parts.slip_mm < 0.2);
    assert_near(q.parts.gap_mm, 0, 1e-9);
    assert_near(q.parts.shade, 0.03, 1e-6);
    assert_near(q.parts.tint, 0.01, 1e-6);
    assert_near(q.parts.dirt, 0, 1e-9);
}

/* No hand presses evenly: it is measured, and costs next to nothing. */
static void an_uneven_hand(void **state)
{
    (void)state;
    struct hand h = good;
    h.pale = 0.35;
    struct seal_quality q = quality(&h);
    assert_true(q.parts.evenness > 0.35 && q.parts.evenness < 0.6);
    assert_true(q.parts.palest < 0.4);
    assert_true(q.clarity > 85);
}

static void a_slip(void **state)
{
    (void)state;
    double before = quality(&good).clarity;
    for (double mm = 0.6; mm < 2; mm += 0.6) {
        struct hand h = good;
        h.slip_mm = mm;
        struct seal_quality q = quality(&h);

        assert_near(q.parts.slip_mm, mm, 0.2 * mm);
        assert_true(q.clarity < before);
        before = q.clarity;
    }
    assert_true(before < 50);
}

/* A table's rule is beside one side only; a movement broadens two. */
static void no_slip_beside_a_rule(void **state)
{
    (void)state;
    struct hand h = good;
    for (h.rule_mm = 0.4; h.rule_mm < 2; h.rule_mm += 0.4)
        assert_true(quality(&h).parts.slip_mm < 0.2);
}

static void a_gap(void **state)
{
    (void)state;
    struct hand h = good;
    h.gap_deg = 45;
    struct seal_quality q = quality(&h);
    assert_near(q.parts.gap_mm, 45 / 360.0 * UNITS_PI * 40, 0.6);
    assert_true(q.clarity < 95);
}

static void little_ink(void **state)
{
    (void)state;
    struct hand h = good;
    h.layer = 0.2;
    struct seal_quality q = quality(&h);
    assert_near(q.parts.contrast, 1 - exp(-0.2), 0.01);
    assert_true(q.parts.evenness > 0.9);
    assert_true(q.clarity < 75);
}

static void tint_and_dirt(void **state)
{
    (void)state;
    struct hand h = good;
    h.paper[2] = 0.14f;
    struct seal_quality q = quality(&h);
    assert_near(q.parts.tint, 0.12, 1e-6);
    assert_true(q.background > 0.5 && q.clarity < 50);
    h = good;
    h.dirt_mm = 5;
    q = quality(&h);
    assert_near(q.parts.dirt, 25 / (UNITS_PI * 400), 0.004);
    assert_near(q.background, q.parts.dirt, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_seal),
        cmocka_unit_test(an_uneven_hand),
        cmocka_unit_test(a_slip),
        cmocka_unit_test(a_gap),
        cmocka_unit_test(no_slip_beside_a_rule),
        cmocka_unit_test(little_ink),
        cmocka_unit_test(tint_and_dirt),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
