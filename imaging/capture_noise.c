/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Columns (Khanna, Mikkilineni, Delp: scanner identification, 2008): the
 * second difference across, summed down each column, has the variance of the
 * noise times the number of rows if rows are independent, and more if columns
 * differ. The ratio of the two, for columns and for rows.
 *
 * Moire: squared magnitude of the windowed Fourier transform of 128 x 128
 * pixels of paper. Exponential deviates, which noise gives, have a largest
 * value of about ln(n) / ln(2) medians. The lattice of JPEG blocks, multiples
 * of 1/8 cycle, and whatever is slower than 1/40 cycle (light) is left out.
 */

#include "imaging/capture_noise.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/image.h"

enum {
    LARGEST = 12, /* levels; a larger difference is ink */
    LEAST_ROWS = 150,
    SIDE = 128,
    PLACES_ACROSS = 2,
    PLACES_DOWN = 3,
    PLACES = PLACES_ACROSS * PLACES_DOWN,
    LEAST_PLACES = 3,
    COARSER = 3, /* where a screen's grid is averaged away */
    JPEG_BIN = SIDE / 8,
    POWERS_PER_DECADE = 20,
    POWER_BINS = 12 * POWERS_PER_DECADE,
};

struct sums {
    double *sum; /* per column (or row) */
    int *n;
    double squares, count;
};

static void add(struct sums *s, int i, int d)
{
    s->sum[i] += d;
    s->n[i]++;
    s->squares += (double)d * d;
    s->count++;
}

/* Variance of the sums over what independent samples would give. */
static double excess(const struct sums *s, int lines)
{
    double ratio = 0, n = 0,
           variance = s->count > 0 ? s->squares / s->count : 0;
    for (int i = 0; i < lines; i++) {
        if (s->n[i] < LEAST_ROWS)
            continue;
        double r = s->sum[i] * s->sum[i] / (variance * s->n[i]);
        ratio += fmin(r, 400); /* one streak is not the sensor */
        n++;
    }
    return n >= LEAST_ROWS && variance > 0.02 ? ratio / n : NAN;
}

double capture_noise_columns(struct arena *a, const struct image *im,
                             double paper)
{
    size_t w = (size_t)im->width, h = (size_t)im->height;
    struct sums columns = {arena_new_array(a, w, double),
                           arena_new_array(a, w, int), 0, 0};
    struct sums rows = {arena_new_array(a, h, double),
                        arena_new_array(a, h, int), 0, 0};
    int least = (int)(0.8 * paper), most = 250;
    for (int y = 2; y + 2 < im->height; y += 2) {
        const uint8_t *p = image_at(im, 0, y);
        const uint8_t *up = p - 2 * w, *down = p + 2 * w;
        for (int x = 2; x + 2 < im->width; x += 2) {
            int v = p[x];
            if (v < least || v > most)
                continue;
            int dx = 2 * v - p[x - 2] - p[x + 2], dy = 2 * v - up[x] - down[x];
            if (abs(dx) > LARGEST || abs(dy) > LARGEST)
                continue;
            add(&columns, x, dx);
            add(&rows, y, dy);
        }
    }
    double c = excess(&columns, im->width), r = excess(&rows, im->height);
    return fabs(log10(c / r));
}

struct complex {
    float re, im;
};

/* In place, n a power of two (Cooley and Tukey). */
static void transform(struct complex *v, int n, int stride,
                      const struct complex *root)
{
    for (int i = 1, j = 0; i < n; i++) {
        int bit = n / 2;
        for (; j & bit; bit /= 2)
            j ^= bit;
        j |= bit;
        if (i < j) {
            struct complex t = v[i * stride];
            v[i * stride] = v[j * stride];
            v[j * stride] = t;
        }
    }
    for (int half = 1; half < n; half *= 2)
        for (int i = 0; i < n; i += 2 * half)
            for (int k = 0; k < half; k++) {
                struct complex *p = v + (i + k) * stride;
                struct complex *q = p + half * stride;
                struct complex w = root[k * (n / 2 / half)];
                float re = w.re * q->re - w.im * q->im;
                float im = w.re * q->im + w.im * q->re;
                *q = (struct complex){p->re - re, p->im - im};
                *p = (struct complex){p->re + re, p->im + im};
            }
}

/* Which of the two kinds of places in the spectrum, or -1 for neither. */
static int kind_of(int u, int v)
{
    int fu = u < SIDE / 2 ? u : SIDE - u, fv = v < SIDE / 2 ? v : SIDE - v;
    bool lattice = fu % JPEG_BIN <= 1 || fu % JPEG_BIN == JPEG_BIN - 1;
    lattice &= fv % JPEG_BIN <= 1 || fv % JPEG_BIN == JPEG_BIN - 1;
    if (lattice || fu * fu + fv * fv < 10)
        return -1;
    return fu <= 1 || fv <= 1;
}

/* Powers by their logarithm. Compression leaves paper without noise, hence a
 * floor: that of white noise of half a level. */
static const float least_power = 576;

struct powers {
    int n, bin[POWER_BINS];
    float most;
};

static void count(struct powers *p, float power)
{
    int i = (int)(POWERS_PER_DECADE * log10f(fmaxf(power, least_power)));
    p->bin[i < POWER_BINS ? i : POWER_BINS - 1]++;
    p->most = fmaxf(p->most, power);
    p->n++;
}

/* log10 of the largest over the median. */
static double prominence(const struct powers *p)
{
    int i = 0;
    for (int seen = p->bin[0]; i + 1 < POWER_BINS && 2 * seen < p->n;)
        seen += p->bin[++i];
    return log10((double)p->most) - (i + 0.5) / POWERS_PER_DECADE;
}

/* log10 of the largest over the median of the spectrum of one square. */
static double peak(struct arena *a, const struct image *im, int x0, int y0)
{
    struct complex *f = arena_new_array(a, SIDE * SIDE, struct complex);
    struct complex root[SIDE / 2];
    float window[SIDE];
    struct powers power[2] = {{.most = least_power}, {.most = least_power}};
    double mean = 0;
    for (int i = 0; i < SIDE; i++) {
        double t = 2 * UNITS_PI * i / SIDE;
        window[i] = (float)(0.5 - 0.5 * cos(t));
        if (i < SIDE / 2)
            root[i] = (struct complex){(float)cos(t), (float)-sin(t)};
    }
    for (int i = 0; i < SIDE * SIDE; i++)
        mean += *image_at(im, x0 + i % SIDE, y0 + i / SIDE);
    mean /= SIDE * SIDE;
    for (int i = 0; i < SIDE * SIDE; i++)
        f[i].re =
            window[i % SIDE] * window[i / SIDE] *
            ((float)*image_at(im, x0 + i % SIDE, y0 + i / SIDE) - (float)mean);
    for (int i = 0; i < SIDE; i++)
        transform(f + i * SIDE, SIDE, 1, root);
    for (int i = 0; i < SIDE; i++)
        transform(f + i, SIDE, SIDE, root);
    for (int v = 0; v <= SIDE / 2; v++) /* the rest is its mirror image */
        for (int u = 0; u < SIDE; u++) {
            struct complex c = f[v * SIDE + u];
            int kind = kind_of(u, v);
            if (kind >= 0)
                count(&power[kind], c.re * c.re + c.im * c.im);
        }
    return fmax(prominence(&power[0]), prominence(&power[1]));
}

/* The square with the least ink of one part of the page; false: all inky. */
static bool find_blank(const struct image *im, int part, int side, int least,
                       int *ret_x, int *ret_y)
{
    int w = im->width / PLACES_ACROSS, h = im->height / PLACES_DOWN;
    int left = part % PLACES_ACROSS * w, top = part / PLACES_ACROSS * h;
    int best = side * side / 128 + 1; /* a speck or two */
    bool found = false;
    for (int y = top; y + side <= top + h; y += side)
        for (int x = left; x + side <= left + w; x += side) {
            int n = 0;
            for (int i = 0; i < side * side && n < best; i++)
                n += *image_at(im, x + i % side, y + i / side) < least;
            if (n >= best)
                continue;
            best = n;
            *ret_x = x;
            *ret_y = y;
            found = true;
        }
    return found;
}

double capture_noise_moire(struct arena *a, const struct image *grey,
                           const struct image *small, int step, double paper)
{
    double peaks[PLACES];
    const struct image *coarse = image_reduce(a, small, COARSER);
    step *= coarse == small ? 1 : COARSER;
    int n = 0, side = (SIDE + step - 1) / step;
    for (int i = 0; i < PLACES; i++) {
        int x, y;
        if (!find_blank(coarse, i, side, (int)(0.5 * paper), &x, &y))
            continue;
        int left = x * step, top = y * step;
        left = left + SIDE > grey->width ? grey->width - SIDE : left;
        top = top + SIDE > grey->height ? grey->height - SIDE : top;
        if (left < 0 || top < 0)
            continue;
        double v = peak(a, grey, left, top);
        int k = n++;
        for (; k > 0 && peaks[k - 1] > v; k--)
            peaks[k] = peaks[k - 1];
        peaks[k] = v;
    }
    /* A screen shows its grid everywhere, print only where it is. */
    return n >= LEAST_PLACES ? peaks[n / 4] : NAN;
}
