/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/resolution.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/image.h"
#include "imaging/spectrum.h"

enum {
    MOST_CURVATURE = 16, /* levels: of paper and its noise, not of strokes */
    TREND = 15,          /* samples to either side */
    BAND_PX = 512,       /* columns that stand for all */
    MAX_ROWS = 700,
    OWN = 5,         /* bins to either side that are the line itself */
    COMMON = 1024,   /* bins that both axes are brought to */
    MOST_RATIO = 40, /* a peak counts for no more */
    GRID = 8,        /* of JPEG */
    GRID_LEAK = 4,   /* bins beside its harmonics that do not count */
    GRID_EXCESS = 3,
    DEVIATIONS = 4, /* that a phase may be off by chance */
    LEAST_SIDE = 256,
    MAX_WINDOWS = 240,
};

static const double least_frequency = 0.12;
/* Native JPEG scans reach 0.047, enlarged by 2 and stored at quality 88 0.17.
 */
static const double least_alternation = 0.10;
static const double comb_spacing = 0.036; /* of characters of 2.3 mm, 300 dpi */

/* Along one axis: mean clipped second and third differences. */
struct profile {
    float *second, *third;
    size_t n;
};

static int clipped(int v)
{
    v = abs(v);
    return v < MOST_CURVATURE ? v : MOST_CURVATURE;
}

static struct profile differences(struct arena *a, const struct image *g,
                                  bool vertical)
{
    size_t n = (size_t)(vertical ? g->height : g->width);
    struct profile p = {arena_new_array(a, n, float),
                        arena_new_array(a, n, float), n};
    int *second = arena_new_array(a, n, int),
        *third = arena_new_array(a, n, int);
    int step = vertical ? 1 : 1 + g->height / MAX_ROWS;
    int x0 = vertical ? (g->width - BAND_PX) / 2 : 1;
    int x1 = vertical ? x0 + BAND_PX : g->width - 2;
    x0 = x0 < 1 ? 1 : x0;
    x1 = x1 > g->width - 2 ? g->width - 2 : x1;
    ptrdiff_t d = vertical ? g->width : 1;
    for (int y = 1; y + 2 < g->height; y += step) {
        const uint8_t *row = image_at(g, 0, y);
        for (int x = x0; x < x1; x++) {
            int here = row[x - d] - 2 * row[x] + row[x + d];
            int next = row[x] - 2 * row[x + d] + row[x + 2 * d];
            int at = vertical ? y : x;
            second[at] += clipped(here);
            third[at] += clipped(next - here);
        }
    }
    for (size_t i = 0; i < n; i++) {
        p.second[i] = (float)second[i];
        p.third[i] = (float)third[i];
    }
    return p;
}

/* Evens out what repeats with JPEG's blocks, at every phase: its harmonics
 * and those beside them are no trace of an enlargement. */
static void even_grid(float *v, size_t n)
{
    double sum[GRID] = {0}, all = 0;
    for (size_t i = 0; i < n; i++)
        sum[i % GRID] += (double)v[i];
    for (int k = 0; k < GRID; k++)
        all += sum[k] / GRID;
    for (size_t i = 0; i < n; i++)
        if (sum[i % GRID] > 0)
            v[i] *= (float)(all / sum[i % GRID]);
}

/* Less its own moving average, windowed, in a power of two. */
static size_t detrend(struct arena *a, const float *v, size_t n, float **ret)
{
    size_t size = 256;
    while (size < n)
        size *= 2;
    float *out = arena_new_array(a, size, float);
    float *window = arena_new_array(a, n, float);
    spectrum_window(window, n);
    for (size_t i = TREND; i + TREND < n; i++) {
        float mean = 0;
        for (size_t k = i - TREND; k <= i + TREND; k++)
            mean += v[k];
        mean /= 2 * TREND + 1;
        out[i] = (v[i] - mean) * window[i];
    }
    *ret = out;
    return size;
}

/*
 * How far each bin stands out of the highest one around it. Text that stands
 * on a lattice has a comb of lines, as far apart as its characters are many:
 * none of them stands out of its neighbours.
 */
static void stand_out(const float *power, size_t n, float *ret)
{
    size_t reach = (size_t)(2 * comb_spacing * (double)n);
    for (size_t i = 0; i < n; i++) {
        float most = 0;
        size_t from = i > reach ? i - reach : 0;
        size_t to = i + reach < n ? i + reach : n - 1;
        for (size_t k = from; k <= to; k++)
            if (k + OWN < i || k > i + OWN)
                most = fmaxf(most, power[k]);
        ret[i] = most > 0 ? power[i] / most : 0;
    }
}

/* The spectrum along one axis, less the harmonics of JPEG's blocks, as
 * ratios, at COMMON bins. The size of the transform. */
static size_t ratios(struct arena *a, const struct profile *p,
                     float ret[COMMON])
{
    float *re;
    even_grid(p->second, p->n);
    size_t size = detrend(a, p->second, p->n, &re);
    float *im = arena_new_array(a, size, float);
    float *ratio = arena_new_array(a, size, float);
    spectrum_transform(re, im, size);
    for (size_t i = 0; i < size / 2; i++)
        re[i] = sqrtf(re[i] * re[i] + im[i] * im[i]);
    stand_out(re, size / 2, ratio);
    memset(ret, 0, COMMON * sizeof *ret);
    for (size_t i = 0; i < size / 2; i++) {
        size_t at = i * 2 * COMMON / size;
        ret[at] = fmaxf(ret[at], ratio[i]);
    }
    /* A shorter side has fewer bins than are wanted. */
    for (size_t i = 1; i < COMMON; i++)
        if (ret[i] == 0)
            ret[i] = ret[i - 1];
    return size;
}

/* Both axes at the folded frequency bin, give or take one; at least 1. */
static double both(float axis[2][COMMON], int bin)
{
    bin %= 2 * COMMON;
    bin = bin > COMMON ? 2 * COMMON - bin : bin;
    float most[2] = {1, 1};
    for (int k = 0; k < 2; k++)
        for (int i = bin - 1; i <= bin + 1; i++)
            if (i >= 0 && i < COMMON)
                most[k] = fmaxf(most[k], fminf(MOST_RATIO, axis[k][i]));
    return sqrt((double)(most[0] * most[1]));
}

/*
 * How far the harmonics of period 8 stand out, in deviations of a mean over
 * its phases: ret[k] for k / 8 cycles per sample.
 */
static void harmonics(struct arena *a, const float *v, size_t n,
                      double ret[GRID / 2 + 1])
{
    double mean[GRID] = {0}, square = 0, count = 0;
    float *flat;
    detrend(a, v, n, &flat);
    for (size_t i = 0; i < n; i++) {
        mean[i % GRID] += (double)flat[i];
        square += (double)(flat[i] * flat[i]);
        count++;
    }
    /* Hann's window leaves 3/8 of the power. */
    double deviation = sqrt(square / count * (double)n / GRID);
    for (int k = 0; k <= GRID / 2; k++) {
        double re = 0, im = 0;
        for (int i = 0; i < GRID; i++) {
            re += mean[i] * cos(2 * UNITS_PI * k * i / GRID);
            im += mean[i] * sin(2 * UNITS_PI * k * i / GRID);
        }
        ret[k] = deviation > 0 ? hypot(re, im) / deviation / sqrt(GRID) : 0;
    }
}

/*
 * Enlargements whose period fits JPEG's blocks hide behind their harmonics.
 * By 2, all samples are made the same way and their second difference has no
 * period, but it is the same twice: the third one has. Blocks alone are
 * strongest at the first harmonic.
 */
static struct resolution_trace on_grid(struct arena *a,
                                       const struct profile p[2])
{
    struct resolution_trace best = {0, 0};
    double x[GRID / 2 + 1], y[GRID / 2 + 1];
    harmonics(a, p[0].third, p[0].n, x);
    harmonics(a, p[1].third, p[1].n, y);
    double first = sqrt(x[1] * y[1]);
    for (int k = GRID / 4; k <= GRID / 2; k++) {
        double strength = sqrt(x[k] * y[k]) / DEVIATIONS;
        if (strength * DEVIATIONS > GRID_EXCESS * first &&
            strength > best.strength)
            best = (struct resolution_trace){(double)k / GRID, strength};
    }
    return best;
}

/*
 * An enlargement by 2 under JPEG's blocks: within a block, away from its
 * sides, third differences that alternate. Their fourth difference over the
 * phases passes what alternates and nothing that goes smoothly across the
 * block. A share of their mean, where the blocks begin at the phase whose
 * difference is largest.
 */
static double alternates(const float *v, size_t n)
{
    double mean[GRID] = {0}, all = 0;
    for (size_t i = TREND; i + TREND < n; i++)
        mean[i % GRID] += (double)v[i];
    int side = 0;
    for (int k = 0; k < GRID; k++) {
        all += mean[k] / GRID;
        side = mean[k] > mean[side] ? k : side;
    }
    double sum = 0;
    static const int weight[] = {1, -4, 6, -4, 1};
    for (int k = 0; k < 5; k++)
        sum += weight[k] * mean[(side + 2 + k) % GRID] / 16;
    return all > 0 ? fabs(sum) / all : 0;
}

static struct resolution_trace off_grid(float axis[2][COMMON], int leak)
{
    enum { HARMONIC = 2 * COMMON / GRID };
    struct resolution_trace best = {0, 0};
    for (int i = (int)(least_frequency * 2 * COMMON); i < COMMON; i++) {
        int beside = i % HARMONIC;
        if (beside <= leak || beside >= HARMONIC - leak)
            continue;
        double strength = both(axis, i) * sqrt(both(axis, 2 * i));
        if (strength > best.strength)
            best =
                (struct resolution_trace){(i + 0.5) / (2.0 * COMMON), strength};
    }
    return best;
}

struct resolution_trace resolution_resampled(struct arena *a,
                                             const struct image *grey)
{
    if (grey->width < LEAST_SIDE || grey->height < LEAST_SIDE)
        return (struct resolution_trace){0, 0};
    float axis[2][COMMON];
    struct profile p[2];
    size_t least = SIZE_MAX;
    for (int k = 0; k < 2; k++) {
        p[k] = differences(a, grey, k == 1);
        size_t size = ratios(a, &p[k], axis[k]);
        least = size < least ? size : least;
    }
    /* The window widens a line to two bins on either side. */
    int wide = (int)(3 * 2 * COMMON / least);
    struct resolution_trace off =
        off_grid(axis, wide > GRID_LEAK ? wide : GRID_LEAK);
    struct resolution_trace on = on_grid(a, p);
    if (off.strength > resolution_chance || off.strength > on.strength)
        on = off;
    double half =
        sqrt(alternates(p[0].third, p[0].n) * alternates(p[1].third, p[1].n));
    if (on.strength < resolution_chance && half > least_alternation)
        on = (struct resolution_trace){0.5, half / least_alternation *
                                                resolution_chance};
    return on;
}

/* The windows of one box, evenly spread, no more than `most`. */
static int add_box(const struct image *g, Rect box, bool vertical, int most,
                   const float *window, double *power)
{
    int x0 = (int)fmax(0, box.x), y0 = (int)fmax(0, box.y);
    int x1 = (int)fmin(g->width, box.x + box.w);
    int y1 = (int)fmin(g->height, box.y + box.h);
    int along = vertical ? y1 - y0 : x1 - x0;
    int across = vertical ? x1 - x0 : y1 - y0;
    int rows = across / 3, n = 0;
    for (int k = 0; k < rows && n < most; k++) {
        int at = (k * across + across / 2) / rows;
        for (int s = 0; s + RESOLUTION_WINDOW <= along && n < most;
             s += RESOLUTION_WINDOW, n++) {
            float re[RESOLUTION_WINDOW], im[RESOLUTION_WINDOW] = {0};
            float mean = 0;
            for (int i = 0; i < RESOLUTION_WINDOW; i++) {
                int x = vertical ? x0 + at : x0 + s + i;
                int y = vertical ? y0 + s + i : y0 + at;
                mean += re[i] = *image_at(g, x, y);
            }
            mean /= RESOLUTION_WINDOW;
            for (int i = 0; i < RESOLUTION_WINDOW; i++)
                re[i] = (re[i] - mean) * window[i];
            spectrum_transform(re, im, RESOLUTION_WINDOW);
            for (int i = 0; i < RESOLUTION_BINS; i++)
                power[i] += (double)(re[i] * re[i] + im[i] * im[i]);
        }
    }
    return n;
}

double resolution_cutoff(const double power[RESOLUTION_BINS])
{
    enum { FIRST = 10, LAST = 20, DROP = 1000, STAYS = 8 };
    double reference = 0;
    for (int i = FIRST; i < LAST; i++)
        reference += power[i] / (LAST - FIRST);
    /* A dip is no end: it has to stay down. */
    int down = 0;
    for (int i = FIRST; i + 3 < RESOLUTION_BINS; i++) {
        double here =
            (power[i] + power[i + 1] + power[i + 2] + power[i + 3]) / 4;
        down = here * DROP < reference ? down + 1 : 0;
        if (down == STAYS)
            return (i + 3 - STAYS) / (double)RESOLUTION_WINDOW;
    }
    return 0.5;
}

int resolution_spectrum(struct arena *a, const struct image *grey,
                        const Rect *boxes, size_t n, bool vertical,
                        double ret_power[RESOLUTION_BINS])
{
    float *window = arena_new_array(a, RESOLUTION_WINDOW, float);
    spectrum_window(window, RESOLUTION_WINDOW);
    memset(ret_power, 0, RESOLUTION_BINS * sizeof *ret_power);
    int count = 0;
    for (size_t i = 0; i < n && count < MAX_WINDOWS; i++) {
        int share = (MAX_WINDOWS - count) / (int)(n - i);
        count += add_box(grey, boxes[i], vertical, share > 1 ? share : 1,
                         window, ret_power);
    }
    for (int i = 0; i < RESOLUTION_BINS && count > 0; i++)
        ret_power[i] /= count;
    return count;
}
