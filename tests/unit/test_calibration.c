/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Calibration finds again what samples were made with, says how sure it is,
 * and writes what can be read back as settings. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/judge/calibration.h"
#include "intake/judge/decisions.h"
#include "intake/judge/fit_capture.h"
#include "intake/judge/fit_legible.h"
#include "intake/judge/labels.h"
#include "intake/judge/stored.h"
#include "intake/sections.h"
#include "tests/unit/good_application.h"

/* 0 to 1, from a small generator. */
static double chance(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) / 16777216.0;
}

static void legibility_finds_its_curve(void **state)
{
    (void)state;
    enum { SAMPLES = 1200 };
    static const double half = 2, slope = 0.8;
    uint32_t seed = 7;
    struct arena *a = arena_new(64 << 20);
    struct fit_legible *f = fit_legible_new(a, 1, 1);
    for (int i = 0; i < SAMPLES; i++) {
        double odds = exp(8 * chance(&seed) - 4);
        bool is_right = chance(&seed) < 1 / (1 + pow(half / odds, slope));
        fit_legible_add(f, (size_t)i / 3, 100 * odds / (1 + odds), is_right);
    }
    struct fit_legible_curve c;
    assert_true(fit_legible_fit(f, &c));
    assert_true(c.half_low < half && half < c.half_high);
    assert_true(c.slope_low < slope && slope < c.slope_high);
    assert_true(c.half_high - c.half_low < 1);
    assert_true(fabs(c.slope - slope) < 0.1);
    /* Measured under that curve, there is nothing to mend. */
    struct fit_legible *again = fit_legible_new(a, half, slope);
    seed = 7;
    for (int i = 0; i < SAMPLES; i++) {
        double odds = exp(8 * chance(&seed) - 4);
        double p = 1 / (1 + pow(half / odds, slope));
        fit_legible_add(again, (size_t)i / 3, 100 * p, chance(&seed) < p);
    }
    struct fit_legible_curve same;
    assert_true(fit_legible_fit(again, &same));
    assert_true(fabs(same.half - c.half) < 0.01);
    assert_true(fabs(same.slope - c.slope) < 0.01);
    arena_free(a);
}

static void nothing_is_fitted_to_nothing(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 22);
    struct fit_legible_curve c;
    struct fit_legible *f = fit_legible_new(a, 1, 1);
    assert_false(fit_legible_fit(f, &c));
    for (size_t i = 0; i < 20; i++)
        fit_legible_add(f, i, 5.0 * (double)i, true);
    assert_false(fit_legible_fit(f, &c)); /* all right */
    fit_legible_add(f, 20, 99, false);
    assert_false(fit_legible_fit(f, &c)); /* the clearest is the worst */
    arena_free(a);
}

/* Pages on which one cue tells a screen, one a flatbed, and one nothing. */
static void add_pages(struct fit_capture *f)
{
    static const enum capture classes[] = {CAPTURE_FLATBED, CAPTURE_PHONE,
                                           CAPTURE_SCAN_APP, CAPTURE_SCREEN};
    for (int i = 0; i < 16; i++) {
        int class = i % 4, odd = i / 4 % 2;
        struct cue cues[] = {
            {.name = "moire", .value = class == 3 ? 4.5 : 2.5},
            {.name = "sheet_at_usual_dpi", .value = class == 0},
            {.name = "skew_deg", .value = odd ? 0.1 : 1.2}};
        struct page_facts page = {.cues = cues, .n_cues = 3};
        fit_capture_add(f, classes[class], &page);
    }
    fit_capture_add(f, CAPTURE_UNKNOWN, &(struct page_facts){0});
}

/* The row's numbers: phone, app and screen at lo and at hi. */
static void row_of(const char *text, const char *name, double ret[6])
{
    const char *row = strstr(text, name);
    assert_non_null(row);
    int n = sscanf(row + strlen(name),
                   ", %*f, %*[A-Z], %*f, %*f, %lf, %lf, %lf, %lf, %lf, %lf",
                   &ret[0], &ret[1], &ret[2], &ret[3], &ret[4], &ret[5]);
    assert_int_equal(n, 6);
}

static void cues_weigh_what_they_tell(void **state)
{
    (void)state;
    struct str t;
    struct arena *a = arena_new(16 << 20);
    struct fit_capture *f = fit_capture_new(a);
    size_t fewest;
    add_pages(f);
    assert_int_equal(fit_capture_count(f, &fewest), 16);
    assert_int_equal(fewest, 4);
    str_init(&t, 1 << 20);
    fit_capture_print(f, &t);
    arena_free(a);
    assert_non_null(strstr(t.s, "16 pages: 4 flatbed, 4 phone"));
    double moire[6], usual[6], skew[6], fixed[6];
    row_of(t.s, "moire", moire);
    row_of(t.s, "sheet_at_usual_dpi", usual);
    row_of(t.s, "skew_deg", skew);
    row_of(t.s, "camera_metadata", fixed);
    assert_true(moire[5] > 2 && moire[5] <= 5);       /* screens */
    assert_true(usual[1] >= -1.2 && usual[1] < -0.5); /* acquits, not much */
    assert_true(fabs(skew[0] - skew[1]) < 0.1);       /* tells nothing */
    assert_true(fixed[1] > 9.9);                      /* is not fitted */
    str_done(&t);
}

static void labels_are_of_one_document(void **state)
{
    (void)state;
    static const char good[] = "application,slot,name,value\n"
                               "one,id_card,capture,phone\n"
                               "one,id_card,handler_name,沈若溪\n";
    static const char bad[] = "application,slot,name,value\n"
                              "one,id_card,capture,telescope\n";
    struct arena *a = arena_new(1 << 22);
    struct err e = {0};
    struct labels *l = labels_new(a);
    assert_int_equal(labels_parse(l, good, sizeof good - 1, &e), 0);
    labels_sort(l);
    struct stored s = {.path = "store/one/report.json"};
    stored_place(a, &s);
    assert_string_equal(labels_lookup(l, &s, SLOT_ID_CARD, "capture"), "phone");
    assert_null(labels_lookup(l, &s, SLOT_SEAL_SHEET, "capture"));
    assert_int_equal(labels_parse(l, bad, sizeof bad - 1, &e), ERR_FORMAT);
    assert_non_null(strstr(e.text, "row 2"));
    arena_free(a);
}

static void truth_gives_labels_and_decisions(void **state)
{
    (void)state;
    static const char text[] =
        "{\"recipe\":{\"rule\":\"A05\"},\"documents\":[{\"slot\":\"id_card\","
        "\"pages\":[{\"capture\":\"phone\",\"fields\":[{\"name\":\"issuer\","
        "\"value\":\"某局\"}]}]}]}";
    struct arena *a = arena_new(1 << 22);
    struct err e = {0};
    struct jval *truth;
    struct labels *l = labels_new(a);
    struct decisions *d = decisions_new(a);
    assert_int_equal(jval_parse(text, sizeof text - 1, &truth, &e), 0);
    labels_add_truth(l, d, "store/one", truth);
    labels_sort(l);
    assert_int_equal(decisions_sort(d, &e), 0);
    jval_free(truth);
    struct stored s = {.path = "store/one/report.json"};
    stored_place(a, &s);
    assert_string_equal(labels_lookup(l, &s, SLOT_ID_CARD, "issuer"), "某局");
    assert_int_equal(decisions_lookup(d, &s, "A05"), DECISION_FAULT);
    assert_int_equal(decisions_lookup(d, &s, "X01"), DECISION_NONE);
    arena_free(a);
}

/* A hundred fine applications: with a wish of 5 % enough for both ends. */
static void the_fragment_can_be_loaded(void **state)
{
    (void)state;
    enum { APPLICATIONS = 100 };
    struct world w;
    make(&w);
    struct err e = {0};
    struct conf *conf = sections_new(w.arena);
    struct calibration *c = calibration_new(w.arena, conf, 0.05);
    struct decisions *d = decisions_new(w.arena);
    decisions_add(d, ORDER_NO, "L05", DECISION_FINE);
    assert_int_equal(decisions_sort(d, &e), 0);
    struct labels *none = labels_new(w.arena);
    for (int i = 0; i < APPLICATIONS; i++) {
        struct stored r = {.path = "report.json", .facts = w.facts};
        stored_place(w.arena, &r);
        w.pages[SLOT_BUSINESS_LICENSE].clarity = 20 + 0.4 * i;
        calibration_add(c, &r, none, d);
    }
    struct str t;
    str_init(&t, 1 << 20);
    calibration_print(c, "invented pages", &t);
    assert_non_null(strstr(t.s, "from invented pages"));
    assert_non_null(strstr(t.s, "    read_clarity = 22.0;\n"));
    assert_non_null(strstr(t.s, "# seal_least_mm stays 34"));
    char dir[] = "/tmp/test_calibration.XXXXXX";
    assert_non_null(mkdtemp(dir));
    assert_int_equal(file_write(dir, "f.conf", t.s, t.len, 0600, &e), 0);
    const char *path = arena_printf(w.arena, "%s/f.conf", dir);
    if (conf_load(conf, path, &e))
        fail_msg("%s", e.text);
    assert_true(fabs(conf_get(conf, "rules", "read_clarity") - 22) < 1e-9);
    remove(path);
    remove(dir);
    str_done(&t);
    arena_free(w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(legibility_finds_its_curve),
        cmocka_unit_test(nothing_is_fitted_to_nothing),
        cmocka_unit_test(cues_weigh_what_they_tell),
        cmocka_unit_test(labels_are_of_one_document),
        cmocka_unit_test(truth_gives_labels_and_decisions),
        cmocka_unit_test(the_fragment_can_be_loaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
