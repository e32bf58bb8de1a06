/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the engine makes of the answers: sentences, severities, settings. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "rules/engine.h"
#include "tests/unit/good_application.h"

#define NAME_LONGER "青岚盛腾医药股份有限责任公司"

static void test_every_missing_slot(void **state)
{
    (void)state;
    struct world w;
    make(&w);
    w.facts.n_documents = 0;
    const struct judgement *j = engine_judge(w.arena, w.conf, &w.facts);
    assert_int_equal(j->n_findings, SLOT_COUNT);
    for (size_t i = 0; i < j->n_findings; i++) {
        assert_string_equal(j->findings[i].rule->id, "F01");
        assert_int_equal((int)j->findings[i].slot, (int)i);
    }
    assert_string_equal(j->findings[1].zh, "缺少材料：营业执照。");
    arena_free(w.arena);
}

static void test_sentences(void **state)
{
    (void)state;
    struct world w;
    make(&w);
    w.fields[SLOT_BUSINESS_LICENSE][0].value = NAME_LONGER;
    w.fields[SLOT_BUSINESS_LICENSE][1].value = OTHER_CODE;
    const struct judgement *j = engine_judge(w.arena, w.conf, &w.facts);
    const struct finding *x01 = NULL, *x02 = NULL;
    for (size_t i = 0; i < j->n_findings; i++) {
        if (strcmp(j->findings[i].rule->id, "X01") == 0)
            x01 = &j->findings[i];
        if (strcmp(j->findings[i].rule->id, "X02") == 0)
            x02 = &j->findings[i];
    }
    assert_non_null(x01);
    assert_non_null(x02);
    assert_string_equal(x01->zh,
                        "统一社会信用代码不一致：订单、数字证书用户申请表、"
                        "营业执照二维码是 " CODE "，营业执照是 " OTHER_CODE
                        "（第 13、17 位不同）。");
    assert_string_equal(x01->en,
                        "The credit codes differ: order, application form, "
                        "licence's QR code " CODE
                        ", business license " OTHER_CODE " (position 13, 17).");
    assert_non_null(strstr(x02->zh, "后者多“责任”"));
    assert_int_equal((int)x01->slot, SLOT_BUSINESS_LICENSE);
    assert_int_equal(x01->page, 1);
    assert_true(x01->n_evidence > 0 && x01->evidence[0].box.w > 0);
    arena_free(w.arena);
}

static void test_inspection_needs_nothing_else(void **state)
{
    (void)state;
    struct world w;
    make(&w);
    w.facts.order = (struct order){0};
    w.documents[0] = w.documents[SLOT_SEAL_SHEET];
    w.facts.n_documents = 1;
    w.seals[2].colour = COLOUR_OTHER;
    const struct judgement *j = engine_inspect(w.arena, w.conf, &w.facts);
    assert_int_equal(j->n_findings, 1);
    assert_string_equal(j->findings[0].rule->id, "S04");
    arena_free(w.arena);
}

/* Loads one line of settings; 0 when it was accepted. */
static int load(struct world *w, const char *text)
{
    struct err e = {0};
    assert_int_equal(file_write(BINARY_DIR, "test_engine.conf", text,
                                strlen(text), 0600, &e),
                     0);
    return conf_load(w->conf, BINARY_DIR "/test_engine.conf", &e);
}

static void test_severity_is_a_setting(void **state)
{
    (void)state;
    struct world w;
    make(&w);
    w.fields[SLOT_BUSINESS_LICENSE][1].value = OTHER_CODE;
    w.fields[SLOT_BUSINESS_LICENSE][2].value = QR_START OTHER_CODE;
    assert_int_equal(load(&w, "severity : { X01 = \"look\"; };\n"), 0);
    const struct judgement *j = engine_judge(w.arena, w.conf, &w.facts);
    assert_true(j->n_findings > 0);
    const struct finding *last = &j->findings[j->n_findings - 1];
    assert_string_equal(last->rule->id, "X01");
    assert_int_equal((int)last->severity, SEVERITY_LOOK);
    assert_int_equal((int)last->answer, ANSWER_FAIL);
    /* Never below `look`: such a fault is not hidden from a person. */
    assert_int_not_equal(load(&w, "severity : { X01 = \"info\"; };\n"), 0);
    assert_int_equal(load(&w, "severity : { K05 = \"block\"; };\n"), 0);
    arena_free(w.arena);
}

static void test_threshold_is_a_setting(void **state)
{
    (void)state;
    struct world w;
    make(&w);
    w.seals[2].size_mm[0] = w.seals[6].size_mm[0] = 22; /* 1.1 to 1 */
    assert_int_equal(engine_judge(w.arena, w.conf, &w.facts)->n_findings, 0);
    assert_int_equal(load(&w, "rules : { square_aspect = 1.05; };\n"), 0);
    const struct judgement *j = engine_judge(w.arena, w.conf, &w.facts);
    assert_int_equal(j->n_findings, 1);
    assert_string_equal(j->findings[0].rule->id, "S04");
    assert_non_null(strstr(j->findings[0].zh, "1.10"));
    arena_free(w.arena);
}

/* 邮寄地址可以和公司地址不同: no rule may ever compare addresses. */
static void test_addresses_are_never_compared(void **state)
{
    (void)state;
    assert_null(engine_lookup("X06"));
    for (size_t i = 0; i < engine_rule_count(); i++) {
        const struct rule *r = engine_rule(i);
        const char *texts[] = {r->zh, r->unsure_zh, r->advice_zh, r->seed_zh};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            assert_null(strstr(texts[k], "地址"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_missing_slot),
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_inspection_needs_nothing_else),
        cmocka_unit_test(test_severity_is_a_setting),
        cmocka_unit_test(test_threshold_is_a_setting),
        cmocka_unit_test(test_addresses_are_never_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
