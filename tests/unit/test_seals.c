/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The stages ink and seals on drawn pages: what is there, and what is not. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/units.h"
#include "imaging/image.h"
#include "imaging/ink.h"
#include "imaging/page.h"
#include "imaging/seal_unwrap.h"
#include "imaging/stage.h"
#include "tests/unit/own_arena.h"

extern const struct stage stage_ink, stage_seals;

/* A sheet of 140 x 180 mm at 200 dpi. */
static const double dpi = 200, sheet_w = 140, sheet_h = 180;

static const double red_ink[3] = {0.10, 0.90, 0.70};
static const double blue_ink[3] = {1.20, 0.90, 0.15};
static const double gold_ink[3] = {0.10, 0.30, 1.20};

struct sheet {
    struct image *im;
    uint8_t *px;
};

static struct sheet blank(void)
{
    struct sheet s;
    s.im = image_new(arena, (int)px_from_mm(sheet_w, dpi),
                     (int)px_from_mm(sheet_h, dpi), 3, &s.px);
    memset(s.px, 246, (size_t)s.im->width * (size_t)s.im->height * 3);
    return s;
}

/* Whether a place of a design has ink; millimetres from its centre, upright. */
typedef bool design(double x, double y, const double *size);

static bool is_round_seal(double x, double y, const double *size)
{
    double r = hypot(x, y), radius = size[0] / 2;
    double deg = deg_from_rad(atan2(x, -y)); /* from twelve o'clock */
    if (r > radius - 1.0 && r <= radius)
        return true;
    /* Ring text: strokes of 0.8 mm over 240 degrees. */
    if (r > 0.6 * radius && r < 0.8 * radius && fabs(deg) < 120)
        return fmod(fabs(deg) + 100, 12) < 5;
    /* Star: circumscribed radius 0.35. */
    double t = rad_from_deg(fabs(remainder(deg, 72)));
    double tip = 0.35 * radius, notch = 0.382 * tip;
    double edge = tip * notch * sin(UNITS_PI / 5) /
                  (notch * sin(UNITS_PI / 5 - t) + tip * sin(t));
    return r < edge;
}

static bool is_square_seal(double x, double y, const double *size)
{
    double u = fabs(x), v = fabs(y), half = size[0] / 2;
    if (u > half || v > half)
        return false;
    if (fmax(u, v) > half - 1)
        return true;
    return u > 1 && u < half - 2.5 && v > 1 && v < half - 2.5 &&
           fmod(u + 50, 2.4) < 1;
}

/* White on red. */
static bool is_block(double x, double y, const double *size)
{
    double u = fabs(x), v = fabs(y), half = size[0] / 2;
    if (u > half || v > half)
        return false;
    return u < 1 || u > half - 2.5 || v < 1 || v > half - 2.5 ||
           fmod(u + 50, 2.4) > 0.8;
}

static bool is_ellipse_seal(double x, double y, const double *size)
{
    double a = size[0] / 2, b = size[1] / 2;
    double outer = hypot(x / a, y / b), inner = hypot(x / (a - 1), y / (b - 1));
    if (outer <= 1 && inner > 1)
        return true;
    return fabs(y) < 1.5 && fabs(x) < 0.6 * a && fmod(x + 50, 3) < 1.5;
}

static bool is_disc(double x, double y, const double *size)
{
    return hypot(x, y) < size[0] / 2 + 0.8 * sin(12 * atan2(y, x));
}

static bool is_ring(double x, double y, const double *size)
{
    double r = hypot(x, y);
    return r <= size[0] / 2 && r > size[0] / 2 - size[1];
}

static bool is_text(double x, double y, const double *size)
{
    return fabs(x) < size[0] / 2 && fabs(y) < size[1] / 2 &&
           fmod(x + 500, 5.5) < 4.5 && fmod(x + 500, 1.4) < 0.6;
}

static bool is_table(double x, double y, const double *size)
{
    if (fabs(x) > size[0] / 2 || fabs(y) > size[1] / 2)
        return false;
    return fmod(x + size[0] / 2, 22) < 0.5 || fmod(y + size[1] / 2, 22) < 0.5;
}

/* Adds the design's ink, 3 x 3 samples a pixel, at mm, turned clockwise. */
static void stamp(struct sheet *s, design *has_ink, const double *size,
                  double mm_x, double mm_y, double turn_deg,
                  const double ink[3])
{
    double c = cos(rad_from_deg(turn_deg)), n = sin(rad_from_deg(turn_deg));
    for (int y = 0; y < s->im->height; y++)
        for (int x = 0; x < s->im->width; x++) {
            int hits = 0;
            for (int k = 0; k < 9; k++) {
                double u = mm_from_px(x + (k % 3 + 0.5) / 3, dpi) - mm_x;
                double v = mm_from_px(y + (k / 3 + 0.5) / 3, dpi) - mm_y;
                hits += has_ink(u * c + v * n, v * c - u * n, size);
            }
            for (int b = 0; hits && b < 3; b++) {
                uint8_t *p = s->px + 3 * (y * s->im->width + x) + b;
                double t = hits / 9.0;
                *p = (uint8_t)lround(*p * (1 - t + t * exp(-ink[b])));
            }
        }
}

static void set_defaults(const struct stage *stage, char *values)
{
    for (const struct param *p = stage->params; p->name; p++) {
        int whole = (int)p->otherwise;
        if (p->type == PARAM_REAL)
            memcpy(values + p->offset, &p->otherwise, sizeof p->otherwise);
        else
            memcpy(values + p->offset, &whole, sizeof whole);
    }
}

static struct page run(const struct image *im, double page_dpi, int turns)
{
    struct page page = {
        .scan = im, .dpi = page_dpi, .turns = turns, .slot = SLOT_UNKNOWN};
    static const struct stage *const stages[] = {&stage_ink, &stage_seals};
    for (size_t i = 0; i < 2; i++) {
        double values[32] = {0};
        assert_true(stages[i]->params_size <= sizeof values);
        set_defaults(stages[i], (char *)values);
        assert_int_equal(stages[i]->apply(arena, &page, values, NULL), 0);
    }
    return page;
}

static void assert_seal(const struct seal *s, enum seal_shape shape, double x,
                        double y, double w, double h, double turn_deg)
{
    assert_int_equal(s->shape, shape);
    assert_float_equal(mm_from_px(s->center.x, dpi), x, 0.1);
    assert_float_equal(mm_from_px(s->center.y, dpi), y, 0.1);
    assert_float_equal(s->size_mm[0], w, 0.2);
    assert_float_equal(s->size_mm[1], h, 0.2);
    assert_float_equal(remainder(s->rotation_deg - turn_deg, 360), 0, 0.5);
    assert_true(s->completeness > 0.98);
    assert_true(s->clarity > 60);
}

static void round_and_square(void **state)
{
    (void)state;
    struct sheet s = blank();
    stamp(&s, is_round_seal, (double[]){40}, 60, 60, 12, red_ink);
    stamp(&s, is_square_seal, (double[]){20}, 100, 130, -7, red_ink);
    struct page p = run(s.im, dpi, 0);
    assert_int_equal(p.facts.has_colour, TRI_YES);
    assert_int_equal(p.n_seals, 2);
    assert_seal(&p.seals[0].seal, SHAPE_ROUND, 60, 60, 40, 40, 12);
    assert_seal(&p.seals[1].seal, SHAPE_SQUARE, 100, 130, 20, 20, -7);
    assert_int_equal(p.seals[0].seal.role, SEAL_OFFICIAL);
    assert_int_equal(p.seals[0].seal.has_line, TRI_NO);
    assert_int_equal(p.seals[1].seal.role, SEAL_LEGAL_REP);
    assert_int_equal(p.seals[0].seal.colour, COLOUR_RED);
    assert_true(p.seals[0].seal.background < 0.03);
}

static void the_cut_is_upright_and_clean(void **state)
{
    (void)state;
    struct sheet s = blank();
    double size[] = {40};
    stamp(&s, is_round_seal, size, 60, 60, 25, red_ink);
    struct page p = run(s.im, dpi, 0);
    assert_int_equal(p.n_seals, 1);
    const struct image *cut = p.seals[0].cut;
    assert_float_equal(p.seals[0].cut_dpi, 300, 1e-9);
    assert_int_equal(cut->bands, 4);
    assert_int_equal(cut->width, (int)lround(px_from_mm(40, 300)));
    assert_int_equal(cut->height, cut->width); /* the nominal box */
    int wrong = 0, inked = 0;
    for (int y = 0; y < cut->height; y++)
        for (int x = 0; x < cut->width; x++) {
            const uint8_t *px = image_at(cut, x, y);
            assert_memory_equal(px, ((uint8_t[]){255, 0, 0}), 3);
            bool ink = is_round_seal(
                mm_from_px(x + 0.5 - cut->width / 2.0, 300),
                mm_from_px(y + 0.5 - cut->height / 2.0, 300), size);
            inked += ink;
            wrong += ink != (px[3] >= 128);
        }
    /* Edges of half a scan pixel at most. */
    assert_true(wrong < 0.12 * inked);
}

static void ellipse_of_foreign_company(void **state)
{
    (void)state;
    struct sheet s = blank();
    stamp(&s, is_ellipse_seal, (double[]){45, 30}, 70, 80, 10, red_ink);
    struct page p = run(s.im, dpi, 0);
    assert_int_equal(p.n_seals, 1);
    assert_seal(&p.seals[0].seal, SHAPE_ELLIPSE, 70, 80, 45, 30, 10);
    assert_int_equal(p.seals[0].seal.role, SEAL_OFFICIAL);
}

static void a_line_for_one_purpose(void **state)
{
    (void)state;
    struct sheet s = blank();
    double turn = 20, t = rad_from_deg(turn), down = 10;
    stamp(&s, is_round_seal, (double[]){40}, 60, 60, turn, red_ink);
    stamp(&s, is_text, (double[]){16, 3}, 60 - down * sin(t),
          60 + down * cos(t), turn, red_ink);
    struct page p = run(s.im, dpi, 0);
    assert_int_equal(p.n_seals, 1);
    assert_int_equal(p.seals[0].seal.has_line, TRI_YES);
    const struct image *line = p.seals[0].lines->straight;
    assert_non_null(line); /* 16 x 3 mm and some paper around it */
    assert_true(fabs((double)line->width / line->height - 3.9) < 0.6);
}

static void a_plain_seal_has_no_line(void **state)
{
    (void)state;
    struct sheet s = blank();
    stamp(&s, is_round_seal, (double[]){40}, 60, 60, 20, red_ink);
    struct page p = run(s.im, dpi, 0);
    assert_int_equal(p.n_seals, 1);
    assert_int_equal(p.seals[0].seal.has_line, TRI_NO);
    assert_null(p.seals[0].lines->straight);
}

static bool is_frame(double x, double y, const double *size)
{
    double d = fmin(size[0] / 2 - fabs(x), size[1] / 2 - fabs(y));
    return d > 0 && d < size[2];
}

static void an_empty_frame_is_no_seal(void **state)
{
    (void)state;
    static const double sizes[][3] = {{20, 20, 1.2}, {34, 18, 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct sheet s = blank();
        stamp(&s, is_frame, sizes[i], 60, 60, 0, red_ink);
        assert_int_equal(run(s.im, dpi, 0).n_seals, 0);
        stamp(&s, is_text, (double[]){sizes[i][0] - 6, sizes[i][1] - 6}, 60, 60,
              0, red_ink);
        assert_int_equal(run(s.im, dpi, 0).n_seals, 1);
    }
}

/* A long line ends where the ring text would be, and fills its gap. */
static void a_line_tells_what_is_up(void **state)
{
    (void)state;
    static const double turns[] = {-140, 67};
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        struct sheet s = blank();
        double t = rad_from_deg(turns[i]), down = 10.5;
        stamp(&s, is_round_seal, (double[]){40}, 60, 60, turns[i], red_ink);
        stamp(&s, is_text, (double[]){20, 4}, 60 - down * sin(t),
              60 + down * cos(t), turns[i], red_ink);
        struct page p = run(s.im, dpi, 0);
        assert_int_equal(p.n_seals, 1);
        assert_float_equal(p.seals[0].seal.rotation_deg, turns[i], 0.5);
        assert_int_equal(p.seals[0].seal.has_line, TRI_YES);
    }
}

static void a_turned_scan_gives_the_same_turn(void **state)
{
    (void)state;
    struct sheet s = blank();
    stamp(&s, is_round_seal, (double[]){42}, 60, 60, 15, red_ink);
    for (int turns = 1; turns < 4; turns++) {
        struct page p = run(image_turn(arena, s.im, 4 - turns), dpi, turns);
        assert_int_equal(p.n_seals, 1);
        assert_float_equal(p.seals[0].seal.rotation_deg, 15, 0.5);
    }
}

static void blue_and_black_are_found_and_not_red(void **state)
{
    (void)state;
    static const double black_ink[3] = {1.6, 1.6, 1.6};
    const double *inks[] = {blue_ink, black_ink};
    for (size_t i = 0; i < 2; i++) {
        struct sheet s = blank();
        stamp(&s, is_round_seal, (double[]){40}, 60, 60, 3, inks[i]);
        struct page p = run(s.im, dpi, 0);
        assert_int_equal(p.n_seals, 1);
        assert_int_equal(p.seals[0].seal.colour, COLOUR_OTHER);
        assert_int_equal(p.seals[0].seal.ink, i ? INK_PHOTOCOPY : INK_UNKNOWN);
    }
}

static void over_the_edge_of_the_page(void **state)
{
    (void)state;
    struct sheet s = blank();
    stamp(&s, is_round_seal, (double[]){40}, sheet_w - 10, 90, 0, red_ink);
    struct page p = run(s.im, dpi, 0);
    assert_int_equal(p.n_seals, 1);
    const struct seal *seal = &p.seals[0].seal;
    assert_float_equal(seal->size_mm[0], 40, 0.4);
    /* The chord at half a radius cuts off a third of the rim. */
    assert_float_equal(seal->completeness, 2.0 / 3, 0.03);
}

/* Of a picture whose scale is wrong; a person's round seal has no star. */
static void a_star_is_an_organisations(void **state)
{
    (void)state;
    struct sheet s = blank();
    stamp(&s, is_round_seal, (double[]){24}, 60, 60, 0, red_ink);
    stamp(&s, is_ring, (double[]){20, 1}, 100, 60, 0, red_ink);
    stamp(&s, is_text, (double[]){10, 8}, 100, 60, 0, red_ink);
    struct page p = run(s.im, dpi, 0);
    assert_int_equal(p.n_seals, 2);
    for (size_t i = 0; i < 2; i++) {
        bool is_star = mm_from_px(p.seals[i].seal.center.x, dpi) < 80;
        assert_int_equal(p.seals[i].has_star, is_star);
        assert_int_equal(p.seals[i].seal.role,
                         is_star ? SEAL_OFFICIAL : SEAL_LEGAL_REP);
    }
}

static void two_that_touch(void **state)
{
    (void)state;
    struct sheet s = blank();
    stamp(&s, is_round_seal, (double[]){40}, 45, 60, 0, red_ink);
    stamp(&s, is_round_seal, (double[]){38}, 83, 60, 8, red_ink);
    struct page p = run(s.im, dpi, 0);
    assert_int_equal(p.n_seals, 2);
}

/* A name seal cut white on red, its corner under and over the official one. */
/* The two are one piece of ink until the oval one was found. */
static void a_name_seal_at_an_oval_rim(void **state)
{
    (void)state;
    struct sheet s = blank();
    stamp(&s, is_ellipse_seal, (double[]){45, 30}, 60, 60, 0, red_ink);
    stamp(&s, is_square_seal, (double[]){20}, 84, 77, 2, red_ink);
    struct page p = run(s.im, dpi, 0);
    assert_int_equal(p.n_seals, 2);
    assert_seal(&p.seals[0].seal, SHAPE_ELLIPSE, 60, 60, 45, 30, 0);
    assert_seal(&p.seals[1].seal, SHAPE_SQUARE, 84, 77, 20, 20, 2);
    assert_int_equal(p.seals[1].seal.role, SEAL_LEGAL_REP);
}

static void a_name_seal_at_the_rim(void **state)
{
    (void)state;
    static const double down[] = {36, 33};
    for (size_t i = 0; i < sizeof down / sizeof *down; i++) {
        struct sheet s = blank();
        stamp(&s, is_round_seal, (double[]){40}, 60, 60, 10, red_ink);
        stamp(&s, is_block, (double[]){25}, 70, 60 + down[i], 11, red_ink);
        struct page p = run(s.im, dpi, 0);
        assert_int_equal(p.n_seals, 2);
        assert_seal(&p.seals[1].seal, SHAPE_SQUARE, 70, 60 + down[i], 25, 25,
                    11);
    }
}

static void what_is_no_seal(void **state)
{
    (void)state;
    struct sheet s = blank();
    stamp(&s, is_disc, (double[]){25}, 70, 25, 0, red_ink);
    stamp(&s, is_disc, (double[]){15}, 70, 25, 20, gold_ink);
    stamp(&s, is_text, (double[]){90, 8}, 70, 60, 0, red_ink);
    stamp(&s, is_table, (double[]){110.5, 66.5}, 70, 120, 0, red_ink);
    struct page p = run(s.im, dpi, 0);
    assert_int_equal(p.n_seals, 0);
}

/* A disc with a ring of gold on it, as emblems are drawn. */
static void an_emblem_is_no_seal(void **state)
{
    (void)state;
    struct sheet s = blank();
    stamp(&s, is_ring, (double[]){30, 2.3}, 70, 60, 0, red_ink);
    stamp(&s, is_ring, (double[]){25.4, 2}, 70, 60, 0, gold_ink);
    stamp(&s, is_ring, (double[]){21.4, 10.7}, 70, 60, 0, red_ink);
    assert_int_equal(run(s.im, dpi, 0).n_seals, 0);
}

static void nothing_on_blank_or_grey_pages(void **state)
{
    (void)state;
    struct sheet s = blank();
    assert_int_equal(run(s.im, dpi, 0).n_seals, 0);
    struct page p = run(image_luma(arena, s.im), dpi, 0);
    assert_int_equal(p.facts.has_colour, TRI_NO);
    assert_int_equal(p.n_seals, 0);
    assert_non_null(p.ink);
}

static bool is_arc(double x, double y, const double *size)
{
    double r = hypot(x, y), deg = deg_from_rad(atan2(x, -y));
    return r < size[0] / 2 && r > size[0] / 2 - size[1] &&
           fabs(deg) < size[2] / 2;
}

/* In a picture of unknown scale: the curve of something large, a framed oblong
 * that fills half of it. */
static void large_things_are_no_seals(void **state)
{
    (void)state;
    static const double arc[] = {110, 2, 120};
    struct sheet s = blank();
    stamp(&s, is_arc, arc, 70, 90, 0, red_ink);
    assert_int_equal(run(s.im, 0, 0).n_seals, 0);
    struct sheet t = blank();
    stamp(&t, is_frame, (double[]){110, 70, 2}, 70, 90, 0, red_ink);
    stamp(&t, is_text, (double[]){90, 50}, 70, 90, 0, red_ink);
    assert_int_equal(run(t.im, 0, 0).n_seals, 0);
}

static void without_a_scale_no_millimetres(void **state)
{
    (void)state;
    struct sheet s = blank();
    stamp(&s, is_round_seal, (double[]){40}, 60, 60, 0, red_ink);
    const struct image *crop =
        image_crop(arena, s.im,
                   (Rect){px_from_mm(38, dpi), px_from_mm(38, dpi),
                          px_from_mm(44, dpi), px_from_mm(44, dpi)});
    struct page p = run(crop, 0, 0);
    assert_int_equal(p.n_seals, 1);
    assert_true(isnan(p.seals[0].seal.size_mm[0]));
    assert_float_equal(p.seals[0].cut_dpi, 0, 0);
}

static void tiny_pictures_do_no_harm(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1}, {3, 200}, {200, 3}, {9, 9}};
    for (size_t i = 0; i < 4; i++) {
        uint8_t *px;
        struct image *im = image_new(arena, sizes[i][0], sizes[i][1], 3, &px);
        memset(px, 128, (size_t)(sizes[i][0] * sizes[i][1] * 3));
        assert_int_equal(run(im, 0, 0).n_seals, 0);
        assert_int_equal(run(im, 300, 0).n_seals, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_and_square),
        cmocka_unit_test(the_cut_is_upright_and_clean),
        cmocka_unit_test(ellipse_of_foreign_company),
        cmocka_unit_test(a_line_for_one_purpose),
        cmocka_unit_test(a_plain_seal_has_no_line),
        cmocka_unit_test(an_empty_frame_is_no_seal),
        cmocka_unit_test(a_line_tells_what_is_up),
        cmocka_unit_test(a_turned_scan_gives_the_same_turn),
        cmocka_unit_test(blue_and_black_are_found_and_not_red),
        cmocka_unit_test(over_the_edge_of_the_page),
        cmocka_unit_test(two_that_touch),
        cmocka_unit_test(a_name_seal_at_the_rim),
        cmocka_unit_test(a_name_seal_at_an_oval_rim),
        cmocka_unit_test(a_star_is_an_organisations),
        cmocka_unit_test(what_is_no_seal),
        cmocka_unit_test(an_emblem_is_no_seal),
        cmocka_unit_test(nothing_on_blank_or_grey_pages),
        cmocka_unit_test(large_things_are_no_seals),
        cmocka_unit_test(without_a_scale_no_millimetres),
        cmocka_unit_test(tiny_pictures_do_no_harm),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
