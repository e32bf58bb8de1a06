/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * capture_mark - the mark that scanning apps leave below a page
 *
 * A line of pale print at the lower right, away from the text, whatever it
 * says: free editions write who made the page there. What is printed on the
 * page itself is as dark as the rest of it, and page numbers stand elsewhere.
 */

#ifndef IMAGING_CAPTURE_MARK_H
#define IMAGING_CAPTURE_MARK_H

#include "base/geom.h"

struct arena;
struct page;

struct app_mark {
    double paleness; /* 1 less its darkness to that of the text; 0: none there;
                        NAN: no text */
    Rect box;        /* in pixels of the scan */
};

struct app_mark capture_mark_find(struct arena *a, const struct page *page);

#endif
