/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The three reports of a review built by hand: the members that the contract
 * requires, escaping, masking, and that nothing is fetched. Invented data.
 */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"
#include "base/utf8.h"
#include "intake/measure/review.h"
#include "intake/report/report.h"
#include "rules/engine.h"

#define CODE       "91360302136631127Y"
#define OTHER_CODE "913603021366N1126Y"
#define ID_NUMBER  "360731197501042193"
#define MOBILE     "15400000242"
#define NASTY      "<b>&\"'甲</b>\x1b[31m"

struct sample {
    struct arena *arena;
    struct facts facts;
    struct document documents[2];
    struct page_facts page;
    struct field form[4], licence[2];
    struct seal seal;
    struct picture pictures[2];
    struct review review;
};

static struct field a_field(const char *name, const char *value)
{
    return (struct field){.name = name,
                          .value = value,
                          .confidence = 0.95,
                          .page = 1,
                          .box = {10, 20, 300, 40}};
}

static void make(struct sample *s)
{
    static const struct library libraries[] = {{"vips", "8.14.1"}};
    *s = (struct sample){.arena = arena_new(64 << 20)};
    s->page = (struct page_facts){.width = 2480,
                                  .height = 3508,
                                  .dpi_declared = 300,
                                  .dpi_measured = NAN,
                                  .rotation_deg = 90,
                                  .scale_ratio = NAN,
                                  .scale_low = NAN,
                                  .scale_high = NAN,
                                  .effective_dpi = NAN,
                                  .clarity = 80,
                                  .worst_clarity = NAN,
                                  .has_colour = TRI_YES};
    s->form[0] = a_field("credit_code", CODE);
    s->form[1] = a_field("org_name", NASTY);
    s->form[2] = a_field("handler_id", ID_NUMBER);
    s->form[3] = a_field("handler_mobile", MOBILE);
    s->licence[0] = a_field("credit_code", OTHER_CODE);
    s->licence[1] = a_field("org_name", NASTY);
    s->documents[0] = (struct document){.slot = SLOT_APPLICATION_FORM,
                                        .file = "form" NASTY ".jpg",
                                        .pages = &s->page,
                                        .n_pages = 1,
                                        .fields = s->form,
                                        .n_fields = 4};
    s->documents[1] = (struct document){.slot = SLOT_BUSINESS_LICENSE,
                                        .file = "licence.jpg",
                                        .pages = &s->page,
                                        .n_pages = 1,
                                        .fields = s->licence,
                                        .n_fields = 2};
    s->seal = (struct seal){.id = "form-1-1",
                            .slot = SLOT_APPLICATION_FORM,
                            .page = 1,
                            .role = SEAL_OFFICIAL,
                            .shape = SHAPE_ROUND,
                            .box = {100, 100, 480, 480},
                            .size_mm = {40, 40},
                            .ink = INK_WET,
                            .colour = COLOUR_RED,
                            .confidence = 0.9,
                            .clarity = 70,
                            .completeness = NAN,
                            .background = NAN,
                            .rotation_deg = NAN};
    s->facts = (struct facts){.today = "2026-03-18",
                              .order = {.order_no = "2026" NASTY,
                                        .org_name = NASTY,
                                        .handler_id = ID_NUMBER,
                                        .with_seal = TRI_YES},
                              .documents = s->documents,
                              .n_documents = 2,
                              .seals = &s->seal,
                              .n_seals = 1};
    s->pictures[0] = (struct picture){.kind = PICTURE_PAGE,
                                      .slot = SLOT_APPLICATION_FORM,
                                      .page = 1,
                                      .name = "p.jpg",
                                      .of = "",
                                      .bytes = (const uint8_t *)"jpeg",
                                      .n = 4,
                                      .width = 1000,
                                      .height = 1414,
                                      .scale = 0.403};
    s->pictures[1] = s->pictures[0];
    s->pictures[1].kind = PICTURE_FIELD;
    s->pictures[1].of = "credit_code";
    size_t n;
    const struct conf_section *sections = engine_sections(s->arena, &n);
    struct conf *conf = conf_new(s->arena, sections, n);
    s->review =
        (struct review){.version = "0.1.0",
                        .config_hash = conf_hash(conf),
                        .libraries = libraries,
                        .n_libraries = 1,
                        .facts = &s->facts,
                        .judgement = engine_judge(s->arena, conf, &s->facts),
                        .pictures = s->pictures,
                        .n_pictures = 2};
}

static const struct jval *member(const struct jval *j, const char *name,
                                 enum jval_kind kind)
{
    const struct jval *m = jval_lookup(j, name);
    if (!m || jval_kind_of(m) != kind)
        fail_msg("%s is %s", name, jval_kind_name(jval_kind_of(m)));
    return m;
}

static void check_finding(const struct jval *f)
{
    member(f, "rule", JVAL_STRING);
    member(f, "zh", JVAL_STRING);
    member(f, "en", JVAL_STRING);
    member(f, "data", JVAL_OBJECT);
    const struct jval *boxes = member(f, "boxes", JVAL_ARRAY);
    for (size_t i = 0; i < jval_count(boxes); i++)
        assert_int_equal(jval_count(jval_at(boxes, i)), 4);
    const char *severity = jval_string(f, "severity", "");
    assert_true(strcmp(severity, "block") == 0 ||
                strcmp(severity, "look") == 0 || strcmp(severity, "info") == 0);
    const char *answer = jval_string(f, "answer", "");
    assert_true(strcmp(answer, "fail") == 0 ||
                strcmp(answer, "cannot_tell") == 0);
    if (jval_lookup(f, "slot"))
        assert_true(slot_from_name(jval_string(f, "slot", "")) >= 0);
}

static void test_json(void **state)
{
    (void)state;
    struct sample s;
    struct str out;
    struct jval *j = NULL;
    struct err e = {0};
    make(&s);
    str_init(&out, 1 << 20);
    report_json(s.arena, &s.review, true, &out);
    assert_int_equal(jval_parse(out.s, out.len, &j, &e), 0);
    assert_string_equal(jval_string(j, "schema", ""), "sealdesk.report/1");
    assert_string_equal(jval_string(j, "verdict", ""), "blocked");
    assert_string_equal(jval_string(j, "today", ""), "2026-03-18");
    assert_string_equal(jval_string(j, "order_no", ""), "2026" NASTY);
    const struct jval *tool = member(j, "tool", JVAL_OBJECT);
    assert_string_equal(jval_string(tool, "version", ""), "0.1.0");
    assert_int_equal(strlen(jval_string(tool, "config", "")), 64);
    member(member(tool, "libraries", JVAL_OBJECT), "vips", JVAL_STRING);
    member(j, "application", JVAL_OBJECT);
    assert_int_equal(jval_count(member(j, "documents", JVAL_ARRAY)), 2);
    assert_int_equal(jval_count(member(j, "seals", JVAL_ARRAY)), 1);
    const struct jval *findings = member(j, "findings", JVAL_ARRAY);
    assert_int_equal(jval_count(findings), s.review.judgement->n_findings);
    const struct jval *x01 = NULL;
    for (size_t i = 0; i < jval_count(findings); i++) {
        const struct jval *f = jval_at(findings, i);
        check_finding(f);
        if (strcmp(jval_string(f, "rule", ""), "X01") == 0)
            x01 = f;
    }
    assert_non_null(x01);
    const struct jval *data = member(x01, "data", JVAL_OBJECT);
    assert_string_equal(jval_string(data, "code_b", ""), OTHER_CODE);
    assert_int_equal(jval_count(member(x01, "boxes", JVAL_ARRAY)), 1);
    assert_int_equal(jval_count(member(x01, "evidence", JVAL_ARRAY)), 2);
    /* in full: the mode of the file protects it */
    assert_non_null(strstr(out.s, ID_NUMBER));
    jval_free(j);
    str_done(&out);
    arena_free(s.arena);
}

/* Elements that are never closed are left out of the count. */
static void check_balance(const char *html)
{
    int open = 0;
    for (const char *p = html; (p = strchr(p, '<')) != NULL; p++) {
        size_t n = strcspn(p + 1, " >");
        bool is_void = (n == 4 && strncmp(p + 1, "meta", 4) == 0) ||
                       (n == 3 && strncmp(p + 1, "img", 3) == 0) || p[1] == '!';
        if (strncmp(p, "<style>", 7) == 0)
            p = strstr(p, "</style>");
        else if (strncmp(p, "<script>", 8) == 0)
            p = strstr(p, "</script>");
        else if (!is_void)
            open += p[1] == '/' ? -1 : 1;
        assert_true(open >= 0);
    }
    assert_int_equal(open, 0);
}

static void test_html(void **state)
{
    (void)state;
    struct sample s;
    struct str out;
    make(&s);
    str_init(&out, 4 << 20);
    report_html(s.arena, &s.review, false, &out);
    assert_false(out.failed);
    assert_non_null(strstr(out.s, "lang=\"zh-CN\""));
    assert_non_null(strstr(out.s, "default-src 'none'"));
    assert_null(strstr(out.s, "<b>&\"'甲"));
    assert_non_null(strstr(out.s, "&lt;b&gt;&amp;&quot;&#39;甲"));
    assert_null(strstr(out.s, "src=\"http"));
    assert_null(strstr(out.s, "href=\"http"));
    assert_null(strstr(out.s, "url("));
    assert_null(strstr(out.s, "@import"));
    assert_non_null(strstr(out.s, "建议退回修改"));
    assert_non_null(strstr(out.s, "由工作人员决定"));
    assert_non_null(strstr(out.s, "data:image/jpeg;base64,anBlZw=="));
    assert_non_null(strstr(out.s, "class=\"sheet turn1\""));
    assert_null(strstr(out.s, ID_NUMBER));
    assert_null(strstr(out.s, MOBILE));
    assert_non_null(strstr(out.s, "3607**********2193"));
    check_balance(out.s);
    str_done(&out);
    report_html(s.arena, &s.review, true, &out);
    assert_non_null(strstr(out.s, ID_NUMBER));
    str_done(&out);
    arena_free(s.arena);
}

/* Every link inside the page has its target, and every id is its own. */
static void test_html_links(void **state)
{
    (void)state;
    struct sample s;
    struct str out;
    make(&s);
    str_init(&out, 4 << 20);
    report_html(s.arena, &s.review, false, &out);
    int links = 0;
    for (const char *p = out.s; (p = strstr(p, "href=\"#")) != NULL; p++) {
        const char *name = p + 7;
        const char *target = arena_printf(s.arena, " id=\"%.*s\"",
                                          (int)strcspn(name, "\""), name);
        if (!strstr(out.s, target))
            fail_msg("no target%s", target);
        links++;
    }
    assert_true(links > 5);
    for (const char *p = out.s; (p = strstr(p, " id=\"")) != NULL; p++) {
        const char *id = arena_strndup(s.arena, p, strcspn(p + 5, "\"") + 6);
        if (strstr(p + 1, id))
            fail_msg("twice:%s", id);
    }
    str_done(&out);
    arena_free(s.arena);
}

static int columns(const char *line, size_t n)
{
    int width = 0;
    for (const char *end = line + n; line < end;)
        width += utf8_next(&line) >= 0x2e80 ? 2 : 1;
    return width;
}

static void test_text(void **state)
{
    (void)state;
    struct sample s;
    struct str out;
    make(&s);
    str_init(&out, 1 << 20);
    report_text(s.arena, &s.review, false, &out);
    assert_null(strchr(out.s, 0x1b)); /* no way to the terminal */
    assert_null(strstr(out.s, ID_NUMBER));
    assert_non_null(strstr(out.s, "3607**********2193"));
    assert_non_null(strstr(out.s, "[X01 不符合]"));
    for (const char *p = out.s; *p; p += strcspn(p, "\n") + 1) {
        size_t n = strcspn(p, "\n");
        assert_true(columns(p, n) <= 80);
        assert_true(n == 0 || p[n - 1] != ' ');
    }
    str_done(&out);
    report_text(s.arena, &s.review, true, &out);
    assert_non_null(strstr(out.s, ID_NUMBER));
    str_done(&out);
    arena_free(s.arena);
}

/* Nothing at all was read: the reports still stand. */
static void test_empty(void **state)
{
    (void)state;
    struct sample s;
    struct str out;
    make(&s);
    s.facts = (struct facts){0};
    s.review.n_pictures = 0;
    s.review.judgement = &(struct judgement){0};
    str_init(&out, 4 << 20);
    report_html(s.arena, &s.review, false, &out);
    check_balance(out.s);
    assert_non_null(strstr(out.s, "没有发现问题"));
    str_done(&out);
    report_text(s.arena, &s.review, false, &out);
    assert_non_null(strstr(out.s, "建议通过"));
    str_done(&out);
    report_json(s.arena, &s.review, true, &out);
    assert_non_null(strstr(out.s, "\"clean\""));
    str_done(&out);
    arena_free(s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json),       cmocka_unit_test(test_html),
        cmocka_unit_test(test_html_links), cmocka_unit_test(test_text),
        cmocka_unit_test(test_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
