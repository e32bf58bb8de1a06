/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vips/vips.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/pipeline.h"
#include "imaging/stage.h"
#include "tests/unit/state_arena.h"

static const struct stage *stage(const char *name)
{
    for (size_t i = 0; i < pipeline_count(); i++)
        if (strcmp(pipeline_stage(i)->name, name) == 0)
            return pipeline_stage(i);
    fail_msg("no stage %s", name);
    return NULL;
}

static void apply(struct arena *a, const char *name, struct page *page)
{
    size_t n;
    const struct conf_section *sections = pipeline_sections(a, &n);
    struct conf *conf = conf_new(a, sections, n);
    const struct stage *s = stage(name);
    const void *params =
        s->params ? conf_values(conf, arena_printf(a, "stage_%s", name)) : NULL;
    struct err e = {0};
    assert_int_equal(s->apply(a, page, params, &e), 0);
}

/* A sheet of lines of text, drawn by Pango, turned by an angle (clockwise). */
static const struct image *sheet(struct arena *a, int w, int h, double deg)
{
    uint8_t *px;
    struct image *im = image_new(a, w, h, 1, &px);
    memset(px, 250, (size_t)w * (size_t)h);
    VipsImage *text;
    assert_int_equal(
        vips_text(&text,
                  "统一社会信用代码与单位名称\n法定代表人及经办人姓名电话\n"
                  "本表由系统自动生成请勿涂改\n数字证书用户申请表填写说明\n"
                  "加盖单位公章后用扫描仪扫描",
                  "font", "WenQuanYi Zen Hei 12", "dpi", 150, NULL),
        0);
    size_t n;
    uint8_t *glyphs = vips_image_write_to_memory(text, &n);
    int tw = vips_image_get_width(text), th = vips_image_get_height(text);
    g_object_unref(text);
    for (int top = 200; top + th < h - 100; top += th + 60)
        for (int y = 0; y < th; y++)
            for (int x = 0; x < tw && x < w - 200; x++)
                px[(size_t)(top + y) * (size_t)w + (size_t)(150 + x)] =
                    (uint8_t)(250 - glyphs[y * tw + x] * 220 / 255);
    g_free(glyphs);
    Affine turn =
        affine_compose(affine_compose(affine_translate(-w / 2.0, -h / 2.0),
                                      affine_rotate(-deg)),
                       affine_translate(w / 2.0, h / 2.0));
    return deg == 0 ? im : image_warp(a, im, turn, w, h, 250);
}

static void test_every_need_is_given(void **state)
{
    (void)state;
    struct err e = {0};
    assert_int_equal(pipeline_validate(&e), 0);
    assert_string_equal(e.text, "");
}

static void test_scale(void **state)
{
    struct arena *a = *state;
    static const struct {
        int w, h;
        double declared, want;
        enum dpi_source source;
    } cases[] = {
        {2480, 3508, 300, 300, DPI_METADATA},
        {4960, 7016, 600, 600, DPI_METADATA},
        {3508, 2480, 300, 300, DPI_METADATA},
        {2480, 3508, 0, 300, DPI_PAPER},
        {2480, 3508, 72, 300, DPI_PAPER}, /* what programs write */
        {1654, 2339, 96, 200, DPI_PAPER},
        {2544, 3520, 300, 300, DPI_METADATA}, /* rounded up and overscanned */
        {1800, 1200, 300, 300, DPI_METADATA}, /* a cropped scan */
        {1748, 2480, 300, 300, DPI_METADATA}, /* A5 */
        {1488, 2105, 300, 180, DPI_PAPER},    /* made smaller, density kept */
        {2105, 1488, 300, 180, DPI_PAPER},
        {1488, 2000, 300, 300, DPI_METADATA}, /* no whole sheet: cropped */
        {1414, 2000, 0, 171, DPI_PAPER},      /* the A series' aspect alone */
        {4032, 3024, 72, 0, DPI_NONE},        /* a photograph */
        {1000, 1000, 0, 0, DPI_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct image im = {cases[i].w, cases[i].h, 1, NULL};
        struct page page = {.scan = &im};
        page.container.dpi_x = page.container.dpi_y = cases[i].declared;
        apply(a, "scale", &page);
        assert_int_equal(page.facts.dpi_source, cases[i].source);
        assert_true(fabs(page.dpi - cases[i].want) < 1);
    }
    /* Nearly A3 at 150 dpi: a licence may be that, a form is A4. */
    struct image im = {1736, 2456, 1, NULL};
    struct page form = {.scan = &im, .slot = SLOT_APPLICATION_FORM};
    struct page licence = {.scan = &im, .slot = SLOT_BUSINESS_LICENSE};
    apply(a, "scale", &form);
    apply(a, "scale", &licence);
    assert_true(fabs(form.dpi - 210) < 1 && fabs(licence.dpi - 150) < 1);
}

/* Mean grey of the ink between two columns. */
static double ink_level(const struct image *line, int from, int to)
{
    double sum = 0, n = 0;
    for (int y = 0; y < line->height; y++)
        for (int x = from; x < to; x++)
            if (*image_at(line, x, y) < 230) {
                sum += *image_at(line, x, y);
                n++;
            }
    return sum / n;
}

/* Reads "up" wherever the left third of a line is darker than the right. */
static double darker_left(void *reader, const struct image *line)
{
    (void)reader;
    int w = line->width;
    return ink_level(line, 0, w / 3) < ink_level(line, w - w / 3, w) ? 0.9
                                                                     : 0.2;
}

static double leans_left(void *reader, const struct image *line)
{
    return darker_left(reader, line) > 0.5 ? 6 : -6;
}

/* Of the lines some look the other way, each as sure of it as can be. */
static double mostly_left(void *n, const struct image *line)
{
    int *asked = n;
    return (*asked)++ % 4 == 1 ? -leans_left(NULL, line)
                               : leans_left(NULL, line);
}

static double cannot_tell(void *reader, const struct image *line)
{
    (void)reader, (void)line;
    return 0;
}

/* The real reader is tested with ocr; here the lines say themselves which way
 * is up: rows of squares that are darker at their left end. */
static void test_orient(void **state)
{
    struct arena *a = *state;
    int w = 1240, h = 1754;
    uint8_t *px;
    struct image *im = image_new(a, w, h, 1, &px);
    memset(px, 250, (size_t)w * (size_t)h);
    for (int line = 0; line < 25; line++)
        for (int y = 0; y < 22; y++)
            for (int x = 150; x < 1000; x++)
                if (x % 28 < 21 && (x + y) % 5 < 3)
                    px[(size_t)(150 + line * 60 + y) * (size_t)w + (size_t)x] =
                        (uint8_t)(10 + x / 5);
    int asked = 0;
    struct legibility all[] = {{darker_left, NULL, NULL},
                               {darker_left, leans_left, NULL},
                               {darker_left, mostly_left, &asked},
                               {darker_left, cannot_tell, NULL}};
    for (int k = 0; k < 16; k++) {
        int turns = k % 4;
        struct page page = {.scan = image_turn(a, im, turns),
                            .legibility = all[k / 4]};
        apply(a, "scale", &page);
        apply(a, "orient", &page);
        assert_int_equal(page.turns, (4 - turns) % 4);
        assert_int_equal(page.facts.rotation_deg, page.turns * 90);
        Point corner = affine_point(page.scan_from_upright, (Point){0, 0});
        assert_true(corner.x >= 0 && corner.x <= page.scan->width);
        assert_true(corner.y >= 0 && corner.y <= page.scan->height);
    }
}

static void test_deskew_and_text(void **state)
{
    struct arena *a = *state;
    static const double angles[] = {-4, -1.3, -0.4, 0, 0.5, 2, 4.5};
    for (size_t i = 0; i < sizeof angles / sizeof *angles; i++) {
        struct page page = {.scan = sheet(a, 1240, 1754, angles[i])};
        apply(a, "scale", &page);
        apply(a, "orient", &page); /* no reader: the axis only */
        assert_int_equal(page.turns, 0);
        apply(a, "deskew", &page);

        if (fabs(page.facts.skew_deg - angles[i]) >= 0.2)
            fail_msg("skew %g, truth %g", page.facts.skew_deg, angles[i]);
        apply(a, "text", &page);
        apply(a, "lines", &page);
        assert_in_range(page.n_lines, 25, 60);
        /* A line's box leads back to its place on the scan. */
        Point middle = rect_center(page.lines[0].box);
        Point place = affine_point(page.scan_from_text, middle);
        Point back;
        Affine text_from_scan;
        assert_true(affine_invert(page.scan_from_text, &text_from_scan));
        back = affine_point(text_from_scan, place);
        assert_true(hypot(back.x - middle.x, back.y - middle.y) < 0.01);
        assert_true(page.lines[0].box.w > 8 * page.lines[0].box.h);
    }
}

/* Softer, paler and coarser pages never get a better score. */
static void test_clarity_order(void **state)
{
    struct arena *a = *state;
    const struct image *sharp = sheet(a, 1240, 1754, 0);
    double last = 101;
    for (int blur = 0; blur < 4; blur++) {
        struct page page = {.scan = sharp};
        if (blur)
            page.scan = image_resize(
                a, image_resize(a, sharp, 1240 / (blur + 1), 1754 / (blur + 1)),
                1240, 1754);
        static const char *const before[] = {
            "scale", "grey", "orient", "deskew", "text", "lines", "clarity"};
        for (size_t i = 0; i < sizeof before / sizeof *before; i++)
            apply(a, before[i], &page);

        assert_true(page.facts.clarity < last || last == 0);
        assert_true(page.facts.worst_clarity <= page.facts.clarity);
        last = page.facts.clarity;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_need_is_given),
        cmocka_unit_test(test_scale),
        cmocka_unit_test(test_orient),
        cmocka_unit_test(test_deskew_and_text),
        cmocka_unit_test(test_clarity_order),
    };
    return cmocka_run_group_tests(tests, open_state, close_state);
}
