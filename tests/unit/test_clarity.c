/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "imaging/grain.h"
#include "imaging/page.h"
#include "tests/damage.h"
#include "tests/stages.h"
#include "tests/unit/drawn_page.h"
#include "tests/unit/state_arena.h"

static struct page measured(struct arena *a, struct damaged d)
{
    static const char *const stages[] = {"scale", "grey",  "orient", "deskew",
                                         "text",  "lines", "clarity"};
    struct page page = {.scan = d.image};
    struct err e = {0};
    page.container.dpi_x = page.container.dpi_y = d.dpi;
    enum { STAGES = sizeof stages / sizeof *stages };
    int r = stages_run(a, stages_defaults(a), stages, STAGES, &page, &e);
    assert_int_equal(r, 0);
    return page;
}

static struct damaged sheet(struct arena *a)
{
    struct drawn_page d = drawn_open(210, 148);
    for (double y = 20; y < 140; y += 9)
        drawn_text(&d, 18, y,
                   "统一社会信用代码与单位名称法定代表人及经办人姓名电话加盖"
                   "单位公章后用扫描仪扫描");
    struct damaged p = {drawn_scan(a, &d), DRAWN_DPI};
    return damage_noise(a, damage_blur(a, p, 0.04), 2);
}

/* Every step of every damage lowers the score. */
static void test_order(void **state)
{
    struct arena *a = *state;
    struct damaged clean = sheet(a);
    for (int k = 0; k < DAMAGES; k++) {
        double last = 101;
        for (int l = 0; l < DAMAGE_LEVELS; l++) {
            struct damaged d = damages[k].apply(a, clean, damages[k].level[l]);
            struct page page = measured(a, d);
            double now = page.facts.clarity;
            if (!(now < last))
                fail_msg("%s %g: %g after %g", damages[k].name,
                         damages[k].level[l], now, last);
            assert_true(now >= 0 && page.facts.worst_clarity <= now);
            last = now;
        }
    }
}

/* A sharp page is clear, and easier to read than to like. */
static void test_clean(void **state)
{
    struct page page = measured(*state, sheet(*state));
    assert_true(page.facts.clarity > 85);
    assert_true(page.facts.legibility > page.facts.clarity);
}

/* One half is out of focus: the worst place is there, and the page suffers. */
static void test_worst_place(void **state)
{
    struct arena *a = *state;
    struct damaged clean = sheet(a), soft = damage_blur(a, clean, 0.25);
    uint8_t *px;
    int w = clean.image->width, h = clean.image->height;
    struct image *im = image_new(a, w, h, 1, &px);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            *px++ = *image_at(x > w / 2 ? soft.image : clean.image, x, y);
    double before = measured(a, clean).facts.clarity;
    struct page page = measured(a, (struct damaged){im, clean.dpi});
    Point p = rect_center(page.facts.worst_box);
    assert_true(p.x > w / 2.0);
    assert_true(page.facts.worst_clarity < 60);
    assert_true(page.facts.clarity < before - 3);
    assert_non_null(page.heat);
}

/* Nothing written: 0, and the whole page is the evidence. */
static void test_blank(void **state)
{
    struct arena *a = *state;
    uint8_t *px;
    struct image *im = image_new(a, 1240, 1754, 1, &px);
    memset(px, 250, 1240 * 1754);
    struct page page = measured(a, (struct damaged){im, 150});
    assert_true(page.facts.clarity <= 0);
    assert_true(page.facts.worst_box.w >= 1240);
}

/* Grain is the deviation of noise, and light falling off is none. */
static void test_grain(void **state)
{
    struct arena *a = *state;
    uint8_t *px;
    struct image *im = image_new(a, 400, 300, 1, &px);
    for (int i = 0; i < 400 * 300; i++)
        px[i] = (uint8_t)(180 + i % 400 / 7); /* no blocks of eight */
    Rect all = {0, 0, 400, 300};
    assert_true(grain_measure(im, &all, 1) < 0.3);
    assert_true(grain_measure(im, NULL, 0) <= 0);
    memset(px, 120, 400 * 300);
    struct damaged d = damage_noise(a, (struct damaged){im, 300}, 5);
    /* Noise alone has no strokes: its darker fifth is not taken for paper. */
    double grain = grain_measure(d.image, &all, 1);
    assert_true(grain > 2.5 && grain < 5.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order, open_state, close_state),
        cmocka_unit_test_setup_teardown(test_clean, open_state, close_state),
        cmocka_unit_test_setup_teardown(test_worst_place, open_state,
                                        close_state),
        cmocka_unit_test_setup_teardown(test_blank, open_state, close_state),
        cmocka_unit_test_setup_teardown(test_grain, open_state, close_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
