/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A seal and a pair of seals, both ways. A digit that could not be read is "?"
 * in the number and an empty "char", so that every place keeps its own.
 */

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/cursor.h"
#include "base/facts_json.h"
#include "base/facts_json_impl.h"
#include "base/jval.h"

enum { MAX_DIGITS = 64, MAX_COVERS = 64 };

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

static struct jval *impression_json(const struct seal_impression *m)
{
    struct jval *j = jval_new_object();
    for (size_t i = 0; i < PARTS; i++) {
        double v;
        memcpy(&v, (const char *)m + parts[i].at, sizeof v);
        facts_json_set_known(j, parts[i].name, v, parts[i].decimals);
    }
    return j;
}

static struct jval *digit_json(const struct seal_digit *d)
{
    const char c[2] = {d->c, 0};
    struct jval *j = jval_new_object();
    jval_set_string(j, "char", c);
    jval_set_real(j, "confidence", d->confidence, FACTS_RATIO);
    jval_set_real(j, "clarity", d->clarity, FACTS_SCORE);
    jval_set(j, "box", facts_json_box(d->box));
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

static void add_text(struct jval *j, const struct seal *s)
{
    bool has_text = s->text && *s->text;
    if (!has_text && !s->text_verified.against)
        return;
    struct jval *text = jval_new_object();
    jval_set_string(text, "value", has_text ? s->text : "");
    jval_set_real(text, "confidence", has_text ? s->text_confidence : 0,
                  FACTS_RATIO);
    if (s->text_verified.against)
        jval_set(text, "verified", facts_json_verified(&s->text_verified));
    jval_set(j, "text", text);
}

static void add_line_text(struct jval *j, const struct seal *s)
{
    if (!s->line_text || !*s->line_text)
        return;
    struct jval *line = jval_new_object();
    jval_set_string(line, "value", s->line_text);
    jval_set_real(line, "confidence", s->line_confidence, FACTS_RATIO);
    jval_set(j, "line_text", line);
}

static void add_covers(struct jval *j, const struct seal *s)
{
    if (s->n_covers == 0)
        return;
    struct jval *covers = jval_new_array();
    for (size_t i = 0; i < s->n_covers; i++)
        jval_append_string(covers, s->covers[i]);
    jval_set(j, "covers", covers);
}

/* Left out when one of the two is not known. */
static void set_pair(struct jval *j, const char *name, const double v[2],
                     int decimals)
{
    if (isfinite(v[0]) && isfinite(v[1]))
        jval_set(j, name, jval_new_reals(v, 2, decimals));
}

struct jval *facts_json_seal(const struct seal *s)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "id", s->id ? s->id : "");
    jval_set_string(j, "slot", slot_name(s->slot));
    jval_set_int(j, "page", s->page);
    jval_set_string(j, "role", seal_role_name(s->role));
    jval_set_string(j, "shape", seal_shape_name(s->shape));
    jval_set(j, "box", facts_json_box(s->box));
    set_pair(j, "center", (const double[]){s->center.x, s->center.y}, FACTS_PX);
    set_pair(j, "size_mm", s->size_mm, FACTS_MM);
    facts_json_set_known(j, "rotation", s->rotation_deg, FACTS_DEG);
    facts_json_set_known(j, "crosses_mm", s->crosses_mm, FACTS_MM);
    jval_set_string(j, "ink", seal_ink_name(s->ink));
    jval_set_string(j, "colour", ink_colour_name(s->colour));
    facts_json_set_known(j, "hue", s->hue_deg, FACTS_DEG);
    facts_json_set_known(j, "confidence", s->confidence, FACTS_RATIO);
    jval_set_real(j, "clarity", isfinite(s->clarity) ? s->clarity : 0,
                  FACTS_SCORE);
    if (!isfinite(s->clarity))
        jval_set_bool(j, "clarity_measured", false);
    facts_json_set_known(j, "completeness", s->completeness, FACTS_RATIO);
    facts_json_set_known(j, "background", s->background, FACTS_RATIO);
    facts_json_set_tri(j, "line", s->has_line);
    if (s->impression)
        jval_set(j, "impression", impression_json(s->impression));
    add_text(j, s);
    add_line_text(j, s);
    if (s->n_digits > 0)
        jval_set(j, "number", number_json(s));
    add_covers(j, s);
    facts_json_set_text(j, "image", s->image);
    return j;
}

struct jval *facts_json_pair(const struct seal_pair *p)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "a", p->a);
    jval_set_string(j, "b", p->b);
    facts_json_set_tri(j, "same_stamp", p->same_stamp);
    facts_json_set_tri(j, "same_impression", p->same_impression);
    jval_set_real(j, "confidence", p->confidence, FACTS_RATIO);
    jval_set_real(j, "shape", p->shape, FACTS_RATIO);
    jval_set_real(j, "correlation", p->correlation, FACTS_RATIO);
    facts_json_set_known(j, "texture", p->texture, FACTS_RATIO);
    jval_set_real(j, "turn", p->turn_deg, FACTS_DEG);
    return j;
}

/* --- reading --------------------------------------------------------------*/

static const struct seal_impression *read_impression(struct cursor *c,
                                                     const struct jval *seal)
{
    const struct jval *j =
        cursor_member(c, seal, "impression", JVAL_OBJECT, false);
    if (!j)
        return NULL;
    struct seal_impression *m =
        arena_new_struct(c->arena, struct seal_impression);
    for (size_t i = 0; i < PARTS; i++) {
        double v = cursor_number(c, j, parts[i].name, 0, parts[i].most);
        memcpy((char *)m + parts[i].at, &v, sizeof v);
    }
    return m;
}

static void read_text(struct cursor *c, const struct jval *seal, struct seal *s)
{
    const struct jval *j = cursor_member(c, seal, "text", JVAL_OBJECT, false);
    if (!j)
        return;
    const char *value = cursor_text(c, j, "value", true);
    s->text = *value ? value : NULL;
    s->text_confidence = cursor_needed(c, j, "confidence", 0, 1);
    s->text_verified = facts_json_read_verified(c, j);
}

static void read_line_text(struct cursor *c, const struct jval *seal,
                           struct seal *s)
{
    const struct jval *j =
        cursor_member(c, seal, "line_text", JVAL_OBJECT, false);
    if (!j)
        return;
    s->line_text = cursor_text(c, j, "value", true);
    s->line_confidence = cursor_needed(c, j, "confidence", 0, 1);
}

static void read_digits(struct cursor *c, const struct jval *seal,
                        struct seal *s)
{
    const struct jval *j = cursor_member(c, seal, "number", JVAL_OBJECT, false);
    if (!j)
        return;
    const struct jval *list = cursor_list(c, j, "digits", true, MAX_DIGITS);
    size_t n = jval_count(list);
    struct seal_digit *digits = arena_new_array(c->arena, n, struct seal_digit);
    for (size_t i = 0; i < n; i++) {
        const struct jval *digit = jval_at(list, i);
        struct seal_digit *d = &digits[i];
        const char *text = cursor_text(c, digit, "char", true);
        if (strlen(text) > 1 || (*text && (*text < '0' || *text > '9')))
            cursor_wrong(c, "char", "`%.40s` is not a digit", text);
        d->c = *text;
        d->confidence = cursor_needed(c, digit, "confidence", 0, 1);
        d->clarity = cursor_needed(c, digit, "clarity", 0, 100);
        d->box = cursor_box(c, digit, "box");
    }
    s->digits = digits;
    s->n_digits = n;
}

static void read_covers(struct cursor *c, const struct jval *seal,
                        struct seal *s)
{
    const struct jval *list = cursor_list(c, seal, "covers", false, MAX_COVERS);
    s->n_covers = jval_count(list);
    s->covers = arena_new_array(c->arena, s->n_covers, const char *);
    for (size_t i = 0; i < s->n_covers; i++) {
        const char *name = jval_string_value(jval_at(list, i), NULL);
        if (!name)
            cursor_wrong(c, "covers", "element %zu must be a string", i);
        s->covers[i] = arena_strdup(c->arena, name ? name : "");
    }
}

int facts_json_read_seal(struct arena *a, const struct jval *j,
                         struct seal *ret, struct err *e)
{
    struct cursor c = {.arena = a, .where = "", .e = e};
    struct seal s = {.size_mm = {NAN, NAN}, .center = {NAN, NAN}};
    double pair[2];
    if (jval_kind_of(j) != JVAL_OBJECT)
        cursor_wrong(&c, "seal", "must be an object");
    s.id = cursor_text(&c, j, "id", true);
    s.slot = facts_json_read_slot(&c, j, "slot");
    s.page = cursor_whole(&c, j, "page", 1, FACTS_MAX_PAGES);
    s.role =
        (enum seal_role)cursor_word(&c, j, "role", seal_role_from_name, true);
    s.shape = (enum seal_shape)cursor_word(&c, j, "shape", seal_shape_from_name,
                                           true);
    s.box = cursor_box(&c, j, "box");
    if (cursor_numbers(&c, j, "center", false, pair, 2))
        s.center = (Point){pair[0], pair[1]};
    if (cursor_numbers(&c, j, "size_mm", false, pair, 2))
        memcpy(s.size_mm, pair, sizeof pair);
    s.rotation_deg = cursor_number(&c, j, "rotation", -360, 360);
    s.crosses_mm = cursor_number(&c, j, "crosses_mm", 0, 1000);
    s.ink = (enum seal_ink)cursor_word(&c, j, "ink", seal_ink_from_name, true);
    s.colour = (enum ink_colour)cursor_word(&c, j, "colour",
                                            ink_colour_from_name, false);
    s.hue_deg = cursor_number(&c, j, "hue", -360, 360);
    s.confidence = cursor_number(&c, j, "confidence", 0, 1);
    s.clarity = cursor_needed(&c, j, "clarity", 0, 100);
    if (!jval_bool(j, "clarity_measured", true))
        s.clarity = NAN;
    s.completeness = cursor_number(&c, j, "completeness", 0, 1);
    s.background = cursor_number(&c, j, "background", 0, 1);
    s.has_line = cursor_tri(&c, j, "line");
    s.image = cursor_text(&c, j, "image", false);
    s.impression = read_impression(&c, j);
    read_text(&c, j, &s);
    read_line_text(&c, j, &s);
    read_digits(&c, j, &s);
    read_covers(&c, j, &s);
    if (c.code == 0)
        *ret = s;
    return c.code;
}

int facts_json_read_pair(struct arena *a, const struct jval *j,
                         struct seal_pair *ret, struct err *e)
{
    struct cursor c = {.arena = a, .where = "", .e = e};
    struct seal_pair p = {
        .a = cursor_text(&c, j, "a", true),
        .b = cursor_text(&c, j, "b", true),
        .same_stamp = cursor_tri(&c, j, "same_stamp"),
        .same_impression = cursor_tri(&c, j, "same_impression"),
        .confidence = cursor_needed(&c, j, "confidence", 0, 1),
        .shape = cursor_needed(&c, j, "shape", -1, 1),
        .correlation = cursor_needed(&c, j, "correlation", -1, 1),
        .texture = cursor_number(&c, j, "texture", -1, 1),
        .turn_deg = cursor_needed(&c, j, "turn", -360, 360),
    };
    if (c.code == 0)
        *ret = p;
    return c.code;
}
