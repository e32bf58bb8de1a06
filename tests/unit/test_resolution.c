/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/units.h"
#include "imaging/page.h"
#include "imaging/resolution.h"
#include "imaging/spectrum.h"
#include "tests/damage.h"
#include "tests/stages.h"
#include "tests/unit/drawn_page.h"
#include "tests/unit/state_arena.h"

enum { HIDING = 45 }; /* damage_jpeg: coarser than any scanner's */

/* Two lines of frequency, one of them on a bin. */
static void test_spectrum(void **state)
{
    (void)state;
    enum { N = 256 };
    float re[N], im[N] = {0};
    for (int i = 0; i < N; i++)
        re[i] = (float)(3 * cos(2 * UNITS_PI * 20 * i / N) +
                        sin(2 * UNITS_PI * 60 * i / N));
    spectrum_transform(re, im, N);
    for (int i = 0; i < N / 2; i++) {
        double want = i == 20 ? 1.5 * N : i == 60 ? 0.5 * N : 0;
        assert_true(fabs(hypot((double)re[i], (double)im[i]) - want) < 0.01);
    }
}

/* A sheet of text as a scanner of that density sees it. */
static struct damaged scanned(struct arena *a, double dpi)
{
    struct drawn_page d = drawn_open(210, 297);
    /* Not in columns, and lines not on a lattice. */
    int line = 0;
    for (double y = 20; y < 285; y += 7 + 0.37 * (line++ % 5))
        drawn_text(&d, 14 + 1.31 * (line * 7 % 5), y,
                   "统一社会信用代码与单位名称法定代表人及经办人姓名电话加盖"
                   "单位公章后用扫描仪扫描");
    struct damaged p = {drawn_scan(a, &d), DRAWN_DPI};
    p = damage_blur(a, p, 0.4 * MM_PER_INCH / dpi);
    if (dpi < DRAWN_DPI)
        p = damage_coarse(a, p, 1 - dpi / DRAWN_DPI);
    return damage_noise(a, p, 3);
}

/* Bilinear, as most programs enlarge. */
static struct damaged enlarged(struct arena *a, struct damaged p, double dpi)
{
    double k = dpi / p.dpi;
    int w = (int)lrint(p.image->width * k), h = (int)lrint(p.image->height * k);
    uint8_t *px;
    const struct image *in = p.image;
    struct image *out = image_new(a, w, h, 1, &px);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            double u = fmax(0, fmin(in->width - 1.001, (x + 0.5) / k - 0.5));
            double v = fmax(0, fmin(in->height - 1.001, (y + 0.5) / k - 0.5));
            int i = (int)u, j = (int)v;
            double fx = u - i, fy = v - j;
            *px++ = damage_clip((*image_at(in, i, j) * (1 - fx) +
                                 *image_at(in, i + 1, j) * fx) *
                                    (1 - fy) +
                                (*image_at(in, i, j + 1) * (1 - fx) +
                                 *image_at(in, i + 1, j + 1) * fx) *
                                    fy);
        }
    return (struct damaged){out, dpi};
}

static struct page_facts measured(struct arena *a, struct damaged d)
{
    static const char *const stages[] = {
        "scale", "grey", "orient", "deskew", "text", "lines", "resolution"};
    struct page page = {.scan = d.image};
    struct err e = {0};
    page.container.dpi_x = page.container.dpi_y = d.dpi;
    enum { STAGES = sizeof stages / sizeof *stages };
    int r = stages_run(a, stages_defaults(a), stages, STAGES, &page, &e);
    assert_int_equal(r, 0);
    return page.facts;
}

static void test_enlarged(void **state)
{
    struct arena *a = *state;
    static const double densities[] = {72, 85, 100, 120, 150};
    for (size_t i = 0; i < sizeof densities / sizeof *densities; i++)
        for (int jpeg = 0; jpeg < 2; jpeg++) {
            struct damaged d = enlarged(a, scanned(a, densities[i]), 300);
            if (jpeg)
                d = damage_jpeg(a, d, 12);
            struct page_facts f = measured(a, d);
            if (!(fabs(f.effective_dpi / densities[i] - 1) < 0.1))
                fail_msg("%g dpi, truth %g", f.effective_dpi, densities[i]);
            assert_int_equal(f.upscaled, TRI_YES);
        }
}

static void test_native(void **state)
{
    struct arena *a = *state;
    static const double densities[] = {150, 200, 300};
    for (size_t i = 0; i < sizeof densities / sizeof *densities; i++)
        for (int jpeg = 0; jpeg < 2; jpeg++) {
            struct damaged d = scanned(a, densities[i]);
            if (jpeg)
                d = damage_jpeg(a, d, 12);
            struct page_facts f = measured(a, d);
            assert_true(fabs(f.effective_dpi / densities[i] - 1) < 0.02);
            assert_int_not_equal(f.upscaled, TRI_YES);
        }
}

/* Compression hides where the spectrum ends and what is left of the trace: the
 * edges of the strokes are as wide as ever. */
static void test_hidden(void **state)
{
    struct arena *a = *state;
    static const double densities[] = {72, 76, 85};
    for (size_t i = 0; i < sizeof densities / sizeof *densities; i++) {
        struct damaged d = enlarged(a, scanned(a, densities[i]), 300);
        struct page_facts f = measured(a, damage_jpeg(a, d, HIDING));
        if (!(fabs(f.effective_dpi / densities[i] - 1) < 0.15))
            fail_msg("%g dpi, truth %g", f.effective_dpi, densities[i]);
        assert_int_not_equal(f.upscaled, TRI_NO);
    }
}

/* Out of focus is not enlarged, but resolves less. */
static void test_defocus(void **state)
{
    struct arena *a = *state;
    struct damaged d = scanned(a, 300);
    d = damage_noise(a, damage_blur(a, d, 0.25), 0.7);
    struct page_facts f = measured(a, d);
    assert_int_not_equal(f.upscaled, TRI_YES);
    assert_true(f.effective_dpi < 200);
}

/* A blank sheet and a scrap have nothing to measure. */
static void test_nothing(void **state)
{
    struct arena *a = *state;
    uint8_t *px;
    struct image *im = image_new(a, 600, 400, 1, &px);
    memset(px, 255, 600 * 400);
    assert_true(resolution_resampled(a, im).strength <= resolution_chance);
    double power[RESOLUTION_BINS];
    assert_int_equal(resolution_spectrum(a, im, NULL, 0, false, power), 0);
    struct image scrap = {20, 20, 1, px};
    assert_true(resolution_resampled(a, &scrap).strength <= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_spectrum, open_state, close_state),
        cmocka_unit_test_setup_teardown(test_enlarged, open_state, close_state),
        cmocka_unit_test_setup_teardown(test_native, open_state, close_state),
        cmocka_unit_test_setup_teardown(test_hidden, open_state, close_state),
        cmocka_unit_test_setup_teardown(test_defocus, open_state, close_state),
        cmocka_unit_test_setup_teardown(test_nothing, open_state, close_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
