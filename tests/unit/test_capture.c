/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The cues of capture on pages that are drawn so that each answer is known,
 * and what the cues together may and may not decide. */

#include <leptonica/allheaders.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/units.h"
#include "imaging/bitonal.h"
#include "imaging/capture_cues.h"
#include "imaging/capture_light.h"
#include "imaging/capture_lines.h"
#include "imaging/capture_noise.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/pipeline.h"
#include "imaging/stage.h"
#include "tests/unit/state_arena.h"

enum { WIDTH = 1240, HEIGHT = 1754 };

/* Where a pixel of the picture lies on the flat sheet, both -1..1. */
typedef Point (*Lens)(Point p, double strength);

static Point flat(Point p, double strength)
{
    (void)strength;
    return p;
}

/* Lines converge: directions differ by `strength` degrees top to bottom. */
static Point tilted(Point p, double strength)
{
    double k = tan(rad_from_deg(strength / 2)) * WIDTH / HEIGHT;
    return (Point){p.x, p.y - k * p.x * p.y};
}

/* A cylinder along the page, seen from above its middle. */
static Point curled(Point p, double strength)
{
    double lift = strength * (0.5 + 0.5 * cos(UNITS_PI * p.x));
    return (Point){p.x, p.y * (1 + lift)};
}

/* Lines of characters 2.7 mm high, 8 mm apart, between wide margins. */
static bool is_ink(Point p)
{
    double x = (p.x + 1) * 105, y = (p.y + 1) * 148.5;
    if (x < 20 || x > 190 || y < 25 || y > 270)
        return false;
    return fmod(y, 8) < 2.7 && fmod(x, 3.1) < 2.2 &&
           (fmod(x, 1.1) < 0.6 || fmod(y, 8) < 0.7);
}

/* Labels with values beside them that are underlined: other lines than those
 * of the label, though all of them are straight. */
static bool is_form_ink(Point p)
{
    double x = (p.x + 1) * 105, y = (p.y + 1) * 148.5;
    if (x > 120 || y > 200)
        return false;
    bool underline = x > 50 && y > 25 && fmod(y, 8) > 3.4 && fmod(y, 8) < 4;
    return underline || is_ink(p);
}

static const struct image *drawn_form(struct arena *a)
{
    uint8_t *px;
    const struct image *im = image_new(a, WIDTH, HEIGHT, 1, &px);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            Point p = {2.0 * x / WIDTH - 1, 2.0 * y / HEIGHT - 1};
            *px++ = is_form_ink(p) ? 40 : 235;
        }
    return im;
}

static const struct image *drawn(struct arena *a, Lens lens, double strength,
                                 double light)
{
    uint8_t *px;
    const struct image *im = image_new(a, WIDTH, HEIGHT, 1, &px);
    srand(7);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            Point p = {2.0 * x / WIDTH - 1, 2.0 * y / HEIGHT - 1};
            double level = is_ink(lens(p, strength)) ? 40 : 235;
            level *= 1 - light * (p.x + 1) / 2;
            *px++ = (uint8_t)(level + rand() % 5 - 2);
        }
    return im;
}

static struct line_field lines_of(struct arena *a, Lens lens, double strength)
{
    const struct image *im = drawn(a, lens, strength, 0);
    return capture_lines_measure(a, bitonal_from_image(a, im, BITONAL_DPI),
                                 NAN);
}

static void test_flat_lines(void **state)
{
    struct line_field f = lines_of(*state, flat, 0);
    assert_true(f.cells > 100);
    assert_true(fabs(f.converge_deg) < 0.05);
    assert_true(f.bend_deg < 0.03);
}

static void test_converging_lines(void **state)
{
    double last = 0;
    for (double deg = 0.5; deg < 5; deg += 1) {
        struct line_field f = lines_of(*state, tilted, deg);
        double got = fabs(f.converge_deg);
        /* two standard errors are taken off */
        if (got > 1.05 * deg + 0.1 || got < 0.85 * deg - 0.2)
            fail_msg("converge %g, truth %g", got, deg);
        assert_true(got > last);
        assert_true(f.bend_deg < 0.1);
        last = got;
    }
}

static void test_curled_lines(void **state)
{
    double last = 0.03;
    for (double lift = 0.01; lift < 0.05; lift += 0.01) {
        struct line_field f = lines_of(*state, curled, lift);
        assert_true(f.bend_deg > last);
        last = f.bend_deg;
    }
}

static void test_underlined_values(void **state)
{
    struct arena *a = *state;
    struct line_field f = capture_lines_measure(
        a, bitonal_from_image(a, drawn_form(a), BITONAL_DPI), NAN);
    assert_true(f.cells > 60);
    assert_true(!(fabs(f.converge_deg) > 0.05));
    assert_true(!(f.bend_deg > 0.03));
}

/* Two flat things, each at an angle of its own. */
static Point apart(Point p, double strength)
{
    double k = tan(rad_from_deg(strength / 2)) * WIDTH / HEIGHT;
    return (Point){p.x, p.y - (p.y < 0 ? -k : k) * p.x};
}

static void test_two_things_do_not_converge(void **state)
{
    struct arena *a = *state;
    struct Pix *black =
        bitonal_from_image(a, drawn(a, apart, 1, 0), BITONAL_DPI);
    struct line_field one = capture_lines_measure(a, black, NAN);
    struct line_field two = capture_lines_measure(a, black, HEIGHT / 2.0);
    assert_true(fabs(one.converge_deg) > 1);
    assert_true(fabs(two.converge_deg) < 0.2);
    assert_true(two.bend_deg < 0.1);
}

/* Nothing to measure is no measurement. */
static void test_blank_has_no_lines(void **state)
{
    struct arena *a = *state;
    PIX *empty = pixCreate(WIDTH, HEIGHT, 1);
    struct line_field f = capture_lines_measure(a, empty, NAN);
    pixDestroy(&empty);
    assert_true(isnan(f.converge_deg) && isnan(f.bend_deg));
    PIX *tiny = pixCreate(20, 20, 1);
    f = capture_lines_measure(a, tiny, NAN);
    pixDestroy(&tiny);
    assert_int_equal(f.cells, 0);
}

static void test_light(void **state)
{
    struct arena *a = *state;
    for (double fall = 0; fall < 0.5; fall += 0.1) {
        const struct image *im = drawn(a, flat, 0, fall);
        struct light_field f = capture_light_measure(im, im, 1);
        if (fabs(f.range - fall) > 0.02 + 0.12 * fall)
            fail_msg("light falls by %g, measured %g", fall, f.range);
        assert_true(f.rim_share < 0.01 || fall > 0.15);
    }
    uint8_t *px;
    const struct image *white = image_new(a, WIDTH, HEIGHT, 1, &px);
    memset(px, 255, WIDTH * HEIGHT);
    struct light_field f = capture_light_measure(white, white, 1);
    assert_true(f.white_share > 0.99);
    assert_true(isnan(f.range)); /* clipped paper hides its light */
}

static const struct image *paper(struct arena *a, double column, double beat)
{
    uint8_t *px;
    const struct image *im = image_new(a, WIDTH, HEIGHT, 1, &px);
    double cell[WIDTH];
    srand(11);
    for (int x = 0; x < WIDTH; x++)
        cell[x] = column * (rand() % 201 - 100) / 100;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double noise = (rand() % 701 - 350) / 100.0;
            double wave = beat * sin(0.9 * x + 0.31 * y);
            *px++ = (uint8_t)lround(225 + noise + cell[x] + wave);
        }
    return im;
}

static void test_columns(void **state)
{
    struct arena *a = *state;
    const struct image *camera = paper(a, 0, 0), *scanner = paper(a, 1, 0);
    assert_true(capture_noise_columns(a, camera, 225) < 0.2);
    assert_true(capture_noise_columns(a, scanner, 225) > 0.8);
    assert_true(capture_noise_columns(a, image_turn(a, scanner, 1), 225) > 0.8);
    uint8_t *px;
    const struct image *even = image_new(a, WIDTH, HEIGHT, 1, &px);
    memset(px, 225, WIDTH * HEIGHT);
    assert_true(isnan(capture_noise_columns(a, even, 225)));
}

static void test_moire(void **state)
{
    struct arena *a = *state;
    const struct image *plain = paper(a, 0, 0), *screen = paper(a, 0, 6);
    assert_true(capture_noise_moire(a, plain, plain, 1, 225) < 2);
    assert_true(capture_noise_moire(a, screen, screen, 1, 225) > 4);
    uint8_t *px;
    const struct image *black = image_new(a, 300, 300, 1, &px);
    memset(px, 0, 300 * 300);
    assert_true(isnan(capture_noise_moire(a, black, black, 1, 225)));
}

static void apply(struct arena *a, const char *name, struct page *page)
{
    size_t n;
    const struct conf_section *sections = pipeline_sections(a, &n);
    struct conf *conf = conf_new(a, sections, n);
    for (size_t i = 0; i < pipeline_count(); i++) {
        const struct stage *s = pipeline_stage(i);
        struct err e = {0};
        if (strcmp(s->name, name) != 0)
            continue;
        const void *params =
            s->params ? conf_values(conf, arena_printf(a, "stage_%s", name))
                      : NULL;
        assert_int_equal(s->apply(a, page, params, &e), 0);
        return;
    }
    fail_msg("no stage %s", name);
}

static void review(struct arena *a, struct page *page)
{
    static const char *const names[] = {"scale",  "grey",     "orient",
                                        "deskew", "outlines", "capture"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        apply(a, names[i], page);
}

static double evidence(const struct page *page, const char *name)
{
    for (size_t i = 0; i < page->facts.n_cues; i++)
        if (strcmp(page->facts.cues[i].name, name) == 0)
            return page->facts.cues[i].value;
    return NAN;
}

static void test_classes(void **state)
{
    struct arena *a = *state;
    struct page flatbed = {.scan = drawn(a, flat, 0, 0.01)};
    flatbed.container.dpi_x = flatbed.container.dpi_y = 150;
    review(a, &flatbed);
    assert_int_equal(flatbed.facts.capture, CAPTURE_FLATBED);

    struct page phone = {.scan = drawn(a, tilted, 4, 0.35)};
    review(a, &phone);
    assert_int_equal(phone.facts.capture, CAPTURE_PHONE);
    assert_true(evidence(&phone, "edge_convergence_deg") > 3);
}

/* A scanner's name in the file is easily written: it must not turn a page
 * that looks photographed into a scan. */
static void test_metadata_never_acquits(void **state)
{
    struct arena *a = *state;
    struct page plain = {.scan = drawn(a, tilted, 4, 0.35)};
    struct page named = plain;
    named.container.make = "EPSON";
    named.container.software = "TWAIN";
    named.container.dpi_x = named.container.dpi_y = 150;
    review(a, &plain);
    review(a, &named);
    assert_true(evidence(&named, "scanner_metadata") == 1);
    assert_int_not_equal(named.facts.capture, CAPTURE_FLATBED);
    struct page camera = {.scan = drawn(a, flat, 0, 0.01)};
    camera.container.has_exposure = true;
    review(a, &camera);
    assert_int_not_equal(camera.facts.capture, CAPTURE_FLATBED);
}

/* A scan of A4 that a scanner or a viewer made white and a messenger made
 * smaller: apps do the same, and no more than that speaks for one. */
static void test_white_paper_does_not_blame(void **state)
{
    struct arena *a = *state;
    uint8_t *px;
    const struct image *grey = drawn(a, flat, 0, 0);
    const struct image *small = image_resize(a, grey, 1080, 1527);
    struct page page = {.scan = image_new(a, 1080, 1527, 1, &px)};
    for (int i = 0; i < 1080 * 1527; i++)
        px[i] = small->px[i] > 220 ? 255 : small->px[i];
    review(a, &page);
    assert_true(evidence(&page, "whitened_paper") > 0.9);
    assert_true(evidence(&page, "rectified_sheet") == 1);
    assert_true(page.facts.capture == CAPTURE_FLATBED ||
                page.facts.capture == CAPTURE_UNKNOWN);
}

/* Both sides of a card were laid down by hand: without them nothing is known
 * of the lines, and nothing is told. */
static void test_card_without_outlines(void **state)
{
    struct arena *a = *state;
    struct page page = {.scan = drawn(a, tilted, 4, 0.01),
                        .slot = SLOT_ID_CARD};
    review(a, &page);
    assert_true(isnan(evidence(&page, "line_convergence_deg")));
    assert_true(isnan(evidence(&page, "line_bend_deg")));
    assert_true(isnan(evidence(&page, "skew_deg")));
}

static void test_weights_keep_their_caps(void **state)
{
    (void)state;
    static const double weights[][7] = {
#define CUE(name, cap, map, lo, hi, phone_lo, phone_hi, app_lo, app_hi,        \
            screen_lo, screen_hi)                                              \
    {cap, phone_lo, phone_hi, app_lo, app_hi, screen_lo, screen_hi},
#include "imaging/cues.def"
#undef CUE
    };
    for (size_t i = 0; i < CUE_COUNT; i++)
        for (int k = 1; k < 7; k++) {
            if (weights[i][0] > 0)
                assert_true(fabs(weights[i][k]) <= weights[i][0]);
            else
                assert_true(weights[i][k] >= -1); /* known, not fitted */
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flat_lines),
        cmocka_unit_test(test_converging_lines),
        cmocka_unit_test(test_curled_lines),
        cmocka_unit_test(test_underlined_values),
        cmocka_unit_test(test_two_things_do_not_converge),
        cmocka_unit_test(test_blank_has_no_lines),
        cmocka_unit_test(test_light),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_moire),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_metadata_never_acquits),
        cmocka_unit_test(test_white_paper_does_not_blame),
        cmocka_unit_test(test_card_without_outlines),
        cmocka_unit_test(test_weights_keep_their_caps),
    };
    return cmocka_run_group_tests(tests, open_state, close_state);
}
