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
#include "base/facts_json_impl.h"
#include "base/jval.h"

enum { CUE = 4 }; /* decimals */

struct jval *facts_json_box(Rect r)
{
    double v[] = {r.x, r.y, r.w, r.h};
    for (size_t i = 0; i < 4; i++)
        v[i] = isfinite(v[i]) ? v[i] : 0;
    return jval_new_reals(v, 4, FACTS_PX);
}

void facts_json_set_known(struct jval *j, const char *name, double v,
                          int decimals)
{
    if (isfinite(v))
        jval_set_real(j, name, v, decimals);
}

void facts_json_set_text(struct jval *j, const char *name, const char *s)
{
    if (s)
        jval_set_string(j, name, s);
}

void facts_json_set_tri(struct jval *j, const char *name, enum tri v)
{
    if (v != TRI_UNKNOWN)
        jval_set_bool(j, name, v == TRI_YES);
}

void facts_json_set_confidence(struct jval *j, const char *name, double v)
{
    jval_set_real(j, name, isfinite(v) ? v : 0, FACTS_RATIO);
}

struct jval *facts_json_verified(const struct verified *v)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "against", v->against);
    jval_set_string(j, "result", verify_result_name(v->result));
    facts_json_set_confidence(j, "confidence", v->confidence);
    facts_json_set_text(j, "rival", v->rival);
    return j;
}

static struct jval *capture_json(const struct page_facts *p)
{
    struct jval *j = jval_new_object(), *evidence = jval_new_object();
    struct jval *places = jval_new_object();
    jval_set_string(j, "class", capture_name(p->capture));
    facts_json_set_confidence(j, "confidence", p->capture_confidence);
    for (size_t i = 0; i < p->n_cues; i++) {
        facts_json_set_known(evidence, p->cues[i].name, p->cues[i].value, CUE);
        if (!rect_is_empty(p->cues[i].box))
            jval_set(places, p->cues[i].name, facts_json_box(p->cues[i].box));
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
    jval_set_real(j, "score", isfinite(p->clarity) ? p->clarity : 0,
                  FACTS_SCORE);
    if (!isfinite(p->clarity))
        jval_set_bool(j, "measured", false);
    if (isfinite(p->clarity)) {
        facts_json_set_known(j, "appearance", p->appearance, FACTS_SCORE);
        facts_json_set_known(j, "legibility", p->legibility, FACTS_SCORE);
    }
    if (isfinite(p->worst_clarity)) {
        struct jval *worst = jval_new_object();
        jval_set_real(worst, "score", p->worst_clarity, FACTS_SCORE);
        jval_set(worst, "box", facts_json_box(p->worst_box));
        jval_set(j, "worst", worst);
    }
    return j;
}

static struct jval *outlines_json(const struct page_facts *p)
{
    struct jval *list = jval_new_array();
    for (size_t i = 0; i < p->n_outlines; i++) {
        const struct outline *o = &p->outlines[i];
        struct jval *j = jval_new_object();
        jval_set_string(j, "name", o->name);
        jval_set(j, "box", facts_json_box(o->box));
        jval_set(j, "size_px", jval_new_reals(o->size_px, 2, FACTS_PX));
        jval_set(j, "true_mm", jval_new_reals(o->true_mm, 2, FACTS_MM));
        jval_set_real(j, "seen", o->seen, FACTS_RATIO);
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
    jval_set_real(dpi, "declared", p->dpi_declared, FACTS_DPI);
    jval_set_real(dpi, "measured", p->dpi_measured, FACTS_DPI);
    jval_set_string(dpi, "source", dpi_source_name(p->dpi_source));
    jval_set(j, "dpi", dpi);
    jval_set_int(j, "rotation", p->rotation_deg);
    facts_json_set_known(j, "rotation_confidence", p->rotation_confidence,
                         FACTS_RATIO);
    facts_json_set_known(j, "skew", p->skew_deg, FACTS_DEG);
    jval_set(j, "capture", capture_json(p));
    jval_set_real(scale, "ratio", p->scale_ratio, FACTS_RATIO);
    facts_json_set_known(scale, "low", p->scale_low, FACTS_RATIO);
    facts_json_set_known(scale, "high", p->scale_high, FACTS_RATIO);
    facts_json_set_known(scale, "anisotropy", p->anisotropy, FACTS_RATIO);
    if (p->n_outlines > 0)
        jval_set(scale, "outlines", outlines_json(p));
    jval_set(j, "scale", scale);
    jval_set_real(resolution, "effective_dpi", p->effective_dpi, FACTS_DPI);
    if (p->colour_dpi > 0)
        jval_set_real(resolution, "colour_dpi", p->colour_dpi, FACTS_DPI);
    facts_json_set_tri(resolution, "upscaled", p->upscaled);
    if (p->jpeg_quality > 0)
        jval_set_int(resolution, "jpeg_quality", p->jpeg_quality);
    if (p->jpeg_earlier > 0)
        jval_set_int(resolution, "jpeg_earlier", p->jpeg_earlier);
    jval_set(j, "resolution", resolution);
    jval_set(j, "clarity", clarity_json(p));
    facts_json_set_tri(j, "colour", p->has_colour);
    jval_set_string(j, "recognized_as", slot_name(p->shows));
    facts_json_set_known(j, "recognized_confidence", p->shows_sure,
                         FACTS_RATIO);
    facts_json_set_tri(j, "blank", p->is_blank);
    facts_json_set_tri(j, "portrait_side", p->has_portrait_side);
    facts_json_set_tri(j, "emblem_side", p->has_emblem_side);
    return j;
}

static struct jval *field_json(const struct field *f)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "value", f->value ? f->value : "");
    facts_json_set_confidence(j, "confidence", f->confidence);
    jval_set_int(j, "page", f->page);
    jval_set(j, "box", facts_json_box(f->box));
    jval_set_string(j, "source", field_source_name(f->source));
    facts_json_set_text(j, "raw", f->raw);
    facts_json_set_tri(j, "handwritten", f->handwritten);
    if (f->verified.against)
        jval_set(j, "verified", facts_json_verified(&f->verified));
    return j;
}

struct jval *facts_json_document(const struct document *d)
{
    struct jval *j = jval_new_object(), *pages = jval_new_array();
    struct jval *fields = jval_new_object();
    jval_set_string(j, "slot", slot_name(d->slot));
    jval_set_string(j, "file", d->file ? d->file : "");
    facts_json_set_text(j, "sha256", d->sha256);
    facts_json_set_text(j, "format", d->format);
    if (d->error)
        jval_set_string(j, "error", err_name(d->error));
    facts_json_set_text(j, "detail", d->detail);
    jval_set_string(j, "recognized_as", slot_name(d->recognized_as));
    facts_json_set_text(j, "certificate", d->certificate);
    for (size_t i = 0; i < d->n_pages; i++)
        jval_append(pages, page_json(&d->pages[i], i + 1));
    jval_set(j, "pages", pages);
    for (size_t i = 0; i < d->n_fields; i++) /* the first of a name counts */
        if (!jval_lookup(fields, d->fields[i].name))
            jval_set(fields, d->fields[i].name, field_json(&d->fields[i]));
    jval_set(j, "fields", fields);
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
        facts_json_set_text(other, "order_no", o->others[i].order_no);
        facts_json_set_text(other, "project", o->others[i].project);
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
    facts_json_set_text(j, "order_no", o->order_no);
    facts_json_set_text(j, "order_type", o->order_type);
    facts_json_set_text(j, "status", o->status);
    facts_json_set_text(j, "project", o->project);
    facts_json_set_text(org, "name", o->org_name);
    facts_json_set_text(org, "credit_code", o->credit_code);
    facts_json_set_text(org, "user_class", o->user_class);
    set_part(j, "organization", org);
    facts_json_set_tri(cert, "with_seal", o->with_seal);
    if (o->prior_main_key != TRI_UNKNOWN)
        jval_set_string(cert, "prior_main_key", known[o->prior_main_key]);
    set_part(j, "certificate", cert);
    facts_json_set_text(rep, "name", o->legal_rep);
    facts_json_set_text(rep, "verification", o->legal_rep_verification);
    set_part(j, "legal_representative", rep);
    facts_json_set_text(handler, "name", o->handler_name);
    facts_json_set_text(handler, "id_number", o->handler_id);
    facts_json_set_text(handler, "mobile", o->handler_mobile);
    facts_json_set_text(handler, "email", o->handler_email);
    set_part(j, "handler", handler);
    if (o->n_others > 0)
        jval_set(j, "other_orders", other_orders(o));
    return j;
}
