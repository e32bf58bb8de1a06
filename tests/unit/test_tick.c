/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Boxes before choices, drawn here: printed ones, filled ones, torn ones. */

#include <cairo.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "imaging/image.h"
#include "ocr/tess.h"
#include "ocr/tick.h"

enum { EM = 40, TOP = 12, WIDTH = 1000, HEIGHT = 64 };

struct drawing {
    struct arena *arena;
    cairo_surface_t *surface;
    cairo_t *cr;
    double x; /* of what comes next */
    struct tess_symbol symbols[40];
    struct tess_text text;
};

static int open_drawing(void **state)
{
    static struct drawing d;
    d = (struct drawing){.arena = arena_new((size_t)64 << 20), .x = 20};
    d.surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
    d.cr = cairo_create(d.surface);
    cairo_set_source_rgb(d.cr, 0.98, 0.98, 0.97);
    cairo_paint(d.cr);
    cairo_set_source_rgb(d.cr, 0.15, 0.15, 0.15);
    cairo_select_font_face(d.cr, "Noto Sans CJK SC", CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(d.cr, EM);
    d.text.symbols = d.symbols;
    *state = &d;
    return 0;
}

static int close_drawing(void **state)
{
    struct drawing *d = *state;
    cairo_destroy(d->cr);
    cairo_surface_destroy(d->surface);
    arena_free(d->arena);
    return 0;
}

/* Characters an em apart, which a reader sees where they are. */
static void words(struct drawing *d, const char *s)
{
    for (uint32_t c; (c = utf8_next(&s)) != 0; d->x += EM) {
        char one[5] = {0};
        utf8_put(c, one);
        cairo_move_to(d->cr, d->x, TOP + 0.86 * EM);
        cairo_show_text(d->cr, one);
        d->symbols[d->text.n++] = (struct tess_symbol){
            .c = c, .box = {d->x, TOP, EM, EM}, .confidence = 0.9};
    }
}

/* What a reader makes of a box: nothing, or that character. */
static void seen_as(struct drawing *d, uint32_t c)
{
    if (c)
        d->symbols[d->text.n++] = (struct tess_symbol){
            .c = c, .box = {d->x, TOP, EM, EM}, .confidence = 0.5};
}

enum look { BOX, RING, TICKED, CROSSED, FILLED, BARE_TICK, TORN, NOTHING };

static void stroke_tick(cairo_t *c, double x, double y, double s)
{
    cairo_set_line_width(c, 3.5);
    cairo_move_to(c, x + 0.15 * s, y + 0.55 * s);
    cairo_line_to(c, x + 0.4 * s, y + 0.8 * s);
    cairo_line_to(c, x + 0.85 * s, y + 0.15 * s);
    cairo_stroke(c);
}

static void box(struct drawing *d, enum look look, uint32_t reader)
{
    double s = 0.72 * EM, x = d->x + 0.14 * EM, y = TOP + 0.14 * EM;
    cairo_t *c = d->cr;
    seen_as(d, reader);
    cairo_set_line_width(c, 2);
    cairo_new_path(c);
    if (look == RING)
        cairo_arc(c, x + s / 2, y + s / 2, s / 2, 0, 6.3);
    else if (look != BARE_TICK && look != NOTHING && look != TORN)
        cairo_rectangle(c, x, y, s, s);
    if (look == FILLED)
        cairo_fill_preserve(c);
    cairo_stroke(c);
    if (look == TORN) {
        cairo_move_to(c, x + 0.5 * s, y);
        cairo_line_to(c, x, y);
        cairo_line_to(c, x, y + s);
        cairo_line_to(c, x + s, y + s);
        cairo_line_to(c, x + s, y);
        cairo_line_to(c, x + 0.75 * s, y);
        cairo_stroke(c);
    }
    if (look == TICKED || look == BARE_TICK)
        stroke_tick(c, x, y, s);
    if (look == CROSSED) {
        cairo_set_line_width(c, 3);
        cairo_move_to(c, x, y);
        cairo_line_to(c, x + s, y + s);
        cairo_move_to(c, x + s, y);
        cairo_line_to(c, x, y + s);
        cairo_stroke(c);
    }
    d->x += EM;
}

static const char *look_at(struct drawing *d)
{
    uint8_t *px;
    struct image *im = image_new(d->arena, WIDTH, HEIGHT, 1, &px);
    cairo_surface_flush(d->surface);
    const uint8_t *data = cairo_image_surface_get_data(d->surface);
    int stride = cairo_image_surface_get_stride(d->surface);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            px[y * WIDTH + x] = data[y * stride + 4 * x];
    return tick_text(d->arena, im, (Rect){20, TOP, d->x - 20, EM}, &d->text);
}

/* Two choices, whatever marks the first and the second one. */
static void check(void **state, enum look first, enum look second,
                  uint32_t reader, const char *want)
{
    struct drawing *d = *state;
    box(d, first, reader);
    words(d, "主锁（含电子签章）");
    d->x += 0.5 * EM;
    box(d, second, reader);
    words(d, "副锁");
    assert_string_equal(look_at(d), want);
}

#define FIRST   "☑主锁（含电子签章）□副锁"
#define SECOND  "□主锁（含电子签章）☑副锁"
#define NEITHER "□主锁（含电子签章）□副锁"
#define BOTH    "☑主锁（含电子签章）☑副锁"
#define PLAIN   "主锁（含电子签章）副锁"

enum { MOUTH = 0x53e3 };

#define CASE(name, first, second, reader, want)                                \
    static void test_##name(void **state)                                      \
    {                                                                          \
        check(state, first, second, reader, want);                             \
    }

CASE(ticked_box, TICKED, BOX, 0, FIRST)
CASE(ticked_box_read_as_mouth, TICKED, BOX, MOUTH, FIRST)
CASE(crossed_box, BOX, CROSSED, MOUTH, SECOND)
CASE(filled_box, FILLED, BOX, 0, FIRST)
CASE(filled_second, BOX, FILLED, 0, SECOND)
CASE(rings, RING, RING, 0, NEITHER)
CASE(tick_by_itself, BARE_TICK, BOX, 0, FIRST)
CASE(two_ticks, TICKED, TICKED, MOUTH, BOTH)
CASE(none_ticked, BOX, BOX, 0, NEITHER)
CASE(torn_outline_is_empty, TICKED, TORN, 0, FIRST)
CASE(no_boxes, NOTHING, NOTHING, 0, PLAIN)

/* Boxes that stand behind their words. */
static void test_boxes_behind(void **state)
{
    struct drawing *d = *state;
    words(d, "主锁");
    box(d, TICKED, 0);
    d->x += EM;
    words(d, "副锁");
    box(d, BOX, 0);
    assert_string_equal(look_at(d), "☑主锁□副锁");
}

/* Characters that look like boxes stay where there are none. */
static void test_words_with_a_mouth(void **state)
{
    struct drawing *d = *state;
    words(d, "进出口单位证书");
    assert_string_equal(look_at(d), "进出口单位证书");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_drawing, close_drawing)
    const struct CMUnitTest tests[] = {
        TEST(test_ticked_box),         TEST(test_ticked_box_read_as_mouth),
        TEST(test_crossed_box),        TEST(test_filled_box),
        TEST(test_filled_second),      TEST(test_rings),
        TEST(test_tick_by_itself),     TEST(test_two_ticks),
        TEST(test_none_ticked),        TEST(test_torn_outline_is_empty),
        TEST(test_no_boxes),           TEST(test_boxes_behind),
        TEST(test_words_with_a_mouth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
