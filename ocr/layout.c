/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/layout.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "imaging/page.h"

/* In heights of the line. */
static const double single = 1.45;     /* widest box of one character */
static const double narrowest = 0.35;  /* box of one character */
static const double spacing = 6.0;     /* widest gap in a spaced-out label */
static const double continued = 2.2;   /* gap within a value */
static const double pitch = 2.0;       /* of the lines of one value */
static const double same_column = 0.8; /* left edges of its lines */

static double middle(Rect r)
{
    return r.y + r.h / 2;
}

bool layout_on_one_row(Rect a, Rect b)
{
    return fabs(middle(a) - middle(b)) < 0.5 * fmin(a.h, b.h);
}

static int by_place(const void *p, const void *q)
{
    const Rect *a = &((const struct text_line *)p)->box;
    const Rect *b = &((const struct text_line *)q)->box;
    double d = a->y != b->y ? a->y - b->y : a->x - b->x;
    return (d > 0) - (d < 0);
}

/* A character, not a piece of an upright rule or ornament. */
static bool is_single(Rect r)
{
    return r.w < single * r.h && r.w > narrowest * r.h;
}

/* The next box on the row when it is near enough to belong to a spaced-out
 * label, -1: the label ends here. */
static int next_box(const struct text_line *l, size_t n, const bool *used,
                    Rect from)
{
    int best = -1;
    for (size_t i = 0; i < n; i++) {
        Rect r = l[i].box;
        double gap = r.x - (from.x + from.w);
        if (gap < -0.2 * from.h || gap > spacing * from.h ||
            !layout_on_one_row(r, from))
            continue;
        if (best < 0 || r.x < l[best].box.x)
            best = (int)i;
    }
    if (best < 0 || used[best])
        return -1;
    Rect r = l[best].box;
    return r.h < 1.5 * from.h && from.h < 1.5 * r.h ? best : -1;
}

/* Single characters and what follows the last of them: the end of a label may
 * stand so near to its value that both are in one box. */
static struct run gather(struct arena *a, const struct text_line *l, size_t n,
                         bool *used, size_t first)
{
    Rect *parts = arena_new_array(a, 1, Rect);
    size_t n_parts = 1;
    parts[0] = l[first].box;
    used[first] = true;
    struct run run = {parts[0], parts, 1};
    int next;
    while (is_single(parts[n_parts - 1]) &&
           (next = next_box(l, n, used, parts[n_parts - 1])) >= 0) {
        parts = arena_grow(a, parts, n_parts, n_parts + 1, sizeof *parts);
        parts[n_parts++] = l[next].box;
        used[next] = true;
        run.box = rect_union(run.box, l[next].box);
    }
    run.parts = parts;
    run.n_parts = n_parts;
    return run;
}

/* Whether a single character stands left of it, so that it is not a first. */
static bool has_left_single(const struct text_line *l, size_t n,
                            const bool *used, size_t i)
{
    for (size_t k = 0; k < n; k++)
        if (k != i && !used[k] && is_single(l[k].box) &&
            l[k].box.x < l[i].box.x && next_box(l, n, used, l[k].box) == (int)i)
            return true;
    return false;
}

static int by_middle(const void *p, const void *q)
{
    double d = middle(((const struct run *)p)->box) -
               middle(((const struct run *)q)->box);
    return (d > 0) - (d < 0);
}

static int by_left(const void *p, const void *q)
{
    double d = ((const struct run *)p)->box.x - ((const struct run *)q)->box.x;
    return (d > 0) - (d < 0);
}

static void sort_rows(struct run *runs, size_t n)
{
    if (n > 1)
        qsort(runs, n, sizeof *runs, by_middle);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1;
             end < n && layout_on_one_row(runs[i].box, runs[end].box); end++)
            ;
        qsort(runs + i, end - i, sizeof *runs, by_left);
    }
}

static int by_line_height(const void *p, const void *q)
{
    double d = ((const struct text_line *)p)->box.h -
               ((const struct text_line *)q)->box.h;
    return (d > 0) - (d < 0);
}

/* Of the lines, weighed with their lengths: long ones are text for sure. */
static double common_height(struct text_line *l, size_t n)
{
    double length = 0, sum = 0;
    for (size_t i = 0; i < n; i++)
        length += l[i].box.w;
    if (n > 1)
        qsort(l, n, sizeof *l, by_line_height);
    for (size_t i = 0; i < n; i++)
        if ((sum += l[i].box.w) >= length / 2)
            return l[i].box.h;
    return 0;
}

/* Whether two boxes are the upper and the lower half of one character. */
static bool are_halves(Rect a, Rect b, double height)
{
    Rect both = rect_union(a, b);
    double shared = fmin(a.x + a.w, b.x + b.w) - fmax(a.x, b.x);
    double apart = fmax(a.y - (b.y + b.h), b.y - (a.y + a.h));
    return shared > 0.5 * fmin(a.w, b.w) && apart < 0.15 * both.w &&
           both.h < 1.25 * both.w && both.w < single * both.h &&
           both.h < 1.3 * height;
}

/* Characters like U+53F7 stand in two halves, which line finders that look
 * sideways do not join when nothing is beside them. */
static size_t join_halves(struct text_line *l, size_t n)
{
    double height = common_height(l, n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (are_halves(l[i].box, l[j].box, height)) {
                l[i].box = rect_union(l[i].box, l[j].box);
                l[j] = l[--n];
                j = i;
            }
    return n;
}

struct run *layout_runs(struct arena *a, const struct text_line *lines,
                        size_t n, size_t *ret_n)
{
    struct text_line *l = arena_memdup(a, lines, n * sizeof *l);
    n = join_halves(l, n);
    struct run *runs = arena_new_array(a, n + 1, struct run);
    bool *used = arena_new_array(a, n + 1, bool);
    size_t count = 0;
    if (n > 1)
        qsort(l, n, sizeof *l, by_place);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n; i++)
            if (!used[i] && (pass == 1 || (is_single(l[i].box) &&
                                           !has_left_single(l, n, used, i))))
                runs[count++] = gather(a, l, n, used, i);
    sort_rows(runs, count);
    *ret_n = count;
    return runs;
}

/* Whether a run of two lines stands beside the label's middle: r and, as far
 * on the other side, another that begins at the same x. */
static bool is_half_of_pair(const struct run *runs, size_t n, Rect label,
                            Rect r)
{
    double offset = middle(r) - middle(label);
    for (size_t i = 0; i < n; i++) {
        Rect o = runs[i].box;
        if (fabs(o.x - r.x) < same_column * r.h &&
            fabs(middle(o) - middle(label) + offset) < 0.4 * r.h)
            return true;
    }
    return false;
}

int layout_right(const struct run *runs, size_t n, Rect label, double reach)
{
    int best = -1;
    for (size_t i = 0; i < n; i++) {
        Rect r = runs[i].box;
        double gap = r.x - (label.x + label.w);
        if (gap < -0.3 * label.h || gap > reach * label.h)
            continue;
        /* A value may be larger than its label, or of two lines. */
        double off = fabs(middle(r) - middle(label)) / fmax(r.h, label.h);
        if (off > 1.1 || (off > 0.45 && !is_half_of_pair(runs, n, label, r)))
            continue;
        if (best >= 0) {
            double old = runs[best].box.x, new = r.x;
            double nearer = fabs(middle(r) - middle(label)) -
                            fabs(middle(runs[best].box) - middle(label));
            if (new > old + label.h ||
                (fabs(new - old) <= label.h && nearer >= 0))
                continue;
        }
        best = (int)i;
    }
    return best;
}

int layout_next(const struct run *runs, size_t n, Rect box)
{
    int best = -1;
    for (size_t i = 0; i < n; i++) {
        Rect r = runs[i].box;
        double gap = r.x - (box.x + box.w);
        if (gap < -0.2 * box.h || gap > continued * box.h ||
            rect_center(r).x < box.x + box.w || !layout_on_one_row(r, box) ||
            r.h > 1.5 * box.h)
            continue;
        if (best < 0 || r.x < runs[best].box.x)
            best = (int)i;
    }
    return best;
}

int layout_below(const struct run *runs, size_t n, Rect label)
{
    int best = -1;
    for (size_t i = 0; i < n; i++) {
        Rect r = runs[i].box;
        double gap = r.y - (label.y + label.h);
        double left = fabs(r.x - label.x);
        double centre = fabs(rect_center(r).x - rect_center(label).x);
        if (gap < -0.3 * label.h || gap > 2.5 * label.h ||
            fmin(left, centre) > 2 * label.h)
            continue;
        if (best < 0 || r.y < runs[best].box.y)
            best = (int)i;
    }
    return best;
}

/* Whether something else than the label stands left of the line: then the
 * line is a value of that. */
static bool has_own_label(const struct run *runs, size_t n, Rect label,
                          Rect line)
{
    for (size_t i = 0; i < n; i++) {
        Rect r = runs[i].box;
        bool is_label = rect_area(rect_intersect(r, label)) > 0;
        if (!is_label && r.x + r.w <= line.x + 0.3 * line.h &&
            r.x + r.w > label.x && layout_on_one_row(r, line))
            return true;
    }
    return false;
}

/* Whether r is the line above or below f of the same value. */
static bool is_other_line(const struct run *runs, size_t n, Rect label, Rect f,
                          Rect r)
{
    double step = fabs(middle(r) - middle(f));
    if (step < 0.6 * f.h || step > pitch * f.h ||
        fabs(r.x - f.x) > same_column * f.h || r.h > 1.5 * f.h ||
        f.h > 1.5 * r.h || has_own_label(runs, n, label, r))
        return false;
    /* The upper line is full, so the lower one is no longer. */
    Rect top = r.y < f.y ? r : f, low = r.y < f.y ? f : r;
    return low.w <= top.w + f.h;
}

int layout_value_lines(const struct run *runs, size_t n, Rect label, int first,
                       int ret[2])
{
    Rect f = runs[first].box;
    int other = -1;
    for (size_t i = 0; i < n; i++)
        if ((int)i != first && is_other_line(runs, n, label, f, runs[i].box))
            other = (int)i;
    ret[0] = first;
    if (other < 0)
        return 1;
    bool above = runs[other].box.y < f.y;
    ret[0] = above ? other : first;
    ret[1] = above ? first : other;
    return 2;
}

int layout_continued(const struct run *runs, size_t n, Rect label, Rect line)
{
    for (size_t i = 0; i < n; i++)
        if (runs[i].box.y > line.y &&
            is_other_line(runs, n, label, line, runs[i].box))
            return (int)i;
    return -1;
}
