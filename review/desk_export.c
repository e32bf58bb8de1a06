/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Giving the seals out: a link for ten minutes, that works once. Asked for only
 * when the order is handled and its papers are approved (W06), and of seals
 * that a second person has approved. Both steps are in the audit log.
 */

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/api/api.h"
#include "intake/blob/vault.h"
#include "intake/core/service.h"
#include "intake/store/store_seal.h"
#include "intake/version.h"
#include "review/export.h"
#include "review/handlers.h"
#include "review/seal_set.h"
#include "rules/life_cycle.h"

enum { LINK_MS = 10 * 60 * 1000, MAX_ZIP = 32 << 20, MAX_PNG = 8 << 20 };

const struct refusal *desk_export_refusal(const struct store_application *row)
{
    int state = life_cycle_state_from_name(row->state ? row->state : "");
    return life_cycle_export_refusal(
        state < 0 ? ORDER_DRAFT : (enum order_state)state, desk_with_seal(row));
}

/* Approved, and cut from a scan that is still the paper's newest. */
static bool is_ready(const struct seal_set *papers,
                     const struct store_seal_version *v)
{
    return v->production_ms > 0 && seal_set_has(papers, v->seal);
}

/* {"p1-sheet-1-1": 2}: what is approved; the number of seals. */
static size_t approved(const struct seal_set *papers, const char **ret)
{
    struct jval *j = jval_new_object();
    struct str t;
    str_init(&t, 1 << 16);
    for (size_t i = 0; i < papers->n_versions; i++)
        if (is_ready(papers, &papers->versions[i]))
            jval_set_int(j, papers->versions[i].seal,
                         (long long)papers->versions[i].version);
    jval_print(j, false, &t);
    *ret = arena_strdup(papers->arena, t.s);
    size_t count = jval_count(j);
    str_done(&t);
    jval_free(j);
    return count;
}

static int give_link(struct service *s, struct arena *a,
                     const struct request *q,
                     const struct store_application *row, const char *seals,
                     struct response *r, struct err *e)
{
    char token[VAULT_TOKEN], hash[VAULT_HASH];
    vault_token(token);
    vault_token_hash(s->vault, token, hash);
    const struct store_export x = {.token_hash = hash,
                                   .application = row->id,
                                   .seals = seals,
                                   .user = q->who.id,
                                   .created_ms = q->now_ms,
                                   .expires_ms = q->now_ms + LINK_MS};
    int code = store_export_add(s->store, &x, e);
    if (code == 0)
        code = desk_record(s, a, q->who.id, row, "seal.linked", seals, e);
    if (code)
        return code;
    struct jval *j = jval_new_object();
    jval_set_string(j, "url", arena_printf(a, "/api/v1/exports/%s", token));
    desk_set_time(a, j, "expires_at", x.expires_ms);
    return response_json(r, 201, j);
}

int desk_export(struct service *s, struct arena *a, const struct request *q,
                struct response *r, struct err *e)
{
    struct store_application row;
    struct seal_set papers;
    const char *seals;
    int code = desk_find(s, a, q, &row, e);
    if (code == 0)
        code = seal_set_open(s, a, &row, true, &papers, e);
    if (code)
        return code;
    const struct refusal *no = desk_export_refusal(&row);
    if (no)
        return problem_set(r, PROBLEM_WRONG_STATE, "%s", no->zh);
    if (approved(&papers, &seals) == 0)
        return problem_set(r, PROBLEM_WRONG_STATE, "还没有定为制章稿的印章。");
    return give_link(s, a, q, &row, seals, r, e);
}

/* --- taking -------------------------------------------------------------- */

struct taking {
    struct arena *arena;
    struct store_application row;
    struct export_info info;
    struct seal_set papers;
    struct store_seal_version *versions;
    size_t n;
    const char *bytes;
    size_t size;
    struct err error;
};

static int read_seals(struct service *s, const struct taking *t,
                      struct export_seal *ret, struct err *e)
{
    struct vault_key k;
    int r = vault_key_open(s->vault, t->row.id, t->row.data_key, &k, e);
    if (r)
        return r;
    for (size_t i = 0; i < t->n && r == 0; i++) {
        const struct store_seal_version *v = &t->versions[i];
        const struct seal_file *from =
            seal_set_file(&t->papers, seal_set_name(v->seal));
        char *bytes;
        ret[i] = (struct export_seal){.id = v->seal,
                                      .role = v->role,
                                      .version = (int)v->version,
                                      .width_mm = v->width_mm,
                                      .height_mm = v->height_mm,
                                      .params = v->params,
                                      .made_by = v->made_by,
                                      .proposed_by = v->proposed_by,
                                      .approved_by = v->production_by,
                                      .source = from->name,
                                      .source_sha256 = from->sha256};
        r = vault_get(&k, s->blobs, v->blob, t->arena, MAX_PNG, &bytes,
                      &ret[i].n, e);
        ret[i].png = (const uint8_t *)bytes;
    }
    vault_key_done(&k);
    return r;
}

static int pack(struct service *s, void *context, struct err *e)
{
    struct taking *t = context;
    struct export_seal *seals =
        arena_new_array(t->arena, t->n, struct export_seal);
    struct str out;
    str_init(&out, MAX_ZIP);
    int r = read_seals(s, t, seals, e);
    if (r == 0)
        r = export_write(t->arena, &t->info, seals, t->n, &out, e);
    if (r == 0) {
        t->bytes = arena_memdup(t->arena, out.s, out.len);
        t->size = out.len;
    } else if (e) {
        t->error = *e;
    }
    str_done(&out);
    return r;
}

/* The versions that the link names, if they are still those approved. */
static int find_versions(struct service *s, struct taking *t, const char *seals,
                         struct err *e)
{
    struct jval *j, *child;
    const char *name;
    int r = jval_parse(seals, strlen(seals), &j, e);
    if (r)
        return r;
    t->versions =
        arena_new_array(t->arena, jval_count(j), struct store_seal_version);
    for (size_t i = 0; r == 0 && jval_member(j, i, &name, &child); i++) {
        r = store_seal_get(s->store, t->arena, t->row.id, name,
                           (int64_t)jval_real_value(child, 0),
                           &t->versions[t->n], e);
        if (r == 0 && !is_ready(&t->papers, &t->versions[t->n]))
            r = err_set(e, ERR_CONFLICT, "seal %s is not approved any more",
                        name);
        t->n += r == 0;
    }
    jval_free(j);
    return r;
}

static int start(struct service *s, struct arena *a, const struct request *q,
                 struct response *r, struct err *e)
{
    char hash[VAULT_HASH];
    struct store_export x;
    struct taking *t = arena_new_struct(a, struct taking);
    vault_token_hash(s->vault, request_param(q, "token"), hash);
    int code = store_export_use(s->store, a, hash, q->now_ms, &x, e);
    if (code == ERR_CONFLICT || code == ERR_MISSING)
        return problem_set(r, PROBLEM_GONE,
                           "下载链接已经用过或已过期，请重新导出。");
    t->arena = a;
    if (code == 0)
        code = api_find(s, a, q, x.application, &t->row, e);
    if (code == 0)
        code = seal_set_open(s, a, &t->row, true, &t->papers, e);
    if (code == 0)
        code = find_versions(s, t, x.seals, e);
    if (code == ERR_CONFLICT)
        return problem_set(r, PROBLEM_GONE, "印章已经换了版本，请重新导出。");
    if (code == 0)
        code =
            desk_record(s, a, q->who.id, &t->row, "seal.exported", x.seals, e);
    if (code)
        return code;
    t->info = (struct export_info){.order_no = t->row.order_no,
                                   .org_name = t->row.org_name,
                                   .credit_code = t->row.credit_code,
                                   .at = api_time(a, q->now_ms),
                                   .user = q->who.name,
                                   .program = SEALDESK_VERSION,
                                   .run = t->papers.run};
    return response_work(r, pack, t);
}

int desk_export_take(struct service *s, struct arena *a,
                     const struct request *q, struct response *r, struct err *e)
{
    const struct taking *t = q->state;
    if (q->method == METHOD_HEAD) /* looking must not use the link up */
        return response_empty(r, 204);
    if (q->step == 0)
        return start(s, a, q, r, e);
    if (q->result)
        return err_set(e, (enum err_code)q->result, "export: %s",
                       t->error.text);
    r->disposition =
        arena_printf(a, "seals-%s.zip", t->row.order_no ? t->row.order_no : "");
    return response_bytes(r, 200, "application/zip", t->bytes, t->size);
}
