/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Darkness of a line is the paper's level (its 80th percentile) less that of
 * its strokes (the 5th), in the luma. The mark stands in the lowest tenth of
 * the page and its right half, small, with no other text but its own second
 * line near it.
 */

#include "imaging/capture_mark.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rank.h"
#include "imaging/image.h"
#include "imaging/page.h"

static const double lowest = 0.90, right = 0.55; /* of the page */
static const double most_height = 0.022;         /* 6 mm of A4 */
static const double least_width = 0.05;          /* more than a few strokes */
static const double gap_heights = 2.5;           /* to the text above */
enum { LEAST_LINES = 5, MOST_DARKNESS = 80 };

static double darkness(const struct image *g, Rect box)
{
    unsigned histogram[256] = {0}, n = 0;
    int x0 = (int)fmax(0, box.x), x1 = (int)fmin(g->width, box.x + box.w);
    int y0 = (int)fmax(0, box.y), y1 = (int)fmin(g->height, box.y + box.h);
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++, n++)
            histogram[*image_at(g, x, y)]++;
    return image_quantile(histogram, n, 0.8) -
           image_quantile(histogram, n, 0.05);
}

static bool is_at_corner(const struct page *page, Rect r)
{
    double w = page->text->width, h = page->text->height;
    return r.y > lowest * h && r.x > right * w && r.h < most_height * h &&
           r.w > least_width * w;
}

/* Is there other text above it, nearer than a mark would be put? */
static bool is_apart(const struct page *page, Rect r)
{
    for (size_t i = 0; i < page->n_lines; i++) {
        Rect o = page->lines[i].box;
        bool above = o.y < r.y && o.y + o.h > r.y - gap_heights * r.h;
        if (above && !is_at_corner(page, o))
            return false;
    }
    return true;
}

static double median_darkness(struct arena *a, const struct page *page)
{
    double *v = arena_new_array(a, page->n_lines, double);
    for (size_t i = 0; i < page->n_lines; i++)
        v[i] = darkness(page->grey,
                        affine_rect(page->scan_from_text, page->lines[i].box));
    rank_sort(v, page->n_lines);
    return v[page->n_lines / 2];
}

struct app_mark capture_mark_find(struct arena *a, const struct page *page)
{
    struct app_mark mark = {.paleness = NAN};
    if (page->n_lines < LEAST_LINES)
        return mark;
    double usual = median_darkness(a, page);
    if (usual < MOST_DARKNESS)
        return mark; /* all of the page is pale */
    mark.paleness = 0;
    for (size_t i = 0; i < page->n_lines; i++) {
        Rect r = page->lines[i].box;
        if (!is_at_corner(page, r) || !is_apart(page, r))
            continue;
        Rect box = affine_rect(page->scan_from_text, r);
        double paleness = 1 - darkness(page->grey, box) / usual;
        if (paleness > mark.paleness)
            mark = (struct app_mark){paleness, box};
    }
    return mark;
}
