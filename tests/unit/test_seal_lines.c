/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The ring laid out as a line, the comb over the number, and votes. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/image.h"
#include "imaging/seal_number.h"
#include "imaging/seal_unwrap.h"
#include "ocr/seal_text.h"
#include "tests/unit/own_arena.h"

/* --- the comb -------------------------------------------------------------*/

enum { SAMPLES = 601, AXIS = 300 };

/* Digits of 0.6 heights from place `from` to `to`, `off` heights beside the
 * axis. */
static void draw_comb(float *v, double pitch, int from, int to, double off)
{
    for (int k = from; k <= to; k++)
        for (int i = 0; i < SAMPLES; i++) {
            double s = (double)(i - AXIS) / COMB_PER_HEIGHT - off - k * pitch;
            if (fabs(s) < 0.3)
                v[i] = 0.5f;
        }
}

static void finds_every_place(void **state)
{
    (void)state;
    for (double pitch = 0.85; pitch < 1.45; pitch += 0.1) {
        float v[SAMPLES] = {0};
        draw_comb(v, pitch, -6, 6, 0.1);
        struct comb c = seal_comb_fit(v, SAMPLES, AXIS);
        assert_int_equal(c.n, 13);
        assert_true(fabs(c.pitch - pitch) < 0.02);
        assert_true(fabs(c.first + 6 * pitch - 0.1) < 0.16);
    }
}

static void keeps_the_place_of_a_lost_digit(void **state)
{
    (void)state;
    float v[SAMPLES] = {0};
    draw_comb(v, 1.05, -6, 0, 0);
    draw_comb(v, 1.05, 2, 6, 0); /* the middle one is not there */
    assert_int_equal(seal_comb_fit(v, SAMPLES, AXIS).n, 13);
    float w[SAMPLES] = {0};
    draw_comb(w, 1.05, -6, 5, 0); /* nor the last one here */
    struct comb c = seal_comb_fit(w, SAMPLES, AXIS);
    assert_int_equal(c.n, 13);
    assert_true(fabs(c.first + 6 * 1.05) < 0.1);
}

static void leaves_the_name_out(void **state)
{
    (void)state;
    float v[SAMPLES] = {0};
    draw_comb(v, 1.05, -6, 6, 0);
    draw_comb(v, 1.4, -8, -6, -1.0); /* larger characters to the left */
    struct comb c = seal_comb_fit(v, SAMPLES, AXIS);
    assert_int_equal(c.n, 13);
    assert_true(fabs(c.first + 6 * 1.05) < 0.1);
}

static void no_number(void **state)
{
    (void)state;
    float v[SAMPLES] = {0};
    assert_int_equal(seal_comb_fit(v, SAMPLES, AXIS).n, 0);
}

/* --- clarity --------------------------------------------------------------*/

enum { PLACE_W = 34, PLACE_H = 34 };

/* A stroke of that ink with edges `blur` wide. */
static double clarity_of(double ink, double blur, double px)
{
    uint8_t grey[PLACE_W * PLACE_H];
    for (int y = 0; y < PLACE_H; y++)
        for (int x = 0; x < PLACE_W; x++) {
            double d = fabs(x + 0.5 - PLACE_W / 2.0) - 3;
            double t = fmin(1, fmax(0, 0.5 - d / blur));
            grey[y * PLACE_W + x] = (uint8_t)(255 - 245 * ink * t);
        }
    return seal_comb_clarity(grey, PLACE_W, PLACE_H, PLACE_W, px);
}

static void clarity_falls_with_ink_edge_and_resolution(void **state)
{
    (void)state;
    double clear = clarity_of(1, 4, 20);
    assert_true(clear > 80);
    assert_true(clarity_of(0.25, 4, 20) < 0.8 * clear);
    assert_true(clarity_of(1, 26, 20) < 0.8 * clear);
    assert_true(clarity_of(1, 4, 8) < 0.7 * clear);
    assert_true(clarity_of(0, 4, 20) < 5);
}

/* --- the line -------------------------------------------------------------*/

/* A seal of 40 mm at 12 px/mm, its rim, 12 blocks of 4 mm about the top and 13
 * of 1.5 mm along the bottom; `turn_deg` clockwise. */
static struct ink_roi draw_seal(double turn_deg, struct seal_form *form)
{
    enum { SIDE = 600 };
    const double mm = 12;
    struct ink_roi r = {
        .width = SIDE, .height = SIDE, .step = 2, .origin = {100, 50}};
    r.ink = arena_new_array(arena, SIDE * SIDE, float);
    r.black = arena_new_array(arena, SIDE * SIDE, float);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            double u = (x + 0.5 - 300) / mm, v = (y + 0.5 - 300) / mm;
            double d = 20 - hypot(u, v);
            double t = remainder(deg_from_rad(atan2(u, -v)) - turn_deg, 360);
            bool rim = d >= 0 && d < 1;
            bool name = d > 2 && d < 6 && fabs(t) < 120 &&
                        fmod(t + 120, 20) > 4 && fmod(t + 120, 20) < 16;
            double b = remainder(t - 180, 360);
            bool digit = d > 1.6 && d < 3.1 && fabs(b) < 6.5 * 4.8 &&
                         fabs(remainder(b, 4.8)) < 0.8;
            r.ink[y * SIDE + x] = rim || name || digit ? 1 : 0;
        }
    *form = (struct seal_form){.shape = SHAPE_ROUND,
                               .center = {300, 300},
                               .width = 40 * mm,
                               .height = 40 * mm,
                               .turn_deg = turn_deg,
                               .ellipse = {{300, 300}, 20 * mm, 20 * mm, 0},
                               .rim = 1 * mm};
    return r;
}

static void lays_out_both_lines(void **state)
{
    (void)state;
    static const double turns[] = {0, 7, -95, 180};
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        struct seal_form form;
        struct ink_roi roi = draw_seal(turns[i], &form);
        struct seal_lines l = seal_unwrap(arena, &roi, &form, 12);
        assert_non_null(l.ring.picture);
        assert_non_null(l.number.picture);
        assert_int_equal(l.number.n_places, 13);
        for (int k = 0; k < 13; k++)
            assert_true(l.number.clarity[k] > 50);
        /* 232 degrees at the middle of the characters, 4 mm high */
        double long_by = l.ring.text_w / l.ring.text_h;
        assert_true(fabs(long_by - rad_from_deg(232) * 16 / 4) < 1.0);
        /* The first place lies at 6 pitches to the left of the bottom. */
        Point p = rect_center(seal_line_scan_rect(
            &l.number, (Rect){l.number.text_x, l.number.text_y, l.number.pitch,
                              l.number.text_h}));
        double t = rad_from_deg(turns[i] + 180 + 6 * 4.8);
        Point want = {100 + 2 * (300 + 12 * 17.65 * sin(t)),
                      50 + 2 * (300 - 12 * 17.65 * cos(t))};
        assert_true(hypot(p.x - want.x, p.y - want.y) < 8);
    }
}

/* Three digits ran into the rim: the number is there, and they are poor. */
static void a_blot_hides_its_digits_alone(void **state)
{
    (void)state;
    struct seal_form form;
    struct ink_roi roi = draw_seal(0, &form);
    for (int y = 0; y < roi.height; y++)
        for (int x = 0; x < roi.width; x++) {
            double u = (x + 0.5 - 300) / 12, v = (y + 0.5 - 300) / 12;
            double d = 20 - hypot(u, v), t = deg_from_rad(atan2(u, v));
            if (d > 0.5 && d < 3.4 && fabs(t) < 1.5 * 4.8)
                roi.ink[y * roi.width + x] = 0.6f;
        }
    struct seal_lines l = seal_unwrap(arena, &roi, &form, 12);
    assert_non_null(l.number.picture);
    assert_int_equal(l.number.n_places, 13);
    for (int k = 0; k < 13; k++)
        if (k >= 5 && k <= 7)
            assert_true(l.number.clarity[k] < 40);
        else if (k != 4 && k != 8)
            assert_true(l.number.clarity[k] > 50);
}

/* A name that goes on to the number's ends, at the number's own pitch: its feet
 * are as good as digits in their rows, and go on further in. */
static void characters_beside_it_are_no_digits(void **state)
{
    (void)state;
    struct seal_form form;
    struct ink_roi roi = draw_seal(0, &form);
    for (int y = 0; y < roi.height; y++)
        for (int x = 0; x < roi.width; x++) {
            double u = (x + 0.5 - 300) / 12, v = (y + 0.5 - 300) / 12;
            double d = 20 - hypot(u, v), t = fabs(deg_from_rad(atan2(u, v)));
            if (d > 1.7 && d < 6 && t > 6.6 * 4.8 && t < 12 * 4.8 &&
                fabs(remainder(t, 4.8)) < 0.8)
                roi.ink[y * roi.width + x] = 1;
        }
    struct seal_lines l = seal_unwrap(arena, &roi, &form, 12);
    assert_int_equal(l.number.n_places, 13);
}

/* An oval of 45 x 30 mm, a name about its top and digits of 2 mm in a straight
 * row 6 mm below the middle. */
static struct ink_roi draw_oval(double turn_deg, int digits,
                                struct seal_form *form)
{
    enum { SIDE = 600 };
    const double mm = 12, pitch = 1.7;
    struct ink_roi r = {
        .width = SIDE, .height = SIDE, .step = 2, .origin = {100, 50}};
    r.ink = arena_new_array(arena, SIDE * SIDE, float);
    r.black = arena_new_array(arena, SIDE * SIDE, float);
    double c = cos(rad_from_deg(turn_deg)), s = sin(rad_from_deg(turn_deg));
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            double p = (x + 0.5 - 300) / mm, q = (y + 0.5 - 300) / mm;
            double u = p * c + q * s, v = q * c - p * s;
            double k = hypot(u / 22.5, v / 15);
            double t = deg_from_rad(atan2(u / 22.5, -v / 15));
            double place = remainder(u, pitch);
            bool rim = k < 1 && k > 0.95;
            bool name = k > 0.66 && k < 0.88 && fabs(t) < 110 &&
                        fmod(t + 110, 20) > 4 && fmod(t + 110, 20) < 16;
            bool digit = v > 5 && v < 7 && fabs(u) < digits * pitch / 2 &&
                         fabs(place) < 0.45;
            r.ink[y * SIDE + x] = rim || name || digit ? 1 : 0;
        }
    *form = (struct seal_form){
        .shape = SHAPE_ELLIPSE,
        .center = {300, 300},
        .width = 45 * mm,
        .height = 30 * mm,
        .turn_deg = turn_deg,
        .ellipse = {{300, 300}, 22.5 * mm, 15 * mm, turn_deg},
        .rim = 0.9 * mm};
    return r;
}

static void a_straight_number_is_found(void **state)
{
    (void)state;
    static const double turns[] = {0, 6, -170};
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        struct seal_form form;
        struct ink_roi roi = draw_oval(turns[i], 13, &form);
        struct seal_line l = seal_number_straight(arena, &roi, &form, 12);
        assert_non_null(l.picture);
        assert_int_equal(l.n_places, 13);
        for (int k = 0; k < 13; k++)
            assert_true(l.clarity[k] > 50);
        Point p = rect_center(seal_line_scan_rect(
            &l, (Rect){l.text_x, l.text_y, l.pitch, l.text_h}));
        double t = rad_from_deg(turns[i]), u = -6 * 1.7 * 12, v = 6 * 12;
        Point want = {100 + 2 * (300 + u * cos(t) - v * sin(t)),
                      50 + 2 * (300 + u * sin(t) + v * cos(t))};
        assert_true(hypot(p.x - want.x, p.y - want.y) < 8);
    }
}

static void an_oval_on_its_head_is_told(void **state)
{
    (void)state;
    struct seal_form form;
    for (double turn = -8; turn <= 8; turn += 8) {
        struct ink_roi roi = draw_oval(turn, 13, &form);
        assert_false(seal_turn_oval_is_over(&roi, &form));
        form.turn_deg += 180;
        assert_true(seal_turn_oval_is_over(&roi, &form));
    }
}

/* Drawn by scaling a circle, the rim is thinner above and below. */
static void an_oval_has_its_own_rim_below(void **state)
{
    (void)state;
    struct seal_form form;
    struct ink_roi roi = draw_oval(6, 0, &form);
    assert_true(fabs(seal_turn_oval_rim(&roi, &form) - 0.05 * 15 * 12) < 1);
}

static void a_straight_word_is_no_number(void **state)
{
    (void)state;
    struct seal_form form;
    struct ink_roi roi = draw_oval(0, 5, &form);
    assert_null(seal_number_straight(arena, &roi, &form, 12).picture);
    roi = draw_oval(0, 0, &form);
    assert_null(seal_number_straight(arena, &roi, &form, 12).picture);
}

static void a_rim_alone_has_no_lines(void **state)
{
    (void)state;
    struct seal_form form;
    struct ink_roi roi = draw_seal(0, &form);
    for (int i = 0; i < roi.width * roi.height; i++) {
        double u = i % roi.width + 0.5 - 300, v = i / roi.width + 0.5 - 300;
        if (hypot(u, v) < 19 * 12)
            roi.ink[i] = 0;
    }
    struct seal_lines l = seal_unwrap(arena, &roi, &form, 12);
    assert_null(l.ring.picture);
    assert_null(l.number.picture);
}

/* --- votes ----------------------------------------------------------------*/

static void one_stamp_has_one_number(void **state)
{
    (void)state;
    const struct seal_digit first[] = {{.c = '3', .confidence = 0.9},
                                       {.c = '8', .confidence = 0.3},
                                       {.c = '1', .confidence = 0.9}};
    const struct seal_digit second[] = {{.c = '3', .confidence = 0.8},
                                        {.c = '6', .confidence = 0.95},
                                        {.c = '7', .confidence = 0.9}};
    struct seal seals[] = {
        {.id = "form-1-1", .digits = first, .n_digits = 3},
        {.id = "sheet-1-1", .digits = second, .n_digits = 3}};
    struct seal_pair pair = {
        .a = "form-1-1", .b = "sheet-1-1", .same_stamp = TRI_UNKNOWN};
    struct facts f = {
        .seals = seals, .n_seals = 2, .pairs = &pair, .n_pairs = 1};
    seal_text_vote(arena, &f);
    assert_ptr_equal(seals[0].digits, first); /* not sure to be one stamp */
    pair.same_stamp = TRI_YES;
    seal_text_vote(arena, &f);
    for (int i = 0; i < 2; i++) {
        assert_true(seals[i].digits[0].confidence > 0.97);
        assert_int_equal(seals[i].digits[1].c, '6');
        assert_true(seals[i].digits[1].confidence > 0.8);
        assert_true(seals[i].digits[2].confidence < 0.3);
    }
    assert_true(first[1].c == '8'); /* what was given is not changed */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_every_place),
        cmocka_unit_test(keeps_the_place_of_a_lost_digit),
        cmocka_unit_test(leaves_the_name_out),
        cmocka_unit_test(no_number),
        cmocka_unit_test(clarity_falls_with_ink_edge_and_resolution),
        cmocka_unit_test(lays_out_both_lines),
        cmocka_unit_test(a_blot_hides_its_digits_alone),
        cmocka_unit_test(characters_beside_it_are_no_digits),
        cmocka_unit_test(a_straight_number_is_found),
        cmocka_unit_test(a_straight_word_is_no_number),
        cmocka_unit_test(an_oval_on_its_head_is_told),
        cmocka_unit_test(an_oval_has_its_own_rim_below),
        cmocka_unit_test(a_rim_alone_has_no_lines),
        cmocka_unit_test(one_stamp_has_one_number),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
