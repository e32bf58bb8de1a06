/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The truth is true: what the truth says about places is found again in the
 * pixels, through skew, quarter turns, perspective and curl.
 */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/units.h"
#include "fixtures/bundle.h"
#include "fixtures/family.h"
#include "fixtures/image.h"
#include "fixtures/page.h"
#include "fixtures/rng.h"
#include "fixtures/truth.h"

static void views_invert(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, 3, "views");
    for (int i = 0; i < 200; i++) {
        Quad q = {{{100, 120}, {1900, 90}, {2050, 2700}, {60, 2600}}};
        for (int k = 0; k < 4; k++) {
            q.p[k].x += rng_real(&r, -60, 60);
            q.p[k].y += rng_real(&r, -60, 60);
        }
        struct view v;
        view_quad(&v, 210, 297, q);
        v.curl_mm = rng_real(&r, 0, 9);
        v.distance_mm = 445;
        Point mm = {rng_real(&r, 0, 210), rng_real(&r, 0, 297)};
        Point back = view_sheet(&v, view_image(&v, mm));
        assert_true(hypot(back.x - mm.x, back.y - mm.y) < 1e-3);
        v.curl_mm = 0;
        Point corner = view_image(&v, (Point){210, 297});
        assert_true(hypot(corner.x - q.p[2].x, corner.y - q.p[2].y) < 1e-6);
    }
}

static bool is_red(const uint8_t *p)
{
    return p[0] - p[1] > 45;
}
static bool is_dark(const uint8_t *p)
{
    return p[1] < 120 && p[0] < 130;
}

/* Box around the pixels of one kind inside a search window. */
static Rect box_of(const struct image *i, bool (*want)(const uint8_t *),
                   Rect window)
{
    Rect w = rect_intersect(window, (Rect){0, 0, i->width, i->height});
    int x0 = i->width, y0 = i->height, x1 = -1, y1 = -1;
    for (int y = (int)w.y; y < (int)(w.y + w.h); y++)
        for (int x = (int)w.x; x < (int)(w.x + w.w); x++) {
            if (!want(i->rgb + 3 * ((size_t)y * (size_t)i->width + (size_t)x)))
                continue;
            x0 = x < x0 ? x : x0;
            y0 = y < y0 ? y : y0;
            x1 = x > x1 ? x : x1;
            y1 = y > y1 ? y : y1;
        }
    return (Rect){x0, y0, x1 + 1 - x0, y1 + 1 - y0};
}

static void assert_near(Rect a, Rect b, double tolerance, const char *what)
{
    double d =
        fmax(fmax(fabs(a.x - b.x), fabs(a.y - b.y)),
             fmax(fabs(a.x + a.w - b.x - b.w), fabs(a.y + a.h - b.y - b.h)));
    if (!(d <= tolerance))
        fail_msg("%s: %.1f px apart; truth %.1f %.1f %.1f %.1f, found "
                 "%.1f %.1f %.1f %.1f",
                 what, d, a.x, a.y, a.w, a.h, b.x, b.y, b.w, b.h);
}

static void check_page(const char *family, const char *recipe, int index,
                       enum slot slot)
{
    struct truth_document *d = calloc(1, sizeof *d);
    struct order *o = calloc(1, sizeof *o);
    struct image image;
    struct err e = {0};
    struct bundle b = {.folder = ".",
                       .family = family_lookup(family),
                       .recipe = recipe_lookup(recipe),
                       .seed = 11,
                       .index = index,
                       .dpi = 200};
    struct rng names, fault;
    rng_init(&names, (uint64_t)index, "names");
    rng_init(&fault, (uint64_t)index, "fault");
    order_make(o, b.family, b.recipe, &names, &fault);
    struct page_job job = {&b, o, slot, (uint64_t)index};
    assert_int_equal(page_render(&job, d, &image, &e), 0);
    const struct truth_page *p = &d->page;
    assert_int_equal(p->width, image.width);
    assert_int_equal(p->height, image.height);
    double mm = p->dpi / MM_PER_INCH;
    for (int i = 0; i < p->n_seals; i++) {
        Rect box = truth_seal_box(p, &p->seals[i]);
        Rect near = rect_inset(box, -2 * mm, -2 * mm);
        /* half a millimetre: uneven ink, ragged rim, point spread */
        assert_near(box, box_of(&image, is_red, near), 0.5 * mm, "seal");
        Point c = view_image(&p->view, p->seals[i].center_mm);
        assert_true(rect_has_point(rect_inset(box, box.w / 3, box.h / 3), c));
    }
    for (int i = 0; i < p->n_fields; i++) {
        Rect box = truth_field_box(p, &p->fields[i]);
        if (strcmp(p->fields[i].name, "credit_code") != 0)
            continue;
        Rect near = rect_inset(box, -0.9 * mm, -0.9 * mm);
        /* a slanted line does not reach the corners of its upright box */
        Rect found = box_of(&image, is_dark, near);
        double slack = 0.15 * mm + 1;
        assert_true(rect_contains(rect_inset(box, -slack, -slack), found));
        if (p->capture[0] == 'p') /* out of focus: thin ends fade */
            slack += 0.7 * mm;
        assert_true(fmax(found.w, found.h) > fmax(box.w, box.h) - 2 * slack);
    }
    image_done(&image);
    free(d);
    free(o);
}

static void flatbed(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) { /* turned pages among them */
        check_page("tune", "clean", i, SLOT_SHEET);
        check_page("tune", "clean", i, SLOT_FORM);
    }
}

static void photographed(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        check_page("tune", "phone_sheet", i, SLOT_SHEET);
        check_page("report", "phone_sheet", i, SLOT_SHEET);
    }
}

static void enlarged(void **state)
{
    (void)state;
    check_page("tune", "upscaled", 1, SLOT_SHEET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_invert), cmocka_unit_test(flatbed),
        cmocka_unit_test(photographed), cmocka_unit_test(enlarged)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
