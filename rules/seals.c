/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "rules/seals.h"

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "rules/finding.h"
#include "rules/name.h"
#include "rules/settings.h"

/* Relative; a scanner's or a printer's scale is off by less. */
static const double same_size = 0.03;

/* Of a ring and the name it should bear. Rings of the right name that were
 * misread in several characters had 0.75 and more (`report`, 300). */
static const double another_name = 0.6;

/* Share of its width by which a whole seal's box may stand out. */
static const double stands_out = 0.02;

bool seals_is_rounded(const struct seal *s)
{
    return s->shape == SHAPE_ROUND || s->shape == SHAPE_ELLIPSE;
}

/* Nearer to what is looked for: red before other colours, then surer. */
static bool is_better(const struct seal *s, const struct seal *than)
{
    if (!than)
        return true;
    bool red = s->colour == COLOUR_RED, other = than->colour == COLOUR_RED;
    return red != other ? red : s->confidence > than->confidence;
}

const struct seal *seals_find_official(const struct facts *f, enum slot slot)
{
    const struct seal *best = NULL;
    for (size_t i = 0; i < f->n_seals; i++) {
        const struct seal *s = &f->seals[i];
        bool fits = s->role == SEAL_OFFICIAL ||
                    (s->role == SEAL_OTHER && seals_is_rounded(s));
        if (s->slot == slot && fits && is_better(s, best))
            best = s;
    }
    return best;
}

const struct seal *seals_find_name(const struct facts *f, enum slot slot)
{
    const struct seal *named = NULL, *left_over = NULL, *official = NULL,
                      *smaller = NULL;
    for (size_t i = 0; i < f->n_seals; i++) {
        const struct seal *s = &f->seals[i];
        if (s->slot != slot)
            continue;
        if (s->role == SEAL_LEGAL_REP) {
            named = is_better(s, named) ? s : named;
        } else if (s->role == SEAL_OTHER) {
            left_over = is_better(s, left_over) ? s : left_over;
        } else if (s->role == SEAL_OFFICIAL) {
            bool first = !official;
            bool small = !first && rect_area(s->box) < rect_area(official->box);
            smaller = first ? NULL : small ? s : official;
            official = first || !small ? s : official;
        }
    }
    return named ? named : left_over ? left_over : smaller;
}

const struct seal *seals_lookup(const struct facts *f, const char *id)
{
    for (size_t i = 0; i < f->n_seals; i++)
        if (f->seals[i].id && strcmp(f->seals[i].id, id) == 0)
            return &f->seals[i];
    return NULL;
}

const struct seal *seals_other(const struct facts *f, size_t i,
                               const struct seal *s)
{
    const struct seal *a = seals_lookup(f, f->pairs[i].a);
    const struct seal *b = seals_lookup(f, f->pairs[i].b);
    return a == s ? b : b == s ? a : NULL;
}

const struct seal *seals_next_of_stamp(const struct facts *f,
                                       const struct seal *s, size_t *io_pair)
{
    while (*io_pair < f->n_pairs) {
        size_t i = (*io_pair)++;
        const struct seal *other = seals_other(f, i, s);
        if (other && f->pairs[i].same_stamp == TRI_YES)
            return other;
    }
    return NULL;
}

bool seals_is_on_another_paper(const struct facts *f, const struct seal *s)
{
    const struct seal *other;
    for (size_t i = 0; (other = seals_next_of_stamp(f, s, &i)) != NULL;)
        if (other->slot != s->slot)
            return true;
    return false;
}

bool seals_names_another(const struct rule_case *c, const struct seal *s)
{
    const struct verified *v = &s->text_verified;
    if (!s->text || v->result != VERIFY_CONTRADICTED ||
        s->text_confidence < c->settings->name_far_sure)
        return false;
    struct name_match m = name_compare(c->arena, utf8_name(c->arena, s->text),
                                       utf8_name(c->arena, v->against));
    return m.similarity < another_name && !m.first_is_part;
}

bool seals_are_of_one_size(const struct seal *a, const struct seal *b)
{
    double x = fmax(a->size_mm[0], a->size_mm[1]);
    double y = fmax(b->size_mm[0], b->size_mm[1]);
    return !(fabs(x - y) > same_size * fmax(x, y));
}

const struct page_facts *seals_page(const struct facts *f, const struct seal *s)
{
    for (size_t i = 0; i < f->n_documents; i++) {
        const struct document *d = &f->documents[i];
        if (d->slot == s->slot && s->page >= 1 && (size_t)s->page <= d->n_pages)
            return &d->pages[s->page - 1];
    }
    return NULL;
}

bool seals_is_cut(const struct facts *f, const struct seal *s)
{
    const struct page_facts *p = seals_page(f, s);
    if (!p)
        return false;
    Rect sheet = {0, 0, p->width, p->height};
    return !rect_contains(
        rect_inset(sheet, -stands_out * s->box.w, -stands_out * s->box.h),
        s->box);
}

void seals_point_at(const struct rule_case *c, struct finding *out,
                    const struct seal *s)
{
    out->slot = s->slot;
    out->page = s->page;
    finding_add_box(out, s->slot, s->page, s->box);
    if (s->id)
        finding_add_text(c, out, "seal", s->id);
}

enum answer seals_say_none(const struct rule_case *c, enum slot slot,
                           struct finding *out)
{
    bool grey = true, clear = true;
    for (size_t i = 0; i < c->facts->n_documents; i++) {
        const struct document *d = &c->facts->documents[i];
        for (size_t p = 0; d->slot == slot && p < d->n_pages; p++) {
            const struct page_facts *page = &d->pages[p];
            grey &= page->has_colour == TRI_NO;
            clear &= page->has_colour != TRI_UNKNOWN &&
                     !(page->clarity < c->settings->page_clarity);
        }
    }
    finding_set_page(out, slot, 1);
    if (grey)
        return finding_say(out, "grey", SEVERITY_BLOCK, ANSWER_FAIL);
    return clear ? ANSWER_FAIL
                 : finding_say(out, "unclear", SEVERITY_BLOCK,
                               ANSWER_CANNOT_TELL);
}

/* --- key fields -----------------------------------------------------------*/

static const struct key_field {
    enum slot slot;
    const char *name, *zh, *en;
    bool is_by_seal;
} key_fields[] = {
#define KEY_FIELD(slot, name, zh, en) {SLOT_##slot, #name, zh, en, false},
#define BY_SEAL(slot, name, zh, en)   {SLOT_##slot, #name, zh, en, true},
#include "rules/key_fields.def"
#undef BY_SEAL
#undef KEY_FIELD
};

static bool lies_on(const struct seal *s, const char *field)
{
    for (size_t i = 0; i < s->n_covers; i++)
        if (strcmp(s->covers[i], field) == 0)
            return true;
    return false;
}

/* The seal of the slot that lies on the field, or NULL. The authority's own
 * seal is part of the print. */
static const struct seal *find_on(const struct facts *f,
                                  const struct key_field *k)
{
    for (size_t i = 0; i < f->n_seals; i++) {
        const struct seal *s = &f->seals[i];
        if (s->slot == k->slot && s->role != SEAL_AUTHORITY &&
            lies_on(s, k->name))
            return s;
    }
    return NULL;
}

/* The surest reading of the field; a confirmed one beats every other. */
static bool is_legible(const struct rule_case *c, const struct key_field *k,
                       const struct field **ret)
{
    *ret = NULL;
    bool legible = false;
    for (size_t i = 0; i < c->facts->n_documents; i++) {
        const struct document *d = &c->facts->documents[i];
        for (size_t n = 0; d->slot == k->slot && n < d->n_fields; n++) {
            const struct field *f = &d->fields[n];
            if (strcmp(f->name, k->name) != 0)
                continue;
            legible = legible || f->confidence >= c->settings->name_far_sure ||
                      f->verified.result == VERIFY_CONFIRMED;
            *ret = *ret && (*ret)->confidence >= f->confidence ? *ret : f;
        }
    }
    return legible;
}

/* How far down the page, once it is upright. */
static double depth(const struct page_facts *p, Rect box)
{
    switch (p->rotation_deg) {
    case 90:
        return box.x;
    case 180:
        return -box.y;
    case 270:
        return -box.x;
    default:
        return box.y;
    }
}

/* Below all that the text fills in: where a paper is signed and stamped. */
static bool is_at_end(const struct facts *f, enum slot slot,
                      const struct field *field)
{
    static const char *const above[] = {"handler_name", "handler_id",
                                        "valid_to"};
    const struct document *d = facts_document(f, slot);
    size_t n = 0;
    for (size_t i = 0; d && i < sizeof above / sizeof *above; i++) {
        const struct field *a = document_field(d, above[i]);
        if (!a || a->page != field->page || (size_t)a->page > d->n_pages)
            continue;
        const struct page_facts *p = &d->pages[a->page - 1];
        if (depth(p, a->box) >= depth(p, field->box))
            return false;
        n++;
    }
    return n > 0;
}

struct covered seals_covered(const struct rule_case *c, enum slot slot,
                             struct finding *out)
{
    struct covered r = {false, false};
    struct str zh, en;
    str_init(&zh, 512);
    str_init(&en, 512);
    for (size_t i = 0; i < sizeof key_fields / sizeof *key_fields; i++) {
        const struct key_field *k = &key_fields[i];
        const struct seal *s = k->slot == slot ? find_on(c->facts, k) : NULL;
        const struct field *field;
        bool legible = is_legible(c, k, &field);
        if (!s ||
            (k->is_by_seal && legible && is_at_end(c->facts, slot, field)))
            continue;
        if (!r.any)
            seals_point_at(c, out, s);
        r.any = true;
        r.lost |= !legible;
        if (field)
            finding_add_box(out, slot, field->page, field->box);
        str_printf(&zh, "%s%s", zh.len ? "、" : "", k->zh);
        str_printf(&en, "%s%s", en.len ? ", " : "", k->en);
    }
    if (r.any)
        finding_add_words(c, out, "fields", en.s, zh.s);
    str_done(&zh);
    str_done(&en);
    return r;
}
