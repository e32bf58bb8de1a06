/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/edges.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/arena.h"
#include "imaging/image.h"

/* A walk along one row or column. */
struct scanline {
    const uint8_t *px;
    ptrdiff_t step;
    int n;
};

struct found {
    struct edge *edge;
    size_t n, max;
};

static int level(const struct scanline *s, int i)
{
    return s->px[i * s->step];
}

/* Where between `from` and `to` (a monotone stretch) the level is reached. */
static double crossing(const struct scanline *s, int from, int to, double want)
{
    for (int i = from; i < to; i++) {
        int p = level(s, i), q = level(s, i + 1);
        if ((p <= want && want <= q) || (q <= want && want <= p))
            return p == q ? i : i + (want - p) / (q - p);
    }
    return to;
}

/*
 * The end of the stretch that rises (sign 1) or falls (-1) from i. A reversal
 * of up to `slack` levels is noise as long as the stretch then goes on.
 */
static int stretch_end(const struct scanline *s, int i, int sign)
{
    enum { SLACK = 3 };
    int best = i, extreme = level(s, i);
    for (int k = i + 1; k < s->n && k <= best + 2; k++) {
        int v = level(s, k);
        if (sign * (v - extreme) > 0) {
            extreme = v;
            best = k;
        } else if (sign * (extreme - v) > SLACK) {
            break;
        }
    }
    return best;
}

/*
 * Sharpening leaves a bright seam along strokes. It is looked for just outside
 * the place where the edge has reached nine tenths, not at the brightest
 * pixel, which noise alone makes bright.
 */
static float halo(const struct scanline *s, double bright, double dark,
                  double rise, double contrast)
{
    enum { FAR = 4, FAR_END = 8 };
    int out = bright > dark ? 1 : -1;
    int near = (int)lround(bright + out * fmax(1, 0.8 * rise));
    int end = near + out * FAR_END;
    if (end < 0 || end >= s->n)
        return NAN;
    int sum = 0, least = 255, most = 0;
    for (int i = FAR; i < FAR_END; i++) {
        int v = level(s, near + out * i);
        sum += v;
        least = v < least ? v : least;
        most = v > most ? v : most;
    }
    double far = (double)sum / (FAR_END - FAR);
    bool even = most - least < 0.2 * contrast;
    return even ? (float)((level(s, near) - far) / contrast) : NAN;
}

static void walk(const struct scanline *s, int min_contrast, double fixed,
                 bool along_x, struct found *f)
{
    for (int i = 0; i + 1 < s->n && f->n < f->max;) {
        int d = level(s, i + 1) - level(s, i);
        if (abs(d) < 2) {
            i++;
            continue;
        }
        int end = stretch_end(s, i, d > 0 ? 1 : -1);
        int lo = level(s, i), hi = level(s, end);
        if (end > i && abs(hi - lo) >= min_contrast) {
            double p10 = crossing(s, i, end, lo + 0.1 * (hi - lo));
            double p90 = crossing(s, i, end, lo + 0.9 * (hi - lo));
            double middle = (p10 + p90) / 2;
            f->edge[f->n++] =
                (struct edge){(float)(along_x ? middle : fixed),
                              (float)(along_x ? fixed : middle),
                              (float)fabs(p90 - p10), (float)abs(hi - lo),
                              halo(s, hi > lo ? p90 : p10, hi > lo ? p10 : p90,
                                   fabs(p90 - p10), abs(hi - lo))};
        }
        i = end > i ? end : i + 1;
    }
}

/* Columns are copied side by side first, some at a time: one by one, each of
 * their samples would be a line of the cache. */
static void walk_columns(struct arena *a, const struct image *g, int stride,
                         int min_contrast, struct found *f)
{
    enum { AT_A_TIME = 16 };
    size_t h = (size_t)g->height;
    uint8_t *copy = arena_new_array(a, AT_A_TIME * h, uint8_t);
    for (int x0 = stride / 2; x0 < g->width; x0 += AT_A_TIME * stride) {
        int n = (g->width - 1 - x0) / stride + 1;
        n = n < AT_A_TIME ? n : AT_A_TIME;
        for (size_t y = 0; y < h; y++) {
            const uint8_t *row = image_at(g, x0, (int)y);
            for (int k = 0; k < n; k++)
                copy[(size_t)k * h + y] = row[k * stride];
        }
        for (int k = 0; k < n; k++) {
            struct scanline s = {copy + (size_t)k * h, 1, g->height};
            walk(&s, min_contrast, x0 + k * stride, false, f);
        }
    }
}

double edges_noise(const struct image *grey, int stride)
{
    enum { STROKE = 40 };
    double sum = 0, n = 0;
    for (int y = 0; y < grey->height; y += stride) {
        const uint8_t *row = image_at(grey, 0, y);
        for (int x = 0; x + 1 < grey->width; x++) {
            int d = abs(row[x + 1] - row[x]);
            sum += d < STROKE ? d : 0;
            n += d < STROKE;
        }
    }
    /* E|d| of a normal variable is 0.798 of its deviation. */
    return n > 0 ? sum / n / 0.798 : 0;
}

struct edge *edges_find(struct arena *a, const struct image *grey, int stride,
                        int min_contrast, size_t max_n, size_t *ret_n)
{
    struct found f = {arena_new_array(a, max_n, struct edge), 0, max_n};
    /* Half for the rows, the rest for the columns. */
    f.max = max_n / 2;
    for (int y = stride / 2; y < grey->height; y += stride) {
        struct scanline s = {image_at(grey, 0, y), 1, grey->width};
        walk(&s, min_contrast, y, true, &f);
    }
    f.max = max_n;
    walk_columns(a, grey, stride, min_contrast, &f);
    *ret_n = f.n;
    return f.edge;
}
