/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Traces on pages that are drawn so that each answer is known: shadow, glare,
 * streaks, apps' marks, focus, earlier compression. Each is looked for with
 * and without. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "imaging/capture_light.h"
#include "imaging/capture_mark.h"
#include "imaging/capture_streak.h"
#include "imaging/focus.h"
#include "imaging/image.h"
#include "imaging/jpeg_history.h"
#include "imaging/page.h"
#include "tests/damage.h"

enum { WIDTH = 1240, HEIGHT = 1754, PAPER = 235, INK = 40 };

static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

/* Paper with grain; lines of strokes of many widths and darknesses. */
static struct image *draw(struct arena *a, uint8_t **ret_px)
{
    uint32_t state = 7;
    struct image *im = image_new(a, WIDTH, HEIGHT, 1, ret_px);
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        (*ret_px)[i] = (uint8_t)(PAPER - 2 + next(&state) % 5);
    for (int top = 140; top < HEIGHT - 200; top += 60)
        for (int x = 120; x < WIDTH - 140; x += 7 + (int)(next(&state) % 9)) {
            int h = 8 + (int)(next(&state) % 18);
            int w = 1 + (int)(next(&state) % 4);
            int level = INK + (int)(next(&state) % 60);
            for (int k = 0; k < h * w; k++)
                (*ret_px)[(top + k / w) * WIDTH + x + k % w] = (uint8_t)level;
        }
    return im;
}

static void shade(uint8_t *px, Rect r, double factor)
{
    for (int y = (int)r.y; y < (int)(r.y + r.h); y++)
        for (int x = (int)r.x; x < (int)(r.x + r.w); x++) {
            double v = px[y * WIDTH + x] * factor;
            px[y * WIDTH + x] = damage_clip(v);
        }
}

static void test_patches(void **state)
{
    struct arena *a = *state;
    uint8_t *px;
    const struct image *im = draw(a, &px);
    struct light_field f = capture_light_measure(im, im, 1);
    assert_true(f.shadow.share == 0 && f.glare.share == 0);
    const Rect at = {300, 500, 400, 350};
    shade(px, at, 0.78);
    f = capture_light_measure(im, im, 1);
    assert_true(f.shadow.share > 0.02 && f.shadow.share < 0.08);
    assert_true(rect_iou(f.shadow.box, at) > 0.5);
    assert_true(f.glare.share == 0);
    im = draw(a, &px);
    shade(px, (Rect){0, 0, WIDTH, HEIGHT}, 0.85);
    shade(px, at, 1.6);
    f = capture_light_measure(im, im, 1);
    assert_true(f.glare.share > 0.02 && f.shadow.share == 0);
    assert_true(rect_iou(f.glare.box, at) > 0.5);
}

/* A desk is seen by a few pixels of its colour, a lid has none, and a card that
 * touches the border is no desk. */
static void test_border(void **state)
{
    struct arena *a = *state;
    static const uint8_t around[][3] = {
        {PAPER, PAPER, PAPER}, {60, 60, 60}, {140, 100, 60}, {140, 100, 60}};
    for (int i = 0; i < 4; i++) {
        int along = i < 3 ? WIDTH : WIDTH / 4;
        uint8_t *px;
        const struct image *im = image_new(a, WIDTH, HEIGHT, 3, &px);
        for (int k = 0; k < WIDTH * HEIGHT; k++)
            for (int b = 0; b < 3; b++)
                px[3 * k + b] =
                    k < 12 * WIDTH && k % WIDTH < along ? around[i][b] : PAPER;
        double v = capture_light_border(im, PAPER);
        assert_true(i != 2 ? v == 0 : v > 0.2 && v < 0.3);
    }
}

static void test_streak(void **state)
{
    struct arena *a = *state;
    uint8_t *px;
    const struct image *im = draw(a, &px);
    assert_true(capture_streak_find(a, im, PAPER).levels == 0);
    /* A printed rule ends before the border. */
    shade(px, (Rect){500, 150, 1, HEIGHT - 300}, 0.95);
    assert_true(capture_streak_find(a, im, PAPER).levels == 0);
    shade(px, (Rect){700, 0, 1, HEIGHT}, 0.95);
    struct streak s = capture_streak_find(a, im, PAPER);
    assert_true(s.levels > 7 && s.levels < 15);
    assert_true(rect_has_point(s.box, (Point){700, 900}) && s.box.h == HEIGHT);
    /* Across the page, too, and the grid of a screen is none. */
    im = draw(a, &px);
    shade(px, (Rect){0, 1650, WIDTH, 1}, 0.95);
    assert_true(capture_streak_find(a, im, PAPER).box.w == WIDTH);
    for (int y = 60; y < HEIGHT - 60; y += 40)
        shade(px, (Rect){0, y, WIDTH, 1}, 0.95);
    assert_true(capture_streak_find(a, im, PAPER).levels == 0);
}

/* Pale print at the lower right; as dark as the text, or in the middle of the
 * page's foot, it is the page's own. */
static void test_mark(void **state)
{
    struct arena *a = *state;
    static const struct {
        double x;
        uint8_t level;
        bool is_mark;
    } cases[] = {{880, 170, true}, {880, INK, false}, {500, 170, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t *px;
        struct text_line lines[26];
        struct page page = {.grey = draw(a, &px), .lines = lines};
        page.text = page.grey;
        page.scan_from_text = affine_identity();
        for (int top = 140; top < HEIGHT - 200; top += 60)
            lines[page.n_lines++].box = (Rect){120, top, 980, 26};
        Rect r = {cases[i].x, 1680, 240, 20};
        for (int k = 0; k < 240 * 20; k++)
            if (k % 6 < 2)
                px[(1680 + k / 240) * WIDTH + (int)r.x + k % 240] =
                    cases[i].level;
        lines[page.n_lines++].box = r;
        struct app_mark m = capture_mark_find(a, &page);
        assert_int_equal(m.paleness > 0.5, cases[i].is_mark);
        assert_true(!cases[i].is_mark || rect_iou(m.box, r) > 0.9);
    }
}

static void test_focus(void **state)
{
    (void)state;
    struct focus_sample s[200];
    static const double slopes[] = {0, 0.3, -0.3};
    for (int k = 0; k < 3; k++) {
        uint32_t random = 3;
        for (int i = 0; i < 200; i++) {
            double x = i % 20 / 9.5 - 1, y = (i / 20 + 0.5) / 5 - 1;
            double chance = (int)(next(&random) % 100) / 1000.0 - 0.05;
            s[i] =
                (struct focus_sample){x, y, 0.15 * exp(slopes[k] * x + chance)};
        }
        struct focus f = focus_fit(s, 200);
        if (slopes[k] == 0)
            assert_true(f.range < 1.05);
        else
            assert_true(f.range > 1.5 && f.range < 2 &&
                        f.softest.x * slopes[k] > 0);
        assert_true(isnan(focus_fit(s, 20).range));
    }
}

/* Stored once; stored well after it was stored coarsely; the other way round
 * the earlier lattice is gone and nothing is said. */
static void test_jpeg_history(void **state)
{
    struct arena *a = *state;
    uint8_t *px;
    const struct image *im = draw(a, &px);
    struct jpeg_history h = jpeg_history_measure(a, im, im);
    assert_int_equal(h.quality, 0);
    static const struct {
        int first, last;
        bool is_told;
    } cases[] = {{0, 60, false},  {0, 80, false}, {0, 92, false},
                 {60, 85, true},  {70, 92, true}, {85, 92, true},
                 {92, 75, false}, {80, 80, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct damaged d = {im, 150};
        if (cases[i].first > 0)
            d = damage_jpeg(a, d, 100 - cases[i].first);
        d = damage_jpeg(a, d, 100 - cases[i].last);
        h = jpeg_history_measure(a, d.image, d.image);
        assert_in_range(h.quality, cases[i].last - 2, cases[i].last + 2);
        if (cases[i].is_told)
            assert_in_range(h.earlier, cases[i].first - 4, cases[i].first + 4);
        else
            assert_int_equal(h.earlier, 0);
        /* Cut out of a larger one: blocks begin elsewhere. */
        const struct image *part =
            image_crop(a, d.image, (Rect){13, 5, 1200, 1700});
        assert_int_equal(jpeg_history_measure(a, part, part).quality,
                         h.quality);
    }
}

static int begin(void **state)
{
    *state = arena_new((size_t)512 << 20);
    return 0;
}

static int begin_all(void **state)
{
    (void)state;
    struct err e = {0};
    return decode_init(&e);
}

static int end(void **state)
{
    arena_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_patches, begin, end),
        cmocka_unit_test_setup_teardown(test_border, begin, end),
        cmocka_unit_test_setup_teardown(test_streak, begin, end),
        cmocka_unit_test_setup_teardown(test_mark, begin, end),
        cmocka_unit_test(test_focus),
        cmocka_unit_test_setup_teardown(test_jpeg_history, begin, end),
    };
    return cmocka_run_group_tests(tests, begin_all, NULL);
}
