/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Seals that are no circles are found as what hangs together: once as it is
 * (a frame is one piece), once after a dilation that joins a broken frame and
 * the characters in it.
 */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "imaging/flood.h"
#include "imaging/seal_find.h"

static const float ink_threshold = 0.09f; /* of coverage */
static const double join_mm = 0.5;        /* dilation, either way */

enum { MAX_BOXES = 64 };

/* Maximum over a square window, rows and then columns. */
static void dilate(const uint8_t *in, uint8_t *out, uint8_t *scratch, int w,
                   int h, int reach)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            int x0 = x > reach ? x - reach : 0;
            int x1 = x + reach < w ? x + reach : w - 1;
            uint8_t any = 0;
            for (int i = x0; i <= x1; i++)
                any |= in[y * w + i];
            scratch[y * w + x] = any;
        }
    for (int y = 0; y < h; y++) {
        int y0 = y > reach ? y - reach : 0;
        int y1 = y + reach < h ? y + reach : h - 1;
        memset(out + y * w, 0, (size_t)w);
        for (int j = y0; j <= y1; j++)
            for (int x = 0; x < w; x++)
                out[y * w + x] |= scratch[j * w + x];
    }
}

/* Box of the piece that holds `start`, which is cleared. */
static Rect take_piece(uint8_t *mask, int w, int h, int start, int *places)
{
    int x0 = w, y0 = h, x1 = 0, y1 = 0;
    int n = flood_fill(&(struct flood){mask, w, h, 1, 0, true}, start, places);
    for (int i = 0; i < n; i++) {
        int x = places[i] % w, y = places[i] / w;
        x0 = x < x0 ? x : x0, y0 = y < y0 ? y : y0;
        x1 = x > x1 ? x : x1, y1 = y > y1 ? y : y1;
    }
    return (Rect){x0, y0, x1 - x0 + 1, y1 - y0 + 1};
}

static int by_area(const void *l, const void *r)
{
    double d = rect_area(*(const Rect *)r) - rect_area(*(const Rect *)l);
    return d > 0 ? 1 : d < 0 ? -1 : 0;
}

static size_t pieces(uint8_t *mask, int w, int h, int *places, double inset,
                     const struct find_range *range, Rect *ret, size_t n)
{
    for (int i = 0; i < w * h; i++) {
        if (!mask[i])
            continue;
        Rect box = rect_inset(take_piece(mask, w, h, i, places), inset, inset);
        double low = fmin(box.w, box.h), high = fmax(box.w, box.h);
        if (low < range->min_side || high > range->max_side)
            continue;
        bool known = false;
        for (size_t k = 0; k < n && !known; k++)
            known = rect_iou(ret[k], box) > 0.8;
        if (!known && n < MAX_BOXES)
            ret[n++] = box;
    }
    return n;
}

size_t seal_find_blobs(struct arena *a, const struct ink_map *m,
                       const struct find_range *range, Rect *ret, size_t max)
{
    int w = m->width, h = m->height;
    size_t n = (size_t)w * (size_t)h;
    uint8_t *mask = arena_alloc(a, n, 1), *joined = arena_alloc(a, n, 1);
    uint8_t *scratch = arena_alloc(a, n, 1);
    int *places = arena_new_array(a, n, int);
    for (size_t i = 0; i < n; i++)
        mask[i] = m->ink[i] > ink_threshold;
    int reach = (int)lround(join_mm * m->px_per_mm);
    reach = reach < 1 ? 1 : reach;
    dilate(mask, joined, scratch, w, h, reach);
    Rect boxes[MAX_BOXES];
    size_t found = pieces(joined, w, h, places, reach, range, boxes, 0);
    found = pieces(mask, w, h, places, 0, range, boxes, found);
    qsort(boxes, found, sizeof *boxes, by_area);
    found = found < max ? found : max;
    memcpy(ret, boxes, found * sizeof *boxes);
    return found;
}
