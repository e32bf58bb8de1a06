/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A coefficient c that was stored with step q is a multiple of q, and the mean
 * of cos(2 pi c / q) over the blocks is 1 but for the rounding of pixels. Over
 * coefficients that were never stored with that step it is their
 * characteristic function at 1 / q, which is nothing once they spread over
 * many steps, as those of strokes do. Eight low frequencies are asked at
 * once, each with the step that one table gives it: few qualities fit all.
 *
 * After a first step p and a second one q, c lies within q / 2 of multiples of
 * p: the mean of cos(2 pi c / p) is sinc(q / p) where once it was nothing. It
 * is a matched filter: the sum over frequencies of what is expected times what
 * is found, over that of the squares of what is expected, is the share of
 * blocks that went through both. Where both lattices are nearly one, or one
 * holds the other, nothing is told, and so a first step finer than the second
 * remains unknown: it is the coarse picture stored well that is found, which
 * is how a messenger's page is made to look like a scan.
 *
 * Blocks with clipped pixels are left out, since clipping moves coefficients.
 * A scan that was turned or cut may begin within a block: the phase at which
 * neighbours differ most is the blocks' side.
 */

#include "imaging/jpeg_history.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/image.h"

enum {
    BLOCK = 8,
    LOW = 3, /* frequencies 0, 1, 2 of either axis */
    KINDS = LOW * LOW - 1,
    MAX_BLOCKS = 3000,
    LEAST_BLOCKS = 250,
    LEAST_CONTRAST = 40, /* levels within a block: there are strokes */
    MOST_ROWS = 200,
    LINES = 96, /* that the phase is looked for on */
    LEAST_QUALITY = 20,
    MOST_QUALITY = 92, /* steps of 1 are no lattice on rounded pixels */
    LARGEST_STEP = 64,
    PER_LEVEL = 4,
    BINS = 300 * PER_LEVEL, /* larger coefficients count as that */
};

/* Annex K of ITU-T T.81, luminance, for the frequencies but 0,0; of a picture
 * that was turned by a quarter since, the other way round. */
static const int annex_k[2][KINDS] = {{11, 10, 12, 12, 14, 14, 13, 16},
                                      {12, 14, 11, 12, 13, 10, 14, 16}};

/* Of a lattice: 12 scans of `tune` (quality 86 to 95) and 24 of them stored at
 * 50 to 92 reach 0.6 to 0.9; what was never JPEG stays below 0.1. */
static const double least_lattice = 0.3, nearly = 0.9;
/* 24 single compressions give less than 0.08, 9 double ones 0.18 to 1. */
static const double least_share = 0.15;
static const double deviations = 6; /* of a chance result */
/* Periods of the beat of both lattices within the spread of coefficients;
 * slower ones are the spread's own shape (its response is 1/100 here). */
static const double least_waves = 1.5;

/* Blocks by the magnitude of a coefficient, a quarter of a level each. */
struct coefficients {
    int count[KINDS][BINS];
    int n;
};

/* Where blocks begin along one axis, 0..7. */
static int phase_of(const struct image *g, bool vertical)
{
    int64_t sum[BLOCK] = {0};
    int across = vertical ? g->width : g->height;
    int along = vertical ? g->height : g->width;
    ptrdiff_t next = vertical ? g->width : 1, line = vertical ? 1 : g->width;
    for (int k = 0; k < LINES; k++) {
        const uint8_t *p = g->px + (int64_t)k * across / LINES * line;
        for (int i = 1; i < along; i++) {
            int d = abs(p[i * next] - p[(i - 1) * next]);
            sum[i % BLOCK] += d < 8 ? d : 0; /* paper, not strokes */
        }
    }
    int best = 0;
    for (int i = 1; i < BLOCK; i++)
        best = sum[i] > sum[best] ? i : best;
    return best;
}

static bool has_strokes(const uint8_t *p, ptrdiff_t pitch)
{
    int least = 255, most = 0;
    int across = abs(p[2 * pitch] - p[5 * pitch + 7]) +
                 abs(p[2 * pitch + 5] - p[5 * pitch + 3]);
    if (across < LEAST_CONTRAST / 4)
        return false; /* paper, most likely */
    for (int y = 0; y < BLOCK; y++, p += pitch)
        for (int x = 0; x < BLOCK; x++) {
            least = p[x] < least ? p[x] : least;
            most = p[x] > most ? p[x] : most;
        }
    return most - least >= LEAST_CONTRAST;
}

/* Of any colour: clipping one changes the luma as well. */
static bool is_clipped(const struct image *scan, int x0, int y0)
{
    for (int y = y0; y < y0 + BLOCK; y++) {
        const uint8_t *p = image_at(scan, x0, y);
        for (int i = 0; i < BLOCK * scan->bands; i++)
            if (p[i] == 0 || p[i] == 255)
                return true;
    }
    return false;
}

/* Rows of the discrete cosine transform. */
struct basis {
    float w[LOW][BLOCK];
};

static void transform(const uint8_t *p, ptrdiff_t pitch, const struct basis *b,
                      float ret[LOW][LOW])
{
    float rows[BLOCK][LOW] = {{0}};
    for (int y = 0; y < BLOCK; y++, p += pitch)
        for (int u = 0; u < LOW; u++)
            for (int x = 0; x < BLOCK; x++)
                rows[y][u] += b->w[u][x] * (float)p[x];
    memset(ret, 0, LOW * sizeof *ret);
    for (int v = 0; v < LOW; v++)
        for (int u = 0; u < LOW; u++)
            for (int y = 0; y < BLOCK; y++)
                ret[v][u] += b->w[v][y] * rows[y][u];
}

static void add_block(const uint8_t *p, ptrdiff_t pitch, const struct basis *b,
                      struct coefficients *ret)
{
    float f[LOW][LOW];
    transform(p, pitch, b, f);
    for (int k = 0; k < KINDS; k++) {
        float c = fabsf(f[(k + 1) / LOW][(k + 1) % LOW]);
        int bin = (int)(c * PER_LEVEL + 0.5F);
        ret->count[k][bin < BINS ? bin : BINS - 1]++;
    }
    ret->n++;
}

/* Blocks from all over the page. */
static void collect(const struct image *scan, const struct image *g,
                    struct coefficients *ret)
{
    struct basis b;
    for (int u = 0; u < LOW; u++)
        for (int x = 0; x < BLOCK; x++)
            b.w[u][x] = (float)(cos((2 * x + 1) * u * UNITS_PI / 16) *
                                (u == 0 ? sqrt(1.0 / 8) : 0.5));
    int x0 = phase_of(g, false), y0 = phase_of(g, true);
    int columns = (g->width - x0) / BLOCK, rows = (g->height - y0) / BLOCK;
    /* All over the page, and no more rows than there are blocks wanted. */
    int step = 1 + rows / MOST_ROWS, most = 0;
    for (int y = step / 2; y < rows; y += step) {
        most += 1 + MAX_BLOCKS * step / rows;
        for (int x = 0; x < columns && ret->n < most; x++) {
            int left = x0 + x * BLOCK, top = y0 + y * BLOCK;
            const uint8_t *p = image_at(g, left, top);
            if (has_strokes(p, g->width) && !is_clipped(scan, left, top))
                add_block(p, g->width, &b, ret);
        }
    }
}

/* Weighted mean of cos(2 pi c / step) for each step, how far coefficients fan
 * out, and how many samples the weights amount to. */
struct response {
    double at[KINDS][LARGEST_STEP + 1];
    double spread[KINDS], samples[KINDS];
    bool is_turned; /* the table of steps */
};

/* The many coefficients that are nothing would answer every step, and so would
 * a sharp end: weights c^2 exp(-c / spread) begin and end smoothly. */
static void weigh(const struct coefficients *c, int kind, float ret[BINS],
                  struct response *r)
{
    double sum = 0, all = 0, squares = 0;
    for (int i = 0; i < BINS; i++)
        sum += (double)i / PER_LEVEL * c->count[kind][i];
    r->spread[kind] = fmax(1, sum / c->n);
    for (int i = 0; i < BINS; i++) {
        double t = i / (PER_LEVEL * r->spread[kind]);
        double w = i < BINS - 1 ? t * t * exp(-t) : 0;
        all += w * c->count[kind][i];
        squares += w * w * c->count[kind][i];
        ret[i] = (float)(w * c->count[kind][i]);
    }
    for (int i = 0; i < BINS && all > 0; i++)
        ret[i] /= (float)all;
    r->samples[kind] = squares > 0 ? all * all / squares : 0;
}

static void respond(const struct coefficients *c, struct response *ret)
{
    float weight[KINDS][BINS], wave[BINS];
    for (int k = 0; k < KINDS; k++)
        weigh(c, k, weight[k], ret);
    for (int q = 1; q <= LARGEST_STEP; q++) {
        for (int i = 0; i < BINS; i++)
            wave[i] = cosf((float)(2 * UNITS_PI / PER_LEVEL / q) * (float)i);
        for (int k = 0; k < KINDS; k++) {
            float sum = 0;
            for (int i = 0; i < BINS; i++)
                sum += wave[i] * weight[k][i];
            ret->at[k][q] = (double)sum;
        }
    }
}

/* Step of a frequency at a quality, as the IJG's software scales the table. */
static int step_of(const struct response *r, int kind, int quality)
{
    int scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    int step = (annex_k[r->is_turned][kind] * scale + 50) / 100;
    return step < 1 ? 1 : step > 255 ? 255 : step;
}

/* Can the step be told from the spread of the coefficients itself? */
static bool is_fine(const struct response *r, int kind, int step)
{
    return step > 1 && step <= LARGEST_STEP && step < r->spread[kind];
}

/* What rounding to pixels, of variance 1/12, leaves of a lattice. */
static double blurred(int step)
{
    return exp(-UNITS_PI * UNITS_PI / 6 / (step * step));
}

static double lattice(const struct response *r, int quality)
{
    double sum = 0;
    int n = 0;
    for (int k = 0; k < KINDS; k++) {
        int q = step_of(r, k, quality);
        if (!is_fine(r, k, q))
            continue;
        sum += r->at[k][q] / blurred(q);
        n++;
    }
    return n >= KINDS / 2 ? sum / n : 0;
}

static double best_lattice(const struct response *r)
{
    double best = 0;
    for (int q = LEAST_QUALITY; q <= MOST_QUALITY; q++)
        best = fmax(best, lattice(r, q));
    return best;
}

/*
 * Of the lattices that hold nearly as well as the best the finest: a coarser
 * one is an earlier compression's, which the last one has hardly moved. Next
 * qualities have nearly the same steps, so the best of those. 0: there is none.
 */
static int last_quality(struct response *r)
{
    double best[2];
    for (int turned = 1; turned >= 0; turned--) {
        r->is_turned = turned;
        best[turned] = best_lattice(r);
    }
    r->is_turned = best[1] > best[0];
    int quality = MOST_QUALITY;
    if (best[r->is_turned] < least_lattice)
        return 0;
    while (lattice(r, quality) < nearly * best[r->is_turned])
        quality--;
    while (quality > LEAST_QUALITY &&
           lattice(r, quality - 1) > lattice(r, quality))
        quality--;
    return quality;
}

static double sinc(double x)
{
    return sin(UNITS_PI * x) / (UNITS_PI * x);
}

/* Share of the blocks that went through `first` before `last`; its sign and
 * size are chance unless it exceeds *ret_chance. */
static double share_of(const struct response *r, int first, int last,
                       double *ret_chance)
{
    double product = 0, square = 0, variance = 0;
    int n = 0;
    for (int k = 0; k < KINDS; k++) {
        int p = step_of(r, k, first), q = step_of(r, k, last);
        double ratio = (double)q / p;
        double beat = fabs(ratio - round(ratio));
        if (p > LARGEST_STEP || beat * r->spread[k] < least_waves * q)
            continue;
        double expected = sinc(ratio);
        product += expected * r->at[k][p];
        square += expected * expected;
        variance += expected * expected / (2 * r->samples[k]);
        n++;
    }
    /* The variance of a cosine at a random phase is 1/2. */
    *ret_chance = square > 0 ? deviations * sqrt(variance) / square : HUGE_VAL;
    return n >= KINDS / 2 ? product / square : 0;
}

struct jpeg_history jpeg_history_measure(struct arena *a,
                                         const struct image *scan,
                                         const struct image *grey)
{
    struct jpeg_history h = {0, 0, NAN};
    struct coefficients *c = arena_new_struct(a, struct coefficients);
    struct response r;
    if (grey->width < 2 * BLOCK || grey->height < 2 * BLOCK)
        return h;
    collect(scan, grey, c);
    if (c->n < LEAST_BLOCKS)
        return h;
    respond(c, &r);
    int last = last_quality(&r);
    if (last == 0)
        return h;
    h.quality = last;
    h.share = 0;
    double surest = 1;
    for (int first = LEAST_QUALITY; first <= MOST_QUALITY; first++) {
        double chance, share = share_of(&r, first, last, &chance);
        if (share < least_share || share < surest * chance)
            continue;
        surest = share / chance;
        h.earlier = first;
        h.share = fmin(1, share);
    }
    return h;
}
