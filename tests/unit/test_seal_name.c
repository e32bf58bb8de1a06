/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The name on a square seal, in whatever order; skipped without the second
 * reader. */

#include <cairo.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "imaging/image.h"
#include "ocr/models.h"
#include "ocr/recogniser.h"
#include "ocr/seal_name.h"
#include "tests/unit/own_arena.h"

static struct recogniser *reader;

static int open_reader(void **state)
{
    struct models files;
    struct err e = {0};
    open_arena(state);
    if (!models_find(arena, &files))
        return 0;
    return recogniser_open(arena, &files, &reader, &e);
}

/* Four characters at their places on a seal of 20 mm, as it is cut out: RGBA.
 * cells: top left, top right, bottom left, bottom right. */
static const struct image *draw(const char *const cells[4], bool negative)
{
    enum { SIDE = 236, FRAME = 11, CELL = 98 };
    cairo_surface_t *s =
        cairo_image_surface_create(CAIRO_FORMAT_A8, SIDE, SIDE);
    cairo_t *c = cairo_create(s);
    if (negative) {
        cairo_paint(c);
        cairo_set_operator(c, CAIRO_OPERATOR_DEST_OUT);
    } else {
        cairo_rectangle(c, FRAME / 2.0, FRAME / 2.0, SIDE - FRAME,
                        SIDE - FRAME);
        cairo_set_line_width(c, FRAME);
        cairo_stroke(c);
    }
    cairo_select_font_face(c, "Noto Serif CJK SC", CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_BOLD);
    cairo_set_font_size(c, CELL - 4);
    for (int i = 0; i < 4; i++) {
        cairo_move_to(c, 20 + CELL * (i % 2) + 2, 20 + CELL * (i / 2) + 83);
        cairo_show_text(c, cells[i]);
    }
    cairo_surface_flush(s);
    const uint8_t *from = cairo_image_surface_get_data(s);
    int stride = cairo_image_surface_get_stride(s);
    uint8_t *px;
    struct image *im = image_new(arena, SIDE, SIDE, 4, &px);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++, px += 4) {
            px[0] = 255;
            px[1] = px[2] = 0;
            px[3] = from[y * stride + x];
        }
    cairo_destroy(c);
    cairo_surface_destroy(s);
    return im;
}

static struct seal read_as(const struct image *cut, const char *person)
{
    struct seal seal = {.role = SEAL_LEGAL_REP, .shape = SHAPE_SQUARE};
    struct err e = {0};
    if (!reader)
        skip();
    assert_int_equal(seal_name_read((struct seal_readers){NULL, reader}, arena,
                                    cut, person, &seal, &e),
                     0);
    return seal;
}

/* In columns from the right, in rows from the left, and round about. */
static const char *const columns[] = {"文", "林", "印", "景"};
static const char *const rows[] = {"林", "景", "文", "印"};
static const char *const round_about[] = {"景", "林", "文", "印"};

static void confirms_in_any_order(void **state)
{
    (void)state;
    static const char *const *const cells[] = {columns, rows, round_about};
    for (int negative = 0; negative < 2; negative++)
        for (int k = 0; k < 3; k++) {
            struct seal s = read_as(draw(cells[k], negative), "林景文");
            assert_int_equal(s.text_verified.result, VERIFY_CONFIRMED);
            assert_string_equal(s.text_verified.against, "林景文");
            assert_string_equal(s.text, "林景文印");
        }
}

static void reads_without_a_name(void **state)
{
    (void)state;
    struct seal s = read_as(draw(columns, false), NULL);
    assert_string_equal(s.text, "林景文印");
    assert_null(s.text_verified.against);
}

static void another_name_contradicts(void **state)
{
    (void)state;
    struct seal s = read_as(draw(columns, false), "赵秀兰");
    assert_int_equal(s.text_verified.result, VERIFY_CONTRADICTED);
    assert_string_equal(s.text_verified.rival, "林景文");
}

/* One character may be the engraver's hand, one that the network hardly knows
 * may be there, and where no ending is read nothing vouches for the rest. */
static void doubt_does_not(void **state)
{
    (void)state;
    static const char *const no_ending[] = {"文", "林", "山", "景"};
    static const struct {
        const char *const *cells;
        const char *name;
    } doubts[] = {
        {columns, "林景山"}, {columns, "邴郯文"}, {no_ending, "赵秀兰"}};
    for (size_t i = 0; i < sizeof doubts / sizeof *doubts; i++) {
        struct seal s = read_as(draw(doubts[i].cells, false), doubts[i].name);
        assert_int_equal(s.text_verified.result, VERIFY_CANNOT_TELL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(confirms_in_any_order),
        cmocka_unit_test(reads_without_a_name),
        cmocka_unit_test(another_name_contradicts),
        cmocka_unit_test(doubt_does_not),
    };
    return cmocka_run_group_tests(tests, open_reader, close_arena);
}
