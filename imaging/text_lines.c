/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/text_lines.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/geom.h"
#include "base/rank.h"
#include "imaging/bitonal.h"
#include "imaging/page.h"

/* At 150 dpi. Characters of these documents are 2 to 15 mm high. */
enum {
    SMEAR_PX = 15,     /* 2.5 mm */
    MIN_HEIGHT_PX = 9, /* 1.5 mm */
    MIN_LINE_PX = 17,  /* 3 mm */
    MAX_LINES = 400,   /* a page of dirt must not cost minutes */
};

static int by_place(const void *a, const void *b)
{
    const struct text_line *p = a, *q = b;
    double dy = p->box.y - q->box.y, dx = p->box.x - q->box.x;
    double d = fabs(dy) > 0.5 * fmin(p->box.h, q->box.h) ? dy : dx;
    return (d > 0) - (d < 0);
}

/* Whether the straight way between two boxes on one baseline is free. */
static bool is_free(PIX *rules, Rect left, Rect right)
{
    l_int32 x0 = (l_int32)(left.x + left.w), x1 = (l_int32)right.x;
    l_int32 y = (l_int32)(fmax(left.y, right.y) + fmin(left.h, right.h) / 2);
    for (l_int32 x = x0; x < x1; x++) {
        l_uint32 v = 0;
        pixGetPixel(rules, x, y, &v);
        if (v)
            return false;
    }
    return true;
}

static bool on_one_line(Rect a, Rect b)
{
    double both = fmin(a.y + a.h, b.y + b.h) - fmax(a.y, b.y);
    double small = fmin(a.h, b.h), large = fmax(a.h, b.h);
    return both > 0.6 * small && large < 1.8 * small;
}

/*
 * Takes in the strokes that smearing and opening left out: thin ends of
 * characters, brackets, dots. A component belongs to the line when it lies on
 * it and no further off than a character.
 */
static Rect grow(Rect line, const Rect *part, size_t n, PIX *rules)
{
    for (bool again = true; again;) {
        again = false;
        double h = fmax(line.h, MIN_LINE_PX); /* it may be half a character */
        for (size_t i = 0; i < n; i++) {
            Rect p = part[i];
            double low = fmin(line.y + line.h, p.y + p.h);
            double gap = fmax(p.x - (line.x + line.w), line.x - (p.x + p.w));
            if (rect_contains(line, p) || gap > 0.8 * h || p.h > 1.5 * h ||
                low - fmax(line.y, p.y) < 0.5 * fmin(p.h, line.h) ||
                !is_free(rules, p.x < line.x ? p : line,
                         p.x < line.x ? line : p))
                continue;
            Rect both = rect_union(line, p);
            if (both.h > 1.6 * h)
                continue; /* it would reach into the next line */
            line = both;
            again = true;
        }
    }
    return line;
}

static Rect *components(struct arena *a, PIX *black, size_t *ret_n)
{
    BOXA *boxes = pixConnCompBB(black, 8);
    size_t n = (size_t)boxaGetCount(boxes), kept = 0;
    Rect *r = arena_new_array(a, n + 1, Rect);
    for (size_t i = 0; i < n; i++) {
        l_int32 x, y, w, h;
        boxaGetBoxGeometry(boxes, (l_int32)i, &x, &y, &w, &h);
        if (w >= 2 && h >= 2)
            r[kept++] = (Rect){x, y, w, h};
    }
    boxaDestroy(&boxes);
    *ret_n = kept;
    return r;
}

/* Whether b goes on where a ends, as letter-spaced text does. */
static bool goes_on(Rect a, Rect b, PIX *rules)
{
    return b.x >= a.x && b.x - (a.x + a.w) <= 1.2 * fmax(a.h, b.h) &&
           on_one_line(a, b) && is_free(rules, a, b);
}

/* The median height of what is long enough to be a line of text. */
static double usual_height(struct arena *a, const struct text_line *line,
                           size_t n)
{
    double *h = arena_new_array(a, n + 1, double);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (line[i].box.w > 3 * line[i].box.h)
            h[kept++] = line[i].box.h;
    return kept ? rank_median(h, kept) : 0;
}

/*
 * Whether a and b are the upper and the lower strokes of the same characters:
 * of thin type some runs hold only half of it. Together they are as high as
 * the other lines of the page; two lines that touch are twice that.
 */
static bool is_other_half(Rect a, Rect b, double usual)
{
    double wide = fmin(a.x + a.w, b.x + b.w) - fmax(a.x, b.x);
    double high = fmin(a.y + a.h, b.y + b.h) - fmax(a.y, b.y);
    return high > 0 && wide > 0.5 * fmin(a.w, b.w) &&
           rect_union(a, b).h <= 1.2 * usual;
}

/* Joins what belongs to one line; n shrinks. */
static size_t join(struct arena *arena, struct text_line *line, size_t n,
                   PIX *rules)
{
    const double usual = usual_height(arena, line, n);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            Rect a = line[i].box, b = line[j].box;
            if (i == j || !(goes_on(a, b, rules) || is_other_half(a, b, usual)))
                continue;
            line[i].box = rect_union(a, b);
            line[j] = line[--n];
            i = i > n - 1 ? n - 1 : i;
            j = (size_t)-1; /* the grown box may reach another */
        }
    }
    return n;
}

const struct text_line *text_lines_find(struct arena *a, struct Pix *black,
                                        double scale, size_t *ret_n)
{
    PIX *rules = bitonal_rules(a, black);
    PIX *text = bitonal_text(a, black, rules);
    PIX *smeared = pixCloseBrick(NULL, text, SMEAR_PX, 3);
    pixSubtract(smeared, smeared, rules);
    PIX *runs = pixOpenBrick(NULL, smeared, 5, 3);
    size_t n_runs, n_parts, n = 0;
    const Rect *run = components(a, runs, &n_runs);
    const Rect *part = components(a, text, &n_parts);
    struct text_line *line = arena_new_array(a, MAX_LINES, struct text_line);
    for (size_t i = 0; i < n_runs && n < MAX_LINES; i++) {
        Rect r = grow(run[i], part, n_parts, rules);
        if (r.h >= MIN_HEIGHT_PX && r.w >= MIN_HEIGHT_PX / 2.0)
            line[n++].box = r;
    }
    /* Thin strokes that stand alone, such as one character of a label. */
    for (size_t i = 0; i < n_parts && n < MAX_LINES; i++) {
        bool is_known = part[i].h < 11 || part[i].w < 8 || part[i].w > 60;
        for (size_t k = 0; k < n && !is_known; k++)
            is_known = rect_has_point(line[k].box, rect_center(part[i]));
        if (!is_known)
            line[n++].box = grow(part[i], part, n_parts, rules);
    }
    pixDestroy(&runs);
    pixDestroy(&smeared);
    n = join(a, line, n, rules);
    for (size_t i = 0; i < n; i++) {
        Rect r = line[i].box;
        line[i].box =
            (Rect){r.x / scale, r.y / scale, r.w / scale, r.h / scale};
        line[i].height_px = line[i].box.h;
    }
    qsort(line, n, sizeof *line, by_place);
    *ret_n = n;
    return line;
}
