/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A hairline beside a dense stroke is one, a halo beside it is none. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "imaging/image.h"
#include "imaging/seal_cut.h"
#include "imaging/seal_ridge.h"
#include "tests/unit/own_arena.h"

enum { SIDE = 240, MIDDLE = SIDE / 2, LINE_Y = 100 };

static const double px_per_mm = 11.8; /* 300 dpi */

/* What a bar from -half to half is at d, after a blur of one pixel. */
static double bar(double d, double half)
{
    return 0.5 * (erf((d + half) / sqrt(2)) - erf((d - half) / sqrt(2)));
}

/* A frame of 20 mm, a broad upright stroke in it, and a hairline of 0.08 mm
 * that leaves it to the right, which the blur leaves a third of a layer. */
static struct ink_roi drawn(double hairline, double halo)
{
    struct ink_roi r = {.width = SIDE, .height = SIDE, .step = 1, .layer = 1};
    r.ink = arena_new_array(arena, SIDE * SIDE, float);
    r.black = arena_new_array(arena, SIDE * SIDE, float);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            double u = x + 0.5 - MIDDLE, v = y + 0.5 - MIDDLE;
            double edge = fmax(fabs(u), fabs(v));
            double ink = fabs(edge - 112) < 6 ? 1 : 0;
            if (fabs(v) < 60)
                ink = fmax(ink, bar(u, 5));
            if (u > 0 && u < 60)
                ink = fmax(ink, hairline * bar(y - LINE_Y, 0.5));
            if (u > 0 && fabs(v) < 60)
                ink = fmax(ink, halo * exp(-u / 8));
            r.ink[y * SIDE + x] = (float)ink;
        }
    return r;
}

static float ridge_at(const struct ink_roi *r, int x, int y)
{
    float *v = seal_ridges(arena, r, r->ink, 0.03f, px_per_mm);
    return v[y * SIDE + x];
}

static void a_line_stands_above_its_sides(void **state)
{
    (void)state;
    struct ink_roi r = drawn(1, 0);
    float line = r.ink[LINE_Y * SIDE + MIDDLE + 30];
    assert_true(line > 0.3f && line < 0.45f);
    for (int x = MIDDLE + 12; x < MIDDLE + 50; x++)
        assert_true(ridge_at(&r, x, LINE_Y) > 0.8f * line);
    assert_true(ridge_at(&r, MIDDLE + 30, LINE_Y + 4) < 0.01f);
}

static void a_halo_does_not(void **state)
{
    (void)state;
    struct ink_roi r = drawn(0, 0.5);
    for (int x = MIDDLE + 9; x < MIDDLE + 40; x++)
        assert_true(ridge_at(&r, x, MIDDLE) < 0.02f);
}

/* The chroma of toner spreads: beside black nothing is believed. */
static void nor_does_what_toner_leaves(void **state)
{
    (void)state;
    struct ink_roi r = drawn(1, 0);
    for (int x = 0; x < SIDE; x++)
        r.black[(LINE_Y + 3) * SIDE + x] = r.black[(LINE_Y + 2) * SIDE + x] = 1;
    assert_true(ridge_at(&r, MIDDLE + 30, LINE_Y) == 0);
}

static uint8_t cut_alpha(const struct ink_roi *r, int x, int y)
{
    struct seal_form f = {.shape = SHAPE_SQUARE,
                          .center = {MIDDLE, MIDDLE},
                          .width = 236,
                          .height = 236,
                          .rect = {.width = 236, .height = 236},
                          .rim = 12};
    f.rect.center = f.center;
    const struct seal_cut_options o = {
        .px_per_mm = px_per_mm, .dpi = 300, .colour = {255, 0, 0}};
    double dpi;
    const struct image *cut = seal_cut(arena, arena, r, &f, &o, &dpi);
    return image_at(cut, x + cut->width / 2 - MIDDLE,
                    y + cut->height / 2 - MIDDLE)[3];
}

static void the_picture_keeps_it_whole(void **state)
{
    (void)state;
    struct ink_roi r = drawn(0.6, 0);
    for (int x = MIDDLE + 10; x < MIDDLE + 50; x += 3)
        assert_true(cut_alpha(&r, x, LINE_Y) > 127);
    assert_true(cut_alpha(&r, MIDDLE + 30, LINE_Y + 4) < 16);
    r = drawn(0, 0.45);
    for (int x = MIDDLE + 10; x < MIDDLE + 50; x += 3)
        assert_true(cut_alpha(&r, x, MIDDLE) < 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_stands_above_its_sides),
        cmocka_unit_test(a_halo_does_not),
        cmocka_unit_test(nor_does_what_toner_leaves),
        cmocka_unit_test(the_picture_keeps_it_whole),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
