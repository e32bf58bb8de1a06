/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * pages - walking over the pages of the documents
 *
 * A slot may hold several files and a file several pages; rules about pages
 * take the worst that counts. Blank pages, and pages that show another kind of
 * document, are F03's matter and count nowhere else.
 */

#ifndef RULES_PAGES_H
#define RULES_PAGES_H

#include "rules/rule.h"

struct page_at {
    const struct document *document;
    const struct page_facts *facts;
    int number; /* from 1 */
};

/* The next page of the slot behind *at, which begins as {0}; false: none. */
bool pages_next(const struct rule_case *c, enum slot slot, struct page_at *at);

/* Whether that page counts (from 1; 0: the document, which counts when one of
 * its pages does). Of a page that does not no value is believed either. */
bool pages_counts(const struct rule_case *c, const struct document *d,
                  int number);

/* Whether the page is surely a photograph or the work of a scanning app: then
 * it has to be scanned again, whatever else ails the picture. */
bool pages_is_camera(const struct rule_case *c, const struct page_facts *p);

/* The effective resolution of a page's print, and of its seals. */
double pages_print_dpi(const struct page_facts *p);
double pages_seal_dpi(const struct page_facts *p);

/* The page of the slot where that is lowest; false: it was measured on none. */
bool pages_coarsest(const struct rule_case *c, enum slot slot,
                    double (*dpi)(const struct page_facts *),
                    struct page_at *ret);

/* Below the limit by more than the error of a measured resolution. */
bool pages_is_surely_coarse(double dpi, double limit_dpi);

/* A class that is not a flatbed's. */
bool pages_may_be_camera(const struct page_facts *p);

#endif
