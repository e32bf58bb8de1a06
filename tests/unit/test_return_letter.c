/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Letters: one item for a cause, an applicant's words, all papers in order,
 * HTML escaped and self-contained, kept and read again. */

#define _GNU_SOURCE /* memmem */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"
#include "review/return_letter.h"
#include "rules/engine.h"

static struct arena *a;

static int set_up(void **state)
{
    (void)state;
    a = arena_new((size_t)64 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    a = arena_free(a);
    return 0;
}

static struct return_letter_finding finding(const char *id, const char *rule,
                                            const char *reason, enum slot slot,
                                            const char *zh)
{
    return (struct return_letter_finding){.id = id,
                                          .rule = rule,
                                          .reason = reason,
                                          .slot = slot,
                                          .zh = zh,
                                          .advice_zh = "请改正。"};
}

static struct return_letter *return_letter_of(
    const struct return_letter_finding *f, size_t n)
{
    static const enum slot slots[] = {
        SLOT_APPLICATION_FORM, SLOT_BUSINESS_LICENSE, SLOT_ID_CARD,
        SLOT_AUTHORIZATION_LETTER, SLOT_SEAL_SHEET};
    const struct return_letter_case c = {.order_no = "20260318001",
                                         .org_name = "江西某某建设有限公司",
                                         .slots = slots,
                                         .n_slots = SLOT_COUNT,
                                         .findings = f,
                                         .n_findings = n,
                                         .today = "2026-03-18",
                                         .deadline_days = 15,
                                         .contact = "客服电话：400-800-1040。"};
    return return_letter_make(a, &c);
}

/* The whole letter as lines, to be read at a glance. */
static const char *lines(const struct return_letter *l)
{
    const char *s = "";
    for (size_t i = 0; i < l->n_items; i++)
        s = arena_printf(a, "%s%zu|%s|%s|%zu\n", s, i + 1, l->items[i].title,
                         l->items[i].text, l->items[i].n_findings);
    return s;
}

static void one_cause_is_told_once(void **state)
{
    (void)state;
    const struct return_letter_finding f[] = {
        finding("L03-1", "L03", "", SLOT_BUSINESS_LICENSE,
                "营业执照是缩小复印的。"),
        finding("A05-1", "A05", "", SLOT_ID_CARD, "身份证像是手机拍的。"),
        finding("I02-1", "I02", "", SLOT_ID_CARD, "身份证不清楚。"),
        finding("L07-1", "L07", "", SLOT_BUSINESS_LICENSE, "二维码不一致。"),
        finding("X01-1", "X01", "", SLOT_APPLICATION_FORM, "代码不一致。"),
        finding("P04-1", "P04", "", SLOT_AUTHORIZATION_LETTER,
                "委托书上是另一个人。"),
        finding("X03-1", "X03", "", SLOT_ID_CARD, "号码不一致。"),
    };
    const struct return_letter *l = return_letter_of(f, sizeof f / sizeof *f);
    assert_string_equal(lines(l), "1|统一社会信用代码|代码不一致。|2\n"
                                  "2|经办人|号码不一致。|2\n"
                                  "3|营业执照|营业执照是缩小复印的。|1\n"
                                  "4|经办人身份证|身份证像是手机拍的。|2\n");
    assert_string_equal(l->deadline, "2026年4月2日");
    assert_string_equal(
        l->intro, "您好！您的申请已经审核，有 4 处需要修改，一次列出如下：");
}

/* The order of what comes in is the machine's business, not the letter's. */
static void the_order_of_findings_matters_little(void **state)
{
    (void)state;
    const struct return_letter_finding f[] = {
        finding("X03-1", "X03", "", SLOT_ID_CARD, "号码不一致。"),
        finding("P04-1", "P04", "", SLOT_AUTHORIZATION_LETTER, "另一个人。")};
    const struct return_letter_finding g[] = {f[1], f[0]};
    assert_string_equal(lines(return_letter_of(f, 2)),
                        lines(return_letter_of(g, 2)));
}

static void a_paper_to_be_replaced_is_told_only_once(void **state)
{
    (void)state;
    const struct return_letter_finding f[] = {
        finding("F03-1", "F03", "", SLOT_BUSINESS_LICENSE, "传错了材料。"),
        finding("L02-1", "L02", "", SLOT_BUSINESS_LICENSE, "没有公章。"),
        finding("S04-1", "S04", "", SLOT_SEAL_SHEET, "不是方章。")};
    const struct return_letter *l = return_letter_of(f, 3);
    assert_string_equal(lines(l), "1|营业执照|传错了材料。|1\n"
                                  "2|电子签章采集表|不是方章。|1\n");
    assert_string_equal(l->kept,
                        "数字证书用户申请表、经办人身份证、法人授权委托书已经"
                        "看过，没有发现问题，不用重新上传。");
}

static void the_wrong_key_can_only_be_deleted(void **state)
{
    (void)state;
    const struct return_letter_finding f[] = {
        finding("K02-1", "K02", "", SLOT_UNKNOWN, "单位已经有主锁。")};
    const struct return_letter *l = return_letter_of(f, 1);
    assert_non_null(strstr(l->closing, "请删除本订单"));
    assert_string_equal(l->kept, "");
}

/* Words that speak to a clerk, whatever rule says them. */
static const char *const for_clerks[] = {"请看",     "看一眼",   "人工",
                                         "请确认",   "请对照",   "不能确定",
                                         "没有读出", "没有量出", "识别"};

static void is_for_applicants(const struct return_letter_finding *f)
{
    const char *s = return_letter_words(a, f);
    assert_true(s[0] != '\0');
    for (size_t i = 0; i < sizeof for_clerks / sizeof *for_clerks; i++)
        if (strstr(s, for_clerks[i]))
            fail_msg("%s %s: %s", f->rule, f->reason, s);
}

static void no_letter_speaks_to_a_clerk(void **state)
{
    (void)state;
    for (size_t i = 0; i < engine_rule_count(); i++) {
        const struct rule *r = engine_rule(i);
        struct return_letter_finding f =
            finding("1", r->id, "", SLOT_BUSINESS_LICENSE, r->zh);
        if (r->zh[0])
            is_for_applicants(&f);
        f.is_unsure = true;
        f.zh = r->unsure_zh;
        if (f.zh[0])
            is_for_applicants(&f);
    }
    for (size_t i = 0; i < engine_reason_count(); i++) {
        const struct reason *r = engine_reason(i);
        const struct return_letter_finding f =
            finding("1", r->rule, r->name, SLOT_BUSINESS_LICENSE, r->zh);
        is_for_applicants(&f);
    }
}

static void unsure_words_become_plain_ones(void **state)
{
    (void)state;
    struct return_letter_finding f =
        finding("1", "X02", "", SLOT_APPLICATION_FORM,
                "单位名称不能确定一致：申请表是“甲公司”，营业执照识别为“乙公司”"
                "（第 1 个字），可能是识别误差，请对照原图。");
    f.is_unsure = true;
    assert_string_equal(return_letter_words(a, &f),
                        "单位名称不一致：申请表是“甲公司”，营业执照是“乙公司”"
                        "（第 1 个字）。");
}

/* --- as a page ------------------------------------------------------------*/

static const uint8_t jpeg[] = {0xff, 0xd8, 0xff, 0xd9};

static const struct return_letter_page pages[] = {
    {SLOT_BUSINESS_LICENSE, 1, jpeg, sizeof jpeg, 1240, 1754, 0.5, 180}};

static struct return_letter *pictured(void)
{
    static struct return_letter_finding f;
    f = finding("L03-1", "L03", "", SLOT_BUSINESS_LICENSE,
                "执照<b>缩小</b>了 & \"变形\"。");
    f.evidence[0] =
        (struct evidence){SLOT_BUSINESS_LICENSE, 1, {100, 200, 400, 100}};
    f.n_evidence = 1;
    return return_letter_of(&f, 1);
}

static void the_page_is_escaped_and_whole(void **state)
{
    (void)state;
    struct str t;
    str_init(&t, 1 << 20);
    return_letter_html(pictured(), pages, 1, &t);
    assert_false(t.failed);
    assert_non_null(strstr(t.s, "执照&lt;b&gt;缩小&lt;/b&gt;了 &amp; "));
    assert_non_null(strstr(t.s, "data:image/jpeg;base64,/9j/2Q=="));
    assert_non_null(strstr(t.s, "matrix(-1 "));
    assert_null(strstr(t.s, "http://"));
    assert_null(strstr(t.s, "https://"));
    assert_null(strstr(t.s, " style="));
    assert_null(strstr(t.s, "<script"));
    str_done(&t);
}

/* A box at the upper left of a page that lies upside down is at its lower
 * right when it is set upright. */
static void a_view_is_set_upright(void **state)
{
    (void)state;
    struct return_letter_view v =
        return_letter_view(&pages[0], (Rect){0, 0, 200, 100});
    assert_true(v.box.x == 1240 - 100 && v.box.y == 1754 - 50);
    assert_true(rect_contains(v.shown, v.box));
    assert_true(v.shown.x + v.shown.w <= 1240 && v.shown.y + v.shown.h <= 1754);
}

static void a_pdf_is_made(void **state)
{
    (void)state;
    struct str t, again;
    struct err e = {0};
    str_init(&t, 8 << 20);
    str_init(&again, 8 << 20);
    assert_int_equal(return_letter_pdf(pictured(), NULL, 0, &t, &e), 0);
    assert_memory_equal(t.s, "%PDF-1.", 7);
    /* The same letter, the same bytes: no time is in it. */
    assert_int_equal(return_letter_pdf(pictured(), NULL, 0, &again, &e), 0);
    assert_int_equal(t.len, again.len);
    assert_memory_equal(t.s, again.s, t.len);
    assert_null(memmem(t.s, t.len, "CreationDate", 12));
    str_done(&again);
    str_done(&t);
}

static void a_kept_letter_is_the_same(void **state)
{
    (void)state;
    struct return_letter *l = pictured(), *again;
    struct jval *j = return_letter_json(l), *k;
    struct err e = {0};
    struct str s, t;
    assert_int_equal(return_letter_read(a, j, &again, &e), 0);
    k = return_letter_json(again);
    str_init(&s, 1 << 20);
    str_init(&t, 1 << 20);
    jval_print(j, true, &s);
    jval_print(k, true, &t);
    assert_string_equal(s.s, t.s);
    str_done(&s);
    str_done(&t);
    jval_free(j);
    jval_free(k);
}

static void too_long_a_letter_is_refused(void **state)
{
    (void)state;
    struct return_letter *l = pictured(), *again;
    struct err e = {0};
    char *text = arena_alloc(a, 3001, 1);
    memset(text, 'x', 3000);
    l->items[0].text = text;
    struct jval *j = return_letter_json(l);
    assert_int_equal(return_letter_read(a, j, &again, &e), ERR_FORMAT);
    jval_free(j);
}

/* Whatever a rule says to a clerk, an applicant is told something of his own:
 * no general sentence, and none that asks to look or leaves a question. */
static void check_words(const char *rule, const char *reason, const char *zh,
                        bool is_unsure)
{
    static const char *const never[] = {"请看",       "人工",    "请确认",
                                        "是不是",     "有没有",  "是否清晰",
                                        "不符合要求", "需要核对"};
    struct return_letter_finding f = {.rule = rule,
                                      .reason = reason,
                                      .slot = SLOT_SEAL_SHEET,
                                      .is_unsure = is_unsure,
                                      .zh = zh,
                                      .advice_zh = ""};
    const char *words = return_letter_words(a, &f);
    size_t n = strlen(words);
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (strstr(words, never[i]))
            fail_msg("%s %s: %s", rule, reason, words);
    if (n < 3 || strcmp(words + n - 3, "。") != 0)
        fail_msg("%s %s: %s", rule, reason, words);
}

static void words_for_every_finding(void **state)
{
    (void)state;
    for (size_t i = 0; i < engine_rule_count(); i++) {
        const struct rule *r = engine_rule(i);
        if (r->zh[0])
            check_words(r->id, "", r->zh, false);
        if (r->unsure_zh[0])
            check_words(r->id, "", r->unsure_zh, true);
    }
    for (size_t i = 0; i < engine_reason_count(); i++) {
        const struct reason *why = engine_reason(i);
        check_words(why->rule, why->name, why->zh, true);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(words_for_every_finding),
        TEST(one_cause_is_told_once),
        TEST(the_order_of_findings_matters_little),
        TEST(a_paper_to_be_replaced_is_told_only_once),
        TEST(the_wrong_key_can_only_be_deleted),
        TEST(no_letter_speaks_to_a_clerk),
        TEST(unsure_words_become_plain_ones),
        TEST(the_page_is_escaped_and_whole),
        TEST(a_view_is_set_upright),
        TEST(a_pdf_is_made),
        TEST(a_kept_letter_is_the_same),
        TEST(too_long_a_letter_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
