/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Known mixtures of paper, ink and toner are taken apart again. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "imaging/image.h"
#include "imaging/ink.h"
#include "imaging/ink_roi.h"
#include "tests/unit/own_arena.h"

static const struct ink_vector red = {{0.12f, 1.0f, 0.85f}};

static void mix(float ink, float black, float ret[3])
{
    for (int c = 0; c < 3; c++)
        ret[c] = ink * red.d[c] + black;
}

static void density_and_back(void **state)
{
    (void)state;
    assert_float_equal(ink_density(255), 0, 1e-6);
    for (int v = 0; v < 256; v++)
        assert_float_equal(ink_sample((double)ink_density(v)), v, 1e-3);
    assert_true(ink_density(0) > ink_density(1));
}

static void mixtures_are_unmixed(void **state)
{
    (void)state;
    static const float amounts[] = {0, 0.2f, 0.7f, 1.2f};
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 4; k++) {
            float d[3], ink, black;
            mix(amounts[i], amounts[k], d);
            ink_unmix(red, d, &ink, &black);
            assert_float_equal(ink, amounts[i], 1e-4);
            assert_float_equal(black, amounts[k], 1e-4);
        }
}

static void nothing_is_negative(void **state)
{
    (void)state;
    static const float samples[][3] = {
        {1.4f, 1.1f, 0.2f}, {-0.1f, -0.1f, -0.1f}, {0, 0, 1}, {0, 0.5f, 0}};
    for (size_t i = 0; i < 4; i++) {
        float ink, black;
        ink_unmix(red, samples[i], &ink, &black);
        assert_true(ink >= 0 && black >= 0);
    }
}

static void families_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        float d[3];
        enum ink_kind kind;
    } inks[] = {
        {{0.10f, 0.90f, 0.75f}, INK_KIND_RED},   /* red */
        {{0.05f, 0.60f, 0.90f}, INK_KIND_RED},   /* orange */
        {{0.10f, 0.90f, 0.35f}, INK_KIND_RED},   /* magenta-red */
        {{0.02f, 0.18f, 0.16f}, INK_KIND_RED},   /* faint */
        {{1.20f, 0.90f, 0.20f}, INK_KIND_OTHER}, /* blue */
        {{0.80f, 1.30f, 0.40f}, INK_KIND_OTHER}, /* purple */
        {{1.00f, 0.30f, 0.80f}, INK_KIND_OTHER}, /* green */
    };
    for (size_t i = 0; i < sizeof inks / sizeof *inks; i++) {
        enum ink_kind not_it =
            inks[i].kind == INK_KIND_RED ? INK_KIND_OTHER : INK_KIND_RED;
        assert_true(ink_amount(inks[i].kind, inks[i].d) > 0.1f);
        assert_true(ink_amount(not_it, inks[i].d) < 0.02f);
    }
    /* Toner, yellow and bare paper are neither. */
    static const float others[][3] = {
        {1.5f, 1.5f, 1.5f}, {0.02f, 0.1f, 0.9f}, {0, 0, 0}};
    for (size_t i = 0; i < 3; i++) {
        assert_true(ink_amount(INK_KIND_RED, others[i]) < 0.03f);
        assert_true(ink_amount(INK_KIND_OTHER, others[i]) < 0.03f);
    }
}

static void hues_are_where_they_belong(void **state)
{
    (void)state;
    double hue = ink_hue_deg(red, 1);
    assert_true(hue > 10 && hue < 50);
    struct ink_vector blue = {{1, 0.75f, 0.15f}};
    hue = ink_hue_deg(blue, 1);
    assert_true(hue > 240 && hue < 310);
}

enum { SIDE = 480, TILE_PX_PER_MM = 6 };

/* Tinted paper with shade to the right, a filled red block of 20 mm and lines
 * of text. */
static const struct image *make_page(float tint, float shade)
{
    uint8_t *px;
    struct image *im = image_new(arena, SIDE, SIDE, 3, &px);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            float d[3] = {0, 0, tint}, ink = 0, black = 0;
            if (x >= 180 && x < 300 && y >= 180 && y < 300)
                ink = 0.8f;
            else if (y % 24 < 4 && x % 12 < 5)
                black = 1.6f;
            for (int c = 0; c < 3; c++) {
                float all =
                    d[c] + ink * red.d[c] + black + shade * (float)x / SIDE;
                px[3 * (y * SIDE + x) + c] =
                    (uint8_t)lround(ink_sample((double)all));
            }
        }
    return im;
}

static void paper_is_seen_under_everything(void **state)
{
    (void)state;
    static const float tints[] = {0, 0.12f}, shades[] = {0, 0.25f};
    for (size_t t = 0; t < 2; t++)
        for (size_t s = 0; s < 2; s++) {
            const struct image *page = make_page(tints[t], shades[s]);
            struct ink_paper *p =
                ink_paper_measure(arena, page, 1, TILE_PX_PER_MM);
            for (int x = 60; x < SIDE; x += 90) {
                float white[3], shade = shades[s] * (float)x / SIDE;
                ink_paper_at(p, x, 240, white);
                assert_float_equal(white[0], shade, 0.035);
                assert_float_equal(white[2], tints[t] + shade, 0.035);
            }
        }
}

static void a_part_is_taken_apart(void **state)
{
    (void)state;
    const struct image *page = make_page(0.1f, 0.1f);
    struct ink_paper *p = ink_paper_measure(arena, page, 1, TILE_PX_PER_MM);
    struct ink_roi_options o = {INK_KIND_RED, false, 1400};
    struct ink_roi roi;
    Rect box = {120, 120, 240, 240};
    assert_true(ink_roi_measure(arena, page, p, box, &o, &roi));
    assert_float_equal(roi.layer, 0.8, 0.05);
    for (int c = 0; c < 3; c++)
        assert_float_equal(roi.vector.d[c], red.d[c], 0.04);
    assert_float_equal(ink_roi_at(&roi, roi.ink, 120, 120), 1, 0.05);
    assert_float_equal(ink_roi_at(&roi, roi.black, 120, 120), 0, 0.05);
    /* Bare paper, then a letter, outside the block. */
    assert_float_equal(ink_roi_at(&roi, roi.ink, 30.5, 34.5), 0, 0.06);
    assert_float_equal(ink_roi_at(&roi, roi.ink, 2.5, 2.5), 0, 0.06);
    assert_float_equal(ink_roi_at(&roi, roi.black, 2.5, 2.5), 1.6, 0.15);
    /* No ink: nothing to take apart. */
    assert_false(
        ink_roi_measure(arena, page, p, (Rect){0, 0, 100, 100}, &o, &roi));
}

static void reduction_is_the_mean(void **state)
{
    (void)state;
    uint8_t *px;
    struct image *im = image_new(arena, 7, 5, 3, &px);
    for (int i = 0; i < 7 * 5 * 3; i++)
        px[i] = (uint8_t)(i * 2);
    const struct image *half = ink_reduce(arena, im, 2);
    assert_int_equal(half->width, 3);
    assert_int_equal(half->height, 2);
    for (int y = 0; y < 2; y++)
        for (int x = 0; x < 3; x++)
            for (int c = 0; c < 3; c++) {
                int sum = 0;
                for (int j = 0; j < 2; j++)
                    for (int i = 0; i < 2; i++)
                        sum += image_at(im, 2 * x + i, 2 * y + j)[c];
                assert_int_equal(image_at(half, x, y)[c], (sum + 2) / 4);
            }
    assert_ptr_equal(ink_reduce(arena, im, 1), im);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(density_and_back),
        cmocka_unit_test(mixtures_are_unmixed),
        cmocka_unit_test(nothing_is_negative),
        cmocka_unit_test(families_are_told_apart),
        cmocka_unit_test(hues_are_where_they_belong),
        cmocka_unit_test(paper_is_seen_under_everything),
        cmocka_unit_test(a_part_is_taken_apart),
        cmocka_unit_test(reduction_is_the_mean),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
