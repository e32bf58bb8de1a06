/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The page of the seals, of the uploads or of the papers: each with its source,
 * what was measured, its digits and versions; and which seals are one stamp. */

#include <string.h>

#include "base/arena.h"
#include "base/facts_json.h"
#include "base/jval.h"
#include "intake/api/api.h"
#include "intake/core/service.h"
#include "intake/store/store_seal.h"
#include "review/handlers.h"
#include "review/seal_place.h"
#include "review/seal_set.h"
#include "review/seal_store.h"
#include "rules/life_cycle.h"

enum { DECIMALS = 3 };

/* "image", "mask" or "digits" of a version. */
static const char *version_url(struct arena *a,
                               const struct store_application *row,
                               const char *seal, int64_t version,
                               const char *what)
{
    return arena_printf(a,
                        "/api/v1/applications/%s/seals/%s/versions/%lld/%s.png",
                        row->id, seal, (long long)version, what);
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
        jval_set_or_null(j, "value", jval_copy(value));
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

/* A person and a time, or null. */
static void set_person(struct service *s, struct arena *a, struct jval *j,
                       const char *name, const char *user, int64_t at_ms)
{
    if (!user) {
        jval_set_null(j, name);
        return;
    }
    struct jval *p = jval_new_object();
    jval_set_string(p, "by", desk_name(s, a, user));
    desk_set_time(a, p, "at", at_ms);
    jval_set(j, name, p);
}

/* Two people: the first proposes (or has made it by hand), the second
 * approves. Only what was cut from the papers is ever produced. */
static void set_rights(struct jval *j, const struct request *q,
                       const struct store_seal_version *v)
{
    const char *first = seal_store_first_person(v);
    bool is_mine = (first && strcmp(first, q->who.id) == 0) ||
                   (v->proposed_by && strcmp(v->proposed_by, q->who.id) == 0);
    bool is_paper = seal_set_is_paper(v->seal), is_done = v->production_ms > 0;
    bool may = permission_has(PERMIT_SEAL_PRODUCE, q->who.roles);
    jval_set_bool(j, "may_propose",
                  is_paper && !is_done && !first &&
                      permission_has(PERMIT_SEAL_EDIT, q->who.roles));
    jval_set_bool(j, "may_approve",
                  is_paper && !is_done && first && !is_mine && may);
    jval_set_string(j, "why",
                    !is_paper ? "制章稿须取自邮寄原件的扫描。"
                    : is_done ? ""
                    : !first  ? "须先由一人提交为制章稿。"
                    : is_mine ? "须由另一人复核。"
                    : may     ? ""
                              : "您没有制章定稿的权限。");
}

/* Where it was cut and how: by hand, or found by the machine. */
static void set_place(struct jval *j, const struct store_seal_version *v,
                      const struct recut *found)
{
    struct jval *params = NULL;
    struct recut at = {0};
    if (v->params && jval_parse(v->params, strlen(v->params), &params, NULL))
        params = NULL;
    bool by_hand = params && recut_from_json(params, &at, NULL) == 0;
    if (!by_hand && found)
        at = *found;
    jval_set_or_null(j, "box",
                     by_hand || found ? facts_json_box(at.box) : NULL);
    jval_set_real(j, "rotation", at.rotation_deg, DECIMALS);
    jval_set_or_null(j, "threshold",
                     jval_copy(jval_lookup(params, "threshold")));
    jval_set_string(j, "note", jval_string(params, "note", ""));
    jval_free(params);
}

struct jval *desk_seal_version(struct service *s, struct arena *a,
                               const struct request *q,
                               const struct store_application *row,
                               const struct store_seal_version *v,
                               const struct recut *found)
{
    struct jval *j = jval_new_object();
    bool by_machine = strcmp(v->made_by, SEAL_MACHINE) == 0;
    jval_set_int(j, "version", (long long)v->version);
    jval_set_string(j, "by", by_machine ? "自动" : desk_name(s, a, v->made_by));
    desk_set_time(a, j, "at", v->created_ms);
    jval_set_string(j, "image",
                    version_url(a, row, v->seal, v->version, "image"));
    jval_set_string(j, "mask",
                    version_url(a, row, v->seal, v->version, "mask"));
    jval_set_string(j, "digits",
                    version_url(a, row, v->seal, v->version, "digits"));
    set_place(j, v, found);
    set_person(s, a, j, "proposed", v->proposed_by, v->proposed_ms);
    set_person(s, a, j, "approved", v->production_by, v->production_ms);
    set_rights(j, q, v);
    return j;
}

/* What the answer is made of. */
struct page {
    const struct request *q;
    const struct desk_load *load;
    const struct seal_set *set;
};

static void set_versions(struct service *s, const struct page *p,
                         const struct jval *seal, const char *id,
                         struct jval *j)
{
    struct arena *a = p->load->arena;
    struct jval *all = jval_new_array();
    const struct seal_set *set = p->set;
    const struct recut found = seal_place_found(p->load, seal);
    bool has_first = false;
    const struct store_seal_version first = {.seal = id,
                                             .version = 1,
                                             .made_by = SEAL_MACHINE,
                                             .created_ms = set->run_ms};
    for (size_t i = 0; i < set->n_versions; i++)
        has_first |= strcmp(set->versions[i].seal, id) == 0 &&
                     set->versions[i].version == 1;
    if (!has_first)
        jval_append(
            all, desk_seal_version(s, a, p->q, &p->load->row, &first, &found));
    for (size_t i = 0; i < set->n_versions; i++)
        if (strcmp(set->versions[i].seal, id) == 0)
            jval_append(all, desk_seal_version(s, a, p->q, &p->load->row,
                                               &set->versions[i], &found));
    const struct store_seal_version *made =
        seal_store_production(set->versions, set->n_versions, id);
    jval_set(j, "versions", all);
    set_person(s, a, j, "production", made ? made->production_by : NULL,
               made ? made->production_ms : 0);
    if (made)
        jval_set_int(jval_lookup(j, "production"), "version",
                     (long long)made->version);
}

static struct jval *seal_json(struct service *s, const struct page *p,
                              const struct jval *seal)
{
    static const char *const same[] = {
        "role",    "shape",        "ink",        "size_mm",  "rotation",
        "clarity", "completeness", "background", "box",      "text",
        "colour",  "page",         "number",     "line_text"};
    const struct desk_load *l = p->load;
    struct arena *a = l->arena;
    struct jval *j = jval_new_object();
    const char *name = jval_string(seal, "id", "");
    const char *id = seal_set_id(p->set, name);
    const char *slot = jval_string(seal, "slot", "");
    int k = slot_from_name(slot);
    jval_set_string(j, "id", id);
    jval_set_string(j, "slot", slot);
    jval_set_string(j, "slot_title", k < 0 ? "" : slot_zh((enum slot)k));
    jval_set_string(
        j, "page_key",
        arena_printf(a, "%s-%lld", slot, jval_int(seal, "page", 1)));
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        jval_set_or_null(j, same[i], jval_copy(jval_lookup(seal, same[i])));
    jval_set_string(
        j, "source",
        desk_picture_url(l, arena_printf(a, "%s-source.jpg", name), false));
    jval_set(j, "source_box", facts_json_box(seal_place_source(l, seal)));
    jval_set_string(j, "image", version_url(a, &l->row, id, 1, "image"));
    jval_set(j, "parts", parts_json(a, seal));
    set_versions(s, p, seal, id, j);
    return j;
}

const char *desk_same_stamp(const struct jval *same)
{
    return jval_kind_of(same) != JVAL_BOOL ? "cannot_tell"
           : jval_bool_value(same, false)  ? "same"
                                           : "different";
}

static struct jval *pairs_json(const struct desk_load *l,
                               const struct seal_set *set)
{
    const struct jval *pairs = jval_lookup(l->report, "seal_pairs");
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < jval_count(pairs); i++) {
        const struct jval *p = jval_at(pairs, i);
        struct jval *j = jval_new_object();
        jval_set_string(j, "a", seal_set_id(set, jval_string(p, "a", "")));
        jval_set_string(j, "b", seal_set_id(set, jval_string(p, "b", "")));
        jval_set_string(j, "same",
                        desk_same_stamp(jval_lookup(p, "same_stamp")));
        jval_set_or_null(j, "similarity", jval_copy(jval_lookup(p, "shape")));
        jval_set_or_null(j, "turn", jval_copy(jval_lookup(p, "turn")));
        jval_set_or_null(j, "same_impression",
                         jval_copy(jval_lookup(p, "same_impression")));
        jval_append(all, j);
    }
    return all;
}

/* The run that the set is shown by; without one, nothing. */
static int begin(struct service *s, struct arena *a,
                 const struct store_application *row,
                 const struct seal_set *set, struct response *r, struct err *e)
{
    struct store_application shown = *row;
    shown.run = set->run;
    return desk_load(s, a, &shown, NULL, DESK_REPORT, r, e);
}

static int answer(struct service *s, struct arena *a, const struct page *p,
                  bool has_paper, struct response *r)
{
    const struct store_application *row = &p->load->row;
    const struct refusal *no = desk_export_refusal(row);
    const struct jval *seals = jval_lookup(p->load->report, "seals");
    struct jval *j = jval_new_object(), *all = jval_new_array();
    for (size_t i = 0; i < jval_count(seals); i++)
        jval_append(all, seal_json(s, p, jval_at(seals, i)));
    jval_set_string(j, "id", row->id);
    jval_set_string(j, "order_no", row->order_no ? row->order_no : "");
    jval_set_string(j, "org_name", row->org_name ? row->org_name : "");
    jval_set_string(j, "state", desk_state(row));
    jval_set_string(j, "etag", api_etag(a, row));
    jval_set_string(j, "of", p->set->is_paper ? "paper" : "upload");
    jval_set_bool(j, "has_paper", has_paper);
    jval_set_bool(j, "export_ready", !no);
    jval_set_string(j, "export_why", no ? no->zh : "");
    jval_set(j, "seals", all);
    jval_set(j, "pairs", pairs_json(p->load, p->set));
    r->etag = api_etag(a, row);
    return response_json(r, 200, j);
}

int desk_seals(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    struct desk_load *l;
    struct store_application row;
    struct seal_set sets[2]; /* uploads, papers */
    bool paper = strcmp(request_query(q, "of", "upload"), "paper") == 0;
    int code = desk_find(s, a, q, &row, e);
    for (int i = 0; i < 2 && code == 0; i++)
        code = seal_set_open(s, a, &row, i == 1, &sets[i], e);
    if (code == 0 && q->step == 0)
        return begin(s, a, &row, &sets[paper], r, e);
    if (code == 0)
        code = desk_loaded(q, &l, e);
    if (code)
        return code;
    const struct page p = {q, l, &sets[paper]};
    row.run = sets[0].run; /* addresses of pictures go by it */
    l->row = row;
    return answer(s, a, &p, sets[1].run != NULL, r);
}
