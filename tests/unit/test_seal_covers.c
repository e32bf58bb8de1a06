/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ink on a field, beside it, and around it. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/facts.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/seal_covers.h"

/* A ring of ink about (100, 100) of the map, radii 40 to 44; the scan has two
 * pixels for one of the map. */
static struct page ringed(struct arena *a)
{
    uint8_t *px;
    struct page p = {.scan_from_ink = affine_scale(2, 2)};
    p.ink = image_new(a, 200, 200, 1, &px);
    for (int i = 0; i < 200 * 200; i++) {
        double r = hypot(i % 200 + 0.5 - 100, i / 200 + 0.5 - 100);
        px[i] = r >= 40 && r < 44 ? 200 : 0;
    }
    return p;
}

static void only_ink_covers(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)16 << 20);
    struct page p = ringed(a);
    struct seal s = {.box = {112, 112, 176, 176}};
    Rect across = {180, 108, 40, 16}, within = {170, 190, 60, 16};
    Rect beside = {300, 190, 60, 16};
    assert_true(seal_covers(&p, &s, across));
    assert_true(seal_covers_share(&p, &s, across) > 0.3);
    assert_false(seal_covers(&p, &s, within));
    assert_false(seal_covers(&p, &s, beside));
    s.box = (Rect){0, 0, 100, 100}; /* another seal's ink does not count */
    assert_false(seal_covers(&p, &s, across));
    arena_free(a);
}

static void nothing_is_covered_by_nothing(void **state)
{
    (void)state;
    struct page p = {0};
    struct seal s = {.box = {0, 0, 10, 10}};
    assert_false(seal_covers(&p, &s, (Rect){0, 0, 10, 10}));
    assert_false(seal_covers(&p, &s, (Rect){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_ink_covers),
        cmocka_unit_test(nothing_is_covered_by_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
