/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is laid over a page: in the right place, opaque where it should be, and
 * small. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/png_out.h"
#include "intake/measure/overlay.h"

enum { W = 2480, H = 3508, STEP = 2, INK = 4, TILE = 80, ZOOM = 8 };
enum { CLARITY, INK_MAP, LIGHT, LINES };

static struct arena *a;

static int setup(void **state)
{
    (void)state;
    a = arena_new((size_t)1 << 29);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

static const struct image *filled(int w, int h, int bands, uint8_t v)
{
    uint8_t *px;
    struct image *im = image_new(a, w, h, bands, &px);
    memset(px, v, (size_t)w * (size_t)h * (size_t)bands);
    return im;
}

static uint8_t *sample(const struct image *im, int x, int y)
{
    return (uint8_t *)(uintptr_t)image_at(im, x, y);
}

/* White, dark in its lower right quarter; ink at (400, 800); the tile at column
 * 3, row 5 is blurred, and there is no text left of it. */
static struct page page_new(void)
{
    struct page p = {
        .scan = filled(W, H, 1, 255),
        .small = filled(W / STEP, H / STEP, 1, 240),
        .small_step = STEP,
        .ink = filled(W / INK, H / INK, 1, 0),
        .scan_from_ink = affine_scale(INK, INK),
        .heat = filled((W / TILE + 1) * ZOOM, (H / TILE + 1) * ZOOM, 3, 255)};
    p.scan_from_heat = affine_scale(TILE / (double)ZOOM, TILE / (double)ZOOM);
    for (int y = H / STEP / 2; y < H / STEP; y++)
        for (int x = W / STEP / 2; x < W / STEP; x++)
            *sample(p.small, x, y) = 200;
    for (int y = 0; y < 20; y++)
        for (int x = 0; x < 20; x++)
            *sample(p.ink, 400 / INK + x, 800 / INK + y) = 255;
    for (int y = 5 * ZOOM; y < 6 * ZOOM; y++)
        for (int x = 3 * ZOOM; x < 5 * ZOOM; x++) {
            uint8_t *px = sample(p.heat, x, y);
            bool blurred = x < 4 * ZOOM;
            px[0] = blurred ? 230 : 10;
            px[1] = blurred ? 25 : 245;
            px[2] = 0;
        }
    return p;
}

/* Its opacity at a place of the scan. */
static int at(const struct image *im, double scale, double x, double y)
{
    return sample(im, (int)(x * scale), (int)(y * scale))[3];
}

static void each_shows_what_it_is_for(void **state)
{
    (void)state;
    struct page p = page_new();
    double k;
    const struct image *im = overlay_draw(a, &p, CLARITY, &k);
    assert_in_range(at(im, k, 3.5 * TILE, 5.5 * TILE), 220, 240);
    assert_in_range(at(im, k, 4.5 * TILE, 5.5 * TILE), 0, 20);
    assert_int_equal(at(im, k, 1.5 * TILE, 5.5 * TILE), 0);
    im = overlay_draw(a, &p, INK_MAP, &k);
    assert_int_equal(at(im, k, 440, 840), 255);
    assert_int_equal(at(im, k, 380, 840), 0);
    assert_int_equal(at(im, k, 440, 900), 0);
    im = overlay_draw(a, &p, LIGHT, &k);
    assert_int_equal(at(im, k, 100, 100), 0);
    assert_int_equal(at(im, k, W - 100, H - 100), 120); /* 3 x 40 levels */
}

static void lines_stand_where_they_were_read(void **state)
{
    (void)state;
    struct page p = page_new();
    /* The text is half as large as the scan and begins at (100, 200). */
    const struct text_line line = {.box = {50, 60, 400, 20}};
    struct outline frame = {.name = "id_card", .box = {1000, 2000, 800, 500}};
    double k;
    assert_null(overlay_draw(a, &p, LINES, &k));
    p.scan_from_text =
        affine_compose(affine_scale(2, 2), affine_translate(100, 200));
    p.lines = &line;
    p.n_lines = 1;
    p.facts.outlines = &frame;
    p.facts.n_outlines = 1;
    const struct image *im = overlay_draw(a, &p, LINES, &k);
    assert_int_equal(at(im, k, 300, 360 + 1), 255);
    assert_int_equal(at(im, k, 300, 320), 0);
    assert_int_equal(at(im, k, 1400, 2000), 255);
    assert_int_equal(at(im, k, 1400, 2250), 0);
}

static void what_was_not_measured_is_not_shown(void **state)
{
    (void)state;
    struct page p = {.scan = filled(100, 50, 1, 255)};
    double k;
    for (size_t i = 0; i < OVERLAYS; i++)
        assert_null(overlay_draw(a, &p, i, &k));
    p.ink = filled(50, 25, 1, 255);
    p.scan_from_ink = affine_scale(2, 2);
    const struct image *im = overlay_draw(a, &p, INK_MAP, &k);
    assert_true(k == 1 && im->width == 100 && im->height == 50);
}

static void they_are_small(void **state)
{
    (void)state;
    struct page p = page_new();
    for (size_t i = 0; i < OVERLAYS; i++) {
        struct err e = {0};
        uint8_t *bytes;
        size_t n;
        double k;
        const struct image *im = overlay_draw(a, &p, i, &k);
        if (!im)
            continue;
        assert_in_range(im->height, 1, 1100);
        assert_int_equal(png_out_write_ramp(a, im, 0, 16, &bytes, &n, &e), 0);
        assert_in_range(n, 50, 20000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_shows_what_it_is_for),
        cmocka_unit_test(lines_stand_where_they_were_read),
        cmocka_unit_test(what_was_not_measured_is_not_shown),
        cmocka_unit_test(they_are_small),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
