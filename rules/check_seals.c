/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A03, L02 and S04: the seals that have to be there. Which seal is meant is
 * decided here, by role first and by what is left over second, because a name
 * seal of the wrong shape is just what a finder does not recognise as one.
 */

#include <math.h>
#include <string.h>

#include "rules/check.h"
#include "rules/finding.h"
#include "rules/reading.h"
#include "rules/settings.h"

/* Relative; a scanner's or a printer's scale is off by less. */
static const double same_size = 0.03;

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

/* What is said when the document shows no seal at all. */
static enum answer no_seal(const struct rule_case *c, enum slot slot,
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

static enum answer check_official(const struct rule_case *c, enum slot slot,
                                  struct finding *out)
{
    if (!reading_is_possible(c, slot))
        return ANSWER_NOT_APPLICABLE;
    const struct seal *s = find_official(c->facts, slot);
    if (!s)
        return no_seal(c, slot, out);
    point_at(c, out, s);
    if (!(s->confidence >= c->settings->seal_sure) ||
        s->clarity < c->settings->seal_clarity || s->colour == COLOUR_UNKNOWN)
        return ANSWER_CANNOT_TELL;
    if (s->colour == COLOUR_OTHER)
        return finding_say(out, "not_red", SEVERITY_BLOCK, ANSWER_FAIL);
    if (s->ink == INK_UNKNOWN) {
        /* There is a red seal; whether it was stamped is C01's question. */
        finding_lower(out, SEVERITY_INFO);
        return finding_say(out, "ink_unknown", SEVERITY_BLOCK,
                           ANSWER_CANNOT_TELL);
    }
    if (s->ink != INK_WET)
        return finding_say(out, "not_original", SEVERITY_BLOCK,
                           ANSWER_CANNOT_TELL);
    return ANSWER_PASS;
}

enum answer check_form_seal(const struct rule_case *c, size_t i,
                            struct finding *out)
{
    (void)i;
    return check_official(c, SLOT_APPLICATION_FORM, out);
}

/* As large as the seal on the form, as far as both are measured: a seal has
 * one size, and the authority's is seldom the applicant's. */
static bool is_of_one_size(const struct seal *a, const struct seal *b)
{
    double x = fmax(a->size_mm[0], a->size_mm[1]);
    double y = fmax(b->size_mm[0], b->size_mm[1]);
    return !(fabs(x - y) > same_size * fmax(x, y));
}

/*
 * L02, its first half: the applicant's seal is there. Whether it was stamped
 * is asked once, of the form; here a seal of unknown ink passes. The copied
 * seal of the authority is none; where it cannot be told from the applicant's
 * (a role "other", or another size than on the form), a person looks.
 */
enum answer check_licence_seal(const struct rule_case *c, size_t i,
                               struct finding *out)
{
    (void)i;
    const enum slot slot = SLOT_BUSINESS_LICENSE;
    enum answer answer = check_official(c, slot, out);
    if (out->reason && strcmp(out->reason, "ink_unknown") == 0) {
        out->reason = NULL;
        answer = ANSWER_PASS;
    }
    const struct seal *s = find_official(c->facts, slot);
    const struct seal *form = find_official(c->facts, SLOT_APPLICATION_FORM);
    if (answer != ANSWER_PASS || !s)
        return answer;
    bool same = !form || form->role != SEAL_OFFICIAL || is_of_one_size(s, form);
    return s->role == SEAL_OFFICIAL && same
               ? ANSWER_PASS
               : finding_say(out, "which", SEVERITY_BLOCK, ANSWER_CANNOT_TELL);
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
        !reading_is_possible(c, SLOT_SEAL_SHEET))
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
        return finding_say(out, "uncertain", SEVERITY_BLOCK,
                           ANSWER_CANNOT_TELL);
    if (s->colour == COLOUR_OTHER)
        return finding_say(out, "not_red", SEVERITY_BLOCK, ANSWER_FAIL);
    if (is_rounded(s))
        return ANSWER_FAIL;
    if (aspect > c->settings->square_aspect)
        return finding_say(out, "not_square", SEVERITY_BLOCK, ANSWER_FAIL);
    return ANSWER_PASS;
}
