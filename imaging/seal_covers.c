/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/seal_covers.h"

#include <math.h>

#include "base/facts.h"
#include "imaging/image.h"
#include "imaging/page.h"

/* Of the map of red ink: a quarter of a full layer. */
enum { INKED = 64 };

/* A rim of 1 mm across a line of 4 x 60 mm has 2 %, ring text through it from
 * 5 % on. */
static const double suffers = 0.03;

double seal_covers_share(const struct page *page, const struct seal *s,
                         Rect box)
{
    Affine ink_from_scan;
    Rect both = rect_intersect(box, s->box);
    if (!page->ink || rect_is_empty(both) || rect_is_empty(box) ||
        !affine_invert(page->scan_from_ink, &ink_from_scan))
        return 0;
    Rect all = {0, 0, page->ink->width, page->ink->height};
    Rect r = rect_intersect(affine_rect(ink_from_scan, both), all);
    double area = rect_area(affine_rect(ink_from_scan, box)), inked = 0;
    for (int y = (int)r.y; y < (int)ceil(r.y + r.h); y++)
        for (int x = (int)r.x; x < (int)ceil(r.x + r.w); x++)
            inked += *image_at(page->ink, x, y) >= INKED;
    return area > 0 ? fmin(1, inked / area) : 0;
}

bool seal_covers(const struct page *page, const struct seal *s, Rect box)
{
    return seal_covers_share(page, s, box) > suffers;
}
