/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Impressions drawn as numbers: of one stamp, of two, and one shown twice. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/image.h"
#include "imaging/seal_compare.h"
#include "tests/dice.h"
#include "tests/unit/own_arena.h"

/* -1..1, one value for a place on a grid of `cell` mm. */
static double noise(uint32_t seed, double x, double y, double cell)
{
    uint32_t i = (uint32_t)(int)floor(x / cell + 1000);
    uint32_t k = (uint32_t)(int)floor(y / cell + 1000);
    return (double)dice_at(seed + dice_at(i + dice_at(k))) / 2147483648.0 - 1;
}

/* Strokes of the ring text: 16 cells of 4 x 4 pieces, some of them inked. */
static bool has_letter(uint32_t name, double deg, double r)
{
    if (r < 11.5 || r > 16 || fabs(deg) > 120)
        return false;
    int cell = (int)((deg + 120) / 15);
    int u = (int)(fmod(deg + 120, 15) / 3), v = (int)((r - 11.5) / 1.1);
    return u < 4 &&
           dice_at(name + dice_at((uint32_t)(cell * 64 + u * 8 + v))) & 1;
}

/* A round seal of 40 mm whose name is `name`; mm from the centre. */
static bool has_ink(uint32_t name, double x, double y)
{
    double r = hypot(x, y), deg = deg_from_rad(atan2(x, -y));
    if (r > 20)
        return false;
    double t = rad_from_deg(fabs(remainder(deg, 72)));
    double tip = 7, notch = 0.382 * tip;
    double edge = tip * notch * sin(UNITS_PI / 5) /
                  (notch * sin(UNITS_PI / 5 - t) + tip * sin(t));
    return r > 19 || r < edge || has_letter(name, deg, r);
}

struct press {
    uint32_t name, hand; /* which stamp, which time it was pressed */
    double turn_deg, dx, dy;
    double lost_from_mm; /* nothing below this is printed; 0: all is */
};

static struct imprint press(struct press p)
{
    uint8_t *ink = arena_alloc(arena, IMPRINT_BYTES, 1);
    double c = cos(rad_from_deg(p.turn_deg)), s = sin(rad_from_deg(p.turn_deg));
    for (int y = 0; y < IMPRINT_SIDE; y++)
        for (int x = 0; x < IMPRINT_SIDE; x++) {
            double u = (x + 0.5 - IMPRINT_SIDE / 2.0) / IMPRINT_PER_MM - p.dx;
            double v = (y + 0.5 - IMPRINT_SIDE / 2.0) / IMPRINT_PER_MM - p.dy;
            double a = u * c + v * s, b = v * c - u * s;
            /* edges waver by up to 0.04 mm */
            a += 0.04 * noise(p.hand + 1, a, b, 0.3);
            b += 0.04 * noise(p.hand + 2, a, b, 0.3);
            if (!has_ink(p.name, a, b) ||
                (p.lost_from_mm > 0 && b > p.lost_from_mm))
                continue;
            double load = 100 + 20 * noise(p.hand + 3, a, b, 0.2) +
                          10 * noise(p.hand + 4, a, b, 0.7);
            ink[y * IMPRINT_SIDE + x] = (uint8_t)load;
        }
    return (struct imprint){ink, 40, p.turn_deg, true};
}

static struct seal_comparison compare(struct press p, struct press q)
{
    struct imprint a = press(p), b = press(q);
    return seal_compare(arena, &a, &b);
}

static void finds_how_they_lie(void **state)
{
    (void)state;
    static const double turns[] = {0, 0.37, -3.2, 71.6, 144, -118.9};
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        struct seal_comparison c =
            compare((struct press){.name = 7, .hand = 10},
                    (struct press){7, 20, turns[i], 0.31, -0.22, 0});
        assert_true(fabs(remainder(c.turn_deg - turns[i], 360)) < 0.15);
        assert_int_equal(c.is_same_stamp, TRI_YES);
        assert_int_equal(c.is_same_impression, TRI_NO);
    }
}

static void one_stamp_that_lost_ink(void **state)
{
    (void)state;
    struct seal_comparison c = compare((struct press){.name = 7, .hand = 10},
                                       (struct press){7, 20, 2, 0, 0, 12});
    assert_int_equal(c.is_same_stamp, TRI_YES);
    assert_true(c.extra[0] > 0.05);  /* what the other lacks */
    assert_true(c.extra[1] < 0.005); /* and nothing that it has more */
}

/* A pen crossed the characters of one: what it hides is no other stamp's. */
static void one_stamp_that_was_written_over(void **state)
{
    (void)state;
    struct imprint a = press((struct press){.name = 7, .hand = 10});
    struct imprint b = press((struct press){7, 20, 2, 0, 0, 0});
    uint8_t *hidden = arena_memdup(arena, b.ink, IMPRINT_BYTES);
    uint8_t *lost = arena_memdup(arena, b.ink, IMPRINT_BYTES);
    for (int y = 0; y < IMPRINT_SIDE; y++)
        for (int x = 0; x < IMPRINT_SIDE; x++)
            if ((x / 6 + y / 6) % 3 != 0 && y < IMPRINT_SIDE / 2) {
                hidden[y * IMPRINT_SIDE + x] = IMPRINT_HIDDEN;
                lost[y * IMPRINT_SIDE + x] = 0;
            }
    b.ink = lost; /* without the mark it looks like another one */
    struct seal_comparison c = seal_compare(arena, &a, &b);
    assert_int_not_equal(c.is_same_stamp, TRI_YES);
    b.ink = hidden;
    c = seal_compare(arena, &a, &b);
    assert_int_equal(c.is_same_stamp, TRI_YES);
    assert_int_equal(c.is_same_impression, TRI_NO);
}

static void two_stamps(void **state)
{
    (void)state;
    for (uint32_t k = 0; k < 4; k++) {
        struct seal_comparison c =
            compare((struct press){.name = 7, .hand = 10},
                    (struct press){100 + k, 20, 1, 0, 0, 0});
        assert_int_equal(c.is_same_stamp, TRI_NO);
        assert_int_equal(c.is_same_impression, TRI_NO);
        assert_true(c.confidence > 0.7);
    }
}

static void one_impression_twice(void **state)
{
    (void)state;
    struct seal_comparison c =
        compare((struct press){.name = 7, .hand = 10},
                (struct press){7, 10, 0.2, 0.13, 0.07, 0});
    assert_int_equal(c.is_same_impression, TRI_YES);
    assert_true(c.correlation > 0.95);
    assert_true(c.texture > 0.7);
}

static void pairs_of_an_application(void **state)
{
    (void)state;
    struct press stamps[] = {{.name = 7, .hand = 10},
                             {7, 20, 4, 0, 0, 0},
                             {.name = 9, .hand = 30},
                             {7, 20, 4, 0.1, 0, 0}};
    struct seal seals[] = {{.id = "form-1-1", .role = SEAL_OFFICIAL, .page = 1},
                           {.id = "letter-1-1",
                            .role = SEAL_OFFICIAL,
                            .page = 1,
                            .slot = SLOT_AUTHORIZATION_LETTER},
                           {.id = "license-1-1",
                            .role = SEAL_AUTHORITY,
                            .page = 1,
                            .slot = SLOT_BUSINESS_LICENSE},
                           {.id = "sheet-1-1",
                            .role = SEAL_OFFICIAL,
                            .page = 1,
                            .slot = SLOT_SEAL_SHEET}};
    struct imprint imprints[4];
    for (int i = 0; i < 4; i++)
        imprints[i] = press(stamps[i]);
    struct facts f = {.seals = seals, .n_seals = 4};
    seal_compare_all(arena, &f, imprints);
    assert_int_equal(f.n_pairs, 3); /* the authority's has no partner */
    assert_string_equal(f.pairs[0].a, "form-1-1");
    assert_string_equal(f.pairs[0].b, "letter-1-1");
    assert_int_equal(f.pairs[0].same_impression, TRI_NO);
    assert_string_equal(f.pairs[2].a, "letter-1-1");
    assert_int_equal(f.pairs[2].same_impression, TRI_YES);
    imprints[3].ink = NULL; /* a document that sent none */
    seal_compare_all(arena, &f, imprints);
    assert_int_equal(f.n_pairs, 1);
}

static void pictures_without_a_seal(void **state)
{
    (void)state;
    uint8_t *px;
    struct imprint p;
    struct image *im = image_new(arena, 200, 200, 3, &px);
    memset(px, 255, 200 * 200 * 3);
    assert_false(seal_imprint_of_cut(arena, im, 300, &p));
    memset(px, 40, 200 * 200 * 3);
    assert_false(seal_imprint_of_cut(arena, im, 300, &p));
}

static void picture_of_a_seal(void **state)
{
    (void)state;
    uint8_t *px;
    struct imprint p;
    int side = 472; /* 40 mm at 300 dpi */
    struct image *im = image_new(arena, side, side, 3, &px);
    for (int i = 0; i < side * side; i++) {
        double x = (i % side + 0.5) * 25.4 / 300 - 20;
        double y = (i / side + 0.5) * 25.4 / 300 - 20;
        px[3 * i] = 255;
        px[3 * i + 1] = px[3 * i + 2] = has_ink(7, x, y) ? 0 : 255;
    }
    assert_true(seal_imprint_of_cut(arena, im, 300, &p));
    assert_true(p.scale_known);
    assert_true(fabs(p.size_mm - 40) < 0.2);
    struct imprint other = press((struct press){.name = 7, .hand = 10});
    struct seal_comparison c = seal_compare(arena, &p, &other);
    assert_int_equal(c.is_same_stamp, TRI_YES);
    assert_true(isnan(c.texture)); /* the picture is flat */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_how_they_lie),
        cmocka_unit_test(one_stamp_that_lost_ink),
        cmocka_unit_test(one_stamp_that_was_written_over),
        cmocka_unit_test(two_stamps),
        cmocka_unit_test(one_impression_twice),
        cmocka_unit_test(pairs_of_an_application),
        cmocka_unit_test(pictures_without_a_seal),
        cmocka_unit_test(picture_of_a_seal),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
