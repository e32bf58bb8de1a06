/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/api/form.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/blob/vault.h"
#include "intake/core/service.h"

/* Under which label it is sealed tells whose word it is: nobody can make the
 * one from the other. */
#define STATED  "form"
#define VOUCHED "form, vouched for"

enum { MAX_FORM = 1 << 20 };

static const char *kind_of(const struct order *o)
{
    static const char *const kinds[] = {
        [TRI_UNKNOWN] = "unknown", [TRI_NO] = "sub", [TRI_YES] = "main"};
    return kinds[o->with_seal];
}

int form_put(struct service *s, struct arena *a, struct store_application *row,
             const struct form *form, struct err *e)
{
    const struct order *order = &form->order;
    struct vault_key key;
    struct str t;
    int r = vault_key_open(s->vault, row->id, row->data_key, &key, e);
    if (r)
        return r;
    str_init(&t, MAX_FORM);
    jval_print(form->json, false, &t);
    if (t.failed)
        r = err_set(e, ERR_LIMIT, "a form of more than %d bytes", MAX_FORM);
    else
        row->form = vault_seal(&key, a, form->is_vouched ? VOUCHED : STATED,
                               t.s, t.len);
    str_done(&t);
    vault_key_done(&key);
    row->order_no = order->order_no;
    row->org_name = order->org_name;
    row->credit_code = order->credit_code;
    row->project = order->project;
    row->kind = kind_of(order);
    return r;
}

static bool is_same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

bool form_keeps_word(const struct order *was, const struct order *now)
{
    return is_same(was->legal_rep_verification, now->legal_rep_verification) &&
           was->prior_main_key == now->prior_main_key &&
           is_same(was->legal_rep, now->legal_rep) &&
           is_same(was->credit_code, now->credit_code);
}

static int open_form(struct service *s, struct arena *a,
                     const struct store_application *row,
                     struct store_bytes sealed, struct jval **ret,
                     bool *ret_is_vouched, struct err *e)
{
    struct vault_key key;
    char *bytes;
    size_t n;
    int r = vault_key_open(s->vault, row->id, row->data_key, &key, e);
    if (r)
        return r;
    r = vault_unseal(&key, a, VOUCHED, sealed, &bytes, &n, NULL);
    *ret_is_vouched = r == 0;
    if (r)
        r = vault_unseal(&key, a, STATED, sealed, &bytes, &n, e);
    vault_key_done(&key);
    return r ? r : jval_parse(bytes, n, ret, e);
}

int form_get(struct service *s, struct arena *a,
             const struct store_application *row, struct store_bytes sealed,
             struct jval **ret, struct err *e)
{
    bool is_vouched;
    return open_form(s, a, row, sealed, ret, &is_vouched, e);
}

int form_order(struct service *s, struct arena *a,
               const struct store_application *row, struct store_bytes sealed,
               struct order *ret, struct err *e)
{
    bool is_vouched;
    struct jval *form;
    int r = open_form(s, a, row, sealed, &form, &is_vouched, e);
    if (r)
        return r;
    r = facts_json_read_order(a, form, ret, e);
    jval_free(form);
    if (!is_vouched) {
        ret->legal_rep_verification = NULL;
        ret->prior_main_key = TRI_UNKNOWN;
    }
    return r;
}

int form_stated(struct service *s, struct arena *a,
                const struct store_application *row, struct form_stated *ret,
                struct err *e)
{
    bool is_vouched;
    struct jval *form;
    struct order order;
    *ret = (struct form_stated){.prior_main_key = TRI_UNKNOWN};
    int r = open_form(s, a, row, row->form, &form, &is_vouched, e);
    if (r)
        return r;
    r = facts_json_read_order(a, form, &order, e);
    jval_free(form);
    if (r == 0 && !is_vouched)
        *ret = (struct form_stated){order.legal_rep_verification,
                                    order.prior_main_key};
    return r;
}

int form_others(struct service *s, struct arena *a,
                const struct store_application *row, struct order *order,
                struct err *e)
{
    struct store_application *others = NULL;
    size_t n = 0;
    int r = row->credit_code
                ? store_applications_beside(s->store, a, row, &others, &n, e)
                : 0;
    struct other_order *list = arena_new_array(a, n, struct other_order);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct other_order){others[i].order_no, others[i].project};
    order->others = list;
    order->n_others = n;
    return r;
}
