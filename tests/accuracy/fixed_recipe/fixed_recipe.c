/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fixed_recipe.h"

#include <math.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/image.h"

enum { STEP = 4, MAX_RADII = 256 };

static const double least_mm = 17, most_mm = 24; /* radii */
static const double least_votes = 0.35;          /* of the circumference */
static const double apart = 0.7;                 /* radii between two */
static const double kept_radii = 1.2;

/* Hue of 0 .. 180, saturation and value of 0 .. 255, as OpenCV counts. */
static bool is_red(const uint8_t *p)
{
    int high = p[0] > p[1] ? p[0] : p[1], low = p[0] + p[1] - high;
    high = p[2] > high ? p[2] : high;
    low = p[2] < low ? p[2] : low;
    if (high < 50 || (high - low) * 255 < 50 * high || p[0] != high)
        return false;
    double hue = 30.0 * (p[1] - p[2]) / (high - low);
    return fabs(hue) <= 10;
}

struct grid {
    int width, height;
    float *v;
};

static struct grid grid_new(struct arena *a, int width, int height)
{
    size_t n = (size_t)width * (size_t)height;
    return (struct grid){width, height, arena_new_array(a, n, float)};
}

static float *at(const struct grid *g, int x, int y)
{
    return g->v + (size_t)y * (size_t)g->width + (size_t)x;
}

/* The mask at a quarter of the resolution. */
static struct grid reduced(struct arena *a, const uint8_t *mask, int w, int h)
{
    struct grid g = grid_new(a, w / STEP, h / STEP);
    for (int y = 0; y < g.height * STEP; y++)
        for (int x = 0; x < g.width * STEP; x++)
            *at(&g, x / STEP, y / STEP) +=
                (float)mask[(size_t)y * (size_t)w + (size_t)x] / (STEP * STEP);
    return g;
}

/* Whether an edge of the mask runs there, and its normal. */
static bool normal_at(const struct grid *g, int x, int y, double ret[2])
{
    double gx = (double)(*at(g, x + 1, y) - *at(g, x - 1, y));
    double gy = (double)(*at(g, x, y + 1) - *at(g, x, y - 1));
    double size = hypot(gx, gy);
    ret[0] = size > 0 ? gx / size : 0;
    ret[1] = size > 0 ? gy / size : 0;
    return size > 0.5;
}

static struct grid vote(struct arena *a, const struct grid *g, double low,
                        double high)
{
    struct grid votes = grid_new(a, g->width, g->height);
    double n[2];
    for (int y = 1; y < g->height - 1; y++)
        for (int x = 1; x < g->width - 1; x++) {
            if (!normal_at(g, x, y, n))
                continue;
            for (double r = low; r <= high; r++) {
                int u = (int)lround(x + r * n[0]),
                    v = (int)lround(y + r * n[1]);
                if (u >= 0 && v >= 0 && u < g->width && v < g->height)
                    *at(&votes, u, v) += 1;
            }
        }
    return votes;
}

static double best_radius(const struct grid *g, Point c, double low,
                          double high, double *ret_share)
{
    int counts[MAX_RADII] = {0}, best = (int)low;
    double n[2];
    for (int y = 1; y < g->height - 1; y++)
        for (int x = 1; x < g->width - 1; x++) {
            double r = hypot(x - c.x, y - c.y);
            if (r >= low && r <= high && r < MAX_RADII - 1 &&
                normal_at(g, x, y, n))
                counts[(int)lround(r)]++;
        }
    for (int r = (int)low; r <= (int)high && r < MAX_RADII; r++)
        best = counts[r] > counts[best] ? r : best;
    *ret_share = counts[best] / (2 * UNITS_PI * best);
    return best;
}

static void clear_around(struct grid *votes, Point c, double radius)
{
    for (int y = 0; y < votes->height; y++)
        for (int x = 0; x < votes->width; x++)
            if (hypot(x - c.x, y - c.y) < radius)
                *at(votes, x, y) = 0;
}

static Point highest(const struct grid *votes)
{
    size_t n = (size_t)votes->width * (size_t)votes->height, best = 0;
    for (size_t i = 1; i < n; i++)
        best = votes->v[i] > votes->v[best] ? i : best;
    return (Point){(double)(best % (size_t)votes->width),
                   (double)(best / (size_t)votes->width)};
}

/* Nothing but what lies within a circle. */
static void crop(uint8_t *mask, int w, int h, const struct fixed_seal *s,
                 size_t n)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            bool in = false;
            for (size_t k = 0; k < n && !in; k++)
                in = hypot(x - s[k].center.x, y - s[k].center.y) <
                     kept_radii * s[k].radius;
            mask[(size_t)y * (size_t)w + (size_t)x] &= in;
        }
}

size_t fixed_recipe(struct arena *a, const struct image *page, double dpi,
                    uint8_t **ret_mask, struct fixed_seal *ret, size_t max)
{
    int w = page->width, h = page->height;
    uint8_t *mask = arena_alloc(a, (size_t)w * (size_t)h, 1);
    for (int y = 0; y < h && page->bands >= 3; y++)
        for (int x = 0; x < w; x++)
            mask[(size_t)y * (size_t)w + (size_t)x] =
                is_red(image_at(page, x, y));
    struct grid g = reduced(a, mask, w, h);
    double low = px_from_mm(least_mm, dpi) / STEP;
    double high = px_from_mm(most_mm, dpi) / STEP;
    struct grid votes = vote(a, &g, low, high);
    size_t n = 0;
    for (size_t tries = 0; tries < 2 * max && n < max; tries++) {
        double share;
        Point c = highest(&votes);
        double r = best_radius(&g, c, low, high, &share);
        clear_around(&votes, c, apart * r);
        if (share > least_votes)
            ret[n++] = (struct fixed_seal){
                {(c.x + 0.5) * STEP, (c.y + 0.5) * STEP}, r * STEP};
    }
    crop(mask, w, h, ret, n);
    *ret_mask = mask;
    return n;
}
