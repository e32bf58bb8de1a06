/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A digit that could not be read is "?" in the number and an empty "char", so
 * that every place keeps its own.
 */

#include "base/facts_json_seal.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/jval.h"

enum {
    PX = 1,
    DEG = 2,
    SCORE = 1,
    RATIO = 4,
    MAX_DIGITS = 64,
    MAX_COVERS = 64,
    MAX_TEXT = 1024,
    MAX_SIDE = 1000000
};

/* The parts of an impression by name. */
static const struct part {
    const char *name;
    size_t at;
    int decimals;
    double most;
} parts[] = {
#define IMPRESSION(name, decimals, most, unit, zh, en)                         \
    {#name, offsetof(struct seal_impression, name), decimals, most},
#include "base/seal_impression.def"
#undef IMPRESSION
};

enum { PARTS = sizeof parts / sizeof *parts };

/* --- writing --------------------------------------------------------------*/

struct jval *facts_json_impression(const struct seal_impression *m)
{
    struct jval *j = jval_new_object();
    for (size_t i = 0; i < PARTS; i++) {
        double v;
        memcpy(&v, (const char *)m + parts[i].at, sizeof v);
        if (isfinite(v))
            jval_set_real(j, parts[i].name, v, parts[i].decimals);
    }
    return j;
}

static struct jval *verified_json(const struct verified *v)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "against", v->against);
    jval_set_string(j, "result", verify_result_name(v->result));
    jval_set_real(j, "confidence", v->confidence, RATIO);
    if (v->rival)
        jval_set_string(j, "rival", v->rival);
    return j;
}

static struct jval *digit_json(const struct seal_digit *d)
{
    const char c[2] = {d->c, 0};
    const double v[] = {d->box.x, d->box.y, d->box.w, d->box.h};
    struct jval *j = jval_new_object(), *box = jval_new_array();
    for (size_t i = 0; i < 4; i++)
        jval_append_real(box, v[i], PX);
    jval_set_string(j, "char", c);
    jval_set_real(j, "confidence", d->confidence, RATIO);
    jval_set_real(j, "clarity", d->clarity, SCORE);
    jval_set(j, "box", box);
    return j;
}

static struct jval *number_json(const struct seal *s)
{
    char value[MAX_DIGITS + 1] = "";
    struct jval *j = jval_new_object(), *digits = jval_new_array();
    size_t n = s->n_digits < MAX_DIGITS ? s->n_digits : MAX_DIGITS;
    for (size_t i = 0; i < n; i++) {
        value[i] = s->digits[i].c ? s->digits[i].c : '?';
        jval_append(digits, digit_json(&s->digits[i]));
    }
    jval_set_string(j, "value", value);
    jval_set(j, "digits", digits);
    return j;
}

void facts_json_add_seal_reading(struct jval *j, const struct seal *s)
{
    bool has_text = s->text && *s->text;
    if (has_text || s->text_verified.against) {
        struct jval *text = jval_new_object();
        jval_set_string(text, "value", has_text ? s->text : "");
        jval_set_real(text, "confidence", has_text ? s->text_confidence : 0,
                      RATIO);
        if (s->text_verified.against)
            jval_set(text, "verified", verified_json(&s->text_verified));
        jval_set(j, "text", text);
    }
    if (s->line_text && *s->line_text) {
        struct jval *line = jval_new_object();
        jval_set_string(line, "value", s->line_text);
        jval_set_real(line, "confidence", s->line_confidence, RATIO);
        jval_set(j, "line_text", line);
    }
    if (s->n_digits > 0)
        jval_set(j, "number", number_json(s));
    if (s->n_covers == 0)
        return;
    struct jval *covers = jval_new_array();
    for (size_t i = 0; i < s->n_covers; i++)
        jval_append_string(covers, s->covers[i]);
    jval_set(j, "covers", covers);
}

static void set_tri(struct jval *j, const char *name, enum tri v)
{
    if (v != TRI_UNKNOWN)
        jval_set_bool(j, name, v == TRI_YES);
}

struct jval *facts_json_pair(const struct seal_pair *p)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "a", p->a);
    jval_set_string(j, "b", p->b);
    set_tri(j, "same_stamp", p->same_stamp);
    set_tri(j, "same_impression", p->same_impression);
    jval_set_real(j, "confidence", p->confidence, RATIO);
    jval_set_real(j, "shape", p->shape, RATIO);
    jval_set_real(j, "correlation", p->correlation, RATIO);
    if (isfinite(p->texture))
        jval_set_real(j, "texture", p->texture, RATIO);
    jval_set_real(j, "turn", p->turn_deg, DEG);
    return j;
}

/* --- reading --------------------------------------------------------------*/

static int wrong(struct err *e, const char *what)
{
    return err_set(e, ERR_FORMAT, "%s is not as it must be", what);
}

static int read_real(const struct jval *j, const char *name, double min,
                     double max, double *ret, struct err *e)
{
    *ret = jval_real(j, name, NAN);
    return *ret >= min && *ret <= max ? 0 : wrong(e, name);
}

int facts_json_read_impression(struct arena *a, const struct jval *j,
                               const struct seal_impression **ret,
                               struct err *e)
{
    struct seal_impression *m = arena_new_struct(a, struct seal_impression);
    if (jval_kind_of(j) != JVAL_OBJECT)
        return wrong(e, "impression");
    for (size_t i = 0; i < PARTS; i++) {
        double v = NAN;
        if (jval_lookup(j, parts[i].name) &&
            read_real(j, parts[i].name, 0, parts[i].most, &v, e))
            return ERR_FORMAT;
        memcpy((char *)m + parts[i].at, &v, sizeof v);
    }
    *ret = m;
    return 0;
}

/* A text that is there and not too long. */
static int read_text(struct arena *a, const struct jval *j, const char *name,
                     const char **ret, struct err *e)
{
    const char *s = jval_string(j, name, NULL);
    if (!s || strlen(s) > MAX_TEXT)
        return wrong(e, name);
    *ret = arena_strdup(a, s);
    return 0;
}

static int read_verified(struct arena *a, const struct jval *j,
                         struct verified *ret, struct err *e)
{
    int result = verify_result_from_name(jval_string(j, "result", ""));
    int r = result < 0 ? wrong(e, "text.verified.result") : 0;
    if (r == 0)
        r = read_text(a, j, "against", &ret->against, e);
    if (r == 0 && jval_lookup(j, "rival"))
        r = read_text(a, j, "rival", &ret->rival, e);
    if (r == 0)
        r = read_real(j, "confidence", 0, 1, &ret->confidence, e);
    ret->result = result < 0 ? VERIFY_CANNOT_TELL : (enum verify_result)result;
    return r;
}

static int read_seal_text(struct arena *a, const struct jval *j, struct seal *s,
                          struct err *e)
{
    const char *value = "";
    int r = read_text(a, j, "value", &value, e);
    if (r == 0)
        r = read_real(j, "confidence", 0, 1, &s->text_confidence, e);
    if (r == 0 && *value)
        s->text = value;
    if (r == 0 && jval_lookup(j, "verified"))
        r = read_verified(a, jval_lookup(j, "verified"), &s->text_verified, e);
    return r;
}

static int read_line_text(struct arena *a, const struct jval *j, struct seal *s,
                          struct err *e)
{
    int r = read_text(a, j, "value", &s->line_text, e);
    return r ? r : read_real(j, "confidence", 0, 1, &s->line_confidence, e);
}

static int read_digit(const struct jval *j, struct seal_digit *d, struct err *e)
{
    double v[4];
    const char *c = jval_string(j, "char", NULL);
    const struct jval *box = jval_lookup(j, "box");
    if (!c || strlen(c) > 1 || (*c && (*c < '0' || *c > '9')))
        return wrong(e, "number.digits.char");
    d->c = *c;
    for (size_t i = 0; i < 4; i++) {
        v[i] = jval_real_value(jval_at(box, i), NAN);
        if (!(fabs(v[i]) <= MAX_SIDE))
            return wrong(e, "number.digits.box");
    }
    d->box = (Rect){v[0], v[1], v[2], v[3]};
    int r = read_real(j, "confidence", 0, 1, &d->confidence, e);
    return r ? r : read_real(j, "clarity", 0, 100, &d->clarity, e);
}

static int read_number(struct arena *a, const struct jval *j, struct seal *s,
                       struct err *e)
{
    const struct jval *list = jval_lookup(j, "digits");
    size_t n = jval_count(list);
    if (jval_kind_of(list) != JVAL_ARRAY || n > MAX_DIGITS)
        return wrong(e, "number.digits");
    struct seal_digit *d = arena_new_array(a, n, struct seal_digit);
    for (size_t i = 0; i < n; i++)
        if (read_digit(jval_at(list, i), &d[i], e))
            return ERR_FORMAT;
    s->digits = d;
    s->n_digits = n;
    return 0;
}

static int read_covers(struct arena *a, const struct jval *j, struct seal *s,
                       struct err *e)
{
    size_t n = jval_count(j);
    if (jval_kind_of(j) != JVAL_ARRAY || n > MAX_COVERS)
        return wrong(e, "covers");
    s->covers = arena_new_array(a, n, const char *);
    for (size_t i = 0; i < n; i++) {
        const char *name = jval_string_value(jval_at(j, i), NULL);
        if (!name || strlen(name) > MAX_TEXT)
            return wrong(e, "covers");
        s->covers[i] = arena_strdup(a, name);
    }
    s->n_covers = n;
    return 0;
}

int facts_json_read_seal_reading(struct arena *a, const struct jval *j,
                                 struct seal *s, struct err *e)
{
    const struct jval *text = jval_lookup(j, "text");
    const struct jval *line = jval_lookup(j, "line_text");
    const struct jval *number = jval_lookup(j, "number");
    const struct jval *covers = jval_lookup(j, "covers");
    int r = text ? read_seal_text(a, text, s, e) : 0;
    if (r == 0 && line)
        r = read_line_text(a, line, s, e);
    if (r == 0 && number)
        r = read_number(a, number, s, e);
    return r || !covers ? r : read_covers(a, covers, s, e);
}

static enum tri tri_of(const struct jval *j, const char *name)
{
    const struct jval *v = jval_lookup(j, name);
    if (jval_kind_of(v) != JVAL_BOOL)
        return TRI_UNKNOWN;
    return jval_bool_value(v, false) ? TRI_YES : TRI_NO;
}

int facts_json_read_pair(struct arena *a, const struct jval *j,
                         struct seal_pair *ret, struct err *e)
{
    struct seal_pair p = {.texture = NAN};
    int r = read_text(a, j, "a", &p.a, e);
    if (r == 0)
        r = read_text(a, j, "b", &p.b, e);
    if (r == 0)
        r = read_real(j, "confidence", 0, 1, &p.confidence, e);
    if (r == 0)
        r = read_real(j, "shape", -1, 1, &p.shape, e);
    if (r == 0)
        r = read_real(j, "correlation", -1, 1, &p.correlation, e);
    if (r == 0 && jval_lookup(j, "texture"))
        r = read_real(j, "texture", -1, 1, &p.texture, e);
    if (r == 0)
        r = read_real(j, "turn", -360, 360, &p.turn_deg, e);
    p.same_stamp = tri_of(j, "same_stamp");
    p.same_impression = tri_of(j, "same_impression");
    if (r == 0)
        *ret = p;
    return r;
}
