/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The two families share nothing that a threshold could learn. */

#include <cairo.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixtures/draw.h"
#include "fixtures/family.h"
#include "fixtures/recipe.h"

static const struct family *tune, *report;

static void fonts_differ(void **state)
{
    (void)state;
    for (int i = 0; i < FONT_ROLES; i++)
        for (int k = 0; k < FONT_ROLES; k++)
            assert_string_not_equal(tune->font[i], report->font[k]);
}

static void ranges_differ(void **state)
{
    (void)state;
    for (int p = 0; p < PARAMS; p++) {
        Range a = param_range(tune, (enum param)p);
        Range b = param_range(report, (enum param)p);
        if (!(a.low <= a.high && b.low <= b.high) ||
            !(a.high < b.low || b.high < a.low))
            fail_msg("ranges of %s meet", param_name((enum param)p));
    }
}

static void words_differ_in(const char *const *a, const char *const *b)
{
    for (int i = 0; a[i]; i++)
        for (int k = 0; b[k]; k++)
            assert_string_not_equal(a[i], b[k]);
}

static void words_and_layouts_differ(void **state)
{
    (void)state;
    words_differ_in(tune->brand_first, report->brand_first);
    words_differ_in(tune->brand_last, report->brand_last);
    words_differ_in(tune->trade, report->trade);
    words_differ_in(tune->surname, report->surname);
    words_differ_in(tune->given, report->given);
    words_differ_in(tune->street, report->street);
    words_differ_in(tune->maker, report->maker);
    assert_true(tune->first_layout + tune->n_layouts <= report->first_layout);
    for (size_t i = 0; i < tune->n_scanners; i++)
        for (size_t k = 0; k < report->n_scanners; k++)
            assert_string_not_equal(tune->scanners[i].model,
                                    report->scanners[k].model);
}

/* Every word can be set in every font of its family. */
static int missing_in(const struct family *f, const char *const *words,
                      bool loud)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_A8, 8, 8);
    cairo_t *cr = cairo_create(s);
    int missing = 0;
    for (int i = 0; words[i]; i++)
        for (int k = 0; k < FONT_ROLES; k++) {
            int before = missing;
            if (k == FONT_LATIN)
                continue; /* digits only */
            struct outline o = {f->font[k], 4, false, FIT_EM};
            draw_outline(cr, &o, words[i], &missing);
            if (missing != before && loud)
                print_error("%s is not in %s\n", words[i], f->font[k]);
        }
    cairo_destroy(cr);
    cairo_surface_destroy(s);
    return missing;
}

static void fonts_cover_the_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < family_count(); i++) {
        const struct family *f = family_at(i);
        assert_int_equal(missing_in(f, f->brand_first, true), 0);
        assert_int_equal(missing_in(f, f->brand_last, true), 0);
        assert_int_equal(missing_in(f, f->trade, true), 0);
        assert_int_equal(missing_in(f, f->surname, true), 0);
        assert_int_equal(missing_in(f, f->given, true), 0);
        assert_int_equal(missing_in(f, f->street, true), 0);
        assert_int_equal(missing_in(f, f->maker, true), 0);
        /* and the counter does count */
        static const char *const never[] = {"\xf3\xb0\x80\x80", NULL};
        assert_true(missing_in(f, never, false) > 0);
    }
}

static void recipes_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < recipe_count(); i++)
        assert_ptr_equal(recipe_lookup(recipe_at(i)->name), recipe_at(i));
    assert_null(recipe_lookup("nothing"));
    assert_null(family_lookup("nothing"));
}

int main(void)
{
    tune = family_lookup("tune");
    report = family_lookup("report");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fonts_differ),
        cmocka_unit_test(ranges_differ),
        cmocka_unit_test(words_and_layouts_differ),
        cmocka_unit_test(fonts_cover_the_words),
        cmocka_unit_test(recipes_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
