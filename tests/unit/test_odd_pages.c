/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * reader: pages that applicants do send: signed and unsigned letters, blanks
 * left open, pens, and pages that are empty, upside down, mirrored, in
 * traditional characters or hold two licences. A clear answer to each, and
 * nothing that is not there. Invented data.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "imaging/decode.h"
#include "imaging/pipeline.h"
#include "intake/sections.h"
#include "ocr/reader.h"
#include "tests/unit/drawn_page.h"

static struct arena *warm;
static struct conf *conf;
static struct reader *reader;

static int open_reader(void **state)
{
    (void)state;
    warm = arena_new((size_t)1 << 30);
    conf = sections_new(warm);
    int code = decode_init(NULL);
    return code < 0 ? code : reader_open(warm, conf, &reader, NULL);
}

static int close_reader(void **state)
{
    (void)state;
    warm = arena_free(warm);
    return 0;
}

/* --- pages ----------------------------------------------------------------*/

enum { WIDE_MM = 180, HIGH_MM = 150 };

/* With its title, and the letters that follow in the size of a text. */
static struct drawn_page titled(double height_mm, const char *title)
{
    struct drawn_page p = drawn_open(WIDE_MM, height_mm);
    cairo_set_font_size(p.cr, 7);
    drawn_text(&p, 60, 18, title);
    cairo_set_font_size(p.cr, 4);
    return p;
}

static const struct image *colours(struct arena *a, struct drawn_page *p)
{
    return drawn_picture(a, p, 3);
}

static struct document read_page(struct arena *a, const struct image *scan,
                                 enum slot slot, const struct order *order)
{
    static struct page_facts facts; /* of the page that was read last */
    struct document d = {.slot = slot, .recognized_as = SLOT_UNKNOWN};
    struct page page = {
        .scan = scan,
        .slot = slot,
        .container = {.format = "png", .dpi_x = DRAWN_DPI, .dpi_y = DRAWN_DPI},
        .legibility = reader_legibility(reader)};
    struct err e = {0};
    assert_int_equal(pipeline_run(a, conf, &page, NULL, &e), 0);
    assert_int_equal(reader_read_page(reader, a, &page, 1, order, &d, &e), 0);
    facts = page.facts;
    d.pages = &facts;
    d.n_pages = 1;
    return d;
}

static const char *value(const struct document *d, const char *name)
{
    const struct field *f = document_field(d, name);
    return f ? f->value : NULL;
}

static enum tri hand(const struct document *d, const char *name)
{
    const struct field *f = document_field(d, name);
    assert_non_null(f);
    return f->handwritten;
}

/* --- letters --------------------------------------------------------------*/

/* Strokes so wide and a quarter of that high. */
static void scrawl(struct drawn_page *p, double x, double y, double width_mm)
{
    double w = width_mm / 4;
    cairo_set_line_width(p->cr, 0.5);
    cairo_move_to(p->cr, x, y);
    for (int i = 0; i < 4; i++, x += w)
        cairo_curve_to(p->cr, x + 0.3 * w, y - 1.6 * w, x + 1.3 * w,
                       y + 1.3 * w, x + w, y - 0.1 * w);
    cairo_stroke(p->cr);
}

enum signing { UNSIGNED, SIGNED, PRINTED };

/* A letter as a table; what is filled in has the colour `blue`. */
static struct drawn_page letter(const char *agent, bool blue, enum signing how)
{
    struct drawn_page p = titled(HIGH_MM, "法人授权委托书");
    drawn_text(&p, 14, 36, "委托单位：");
    drawn_text(&p, 14, 48, "受托人（经办人）：");
    drawn_text(&p, 14, 60, "身份证号码：");
    drawn_text(&p, 14, 72, "委托期限：");
    drawn_text(&p, 14, 84, "委托人对受托人在上述期限内的行为均予以承认。");
    drawn_text(&p, 100, 100, "法定代表人（签字或盖章）：");
    drawn_text(&p, 100, 138, "2026年11月05日");
    if (how == SIGNED)
        scrawl(&p, 120, 116, 28);
    if (how == PRINTED)
        drawn_text(&p, 120, 112, "顾明远");
    if (blue)
        cairo_set_source_rgb(p.cr, 0.1, 0.15, 0.6);
    drawn_text(&p, 52, 36, "青岚盛腾医药股份有限公司");
    drawn_text(&p, 52, 48, agent);
    drawn_text(&p, 52, 60, "360102199001010018");
    drawn_text(&p, 52, 72, "2026年11月05日至2029年11月04日");
    cairo_set_source_rgb(p.cr, 0.1, 0.1, 0.1);
    return p;
}

static void test_signature(void **state)
{
    (void)state;
    static const enum tri wanted[] = {TRI_NO, TRI_YES, TRI_UNKNOWN};
    for (enum signing how = UNSIGNED; how <= PRINTED; how++) {
        struct arena *a = arena_new((size_t)1 << 30);
        struct drawn_page p = letter("沈若溪", false, how);
        struct document d =
            read_page(a, colours(a, &p), SLOT_AUTHORIZATION_LETTER, NULL);
        const struct field *f = document_field(&d, "signature");
        assert_int_equal(f ? f->handwritten : TRI_UNKNOWN, wanted[how]);
        if (f)
            assert_string_equal(f->value, "");
        if (how == SIGNED)
            assert_true(f->box.w > 15 * DRAWN_DPI / 25.4);
        assert_string_equal(value(&d, "handler_id"), "360102199001010018");
        assert_int_equal(hand(&d, "handler_id"), TRI_UNKNOWN);
        arena_free(a);
    }
}

static void test_pen(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 30);
    struct drawn_page p = letter("", true, SIGNED);
    cairo_set_source_rgb(p.cr, 0.1, 0.15, 0.6);
    scrawl(&p, 54, 47, 16); /* nobody can read that */
    struct document d =
        read_page(a, colours(a, &p), SLOT_AUTHORIZATION_LETTER, NULL);
    assert_int_equal(hand(&d, "handler_id"), TRI_YES);
    assert_int_equal(hand(&d, "org_name"), TRI_YES);
    assert_int_equal(hand(&d, "handler_name"), TRI_YES);
    arena_free(a);
}

/* "name" in a table belongs to whom the cell beside it names. */
static void test_name_below_its_heading(void **state)
{
    (void)state;
    static const char *const headings[] = {"被委托人", "法定代表人"};
    for (int i = 0; i < 2; i++) {
        struct arena *a = arena_new((size_t)1 << 30);
        struct drawn_page p = titled(90, "法人授权委托书");
        drawn_text(&p, 14, 46, headings[i]);
        drawn_text(&p, 52, 40, "姓名");
        drawn_text(&p, 90, 40, "沈若溪");
        drawn_text(&p, 52, 52, "身份证号码");
        drawn_text(&p, 90, 52, "360102199001010018");
        struct document d =
            read_page(a, colours(a, &p), SLOT_AUTHORIZATION_LETTER, NULL);
        if (i == 0)
            assert_string_equal(value(&d, "handler_name"), "沈若溪");
        else
            assert_null(value(&d, "handler_name"));
        arena_free(a);
    }
}

/* Blanks of running text, filled in or not. */
static void test_open_blanks(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 30);
    struct drawn_page p = titled(110, "法人授权委托书");
    drawn_text(&p, 14, 40, "现授权我单位员工");
    drawn_bar(&p, (Rect){50, 41.2, 26, 0.25});
    drawn_text(&p, 78, 40, "（身份证号码：");
    drawn_bar(&p, (Rect){110, 41.2, 44, 0.25});
    drawn_text(&p, 156, 40, "）为");
    drawn_text(&p, 14, 52, "我单位经办人，联系电话：");
    drawn_bar(&p, (Rect){64, 53.2, 30, 0.25});
    drawn_text(&p, 96, 52, "，办理数字证书事宜。");
    struct document d =
        read_page(a, colours(a, &p), SLOT_AUTHORIZATION_LETTER, NULL);
    assert_int_equal(hand(&d, "handler_name"), TRI_NO);
    assert_int_equal(hand(&d, "handler_id"), TRI_NO);
    assert_string_equal(value(&d, "handler_name"), "");
    assert_null(document_field(&d, "org_name"));
    arena_free(a);
}

/* "I, X, am the legal representative of Y", X with a dot in his name, which
 * only the second reader sees. */
static void test_first_person(void **state)
{
    (void)state;
    const char *about;
    if (!reader_has_second(reader, &about))
        skip();
    struct arena *a = arena_new((size_t)1 << 30);
    struct drawn_page p = titled(90, "法人授权委托书");
    drawn_text(&p, 14, 40, "本授权委托书声明：我");
    drawn_text(&p, 57, 40, "阿依古丽·买买提");
    drawn_bar(&p, (Rect){56, 41.2, 32, 0.25});
    drawn_text(&p, 90, 40, "系");
    drawn_text(&p, 98, 40, "梅岭沐棠中医医院");
    drawn_bar(&p, (Rect){96, 41.2, 38, 0.25});
    drawn_text(&p, 136, 40, "的法定代表人，");
    drawn_text(&p, 14, 52, "现授权我单位员工");
    drawn_text(&p, 52, 52, "沈若溪");
    drawn_bar(&p, (Rect){50, 53.2, 18, 0.25});
    drawn_text(&p, 70, 52, "为经办人，办理数字证书事宜。");
    struct document d =
        read_page(a, colours(a, &p), SLOT_AUTHORIZATION_LETTER, NULL);
    assert_string_equal(value(&d, "org_name"), "梅岭沐棠中医医院");
    assert_non_null(value(&d, "legal_rep"));
    assert_int_equal(strncmp(value(&d, "legal_rep"), "阿依古丽", 12), 0);
    assert_string_equal(value(&d, "handler_name"), "沈若溪");
    arena_free(a);
}

/* Running text without blanks: whose number it is, the words before it tell. */
static void test_running_text(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 30);
    struct drawn_page p = titled(110, "法人授权委托书");
    static const struct order order = {.org_name = "梅岭农机专业合作社",
                                       .legal_rep = "万景行",
                                       .handler_name = "沈若溪",
                                       .handler_id = "360102199001010018"};
    drawn_text(&p, 22, 40,
               "本人万景行（身份证号码：360102197003070031）"
               "系梅岭农机专业");
    drawn_text(&p, 14, 50,
               "合作社（统一社会信用代码：91360100MA4JURQ200）"
               "的法定代表人，现");
    drawn_text(&p, 14, 60,
               "委托本单位沈若溪（身份证号码：360102199001010018）"
               "为我方代理");
    drawn_text(&p, 14, 70,
               "人，办理数字证书业务。委托期限：自2026年11月05日"
               "至2029年11月");
    drawn_text(&p, 14, 80, "04日。代理人无转委托权。");
    struct document d =
        read_page(a, colours(a, &p), SLOT_AUTHORIZATION_LETTER, &order);
    assert_string_equal(value(&d, "handler_id"), "360102199001010018");
    assert_string_equal(value(&d, "credit_code"), "91360100MA4JURQ200");
    const char *about;
    if (reader_has_second(reader, &about)) {
        assert_string_equal(value(&d, "org_name"), "梅岭农机专业合作社");
        assert_string_equal(value(&d, "legal_rep"), "万景行");
        assert_string_equal(value(&d, "handler_name"), "沈若溪");
        assert_string_equal(value(&d, "valid_from"), "2026-11-05");
        assert_string_equal(value(&d, "valid_to"), "2029-11-04");
    }
    arena_free(a);
}

/* A value ends where the next label of its row begins, with no gap. */
static void test_next_label_on_the_row(void **state)
{
    (void)state;
    const char *about;
    if (!reader_has_second(reader, &about))
        skip();
    struct arena *a = arena_new((size_t)1 << 30);
    struct drawn_page p = titled(90, "法人授权委托书");
    drawn_text(&p, 14, 40,
               "委托单位：梅岭沐棠中医医院　代码：91360100MA4JURQ2"
               "00");
    drawn_text(&p, 14, 52, "受托人：沈若溪　身份证号码：360102199001010018");
    struct document d =
        read_page(a, colours(a, &p), SLOT_AUTHORIZATION_LETTER, NULL);
    assert_string_equal(value(&d, "org_name"), "梅岭沐棠中医医院");
    assert_string_equal(value(&d, "handler_name"), "沈若溪");
    assert_string_equal(value(&d, "handler_id"), "360102199001010018");
    arena_free(a);
}

/* --- forms and cards ------------------------------------------------------*/

/* The telephone is the agent's only where nothing else is called mobile, and a
 * landline is none. */
static void test_telephones(void **state)
{
    (void)state;
    static const char *const mobiles[] = {"13870001234", NULL};
    for (int i = 0; i < 2; i++) {
        struct arena *a = arena_new((size_t)1 << 30);
        struct drawn_page p = titled(90, "数字证书用户申请表");
        drawn_text(&p, 14, 40, "联系电话");
        drawn_text(&p, 60, 40, "0791-86512207");
        drawn_text(&p, 14, 52, "法定代表人/负责人");
        drawn_text(&p, 60, 52, "顾明远");
        if (mobiles[i]) {
            drawn_text(&p, 14, 64, "手机号码");
            drawn_text(&p, 60, 64, mobiles[i]);
        }
        struct document d =
            read_page(a, colours(a, &p), SLOT_APPLICATION_FORM, NULL);
        if (mobiles[i])
            assert_string_equal(value(&d, "handler_mobile"), mobiles[i]);
        else
            assert_null(value(&d, "handler_mobile"));
        assert_string_equal(value(&d, "legal_rep"), "顾明远");
        arena_free(a);
    }
}

/* Sex and birth, to be compared with the number. */
static void test_card(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 30);
    struct drawn_page p = drawn_open(120, 80);
    cairo_set_font_size(p.cr, 3.6);
    drawn_text(&p, 14, 20, "姓名");
    drawn_text(&p, 26, 20, "沈若溪");
    drawn_text(&p, 14, 30, "性别");
    drawn_text(&p, 26, 30, "女");
    drawn_text(&p, 48, 30, "民族");
    drawn_text(&p, 60, 30, "汉");
    drawn_text(&p, 14, 40, "出生");
    drawn_text(&p, 26, 40, "1990年1月1日");
    drawn_text(&p, 14, 60, "公民身份号码");
    drawn_text(&p, 44, 60, "360102199001010026");
    struct document d = read_page(a, colours(a, &p), SLOT_ID_CARD, NULL);
    assert_string_equal(value(&d, "sex"), "女");
    assert_string_equal(value(&d, "birth_date"), "1990-01-01");
    arena_free(a);
}

/* Of several printed choices the ticked one is the value. */
static void test_ticked_project(void **state)
{
    (void)state;
    const char *about;
    if (!reader_has_second(reader, &about))
        skip();
    struct arena *a = arena_new((size_t)1 << 30);
    struct drawn_page p = titled(80, "数字证书用户申请表");
    static const struct order order = {.project = "公共资源交易（医药采购）"};
    drawn_text(&p, 14, 40, "项目名称");
    drawn_text(&p, 58, 40, "公共资源交易（医药采购）");
    drawn_text(&p, 120, 40, "其他");
    cairo_set_line_width(p.cr, 0.3);
    cairo_rectangle(p.cr, 52, 36.6, 3.6, 3.6);
    cairo_rectangle(p.cr, 114, 36.6, 3.6, 3.6);
    cairo_move_to(p.cr, 52.6, 38.2);
    cairo_line_to(p.cr, 53.6, 39.6);
    cairo_line_to(p.cr, 55.2, 37.0);
    cairo_stroke(p.cr);
    struct document d =
        read_page(a, colours(a, &p), SLOT_APPLICATION_FORM, &order);
    assert_string_equal(value(&d, "project"), order.project);
    arena_free(a);
}

/* A grey copy, on which the blue labels are too pale to be seen. */
static void test_card_without_labels(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 30);
    struct drawn_page p = drawn_open(120, 80);
    cairo_set_font_size(p.cr, 6);
    drawn_text(&p, 36, 18, "中华人民共和国");
    cairo_set_font_size(p.cr, 9);
    drawn_text(&p, 36, 34, "居民身份证");
    cairo_set_font_size(p.cr, 3.4);
    drawn_text(&p, 50, 56, "梅岭市公安局");
    drawn_text(&p, 50, 64, "2018.05.09-2038.05.09");
    struct document d = read_page(a, colours(a, &p), SLOT_ID_CARD, NULL);
    assert_string_equal(value(&d, "valid_from"), "2018-05-09");
    assert_string_equal(value(&d, "valid_to"), "2038-05-09");
    assert_string_equal(value(&d, "issuer"), "梅岭市公安局");
    arena_free(a);
}

/* --- odd pages ------------------------------------------------------------*/

static void test_nothing_written(void **state)
{
    (void)state;
    for (enum slot slot = 0; slot < SLOT_COUNT; slot++) {
        struct arena *a = arena_new((size_t)1 << 30);
        struct drawn_page p = drawn_open(WIDE_MM, HIGH_MM);
        struct document d = read_page(a, colours(a, &p), slot, NULL);
        assert_int_equal(d.n_fields, 0);
        assert_int_equal(d.pages->is_blank, TRI_YES);
        assert_int_equal(d.pages->shows, SLOT_UNKNOWN);
        arena_free(a);
    }
}

static void test_upside_down(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 30);
    struct drawn_page p = letter("沈若溪", false, UNSIGNED);
    const struct image *scan = image_turn(a, colours(a, &p), 2);
    struct document d = read_page(a, scan, SLOT_AUTHORIZATION_LETTER, NULL);
    assert_int_equal(d.pages->rotation_deg, 180);
    assert_string_equal(value(&d, "handler_id"), "360102199001010018");
    assert_string_equal(value(&d, "valid_to"), "2029-11-04");
    assert_int_equal(d.pages->shows, SLOT_AUTHORIZATION_LETTER);
    arena_free(a);
}

/* Mirrored print cannot be read: no name, no number comes of it. */
static void test_mirrored(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 30);
    struct drawn_page p = letter("沈若溪", false, UNSIGNED);
    const struct image *im = colours(a, &p);
    uint8_t *out;
    struct image *mirror = image_new(a, im->width, im->height, 3, &out);
    for (int y = 0; y < im->height; y++)
        for (int x = 0; x < im->width; x++, out += 3)
            memcpy(out, image_at(im, im->width - 1 - x, y), 3);
    struct document d = read_page(a, mirror, SLOT_AUTHORIZATION_LETTER, NULL);
    assert_int_equal(d.n_fields, 0);
    assert_int_equal(d.pages->shows, SLOT_UNKNOWN);
    assert_int_not_equal(d.pages->is_blank, TRI_YES);
    arena_free(a);
}

/* The same names in traditional characters are not the order's, but nobody is
 * to be told that they are somebody else's. */
static void test_traditional(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 30);
    struct drawn_page p = titled(100, "法人授權委託書");
    static const struct order order = {.org_name = "青岚盛腾医药股份有限公司",
                                       .handler_id = "360102199001010018"};
    drawn_text(&p, 14, 36, "委託單位：");
    drawn_text(&p, 52, 36, "青嵐盛騰醫藥股份有限公司");
    drawn_text(&p, 14, 60, "身份證號碼：");
    drawn_text(&p, 52, 60, "360102199001010018");
    struct document d =
        read_page(a, colours(a, &p), SLOT_AUTHORIZATION_LETTER, &order);
    const struct field *name = document_field(&d, "org_name");
    assert_string_equal(value(&d, "handler_id"), "360102199001010018");
    if (name)
        assert_int_not_equal(name->verified.result, VERIFY_CONFIRMED);
    arena_free(a);
}

/* Of two licences on one page the fields are one's, not a mixture. */
static void test_two_licences(void **state)
{
    (void)state;
    static const char *const of[2][2] = {
        {"青岚盛腾医药股份有限公司", "91360302136631127Y"},
        {"梅岭泰和器械有限公司", "91360100MA4JURQ200"}};
    struct arena *a = arena_new((size_t)1 << 30);
    struct drawn_page p = drawn_open(260, 100);
    for (int i = 0; i < 2; i++) {
        double x = 10 + 130 * i;
        cairo_set_font_size(p.cr, 9);
        drawn_text(&p, x + 30, 22, "营业执照");
        cairo_set_font_size(p.cr, 4);
        drawn_text(&p, x, 40, "统一社会信用代码");
        drawn_text(&p, x + 40, 40, of[i][1]);
        drawn_text(&p, x, 54, "名称");
        drawn_text(&p, x + 40, 54, of[i][0]);
        drawn_text(&p, x, 68, "法定代表人");
        drawn_text(&p, x + 40, 68, i ? "万景行" : "顾明远");
    }
    struct document d =
        read_page(a, colours(a, &p), SLOT_BUSINESS_LICENSE, NULL);
    const char *code = value(&d, "credit_code");
    assert_non_null(code);
    int which = strcmp(code, of[1][1]) == 0;
    assert_string_equal(code, of[which][1]);
    assert_string_equal(value(&d, "org_name"), of[which][0]);
    assert_string_equal(value(&d, "legal_rep"), which ? "万景行" : "顾明远");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signature),
        cmocka_unit_test(test_pen),
        cmocka_unit_test(test_name_below_its_heading),
        cmocka_unit_test(test_open_blanks),
        cmocka_unit_test(test_first_person),
        cmocka_unit_test(test_running_text),
        cmocka_unit_test(test_next_label_on_the_row),
        cmocka_unit_test(test_card),
        cmocka_unit_test(test_ticked_project),
        cmocka_unit_test(test_telephones),
        cmocka_unit_test(test_card_without_labels),
        cmocka_unit_test(test_nothing_written),
        cmocka_unit_test(test_upside_down),
        cmocka_unit_test(test_mirrored),
        cmocka_unit_test(test_traditional),
        cmocka_unit_test(test_two_licences),
    };
    return cmocka_run_group_tests(tests, open_reader, close_reader);
}
