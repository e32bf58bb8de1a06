/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every state with every event, against the notice's own table. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "rules/life_cycle.h"

/* A row per state, a column per event in the order of life_cycle.def: where it
 * goes (the first letters of the state), or "-". */
static const struct row {
    const char *state, *to[ORDER_EVENTS];
} rows[ORDER_STATES] = {
    /* clang-format off */
    /*                  submit  pass  fail  f_key  resub  del  pay   p_def  p_pass  make disp */
    {"draft",           {"rev", "-",  "-",  "-",   "-",   "-", "-",  "-",   "-",    "-", "-"}},
    {"reviewing",       {"-", "pas","returned","returned_key","-","-","-","-","-",  "-", "-"}},
    {"returned",        {"-",   "-",  "-",  "-",   "rev", "del","-", "-",   "-",    "-", "-"}},
    {"returned_key",    {"-",   "-",  "-",  "-",   "-",   "del","-", "-",   "-",    "-", "-"}},
    {"passed",          {"-",   "-",  "-",  "-",   "-",   "-", "awaiting","-","-",  "-", "-"}},
    {"awaiting_papers", {"-", "-","-","-","-","-","-","papers_l","papers_a","-","-"}},
    {"papers_lacking",  {"-", "-","-","-","-","-","-","papers_l","papers_a","-","-"}},
    {"papers_approved", {"-", "-","-","-","-","-","-","papers_l","-","made","-"}},
    {"made",            {"-",   "-",  "-",  "-",   "-",   "-", "-",  "-",   "-",    "-", "iss"}},
    {"issued",          {"-",   "-",  "-",  "-",   "-",   "-", "-",  "-",   "-",    "-", "-"}},
    {"deleted",         {"-",   "-",  "-",  "-",   "-",   "-", "-",  "-",   "-",    "-", "-"}},
    /* clang-format on */
};

static void check_refused(enum order_state s, enum order_event ev, int rc,
                          const struct err *e)
{
    assert_int_equal(rc, ERR_USAGE);
    assert_non_null(strstr(e->text, life_cycle_state_name(s)));
    assert_non_null(strstr(e->text, life_cycle_event_name(ev)));
}

static void test_every_pair(void **state)
{
    (void)state;
    for (enum order_state s = 0; s < ORDER_STATES; s++) {
        assert_string_equal(rows[s].state, life_cycle_state_name(s));
        for (enum order_event ev = 0; ev < ORDER_EVENTS; ev++) {
            const char *want = rows[s].to[ev];
            enum order_state to = ORDER_STATES;
            struct err e = {0};
            int rc = life_cycle_move(s, ev, &to, &e);
            assert_int_equal(life_cycle_allows(s, ev), rc == 0);
            if (strcmp(want, "-") == 0) {
                check_refused(s, ev, rc, &e);
                assert_int_equal(to, ORDER_STATES);
                continue;
            }
            assert_int_equal(rc, 0);
            assert_memory_equal(life_cycle_state_name(to), want, strlen(want));
        }
    }
}

/* What the platform shows moves exactly as the notice says. */
static void test_statuses(void **state)
{
    (void)state;
    static const char *const steps[][2] = {
        {"未提交", "正在审核"},       {"正在审核", "资料审核失败"},
        {"正在审核", "资料审核通过"}, {"资料审核失败", "正在审核"},
        {"资料审核失败", "已删除"},   {"资料审核通过", "正在受理"},
        {"正在受理", "正在受理"},     {"正在受理", "制证完成"},
        {"制证完成", "已发放"},
    };
    enum { STEPS = sizeof steps / sizeof *steps };
    bool seen[STEPS] = {false};
    for (enum order_state s = 0; s < ORDER_STATES; s++)
        for (enum order_event ev = 0; ev < ORDER_EVENTS; ev++) {
            enum order_state to;
            if (life_cycle_move(s, ev, &to, NULL) != 0)
                continue;
            bool known = false;
            for (int k = 0; k < STEPS; k++)
                if (strcmp(steps[k][0], life_cycle_status(s)) == 0 &&
                    strcmp(steps[k][1], life_cycle_status(to)) == 0)
                    known = seen[k] = true;
            assert_true(known);
        }
    for (int k = 0; k < STEPS; k++)
        assert_true(seen[k]);
}

static void test_wrong_key_is_deleted(void **state)
{
    (void)state;
    static const char *const faults[] = {"A03", "K02", "X01"};
    assert_int_equal(life_cycle_return_event(faults, 3), ON_FAIL_KEY);
    assert_int_equal(life_cycle_return_event(faults + 1, 1), ON_FAIL_KEY);
    assert_int_equal(life_cycle_return_event(faults, 1), ON_FAIL);
    assert_int_equal(life_cycle_return_event(NULL, 0), ON_FAIL);
    assert_false(life_cycle_allows(ORDER_RETURNED_KEY, ON_RESUBMIT));
    assert_string_equal(life_cycle_status(ORDER_RETURNED_KEY), "资料审核失败");
}

static void test_export(void **state)
{
    (void)state;
    for (enum order_state s = 0; s < ORDER_STATES; s++) {
        assert_string_equal(life_cycle_export_refusal(s, TRI_NO)->name,
                            "sub_key");
        assert_string_equal(life_cycle_export_refusal(s, TRI_UNKNOWN)->name,
                            "key_unknown");
        const struct refusal *r = life_cycle_export_refusal(s, TRI_YES);
        bool handled = strcmp(life_cycle_status(s), "正在受理") == 0;
        if (s == ORDER_PAPERS_APPROVED)
            assert_null(r);
        else
            assert_string_equal(r->name,
                                handled ? "not_approved" : "not_handled");
    }
}

static void test_names(void **state)
{
    (void)state;
    for (enum order_state s = 0; s < ORDER_STATES; s++) {
        assert_int_equal(life_cycle_state_from_name(life_cycle_state_name(s)),
                         s);
        int first = life_cycle_state_from_status(life_cycle_status(s));
        assert_true(first >= 0 && first <= (int)s);
        assert_true(life_cycle_state_zh(s)[0]);
    }
    for (enum order_event ev = 0; ev < ORDER_EVENTS; ev++) {
        assert_int_equal(life_cycle_event_from_name(life_cycle_event_name(ev)),
                         ev);
        assert_true(life_cycle_event_zh(ev)[0]);
    }
    assert_int_equal(life_cycle_state_from_name("nowhere"), -1);
    assert_int_equal(life_cycle_event_from_name(""), -1);
    assert_int_equal(life_cycle_state_from_status("审核中"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_pair),
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_wrong_key_is_deleted),
        cmocka_unit_test(test_export),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
