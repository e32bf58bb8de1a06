/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * form: what an applicant says of himself is kept and judged as not known; what
 * was vouched for is believed, and stays so while nobody changes it.
 */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <string.h>

#include "base/err.h"
#include "base/facts_json.h"
#include "base/jval.h"
#include "intake/api/form.h"
#include "intake/blob/vault.h"
#include "intake/core/service.h"
#include "own_arena.h"

#define ID "01ARZ3NDEKTSV4RRFFQ69G5FAV"

static const char text[] =
    "{\"organization\":{\"credit_code\":\"91360429MAYGXN9C1E\"},"
    "\"certificate\":{\"with_seal\":true,\"prior_main_key\":\"no\"},"
    "\"legal_representative\":{\"name\":\"张某\",\"verification\":"
    "\"认证成功\"},\"handler\":{\"name\":\"李某\"}}";

static struct service service;

static int open_vault(void **state)
{
    static const uint8_t key[VAULT_KEY] = {1, 2, 3};
    open_arena(state);
    return vault_from_key(key, &service.vault, NULL);
}

static int close_vault(void **state)
{
    vault_close(service.vault);
    return close_arena(state);
}

/* The text as a form, sealed into *row. */
static void put(struct store_application *row, bool is_vouched)
{
    struct jval *j;
    struct form form = {.is_vouched = is_vouched};
    struct err e = {0};
    *row = (struct store_application){
        .id = ID, .data_key = vault_new_key(service.vault, arena, ID)};
    assert_int_equal(jval_parse(text, strlen(text), &j, &e), 0);
    form.json = j;
    assert_int_equal(facts_json_read_order(arena, j, &form.order, &e), 0);
    assert_int_equal(form_put(&service, arena, row, &form, &e), 0);
    assert_string_equal(row->kind, "main");
    jval_free(j);
}

static struct order read_order(const struct store_application *row)
{
    struct order o;
    struct err e = {0};
    assert_int_equal(form_order(&service, arena, row, row->form, &o, &e), 0);
    return o;
}

static void vouched_is_believed(void **state)
{
    struct store_application row;
    (void)state;
    put(&row, true);
    struct order o = read_order(&row);
    assert_string_equal(o.legal_rep_verification, "认证成功");
    assert_int_equal(o.prior_main_key, TRI_NO);
}

static void stated_is_not(void **state)
{
    struct store_application row;
    struct jval *j;
    (void)state;
    put(&row, false);
    struct order o = read_order(&row);
    assert_null(o.legal_rep_verification);
    assert_int_equal(o.prior_main_key, TRI_UNKNOWN);
    assert_string_equal(o.handler_name, "李某");
    assert_int_equal(o.with_seal, TRI_YES);
    /* but people see it */
    assert_int_equal(form_get(&service, arena, &row, row.form, &j, NULL), 0);
    const struct jval *person = jval_lookup(j, "legal_representative");
    assert_string_equal(jval_string(person, "verification", ""), "认证成功");
    jval_free(j);
}

/* What is sealed for one application opens in no other, whoever's word it is.
 */
static void moved_is_refused(void **state)
{
    struct store_application row, other;
    struct order o;
    struct err e = {0};
    (void)state;
    put(&row, true);
    put(&other, false);
    assert_int_not_equal(form_order(&service, arena, &other, row.form, &o, &e),
                         0);
}

static void change_ends_the_word(void **state)
{
    struct store_application row;
    (void)state;
    put(&row, true);
    const struct order was = read_order(&row);
    struct order now = was;
    now.handler_mobile = "13900001234";
    assert_true(form_keeps_word(&was, &now));
    now.legal_rep = "王某";
    assert_false(form_keeps_word(&was, &now));
    now = was;
    now.credit_code = NULL;
    assert_false(form_keeps_word(&was, &now));
    now = was;
    now.prior_main_key = TRI_YES;
    assert_false(form_keeps_word(&was, &now));
    /* Nothing becomes true by being said again. */
    put(&row, false);
    const struct order stated = read_order(&row);
    assert_false(form_keeps_word(&stated, &was));
}

int main(void)
{
#define test(f) cmocka_unit_test_setup_teardown(f, open_vault, close_vault)
    const struct CMUnitTest tests[] = {
        test(vouched_is_believed),
        test(stated_is_not),
        test(moved_is_refused),
        test(change_ends_the_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
