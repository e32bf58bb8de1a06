/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading back what a child sent or a report keeps. */

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/cursor.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/facts_json_impl.h"
#include "base/jval.h"

enum slot facts_json_read_slot(struct cursor *c, const struct jval *j,
                               const char *name)
{
    const char *s = jval_string(j, name, NULL);
    if (s && strcmp(s, slot_name(SLOT_UNKNOWN)) == 0)
        return SLOT_UNKNOWN;
    return (enum slot)cursor_word(c, j, name, slot_from_name, true);
}

static void read_capture(struct cursor *c, const struct jval *j,
                         struct page_facts *p)
{
    p->capture =
        (enum capture)cursor_word(c, j, "class", capture_from_name, true);
    p->capture_confidence = cursor_needed(c, j, "confidence", 0, 1);
    const struct jval *cues =
        cursor_member(c, j, "evidence", JVAL_OBJECT, false);
    const struct jval *places =
        cursor_member(c, j, "places", JVAL_OBJECT, false);
    if (!cues || !cursor_has_plain_names(c, cues, "evidence"))
        return;
    p->n_cues = jval_count(cues);
    p->cues = arena_new_array(c->arena, p->n_cues, struct cue);
    const char *name;
    struct jval *v;
    for (size_t i = 0; jval_member(cues, i, &name, &v); i++) {
        if (jval_kind_of(v) != JVAL_NUMBER)
            cursor_wrong(c, name, "must be a number");
        p->cues[i].name = arena_strdup(c->arena, name);
        p->cues[i].value = jval_real_value(v, NAN);
        if (jval_lookup(places, name))
            p->cues[i].box = cursor_box(c, places, name);
    }
}

static void read_clarity(struct cursor *c, const struct jval *j,
                         struct page_facts *p)
{
    p->clarity = cursor_needed(c, j, "score", 0, 100);
    if (!jval_bool(j, "measured", true))
        p->clarity = NAN;
    p->appearance = cursor_number(c, j, "appearance", 0, 100);
    p->legibility = cursor_number(c, j, "legibility", 0, 100);
    p->worst_clarity = NAN;
    const struct jval *worst = cursor_member(c, j, "worst", JVAL_OBJECT, false);
    if (worst) {
        p->worst_clarity = cursor_needed(c, worst, "score", 0, 100);
        p->worst_box = cursor_box(c, worst, "box");
    }
}

static void read_outlines(struct cursor *c, const struct jval *scale,
                          struct page_facts *p)
{
    const struct jval *list =
        cursor_list(c, scale, "outlines", false, CURSOR_MAX_MEMBERS);
    size_t n = jval_count(list);
    p->outlines = arena_new_array(c->arena, n, struct outline);
    p->n_outlines = n;
    for (size_t i = 0; i < n; i++) {
        const struct jval *j = jval_at(list, i);
        struct outline *o = &p->outlines[i];
        o->name = cursor_text(c, j, "name", true);
        o->box = cursor_box(c, j, "box");
        o->seen = cursor_needed(c, j, "seen", 0, 1);
        cursor_numbers(c, j, "size_px", true, o->size_px, 2);
        cursor_numbers(c, j, "true_mm", true, o->true_mm, 2);
    }
}

static void read_scale(struct cursor *c, const struct jval *j,
                       struct page_facts *p)
{
    const struct jval *dpi = cursor_member(c, j, "dpi", JVAL_OBJECT, false);
    const struct jval *scale = cursor_member(c, j, "scale", JVAL_OBJECT, false);
    const struct jval *res =
        cursor_member(c, j, "resolution", JVAL_OBJECT, false);
    p->dpi_declared = cursor_number(c, dpi, "declared", 0, CURSOR_MAX_SIDE);
    p->dpi_measured = cursor_number(c, dpi, "measured", 0, CURSOR_MAX_SIDE);
    p->dpi_source = (enum dpi_source)cursor_word(c, dpi, "source",
                                                 dpi_source_from_name, false);
    p->scale_ratio = cursor_number(c, scale, "ratio", 0, CURSOR_MAX_SIDE);
    p->scale_low = cursor_number(c, scale, "low", 0, CURSOR_MAX_SIDE);
    p->scale_high = cursor_number(c, scale, "high", 0, CURSOR_MAX_SIDE);
    p->anisotropy = cursor_number(c, scale, "anisotropy", 0, CURSOR_MAX_SIDE);
    read_outlines(c, scale, p);
    p->effective_dpi =
        cursor_number(c, res, "effective_dpi", 0, CURSOR_MAX_SIDE);
    p->colour_dpi = cursor_number(c, res, "colour_dpi", 0, CURSOR_MAX_SIDE);
    p->upscaled = cursor_tri(c, res, "upscaled");
    p->jpeg_quality =
        (int)fmax(0, cursor_number(c, res, "jpeg_quality", 0, 100));
    p->jpeg_earlier =
        (int)fmax(0, cursor_number(c, res, "jpeg_earlier", 0, 100));
}

static void read_page(struct cursor *c, const struct jval *j,
                      struct page_facts *p)
{
    if (jval_kind_of(j) != JVAL_OBJECT)
        cursor_wrong(c, "", "must be an object");
    p->width = cursor_whole(c, j, "width", 0, CURSOR_MAX_SIDE);
    p->height = cursor_whole(c, j, "height", 0, CURSOR_MAX_SIDE);
    read_scale(c, j, p);
    double turn = cursor_number(c, j, "rotation", 0, 270);
    if (isfinite(turn) && fmod(turn, 90) != 0)
        cursor_wrong(c, "rotation", "is %g, allowed are 0, 90, 180, 270", turn);
    p->rotation_deg = isfinite(turn) && c->code == 0 ? (int)turn : 0;
    p->rotation_confidence = cursor_number(c, j, "rotation_confidence", 0, 1);
    p->skew_deg = cursor_number(c, j, "skew", -180, 180);
    p->has_colour = cursor_tri(c, j, "colour");
    p->shows = SLOT_UNKNOWN; /* older reports may not say */
    if (jval_lookup(j, "recognized_as"))
        p->shows = facts_json_read_slot(c, j, "recognized_as");
    p->shows_sure = cursor_number(c, j, "recognized_confidence", 0, 1);
    p->is_blank = cursor_tri(c, j, "blank");
    p->has_portrait_side = cursor_tri(c, j, "portrait_side");
    p->has_emblem_side = cursor_tri(c, j, "emblem_side");
    read_capture(c, cursor_member(c, j, "capture", JVAL_OBJECT, true), p);
    read_clarity(c, cursor_member(c, j, "clarity", JVAL_OBJECT, true), p);
}

static void read_pages(struct cursor *c, const struct jval *j,
                       struct document *d)
{
    const struct jval *pages =
        cursor_list(c, j, "pages", true, FACTS_MAX_PAGES);
    size_t n = jval_count(pages);
    const char *outer = c->where;
    d->pages = arena_new_array(c->arena, n, struct page_facts);
    d->n_pages = n;
    for (size_t i = 0; i < n && c->code == 0; i++) {
        const struct jval *page = jval_at(pages, i);
        c->where = arena_printf(c->arena, "pages[%zu]", i);
        read_page(c, page, &d->pages[i]);
        if (cursor_whole(c, page, "page", 1, FACTS_MAX_PAGES) != (int)i + 1)
            cursor_wrong(c, "page", "must be %zu", i + 1);
    }
    c->where = outer;
}

struct verified facts_json_read_verified(struct cursor *c, const struct jval *j)
{
    const struct jval *v = cursor_member(c, j, "verified", JVAL_OBJECT, false);
    if (!v)
        return (struct verified){0};
    return (struct verified){
        .against = cursor_text(c, v, "against", true),
        .result = (enum verify_result)cursor_word(
            c, v, "result", verify_result_from_name, true),
        .confidence = cursor_needed(c, v, "confidence", 0, 1),
        .rival = cursor_text(c, v, "rival", false),
    };
}

static void read_fields(struct cursor *c, const struct jval *j,
                        struct document *d)
{
    const struct jval *fields =
        cursor_member(c, j, "fields", JVAL_OBJECT, true);
    if (!fields || !cursor_has_plain_names(c, fields, "fields"))
        return;
    const char *name, *outer = c->where;
    struct jval *v;
    d->n_fields = jval_count(fields);
    d->fields = arena_new_array(c->arena, d->n_fields, struct field);
    for (size_t i = 0; jval_member(fields, i, &name, &v); i++) {
        struct field *f = &d->fields[i];
        c->where = arena_printf(c->arena, "fields.%s", name);
        if (jval_kind_of(v) != JVAL_OBJECT)
            cursor_wrong(c, "", "must be an object");
        f->name = arena_strdup(c->arena, name);
        f->value = cursor_text(c, v, "value", true);
        f->raw = cursor_text(c, v, "raw", false);
        f->handwritten = cursor_tri(c, v, "handwritten");
        f->confidence = cursor_needed(c, v, "confidence", 0, 1);
        f->page = cursor_whole(c, v, "page", 0, (int)d->n_pages);
        f->box = cursor_box(c, v, "box");
        f->source = (enum field_source)cursor_word(
            c, v, "source", field_source_from_name, true);
        f->verified = facts_json_read_verified(c, v);
    }
    c->where = outer;
}

int facts_json_read_document(struct arena *a, const struct jval *j,
                             struct document *ret, struct err *e)
{
    struct cursor c = {.arena = a, .where = "", .e = e};
    struct document d = {0};
    if (jval_kind_of(j) != JVAL_OBJECT)
        cursor_wrong(&c, "document", "must be an object");
    d.slot = facts_json_read_slot(&c, j, "slot");
    d.file = cursor_text(&c, j, "file", true);
    d.sha256 = cursor_text(&c, j, "sha256", false);
    d.format = cursor_text(&c, j, "format", false);
    d.detail = cursor_text(&c, j, "detail", false);
    d.certificate = cursor_text(&c, j, "certificate", false);
    d.recognized_as = jval_lookup(j, "recognized_as")
                          ? facts_json_read_slot(&c, j, "recognized_as")
                          : SLOT_UNKNOWN;
    const char *error = cursor_text(&c, j, "error", false);
    d.error = error ? err_from_name(error) : 0;
    if (error && !d.error)
        cursor_wrong(&c, "error", "`%.40s` is not the name of an error", error);
    read_pages(&c, j, &d);
    read_fields(&c, j, &d);
    if (c.code == 0)
        *ret = d;
    return c.code;
}

static enum tri tri_from_word(struct cursor *c, const struct jval *j,
                              const char *name)
{
    const char *s = cursor_text(c, j, name, false);
    if (!s || strcmp(s, "unknown") == 0)
        return TRI_UNKNOWN;
    if (strcmp(s, "yes") != 0 && strcmp(s, "no") != 0)
        cursor_wrong(c, name, "`%.40s`, allowed are yes, no, unknown", s);
    return strcmp(s, "yes") == 0 ? TRI_YES : TRI_NO;
}

static void read_other_orders(struct cursor *c, const struct jval *j,
                              struct order *o)
{
    const struct jval *list =
        cursor_list(c, j, "other_orders", false, CURSOR_MAX_MEMBERS);
    size_t n = jval_count(list);
    struct other_order *others =
        arena_new_array(c->arena, n, struct other_order);
    for (size_t i = 0; i < n; i++)
        others[i] = (struct other_order){
            cursor_text(c, jval_at(list, i), "order_no", false),
            cursor_text(c, jval_at(list, i), "project", false)};
    o->others = others;
    o->n_others = n;
}

int facts_json_read_order(struct arena *a, const struct jval *j,
                          struct order *ret, struct err *e)
{
    struct cursor c = {.arena = a, .where = "", .e = e};
    if (jval_kind_of(j) != JVAL_OBJECT)
        cursor_wrong(&c, "application", "must be an object");
    const struct jval *org =
        cursor_member(&c, j, "organization", JVAL_OBJECT, false);
    const struct jval *cert =
        cursor_member(&c, j, "certificate", JVAL_OBJECT, false);
    const struct jval *rep =
        cursor_member(&c, j, "legal_representative", JVAL_OBJECT, false);
    const struct jval *handler =
        cursor_member(&c, j, "handler", JVAL_OBJECT, false);
    struct order o = {
        .order_no = cursor_text(&c, j, "order_no", false),
        .order_type = cursor_text(&c, j, "order_type", false),
        .status = cursor_text(&c, j, "status", false),
        .project = cursor_text(&c, j, "project", false),
        .org_name = cursor_text(&c, org, "name", false),
        .credit_code = cursor_text(&c, org, "credit_code", false),
        .user_class = cursor_text(&c, org, "user_class", false),
        .legal_rep = cursor_text(&c, rep, "name", false),
        .legal_rep_verification = cursor_text(&c, rep, "verification", false),
        .handler_name = cursor_text(&c, handler, "name", false),
        .handler_id = cursor_text(&c, handler, "id_number", false),
        .handler_mobile = cursor_text(&c, handler, "mobile", false),
        .handler_email = cursor_text(&c, handler, "email", false),
        .with_seal = cursor_tri(&c, cert, "with_seal"),
        .prior_main_key = tri_from_word(&c, cert, "prior_main_key"),
    };
    read_other_orders(&c, j, &o);
    if (c.code == 0)
        *ret = o;
    return c.code;
}
