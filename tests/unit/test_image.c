/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/units.h"
#include "imaging/image.h"
#include "tests/unit/state_arena.h"

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

/* The mean over the triangle of four pixels, in one step for a column and a
 * row; beyond the edges the picture goes on as it ends. */
static void test_resize_halves(void **state)
{
    enum { W = 26, H = 18 };
    static const int weight[] = {1, 3, 3, 1};
    struct arena *a = *state;
    for (int bands = 1; bands <= 3; bands += 2) {
        const struct image *im = sample(a, W, H, bands);
        const struct image *half = image_resize(a, im, W / 2, H / 2);
        for (int i = 0; i < W / 2 * (H / 2) * bands; i++) {
            int x = i / bands % (W / 2), y = i / bands / (W / 2);
            double sum = 0;
            for (int k = 0; k < 16; k++) {
                int u = 2 * x - 1 + k % 4, v = 2 * y - 1 + k / 4;
                u = u < 0 ? 0 : u < W ? u : W - 1;
                v = v < 0 ? 0 : v < H ? v : H - 1;
                sum += weight[k % 4] * weight[k / 4] *
                       image_at(im, u, v)[i % bands] / 64.0;
            }
            assert_true(fabs(sum - half->px[i]) <= 1);
        }
    }
}

/* Half a pixel more or less at the far edges changes nothing at the others. */
static void test_resize_halves_odd_sizes(void **state)
{
    struct arena *a = *state;
    const struct image *im = sample(a, 31, 21, 3);
    const struct image *even =
        image_resize(a, image_crop(a, im, (Rect){0, 0, 30, 20}), 15, 10);
    for (int more = 0; more < 2; more++) {
        const struct image *half = image_resize(a, im, 15 + more, 10 + more);
        assert_int_equal(half->width, 15 + more);
        for (int y = 0; y < 9; y++)
            assert_memory_equal(image_at(half, 0, y), image_at(even, 0, y),
                                14 * 3);
    }
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

/* Any way across the source: a sample is the bilinear mean, the nearest pixel
 * along the edge, or the fill. */
static void test_warp_turned(void **state)
{
    enum { W = 50, H = 40, FILL = 77 };
    struct arena *a = *state;
    const struct image *im = sample(a, 30, 20, 1);
    for (int deg = 0; deg < 360; deg += 15) {
        Affine m =
            affine_compose(affine_compose(affine_translate(-W / 2.0, -H / 2.0),
                                          affine_rotate(deg)),
                           affine_translate(15, 10));
        const struct image *out = image_warp(a, im, m, W, H, FILL);
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                Point p = affine_point(m, (Point){x + 0.5, y + 0.5});
                double u = p.x - 0.5, v = p.y - 0.5;
                int i = (int)floor(u), j = (int)floor(v);
                if (u < -1.01 || v < -1.01 || u > 30.01 || v > 20.01) {
                    assert_int_equal(*image_at(out, x, y), FILL);
                } else if (u > 0.01 && v > 0.01 && u < 28.99 && v < 18.99) {
                    double s = u - i, t = v - j;
                    double top = *image_at(im, i, j) * (1 - s) +
                                 *image_at(im, i + 1, j) * s;
                    double low = *image_at(im, i, j + 1) * (1 - s) +
                                 *image_at(im, i + 1, j + 1) * s;
                    double mean = top * (1 - t) + low * t;
                    assert_true(fabs(mean - *image_at(out, x, y)) < 4);
                }
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turns),
        cmocka_unit_test(test_crop),
        cmocka_unit_test(test_luma),
        cmocka_unit_test(test_resize_keeps_size_and_mean),
        cmocka_unit_test(test_resize_halves),
        cmocka_unit_test(test_resize_halves_odd_sizes),
        cmocka_unit_test(test_warp),
        cmocka_unit_test(test_warp_turned),
    };
    return cmocka_run_group_tests(tests, open_state, close_state);
}
