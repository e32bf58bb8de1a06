/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * L03, I05, S06: copied at its real size. The measured ratio has an interval,
 * and the interval decides: only what is wholly below the limit is reduced,
 * and what spans it goes to a person. Where there was nothing to measure by,
 * that is mentioned and no more: most such pages are honest copies, and the
 * page is there to be looked at. An enlarged licence or card is accepted; a
 * seal sheet is not, because the impression is used at its size.
 */

#include <math.h>

#include "rules/check.h"
#include "rules/finding.h"
#include "rules/pages.h"
#include "rules/reading.h"
#include "rules/seals.h"
#include "rules/settings.h"

/* In the order of what matters most. */
enum size {
    SIZE_NOT_KNOWN,
    SIZE_RIGHT,
    SIZE_SMALLER, /* a little, as "fit to page" makes it: pointed out */
    SIZE_DOUBTFUL,
    SIZE_LARGE,
    SIZE_SMALL
};

/* What is reduced is reduced in both directions, and a card or a frame keeps
 * its shape to 2 %; something of another shape is not what was looked for. */
static const double most_anisotropy = 0.03;

/* A camera's picture has the density that somebody wrote into the file. */
static bool is_hearsay(const struct page_facts *p)
{
    return p->dpi_source == DPI_METADATA && pages_may_be_camera(p);
}

/* Without an interval a ratio is never certain. */
static enum size size_of(const struct rule_settings *k,
                         const struct page_facts *p, double most)
{
    double least = k->scale_limit;
    double low = p->scale_low, high = p->scale_high;
    if (!isfinite(p->scale_ratio))
        return SIZE_NOT_KNOWN;
    if (!isfinite(low) || !isfinite(high))
        return p->scale_ratio < least || p->scale_ratio > most ? SIZE_DOUBTFUL
                                                               : SIZE_RIGHT;
    bool shape = !(fabs(p->anisotropy - 1) > most_anisotropy);
    if ((!shape || is_hearsay(p)) && (high < least || low > most))
        return SIZE_DOUBTFUL;
    if (high < least)
        return SIZE_SMALL;
    if (low > most)
        return SIZE_LARGE;
    if (low < least || high > most)
        return SIZE_DOUBTFUL;
    return high < k->scale_plain ? SIZE_SMALLER : SIZE_RIGHT;
}

static void add_numbers(const struct rule_case *c, struct finding *out,
                        const struct page_facts *p)
{
    bool known = isfinite(p->scale_low) && isfinite(p->scale_high);
    finding_add_number(c, out, "percent", 100 * p->scale_ratio, 0);
    finding_add_number(c, out, "low",
                       100 * (known ? p->scale_low : p->scale_ratio), 0);
    finding_add_number(c, out, "high",
                       100 * (known ? p->scale_high : p->scale_ratio), 0);
    finding_add_number(c, out, "limit", 100 * c->settings->scale_limit, 0);
}

/* The worst page of the slot. */
static enum size worst_size(const struct rule_case *c, enum slot slot,
                            double most, struct page_at *ret)
{
    enum size worst = SIZE_NOT_KNOWN;
    for (struct page_at at = {0}; pages_next(c, slot, &at);) {
        enum size s = size_of(c->settings, at.facts, most);
        if (ret->facts && s <= worst)
            continue;
        worst = s;
        *ret = at;
    }
    return worst;
}

/* The printed things that were measured, else the whole page. */
static void point_at(struct finding *out, enum slot slot,
                     const struct page_at *at)
{
    finding_set_page(out, slot, at->number);
    if (at->facts->n_outlines > 0)
        out->n_evidence = 0;
    for (size_t i = 0; i < at->facts->n_outlines; i++)
        finding_add_box(out, slot, at->number, at->facts->outlines[i].box);
}

static enum answer not_known(struct finding *out)
{
    out->reason = "not_measured";
    finding_lower(out, SEVERITY_INFO);
    return ANSWER_CANNOT_TELL;
}

/* What registries of a province, a city or a county stamp measures 42 or 45 mm
 * (国发〔1999〕25号), and as much less as the licence was reduced. */
static const double registry_mm = 45;

/* A ruler of the scan's own, none that lies on the licence. */
static bool has_scanners_ruler(const struct page_facts *p)
{
    return p->capture == CAPTURE_FLATBED &&
           (p->dpi_source == DPI_METADATA || p->dpi_source == DPI_PAPER);
}

/* Where no frame was seen, the registry's seal may show that the copy is not
 * reduced; that it is, a small one cannot show. */
static bool has_large_registry_seal(const struct rule_case *c, enum slot slot)
{
    const struct facts *f = c->facts;
    for (size_t i = 0; i < f->n_seals; i++) {
        const struct seal *s = &f->seals[i];
        const struct page_facts *p = seals_page(f, s);
        if (s->slot == slot && s->role == SEAL_AUTHORITY &&
            s->shape == SHAPE_ROUND && p && has_scanners_ruler(p) &&
            s->confidence >= c->settings->seal_sure &&
            fmin(s->size_mm[0], s->size_mm[1]) >=
                c->settings->scale_limit * registry_mm)
            return true;
    }
    return false;
}

/* An interval as wide as this has no middle worth telling. */
static const double vague = 0.25;

static enum answer check(const struct rule_case *c, enum slot slot,
                         struct finding *out)
{
    struct page_at at = {0};
    enum size size = worst_size(c, slot, INFINITY, &at);
    if (!at.facts)
        return ANSWER_NOT_APPLICABLE;
    if (size == SIZE_RIGHT ||
        (size == SIZE_NOT_KNOWN && has_large_registry_seal(c, slot)))
        return ANSWER_PASS;
    point_at(out, slot, &at);
    if (size == SIZE_NOT_KNOWN)
        return not_known(out);
    add_numbers(c, out, at.facts);
    if (size == SIZE_DOUBTFUL &&
        at.facts->scale_high - at.facts->scale_low > vague)
        return finding_say(out, "vague", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
    if (size == SIZE_SMALLER)
        return finding_say(out, "smaller", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
    return size == SIZE_SMALL ? ANSWER_FAIL : ANSWER_CANNOT_TELL;
}

enum answer check_licence_size(const struct rule_case *c, size_t i,
                               struct finding *out)
{
    (void)i;
    return check(c, SLOT_BUSINESS_LICENSE, out);
}

enum answer check_card_size(const struct rule_case *c, size_t i,
                            struct finding *out)
{
    (void)i;
    return check(c, SLOT_ID_CARD, out);
}

/* A round official seal of the sheet whose diameter no such seal has. */
static const struct seal *odd_seal(const struct rule_case *c, int *ret_known)
{
    *ret_known = 0;
    for (size_t i = 0; i < c->facts->n_seals; i++) {
        const struct seal *s = &c->facts->seals[i];
        double d = fmax(s->size_mm[0], s->size_mm[1]);
        if (s->slot != SLOT_SEAL_SHEET || s->role != SEAL_OFFICIAL ||
            s->shape != SHAPE_ROUND || !isfinite(d) ||
            !(s->confidence >= c->settings->seal_sure))
            continue;
        ++*ret_known;
        if (d < c->settings->seal_least_mm || d > c->settings->seal_most_mm)
            return s;
    }
    return NULL;
}

static enum answer weigh_seals(const struct rule_case *c, enum size size,
                               struct finding *out)
{
    int known;
    const struct seal *s = odd_seal(c, &known);
    if (s) {
        out->page = s->page;
        out->n_evidence = 0;
        finding_add_box(out, s->slot, s->page, s->box);
        finding_add_number(c, out, "size", fmax(s->size_mm[0], s->size_mm[1]),
                           1);
        finding_add_number(c, out, "least", c->settings->seal_least_mm, 0);
        finding_add_number(c, out, "most", c->settings->seal_most_mm, 0);
        out->reason = "seal_size";
        return ANSWER_FAIL;
    }
    /* A seal of a size that such seals have speaks for the sheet. */
    return known > 0 || size == SIZE_RIGHT ? ANSWER_PASS : not_known(out);
}

/* The sheet's seal is of another stamp than those that its size was taken from,
 * as X05 says; then it is no ruler. */
static bool is_of_another_stamp(const struct facts *f)
{
    const struct seal *s = seals_find_official(f, SLOT_SEAL_SHEET);
    size_t same = 0, other = 0;
    for (size_t i = 0; s && i < f->n_pairs; i++) {
        if (!seals_other(f, i, s))
            continue;
        same += f->pairs[i].same_stamp == TRI_YES;
        other += f->pairs[i].same_stamp == TRI_NO;
    }
    return other > same;
}

enum answer check_sheet_size(const struct rule_case *c, size_t i,
                             struct finding *out)
{
    (void)i;
    struct page_at at = {0};
    enum size size =
        worst_size(c, SLOT_SEAL_SHEET, c->settings->scale_most, &at);
    if (!at.facts || c->facts->order.with_seal == TRI_NO)
        return ANSWER_NOT_APPLICABLE;
    finding_set_page(out, SLOT_SEAL_SHEET, at.number);
    if (is_of_another_stamp(c->facts))
        size = SIZE_NOT_KNOWN;
    if (size == SIZE_NOT_KNOWN || size == SIZE_RIGHT)
        return weigh_seals(c, size, out);
    add_numbers(c, out, at.facts);
    return size == SIZE_DOUBTFUL || size == SIZE_SMALLER ? ANSWER_CANNOT_TELL
                                                         : ANSWER_FAIL;
}
