/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Reading back what a child sent or a report keeps. A cursor carries the
 * arena and the first mistake; after it every getter answers with a harmless
 * value, so that the code below reads like the shapes it reads. Members that
 * are not known are passed over: the schema may grow.
 */

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/facts_json_seal.h"
#include "base/jval.h"

enum {
    MAX_TEXT = 8192,
    MAX_NAME = 64,
    MAX_SIDE = 1000000,
    MAX_PAGES = 10000,
    MAX_MEMBERS = 256
};

struct cursor {
    struct arena *arena;
    const char *where; /* "pages[2].capture" */
    int code;
    struct err *e;
};

__attribute__((format(printf, 3, 4))) static void wrong(struct cursor *c,
                                                        const char *name,
                                                        const char *fmt, ...)
{
    char why[160];
    if (c->code)
        return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    c->code = err_set(c->e, ERR_FORMAT, "%s%s%s: %s", c->where,
                      *c->where && *name ? "." : "", name, why);
}

/* The member, or NULL with a mistake when it is of another kind. */
static const struct jval *get(struct cursor *c, const struct jval *j,
                              const char *name, enum jval_kind kind,
                              bool required)
{
    const struct jval *v = jval_lookup(j, name);
    enum jval_kind found = jval_kind_of(v);
    if (v && found == kind)
        return v;
    if (found != JVAL_NULL)
        wrong(c, name, "is %s, must be %s", jval_kind_name(found),
              jval_kind_name(kind));
    else if (required)
        wrong(c, name, "is missing, must be %s", jval_kind_name(kind));
    return NULL;
}

static double number(struct cursor *c, const struct jval *j, const char *name,
                     double min, double max)
{
    const struct jval *v = get(c, j, name, JVAL_NUMBER, false);
    if (!v)
        return NAN;
    double x = jval_real_value(v, NAN);
    if (!(x >= min && x <= max))
        wrong(c, name, "is %g, allowed is %g .. %g", x, min, max);
    return x;
}

/* A number that has to be there. */
static double needed(struct cursor *c, const struct jval *j, const char *name,
                     double min, double max)
{
    if (!get(c, j, name, JVAL_NUMBER, true))
        return min;
    double x = number(c, j, name, min, max);
    return c->code ? min : x;
}

static int whole(struct cursor *c, const struct jval *j, const char *name,
                 int min, int max)
{
    double x = needed(c, j, name, min, max);
    if (x != floor(x))
        wrong(c, name, "is %g, must be a whole number", x);
    return (int)x;
}

static const char *text(struct cursor *c, const struct jval *j,
                        const char *name, bool required)
{
    const struct jval *v = get(c, j, name, JVAL_STRING, required);
    const char *s = jval_string_value(v, NULL);
    if (!s)
        return required ? "" : NULL;
    if (strlen(s) > MAX_TEXT) {
        wrong(c, name, "has %zu bytes, at most %d are allowed", strlen(s),
              MAX_TEXT);
        return "";
    }
    return arena_strdup(c->arena, s);
}

/* A word of the contract, by its table's function; 0 after a mistake. */
static int word(struct cursor *c, const struct jval *j, const char *name,
                int (*from_name)(const char *), bool required)
{
    const struct jval *v = get(c, j, name, JVAL_STRING, required);
    const char *s = jval_string_value(v, NULL);
    if (!s)
        return 0;
    int i = from_name(s);
    if (i < 0)
        wrong(c, name, "`%.40s` is not a word of the contract", s);
    return i < 0 ? 0 : i;
}

static enum slot slot_word(struct cursor *c, const struct jval *j,
                           const char *name)
{
    const char *s = jval_string(j, name, NULL);
    if (s && strcmp(s, slot_name(SLOT_UNKNOWN)) == 0)
        return SLOT_UNKNOWN;
    return (enum slot)word(c, j, name, slot_from_name, true);
}

static enum tri tri(struct cursor *c, const struct jval *j, const char *name)
{
    const struct jval *v = get(c, j, name, JVAL_BOOL, false);
    if (!v)
        return TRI_UNKNOWN;
    return jval_bool_value(v, false) ? TRI_YES : TRI_NO;
}

/* `n` numbers; false when the member is not there. */
static bool numbers(struct cursor *c, const struct jval *j, const char *name,
                    bool required, double *ret, size_t n)
{
    const struct jval *v = get(c, j, name, JVAL_ARRAY, required);
    if (!v)
        return false;
    if (jval_count(v) != n) {
        wrong(c, name, "has %zu elements, must have %zu", jval_count(v), n);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        ret[i] = jval_real_value(jval_at(v, i), NAN);
        if (!(fabs(ret[i]) <= MAX_SIDE))
            wrong(c, name, "element %zu is not a number within +-%d", i,
                  MAX_SIDE);
    }
    return c->code == 0;
}

static Rect box(struct cursor *c, const struct jval *j, const char *name)
{
    double v[4] = {0};
    if (numbers(c, j, name, true, v, 4) && (v[2] < 0 || v[3] < 0))
        wrong(c, name, "has a negative size");
    return (Rect){v[0], v[1], v[2], v[3]};
}

/* Names of fields and cues: plain words, safe in a file name. */
static bool is_plain_name(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return n > 0 && n <= MAX_NAME && s[n] == '\0';
}

static bool check_members(struct cursor *c, const struct jval *j,
                          const char *name)
{
    const char *member;
    struct jval *child;
    if (jval_count(j) > MAX_MEMBERS)
        wrong(c, name, "has %zu members, at most %d are allowed", jval_count(j),
              MAX_MEMBERS);
    for (size_t i = 0; c->code == 0 && jval_member(j, i, &member, &child); i++)
        if (!is_plain_name(member))
            wrong(c, name, "`%.40s` is not a name of letters a-z, digits, _",
                  member);
    return c->code == 0;
}

static void read_capture(struct cursor *c, const struct jval *j,
                         struct page_facts *p)
{
    p->capture = (enum capture)word(c, j, "class", capture_from_name, true);
    p->capture_confidence = needed(c, j, "confidence", 0, 1);
    const struct jval *cues = get(c, j, "evidence", JVAL_OBJECT, false);
    const struct jval *places = get(c, j, "places", JVAL_OBJECT, false);
    if (!cues || !check_members(c, cues, "evidence"))
        return;
    p->n_cues = jval_count(cues);
    p->cues = arena_new_array(c->arena, p->n_cues, struct cue);
    const char *name;
    struct jval *v;
    for (size_t i = 0; jval_member(cues, i, &name, &v); i++) {
        if (jval_kind_of(v) != JVAL_NUMBER)
            wrong(c, name, "must be a number");
        p->cues[i].name = arena_strdup(c->arena, name);
        p->cues[i].value = jval_real_value(v, NAN);
        if (jval_lookup(places, name))
            p->cues[i].box = box(c, places, name);
    }
}

static void read_clarity(struct cursor *c, const struct jval *j,
                         struct page_facts *p)
{
    p->clarity = needed(c, j, "score", 0, 100);
    if (!jval_bool(j, "measured", true))
        p->clarity = NAN;
    p->appearance = number(c, j, "appearance", 0, 100);
    p->legibility = number(c, j, "legibility", 0, 100);
    p->worst_clarity = NAN;
    const struct jval *worst = get(c, j, "worst", JVAL_OBJECT, false);
    if (worst) {
        p->worst_clarity = needed(c, worst, "score", 0, 100);
        p->worst_box = box(c, worst, "box");
    }
}

/* The list of that name, of no more than `most` elements; else NULL. */
static const struct jval *list_of(struct cursor *c, const struct jval *j,
                                  const char *name, bool required, size_t most)
{
    const struct jval *list = get(c, j, name, JVAL_ARRAY, required);
    if (jval_count(list) > most)
        wrong(c, name, "has %zu elements, at most %zu are allowed",
              jval_count(list), most);
    return c->code ? NULL : list;
}

static void read_outlines(struct cursor *c, const struct jval *scale,
                          struct page_facts *p)
{
    const struct jval *list = list_of(c, scale, "outlines", false, MAX_MEMBERS);
    size_t n = jval_count(list);
    p->outlines = arena_new_array(c->arena, n, struct outline);
    p->n_outlines = n;
    for (size_t i = 0; i < n; i++) {
        const struct jval *j = jval_at(list, i);
        struct outline *o = &p->outlines[i];
        o->name = text(c, j, "name", true);
        o->box = box(c, j, "box");
        o->seen = needed(c, j, "seen", 0, 1);
        numbers(c, j, "size_px", true, o->size_px, 2);
        numbers(c, j, "true_mm", true, o->true_mm, 2);
    }
}

static void read_scale(struct cursor *c, const struct jval *j,
                       struct page_facts *p)
{
    const struct jval *dpi = get(c, j, "dpi", JVAL_OBJECT, false);
    const struct jval *scale = get(c, j, "scale", JVAL_OBJECT, false);
    const struct jval *res = get(c, j, "resolution", JVAL_OBJECT, false);
    p->dpi_declared = number(c, dpi, "declared", 0, MAX_SIDE);
    p->dpi_measured = number(c, dpi, "measured", 0, MAX_SIDE);
    p->dpi_source =
        (enum dpi_source)word(c, dpi, "source", dpi_source_from_name, false);
    p->scale_ratio = number(c, scale, "ratio", 0, MAX_SIDE);
    p->scale_low = number(c, scale, "low", 0, MAX_SIDE);
    p->scale_high = number(c, scale, "high", 0, MAX_SIDE);
    p->anisotropy = number(c, scale, "anisotropy", 0, MAX_SIDE);
    read_outlines(c, scale, p);
    p->effective_dpi = number(c, res, "effective_dpi", 0, MAX_SIDE);
    p->colour_dpi = number(c, res, "colour_dpi", 0, MAX_SIDE);
    p->upscaled = tri(c, res, "upscaled");
    p->jpeg_quality = (int)fmax(0, number(c, res, "jpeg_quality", 0, 100));
    p->jpeg_earlier = (int)fmax(0, number(c, res, "jpeg_earlier", 0, 100));
}

static void read_page(struct cursor *c, const struct jval *j,
                      struct page_facts *p)
{
    if (jval_kind_of(j) != JVAL_OBJECT)
        wrong(c, "", "must be an object");
    p->width = whole(c, j, "width", 0, MAX_SIDE);
    p->height = whole(c, j, "height", 0, MAX_SIDE);
    read_scale(c, j, p);
    double turn = number(c, j, "rotation", 0, 270);
    if (isfinite(turn) && fmod(turn, 90) != 0)
        wrong(c, "rotation", "is %g, allowed are 0, 90, 180, 270", turn);
    p->rotation_deg = isfinite(turn) && c->code == 0 ? (int)turn : 0;
    p->rotation_confidence = number(c, j, "rotation_confidence", 0, 1);
    p->skew_deg = number(c, j, "skew", -180, 180);
    p->has_colour = tri(c, j, "colour");
    p->shows = SLOT_UNKNOWN; /* reports of before may not say */
    if (jval_lookup(j, "recognized_as"))
        p->shows = slot_word(c, j, "recognized_as");
    p->shows_sure = number(c, j, "recognized_confidence", 0, 1);
    p->is_blank = tri(c, j, "blank");
    p->has_portrait_side = tri(c, j, "portrait_side");
    p->has_emblem_side = tri(c, j, "emblem_side");
    read_capture(c, get(c, j, "capture", JVAL_OBJECT, true), p);
    read_clarity(c, get(c, j, "clarity", JVAL_OBJECT, true), p);
}

static void read_pages(struct cursor *c, const struct jval *j,
                       struct document *d)
{
    const struct jval *pages = list_of(c, j, "pages", true, MAX_PAGES);
    size_t n = jval_count(pages);
    const char *outer = c->where;
    d->pages = arena_new_array(c->arena, n, struct page_facts);
    d->n_pages = n;
    for (size_t i = 0; i < n && c->code == 0; i++) {
        const struct jval *page = jval_at(pages, i);
        c->where = arena_printf(c->arena, "pages[%zu]", i);
        read_page(c, page, &d->pages[i]);
        if (whole(c, page, "page", 1, MAX_PAGES) != (int)i + 1)
            wrong(c, "page", "must be %zu", i + 1);
    }
    c->where = outer;
}

static struct verified read_verified(struct cursor *c, const struct jval *field)
{
    const struct jval *j = get(c, field, "verified", JVAL_OBJECT, false);
    struct verified v = {0};
    if (!j)
        return v;
    v.against = text(c, j, "against", true);
    v.result =
        (enum verify_result)word(c, j, "result", verify_result_from_name, true);
    v.confidence = needed(c, j, "confidence", 0, 1);
    v.rival = text(c, j, "rival", false);
    return v;
}

static void read_fields(struct cursor *c, const struct jval *j,
                        struct document *d)
{
    const struct jval *fields = get(c, j, "fields", JVAL_OBJECT, true);
    if (!fields || !check_members(c, fields, "fields"))
        return;
    const char *name, *outer = c->where;
    struct jval *v;
    d->n_fields = jval_count(fields);
    d->fields = arena_new_array(c->arena, d->n_fields, struct field);
    for (size_t i = 0; jval_member(fields, i, &name, &v); i++) {
        struct field *f = &d->fields[i];
        c->where = arena_printf(c->arena, "fields.%s", name);
        if (jval_kind_of(v) != JVAL_OBJECT)
            wrong(c, "", "must be an object");
        f->name = arena_strdup(c->arena, name);
        f->value = text(c, v, "value", true);
        f->raw = text(c, v, "raw", false);
        f->handwritten = tri(c, v, "handwritten");
        f->confidence = needed(c, v, "confidence", 0, 1);
        f->page = whole(c, v, "page", 0, (int)d->n_pages);
        f->box = box(c, v, "box");
        f->source = (enum field_source)word(c, v, "source",
                                            field_source_from_name, true);
        f->verified = read_verified(c, v);
    }
    c->where = outer;
}

int facts_json_read_document(struct arena *a, const struct jval *j,
                             struct document *ret, struct err *e)
{
    struct cursor c = {a, "", 0, e};
    struct document d = {0};
    if (jval_kind_of(j) != JVAL_OBJECT)
        wrong(&c, "document", "must be an object");
    d.slot = slot_word(&c, j, "slot");
    d.file = text(&c, j, "file", true);
    d.sha256 = text(&c, j, "sha256", false);
    d.format = text(&c, j, "format", false);
    d.detail = text(&c, j, "detail", false);
    d.certificate = text(&c, j, "certificate", false);
    d.recognized_as = jval_lookup(j, "recognized_as")
                          ? slot_word(&c, j, "recognized_as")
                          : SLOT_UNKNOWN;
    const char *error = text(&c, j, "error", false);
    d.error = error ? err_from_name(error) : 0;
    if (error && !d.error)
        wrong(&c, "error", "`%.40s` is not the name of an error", error);
    read_pages(&c, j, &d);
    read_fields(&c, j, &d);
    if (c.code == 0)
        *ret = d;
    return c.code;
}

int facts_json_read_seal(struct arena *a, const struct jval *j,
                         struct seal *ret, struct err *e)
{
    struct cursor c = {a, "", 0, e};
    struct seal s = {.size_mm = {NAN, NAN}, .center = {NAN, NAN}};
    double pair[2];
    if (jval_kind_of(j) != JVAL_OBJECT)
        wrong(&c, "seal", "must be an object");
    s.id = text(&c, j, "id", true);
    s.slot = slot_word(&c, j, "slot");
    s.page = whole(&c, j, "page", 1, MAX_PAGES);
    s.role = (enum seal_role)word(&c, j, "role", seal_role_from_name, true);
    s.shape = (enum seal_shape)word(&c, j, "shape", seal_shape_from_name, true);
    s.box = box(&c, j, "box");
    if (numbers(&c, j, "center", false, pair, 2))
        s.center = (Point){pair[0], pair[1]};
    if (numbers(&c, j, "size_mm", false, pair, 2))
        memcpy(s.size_mm, pair, sizeof pair);
    s.rotation_deg = number(&c, j, "rotation", -360, 360);
    s.ink = (enum seal_ink)word(&c, j, "ink", seal_ink_from_name, true);
    s.colour =
        (enum ink_colour)word(&c, j, "colour", ink_colour_from_name, false);
    s.hue_deg = number(&c, j, "hue", -360, 360);
    s.confidence = number(&c, j, "confidence", 0, 1);
    s.clarity = needed(&c, j, "clarity", 0, 100);
    if (!jval_bool(j, "clarity_measured", true))
        s.clarity = NAN;
    s.completeness = number(&c, j, "completeness", 0, 1);
    s.background = number(&c, j, "background", 0, 1);
    s.has_line = tri(&c, j, "line");
    s.image = text(&c, j, "image", false);
    if (c.code == 0 && jval_lookup(j, "impression"))
        c.code = facts_json_read_impression(a, jval_lookup(j, "impression"),
                                            &s.impression, e);
    if (c.code == 0)
        c.code = facts_json_read_seal_reading(a, j, &s, e);
    if (c.code == 0)
        *ret = s;
    return c.code;
}

static enum tri tri_from_word(struct cursor *c, const struct jval *j,
                              const char *name)
{
    const char *s = text(c, j, name, false);
    if (!s || strcmp(s, "unknown") == 0)
        return TRI_UNKNOWN;
    if (strcmp(s, "yes") != 0 && strcmp(s, "no") != 0)
        wrong(c, name, "`%.40s`, allowed are yes, no, unknown", s);
    return strcmp(s, "yes") == 0 ? TRI_YES : TRI_NO;
}

static void read_other_orders(struct cursor *c, const struct jval *j,
                              struct order *o)
{
    const struct jval *list = list_of(c, j, "other_orders", false, MAX_MEMBERS);
    size_t n = jval_count(list);
    struct other_order *others =
        arena_new_array(c->arena, n, struct other_order);
    for (size_t i = 0; i < n; i++)
        others[i] =
            (struct other_order){text(c, jval_at(list, i), "order_no", false),
                                 text(c, jval_at(list, i), "project", false)};
    o->others = others;
    o->n_others = n;
}

int facts_json_read_order(struct arena *a, const struct jval *j,
                          struct order *ret, struct err *e)
{
    struct cursor c = {a, "", 0, e};
    if (jval_kind_of(j) != JVAL_OBJECT)
        wrong(&c, "application", "must be an object");
    const struct jval *org = get(&c, j, "organization", JVAL_OBJECT, false);
    const struct jval *cert = get(&c, j, "certificate", JVAL_OBJECT, false);
    const struct jval *rep =
        get(&c, j, "legal_representative", JVAL_OBJECT, false);
    const struct jval *handler = get(&c, j, "handler", JVAL_OBJECT, false);
    struct order o = {
        .order_no = text(&c, j, "order_no", false),
        .order_type = text(&c, j, "order_type", false),
        .status = text(&c, j, "status", false),
        .project = text(&c, j, "project", false),
        .org_name = text(&c, org, "name", false),
        .credit_code = text(&c, org, "credit_code", false),
        .user_class = text(&c, org, "user_class", false),
        .legal_rep = text(&c, rep, "name", false),
        .legal_rep_verification = text(&c, rep, "verification", false),
        .handler_name = text(&c, handler, "name", false),
        .handler_id = text(&c, handler, "id_number", false),
        .handler_mobile = text(&c, handler, "mobile", false),
        .handler_email = text(&c, handler, "email", false),
        .with_seal = tri(&c, cert, "with_seal"),
        .prior_main_key = tri_from_word(&c, cert, "prior_main_key"),
    };
    read_other_orders(&c, j, &o);
    if (c.code == 0)
        *ret = o;
    return c.code;
}
