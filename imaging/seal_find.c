/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Circles: each edge pixel votes along its normal, on the side of the ink, for
 * the centres it may belong to (the gradient form of the Hough transform,
 * Kimme, Ballard and Sklansky 1975). A rim with 60 % missing, crossed by text
 * or touching another seal still gathers more votes in one place than letters
 * do. At the peaks the radius is the outermost one that has edges all around.
 */

#include "imaging/seal_find.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"

enum {
    MAX_EDGES = 60000,
    MAX_PEAKS = 24,
    CELL = 2, /* pixels per accumulator cell */
    PAD = 16, /* cells around the page: centres of seals over its edge */
    SECTORS = 64,
};

static const float least_edge = 0.025f; /* of coverage, per pixel */
static const float vote_cap = 0.25f;    /* a strong edge counts no more */
static const double least_support = 0.26;
static const double normal_slack = 0.87; /* cos 30 degrees */

struct edge {
    float x, y, nx, ny, weight; /* normal towards the ink */
};

/* The smoothed map and the square of its change. */
struct field {
    int width, height;
    float *smooth, *power;
};

static bool is_bare(const float *row, int n)
{
    float sum = 0;
    for (int x = 0; x < n; x++)
        sum += row[x];
    return !(sum > 0);
}

/* Mean of 3 x 3; the outermost pixels are left 0, and so is, untouched, what
 * has nothing in it. */
static void blur3(const float *in, float *out, int w, int h)
{
    bool bare[3] = {true, is_bare(in, w), h > 1 ? is_bare(in + w, w) : true};
    for (int y = 1; y < h - 1; y++) {
        const float *p = in + y * w, *up = p - w, *low = p + w;
        bare[0] = bare[1];
        bare[1] = bare[2];
        bare[2] = is_bare(low, w);
        if (bare[0] && bare[1] && bare[2])
            continue;
        for (int x = 1; x < w - 1; x++)
            out[y * w + x] =
                (up[x - 1] + p[x - 1] + low[x - 1] + (up[x] + p[x] + low[x]) +
                 (up[x + 1] + p[x + 1] + low[x + 1])) *
                (1.0f / 9);
    }
}

/* Sobel's operator at a place, as change per pixel. */
struct change {
    float x, y;
};

static struct change change_at(const float *p, int w)
{
    float gx = p[1 - w] - p[-1 - w] + 2 * (p[1] - p[-1]) + p[1 + w] - p[w - 1];
    float gy = p[w - 1] - p[-w - 1] + 2 * (p[w] - p[-w]) + p[w + 1] - p[1 - w];
    return (struct change){gx / 8, gy / 8};
}

static struct field gradient(struct arena *a, const struct ink_map *m)
{
    int w = m->width, h = m->height;
    size_t n = (size_t)w * (size_t)h;
    struct field f = {w, h, arena_new_array(a, n, float),
                      arena_new_array(a, n, float)};
    blur3(m->ink, f.smooth, w, h);
    for (int y = 1; y < h - 1; y++)
        for (int x = 1; x < w - 1; x++) {
            struct change c = change_at(f.smooth + y * w + x, w);
            float power = c.x * c.x + c.y * c.y;
            if (power > 0)
                f.power[y * w + x] = power;
        }
    return f;
}

/* Ridges of the gradient's size above the threshold (thinned as Canny does). */
static size_t collect(const struct field *f, float threshold, struct edge *ret,
                      size_t max)
{
    size_t n = 0;
    for (int y = 1; y < f->height - 1; y++)
        for (int x = 1; x < f->width - 1; x++) {
            int at = y * f->width + x;
            float power = f->power[at];
            if (power < threshold * threshold)
                continue;
            struct change c = change_at(f->smooth + at, f->width);
            float size = sqrtf(power);
            float nx = c.x / size, ny = c.y / size;
            int dx = nx > 0.38f ? 1 : nx < -0.38f ? -1 : 0;
            int dy = ny > 0.38f ? 1 : ny < -0.38f ? -1 : 0;
            int step = dy * f->width + dx;
            if (f->power[at + step] > power || f->power[at - step] >= power)
                continue;
            if (n == max)
                return n + 1;
            ret[n++] = (struct edge){(float)x + 0.5f, (float)y + 0.5f, nx, ny,
                                     fminf(size, vote_cap)};
        }
    return n;
}

static size_t find_edges(struct arena *a, const struct ink_map *m,
                         struct edge **ret)
{
    struct field f = gradient(a, m);
    *ret = arena_new_array(a, MAX_EDGES, struct edge);
    float threshold = least_edge;
    size_t n;
    while ((n = collect(&f, threshold, *ret, MAX_EDGES)) > MAX_EDGES)
        threshold *= 1.5f;
    return n;
}

struct votes {
    int columns, rows;
    float *v;
};

static struct votes vote(struct arena *a, const struct ink_map *m,
                         const struct find_range *range, const struct edge *e,
                         size_t n)
{
    struct votes t = {m->width / CELL + 1 + 2 * PAD,
                      m->height / CELL + 1 + 2 * PAD, NULL};
    size_t cells = (size_t)t.columns * (size_t)t.rows;
    float *raw = arena_new_array(a, cells, float);
    t.v = arena_new_array(a, cells, float);
    for (size_t i = 0; i < n; i++) {
        float x = e[i].x / CELL + PAD, y = e[i].y / CELL + PAD;
        for (double r = range->min_radius / CELL; r <= range->max_radius / CELL;
             r += 1) {
            int cx = (int)(x + e[i].nx * (float)r);
            int cy = (int)(y + e[i].ny * (float)r);
            if (cx < 0 || cy < 0 || cx >= t.columns || cy >= t.rows)
                break;
            raw[cy * t.columns + cx] += e[i].weight / (float)r;
        }
    }
    blur3(raw, t.v, t.columns, t.rows);
    return t;
}

static int best_of_row(const struct votes *t, int y)
{
    const float *v = t->v + y * t->columns;
    int best = 0;
    for (int x = 1; x < t->columns; x++)
        best = v[x] > v[best] ? x : best;
    return best;
}

/* The best peaks, each with its surroundings cleared before the next; only the
 * rows that were cleared have to be looked through again. */
static size_t pick_peaks(struct arena *a, struct votes *t, double clear,
                         Point *ret, size_t max)
{
    int reach = (int)ceil(clear / CELL);
    size_t n = 0;
    int *best = arena_new_array(a, (size_t)t->rows, int);
    for (int y = 0; y < t->rows; y++)
        best[y] = best_of_row(t, y);
    while (n < max) {
        int cy = 0;
        for (int y = 1; y < t->rows; y++)
            if (t->v[y * t->columns + best[y]] >
                t->v[cy * t->columns + best[cy]])
                cy = y;
        int cx = best[cy];
        if (!(t->v[cy * t->columns + cx] > 0))
            break;
        ret[n++] = (Point){(cx + 0.5 - PAD) * CELL, (cy + 0.5 - PAD) * CELL};
        int y1 = cy + reach < t->rows ? cy + reach : t->rows - 1;
        for (int y = cy > reach ? cy - reach : 0; y <= y1; y++) {
            for (int x = cx - reach; x <= cx + reach; x++)
                if (x >= 0 && x < t->columns)
                    t->v[y * t->columns + x] = 0;
            best[y] = best_of_row(t, y);
        }
    }
    return n;
}

/* Distance of an edge that looks towards `c` and is not farther off than
 * `max`; else -1. */
static double radius_of(const struct edge *e, Point c, double max)
{
    double dx = c.x - (double)e->x, dy = c.y - (double)e->y;
    if (dx > max || dy > max || dx < -max || dy < -max)
        return -1;
    double d = sqrt(dx * dx + dy * dy);
    return dx * (double)e->nx + dy * (double)e->ny >= normal_slack * d ? d : -1;
}

static int sector_of(Point c, double x, double y)
{
    double turn = atan2(y - c.y, x - c.x) / (2 * UNITS_PI) + 0.5;
    return (int)(turn * SECTORS) & (SECTORS - 1);
}

/* The edges that belong to any circle about `c`, up to `reach` pixels off: all
 * that the fits of this circle ever ask for. */
static size_t pick_near(const struct edge *e, size_t n, Point c, double reach,
                        struct edge *ret)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (fabs((double)e[i].x - c.x) < reach &&
            fabs((double)e[i].y - c.y) < reach)
            ret[k++] = e[i];
    return k;
}

/* Radius: the outermost with nearly as many sectors as the best one. */
static double best_radius(const struct edge *e, size_t n, Point c,
                          const struct find_range *range, int *ret_sectors)
{
    enum { MAX_RADII = 1024 };
    uint64_t seen[MAX_RADII] = {0};
    for (size_t i = 0; i < n; i++) {
        double r = radius_of(&e[i], c, range->max_radius);
        if (r < range->min_radius - 1 || r > range->max_radius ||
            r >= MAX_RADII - 1)
            continue;
        seen[(int)r] |= 1ull << sector_of(c, (double)e[i].x, (double)e[i].y);
    }
    int best = 0, at = 0;
    int counts[MAX_RADII] = {0};
    for (int i = 1; i < MAX_RADII - 1; i++) {
        counts[i] = __builtin_popcountll(seen[i - 1] | seen[i] | seen[i + 1]);
        if (counts[i] > best)
            best = counts[i];
    }
    for (int i = 1; i < MAX_RADII - 1; i++)
        if (counts[i] >= 0.65 * best && counts[i] >= counts[at])
            at = i;
        else if (counts[i] >= 0.65 * best && i > at + 3)
            at = i;
    *ret_sectors = counts[at];
    return at + 0.5;
}

/* Moves the circle onto the edges near it; its support in *ret. `p` has room
 * for n points. */
static bool settle(const struct ink_map *m, const struct edge *e, size_t n,
                   Point *p, struct found_round *ret)
{
    struct fit_circle *c = &ret->circle;
    double slack = fmax(3, 0.06 * c->radius);
    for (int pass = 0; pass < 4; pass++, slack *= 0.75) {
        size_t k = 0;
        for (size_t i = 0; i < n; i++) {
            double r = radius_of(&e[i], c->center, 1.2 * c->radius);
            if (r > 0 && fabs(r - c->radius) < slack)
                p[k++] = (Point){(double)e[i].x, (double)e[i].y};
        }
        struct fit_circle next;
        if (k < 12 || !fit_circle(p, k, &next) ||
            fabs(next.radius - c->radius) > 2 * slack)
            return false;
        *c = next;
    }
    uint64_t seen = 0, visible = 0;
    for (size_t i = 0; i < n; i++) {
        double r = radius_of(&e[i], c->center, 1.2 * c->radius);
        if (r > 0 && fabs(r - c->radius) < fmax(1.5, 0.03 * c->radius))
            seen |=
                1ull << sector_of(c->center, (double)e[i].x, (double)e[i].y);
    }
    for (int s = 0; s < SECTORS; s++) {
        double t = ((s + 0.5) / SECTORS - 0.5) * 2 * UNITS_PI;
        double x = c->center.x + c->radius * cos(t);
        double y = c->center.y + c->radius * sin(t);
        if (x >= 1 && y >= 1 && x < m->width - 1 && y < m->height - 1)
            visible |= 1ull << s;
    }
    int of = __builtin_popcountll(visible);
    if (of < SECTORS / 5)
        return false;
    ret->support = (double)__builtin_popcountll(seen & visible) / of;
    return ret->support >= least_support;
}

static int by_support(const void *l, const void *r)
{
    double d = ((const struct found_round *)r)->support -
               ((const struct found_round *)l)->support;
    return d > 0 ? 1 : d < 0 ? -1 : 0;
}

static bool is_same(const struct fit_circle *a, const struct fit_circle *b)
{
    double d = hypot(a->center.x - b->center.x, a->center.y - b->center.y);
    return d < 0.35 * fmax(a->radius, b->radius);
}

size_t seal_find_rounds(struct arena *a, const struct ink_map *m,
                        const struct find_range *range, struct found_round *ret,
                        size_t max)
{
    struct edge *e;
    if (m->width < 8 || m->height < 8)
        return 0;
    size_t n_edges = find_edges(a, m, &e);
    struct votes t = vote(a, m, range, e, n_edges);
    Point peaks[MAX_PEAKS];
    size_t n_peaks =
        pick_peaks(a, &t, fmax(2, 0.3 * range->min_radius), peaks, MAX_PEAKS);
    struct found_round all[MAX_PEAKS];
    struct edge *near = arena_new_array(a, n_edges ? n_edges : 1, struct edge);
    Point *points = arena_new_array(a, n_edges ? n_edges : 1, Point);
    size_t n = 0;
    for (size_t i = 0; i < n_peaks; i++) {
        int sectors;
        struct found_round f = {.circle.center = peaks[i]};
        size_t k =
            pick_near(e, n_edges, peaks[i], 1.5 * range->max_radius + 8, near);
        f.circle.radius = best_radius(near, k, peaks[i], range, &sectors);
        if (sectors < SECTORS / 10 || !settle(m, near, k, points, &f))
            continue;
        if (f.circle.radius < range->min_radius ||
            f.circle.radius > range->max_radius)
            continue;
        all[n++] = f;
    }
    if (n == 0)
        return 0;
    qsort(all, n, sizeof *all, by_support);
    size_t kept = 0;
    for (size_t i = 0; i < n && kept < max; i++) {
        bool known = false;
        for (size_t k = 0; k < kept && !known; k++)
            known = is_same(&all[i].circle, &ret[k].circle);
        if (!known)
            ret[kept++] = all[i];
    }
    return kept;
}

void seal_find_erase(struct ink_map *m, const struct fit_ellipse *e)
{
    struct fit_axes t = fit_ellipse_axes(e);
    int y0 = (int)fmax(0, e->center.y - e->a);
    int y1 = (int)fmin(m->height, e->center.y + e->a + 1);
    for (int y = y0; y < y1; y++)
        for (int x = 0; x < m->width; x++)
            if (fit_axes_distance(&t, (Point){x + 0.5, y + 0.5}) < 0)
                m->ink[y * m->width + x] = 0;
}
