/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/api/form.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/blob/vault.h"
#include "intake/core/service.h"

#define LABEL "form"

enum { MAX_FORM = 1 << 20 };

static const char *kind_of(const struct order *o)
{
    static const char *const kinds[] = {
        [TRI_UNKNOWN] = "unknown", [TRI_NO] = "sub", [TRI_YES] = "main"};
    return kinds[o->with_seal];
}

int form_put(struct service *s, struct arena *a, struct store_application *row,
             const struct jval *form, const struct order *order, struct err *e)
{
    struct vault_key key;
    struct str t;
    int r = vault_key_open(s->vault, row->id, row->data_key, &key, e);
    if (r)
        return r;
    str_init(&t, MAX_FORM);
    jval_print(form, false, &t);
    if (t.failed)
        r = err_set(e, ERR_LIMIT, "a form of more than %d bytes", MAX_FORM);
    else
        row->form = vault_seal(&key, a, LABEL, t.s, t.len);
    str_done(&t);
    vault_key_done(&key);
    row->order_no = order->order_no;
    row->org_name = order->org_name;
    row->credit_code = order->credit_code;
    row->project = order->project;
    row->kind = kind_of(order);
    return r;
}

int form_get(struct service *s, struct arena *a,
             const struct store_application *row, struct store_bytes sealed,
             struct jval **ret, struct err *e)
{
    struct vault_key key;
    char *bytes;
    size_t n;
    int r = vault_key_open(s->vault, row->id, row->data_key, &key, e);
    if (r)
        return r;
    r = vault_unseal(&key, a, LABEL, sealed, &bytes, &n, e);
    vault_key_done(&key);
    return r ? r : jval_parse(bytes, n, ret, e);
}

int form_order(struct service *s, struct arena *a,
               const struct store_application *row, struct store_bytes sealed,
               struct order *ret, struct err *e)
{
    struct jval *form;
    int r = form_get(s, a, row, sealed, &form, e);
    if (r)
        return r;
    r = facts_json_read_order(a, form, ret, e);
    jval_free(form);
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
