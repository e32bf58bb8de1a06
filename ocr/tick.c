/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A box is what encloses paper: light pixels that no light path leads to from
 * outside. What is dark in the middle of it is a tick; ink that encloses
 * nothing but has the size of a box is a filled box or a tick by itself.
 */

#include "ocr/tick.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "imaging/flood.h"
#include "imaging/image.h"
#include "ocr/line.h"
#include "ocr/tess.h"

enum { LIGHT, DARK, OUTSIDE }; /* of a pixel */
enum { TICKED_BOX = 0x2611, EMPTY_BOX = 0x25a1 };

/* Pale outlines count: of the way from paper to ink. */
static const double ink_share = 0.3;
static const int least_contrast = 40;

/* In heights of the line. */
static const double least_box = 0.4, most_box = 1.4;
static const double divided = 0.15; /* a box by its tick, at most */
static const double room = 1.6;  /* to the next character, with a box between */
static const double reach = 3.5; /* from a character to the box before it */
static const double half = 0.5;  /* of a character */
static const double margin = 0.3;

static const double most_oblong = 1.6;
static const double rule_share = 0.9;
static const double middle = 0.2; /* cut off on each side of what is enclosed */
static const double is_empty = 0.03, is_marked = 0.07; /* of that, dark */
static const double least_ink = 0.06; /* of a tick, in squared heights */

struct mask {
    uint8_t *px;
    int w, h;
};

static int ink_level(const struct image *line)
{
    unsigned histogram[256] = {0};
    unsigned n = (unsigned)line->width * (unsigned)line->height;
    for (unsigned i = 0; i < n; i++)
        histogram[line->px[i]]++;
    int high = image_quantile(histogram, n, 0.9);
    int low = image_quantile(histogram, n, 0.02);
    return high - low < least_contrast ? 0
                                       : (int)(high - ink_share * (high - low));
}

/* Rows and columns that are dark from end to end are rules. */
static void wipe_rules(struct mask *m)
{
    for (int y = 0; y < m->h; y++) {
        int dark = 0;
        for (int x = 0; x < m->w; x++)
            dark += m->px[y * m->w + x];
        if (dark > rule_share * m->w)
            memset(m->px + y * m->w, LIGHT, (size_t)m->w);
    }
    for (int x = 0; x < m->w; x++) {
        int dark = 0;
        for (int y = 0; y < m->h; y++)
            dark += m->px[y * m->w + x];
        for (int y = 0; y < m->h && dark > rule_share * m->h; y++)
            m->px[y * m->w + x] = LIGHT;
    }
}

static struct mask mask_of(struct arena *a, const struct image *page, Rect line,
                           Rect region)
{
    int level = ink_level(image_crop(a, page, line));
    const struct image *im = image_crop(a, page, region);
    size_t n = (size_t)im->width * (size_t)im->height;
    struct mask m = {arena_new_array(a, n, uint8_t), im->width, im->height};
    for (size_t i = 0; i < n; i++)
        m.px[i] = im->px[i] < level ? DARK : LIGHT;
    return m;
}

/* Gaps of two pixels in an outline are closed. */
static struct mask thickened(struct arena *a, const struct mask *m)
{
    struct mask t = {arena_memdup(a, m->px, (size_t)m->w * (size_t)m->h), m->w,
                     m->h};
    for (int y = 1; y + 1 < m->h; y++)
        for (int x = 1; x + 1 < m->w; x++)
            for (int k = 0; k < 9; k++)
                if (m->px[(y + k / 3 - 1) * m->w + x + k % 3 - 1] == DARK)
                    t.px[y * m->w + x] = DARK;
    return t;
}

/* Marks all light pixels that are joined to the edge. */
static void flood(struct arena *a, struct mask *m)
{
    const struct flood f = {m->px, m->w, m->h, LIGHT, OUTSIDE, false};
    int n = m->w * m->h, *places = arena_new_array(a, (size_t)n, int);
    for (int i = 0; i < n; i++) {
        int x = i % m->w, y = i / m->w;
        bool edge = x == 0 || y == 0 || x == m->w - 1 || y == m->h - 1;
        if (edge && m->px[i] == LIGHT)
            flood_fill(&f, i, places);
    }
}

/* The box of the pixels of that kind in columns x0 to x1, and their number. */
static Rect extent(const struct mask *m, int x0, int x1, uint8_t kind,
                   int *ret_n)
{
    int left = m->w, top = m->h, right = 0, low = 0;
    *ret_n = 0;
    for (int y = 0; y < m->h; y++)
        for (int x = x0; x < x1; x++) {
            if (m->px[y * m->w + x] != kind)
                continue;
            left = x < left ? x : left;
            top = y < top ? y : top;
            right = x + 1 > right ? x + 1 : right;
            low = y + 1 > low ? y + 1 : low;
            ++*ret_n;
        }
    return *ret_n ? (Rect){left, top, right - left, low - top}
                  : (Rect){0, 0, 0, 0};
}

static bool is_square(Rect r, double h)
{
    return fmin(r.w, r.h) >= least_box * h && fmax(r.w, r.h) <= most_box * h &&
           fmax(r.w, r.h) <= most_oblong * fmin(r.w, r.h);
}

/* The first square of enclosed paper whose middle is left of `limit`; what a
 * tick divides is one. */
static Rect enclosed(const struct mask *m, double limit, double h)
{
    int from = 0, gap = 0, n;
    for (int x = 0; x <= m->w; x++) {
        bool ends = x == m->w;
        extent(m, x, ends ? x : x + 1, LIGHT, &n);
        gap = n ? 0 : gap + 1;
        if (!ends && gap <= divided * h)
            continue;
        Rect r = extent(m, from, x, LIGHT, &n);
        if (is_square(r, h) && rect_center(r).x < limit)
            return r;
        from = x;
    }
    return (Rect){0, 0, 0, 0};
}

/* Ink that encloses nothing and is not cut off at the sides. */
static Rect lone_ink(const struct mask *m, int width, double h)
{
    int n;
    Rect r = extent(m, 0, width, DARK, &n);
    bool whole = r.x > 0 && r.x + r.w < width;
    return whole && is_square(r, h) && n > least_ink * h * h
               ? r
               : (Rect){0, 0, 0, 0};
}

static double dark_share(const struct mask *m, Rect r)
{
    int dark = 0, all = 0;
    for (int y = (int)r.y; y < (int)(r.y + r.h); y++)
        for (int x = (int)r.x; x < (int)(r.x + r.w); x++, all++)
            dark += m->px[y * m->w + x] == DARK;
    return all ? (double)dark / all : 0;
}

/* The region's end is known to half a character; a box that goes on behind it
 * is whole in what is looked at. */
enum tick tick_look(struct arena *a, const struct image *page, Rect line,
                    Rect region)
{
    Rect all = {0, 0, page->width, page->height};
    double h = line.h, overlap = 0.5 * h;
    line = rect_intersect(line, all);
    region.w += overlap;
    region = rect_intersect(region, all);
    if (rect_is_empty(line) || region.w < least_box * h + overlap)
        return TICK_NONE;
    struct mask m = mask_of(a, page, line, region), t = thickened(a, &m);
    flood(a, &t);
    Rect box = enclosed(&t, m.w - overlap, h);
    if (rect_is_empty(box)) {
        wipe_rules(&m);
        box = lone_ink(&m, m.w - (int)overlap, h);
    }
    if (rect_is_empty(box))
        return TICK_NONE;
    double dark =
        dark_share(&m, rect_inset(box, middle * box.w, middle * box.h));
    return dark < is_empty    ? TICK_EMPTY
           : dark > is_marked ? TICK_MARKED
                              : TICK_UNSURE;
}

/* --- in a line ------------------------------------------------------------*/

/* What readers make of boxes. */
static bool is_like_box(uint32_t c)
{
    static const char alike[] = "口囗日曰回田因囚四囝国图区匡网☐☑☒□■○●√✓";
    return utf8_has(alike, c);
}

static double middle_of(const struct tess_text *t, size_t i)
{
    return rect_center(t->symbols[i].box).x;
}

/* Whether a box has room before symbol i, or was read as the symbol there. */
static bool may_have_box(const struct tess_text *t, size_t i, double h)
{
    return i == 0 || is_like_box(t->symbols[i - 1].c) ||
           middle_of(t, i) - middle_of(t, i - 1) > room * h;
}

/* From the character before to the paper before symbol i; i is n: behind the
 * last one. */
static Rect region_of(const struct tess_text *t, size_t i, Rect line)
{
    double h = line.h, left = line.x - margin * h;
    double right = line.x + line.w + margin * h;
    if (i < t->n) {
        right = middle_of(t, i) - half * h;
        left = fmax(left, right - reach * h);
    }
    size_t before = i;
    while (before > 0 && is_like_box(t->symbols[before - 1].c))
        before--;
    if (before > 0)
        left = fmax(left, middle_of(t, before - 1) + half * h);
    return (Rect){left, line.y - 0.1 * h, right - left, 1.2 * h};
}

/* What may stand before each symbol, and at [n] behind the last one. */
static enum tick *look_along(struct arena *a, const struct image *page,
                             Rect line, const struct tess_text *t)
{
    enum tick *ticks = arena_new_array(a, t->n + 1, enum tick);
    for (size_t i = 0; i <= t->n && t->n > 0; i++) {
        bool looks = i == t->n || (!is_like_box(t->symbols[i].c) &&
                                   may_have_box(t, i, line.h));
        if (looks)
            ticks[i] = tick_look(a, page, line, region_of(t, i, line));
    }
    return ticks;
}

/* Boxes behind their choices are moved before them: there is one at the end
 * and none before the first. */
static void move_ahead(enum tick *ticks, size_t first, size_t n)
{
    if (ticks[first] != TICK_NONE || ticks[n] == TICK_NONE)
        return;
    size_t begins = first;
    for (size_t i = first + 1; i <= n; i++) {
        if (ticks[i] == TICK_NONE)
            continue;
        ticks[begins] = ticks[i];
        ticks[i] = TICK_NONE;
        begins = i;
    }
}

static bool has(const enum tick *ticks, size_t n, enum tick which)
{
    for (size_t i = 0; i < n; i++)
        if (ticks[i] == which)
            return true;
    return false;
}

char *tick_text(struct arena *a, const struct image *page, Rect line,
                const struct tess_text *t)
{
    enum tick *ticks = look_along(a, page, line, t);
    size_t first = t->n > 1 && is_like_box(t->symbols[0].c);
    if (t->n > 0)
        move_ahead(ticks, first, t->n);
    bool unsure = has(ticks, t->n, TICK_UNSURE);
    bool any =
        t->n > 0 && ticks[first] != TICK_NONE; /* each choice has its box */
    char *s = arena_alloc(a, t->n * 8 + 1, 1);
    size_t len = 0;
    for (size_t i = 0; i < t->n; i++) {
        uint32_t c = t->symbols[i].c;
        if (any && !unsure && ticks[i] != TICK_NONE)
            len += utf8_put(ticks[i] == TICK_MARKED ? TICKED_BOX : EMPTY_BOX,
                            s + len);
        if (!any || !is_like_box(c))
            len += utf8_put(c, s + len);
    }
    return s;
}

struct tess_text tick_part(struct arena *a, const struct image *page, Rect line,
                           const struct tess_text *t)
{
    enum tick *ticks = look_along(a, page, line, t);
    size_t first = t->n > 1 && is_like_box(t->symbols[0].c);
    size_t from = 0, to = t->n;
    move_ahead(ticks, first, t->n);
    while (from < t->n && ticks[from] != TICK_MARKED)
        from++;
    for (size_t i = t->n; i-- > from + 1;)
        if (ticks[i] != TICK_NONE)
            to = i;
    bool is_lone = from < t->n && !has(ticks, t->n, TICK_UNSURE) &&
                   !has(ticks + to, t->n - to, TICK_MARKED);
    while (from < to && is_like_box(t->symbols[from].c))
        from++;
    while (to > from && is_like_box(t->symbols[to - 1].c))
        to--;
    return line_part(t, is_lone ? from : to, to);
}
