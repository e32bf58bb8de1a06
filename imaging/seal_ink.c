/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The core is where the ink, averaged over a third of a millimetre, is nearly
 * full: there the dots of a screen are in it and the edges of strokes are not.
 * Spectra of blocks are averaged, so that noise comes down to its mean while a
 * screen, the same all over the page, adds up.
 */

#include "imaging/seal_ink.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "imaging/spectrum.h"

enum {
    BLOCK = 64,
    MAX_BLOCKS = 24,
    LEAST_CORE = 600,
    MAX_WINDOW = 63, /* rows; an odd number */
};

static const double core_window_mm = 0.30, mottle_window_mm = 0.6;
static const float core_share = 0.74f, toner = 0.15f;

/* Lowest frequency of a screen or of what it turns into, cycles per pixel. */
static const double least_frequency = 0.10;

/* --- planes ---------------------------------------------------------------*/

/* Room for the means of one picture after the other: running sums of a row, the
 * sums of each row in the window, of each column of those. */
struct windows {
    int width, height;
    double *so_far, *so_many;
    float *sums, *counts; /* MAX_WINDOW rows */
    double *sum, *count;
};

static struct windows windows_of(struct arena *a, int w, int h)
{
    size_t n = (size_t)w, ring = n * MAX_WINDOW;
    return (struct windows){w,
                            h,
                            arena_new_array(a, n + 1, double),
                            arena_new_array(a, n + 1, double),
                            arena_new_array(a, ring, float),
                            arena_new_array(a, ring, float),
                            arena_new_array(a, n, double),
                            arena_new_array(a, n, double)};
}

/* Sums over 2 radius + 1 samples of a row: v where the mask is set, and how
 * many those were. */
static void row_sums(struct windows *t, const float *v, const uint8_t *mask,
                     int radius, float *ret_sum, float *ret_n)
{
    double *sum = t->so_far, *n = t->so_many;
    for (int x = 0; x < t->width; x++) {
        double on = mask ? mask[x] : 1;
        sum[x + 1] = sum[x] + on * (double)v[x];
        n[x + 1] = n[x] + on;
    }
    for (int x = 0; x < t->width; x++) {
        int to = x + radius + 1 < t->width ? x + radius + 1 : t->width;
        int from = x > radius ? x - radius : 0;
        ret_sum[x] = (float)(sum[to] - sum[from]);
        ret_n[x] = (float)(n[to] - n[from]);
    }
}

static void add_rows(struct windows *t, int y, int rows, double sign)
{
    size_t at = (size_t)(y % rows) * (size_t)t->width;
    for (size_t x = 0; x < (size_t)t->width; x++) {
        t->sum[x] += sign * (double)t->sums[at + x];
        t->count[x] += sign * (double)t->counts[at + x];
    }
}

/* Means over square windows of side 2 radius + 1, of v where the mask is set:
 * running sums, along rows and then over the rows of the window. */
static void window_mean(struct windows *t, const float *v, const uint8_t *mask,
                        int radius, float *ret)
{
    size_t w = (size_t)t->width;
    radius = radius < MAX_WINDOW / 2 ? radius : MAX_WINDOW / 2;
    int rows = 2 * radius + 1;
    memset(t->sum, 0, w * sizeof *t->sum);
    memset(t->count, 0, w * sizeof *t->count);
    for (int y = -radius; y < t->height; y++) {
        int in = y + radius, out = in - rows;
        if (out >= 0)
            add_rows(t, out, rows, -1);
        if (in < t->height) {
            size_t i = (size_t)in * w, at = (size_t)(in % rows) * w;
            row_sums(t, v + i, mask ? mask + i : NULL, radius, t->sums + at,
                     t->counts + at);
            add_rows(t, in, rows, 1);
        }
        for (size_t x = 0; x < w && y >= 0; x++)
            ret[(size_t)y * w + x] =
                t->count[x] > 0 ? (float)(t->sum[x] / t->count[x]) : 0;
    }
}

static float high_level(const float *v, size_t n)
{
    enum { BINS = 300 };
    size_t counts[BINS] = {0}, total = 0, seen = 0;
    int bin = BINS - 1;
    for (size_t i = 0; i < n; i++)
        if (v[i] > 0.25f) {
            int k = (int)(v[i] * 100);
            counts[k < BINS ? k : BINS - 1]++;
            total++;
        }
    while (bin > 0 && (seen += counts[bin]) * 4 < total)
        bin--;
    return (float)bin / 100;
}

/* Where the layer is full and no toner lies. */
static uint8_t *core_mask(struct arena *a, struct windows *t,
                          const struct ink_roi *roi, double px_per_mm,
                          float *smooth, size_t *ret_n)
{
    size_t n = (size_t)roi->width * (size_t)roi->height;
    int radius = (int)fmax(1, round(core_window_mm / 2 * px_per_mm));
    uint8_t *mask = arena_alloc(a, n, 1);
    window_mean(t, roi->ink, NULL, radius, smooth);
    float level = core_share * high_level(smooth, n);
    *ret_n = 0;
    for (size_t i = 0; i < n; i++) {
        mask[i] = smooth[i] > level && roi->black[i] < toner;
        *ret_n += mask[i];
    }
    return mask;
}

/* --- colour and layer -----------------------------------------------------*/

/* Second over first axis of the scatter of green and blue density. */
static double colour_spread(const struct ink_roi *roi, const uint8_t *mask,
                            size_t n)
{
    double k = 0, g = 0, b = 0, gg = 0, bb = 0, gb = 0;
    for (size_t i = 0; i < n; i++) {
        if (!mask[i])
            continue;
        double u = (double)roi->density[3 * i + 1];
        double v = (double)roi->density[3 * i + 2];
        k++;
        g += u;
        b += v;
        gg += u * u;
        bb += v * v;
        gb += u * v;
    }
    double vg = gg / k - g * g / k / k, vb = bb / k - b * b / k / k;
    double c = gb / k - g * b / k / k, mean = (vg + vb) / 2;
    double d = sqrt((vg - vb) * (vg - vb) / 4 + c * c);
    return mean + d > 0 ? sqrt(fmax(0, mean - d) / (mean + d)) : 0;
}

/* Deviation of the layer, averaged over more than a screen's dots, over its
 * mean. */
static double layer_mottle(struct windows *t, const struct ink_roi *roi,
                           const uint8_t *mask, double px_per_mm, float *smooth)
{
    size_t n = (size_t)roi->width * (size_t)roi->height;
    int radius = (int)fmax(1, round(mottle_window_mm / 2 * px_per_mm));
    window_mean(t, roi->ink, mask, radius, smooth);
    double k = 0, sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        if (mask[i]) {
            k++;
            sum += (double)smooth[i];
            squares += (double)smooth[i] * (double)smooth[i];
        }
    double mean = sum / k;
    return sqrt(fmax(0, squares / k - mean * mean)) / mean;
}

/* --- screen ---------------------------------------------------------------*/

struct block {
    int x, y, core;
};

static int by_core(const void *p, const void *q)
{
    const struct block *a = p, *b = q;
    return b->core != a->core ? b->core - a->core
           : a->y != b->y     ? a->y - b->y
                              : a->x - b->x;
}

/* The blocks with most core, at half steps. */
static int find_blocks(struct arena *a, const uint8_t *mask, int w, int h,
                       struct block *ret)
{
    int nx = 2 * (w / BLOCK), ny = 2 * (h / BLOCK), n = 0;
    struct block *all =
        arena_new_array(a, (size_t)nx * (size_t)ny + 1, struct block);
    for (int j = 0; j < ny; j++)
        for (int i = 0; i < nx; i++) {
            struct block b = {i * BLOCK / 2, j * BLOCK / 2, 0};
            if (b.x + BLOCK > w || b.y + BLOCK > h)
                continue;
            for (int y = 0; y < BLOCK; y++)
                for (int x = 0; x < BLOCK; x++)
                    b.core += mask[(b.y + y) * w + b.x + x];
            if (b.core > BLOCK * BLOCK / 8)
                all[n++] = b;
        }
    qsort(all, (size_t)n, sizeof *all, by_core);
    n = n < MAX_BLOCKS ? n : MAX_BLOCKS;
    memcpy(ret, all, (size_t)n * sizeof *all);
    return n;
}

static void transform_2d(float re[BLOCK][BLOCK], float im[BLOCK][BLOCK])
{
    for (int y = 0; y < BLOCK; y++)
        spectrum_transform(re[y], im[y], BLOCK);
    for (int x = 0; x < BLOCK; x++) {
        float r[BLOCK], i[BLOCK];
        for (int y = 0; y < BLOCK; y++) {
            r[y] = re[y][x];
            i[y] = im[y][x];
        }
        spectrum_transform(r, i, BLOCK);
        for (int y = 0; y < BLOCK; y++) {
            re[y][x] = r[y];
            im[y][x] = i[y];
        }
    }
}

/* Two real textures as one complex one. */
struct textures {
    const float *green, *blue;
};

/* Frequencies of the parts of a sum: the spectrum of a real signal is its own
 * mirror image, conjugated, so that even and odd parts tell the two apart. */
static void add_pair(float re[BLOCK][BLOCK], float im[BLOCK][BLOCK],
                     const double energy[2], float power[2][BLOCK][BLOCK])
{
    for (int y = 0; y < BLOCK; y++)
        for (int x = 0; x < BLOCK; x++) {
            int v = (BLOCK - y) % BLOCK, u = (BLOCK - x) % BLOCK;
            float gr = re[y][x] + re[v][u], gi = im[y][x] - im[v][u];
            float br = im[y][x] + im[v][u], bi = re[v][u] - re[y][x];
            if (energy[0] > 0)
                power[0][y][x] += (gr * gr + gi * gi) / (4 * (float)energy[0]);
            if (energy[1] > 0)
                power[1][y][x] += (br * br + bi * bi) / (4 * (float)energy[1]);
        }
}

/* Adds the power of one block's textures, the mean of each being one. */
static void add_power(const struct textures *t, const uint8_t *mask, int w,
                      const struct block *b, float power[2][BLOCK][BLOCK])
{
    static const float zero[BLOCK][BLOCK];
    float re[BLOCK][BLOCK], im[BLOCK][BLOCK], window[BLOCK];
    double energy[2] = {0, 0};
    memcpy(re, zero, sizeof re);
    memcpy(im, zero, sizeof im);
    spectrum_window(window, BLOCK);
    for (int y = 0; y < BLOCK; y++)
        for (int x = 0; x < BLOCK; x++) {
            int i = (b->y + y) * w + b->x + x;
            if (!mask[i])
                continue;
            re[y][x] = t->green[i] * window[y] * window[x];
            im[y][x] = t->blue[i] * window[y] * window[x];
            energy[0] += (double)(re[y][x] * re[y][x]);
            energy[1] += (double)(im[y][x] * im[y][x]);
        }
    transform_2d(re, im);
    add_pair(re, im, energy, power);
}

static int by_float(const void *p, const void *q)
{
    float a = *(const float *)p, b = *(const float *)q;
    return (a > b) - (a < b);
}

/* Multiples of an eighth of a cycle along an axis are JPEG's own. */
static bool is_of_jpeg(int u, int v)
{
    return (u == 0 || v == 0) && (u + v) % (BLOCK / 8) == 0;
}

/* Frequencies of a half plane whose distance from none is between ring and
 * ring + 1. */
struct ring_place {
    int x, y;
};

static size_t ring_places(int ring, struct ring_place ret[4 * BLOCK])
{
    size_t n = 0;
    for (int y = -BLOCK / 2; y < BLOCK / 2; y++)
        for (int x = 0; x < BLOCK / 2; x++) {
            double f = hypot(x, y);
            if (f >= ring && f < ring + 1 && !is_of_jpeg(abs(x), abs(y)) &&
                n < 4 * BLOCK)
                ret[n++] = (struct ring_place){x, y};
        }
    return n;
}

static float power_at(float power[BLOCK][BLOCK], int x, int y)
{
    return power[(y + BLOCK) % BLOCK][(x + BLOCK) % BLOCK];
}

/* What the frequencies before and behind a peak have in its direction, in the
 * middle. Dots of a screen leave one spot; a long straight edge leaves a ridge
 * that runs outwards through all frequencies. */
static float ridge_at(float power[BLOCK][BLOCK], struct ring_place p)
{
    enum { FROM = 3, TO = 7 }; /* a spot is as wide as the window makes it */
    double f = hypot(p.x, p.y);
    float v[2 * TO];
    size_t n = 0;
    for (int k = -TO; k <= TO; k++) {
        int x = (int)lround(p.x * (f + k) / f);
        int y = (int)lround(p.y * (f + k) / f);
        if (abs(k) < FROM || f + k < least_frequency * BLOCK / 2 ||
            abs(x) >= BLOCK / 2 || abs(y) >= BLOCK / 2)
            continue;
        float high = 0;
        for (int j = -1; j <= 1; j++)
            for (int i = -1; i <= 1; i++)
                high = fmaxf(high, power_at(power, x + i, y + j));
        v[n++] = high;
    }
    qsort(v, n, sizeof *v, by_float);
    return n ? v[n / 2] : 0;
}

/* The highest peak over the median of its ring of frequencies. */
static double peak_ratio(float power[BLOCK][BLOCK])
{
    double best = 0;
    for (int ring = (int)(least_frequency * BLOCK); ring < BLOCK / 2; ring++) {
        struct ring_place at[4 * BLOCK];
        float v[4 * BLOCK];
        size_t n = ring_places(ring, at);
        for (size_t i = 0; i < n; i++)
            v[i] = power_at(power, at[i].x, at[i].y);
        if (n < 8)
            continue;
        qsort(v, n, sizeof *v, by_float);
        double usual = (double)v[n / 2] + 1e-12;
        for (size_t i = 0; i < n; i++) {
            double high = (double)power_at(power, at[i].x, at[i].y);
            if (high > best * usual)
                best = fmax(best,
                            high / fmax(usual, (double)ridge_at(power, at[i])));
        }
    }
    return best;
}

/* A channel's density without what is wider than a screen's dots; `mean` is
 * room for it. */
static float *texture_of(struct arena *a, struct windows *t,
                         const struct ink_roi *roi, const uint8_t *mask,
                         size_t channel, int radius, float *mean)
{
    size_t n = (size_t)roi->width * (size_t)roi->height;
    float *plane = arena_new_array(a, n, float);
    for (size_t i = 0; i < n; i++)
        plane[i] = roi->density[3 * i + channel];
    window_mean(t, plane, mask, radius, mean);
    for (size_t i = 0; i < n; i++)
        plane[i] -= mean[i];
    return plane;
}

/* Of the green and the blue density, whose screens lie at other angles. */
static double screen_peak(struct arena *a, struct windows *w,
                          const struct ink_roi *roi, const uint8_t *mask,
                          double px_per_mm, float *room)
{
    struct block blocks[MAX_BLOCKS];
    int n = find_blocks(a, mask, roi->width, roi->height, blocks);
    if (n == 0)
        return 0;
    int radius = (int)fmax(2, round(core_window_mm * px_per_mm));
    struct textures t = {texture_of(a, w, roi, mask, 1, radius, room),
                         texture_of(a, w, roi, mask, 2, radius, room)};
    float power[2][BLOCK][BLOCK] = {{{0}}};
    for (int k = 0; k < n; k++)
        add_power(&t, mask, roi->width, &blocks[k], power);
    return fmax(peak_ratio(power[0]), peak_ratio(power[1]));
}

/* --- verdict --------------------------------------------------------------*/

/*
 * Logarithms of the cues, normal in both classes: measured on 35 stamped and
 * 18 printed seals of the tune family (clean, printed_seal, printed_seal_form;
 * screens of 100 to 130 lines per inch, 300 dpi). Deviations are taken half
 * as large again, since other scanners and pads are not among them; the
 * halftone's, on 46 stamped and 5 printed ones, more than twice: real seals of
 * public pictures lie where the stamped ones do. `least` and `most` keep one
 * cue from deciding alone; a screen that is not seen may be a finer one and
 * says little.
 */
struct cue_model {
    double stamped, stamped_sd, printed, printed_sd, least, most;
};

static const struct cue_model of_halftone = {0.70, 0.40, 3.82, 0.87, -1, 5};
static const struct cue_model of_spread = {-1.85, 0.83, -0.82, 0.74, -1.5, 1.5};
static const struct cue_model of_mottle = {-2.38, 0.36, -3.28, 0.63, -2.5, 2};

static const double says_printed = 3, says_stamped = -1.8;

/* A scan on which a common screen would have been seen: 290 dpi. Without it
 * nothing is called stamped. */
static const double screen_px_per_mm = 11.4;

/* Beyond both classes' middles the nearer one holds: an amount that neither
 * shows, though the wider class reaches farther out, is no sign of it. */
static double log_ratio(const struct cue_model *m, double value)
{
    double low = fmin(m->stamped, m->printed);
    double high = fmax(m->stamped, m->printed);
    double v = fmax(low, fmin(high, log(fmax(value, 1e-6))));
    double s = (v - m->stamped) / m->stamped_sd;
    double p = (v - m->printed) / m->printed_sd;
    double ratio = (s * s - p * p) / 2 + log(m->stamped_sd / m->printed_sd);
    return fmax(m->least, fmin(m->most, ratio));
}

enum seal_ink seal_ink_judge(struct arena *scratch, const struct ink_roi *roi,
                             double px_per_mm, struct seal_ink_cues *ret)
{
    size_t n = (size_t)roi->width * (size_t)roi->height, core;
    *ret = (struct seal_ink_cues){NAN, NAN, NAN, 0};
    struct windows t = windows_of(scratch, roi->width, roi->height);
    float *room = arena_new_array(scratch, n, float);
    uint8_t *mask = core_mask(scratch, &t, roi, px_per_mm, room, &core);
    if (core < LEAST_CORE)
        return INK_UNKNOWN;
    ret->spread = colour_spread(roi, mask, n);
    ret->mottle = layer_mottle(&t, roi, mask, px_per_mm, room);
    ret->halftone = screen_peak(scratch, &t, roi, mask, px_per_mm, room);
    ret->ratio = log_ratio(&of_halftone, ret->halftone) +
                 log_ratio(&of_spread, ret->spread) +
                 log_ratio(&of_mottle, ret->mottle);
    if (ret->ratio > says_printed)
        return INK_PRINTED;
    bool would_show = px_per_mm * roi->step > screen_px_per_mm;
    return would_show && ret->ratio < says_stamped ? INK_WET : INK_UNKNOWN;
}
