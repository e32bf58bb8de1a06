/* SPDX-License-Identifier: GPL-3.0-or-later */

/* facts_json: write, read, write gives the same text; what is broken in one
 * byte is read or refused. PROP_SEED=n repeats a run. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/jval.h"
#include "base/str.h"
#include "tests/dice.h"

enum { RUNS = 3000 };

/* In [low, high], or not measured. */
static double number(double low, double high)
{
    if (dice_next() % 5 == 0)
        return NAN;
    return dice_real(low, high);
}

static double known(double low, double high)
{
    double v = number(low, high);
    return isnan(v) ? low : v;
}

static const char *text(void)
{
    static const char *const texts[] = {NULL,     "",     "某公司（甲）",
                                        "a\"b\\", "\n\t", "91360000X",
                                        "𠀀",     "长期", "\x7f"};
    return texts[dice_next() % (sizeof texts / sizeof *texts)];
}

static Rect box(void)
{
    return (Rect){known(-5, 20000), known(-5, 20000), known(0, 20000),
                  known(0, 20000)};
}

static struct page_facts any_page(struct arena *a)
{
    static const char *const names[] = {"moire", "halo", "grid"};
    struct page_facts p = {
        .width = dice_below(20000),
        .height = dice_below(20000),
        .dpi_declared = number(0, 1200),
        .dpi_measured = number(0, 1200),
        .dpi_source = (enum dpi_source)dice_below(DPI_SEAL + 1),
        .rotation_deg = 90 * dice_below(4),
        .rotation_confidence = number(0, 1),
        .skew_deg = number(-45, 45),
        .capture = (enum capture)dice_below(CAPTURE_SCREEN + 1),
        .capture_confidence = known(0, 1),
        .n_cues = (size_t)dice_below(4),
        .scale_ratio = number(0, 3),
        .scale_low = number(0, 3),
        .scale_high = number(0, 3),
        .effective_dpi = number(0, 1200),
        .colour_dpi = number(0, 1200),
        .upscaled = (enum tri)dice_below(3),
        .clarity = number(0, 100),
        .worst_clarity = number(0, 100),
        .worst_box = box(),
        .has_colour = (enum tri)dice_below(3),
        .shows = (enum slot)(dice_below(SLOT_COUNT + 1) - 1),
        .shows_sure = number(0, 1),
        .is_blank = (enum tri)dice_below(3),
        .has_portrait_side = (enum tri)dice_below(3),
        .has_emblem_side = (enum tri)dice_below(3),
    };
    p.cues = arena_new_array(a, p.n_cues, struct cue);
    for (size_t i = 0; i < p.n_cues; i++)
        p.cues[i] = (struct cue){.name = names[i], .value = number(-10, 10)};
    return p;
}

static struct document any_document(struct arena *a)
{
    static const char *const names[] = {"org_name", "credit_code", "qr"};
    struct document d = {
        .slot = (enum slot)(dice_below(SLOT_COUNT + 1) - 1),
        .file = text(),
        .sha256 = text(),
        .format = text(),
        .error = dice_below(3) ? 0 : -1 - dice_below(19),
        .detail = text(),
        .recognized_as = (enum slot)(dice_below(SLOT_COUNT + 1) - 1),
        .certificate = text(),
        .n_pages = (size_t)dice_below(4),
    };
    d.pages = arena_new_array(a, d.n_pages, struct page_facts);
    for (size_t i = 0; i < d.n_pages; i++)
        d.pages[i] = any_page(a);
    for (int i = dice_below(4); i > 0; i--)
        document_add_field(
            a, &d,
            (struct field){names[i - 1],
                           text(),
                           number(0, 1),
                           dice_below((int)d.n_pages + 1),
                           box(),
                           (enum field_source)dice_below(3),
                           text(),
                           (enum tri)dice_below(3),
                           {text(), (enum verify_result)dice_below(3),
                            number(0, 1), text()}});
    return d;
}

static const struct seal_digit *any_digits(struct arena *a, size_t n)
{
    struct seal_digit *d = arena_new_array(a, n, struct seal_digit);
    for (size_t i = 0; i < n; i++)
        d[i] = (struct seal_digit){dice_below(4) ? (char)('0' + dice_below(10))
                                                 : 0,
                                   known(0, 1), known(0, 100), box()};
    return d;
}

static struct seal_impression *any_impression(struct arena *a)
{
    struct seal_impression *m = arena_new_struct(a, struct seal_impression);
#define IMPRESSION(name, decimals, most, unit, zh, en)                         \
    m->name = number(0, most);
#include "base/seal_impression.def"
#undef IMPRESSION
    return m;
}

static struct seal any_seal(struct arena *a)
{
    static const char *const names[] = {"credit_code", "org_name", "date"};
    size_t n = (size_t)dice_below(15), n_covers = (size_t)dice_below(4);
    return (struct seal){
        .id = text(),
        .slot = (enum slot)(dice_below(SLOT_COUNT + 1) - 1),
        .page = 1 + dice_below(9),
        .role = (enum seal_role)dice_below(SEAL_AUTHORITY + 1),
        .shape = (enum seal_shape)dice_below(SHAPE_ELLIPSE + 1),
        .box = box(),
        .center = {number(0, 9999), number(0, 9999)},
        .size_mm = {number(0, 99), number(0, 99)},
        .rotation_deg = number(-180, 180),
        .crosses_mm = number(0, 40),
        .ink = (enum seal_ink)dice_below(INK_PHOTOCOPY + 1),
        .colour = (enum ink_colour)dice_below(COLOUR_OTHER + 1),
        .hue_deg = number(0, 360),
        .confidence = number(0, 1),
        .clarity = number(0, 100),
        .completeness = number(0, 1),
        .background = number(0, 1),
        .has_line = (enum tri)dice_below(3),
        .line_text = text(),
        .line_confidence = known(0, 1),
        .impression = dice_below(4) ? any_impression(a) : NULL,
        .text = text(),
        .text_confidence = known(0, 1),
        .text_verified = {text(), (enum verify_result)dice_below(3),
                          known(0, 1), text()},
        .digits = any_digits(a, n),
        .n_digits = n,
        .covers = arena_memdup(a, names, sizeof names),
        .n_covers = n_covers,
        .image = text()};
}

static const char *print(struct arena *a, const struct jval *j)
{
    struct str t;
    str_init(&t, 1 << 20);
    jval_print(j, false, &t);
    assert_false(t.failed);
    const char *s = arena_strdup(a, t.s);
    str_done(&t);
    return s;
}

/* By way of text, as between child and parent. */
static struct jval *through_text(struct arena *a, struct jval *j,
                                 const char **ret_text)
{
    struct jval *back = NULL;
    *ret_text = print(a, j);
    jval_free(j);
    assert_int_equal(jval_parse(*ret_text, strlen(*ret_text), &back, NULL), 0);
    return back;
}

static void documents(void **state)
{
    (void)state;
    for (int i = 0; i < RUNS; i++) {
        struct arena *a = arena_new(1 << 24);
        struct err e = {0};
        const char *first, *second;
        struct document d = any_document(a), back;
        struct jval *j = through_text(a, facts_json_document(&d), &first);
        if (facts_json_read_document(a, j, &back, &e))
            fail_msg("%s: %s", e.text, first);
        jval_free(j);
        jval_free(through_text(a, facts_json_document(&back), &second));
        assert_string_equal(first, second);
        arena_free(a);
    }
}

static void seals(void **state)
{
    (void)state;
    for (int i = 0; i < RUNS; i++) {
        struct arena *a = arena_new(1 << 24);
        struct err e = {0};
        const char *first, *second;
        struct seal s = any_seal(a), back;
        struct jval *j = through_text(a, facts_json_seal(&s), &first);
        if (facts_json_read_seal(a, j, &back, &e))
            fail_msg("%s: %s", e.text, first);
        jval_free(j);
        jval_free(through_text(a, facts_json_seal(&back), &second));
        assert_string_equal(first, second);
        arena_free(a);
    }
}

static void pairs(void **state)
{
    (void)state;
    for (int i = 0; i < RUNS; i++) {
        struct arena *a = arena_new(1 << 24);
        struct err e = {0};
        const char *first, *second;
        struct seal_pair back, p = {"form-1-1",
                                    "sheet-1-1",
                                    (enum tri)dice_below(3),
                                    (enum tri)dice_below(3),
                                    known(0, 1),
                                    known(-1, 1),
                                    known(-1, 1),
                                    number(-1, 1),
                                    known(-180, 180)};
        struct jval *j = through_text(a, facts_json_pair(&p), &first);
        if (facts_json_read_pair(a, j, &back, &e))
            fail_msg("%s: %s", e.text, first);
        jval_free(j);
        jval_free(through_text(a, facts_json_pair(&back), &second));
        assert_string_equal(first, second);
        arena_free(a);
    }
}

static void orders(void **state)
{
    (void)state;
    for (int i = 0; i < RUNS; i++) {
        struct arena *a = arena_new(1 << 24);
        const char *first, *second;
        const struct other_order others[] = {{text(), text()}, {text(), NULL}};
        struct order o = {text(),
                          text(),
                          text(),
                          text(),
                          text(),
                          text(),
                          text(),
                          text(),
                          text(),
                          text(),
                          text(),
                          text(),
                          text(),
                          (enum tri)dice_below(3),
                          (enum tri)dice_below(3),
                          others,
                          (size_t)dice_below(3)},
                     back;
        struct jval *j = through_text(a, facts_json_order(&o), &first);
        assert_int_equal(facts_json_read_order(a, j, &back, NULL), 0);
        jval_free(j);
        jval_free(through_text(a, facts_json_order(&back), &second));
        assert_string_equal(first, second);
        arena_free(a);
    }
}

static void one_wrong_byte(void **state)
{
    (void)state;
    for (int i = 0; i < RUNS; i++) {
        struct arena *a = arena_new(1 << 24);
        struct jval *j = NULL;
        struct document d = any_document(a), back;
        struct jval *good = facts_json_document(&d);
        char *s = arena_strdup(a, print(a, good));
        size_t n = strlen(s);
        jval_free(good);
        s[dice_next() % n] = (char)dice_next();
        if (jval_parse(s, n, &j, NULL) == 0) {
            int r = facts_json_read_document(a, j, &back, NULL);
            assert_true(r == 0 || r == ERR_FORMAT);
            jval_free(j);
        }
        arena_free(a);
    }
}

int main(void)
{
    dice_start(20240607);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents),      cmocka_unit_test(seals),
        cmocka_unit_test(pairs),          cmocka_unit_test(orders),
        cmocka_unit_test(one_wrong_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
