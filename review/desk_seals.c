/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The page of the seals: each with its source, what was measured, its digits
 * and versions; which seals are one stamp; and approving one for production. */

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "intake/api/api.h"
#include "intake/core/service.h"
#include "review/handlers.h"
#include "review/seal_store.h"
#include "rules/life_cycle.h"

enum { DECIMALS = 3 };

static const double around = 0.08; /* of the longer side, as in depict.c */

static void copy(struct jval *to, const char *name, const struct jval *value)
{
    if (value)
        jval_set(to, name, jval_copy(value));
    else
        jval_set_null(to, name);
}

static void set_url(struct jval *j, const char *name, const char *url)
{
    if (url)
        jval_set_string(j, name, url);
    else
        jval_set_null(j, name);
}

static const char *image_url(struct arena *a,
                             const struct store_application *row,
                             const char *seal, int64_t version)
{
    return arena_printf(
        a, "/api/v1/applications/%s/seals/%s/versions/%lld/image.png", row->id,
        seal, (long long)version);
}

/* The parts of its quality; good: what the words of the notice ask for. */
static struct jval *parts_json(struct arena *a, const struct jval *seal)
{
    static const struct {
        const char *name, *label;
        double factor, good;
        bool is_less_better;
    } parts[] = {
        {"completeness", "印迹完整", 100, 90, false},
        {"clarity", "清晰度", 1, 70, false},
        {"background", "底色与杂质", 100, 5, true},
        {"confidence", "识别把握", 100, 90, false},
    };
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct jval *j = jval_new_object();
        const struct jval *value = jval_lookup(seal, parts[i].name);
        double v = jval_real_value(value, 0) * parts[i].factor;
        jval_set_string(j, "name", parts[i].name);
        jval_set_string(j, "label", parts[i].label);
        copy(j, "value", value);
        if (jval_kind_of(value) == JVAL_NUMBER) {
            jval_set_string(j, "text", arena_printf(a, "%.0f%%", v));
            jval_set_bool(j, "good",
                          parts[i].is_less_better ? v <= parts[i].good
                                                  : v >= parts[i].good);
        } else {
            jval_set_string(j, "text", "没有量出");
            jval_set_null(j, "good");
        }
        jval_append(all, j);
    }
    return all;
}

struct jval *desk_seal_version(struct service *s, struct arena *a,
                               const struct store_application *row,
                               const struct store_seal_version *v)
{
    struct jval *j = jval_new_object(), *params = NULL;
    bool by_machine = strcmp(v->made_by, "auto") == 0;
    if (v->params && jval_parse(v->params, strlen(v->params), &params, NULL))
        params = NULL;
    jval_set_int(j, "version", (long long)v->version);
    jval_set_string(j, "by", by_machine ? "自动" : desk_name(s, a, v->made_by));
    desk_set_time(a, j, "at", v->created_ms);
    jval_set_string(j, "image", image_url(a, row, v->seal, v->version));
    copy(j, "box", jval_lookup(params, "box"));
    jval_set_real(j, "rotation", jval_real(params, "rotation", 0), DECIMALS);
    copy(j, "threshold", jval_lookup(params, "threshold"));
    jval_set_string(j, "note", jval_string(params, "note", ""));
    jval_free(params);
    return j;
}

static void set_versions(struct service *s, const struct desk_load *l,
                         const char *seal,
                         const struct store_seal_version *rows, size_t n,
                         struct jval *j)
{
    struct jval *all = jval_new_array();
    bool has_first = false;
    const struct store_seal_version first = {.seal = seal,
                                             .version = 1,
                                             .made_by = "auto",
                                             .created_ms = l->run.created_ms};
    for (size_t i = 0; i < n; i++)
        has_first |= strcmp(rows[i].seal, seal) == 0 && rows[i].version == 1;
    if (!has_first)
        jval_append(all, desk_seal_version(s, l->arena, &l->row, &first));
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].seal, seal) == 0)
            jval_append(all, desk_seal_version(s, l->arena, &l->row, &rows[i]));
    const struct store_seal_version *p = seal_store_production(rows, n, seal);
    jval_set(j, "versions", all);
    if (!p) {
        jval_set_null(j, "production");
        return;
    }
    struct jval *chosen = jval_new_object();
    jval_set_int(chosen, "version", (long long)p->version);
    jval_set_string(chosen, "by", desk_name(s, l->arena, p->production_by));
    desk_set_time(l->arena, chosen, "at", p->production_ms);
    jval_set(j, "production", chosen);
}

static struct jval *number_json(const struct jval *seal)
{
    const struct jval *number = jval_lookup(seal, "number");
    if (!number)
        return NULL;
    struct jval *j = jval_copy(number);
    const struct jval *digits = jval_lookup(j, "digits");
    for (size_t i = 0; i < jval_count(digits); i++)
        jval_set_null(jval_at(digits, i), "crop");
    return j;
}

/* Where the crop "ID-source.jpg" lies on the page (intake/measure/depict.c). */
static struct jval *source_box(const struct desk_load *l,
                               const struct jval *seal)
{
    const struct jval *at =
        desk_page(l, jval_string(seal, "slot", ""), jval_int(seal, "page", 1));
    const struct jval *box = jval_lookup(seal, "box");
    double v[4];
    for (size_t i = 0; i < 4; i++)
        v[i] = jval_real_value(jval_at(box, i), 0);
    double grow = around * fmax(v[2], v[3]);
    Rect r = rect_inset((Rect){v[0], v[1], v[2], v[3]}, -grow, -grow);
    r = rect_intersect(
        r, (Rect){0, 0, jval_real(at, "width", 0), jval_real(at, "height", 0)});
    struct jval *j = jval_new_array();
    jval_append_real(j, r.x, 1);
    jval_append_real(j, r.y, 1);
    jval_append_real(j, r.w, 1);
    jval_append_real(j, r.h, 1);
    return j;
}

static struct jval *seal_json(struct service *s, const struct desk_load *l,
                              const struct jval *seal,
                              const struct store_seal_version *rows, size_t n)
{
    static const char *const same[] = {
        "role",         "shape",      "ink", "size_mm", "rotation", "clarity",
        "completeness", "background", "box", "text",    "colour",   "page"};
    struct arena *a = l->arena;
    struct jval *j = jval_new_object(), *number = number_json(seal);
    const char *id = arena_strdup(a, jval_string(seal, "id", ""));
    const char *slot = jval_string(seal, "slot", "");
    int k = slot_from_name(slot);
    jval_set_string(j, "id", id);
    jval_set_string(j, "slot", slot);
    jval_set_string(j, "slot_title", k < 0 ? "" : slot_zh((enum slot)k));
    jval_set_string(
        j, "page_key",
        arena_printf(a, "%s-%lld", slot, jval_int(seal, "page", 1)));
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        copy(j, same[i], jval_lookup(seal, same[i]));
    if (number)
        jval_set(j, "number", number);
    else
        jval_set_null(j, "number");
    set_url(j, "source",
            desk_picture_url(l, arena_printf(a, "%s-source.jpg", id), false));
    jval_set(j, "source_box", source_box(l, seal));
    set_url(j, "image", image_url(a, &l->row, id, 1));
    jval_set_null(j, "mask");
    jval_set(j, "parts", parts_json(a, seal));
    set_versions(s, l, id, rows, n, j);
    return j;
}

static struct jval *pairs_json(const struct desk_load *l)
{
    const struct jval *pairs = jval_lookup(l->report, "seal_pairs");
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < jval_count(pairs); i++) {
        const struct jval *p = jval_at(pairs, i);
        const struct jval *same = jval_lookup(p, "same_stamp");
        struct jval *j = jval_new_object();
        copy(j, "a", jval_lookup(p, "a"));
        copy(j, "b", jval_lookup(p, "b"));
        jval_set_string(j, "same",
                        jval_kind_of(same) != JVAL_BOOL ? "cannot_tell"
                        : jval_bool_value(same, false)  ? "same"
                                                        : "different");
        copy(j, "similarity", jval_lookup(p, "shape"));
        copy(j, "turn", jval_lookup(p, "turn"));
        copy(j, "same_impression", jval_lookup(p, "same_impression"));
        jval_append(all, j);
    }
    return all;
}

enum tri desk_with_seal(const struct desk_load *l)
{
    const struct jval *c =
        jval_lookup(jval_lookup(l->report, "application"), "certificate");
    const struct jval *v = jval_lookup(c, "with_seal");
    return jval_kind_of(v) != JVAL_BOOL ? TRI_UNKNOWN
           : jval_bool_value(v, false)  ? TRI_YES
                                        : TRI_NO;
}

const struct refusal *desk_export_refusal(const struct desk_load *l)
{
    int state = life_cycle_state_from_name(l->row.state ? l->row.state : "");
    return life_cycle_export_refusal(
        state < 0 ? ORDER_DRAFT : (enum order_state)state, desk_with_seal(l));
}

int desk_seals(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    struct desk_load *l;
    struct store_application row;
    struct store_seal_version *rows;
    size_t n;
    int code = desk_find(s, a, q, &row, e);
    if (code == 0 && q->step == 0)
        return desk_load(s, a, q, &row, NULL, false, r, e);
    if (code == 0)
        code = desk_loaded(q, &l, e);
    if (code == 0)
        code = store_seals(s->store, a, row.id, &rows, &n, e);
    if (code)
        return code;
    l->row = row;
    const struct refusal *no = desk_export_refusal(l);
    const struct jval *seals = jval_lookup(l->report, "seals");
    struct jval *j = jval_new_object(), *all = jval_new_array();
    for (size_t i = 0; i < jval_count(seals); i++)
        jval_append(all, seal_json(s, l, jval_at(seals, i), rows, n));
    jval_set_string(j, "id", row.id);
    jval_set_string(j, "order_no", row.order_no ? row.order_no : "");
    jval_set_string(j, "org_name", row.org_name ? row.org_name : "");
    jval_set_string(j, "state", desk_state(&row));
    jval_set_string(j, "etag", api_etag(a, &row));
    jval_set_bool(j, "export_ready", !no);
    jval_set_string(j, "export_why", no ? no->zh : "");
    jval_set(j, "seals", all);
    jval_set(j, "pairs", pairs_json(l));
    r->etag = api_etag(a, &row);
    return response_json(r, 200, j);
}

/* --- one version --------------------------------------------------------- */

/* The version asked for, with its picture wanted from a thread. */
static int begin(struct service *s, struct arena *a, const struct request *q,
                 long long version, bool keeps, struct response *r,
                 struct err *e)
{
    struct store_application row;
    struct store_seal_version v = {0};
    struct seal_work *w = arena_new_struct(a, struct seal_work);
    int code = desk_find(s, a, q, &row, e);
    if (code == 0)
        code = seal_store_find(s, a, &row, request_param(q, "sid"), version, &v,
                               e);
    if (code == 0)
        code = seal_store_read(s, a, &row, &v, w, e);
    w->keeps = keeps && !v.blob;
    return code ? code : response_work(r, seal_store_work, w);
}

int desk_seal_image(struct service *s, struct arena *a, const struct request *q,
                    struct response *r, struct err *e)
{
    const struct seal_work *w = q->state;
    if (q->step == 0) {
        const char *text = request_param(q, "version");
        long long version = 0;
        for (; *text >= '0' && *text <= '9' && version < 100000; text++)
            version = 10 * version + (*text - '0');
        return begin(s, a, q, version, false, r, e);
    }
    if (q->result)
        return err_set(e, (enum err_code)q->result, "the seal's picture");
    return response_bytes(r, 200, "image/png", w->png, w->n);
}

/* The seal as the report has it; NULL when it has no such seal. */
const struct jval *desk_find_seal(const struct desk_load *l, const char *id)
{
    const struct jval *seals = jval_lookup(l->report, "seals");
    for (size_t i = 0; i < jval_count(seals); i++)
        if (strcmp(jval_string(jval_at(seals, i), "id", ""), id) == 0)
            return jval_at(seals, i);
    return NULL;
}

/* The work, with the seal's role: a version that is put on record needs it. */
static int begin_produce(struct service *s, struct arena *a,
                         const struct request *q, struct response *r,
                         struct err *e)
{
    struct desk_load *l;
    const char *seal = request_param(q, "sid");
    int code = desk_loaded(q, &l, e);
    const struct jval *j = code ? NULL : desk_find_seal(l, seal);
    if (code == 0 && !j)
        code = err_set(e, ERR_MISSING, "no seal %s", seal);
    if (code == 0)
        code = begin(s, a, q, jval_int(q->json, "version", 0), true, r, e);
    if (code == 0)
        ((struct seal_work *)r->context)->version.role =
            arena_strdup(a, jval_string(j, "role", "other"));
    return code;
}

static int produce(struct service *s, struct arena *a, const struct request *q,
                   struct response *r, struct err *e)
{
    const struct seal_work *w = q->state;
    const char *seal = request_param(q, "sid");
    long long version = jval_int(q->json, "version", 0);
    int code = q->result
                   ? err_set(e, (enum err_code)q->result, "the seal's picture")
                   : 0;
    if (code == 0 && w->keeps)
        code = seal_store_keep_first(s, w, e);
    if (code == 0)
        code = store_seal_produce(s->store, w->row.id, seal, version, q->who.id,
                                  q->now_ms, e);
    if (code == ERR_CONFLICT)
        return problem_set(r, PROBLEM_FOUR_EYES,
                           "不能把自己修整的印章定为制章稿，须由另一人办理。");
    if (code == 0)
        code = desk_record(s, a, q->who.id, &w->row, "seal.produced",
                           arena_printf(a, "{\"seal\":\"%s\",\"version\":%lld}",
                                        seal, version),
                           e);
    if (code)
        return code;
    struct jval *j = jval_new_object();
    jval_set_int(j, "version", version);
    jval_set_string(j, "by", desk_name(s, a, q->who.id));
    desk_set_time(a, j, "at", q->now_ms);
    return response_json(r, 200, j);
}

int desk_seal_produce(struct service *s, struct arena *a,
                      const struct request *q, struct response *r,
                      struct err *e)
{
    struct store_application row;
    int code = desk_find(s, a, q, &row, e);
    if (code)
        return code;
    return q->step == 0   ? desk_load(s, a, q, &row, NULL, false, r, e)
           : q->step == 1 ? begin_produce(s, a, q, r, e)
                          : produce(s, a, q, r, e);
}
