/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The page for reading is what red light shows, where blue ink is as dark as
 * black. How much bluer than the paper around it the ink is tells them apart:
 * the median over its darker half, since the colour of thin strokes runs into
 * the paper when a picture is compressed.
 */

#include "ocr/pen.h"

#include <math.h>

#include "imaging/image.h"
#include "imaging/page.h"

enum { RED, GREEN, BLUE, BANDS, OFFSET = 255, LEVELS = 2 * OFFSET + 1 };

/* Differences of blue to red, of 255: set by hand between print, which has next
 * to none, and the blue of pens; no distribution was measured. */
static const int bluer = 24;
static const int least_contrast = 40;
static const unsigned least_px = 40;

struct tally {
    unsigned count[LEVELS], n;
};

static int median(const struct tally *t)
{
    unsigned sum = 0;
    for (int k = 0; k < LEVELS; k++)
        if (2 * (sum += t->count[k]) >= t->n && t->n > 0)
            return k - OFFSET;
    return 0;
}

void pen_levels(const struct image *text, Rect box, int *ret_paper,
                int *ret_ink)
{
    unsigned count[256] = {0}, n = 0;
    for (int y = (int)box.y; y < (int)(box.y + box.h); y++)
        for (int x = (int)box.x; x < (int)(box.x + box.w); x++, n++)
            count[*image_at(text, x, y)]++;
    *ret_paper = image_quantile(count, n, 0.75);
    *ret_ink = image_quantile(count, n, 0.02);
}

static void add(struct tally *t, const struct page *page, int x, int y)
{
    Point p = affine_point(page->scan_from_text, (Point){x + 0.5, y + 0.5});
    int sx = (int)floor(p.x), sy = (int)floor(p.y);
    if (sx < 0 || sy < 0 || sx >= page->scan->width || sy >= page->scan->height)
        return;
    const uint8_t *px = image_at(page->scan, sx, sy);
    t->count[px[BLUE] - px[RED] + OFFSET]++;
    t->n++;
}

enum tri pen_is_blue(const struct page *page, Rect box)
{
    const struct image *text = page->text;
    struct tally dark = {{0}, 0}, light = {{0}, 0};
    int paper, ink;
    if (!text)
        return TRI_UNKNOWN;
    box = rect_intersect(box, (Rect){0, 0, text->width, text->height});
    if (page->scan->bands < BANDS || rect_is_empty(box))
        return TRI_UNKNOWN;
    pen_levels(text, box, &paper, &ink);
    if (paper - ink < least_contrast)
        return TRI_UNKNOWN;
    for (int y = (int)box.y; y < (int)(box.y + box.h); y++)
        for (int x = (int)box.x; x < (int)(box.x + box.w); x++) {
            int v = *image_at(text, x, y);
            if (v < ink + (paper - ink) / 2)
                add(&dark, page, x, y);
            else if (v >= paper)
                add(&light, page, x, y);
        }
    return dark.n >= least_px && median(&dark) - median(&light) > bluer
               ? TRI_YES
               : TRI_UNKNOWN;
}
