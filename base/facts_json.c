/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Writing. What was not measured is null where the schema allows it and left
 * out elsewhere; where the schema wants a number (a clarity score), it is 0
 * with "measured": false beside it, which no reader can take for good.
 * Numbers are rounded to what they mean, so that equal facts are equal text.
 */

#include "base/facts_json.h"

#include <math.h>

#include "base/err.h"
#include "base/facts_json_seal.h"
#include "base/jval.h"

enum { PX = 1, MM = 2, DEG = 2, DPI = 1, SCORE = 1, RATIO = 4, CUE = 4 };

static struct jval *box_json(Rect r)
{
    const double v[] = {r.x, r.y, r.w, r.h};
    struct jval *j = jval_new_array();
    for (size_t i = 0; i < 4; i++)
        jval_append_real(j, isfinite(v[i]) ? v[i] : 0, PX);
    return j;
}

/* A member that is left out when it was not measured. */
static void set_known(struct jval *j, const char *name, double v, int decimals)
{
    if (isfinite(v))
        jval_set_real(j, name, v, decimals);
}

static void set_text(struct jval *j, const char *name, const char *s)
{
    if (s)
        jval_set_string(j, name, s);
}

static void set_tri(struct jval *j, const char *name, enum tri v)
{
    if (v != TRI_UNKNOWN)
        jval_set_bool(j, name, v == TRI_YES);
}

/* A confidence, which the schema wants to be a number: none is 0. */
static void set_confidence(struct jval *j, const char *name, double v)
{
    jval_set_real(j, name, isfinite(v) ? v : 0, RATIO);
}

static struct jval *capture_json(const struct page_facts *p)
{
    struct jval *j = jval_new_object(), *evidence = jval_new_object();
    struct jval *places = jval_new_object();
    jval_set_string(j, "class", capture_name(p->capture));
    set_confidence(j, "confidence", p->capture_confidence);
    for (size_t i = 0; i < p->n_cues; i++) {
        set_known(evidence, p->cues[i].name, p->cues[i].value, CUE);
        if (!rect_is_empty(p->cues[i].box))
            jval_set(places, p->cues[i].name, box_json(p->cues[i].box));
    }
    jval_set(j, "evidence", evidence);
    if (jval_count(places) > 0)
        jval_set(j, "places", places);
    else
        jval_free(places);
    return j;
}

static struct jval *clarity_json(const struct page_facts *p)
{
    struct jval *j = jval_new_object();
    jval_set_real(j, "score", isfinite(p->clarity) ? p->clarity : 0, SCORE);
    if (!isfinite(p->clarity))
        jval_set_bool(j, "measured", false);
    if (isfinite(p->clarity)) {
        set_known(j, "appearance", p->appearance, SCORE);
        set_known(j, "legibility", p->legibility, SCORE);
    }
    if (isfinite(p->worst_clarity)) {
        struct jval *worst = jval_new_object();
        jval_set_real(worst, "score", p->worst_clarity, SCORE);
        jval_set(worst, "box", box_json(p->worst_box));
        jval_set(j, "worst", worst);
    }
    return j;
}

static struct jval *pair_json(double x, double y, int decimals)
{
    struct jval *j = jval_new_array();
    jval_append_real(j, x, decimals);
    jval_append_real(j, y, decimals);
    return j;
}

static struct jval *outlines_json(const struct page_facts *p)
{
    struct jval *list = jval_new_array();
    for (size_t i = 0; i < p->n_outlines; i++) {
        const struct outline *o = &p->outlines[i];
        struct jval *j = jval_new_object();
        jval_set_string(j, "name", o->name);
        jval_set(j, "box", box_json(o->box));
        jval_set(j, "size_px", pair_json(o->size_px[0], o->size_px[1], PX));
        jval_set(j, "true_mm", pair_json(o->true_mm[0], o->true_mm[1], MM));
        jval_set_real(j, "seen", o->seen, RATIO);
        jval_append(list, j);
    }
    return list;
}

static struct jval *page_json(const struct page_facts *p, size_t number)
{
    struct jval *j = jval_new_object(), *dpi = jval_new_object();
    struct jval *scale = jval_new_object(), *resolution = jval_new_object();
    jval_set_int(j, "page", (long long)number);
    jval_set_int(j, "width", p->width);
    jval_set_int(j, "height", p->height);
    jval_set_real(dpi, "declared", p->dpi_declared, DPI);
    jval_set_real(dpi, "measured", p->dpi_measured, DPI);
    jval_set_string(dpi, "source", dpi_source_name(p->dpi_source));
    jval_set(j, "dpi", dpi);
    jval_set_int(j, "rotation", p->rotation_deg);
    set_known(j, "rotation_confidence", p->rotation_confidence, RATIO);
    set_known(j, "skew", p->skew_deg, DEG);
    jval_set(j, "capture", capture_json(p));
    jval_set_real(scale, "ratio", p->scale_ratio, RATIO);
    set_known(scale, "low", p->scale_low, RATIO);
    set_known(scale, "high", p->scale_high, RATIO);
    set_known(scale, "anisotropy", p->anisotropy, RATIO);
    if (p->n_outlines > 0)
        jval_set(scale, "outlines", outlines_json(p));
    jval_set(j, "scale", scale);
    jval_set_real(resolution, "effective_dpi", p->effective_dpi, DPI);
    if (p->colour_dpi > 0)
        jval_set_real(resolution, "colour_dpi", p->colour_dpi, DPI);
    set_tri(resolution, "upscaled", p->upscaled);
    if (p->jpeg_quality > 0)
        jval_set_int(resolution, "jpeg_quality", p->jpeg_quality);
    if (p->jpeg_earlier > 0)
        jval_set_int(resolution, "jpeg_earlier", p->jpeg_earlier);
    jval_set(j, "resolution", resolution);
    jval_set(j, "clarity", clarity_json(p));
    set_tri(j, "colour", p->has_colour);
    jval_set_string(j, "recognized_as", slot_name(p->shows));
    set_known(j, "recognized_confidence", p->shows_sure, RATIO);
    set_tri(j, "blank", p->is_blank);
    set_tri(j, "portrait_side", p->has_portrait_side);
    set_tri(j, "emblem_side", p->has_emblem_side);
    return j;
}

static struct jval *field_json(const struct field *f)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "value", f->value ? f->value : "");
    set_confidence(j, "confidence", f->confidence);
    jval_set_int(j, "page", f->page);
    jval_set(j, "box", box_json(f->box));
    jval_set_string(j, "source", field_source_name(f->source));
    set_text(j, "raw", f->raw);
    set_tri(j, "handwritten", f->handwritten);
    if (!f->verified.against)
        return j;
    struct jval *v = jval_new_object();
    jval_set_string(v, "against", f->verified.against);
    jval_set_string(v, "result", verify_result_name(f->verified.result));
    set_confidence(v, "confidence", f->verified.confidence);
    set_text(v, "rival", f->verified.rival);
    jval_set(j, "verified", v);
    return j;
}

struct jval *facts_json_document(const struct document *d)
{
    struct jval *j = jval_new_object(), *pages = jval_new_array();
    struct jval *fields = jval_new_object();
    jval_set_string(j, "slot", slot_name(d->slot));
    jval_set_string(j, "file", d->file ? d->file : "");
    set_text(j, "sha256", d->sha256);
    set_text(j, "format", d->format);
    if (d->error)
        jval_set_string(j, "error", err_name(d->error));
    set_text(j, "detail", d->detail);
    jval_set_string(j, "recognized_as", slot_name(d->recognized_as));
    set_text(j, "certificate", d->certificate);
    for (size_t i = 0; i < d->n_pages; i++)
        jval_append(pages, page_json(&d->pages[i], i + 1));
    jval_set(j, "pages", pages);
    for (size_t i = 0; i < d->n_fields; i++) /* the first of a name counts */
        if (!jval_lookup(fields, d->fields[i].name))
            jval_set(fields, d->fields[i].name, field_json(&d->fields[i]));
    jval_set(j, "fields", fields);
    return j;
}

struct jval *facts_json_seal(const struct seal *s)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "id", s->id ? s->id : "");
    jval_set_string(j, "slot", slot_name(s->slot));
    jval_set_int(j, "page", s->page);
    jval_set_string(j, "role", seal_role_name(s->role));
    jval_set_string(j, "shape", seal_shape_name(s->shape));
    jval_set(j, "box", box_json(s->box));
    if (isfinite(s->center.x) && isfinite(s->center.y))
        jval_set(j, "center", pair_json(s->center.x, s->center.y, PX));
    if (isfinite(s->size_mm[0]) && isfinite(s->size_mm[1]))
        jval_set(j, "size_mm", pair_json(s->size_mm[0], s->size_mm[1], MM));
    set_known(j, "rotation", s->rotation_deg, DEG);
    jval_set_string(j, "ink", seal_ink_name(s->ink));
    jval_set_string(j, "colour", ink_colour_name(s->colour));
    set_known(j, "hue", s->hue_deg, DEG);
    set_known(j, "confidence", s->confidence, RATIO);
    jval_set_real(j, "clarity", isfinite(s->clarity) ? s->clarity : 0, SCORE);
    if (!isfinite(s->clarity))
        jval_set_bool(j, "clarity_measured", false);
    set_known(j, "completeness", s->completeness, RATIO);
    set_known(j, "background", s->background, RATIO);
    set_tri(j, "line", s->has_line);
    if (s->impression)
        jval_set(j, "impression", facts_json_impression(s->impression));
    facts_json_add_seal_reading(j, s);
    set_text(j, "image", s->image);
    return j;
}

static void set_part(struct jval *j, const char *name, struct jval *part)
{
    if (jval_count(part) > 0)
        jval_set(j, name, part);
    else
        jval_free(part);
}

static struct jval *other_orders(const struct order *o)
{
    struct jval *list = jval_new_array();
    for (size_t i = 0; i < o->n_others; i++) {
        struct jval *other = jval_new_object();
        set_text(other, "order_no", o->others[i].order_no);
        set_text(other, "project", o->others[i].project);
        jval_append(list, other);
    }
    return list;
}

struct jval *facts_json_order(const struct order *o)
{
    static const char *const known[] = {"unknown", "no", "yes"};
    struct jval *j = jval_new_object(), *org = jval_new_object();
    struct jval *cert = jval_new_object(), *rep = jval_new_object();
    struct jval *handler = jval_new_object();
    set_text(j, "order_no", o->order_no);
    set_text(j, "order_type", o->order_type);
    set_text(j, "status", o->status);
    set_text(j, "project", o->project);
    set_text(org, "name", o->org_name);
    set_text(org, "credit_code", o->credit_code);
    set_text(org, "user_class", o->user_class);
    set_part(j, "organization", org);
    set_tri(cert, "with_seal", o->with_seal);
    if (o->prior_main_key != TRI_UNKNOWN)
        jval_set_string(cert, "prior_main_key", known[o->prior_main_key]);
    set_part(j, "certificate", cert);
    set_text(rep, "name", o->legal_rep);
    set_text(rep, "verification", o->legal_rep_verification);
    set_part(j, "legal_representative", rep);
    set_text(handler, "name", o->handler_name);
    set_text(handler, "id_number", o->handler_id);
    set_text(handler, "mobile", o->handler_mobile);
    set_text(handler, "email", o->handler_email);
    set_part(j, "handler", handler);
    if (o->n_others > 0)
        jval_set(j, "other_orders", other_orders(o));
    return j;
}
