/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ink as a stamp leaves it, and as screens of magenta and yellow toner. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/seal_ink.h"
#include "tests/dice.h"
#include "tests/unit/own_arena.h"

/* -1..1, smooth between the points of a grid of `cell` pixels. */
static double noise(uint32_t seed, double x, double y, double cell)
{
    double u = x / cell, v = y / cell, s = 0;
    for (int j = 0; j < 2; j++)
        for (int i = 0; i < 2; i++) {
            int a = (int)floor(u) + i, b = (int)floor(v) + j;
            double wu = 1 - fabs(u - a), wv = 1 - fabs(v - b);
            s += wu * wv *
                 ((double)dice_at(seed +
                                  dice_at((uint32_t)a + dice_at((uint32_t)b))) /
                      2147483648.0 -
                  1);
        }
    return s;
}

enum { SIDE = 440 };
static const double per_mm = 300 / 25.4;

struct way {
    double lpi; /* 0: stamped */
    double mottle;
    bool frame;
};

/* A disc of 14 mm and a rim of 1 mm; or a frame as straight as the scan, its
 * ink denser along the edges. */
static bool has_ink(const struct way *w, int x, int y, double *ret_load)
{
    double u = fabs(x - SIDE / 2.0) / per_mm, v = fabs(y - SIDE / 2.0) / per_mm;
    double mm = hypot(u, v), d = 10 - fmax(u, v);
    *ret_load = w->frame && fmin(d, 1.5 - d) < 0.2 ? 1.3 : 1;
    return w->frame ? d > 0 && d < 1.5 : mm < 7 || (mm > 17 && mm < 18);
}

static struct ink_roi draw(struct way w)
{
    struct ink_roi r = {.width = SIDE,
                        .height = SIDE,
                        .step = 1,
                        .vector = {{0.1f, 1, 0.7f}},
                        .layer = 0.8};
    size_t n = (size_t)SIDE * SIDE;
    float *d = arena_new_array(arena, 3 * n, float);
    r.ink = arena_new_array(arena, n, float);
    r.black = arena_new_array(arena, n, float);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            size_t i = (size_t)y * SIDE + (size_t)x;
            double magenta = 1, yellow = 1, load;
            bool in = has_ink(&w, x, y, &load);
            double f = 2 * UNITS_PI * w.lpi / 300, c = cos(1.309),
                   s = sin(1.309);
            if (w.lpi > 0) {
                magenta = 1 + 0.6 * cos(f * (x * c + y * s));
                yellow = 1 + 0.6 * cos(f * x);
            } else {
                magenta = load * (1 + 0.1 * noise(1, x, y, 2) +
                                  w.mottle * noise(2, x, y, 10));
                yellow = magenta;
            }
            double grain = 0.02;
            d[3 * i] = (float)(0.02 * noise(3, x, y, 1));
            d[3 * i + 1] =
                (float)((in ? 0.8 * magenta : 0) + grain * noise(4, x, y, 1));
            d[3 * i + 2] =
                (float)((in ? 0.55 * yellow : 0) + grain * noise(5, x, y, 1));
            r.ink[i] = in ? (float)((magenta + 0.7 * yellow) / 1.7) : 0;
        }
    r.density = d;
    return r;
}

static void sees_a_screen(void **state)
{
    (void)state;
    static const double lpi[] = {85, 106, 120, 133};
    for (size_t i = 0; i < sizeof lpi / sizeof *lpi; i++) {
        struct seal_ink_cues cues;
        struct ink_roi roi = draw((struct way){.lpi = lpi[i]});
        assert_int_equal(seal_ink_judge(arena, &roi, per_mm, &cues),
                         INK_PRINTED);
        assert_true(cues.halftone > 100);
        assert_true(cues.spread > 0.3);
        assert_true(cues.ratio > 3);
    }
}

static void knows_a_stamp(void **state)
{
    (void)state;
    struct seal_ink_cues cues;
    struct ink_roi roi = draw((struct way){.mottle = 0.35});
    assert_int_equal(seal_ink_judge(arena, &roi, per_mm, &cues), INK_WET);
    assert_true(cues.halftone < 30);
    assert_true(cues.mottle > 0.06);
}

/* An edge has all frequencies at once, a screen one. */
static void a_straight_frame_is_no_screen(void **state)
{
    (void)state;
    struct seal_ink_cues cues;
    struct ink_roi roi = draw((struct way){.mottle = 0.35, .frame = true});
    assert_int_not_equal(seal_ink_judge(arena, &roi, per_mm, &cues),
                         INK_PRINTED);
    assert_true(cues.halftone < 6);
    roi = draw((struct way){.lpi = 120, .frame = true});
    assert_int_equal(seal_ink_judge(arena, &roi, per_mm, &cues), INK_PRINTED);
    assert_true(cues.halftone > 30);
}

static void an_even_layer_is_not_called_stamped(void **state)
{
    (void)state;
    struct seal_ink_cues cues;
    struct ink_roi roi = draw((struct way){.mottle = 0.02});
    assert_int_not_equal(seal_ink_judge(arena, &roi, per_mm, &cues), INK_WET);
}

static void a_coarse_scan_is_not_called_stamped(void **state)
{
    (void)state;
    struct seal_ink_cues cues;
    struct ink_roi roi = draw((struct way){.mottle = 0.35});
    assert_int_equal(seal_ink_judge(arena, &roi, 0.6 * per_mm, &cues),
                     INK_UNKNOWN);
}

static void too_little_ink_tells_nothing(void **state)
{
    (void)state;
    struct seal_ink_cues cues;
    struct ink_roi roi = draw((struct way){.lpi = 120});
    memset(roi.ink, 0, sizeof *roi.ink * SIDE * SIDE);
    assert_int_equal(seal_ink_judge(arena, &roi, per_mm, &cues), INK_UNKNOWN);
    assert_true(isnan(cues.halftone));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sees_a_screen),
        cmocka_unit_test(knows_a_stamp),
        cmocka_unit_test(a_straight_frame_is_no_screen),
        cmocka_unit_test(an_even_layer_is_not_called_stamped),
        cmocka_unit_test(a_coarse_scan_is_not_called_stamped),
        cmocka_unit_test(too_little_ink_tells_nothing),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
