/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A rule in a few words: none without, the paper named when it is one, and no
 * advice with a hole in it. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "base/utf8.h"
#include "review/rule_words.h"
#include "rules/engine.h"

static void every_rule_has_words(void **state)
{
    struct arena *a = arena_new(1 << 20);
    (void)state;
    for (size_t i = 0; i < engine_rule_count(); i++) {
        const struct rule *r = engine_rule(i);
        size_t n = utf8_length(r->title_zh);
        if (n < 3 || n > 16 || strstr(r->title_zh, "。"))
            fail_msg("%s: %s is no title", r->id, r->title_zh);
        assert_non_null(
            strstr(rule_words(a, r->id, SLOT_UNKNOWN), r->title_zh));
    }
    arena_free(a);
}

static void the_paper_is_named(void **state)
{
    struct arena *a = arena_new(1 << 20);
    (void)state;
    assert_string_equal(rule_words(a, "I05", SLOT_UNKNOWN), "身份证：缩小复印");
    assert_string_equal(rule_words(a, "C02", SLOT_SEAL_SHEET),
                        "采集表：印章压住文字");
    assert_string_equal(rule_words(a, "C02", SLOT_UNKNOWN), "印章压住文字");
    assert_string_equal(rule_words(a, "X01", SLOT_BUSINESS_LICENSE),
                        "信用代码不一致");
    assert_string_equal(rule_words(a, "none", SLOT_UNKNOWN), "none");
    arena_free(a);
}

static void choices_are_whole_sentences(void **state)
{
    struct jval *all = rule_words_choices();
    (void)state;
    assert_int_equal(jval_count(all), engine_rule_count());
    for (size_t i = 0; i < jval_count(all); i++) {
        const struct jval *j = jval_at(all, i);
        const char *advice = jval_string(j, "advice", NULL);
        assert_non_null(engine_lookup(jval_string(j, "rule", "")));
        assert_non_null(advice);
        for (const char *p = strchr(advice, '{'); p; p = strchr(p + 1, '{'))
            assert_memory_equal(p, "{document}", strlen("{document}"));
    }
    jval_free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_has_words),
        cmocka_unit_test(the_paper_is_named),
        cmocka_unit_test(choices_are_whole_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
