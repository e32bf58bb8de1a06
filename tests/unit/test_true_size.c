/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/facts.h"
#include "base/units.h"
#include "imaging/image.h"
#include "imaging/outline.h"
#include "imaging/straight.h"
#include "imaging/true_size.h"
#include "tests/unit/state_arena.h"

/* --- facts of an application, made up ----------------------------------- */

struct application {
    struct facts facts;
    struct document documents[SLOT_COUNT];
    struct page_facts pages[SLOT_COUNT];
    struct seal seals[2 * SLOT_COUNT];
    struct outline outlines[2];
};

static const double diameter_mm = 40;

static struct seal *add_seal(struct application *w, enum slot slot,
                             enum seal_role role, enum seal_ink ink, double mm)
{
    struct page_facts *p = &w->pages[slot];
    struct seal *s = &w->seals[w->facts.n_seals++];
    double px = px_from_mm(mm, 300);
    *s = (struct seal){.slot = slot,
                       .page = 1,
                       .role = role,
                       .shape = SHAPE_ROUND,
                       .box = {100, 100, px, px},
                       .size_mm = {mm, mm},
                       .ink = ink,
                       .confidence = 0.9};
    if (!isfinite(p->dpi_measured))
        s->size_mm[0] = s->size_mm[1] = NAN;
    return s;
}

static void add_outline(struct application *w, enum slot slot, const char *name,
                        double width_mm, double height_mm, double ratio)
{
    struct page_facts *p = &w->pages[slot];
    p->outlines = w->outlines;
    w->outlines[p->n_outlines++] =
        (struct outline){.name = name,
                         .size_px = {px_from_mm(width_mm * ratio, 300),
                                     px_from_mm(height_mm * ratio, 300)},
                         .true_mm = {width_mm, height_mm},
                         .seen = 1};
}

/* Five A4 scans at 300 dpi, a fresh seal on each. */
static void begin(struct application *w)
{
    *w = (struct application){0};
    w->facts.documents = w->documents;
    w->facts.n_documents = SLOT_COUNT;
    w->facts.seals = w->seals;
    for (int i = 0; i < SLOT_COUNT; i++) {
        w->documents[i] = (struct document){
            .slot = (enum slot)i, .pages = &w->pages[i], .n_pages = 1};
        w->pages[i] = (struct page_facts){.width = 2480,
                                          .height = 3508,
                                          .dpi_declared = 300,
                                          .dpi_measured = 300,
                                          .dpi_source = DPI_METADATA,
                                          .capture = CAPTURE_FLATBED,
                                          .scale_ratio = NAN,
                                          .scale_low = NAN,
                                          .scale_high = NAN,
                                          .anisotropy = NAN};
        add_seal(w, (enum slot)i, SEAL_OFFICIAL, INK_UNKNOWN, diameter_mm);
    }
    w->documents[SLOT_BUSINESS_LICENSE].certificate = "营业执照";
}

static const struct page_facts *judged(struct application *w, enum slot slot)
{
    true_size_judge(&w->facts);
    return &w->pages[slot];
}

static void is_about(double v, double want, double tolerance)
{
    if (!(fabs(v - want) <= tolerance))
        fail_msg("%g, wanted %g", v, want);
}

static void test_reduced_licence(void **state)
{
    (void)state;
    static const double ratios[] = {0.5, 0.707, 0.81, 0.9, 1, 1.1};
    for (size_t i = 0; i < sizeof ratios / sizeof *ratios; i++) {
        struct application w;
        begin(&w);
        add_outline(&w, SLOT_BUSINESS_LICENSE, "licence_2019", 267.4, 167.7,
                    ratios[i]);
        const struct page_facts *p = judged(&w, SLOT_BUSINESS_LICENSE);
        is_about(p->scale_ratio, ratios[i], 0.002);
        is_about(p->anisotropy, 1, 0.001);
        assert_true(p->scale_low < ratios[i] && ratios[i] < p->scale_high);
        assert_true(p->scale_high - p->scale_low < 0.06);
        assert_int_equal(p->dpi_source, DPI_METADATA);
        is_about(p->dpi_measured, 300, 0.01); /* the scan's, not the print's */
    }
}

/* The frame of a certificate that is not known says nothing. */
static void test_unknown_frame(void **state)
{
    (void)state;
    static const char *const titles[] = {NULL, "事业单位法人证书"};
    for (size_t i = 0; i < 2; i++) {
        struct application w;
        begin(&w);
        w.documents[SLOT_BUSINESS_LICENSE].certificate = titles[i];
        add_outline(&w, SLOT_BUSINESS_LICENSE, "licence_2019", 267.4, 167.7,
                    0.7);
        assert_true(isnan(judged(&w, SLOT_BUSINESS_LICENSE)->scale_ratio));
    }
}

/* The authority's seal tells 70 %, doubts 90 %, and says nothing of 95 %. */
static void test_authority(void **state)
{
    (void)state;
    static const double ratios[] = {0.7, 0.9, 0.95};
    for (size_t i = 0; i < 3; i++) {
        struct application w;
        begin(&w);
        add_seal(&w, SLOT_BUSINESS_LICENSE, SEAL_AUTHORITY, INK_PHOTOCOPY,
                 ratios[i] * 42);
        const struct page_facts *p = judged(&w, SLOT_BUSINESS_LICENSE);
        if (i == 2) {
            assert_true(isnan(p->scale_ratio) && isnan(p->scale_high));
            continue;
        }
        is_about(p->scale_ratio, ratios[i], 0.01);
        assert_true(p->scale_low < ratios[i] && p->scale_high > ratios[i]);
        assert_true(i == 0 ? p->scale_high < 0.85 : p->scale_high > 0.93);
    }
}

/* Part of another frame is not taken for the licence's: the seal on it would
 * be of 66 mm. */
static void test_part_of_a_frame(void **state)
{
    (void)state;
    struct application w;
    begin(&w);
    add_seal(&w, SLOT_BUSINESS_LICENSE, SEAL_AUTHORITY, INK_PHOTOCOPY, 42);
    add_outline(&w, SLOT_BUSINESS_LICENSE, "licence_2019", 267.4, 167.7, 0.63);
    const struct page_facts *p = judged(&w, SLOT_BUSINESS_LICENSE);
    assert_true(isnan(p->scale_ratio) && isnan(p->anisotropy));
    assert_int_equal(p->n_outlines, 0);
}

/* A file without density: the seal tells it. */
static void test_seal_is_the_ruler(void **state)
{
    (void)state;
    struct application w;
    begin(&w);
    struct page_facts *p = &w.pages[SLOT_ID_CARD];
    p->width = 1500; /* cropped */
    p->dpi_measured = p->dpi_declared = NAN;
    p->dpi_source = DPI_NONE;
    struct seal *s = &w.seals[SLOT_ID_CARD];
    s->size_mm[0] = s->size_mm[1] = NAN;
    add_outline(&w, SLOT_ID_CARD, "id_card", 85.6, 53.98, 0.7);
    add_outline(&w, SLOT_ID_CARD, "id_card", 85.6, 53.98, 0.7);
    judged(&w, SLOT_ID_CARD);
    is_about(p->scale_ratio, 0.7, 0.003);
    is_about(p->dpi_measured, 300, 2);
    assert_int_equal(p->dpi_source, DPI_SEAL);
    /* Without the seal the card itself is the ruler, and no ratio is told. */
    begin(&w);
    p->width = 1500;
    p->dpi_measured = NAN;
    p->dpi_source = DPI_NONE;
    s->role = SEAL_OTHER;
    add_outline(&w, SLOT_ID_CARD, "id_card", 85.6, 53.98, 0.7);
    judged(&w, SLOT_ID_CARD);
    assert_true(isnan(p->scale_ratio));
    assert_int_equal(p->dpi_source, DPI_CARD);
    is_about(p->dpi_measured, 210, 1);
}

/* A wrong density of a cropped scan is put right, sizes with it. */
static void test_wrong_density(void **state)
{
    (void)state;
    struct application w;
    begin(&w);
    struct page_facts *p = &w.pages[SLOT_ID_CARD];
    p->width = p->height = 1500;
    p->dpi_measured = p->dpi_declared = 200;
    struct seal *s = &w.seals[SLOT_ID_CARD];
    s->size_mm[0] = s->size_mm[1] = diameter_mm * 1.5;
    add_outline(&w, SLOT_ID_CARD, "id_card", 85.6, 53.98, 1);
    judged(&w, SLOT_ID_CARD);
    is_about(p->scale_ratio, 1, 0.003);
    is_about(p->dpi_measured, 300, 2);
    is_about(s->size_mm[0], diameter_mm, 0.3);
}

/* Alone, a seal refutes a density by which it would be of no legal size. */
static void test_no_such_seal(void **state)
{
    (void)state;
    static const struct {
        double mm, dpi;
        enum dpi_source source;
    } cases[] = {{24, 300 * 24 / 41.0, DPI_SEAL}, {38, 300, DPI_METADATA}};
    for (size_t i = 0; i < 2; i++) {
        struct application w;
        begin(&w);
        struct page_facts *p = &w.pages[SLOT_APPLICATION_FORM];
        p->height = 3000; /* cropped */
        p->effective_dpi = 300;
        w.facts.n_documents = 1;
        struct seal *s = &w.seals[SLOT_APPLICATION_FORM];
        s->size_mm[0] = s->size_mm[1] = cases[i].mm;
        judged(&w, SLOT_APPLICATION_FORM);
        assert_int_equal(p->dpi_source, cases[i].source);
        is_about(p->dpi_measured, cases[i].dpi, 0.1);
        is_about(p->effective_dpi, cases[i].dpi, 0.1);
        assert_true(isnan(p->scale_ratio));
    }
}

/* A card without an outline, lying and standing: name and number are a ruler,
 * unless the name stands elsewhere; the number alone tells what is far too
 * small, and leaves it to a person. */
static void test_card_without_outline(void **state)
{
    (void)state;
    static const struct {
        double ratio, below_mm;
        bool is_told;
        double most_low, least_high, most_high;
    } cases[] = {
        {0.7, 35.5, true, 0.69, 0.71, 0.8}, {0.7, 0, true, 0.69, 0.98, 1.1},
        {0.9, 0, false, 0, 0, 0},           {0.7, 48, false, 0, 0, 0},
        {0.9, 35.5, true, 0.89, 0.92, 1},   {1, 35.5, true, 0.97, 1.02, 1.15}};
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        size_t c = i / 2;
        bool on_end = i % 2;
        struct application w;
        begin(&w);
        double mm = px_from_mm(cases[c].ratio, 300);
        Rect number = {900, 1400, 44 * mm, 3 * mm};
        Rect name = {900 - 14.3 * mm, 1400 - cases[c].below_mm * mm, 9 * mm,
                     3 * mm};
        w.pages[SLOT_ID_CARD].rotation_deg = on_end ? 270 : 0;
        Affine scan = affine_quarter_turn(on_end ? 1 : 0, 3508, 2480);
        struct field fields[] = {{.name = "handler_id",
                                  .value = "360102199001010018",
                                  .page = 1,
                                  .box = affine_rect(scan, number)},
                                 {.name = "handler_name",
                                  .value = "\345\205\203",
                                  .page = 1,
                                  .box = affine_rect(scan, name)}};
        w.documents[SLOT_ID_CARD].fields = fields;
        w.documents[SLOT_ID_CARD].n_fields = cases[c].below_mm > 0 ? 2 : 1;
        const struct page_facts *p = judged(&w, SLOT_ID_CARD);
        assert_int_equal(isfinite(p->scale_ratio), cases[c].is_told);
        if (!cases[c].is_told)
            continue;
        is_about(p->scale_ratio, cases[c].ratio, 0.01);
        assert_true(p->scale_low < cases[c].most_low);
        assert_true(p->scale_high > cases[c].least_high &&
                    p->scale_high < cases[c].most_high);
    }
}

/* An outline that is out of shape has a side of something else. */
static void test_odd_outline(void **state)
{
    (void)state;
    struct application w;
    begin(&w);
    add_outline(&w, SLOT_ID_CARD, "id_card", 85.6, 53.98, 0.92);
    w.outlines[0].size_px[1] /= 1.037;
    assert_true(isnan(judged(&w, SLOT_ID_CARD)->scale_ratio));
    w.outlines[0].size_px[1] *= 1.037;
    is_about(judged(&w, SLOT_ID_CARD)->scale_ratio, 0.92, 0.002);
}

/* A file's density that makes no paper, of a picture that has a sheet's shape:
 * nothing is surely reduced, but by the seal. */
static void test_doubtful_density(void **state)
{
    (void)state;
    for (int sealed = 0; sealed < 2; sealed++) {
        struct application w;
        begin(&w);
        struct page_facts *p = &w.pages[SLOT_BUSINESS_LICENSE];
        p->width = 1032;
        p->height = 740;
        p->dpi_measured = p->dpi_declared = 200;
        add_outline(&w, SLOT_BUSINESS_LICENSE, "licence_2019", 267.4, 167.7,
                    0.292);
        w.seals[SLOT_BUSINESS_LICENSE].size_mm[0] =
            w.seals[SLOT_BUSINESS_LICENSE].size_mm[1] = diameter_mm;
        if (!sealed)
            w.facts.n_seals = 0;
        judged(&w, SLOT_BUSINESS_LICENSE);
        assert_true(p->scale_low < 0.45);
        assert_true(sealed ? p->scale_high < 0.5 : p->scale_high > 0.95);
    }
}

/* A seal that contradicts a sheet of A4: cannot tell, unless it is printed. */
static void test_contradiction(void **state)
{
    (void)state;
    struct application w;
    begin(&w);
    struct seal *s = &w.seals[SLOT_BUSINESS_LICENSE];
    s->size_mm[0] = s->size_mm[1] = 0.7 * diameter_mm;
    add_outline(&w, SLOT_BUSINESS_LICENSE, "licence_2019", 267.4, 167.7, 0.7);
    const struct page_facts *p = judged(&w, SLOT_BUSINESS_LICENSE);
    assert_true(p->scale_low < 0.7 && p->scale_high > 0.95);
    s->ink = INK_PRINTED;
    p = judged(&w, SLOT_BUSINESS_LICENSE);
    assert_true(p->scale_low < 0.7 && p->scale_high < 0.75);
}

/* The sheet's seal against the same seal on the other documents. */
static void test_shrunk_sheet(void **state)
{
    (void)state;
    struct application w;
    begin(&w);
    assert_true(judged(&w, SLOT_SEAL_SHEET)->scale_high > 1);
    is_about(w.pages[SLOT_SEAL_SHEET].scale_ratio, 1, 0.001);
    struct seal *s = &w.seals[SLOT_SEAL_SHEET];
    s->size_mm[0] = s->size_mm[1] = 0.85 * diameter_mm;
    const struct page_facts *p = judged(&w, SLOT_SEAL_SHEET);
    is_about(p->scale_ratio, 0.85, 0.002);
    assert_true(p->scale_high < 0.9);
    is_about(w.pages[SLOT_APPLICATION_FORM].scale_ratio, 1, 0.001);
}

/* --- outlines on a picture ---------------------------------------------- */

struct drawing {
    int width, height;
    uint8_t *px;
    double deg;
    Point center;
};

static void dot(struct drawing *d, double x, double y, double radius,
                uint8_t level)
{
    double t = rad_from_deg(d->deg);
    double u = d->center.x + x * cos(t) - y * sin(t);
    double v = d->center.y + x * sin(t) + y * cos(t);
    for (int j = (int)(v - radius); j <= (int)(v + radius); j++)
        for (int i = (int)(u - radius); i <= (int)(u + radius); i++)
            if (i >= 0 && j >= 0 && i < d->width && j < d->height)
                d->px[(size_t)j * (size_t)d->width + (size_t)i] = level;
}

/* The outline of a box about the drawing's centre. */
static void outline(struct drawing *d, double w, double h, uint8_t level)
{
    for (double s = -0.5; s <= 0.5; s += 0.0005) {
        dot(d, s * w, -h / 2, 1, level);
        dot(d, s * w, h / 2, 1, level);
        dot(d, -w / 2, s * h, 1, level);
        dot(d, w / 2, s * h, 1, level);
    }
}

/* Faint, turned and noisy, of three sizes: found to half a percent. */
static void test_outline(void **state)
{
    struct arena *a = *state;
    static const double turns[] = {-3, -0.7, 0, 1.3, 4};
    static const double ratios[] = {0.5, 0.71, 1};
    for (size_t t = 0; t < 5; t++)
        for (size_t r = 0; r < 3; r++) {
            struct drawing d = {900, 1000, NULL, turns[t], {430.3, 420.7}};
            struct image *im = image_new(a, d.width, d.height, 1, &d.px);
            uint32_t seed = 1;
            double w = 85.6 * 5.9 * ratios[r], h = 53.98 * 5.9 * ratios[r];
            memset(d.px, 240, (size_t)(d.width * d.height));
            outline(&d, w, h, 215);
            for (int i = 0; i < d.width * d.height; i++) {
                seed = seed * 1664525u + 1013904223u;
                d.px[i] = (uint8_t)(d.px[i] + (seed >> 24) % 9 - 4);
            }
            struct straight_options o = {5.9, 0, 16, 12};
            struct straights v = straight_find(a, im, true, &o);
            struct straights l = straight_find(a, im, false, &o);
            struct outline_shape shape = {85.6, 53.98, 0.05, 200, 800};
            struct outline_box box[2];
            assert_int_equal(outline_find(&v, &l, &shape, box, 2), 1);
            /* The line is three pixels wide. */
            is_about(box[0].width / (w + 3), 1, 0.005);
            is_about(box[0].height / (h + 3), 1, 0.007);
            assert_true(box[0].seen > 0.85);
            /* Another shape is not there. */
            shape.height = 85.6;
            assert_int_equal(outline_find(&v, &l, &shape, box, 2), 0);
        }
}

/* Lines that only cross are no outline: a table's cells. */
static void test_table_is_no_outline(void **state)
{
    struct arena *a = *state;
    struct drawing d = {900, 1000, NULL, 0, {450, 500}};
    struct image *im = image_new(a, d.width, d.height, 1, &d.px);
    memset(d.px, 240, (size_t)(d.width * d.height));
    for (int k = -2; k <= 2; k++)
        for (double s = -1; s <= 1; s += 0.0005) {
            dot(&d, s * 440, k * 159.2, 1, 60);
            dot(&d, k * 252.5, s * 490, 1, 60);
        }
    struct straight_options o = {5.9, 0, 16, 12};
    struct straights v = straight_find(a, im, true, &o);
    struct straights l = straight_find(a, im, false, &o);
    struct outline_shape shape = {85.6, 53.98, 0.05, 200, 400};
    struct outline_box box[2];
    assert_int_equal(outline_find(&v, &l, &shape, box, 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reduced_licence),
        cmocka_unit_test(test_unknown_frame),
        cmocka_unit_test(test_authority),
        cmocka_unit_test(test_part_of_a_frame),
        cmocka_unit_test(test_seal_is_the_ruler),
        cmocka_unit_test(test_wrong_density),
        cmocka_unit_test(test_no_such_seal),
        cmocka_unit_test(test_card_without_outline),
        cmocka_unit_test(test_odd_outline),
        cmocka_unit_test(test_doubtful_density),
        cmocka_unit_test(test_contradiction),
        cmocka_unit_test(test_shrunk_sheet),
        cmocka_unit_test(test_outline),
        cmocka_unit_test(test_table_is_no_outline),
    };
    return cmocka_run_group_tests(tests, open_state, close_state);
}
