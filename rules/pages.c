/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "rules/pages.h"

#include <math.h>

#include "rules/settings.h"

static bool counts(const struct rule_case *c, const struct document *d,
                   const struct page_facts *p)
{
    bool other = p->shows != SLOT_UNKNOWN && p->shows != d->slot &&
                 p->shows_sure >= c->settings->kind_sure;
    return p->is_blank != TRI_YES && !other;
}

bool pages_counts(const struct rule_case *c, const struct document *d,
                  int number)
{
    for (size_t k = 0; k < d->n_pages; k++)
        if ((number <= 0 || number == (int)k + 1) && counts(c, d, &d->pages[k]))
            return document_is_readable(d);
    return false;
}

bool pages_next(const struct rule_case *c, enum slot slot, struct page_at *at)
{
    const struct facts *f = c->facts;
    size_t i = at->document ? (size_t)(at->document - f->documents) : 0;
    size_t k = at->document ? (size_t)at->number : 0;
    for (; i < f->n_documents; i++, k = 0) {
        const struct document *d = &f->documents[i];
        if (d->slot != slot || !document_is_readable(d))
            continue;
        for (; k < d->n_pages; k++) {
            if (!counts(c, d, &d->pages[k]))
                continue;
            *at = (struct page_at){d, &d->pages[k], (int)k + 1};
            return true;
        }
    }
    return false;
}

double pages_print_dpi(const struct page_facts *p)
{
    return p->effective_dpi;
}

double pages_seal_dpi(const struct page_facts *p)
{
    return p->colour_dpi > 0 ? p->colour_dpi : p->effective_dpi;
}

bool pages_coarsest(const struct rule_case *c, enum slot slot,
                    double (*dpi)(const struct page_facts *),
                    struct page_at *ret)
{
    ret->facts = NULL;
    for (struct page_at at = {0}; pages_next(c, slot, &at);)
        if (isfinite(dpi(at.facts)) &&
            (!ret->facts || dpi(at.facts) < dpi(ret->facts)))
            *ret = at;
    return ret->facts != NULL;
}

/* An effective resolution is known to about 15 %. */
static const double dpi_error = 0.15;

bool pages_is_surely_coarse(double dpi, double limit_dpi)
{
    return dpi < limit_dpi * (1 - dpi_error);
}

bool pages_may_be_camera(const struct page_facts *p)
{
    return p->capture == CAPTURE_PHONE || p->capture == CAPTURE_SCAN_APP ||
           p->capture == CAPTURE_SCREEN;
}

bool pages_is_camera(const struct rule_case *c, const struct page_facts *p)
{
    return pages_may_be_camera(p) &&
           p->capture_confidence >= c->settings->capture_sure;
}
