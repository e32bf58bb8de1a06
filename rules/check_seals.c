/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A03 and S04: the seals that have to be there. Which seal is meant is decided
 * here, by role first and by what is left over second, because a name seal of
 * the wrong shape is just what a finder does not recognise as one.
 */

#include <math.h>

#include "rules/check.h"
#include "rules/finding.h"
#include "rules/reading.h"
#include "rules/settings.h"

static enum answer say(struct finding *out, const char *reason,
                       enum answer answer)
{
    out->reason = reason;
    return answer;
}

static void point_at(const struct rule_case *c, struct finding *out,
                     const struct seal *s)
{
    out->slot = s->slot;
    out->page = s->page;
    finding_add_box(out, s->slot, s->page, s->box);
    if (s->id)
        finding_add_text(c, out, "seal", s->id);
}

static bool is_rounded(const struct seal *s)
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

static const struct seal *find_official(const struct facts *f, enum slot slot)
{
    const struct seal *best = NULL;
    for (size_t i = 0; i < f->n_seals; i++) {
        const struct seal *s = &f->seals[i];
        bool fits = s->role == SEAL_OFFICIAL ||
                    (s->role == SEAL_OTHER && is_rounded(s));
        if (s->slot == slot && fits && is_better(s, best))
            best = s;
    }
    return best;
}

/* What is said when the form shows no seal at all. */
static enum answer no_seal(const struct rule_case *c, struct finding *out)
{
    bool grey = true, clear = true;
    for (size_t i = 0; i < c->facts->n_documents; i++) {
        const struct document *d = &c->facts->documents[i];
        for (size_t p = 0; d->slot == SLOT_APPLICATION_FORM && p < d->n_pages;
             p++) {
            const struct page_facts *page = &d->pages[p];
            grey &= page->has_colour == TRI_NO;
            clear &= page->has_colour != TRI_UNKNOWN &&
                     !(page->clarity < c->settings->page_clarity);
        }
    }
    finding_set_page(out, SLOT_APPLICATION_FORM, 1);
    if (grey)
        return say(out, "grey", ANSWER_FAIL);
    return clear ? ANSWER_FAIL : say(out, "unclear", ANSWER_CANNOT_TELL);
}

enum answer check_form_seal(const struct rule_case *c, size_t i,
                            struct finding *out)
{
    (void)i;
    if (!reading_is_possible(c->facts, SLOT_APPLICATION_FORM))
        return ANSWER_NOT_APPLICABLE;
    const struct seal *s = find_official(c->facts, SLOT_APPLICATION_FORM);
    if (!s)
        return no_seal(c, out);
    point_at(c, out, s);
    if (!(s->confidence >= c->settings->seal_sure) ||
        s->clarity < c->settings->seal_clarity || s->colour == COLOUR_UNKNOWN)
        return ANSWER_CANNOT_TELL;
    if (s->colour == COLOUR_OTHER)
        return say(out, "not_red", ANSWER_FAIL);
    if (s->ink == INK_UNKNOWN) {
        /* There is a red seal; whether it was stamped is C01's question. */
        finding_lower(out, SEVERITY_INFO);
        return say(out, "ink_unknown", ANSWER_CANNOT_TELL);
    }
    if (s->ink != INK_WET)
        return say(out, "not_original", ANSWER_CANNOT_TELL);
    return ANSWER_PASS;
}

/* The name seal of the sheet: by role, else what is neither the official
 * seal nor alone, else the smaller of two that both look like official ones. */
static const struct seal *find_name_seal(const struct facts *f)
{
    const struct seal *named = NULL, *left_over = NULL, *official = NULL,
                      *smaller = NULL;
    for (size_t i = 0; i < f->n_seals; i++) {
        const struct seal *s = &f->seals[i];
        if (s->slot != SLOT_SEAL_SHEET)
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

static double aspect_of(const struct seal *s)
{
    double w = s->size_mm[0], h = s->size_mm[1];
    if (!(w > 0 && h > 0)) {
        w = s->box.w;
        h = s->box.h;
    }
    return w > h ? w / h : h / w;
}

static void add_shape(const struct rule_case *c, struct finding *out,
                      const struct seal *s)
{
    static const char *const zh[] = {"形状不规则", "圆形", "方形", "长方形",
                                     "椭圆形"};
    finding_add_words(c, out, "shape", seal_shape_name(s->shape), zh[s->shape]);
}

enum answer check_name_seal(const struct rule_case *c, size_t i,
                            struct finding *out)
{
    (void)i;
    if (c->facts->order.with_seal == TRI_NO ||
        !reading_is_possible(c->facts, SLOT_SEAL_SHEET))
        return ANSWER_NOT_APPLICABLE;
    const struct seal *s = find_name_seal(c->facts);
    if (!s) {
        finding_set_page(out, SLOT_SEAL_SHEET, 1);
        return ANSWER_CANNOT_TELL;
    }
    point_at(c, out, s);
    add_shape(c, out, s);
    double aspect = aspect_of(s);
    if (isfinite(aspect))
        finding_add_number(c, out, "aspect", aspect, 2);
    finding_add_number(c, out, "limit", c->settings->square_aspect, 2);
    if (!(s->confidence >= c->settings->seal_sure) ||
        s->colour == COLOUR_UNKNOWN || s->shape == SHAPE_OTHER ||
        !isfinite(aspect))
        return say(out, "uncertain", ANSWER_CANNOT_TELL);
    if (s->colour == COLOUR_OTHER)
        return say(out, "not_red", ANSWER_FAIL);
    if (is_rounded(s))
        return ANSWER_FAIL;
    if (aspect > c->settings->square_aspect)
        return say(out, "not_square", ANSWER_FAIL);
    return ANSWER_PASS;
}
