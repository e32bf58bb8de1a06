/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Every left edge is tried with every right one, and each such pair with the
 * upper and lower edges that make a rectangle of the shape: few remain. What
 * counts is how much of the four sides was really seen between the corners; a
 * card's corners are round, so the ends of a side do not count.
 */

#include "imaging/outline.h"

#include <math.h>
#include <stdbool.h>

#include "imaging/straight.h"

static const double least_side = 0.45, least_seen = 0.70;
static const double most_slant = 0.02; /* of opposite sides, and of corners */
static const double corner = 0.07;     /* of a side, at either end */
/* A frame's inner line is seen as well as the outer one: the outer counts
 * unless this much more of the inner one is seen. */
static const double worth_of_size = 0.08;
enum { MOST_ENDS = 1 };

struct search {
    const struct straights *v, *h;
    const struct outline_shape *shape;
    struct outline_box *box;
    size_t n, max;
};

static Point crossing(const struct straight *v, const struct straight *h)
{
    /* x = a + s y, y = b + t x */
    double x = (v->at + v->slope * h->at) / (1 - v->slope * h->slope);
    return (Point){x, h->at + h->slope * x};
}

static double seen(const struct straights *s, const struct straight *e,
                   double from, double to)
{
    double cut = corner * (to - from);
    return straight_coverage(s, e, from + cut, to - cut);
}

/* How many of the two ends run on beyond their corner, as the sides of a part
 * of a table do, or of lines that only happen to cross. */
static int run_on(const struct straights *s, const struct straight *e,
                  double from, double to)
{
    double px = s->strip_px;
    return (straight_coverage(s, e, from - 3 * px, from - 0.5 * px) > 0.6) +
           (straight_coverage(s, e, to + 0.5 * px, to + 3 * px) > 0.6);
}

static double distance(Point p, Point q)
{
    return hypot(p.x - q.x, p.y - q.y);
}

/* Of two that overlap the better one stays. */
static void add(struct search *s, const struct outline_box *b)
{
    Rect r = quad_bounds(b->corners);
    for (size_t i = 0; i < s->n; i++) {
        struct outline_box *other = &s->box[i];
        Rect q = quad_bounds(other->corners);
        double common = rect_area(rect_intersect(q, r));
        if (common < 0.3 * fmin(rect_area(q), rect_area(r)))
            continue;
        double size = b->width * b->height - other->width * other->height;
        if (b->seen - other->seen + copysign(worth_of_size, size) > 0)
            *other = *b;
        return;
    }
    if (s->n < s->max)
        s->box[s->n++] = *b;
}

static void try_box(struct search *s, const struct straight *left,
                    const struct straight *right, const struct straight *top,
                    const struct straight *low)
{
    struct outline_box b = {0};
    Point *p = b.corners.p;
    p[0] = crossing(left, top);
    p[1] = crossing(right, top);
    p[2] = crossing(right, low);
    p[3] = crossing(left, low);
    b.width = (distance(p[0], p[1]) + distance(p[3], p[2])) / 2;
    b.height = (distance(p[0], p[3]) + distance(p[1], p[2])) / 2;
    const struct outline_shape *w = s->shape;
    if (b.width < w->least_px || b.width > w->most_px ||
        fabs(log(b.width / b.height * w->height / w->width)) > w->tolerance)
        return;
    double side[] = {
        seen(s->v, left, p[0].y, p[3].y), seen(s->v, right, p[1].y, p[2].y),
        seen(s->h, top, p[0].x, p[1].x), seen(s->h, low, p[3].x, p[2].x)};
    double sum = 0;
    for (int i = 0; i < 4; i++) {
        if (side[i] < least_side)
            return;
        sum += side[i];
    }
    b.seen = sum / 4;
    int ends = run_on(s->v, left, p[0].y, p[3].y) +
               run_on(s->v, right, p[1].y, p[2].y) +
               run_on(s->h, top, p[0].x, p[1].x) +
               run_on(s->h, low, p[3].x, p[2].x);
    if (b.seen >= least_seen && ends <= MOST_ENDS)
        add(s, &b);
}

static bool is_square(const struct straight *v, const struct straight *h)
{
    return fabs(v->slope + h->slope) <= most_slant;
}

static void try_sides(struct search *s, const struct straight *left,
                      const struct straight *right)
{
    double px = s->v->strip_px;
    double from = fmin(left->first, right->first) * px;
    double to = (fmax(left->last, right->last) + 1) * px;
    double reach = 3 * px, middle = (from + to) / 2;
    double width =
        right->at + right->slope * middle - left->at - left->slope * middle;
    double height = width * s->shape->height / s->shape->width;
    double slack = height * (s->shape->tolerance + most_slant) + px;
    for (size_t i = 0; i < s->h->n; i++) {
        const struct straight *top = &s->h->edge[i];
        if (!top->darkens || !is_square(left, top))
            continue;
        double y = crossing(left, top).y;
        if (y < from - reach || y > to)
            continue;
        for (size_t k = 0; k < s->h->n; k++) {
            const struct straight *low = &s->h->edge[k];
            if (low->darkens || fabs(low->slope - top->slope) > most_slant)
                continue;
            double z = crossing(left, low).y;
            if (z < to + reach && fabs(z - y - height) < slack)
                try_box(s, left, right, top, low);
        }
    }
}

size_t outline_find(const struct straights *vertical,
                    const struct straights *horizontal,
                    const struct outline_shape *shape, struct outline_box *ret,
                    size_t max)
{
    struct search s = {vertical, horizontal, shape, ret, 0, max};
    for (size_t i = 0; i < vertical->n; i++) {
        const struct straight *left = &vertical->edge[i];
        if (!left->darkens)
            continue;
        for (size_t k = 0; k < vertical->n; k++) {
            const struct straight *right = &vertical->edge[k];
            double w = right->at - left->at;
            if (!right->darkens && w > 0.9 * shape->least_px &&
                w < 1.2 * shape->most_px &&
                fabs(left->slope - right->slope) <= most_slant)
                try_sides(&s, left, right);
        }
    }
    return s.n;
}
