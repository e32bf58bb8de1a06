/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * On the levelled layout rules run along rows and columns, and red ink is gone
 * from it, so that they go on under the seal. From the seal's centre outwards
 * the first rule that passes the centre and is as long as half of the seal is
 * the cell's. Line by line, with its neighbours, since no page is quite level.
 */

#include "imaging/seal_cell.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/facts.h"
#include "base/units.h"
#include "imaging/bitonal.h"
#include "imaging/image.h"
#include "imaging/page.h"

/* A rule of 60 mm that is off by a third of a degree. */
enum { NEAR_PX = 2 };

static const double long_enough = 0.5; /* share of the seal's width */

static bool layout_from_scan(const struct page *page, Affine *ret)
{
    if (!page->text || !page->layout || !(page->dpi > 0) ||
        !affine_invert(page->scan_from_text, ret))
        return false;
    double across = page->turns % 2 ? page->scan->height : page->scan->width;
    double scale = page->layout_scale * across / page->text->width;
    *ret = affine_compose(*ret, affine_scale(scale, scale));
    return true;
}

/* Half of what it takes of the level page to each side, pixels of the layout.
 */
static Point half_extent(const struct page *page, const struct seal *s)
{
    double skew = isfinite(page->facts.skew_deg) ? page->facts.skew_deg : 0;
    double turn = rad_from_deg(s->rotation_deg - skew);
    double c = fabs(cos(turn)), d = fabs(sin(turn));
    double w = px_from_mm(s->size_mm[0], page->dpi) * page->layout_scale / 2;
    double h = px_from_mm(s->size_mm[1], page->dpi) * page->layout_scale / 2;
    bool is_rect = s->shape == SHAPE_SQUARE || s->shape == SHAPE_RECTANGLE;
    return is_rect ? (Point){w * c + h * d, w * d + h * c}
                   : (Point){hypot(w * c, h * d), hypot(w * d, h * c)};
}

/* Rows and columns alike: `flat` turns the picture about its diagonal. */
struct rules {
    PIX *pix;
    int width, height;
    bool flat;
};

static bool is_rule(const struct rules *t, int along, int across)
{
    int x = t->flat ? along : across, y = t->flat ? across : along;
    l_uint32 v = 0;
    if (x < 0 || y < 0 || x >= t->width || y >= t->height)
        return false;
    pixGetPixel(t->pix, x, y, &v);
    return v != 0;
}

static bool is_near_rule(const struct rules *t, int along, int across)
{
    for (int d = -NEAR_PX; d <= NEAR_PX; d++)
        if (is_rule(t, along, across + d))
            return true;
    return false;
}

/* Whether the line `across` is a rule that passes `along`, of half the length
 * of the seal about it. */
static bool bounds(const struct rules *t, int along, int across, int half)
{
    int ruled = 0;
    if (!is_near_rule(t, along, across))
        return false;
    for (int i = along - half; i <= along + half; i++)
        ruled += is_near_rule(t, i, across);
    return ruled >= long_enough * (2 * half + 1);
}

/* From the centre to the rule that way; negative: none to the page's edge. */
static int distance(const struct rules *t, int along, int from, int step,
                    int half)
{
    int end = t->flat ? t->height : t->width;
    for (int at = from; at >= 0 && at < end; at += step)
        if (bounds(t, along, at, half))
            return abs(at - from);
    return -1;
}

double seal_cell_crossed_mm(struct arena *a, const struct page *page,
                            const struct seal *s)
{
    Affine to;
    if (!layout_from_scan(page, &to) || !isfinite(s->size_mm[0]))
        return (double)NAN;
    PIX *pix = bitonal_rules(a, page->layout);
    Point at = affine_point(to, s->center), half = half_extent(page, s);
    double most = 0;
    for (int flat = 0; flat < 2; flat++) {
        struct rules t = {pix, pixGetWidth(pix), pixGetHeight(pix), flat};
        double out = flat ? half.y : half.x;
        int along = (int)(flat ? at.x : at.y), from = (int)(flat ? at.y : at.x);
        for (int step = -1; step <= 1; step += 2) {
            int d =
                distance(&t, along, from, step, (int)(flat ? half.x : half.y));
            if (d < 0)
                return (double)NAN;
            most = fmax(most, out - d - NEAR_PX);
        }
    }
    return mm_from_px(most / page->layout_scale, page->dpi);
}
