/* SPDX-License-Identifier: GPL-3.0-or-later */

/* kind: what a page is, from texts that were read already; no picture. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "ocr/fields.h"
#include "ocr/kind.h"
#include "ocr/sheet.h"

enum { MAX_LINES = 12 };

/* One page and its sheet, with every line read. */
struct world {
    struct arena *arena;
    struct image scan;
    struct page page;
    struct document document;
    struct sheet sheet;
};

static struct tess_text text_of(struct arena *a, const char *s)
{
    size_t n;
    uint32_t *c = utf8_codes(a, s, &n);
    struct tess_text t = {arena_new_array(a, n + 1, struct tess_symbol), n,
                          0.95};
    for (size_t i = 0; i < n; i++)
        t.symbols[i] =
            (struct tess_symbol){c[i], {40.0 * (double)i, 0, 38, 40}, 0.95};
    return t;
}

static void make(struct world *w, enum slot slot, const char *const *lines)
{
    *w = (struct world){.arena = arena_new(16 << 20)};
    w->scan.width = 2480;
    w->scan.height = 3508;
    w->page.scan = &w->scan;
    w->page.slot = slot;
    w->page.scan_from_text = affine_identity();
    w->document.slot = slot;
    w->document.recognized_as = SLOT_UNKNOWN;
    struct sheet *s = &w->sheet;
    *s = (struct sheet){.a = w->arena,
                        .page = &w->page,
                        .number = 1,
                        .d = &w->document,
                        .height = 40};
    s->runs = arena_new_array(w->arena, MAX_LINES, struct run);
    s->texts = arena_new_array(w->arena, MAX_LINES, struct tess_text);
    s->is_read = arena_new_array(w->arena, MAX_LINES, bool);
    s->is_value = arena_new_array(w->arena, MAX_LINES, bool);
    for (; lines && *lines; lines++, s->n++) {
        double width = 40 * (double)utf8_length(*lines);
        s->runs[s->n].box = (Rect){200, 200 + 80 * (double)s->n, width, 40};
        s->texts[s->n] = text_of(w->arena, *lines);
        s->is_read[s->n] = true;
    }
}

/* As if the line had been read as the page's title. */
static void with_title(struct world *w, const char *text)
{
    struct tess_text t = text_of(w->arena, text);
    w->sheet.title = fields_match_title(&t, &w->sheet.title_sure);
    assert_non_null(w->sheet.title);
    w->sheet.title_box = (Rect){800, 100, 900, 80};
}

static struct page_facts settled(struct world *w)
{
    struct page_facts f = {.shows = SLOT_UNKNOWN};
    assert_int_equal(kind_settle(&w->sheet, &f, NULL), 0);
    return f;
}

/* Without a title, by the words alone; whatever the slot. */
static void test_words(void **state)
{
    static const struct {
        const char *lines[MAX_LINES];
        enum slot slot;
    } rows[] = {
        {{"单位名称", "证书类型单位证书", "电子邮箱", "订单编号2026"},
         SLOT_APPLICATION_FORM},
        {{"名称", "住所江西省", "法定代表人", "经营范围", "注册资本壹佰万元"},
         SLOT_BUSINESS_LICENSE},
        {{"名称", "宗旨和业务范国", "经费来源", "开办资金"},
         SLOT_BUSINESS_LICENSE},
        {{"姓名某某", "性别女民族汉", "住址", "公民身份号码3601"},
         SLOT_ID_CARD},
        {{"兹授权某某为经办人", "委托期限一年", "无转委托权"},
         SLOT_AUTHORIZATION_LETTER},
        {{"公章印模", "法人章印模", "单位名称"}, SLOT_SEAL_SHEET},
        {{"会议纪要", "与会人员", "讨论事项"}, SLOT_UNKNOWN},
        {{"法定代表人", "经办人", "单位名称"}, SLOT_UNKNOWN}, /* on many */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int slot = 0; slot < SLOT_COUNT; slot++) {
            struct world w;
            make(&w, (enum slot)slot, rows[i].lines);
            struct page_facts f = settled(&w);
            assert_int_equal(f.shows, rows[i].slot);
            assert_int_equal(w.document.recognized_as, rows[i].slot);
            assert_int_equal(f.is_blank, TRI_NO);
            assert_true(f.shows_sure > 0 && f.shows_sure <= 1);
            if (f.shows != SLOT_UNKNOWN)
                assert_true(f.shows_sure > 0.8);
            arena_free(w.arena);
        }
}

static void test_title(void **state)
{
    static const char *const lines[] = {"单位名称", "经办人", NULL};
    struct world w;
    (void)state;
    make(&w, SLOT_APPLICATION_FORM, lines);
    with_title(&w, "数字证书用户申请表");
    struct page_facts f = settled(&w);
    assert_int_equal(f.shows, SLOT_APPLICATION_FORM);
    assert_true(f.shows_sure > 0.9);
    assert_string_equal(document_field(&w.document, "title")->value,
                        "数字证书用户申请表");
    assert_null(document_field(&w.document, "form_part"));
    arena_free(w.arena);
}

/* A title that was half misread says less than one that was read. */
static void test_misread_title(void **state)
{
    static const char *const lines[] = {"某某", NULL};
    struct world w;
    (void)state;
    make(&w, SLOT_SEAL_SHEET, lines);
    with_title(&w, "电子签章采集表");
    double sure = settled(&w).shows_sure;
    arena_free(w.arena);
    make(&w, SLOT_SEAL_SHEET, lines);
    with_title(&w, "电子签早采隼表");
    struct page_facts f = settled(&w);
    assert_true(f.shows_sure < sure);
    arena_free(w.arena);
}

static void test_three_part_form(void **state)
{
    static const char *const lines[] = {"本表一式三联", "单位名称", NULL};
    struct world w;
    (void)state;
    make(&w, SLOT_APPLICATION_FORM, lines);
    with_title(&w, "江西CA单位数字证书申请表");
    settled(&w);
    assert_string_equal(document_field(&w.document, "form_part")->value,
                        "一式三联");
    arena_free(w.arena);
}

static void test_sides(void **state)
{
    static const char *const front[] = {"性别女", "民族汉", "住址",
                                        "公民身份号码3601", NULL};
    static const char *const back[] = {"签发机关某某公安局", "有效期限", NULL};
    struct world w;
    (void)state;
    make(&w, SLOT_ID_CARD, front);
    struct page_facts f = settled(&w);
    assert_int_equal(f.has_portrait_side, TRI_YES);
    assert_int_equal(f.has_emblem_side, TRI_NO); /* all was read */
    arena_free(w.arena);
    make(&w, SLOT_ID_CARD, back);
    f = settled(&w);
    assert_int_equal(f.has_portrait_side, TRI_NO);
    assert_int_equal(f.has_emblem_side, TRI_YES);
    arena_free(w.arena);
    /* A caption is no side of the card. */
    make(&w, SLOT_ID_CARD, front);
    with_title(&w, "身份证复印件");
    assert_int_equal(settled(&w).has_emblem_side, TRI_NO);
    arena_free(w.arena);
    make(&w, SLOT_ID_CARD, front);
    with_title(&w, "居民身份证");
    assert_int_equal(settled(&w).has_emblem_side, TRI_YES);
    arena_free(w.arena);
}

/* A sheet with its title stamped over: two seals and hardly any words. */
static void test_seals(void **state)
{
    static const char *const lines[] = {"单位名称", "某某有限公司", NULL};
    struct found_seal seals[2] = {
        {.seal = {.role = SEAL_OFFICIAL, .slot = SLOT_SEAL_SHEET}},
        {.seal = {.role = SEAL_LEGAL_REP, .slot = SLOT_SEAL_SHEET}}};
    struct world w;
    (void)state;
    make(&w, SLOT_SEAL_SHEET, lines);
    w.page.seals = seals;
    w.page.n_seals = 2;
    assert_int_equal(settled(&w).shows, SLOT_SEAL_SHEET);
    arena_free(w.arena);
}

static void test_blank(void **state)
{
    struct world w;
    (void)state;
    make(&w, SLOT_ID_CARD, NULL);
    struct page_facts f = settled(&w);
    assert_int_equal(f.is_blank, TRI_YES);
    assert_int_equal(f.shows, SLOT_UNKNOWN);
    arena_free(w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_title),
        cmocka_unit_test(test_misread_title),
        cmocka_unit_test(test_three_part_form),
        cmocka_unit_test(test_sides),
        cmocka_unit_test(test_seals),
        cmocka_unit_test(test_blank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
