/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The ladder of forms of a seal's picture. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "imaging/image.h"
#include "imaging/seal_png.h"
#include "tests/unit/own_arena.h"

/* 40 mm at 300 dpi of rings with noisy edges, which no coder packs well. */
static const struct image *noisy(void)
{
    enum { SIDE = 472 };
    uint8_t *px;
    uint32_t seed = 1;
    struct image *im = image_new(arena, SIDE, SIDE, 4, &px);
    for (int i = 0; i < SIDE * SIDE; i++) {
        seed = seed * 1664525u + 1013904223u;
        double r = hypot(i % SIDE - 236, i / SIDE - 236);
        double v = 128 + 200 * sin(r / 4) + (double)(seed >> 24) / 2 - 64;
        px[4 * i] = 255;
        px[4 * i + 1] = px[4 * i + 2] = 0;
        px[4 * i + 3] = (uint8_t)fmax(0, fmin(255, v));
    }
    return im;
}

static void takes_the_first_that_fits(void **state)
{
    (void)state;
    const struct image *im = noisy();
    struct seal_png all, p;
    struct err e = {0};
    assert_int_equal(seal_png_write(arena, im, 300, 0, &all, &e), 0);
    assert_int_equal(all.rung, 1);
    assert_int_equal(all.levels, 16);
    assert_int_equal(all.width, 472);
    assert_true(all.is_small_enough);
    int last = 1;
    for (size_t limit = all.n - 1; limit > 9000; limit -= 4000) {
        assert_int_equal(seal_png_write(arena, im, 300, limit, &p, &e), 0);
        assert_true(p.rung >= last);
        assert_true(p.rung > 1);
        assert_true(p.n <= limit);
        assert_true(p.is_small_enough);
        assert_true(fabs(p.dpi / 300 - p.width / 472.0) < 0.01);
        last = p.rung;
    }
    assert_true(last > 2);
}

static void says_when_nothing_fits(void **state)
{
    (void)state;
    struct seal_png p;
    struct err e = {0};
    assert_int_equal(seal_png_write(arena, noisy(), 300, 100, &p, &e), 0);
    assert_false(p.is_small_enough);
    assert_true(p.n > 100);
    assert_non_null(p.bytes);
}

static void equal_pictures_are_equal_bytes(void **state)
{
    (void)state;
    struct seal_png p, q;
    struct err e = {0};
    assert_int_equal(seal_png_write(arena, noisy(), 300, 40960, &p, &e), 0);
    assert_int_equal(seal_png_write(arena, noisy(), 300, 40960, &q, &e), 0);
    assert_int_equal(p.n, q.n);
    assert_memory_equal(p.bytes, q.bytes, p.n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_first_that_fits),
        cmocka_unit_test(says_when_nothing_fits),
        cmocka_unit_test(equal_pictures_are_equal_bytes),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
