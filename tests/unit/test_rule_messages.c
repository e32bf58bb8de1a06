/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sentences of rules.def and reasons.def, and how they are filled. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/jval.h"
#include "base/str.h"
#include "base/utf8.h"
#include "rules/catalogue.h"
#include "rules/engine.h"
#include "rules/message.h"
#include "tests/unit/good_application.h"

static bool has_placeholder(const char *text, const char *name, size_t length)
{
    size_t n;
    for (const char *p; (p = message_placeholder(&text, &n)) != NULL;)
        if (n == length && strncmp(p, name, n) == 0)
            return true;
    return false;
}

static bool all_in(const char *a, const char *b)
{
    size_t n;
    for (const char *p; (p = message_placeholder(&a, &n)) != NULL;)
        if (!has_placeholder(b, p, n))
            return false;
    return true;
}

static void check_pair(const char *zh, const char *en)
{
    if (!all_in(zh, en) || !all_in(en, zh))
        fail_msg("placeholders differ: %s | %s", zh, en);
    assert_int_equal(zh[0] == '\0', en[0] == '\0');
}

/* Half-width punctuation beside a Chinese character, or none at the end. */
static void check_chinese(const char *zh)
{
    if (!zh[0])
        return;
    size_t n = strlen(zh);
    if (n < 3 || strcmp(zh + n - 3, "。") != 0)
        fail_msg("no full stop: %s", zh);
    for (uint32_t before = 0, c; (c = utf8_next(&zh)) != 0; before = c)
        if (utf8_is_han(before) && c < 0x80 && strchr(",.;:?!()\"'", (int)c))
            fail_msg("half-width punctuation before: %s", zh);
}

static void test_templates(void **state)
{
    (void)state;
    for (size_t i = 0; i < engine_rule_count(); i++) {
        const struct rule *r = engine_rule(i);
        check_pair(r->zh, r->en);
        check_pair(r->unsure_zh, r->unsure_en);
        check_chinese(r->zh);
        check_chinese(r->unsure_zh);
        check_chinese(r->advice_zh);
        if (r->severity == SEVERITY_BLOCK)
            assert_true(r->advice_zh[0]); /* no refusal without a way out */
    }
    for (size_t i = 0; i < engine_reason_count(); i++) {
        const struct reason *why = engine_reason(i);
        assert_non_null(engine_lookup(why->rule));
        check_pair(why->zh, why->en);
        check_chinese(why->zh);
        check_chinese(why->advice_zh);
        assert_true(all_in(why->advice_zh, why->zh));
    }
}

/* Sentences of English: closed, and no Chinese but the licence's two words. */
static void check_english(const char *en)
{
    size_t n = strlen(en);
    if (n == 0)
        return;
    if (en[n - 1] != '.')
        fail_msg("no full stop: %s", en);
    for (const char *p = en; *p;)
        if (utf8_is_han(utf8_next(&p)) && !strstr(en, "副本") &&
            !strstr(en, "正本"))
            fail_msg("Chinese: %s", en);
}

/* Where a rule comes from: a sentence of the notice, or what the notice takes
 * for granted, which are these and no others. */
static void test_origins(void **state)
{
    (void)state;
    static const char implied[] =
        "C03 F01 F02 F03 I04 K03 L06 L07 P04 P05 S05 S06 W01 X03 X04 X05";
    for (size_t i = 0; i < engine_rule_count(); i++) {
        const struct rule *r = engine_rule(i);
        if (!r->seed_zh[0] != (strstr(implied, r->id) != NULL))
            fail_msg("%s: quotes the notice or is `implied`, one of them",
                     r->id);
        check_english(r->en);
        check_english(r->unsure_en);
        assert_true(r->advice_zh[0] || r->severity == SEVERITY_INFO ||
                    !r->zh[0]); /* what nobody can mend is not blamed */
    }
    for (size_t i = 0; i < catalogue_duty_count(); i++) {
        const struct duty *d = catalogue_duty(i);
        assert_int_equal(!d->seed_zh[0], strstr(implied, d->id) != NULL);
        check_english(d->en);
    }
    for (size_t i = 0; i < engine_reason_count(); i++)
        check_english(engine_reason(i)->en);
}

static void test_reminders(void **state)
{
    (void)state;
    size_t n = 0;
    for (size_t i = 0; i < engine_rule_count(); i++) {
        const struct reminder *r = catalogue_reminder(engine_rule(i)->id);
        if (!r)
            continue;
        n++;
        check_chinese(r->zh);
        check_english(r->en);
        assert_true(r->zh[0] && r->en[0] && !strchr(r->zh, '{'));
    }
    assert_int_equal(n, catalogue_reminder_count());
}

static void test_ids_are_sorted_and_unique(void **state)
{
    (void)state;
    for (size_t i = 1; i < engine_rule_count(); i++)
        assert_true(strcmp(engine_rule(i - 1)->id, engine_rule(i)->id) < 0);
}

/* Every rule of the notice is there, once: as a check or as a duty. */
static void test_catalogue_is_complete(void **state)
{
    (void)state;
    static const struct {
        char letter;
        int n;
    } kinds[] = {{'A', 5}, {'C', 3},  {'F', 3}, {'G', 10}, {'I', 5}, {'K', 6},
                 {'L', 8}, {'M', 11}, {'P', 6}, {'S', 7},  {'W', 7}, {'X', 6}};
    size_t found = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (int i = 1; i <= kinds[k].n; i++, found++) {
            char id[16];
            snprintf(id, sizeof id, "%c%02d", kinds[k].letter, i);
            int n = engine_lookup(id) != NULL;
            for (size_t d = 0; d < catalogue_duty_count(); d++)
                n += strcmp(catalogue_duty(d)->id, id) == 0;
            if (n != 1)
                fail_msg("%s is there %d times", id, n);
        }
    if (found != engine_rule_count() + catalogue_duty_count())
        fail_msg("`kinds` counts %zu, the tables have %zu", found,
                 engine_rule_count() + catalogue_duty_count());
    for (size_t i = 0; i < catalogue_duty_count(); i++) {
        const struct duty *d = catalogue_duty(i);
        check_chinese(d->zh);
        assert_true(d->zh[0] && d->en[0]);
        assert_null(strchr(d->zh, '{'));
        assert_true(i == 0 || strcmp(catalogue_duty(i - 1)->id, d->id) < 0);
    }
}

/* 邮寄地址可以和公司地址不同: no rule may ever compare the two. */
static void test_addresses_are_never_compared(void **state)
{
    (void)state;
    assert_null(engine_lookup("X06"));
    static const char *const names[] = {"address", "mailing_address",
                                        "company_address"};
    struct world w;
    make(&w);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_null(order_value(&w.facts.order, names[i]));
        set_field(&w, SLOT_ID_CARD, 3 + (int)i, names[i],
                  i == 1 ? "江西省南昌市红谷滩区" : "上海市徐汇区");
    }
    assert_int_equal(engine_judge(w.arena, w.conf, &w.facts)->n_findings, 0);
    arena_free(w.arena);
}

static void test_fill(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    const struct detail details[] = {{"slot", "licence", "执照", NAN},
                                     {"code", "91{slot}", NULL, NAN}};
    assert_string_equal(
        message_fill(a, "{slot}：{code}。", details, 2, LANGUAGE_ZH),
        "执照：91{slot}。"); /* values are not templates */
    assert_string_equal(
        message_fill(a, "{slot}: {code}.", details, 2, LANGUAGE_EN),
        "licence: 91{slot}.");
    assert_string_equal(message_fill(a, "{slo} {", details, 2, LANGUAGE_EN),
                        "{slo} {");
    assert_string_equal(message_fill(a, "", details, 2, LANGUAGE_EN), "");
    arena_free(a);
}

static void test_catalogue(void **state)
{
    (void)state;
    struct jval *rules = catalogue_json(NULL);
    struct str text, markdown;
    str_init(&text, 1 << 20);
    str_init(&markdown, 1 << 20);
    catalogue_text(NULL, &text);
    catalogue_markdown(NULL, &markdown);
    assert_int_equal(jval_count(rules),
                     engine_rule_count() + catalogue_duty_count());
    for (size_t i = 0; i < jval_count(rules); i++) {
        const struct jval *o = jval_at(rules, i);
        const char *id = jval_string(o, "rule", "");
        const struct rule *r = engine_lookup(id);
        assert_int_equal(r != NULL,
                         strcmp(jval_string(o, "keeper", ""), "check") == 0);
        assert_string_equal(jval_string(o, "advice_zh", ""),
                            r ? r->advice_zh : "");
        assert_non_null(strstr(text.s, id));
        assert_non_null(strstr(markdown.s, id));
        if (i > 0) {
            const struct jval *last = jval_at(rules, i - 1);
            assert_true(strcmp(jval_string(last, "rule", ""), id) < 0);
        }
    }
    assert_false(text.failed || markdown.failed);
    str_done(&text);
    str_done(&markdown);
    jval_free(rules);
}

/* docs/rules.md is printed, never written: `sealdesk rules --markdown`. */
static void test_documentation_is_current(void **state)
{
    (void)state;
    struct arena *a = arena_new(4 << 20);
    struct str markdown;
    char *bytes;
    size_t n;
    str_init(&markdown, 1 << 20);
    catalogue_markdown(NULL, &markdown);
    assert_int_equal(
        file_read(a, SOURCE_DIR "/docs/rules.md", 1 << 20, &bytes, &n, NULL),
        0);
    assert_int_equal(n, markdown.len);
    assert_memory_equal(bytes, markdown.s, n);
    str_done(&markdown);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_templates),
        cmocka_unit_test(test_origins),
        cmocka_unit_test(test_reminders),
        cmocka_unit_test(test_ids_are_sorted_and_unique),
        cmocka_unit_test(test_catalogue_is_complete),
        cmocka_unit_test(test_addresses_are_never_compared),
        cmocka_unit_test(test_fill),
        cmocka_unit_test(test_catalogue),
        cmocka_unit_test(test_documentation_is_current),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
