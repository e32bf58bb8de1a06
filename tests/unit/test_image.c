/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/decode.h"
#include "imaging/image.h"

/* A picture without symmetry, so that every turn can be told from another. */
static const struct image *sample(struct arena *a, int w, int h, int bands)
{
    uint8_t *px;
    struct image *im = image_new(a, w, h, bands, &px);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            for (int b = 0; b < bands; b++)
                *px++ = (uint8_t)((x * 7 + y * 3 + b * 50) % 250);
    return im;
}

static void test_turns(void **state)
{
    struct arena *a = *state;
    for (int bands = 1; bands <= 3; bands += 2) {
        const struct image *im = sample(a, 13, 7, bands);
        for (int turns = 0; turns < 4; turns++) {
            const struct image *t = image_turn(a, im, turns);
            Affine m = affine_quarter_turn(turns, im->width, im->height);
            for (int y = 0; y < im->height; y++)
                for (int x = 0; x < im->width; x++) {
                    Point p = affine_point(m, (Point){x + 0.5, y + 0.5});
                    assert_memory_equal(image_at(t, (int)p.x, (int)p.y),
                                        image_at(im, x, y), (size_t)bands);
                }
        }
        const struct image *back = image_turn(a, image_turn(a, im, 3), 1);
        assert_memory_equal(back->px, im->px, (size_t)(13 * 7 * bands));
    }
}

static void test_crop(void **state)
{
    struct arena *a = *state;
    const struct image *im = sample(a, 20, 10, 3);
    const struct image *part = image_crop(a, im, (Rect){4.2, 2.9, 5.1, 3});
    assert_int_equal(part->width, 6);
    assert_int_equal(part->height, 4);
    assert_memory_equal(image_at(part, 0, 0), image_at(im, 4, 2), 3);
    /* A box that is outside gives the nearest pixels, never nothing. */
    part = image_crop(a, im, (Rect){100, -50, 10, 10});
    assert_int_equal(part->width, 1);
    assert_int_equal(part->height, 1);
    assert_memory_equal(part->px, image_at(im, 19, 0), 3);
}

static void test_luma(void **state)
{
    struct arena *a = *state;
    uint8_t *px;
    struct image *im = image_new(a, 3, 1, 3, &px);
    static const uint8_t colours[] = {255, 255, 255, 0, 0, 0, 255, 0, 0};
    for (size_t i = 0; i < sizeof colours; i++)
        px[i] = colours[i];
    const struct image *grey = image_luma(a, im);
    assert_int_equal(grey->px[0], 255);
    assert_int_equal(grey->px[1], 0);
    assert_in_range(grey->px[2], 75, 78); /* 0.299 * 255 */
    assert_ptr_equal(image_luma(a, grey), grey);
    assert_int_equal(image_band(a, im, 0)->px[2], 255);
    assert_int_equal(image_band(a, im, 1)->px[2], 0);
}

static void test_resize_keeps_size_and_mean(void **state)
{
    struct arena *a = *state;
    const struct image *im = sample(a, 300, 200, 1);
    const struct image *small = image_resize(a, im, 101, 67);
    assert_int_equal(small->width, 101);
    assert_int_equal(small->height, 67);
    double sum[2] = {0};
    for (int i = 0; i < 300 * 200; i++)
        sum[0] += im->px[i];
    for (int i = 0; i < 101 * 67; i++)
        sum[1] += small->px[i];
    assert_true(abs((int)(sum[0] / (300 * 200) - sum[1] / (101 * 67))) <= 2);
}

static void test_warp(void **state)
{
    struct arena *a = *state;
    const struct image *im = sample(a, 40, 30, 3);
    const struct image *same =
        image_warp(a, im, affine_identity(), 40, 30, 255);
    assert_memory_equal(same->px, im->px, 40 * 30 * 3);
    /* A shift by whole pixels is exact; what comes from outside is filled. */
    const struct image *moved =
        image_warp(a, im, affine_translate(5, 2), 40, 30, 255);
    assert_memory_equal(image_at(moved, 0, 0), image_at(im, 5, 2), 3);
    assert_int_equal(*image_at(moved, 39, 29), 255);
}

static int make(void **state)
{
    *state = arena_new((size_t)1 << 28);
    return decode_init(NULL);
}

static int drop(void **state)
{
    *state = arena_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turns),
        cmocka_unit_test(test_crop),
        cmocka_unit_test(test_luma),
        cmocka_unit_test(test_resize_keeps_size_and_mean),
        cmocka_unit_test(test_warp),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
