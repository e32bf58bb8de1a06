/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Dates as papers write them and as readers spoil them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "ocr/date.h"

/* Finds the dates and joins them with a blank. */
static const char *found_in(struct arena *a, const char *text)
{
    struct date d[4];
    size_t n;
    const uint32_t *c = utf8_codes(a, text, &n);
    size_t count = date_find(c, n, d, 4);
    const char *all = "";
    for (size_t i = 0; i < count; i++) {
        assert_true(d[i].from < d[i].to && d[i].to <= n);
        all = arena_printf(a, "%s%s%s", all, *all ? " " : "", d[i].text);
    }
    return all;
}

static void test_dates_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text, *dates;
    } cases[] = {
        {"2026年04月02日", "2026-04-02"},
        {"2026年4月2日", "2026-04-02"},
        {"2026.04.02", "2026-04-02"},
        {"2026-4-2", "2026-04-02"},
        {"20260402", "2026-04-02"},
        {"二〇二六年四月二日", "2026-04-02"},
        {"二○二六年十二月三十一日", "2026-12-31"},
        {"二零二六年十月二十日", "2026-10-20"},
        {"贰零贰陆年零肆月零贰日", "2026-04-02"},
        {"有效期限2021.04.14-2031.04.14", "2021-04-14 2031-04-14"},
        {"2021.04.14-长期", "2021-04-14 长期"},
        {"自2018年03月10日至永久", "2018-03-10 长期"},
        {"2018年03月10日至长期", "2018-03-10 长期"},
        {"2015年8月19日至不约定期限", "2015-08-19 长期"},
        {"自2026年4月2日起至2029年4月1日止", "2026-04-02 2029-04-01"},
        /* Signs misread or lost. */
        {"2026生04月02曰", "2026-04-02"},
        {"202604月02日", "2026-04-02"},
        {"2021.04.142031.04.14", "2021-04-14 2031-04-14"},
        {"2024年2月29日", "2024-02-29"},
    };
    struct arena *a = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(found_in(a, cases[i].text), cases[i].dates);
    arena_free(a);
}

static void test_what_is_no_date(void **state)
{
    (void)state;
    static const char *const cases[] = {"",
                                        "2026",
                                        "2026年",
                                        "2026年13月02日",
                                        "2023年2月29日",
                                        "20260402791743",
                                        "360121199703111023",
                                        "年月日",
                                        "1234.05.06",
                                        "    年  月  日"};
    struct arena *a = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(found_in(a, cases[i]), "");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates_are_found),
        cmocka_unit_test(test_what_is_no_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
