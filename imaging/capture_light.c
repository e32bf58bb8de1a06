/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A tile's paper level is the 80th percentile of its samples: ink covers less.
 * A quadratic surface is fitted to the tiles that can be paper, and again
 * without those that lie off it (tiles full of ink, photographs). Its range
 * over the paper is the fall of light: a scanner's lamp moves along and stays
 * within 3 % (ISO 12641, FADGI grade), a desk lamp or a window does not.
 *
 * The outermost ring of tiles tells what lies around the sheet. A lid is grey,
 * even and mostly a strip at one or two sides; a desk is at all sides, has
 * grain and often colour.
 *
 * Patches are tiles that lie off the surface and hang together: a shadow is
 * paper that is darker than the light around it explains, all of it, not only
 * where there is ink; glare is paper that is burnt out on a page that is not.
 */

#include "imaging/capture_light.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "imaging/flood.h"
#include "imaging/image.h"
#include "imaging/least_squares.h"

enum { GRID = 24, TILES = GRID * GRID, TERMS = 6, ROUNDS = 4 };

struct tile {
    int paper; /* level */
    int most;  /* 98th percentile */
    double deviation;
    bool is_rim;
};

static void measure_tile(const struct image *im, int tx, int ty,
                         struct tile *ret)
{
    int x0 = tx * im->width / GRID, x1 = (tx + 1) * im->width / GRID;
    int y0 = ty * im->height / GRID, y1 = (ty + 1) * im->height / GRID;
    unsigned histogram[256] = {0}, n = 0;
    double sum = 0, squares = 0;
    for (int y = y0; y < y1; y += 2) {
        const uint8_t *row = image_at(im, 0, y);
        for (int x = x0; x < x1; x++)
            histogram[row[x]]++;
        n += (unsigned)(x1 - x0);
    }
    for (int v = 0; v < 256; v++) {
        sum += (double)v * histogram[v];
        squares += (double)v * v * histogram[v];
    }
    double mean = n ? sum / n : 0;
    *ret =
        (struct tile){n ? image_quantile(histogram, n, 0.8) : 255,
                      n ? image_quantile(histogram, n, 0.98) : 255,
                      n ? sqrt(fmax(0, squares / n - mean * mean)) : 0,
                      tx == 0 || ty == 0 || tx == GRID - 1 || ty == GRID - 1};
}

static void terms_at(int i, double t[TERMS])
{
    double x = 2.0 * (i % GRID + 0.5) / GRID - 1;
    double y = 2.0 * (i / GRID + 0.5) / GRID - 1;
    const double all[TERMS] = {1, x, y, x * x, x * y, y * y};
    memcpy(t, all, sizeof all);
}

/* Least squares over the marked tiles; false: they do not fix a surface. */
static bool fit(const struct tile *tile, const bool *use, double k[TERMS])
{
    struct least_squares q = {.n = TERMS};
    double t[TERMS];
    for (int i = 0; i < TILES; i++) {
        if (!use[i])
            continue;
        terms_at(i, t);
        least_squares_add(&q, t, tile[i].paper, 1);
    }
    return least_squares_solve(&q, 1e-6, k);
}

static double surface(const double k[TERMS], int i)
{
    double t[TERMS], v = 0;
    terms_at(i, t);
    for (int c = 0; c < TERMS; c++)
        v += k[c] * t[c];
    return v;
}

/* The surface of the light in k; NAN: a quarter of the page must be paper. */
static double light_range(const struct tile *tile, double bright,
                          double k[TERMS])
{
    bool use[TILES];
    double low = 1e9, high = 0;
    int n = 0;
    for (int i = 0; i < TILES; i++)
        use[i] = !tile[i].is_rim && tile[i].paper > 0.55 * bright;
    for (int round = 0; round < ROUNDS; round++) {
        if (!fit(tile, use, k))
            return NAN;
        for (int i = 0; i < TILES; i++)
            use[i] = !tile[i].is_rim && tile[i].paper > 0.55 * bright &&
                     fabs(tile[i].paper - surface(k, i)) <
                         (0.10 - 0.02 * round) * bright;
    }
    for (int i = 0; i < TILES; i++) {
        if (!use[i])
            continue;
        double v = surface(k, i);
        low = fmin(low, v);
        high = fmax(high, v);
        n++;
    }
    return n >= TILES / 4 ? (high - low) / bright : NAN;
}

static const double shadow_depth = 0.10, glare_rise = 0.06; /* of the paper */
enum { BURNT = 253, LEAST_PATCH = 4 };

static bool is_shadow(const struct tile *t, double expected, double bright)
{
    return t->most < expected - shadow_depth * bright &&
           t->paper > 0.4 * bright && t->most - t->paper < 0.06 * bright;
}

static bool is_glare(const struct tile *t, double expected, double bright)
{
    return t->paper >= BURNT && t->paper > expected + glare_rise * bright;
}

/* Takes what hangs together with tile i; its size, its tiles in r. */
static int gather(uint8_t *is_part, int i, Rect *r)
{
    int at[TILES];
    int n =
        flood_fill(&(struct flood){is_part, GRID, GRID, 1, 0, false}, i, at);
    for (int k = 0; k < n; k++)
        *r = rect_union(*r, (Rect){at[k] % GRID, at[k] / GRID, 1, 1});
    return n;
}

/* The largest patch of the page, rim apart. */
static struct light_patch find_patch(
    const struct tile *tile, double bright, const double k[TERMS],
    const struct image *scan,
    bool (*belongs)(const struct tile *t, double expected, double bright))
{
    uint8_t is_part[TILES];
    int most = 0;
    Rect best = {0};
    for (int i = 0; i < TILES; i++)
        is_part[i] =
            !tile[i].is_rim && belongs(&tile[i], surface(k, i), bright);
    for (int i = 0; i < TILES; i++) {
        Rect r = {i % GRID, i / GRID, 1, 1};
        int size = is_part[i] ? gather(is_part, i, &r) : 0;
        if (size > most) {
            most = size;
            best = r;
        }
    }
    double w = (double)scan->width / GRID, h = (double)scan->height / GRID;
    if (most < LEAST_PATCH)
        return (struct light_patch){0};
    return (struct light_patch){
        (double)most / TILES, {best.x * w, best.y * h, best.w * w, best.h * h}};
}

static double red_less_blue(const struct image *scan, int i)
{
    if (scan->bands < 3)
        return 0;
    int x0 = i % GRID * scan->width / GRID, y0 = i / GRID * scan->height / GRID;
    double sum = 0;
    int n = 0;
    for (int y = y0; y < y0 + scan->height / GRID; y += 8)
        for (int x = x0; x < x0 + scan->width / GRID; x += 8, n++)
            sum += image_at(scan, x, y)[0] - image_at(scan, x, y)[2];
    return n ? sum / n : 0;
}

static void measure_rim(const struct image *scan, const struct tile *tile,
                        struct light_field *f)
{
    int rim = 0, dark = 0, all_dark = 0;
    double texture = 0, chroma = 0, limit = f->paper * 0.82;
    for (int i = 0; i < TILES; i++) {
        rim += tile[i].is_rim;
        dark += tile[i].is_rim && tile[i].paper <= limit;
        if (!tile[i].is_rim || tile[i].most > limit)
            continue; /* paper reaches into it */
        all_dark++;
        texture += tile[i].deviation;
        chroma += red_less_blue(scan, i);
    }
    f->rim_share = (double)dark / rim;
    f->rim_texture = all_dark ? texture / all_dark : NAN;
    f->rim_chroma = all_dark ? fabs(chroma / all_dark) : NAN;
}

struct light_field capture_light_measure(const struct image *scan,
                                         const struct image *small, int step)
{
    struct tile tile[TILES];
    unsigned levels[256] = {0}, all[256] = {0}, white = 0, paper = 0;
    for (int i = 0; i < TILES; i++) {
        measure_tile(small, i % GRID, i / GRID, &tile[i]);
        levels[tile[i].paper]++;
    }
    struct light_field f = {.paper = image_quantile(levels, TILES, 0.9)};
    double k[TERMS];
    f.range = f.paper > 0 ? light_range(tile, f.paper, k) : NAN;
    f.shadow.share = f.glare.share = NAN;
    if (isfinite(f.range)) {
        f.shadow = find_patch(tile, f.paper, k, scan, is_shadow);
        f.glare = find_patch(tile, f.paper, k, scan, is_glare);
    }
    measure_rim(scan, tile, &f);
    /* Averaging over blocks would let noise pass for white: step lowers the
     * level that counts as clipped no further than one. */
    int clipped = step > 1 ? 254 : 255;
    for (int y = 0; y < small->height; y += 3)
        for (int x = 0; x < small->width; x++)
            all[*image_at(small, x, y)]++;
    for (int v = 0; v < 256; v++) {
        paper += v >= (int)(0.8 * f.paper) ? all[v] : 0;
        white += v >= clipped ? all[v] : 0;
    }
    f.white_share = paper ? (double)white / paper : NAN;
    /* Paper that is clipped to white hides its light. */
    if (f.white_share > 0.2)
        f.range = NAN;
    return f;
}

double capture_light_border(const struct image *scan, double paper)
{
    enum { SAMPLES = 400, DEPTH_SHARE = 400, LEAST_CHROMA = 20 };
    enum { LEAST_SIDE = SAMPLES * 2 / 5 };
    int w = scan->width, h = scan->height, found[4] = {0}, sum = 0;
    int dx = w / DEPTH_SHARE, dy = h / DEPTH_SHARE;
    if (scan->bands < 3)
        return NAN;
    for (int i = 0; i < SAMPLES; i++) {
        int x = (int)((int64_t)i * w / SAMPLES);
        int y = (int)((int64_t)i * h / SAMPLES);
        const uint8_t *side[] = {
            image_at(scan, x, dy), image_at(scan, x, h - 1 - dy),
            image_at(scan, dx, y), image_at(scan, w - 1 - dx, y)};
        for (int k = 0; k < 4; k++) {
            const uint8_t *p = side[k];
            double level = 0.30 * p[0] + 0.59 * p[1] + 0.11 * p[2];
            found[k] +=
                level < 0.82 * paper && abs(p[0] - p[2]) >= LEAST_CHROMA;
        }
    }
    /* A desk shows along a side; a card on the glass only touches it. */
    for (int k = 0; k < 4; k++)
        sum += found[k] >= LEAST_SIDE ? found[k] : 0;
    return sum / (4.0 * SAMPLES);
}
