/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_search - all seals of one ink on a page, measured and cut out
 *
 * Goes from the coarse map to the scan's own pixels: round seals first, since
 * they are the surest and may touch others, then what is left.
 */

#ifndef IMAGING_SEAL_SEARCH_H
#define IMAGING_SEAL_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "imaging/ink.h"
#include "imaging/page.h"
#include "imaging/seal_find.h"

struct arena;

struct search_options {
    double min_mm, max_mm; /* of a seal's diameter or side */
    double cut_dpi, margin_mm;
    size_t max_bytes;     /* of a picture as PNG */
    bool measured_colour; /* cut in the ink's own colour, else pure red */
};

enum { SEARCH_MAX = 24 };

struct search {
    struct arena *arena; /* of the page: what is found lives here */
    const struct page *page;
    const struct search_options *options;
    double px_per_mm; /* of the scan, a guess when page->dpi is 0 */
    struct found_seal found[SEARCH_MAX];
    struct fit_ellipse outline[SEARCH_MAX]; /* on the scan; a = 0: no ellipse */
    size_t n;
};

/* Adds the seals of one kind of ink; `map` is used up, `step` is scan pixels
 * per pixel of the map. */
void seal_search_kind(struct search *s, enum ink_kind kind, struct ink_map *map,
                      double step);

#endif
