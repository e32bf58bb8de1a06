/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Table rules near a line are read as strokes (a bar becomes the character
 * one, a frame becomes a mouth), so whatever lies beyond a rule in the padding
 * is painted over with paper. Inside the box nothing is touched.
 */

#include "ocr/strip.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "imaging/image.h"

static const double joint = 0.15;      /* paper kept beside a joined box */
static const double wide_gap = 0.45;   /* between letters that are spaced out */
static const double rule_share = 0.65; /* of a row or column that is dark */

static const double letter_gap = 0.14; /* wider than between digits */
static const double word_gap = 0.3;
static const double rule_width = 0.12; /* a piece this narrow is no letter */

enum { MAX_PIECES = 32 };

struct tones {
    uint8_t paper, middle;
};

/* Paper is the level that a tenth of the pixels exceeds; ink the darkest. */
static struct tones tones_of(const struct image *im)
{
    size_t histogram[256] = {0}, n = (size_t)im->width * (size_t)im->height;
    for (size_t i = 0; i < n; i++)
        histogram[im->px[i]]++;
    int high = 255, low = 0;
    for (size_t sum = 0; high > 0 && (sum += histogram[high]) < n / 10;)
        high--;
    for (size_t sum = 0; low < 255 && (sum += histogram[low]) < n / 50;)
        low++;
    return (struct tones){(uint8_t)high, (uint8_t)((high + low) / 2)};
}

static double dark_row(const struct image *im, int y, uint8_t middle)
{
    int dark = 0;
    for (int x = 0; x < im->width; x++)
        dark += *image_at(im, x, y) < middle;
    return (double)dark / im->width;
}

static double dark_column(const struct image *im, int x, uint8_t middle)
{
    int dark = 0;
    for (int y = 0; y < im->height; y++)
        dark += *image_at(im, x, y) < middle;
    return (double)dark / im->height;
}

/* The first place from `from` in direction `step`, up to `to`, that is a rule;
 * `to` when there is none. */
static int find_rule(const struct image *im, int from, int to, int step,
                     uint8_t middle,
                     double (*dark)(const struct image *, int, uint8_t))
{
    for (int i = from; i != to; i += step)
        if (dark(im, i, middle) > rule_share)
            return i;
    return to;
}

/* Paints everything outside of keep and beyond a rule. */
static void paint_rules(uint8_t *px, const struct image *im, Rect keep)
{
    struct tones t = tones_of(im);
    int x0 = (int)fmax(0, keep.x), y0 = (int)fmax(0, keep.y);
    int x1 = (int)fmin(im->width, ceil(keep.x + keep.w));
    int y1 = (int)fmin(im->height, ceil(keep.y + keep.h));
    int top = find_rule(im, y0 - 1, -1, -1, t.middle, dark_row);
    int low = find_rule(im, y1, im->height, 1, t.middle, dark_row);
    int left = find_rule(im, x0 - 1, -1, -1, t.middle, dark_column);
    int right = find_rule(im, x1, im->width, 1, t.middle, dark_column);
    /* One pixel more: the soft edge of the rule. */
    top += top >= 0 && top + 1 < y0;
    left += left >= 0 && left + 1 < x0;
    low -= low < im->height && low > y1;
    right -= right < im->width && right > x1;
    for (int y = 0; y < im->height; y++)
        for (int x = 0; x < im->width; x++)
            if (y <= top || y >= low || x <= left || x >= right)
                px[y * im->width + x] = t.paper;
}

static uint8_t middle_of_nine(uint8_t v[9])
{
    for (int i = 1; i < 9; i++) {
        uint8_t x = v[i];
        int j = i;
        for (; j > 0 && v[j - 1] > x; j--)
            v[j] = v[j - 1];
        v[j] = x;
    }
    return v[4];
}

static const struct image *median3(struct arena *a, const struct image *im)
{
    uint8_t *out;
    struct image *clean = image_new(a, im->width, im->height, 1, &out);
    memcpy(out, im->px, (size_t)im->width * (size_t)im->height);
    for (int y = 1; y + 1 < im->height; y++)
        for (int x = 1; x + 1 < im->width; x++) {
            uint8_t v[9];
            for (int k = 0; k < 9; k++)
                v[k] = *image_at(im, x + k % 3 - 1, y + k / 3 - 1);
            out[y * im->width + x] = middle_of_nine(v);
        }
    return clean;
}

/* The page regions side by side; all have the same height. */
static const struct image *join(struct arena *a, const struct image *page,
                                struct strip *s, const Rect *boxes)
{
    int width = 0, height = (int)s->parts[0].page.h;
    for (size_t i = 0; i < s->n_parts; i++)
        width += (int)s->parts[i].page.w;
    uint8_t *out;
    struct image *whole = image_new(a, width, height, 1, &out);
    int at = 0;
    for (size_t i = 0; i < s->n_parts; i++) {
        struct strip_part *p = &s->parts[i];
        struct image *part =
            arena_memdup(a, image_crop(a, page, p->page), sizeof *part);
        uint8_t *px = arena_memdup(a, part->px,
                                   (size_t)part->width * (size_t)part->height);
        Rect keep = {boxes[i].x - p->page.x, boxes[i].y - p->page.y, boxes[i].w,
                     boxes[i].h};
        part->px = px;
        paint_rules(px, part, keep);
        for (int y = 0; y < height; y++)
            memcpy(out + y * width + at, image_at(part, 0, y),
                   (size_t)part->width);
        p->x0 = at;
        at += part->width;
        p->x1 = at;
    }
    return whole;
}

/*
 * Splits a box at its wide gaps, in heights of the line; a thin rule that
 * stands free in one is left out. Returns the number of boxes written, at most
 * MAX_PIECES.
 */
static size_t split(struct arena *a, const struct image *page, Rect box,
                    double height, Rect *ret)
{
    const struct image *im = image_crop(a, page, box);
    struct tones t = tones_of(im);
    int last = -1, n = 0, gap = (int)fmax(2, wide_gap * height);
    for (int x = 0; x < im->width; x++) {
        if (dark_column(im, x, t.middle) * im->height < 1)
            continue;
        if (n == 0 || (x - last > gap && n < MAX_PIECES))
            ret[n++] = (Rect){box.x + x, box.y, 0, box.h};
        ret[n - 1].w = box.x + x + 1 - ret[n - 1].x;
        last = x;
    }
    size_t kept = 0;
    for (int i = 0; i < n; i++)
        if (ret[i].w > rule_width * height || n == 1)
            ret[kept++] = ret[i];
    if (kept == 0)
        ret[kept++] = box;
    return kept;
}

const Rect *strip_pieces(struct arena *a, const struct image *page,
                         const Rect *boxes, size_t *n)
{
    Rect *pieces = arena_new_array(a, *n * MAX_PIECES, Rect);
    Rect all = boxes[0];
    for (size_t i = 1; i < *n; i++)
        all = rect_union(all, boxes[i]);
    size_t count = 0;
    for (size_t i = 0; i < *n; i++)
        count += split(a, page, boxes[i], all.h, pieces + count);
    *n = count;
    return pieces;
}

/* Whole pixels inside the page, never empty. */
static Rect whole_pixels(const struct image *page, double x0, double y0,
                         double x1, double y1)
{
    x0 = fmin(fmax(0, floor(x0)), page->width - 1);
    y0 = fmin(fmax(0, floor(y0)), page->height - 1);
    x1 = fmax(x0 + 1, fmin(page->width, ceil(x1)));
    y1 = fmax(y0 + 1, fmin(page->height, ceil(y1)));
    return (Rect){x0, y0, x1 - x0, y1 - y0};
}

struct strip strip_cut(struct arena *a, const struct image *page,
                       const Rect *boxes, size_t n, struct strip_how how)
{
    Rect all = boxes[0];
    for (size_t i = 1; i < n; i++)
        all = rect_union(all, boxes[i]);
    if (how.compact)
        boxes = strip_pieces(a, page, boxes, &n);
    struct strip s = {NULL, arena_new_array(a, n, struct strip_part), n};
    double pad = how.pad * all.h;
    for (size_t i = 0; i < n; i++) {
        double left = i == 0 ? pad : joint * all.h;
        double right = i + 1 == n ? pad : joint * all.h;
        s.parts[i].page =
            whole_pixels(page, boxes[i].x - left, all.y - pad,
                         boxes[i].x + boxes[i].w + right, all.y + all.h + pad);
    }
    const struct image *im = join(a, page, &s, boxes);
    if (how.median)
        im = median3(a, im);
    double scale = how.text_px / fmax(1, all.h);
    int w = (int)fmax(1, round(im->width * scale));
    int h = (int)fmax(1, round(im->height * scale));
    for (size_t i = 0; i < n; i++) {
        s.parts[i].x0 *= (double)w / im->width;
        s.parts[i].x1 *= (double)w / im->width;
    }
    s.picture = image_resize(a, im, w, h);
    return s;
}

/* Rules go on above and below the line, a one or a bar does not. */
static bool is_rule(const struct image *page, double x0, double x1, Rect line)
{
    if (x1 - x0 > rule_width * line.h)
        return false;
    int top = (int)fmax(0, line.y - 0.25 * line.h);
    int low = (int)fmin(page->height, line.y + 1.25 * line.h);
    int x = (int)fmin(page->width - 1, (x0 + x1) / 2), dark = 0;
    int paper = *image_at(page, (int)fmax(0, x0 - 2), (top + low) / 2);
    for (int y = top; y < low; y++)
        dark += *image_at(page, x, y) < paper * 3 / 4;
    return dark > 0.9 * (low - top);
}

double strip_gap_end(struct arena *a, const struct image *page, Rect region,
                     double x)
{
    const struct image *im = image_crop(a, page, region);
    struct tones t = tones_of(im);
    double left = fmax(0, floor(region.x)), best = x, nearest = INFINITY;
    int end = -1; /* of the ink so far */
    for (int i = 0, start; i < im->width; i++) {
        if (dark_column(im, i, t.middle) * im->height < 1)
            continue;
        for (start = i;
             i < im->width && dark_column(im, i, t.middle) * im->height >= 1;)
            i++;
        if (is_rule(page, left + start, left + i, region))
            continue;
        double off = fabs(left + (start + end) / 2.0 - x);
        /* Narrow gaps, as within a character, only for want of others. */
        if (start - end < word_gap * region.h)
            off += region.w;
        if (end >= 0 && start - end > letter_gap * region.h && off < nearest) {
            nearest = off;
            best = left + start;
        }
        end = i;
    }
    return best;
}

static double page_x(const struct strip *s, double x)
{
    size_t i = 0;
    while (i + 1 < s->n_parts && x > s->parts[i].x1)
        i++;
    const struct strip_part *p = &s->parts[i];
    return p->page.x + (x - p->x0) * p->page.w / (p->x1 - p->x0);
}

Rect strip_page_rect(const struct strip *s, Rect r)
{
    const struct strip_part *p = &s->parts[0];
    double scale = p->page.h / s->picture->height;
    double x0 = page_x(s, r.x), x1 = page_x(s, r.x + r.w);
    return (Rect){x0, p->page.y + r.y * scale, x1 - x0, r.h * scale};
}
