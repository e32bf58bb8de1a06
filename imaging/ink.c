/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Paper: the 85th percentile of each channel in tiles of 4 mm (text covers
 * less than that), then a grey closing over the grid (maximum, then minimum),
 * the standard way to take dark objects smaller than the element off a
 * background. A desk or a shadow is larger and stays what it is.
 */

#include "imaging/ink.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/image.h"

static const double tile_mm = 4.0;
static const double white_percentile = 0.85;
enum { CLOSE_TILES = 4 }; /* (2 * 4 + 1) tiles: up to 36 mm across */

/* Stray light of lens and glass, about 2 % of white: no scan has less, and
 * without it the density of black would be all noise. */
static const double flare = 6.0;

/* Nothing darker than this is paper: the lid, a black desk. */
static const double darkest_paper = 90.0;

/* The error of a small amount of ink grows with the toner over it. */
static const float toner_noise = 0.12f;

/* Differences of channels below this are the noise of bare paper. */
static const float paper_noise = 0.02f;

float ink_density(double sample)
{
    return (float)-log((sample + flare) / (255 + flare));
}

double ink_sample(double density)
{
    return fmax(0, (255 + flare) * exp(-density) - flare);
}

/* Of every sample there can be. */
static const float *density_table(void)
{
    static _Thread_local float table[256];
    if (table[0] == 0)
        for (int i = 0; i < 256; i++)
            table[i] = ink_density(i);
    return table;
}

/*
 * Red ink lets red through, green is what it stops most and blue more or less:
 * from nothing (magenta) to twice as much (orange). Beyond that lie purple
 * and yellow, which cost the pixel what they differ by.
 */
static float red_amount(const float d[3])
{
    float toner = d[0] > 0 ? d[0] : 0;
    float g = d[1] - d[0], b = d[2] - d[0];
    if (g < paper_noise)
        return 0;
    float purple = b < 0 ? -1.5f * b : 0;
    float yellow = b > 2.5f * g ? 0.5f * (b - 2.5f * g) : 0;
    return g - purple - yellow - toner_noise * toner;
}

static float other_amount(const float d[3])
{
    float least = d[1] < d[2] ? d[1] : d[2];
    if (d[0] - least < paper_noise)
        return 0;
    return d[0] - least - toner_noise * (least > 0 ? least : 0);
}

static float dark_amount(const float d[3])
{
    float least = d[1] < d[2] ? d[1] : d[2];
    return d[0] < least ? d[0] : least;
}

float ink_amount(enum ink_kind kind, const float d[3])
{
    float v = kind == INK_KIND_RED     ? red_amount(d)
              : kind == INK_KIND_OTHER ? other_amount(d)
                                       : dark_amount(d);
    return v > 0 ? v : 0;
}

/* The percentile of each channel in one tile; one pixel in four is enough. */
static void tile_white(const struct image *im, int x0, int y0, int side,
                       float ret[3])
{
    int x1 = x0 + side < im->width ? x0 + side : im->width;
    int y1 = y0 + side < im->height ? y0 + side : im->height;
    unsigned counts[3][256] = {{0}};
    unsigned n = 0;
    int step = side >= 16 ? 2 : 1;
    for (int y = y0; y < y1; y += step) {
        const uint8_t *p = image_at(im, x0, y);
        for (int x = x0; x < x1; x += step, p += step * im->bands, n++)
            for (int c = 0; c < 3; c++)
                counts[c][p[im->bands == 1 ? 0 : c]]++;
    }
    for (int c = 0; c < 3; c++) {
        unsigned above = (unsigned)((1 - white_percentile) * n), seen = 0;
        int v = 255;
        while (v > 0 && (seen += counts[c][v]) <= above)
            v--;
        ret[c] = ink_density(fmax(v, darkest_paper));
    }
}

/* Minimum (sign 1) or maximum (sign -1) over the element, one axis at a time.
 * White is low density, so the closing of the picture is min, then max. */
static void grid_extreme(float *v, float *scratch, int columns, int rows,
                         float sign)
{
    for (int axis = 0; axis < 2; axis++) {
        memcpy(scratch, v, sizeof *v * (size_t)columns * (size_t)rows);
        for (int y = 0; y < rows; y++)
            for (int x = 0; x < columns; x++) {
                float best = INFINITY;
                for (int k = -CLOSE_TILES; k <= CLOSE_TILES; k++) {
                    int u = axis ? x : x + k, w = axis ? y + k : y;
                    if (u >= 0 && w >= 0 && u < columns && w < rows)
                        best = fminf(best, sign * scratch[w * columns + u]);
                }
                v[y * columns + x] = sign * best;
            }
    }
}

static void grid_smooth(float *v, float *scratch, int columns, int rows)
{
    memcpy(scratch, v, sizeof *v * (size_t)columns * (size_t)rows);
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < columns; x++) {
            float sum = 0, n = 0;
            for (int j = y - 1; j <= y + 1; j++)
                for (int i = x - 1; i <= x + 1; i++)
                    if (i >= 0 && j >= 0 && i < columns && j < rows) {
                        sum += scratch[j * columns + i];
                        n++;
                    }
            v[y * columns + x] = sum / n;
        }
}

struct ink_paper *ink_paper_measure(struct arena *a, const struct image *im,
                                    double factor, double px_per_mm)
{
    int side = (int)lround(tile_mm * px_per_mm / factor);
    /* A picture of a few tiles only is a seal by itself: smaller tiles. */
    int longest = im->width > im->height ? im->width : im->height;
    side = side < longest / 24 ? side : longest / 24;
    side = side < 4 ? 4 : side;
    struct ink_paper *p = arena_new_struct(a, struct ink_paper);
    p->columns = (im->width + side - 1) / side;
    p->rows = (im->height + side - 1) / side;
    p->tile_px = side * factor;
    size_t n = (size_t)p->columns * (size_t)p->rows;
    for (int c = 0; c < 3; c++)
        p->white[c] = arena_new_array(a, n, float);
    for (int y = 0; y < p->rows; y++)
        for (int x = 0; x < p->columns; x++) {
            float white[3];
            tile_white(im, x * side, y * side, side, white);
            for (int c = 0; c < 3; c++)
                p->white[c][y * p->columns + x] = white[c];
        }
    float *scratch = arena_new_array(a, n, float);
    for (int c = 0; c < 3; c++) {
        grid_extreme(p->white[c], scratch, p->columns, p->rows, 1);
        grid_extreme(p->white[c], scratch, p->columns, p->rows, -1);
        grid_smooth(p->white[c], scratch, p->columns, p->rows);
    }
    return p;
}

/* Cell and weight of a coordinate on the grid of tile centres. */
static int cell_of(double t, int n, float *ret_weight)
{
    t -= 0.5;
    int i = (int)floor(t);
    *ret_weight = (float)(t - i);
    if (i < 0 || i >= n - 1) {
        *ret_weight = 0;
        i = i < 0 ? 0 : n - 1;
    }
    return i;
}

void ink_paper_at(const struct ink_paper *p, double x, double y, float ret[3])
{
    float wx, wy;
    int i = cell_of(x / p->tile_px, p->columns, &wx);
    int j = cell_of(y / p->tile_px, p->rows, &wy);
    int right = wx > 0 ? 1 : 0, down = wy > 0 ? p->columns : 0;
    for (int c = 0; c < 3; c++) {
        const float *v = p->white[c] + j * p->columns + i;
        float top = v[0] * (1 - wx) + v[right] * wx;
        float low = v[down] * (1 - wx) + v[down + right] * wx;
        ret[c] = top * (1 - wy) + low * wy;
    }
}

/* What a row of a picture is taken from; see ink_paper_row. */
struct row {
    const struct ink_paper *paper;
    double x, step;      /* of its first pixel's centre on the scan */
    int n, above, below; /* pixels; first cells of the two rows of the grid */
    float low;           /* weight of the lower one */
};

static struct row row_of(const struct ink_paper *p, double x, double y,
                         double step, int n)
{
    struct row r = {p, x + step / 2, step, n, 0, 0, 0};
    int j = cell_of((y + step / 2) / p->tile_px, p->rows, &r.low);
    r.above = j * p->columns;
    r.below = r.above + (r.low > 0 ? p->columns : 0);
    return r;
}

/* A stretch of a row over which the paper's white is linear: between the
 * centres of two tiles. */
struct run {
    int begin, end;
    float white[3], slope[3]; /* at `begin`, and per pixel */
};

static bool next_run(const struct row *r, struct run *t)
{
    int x = t->end, last = r->paper->columns - 1;
    if (x >= r->n)
        return false;
    double tile = r->paper->tile_px, at = (r->x + x * r->step) / tile - 0.5;
    int i = at < 0 ? -1 : (int)at; /* the cell's left centre */
    int end = (int)ceil(((i + 1.5) * tile - r->x) / r->step);
    t->begin = x;
    t->end = end <= x ? x + 1 : end > r->n ? r->n : end;
    int left = i < 0 ? 0 : i < last ? i : last, right = i < last ? i + 1 : last;
    for (int c = 0; c < 3; c++) {
        const float *up = r->paper->white[c] + r->above;
        const float *down = r->paper->white[c] + r->below;
        float from = up[left] + (down[left] - up[left]) * r->low;
        float more = up[right] + (down[right] - up[right]) * r->low - from;
        t->white[c] = from + more * (float)(at - i);
        t->slope[c] = more * (float)(r->step / tile);
    }
    return true;
}

void ink_paper_row(const struct ink_paper *p, const struct image *im, int y,
                   double x0, double y0, double step, float *ret)
{
    const float *table = density_table();
    const uint8_t *px = image_at(im, 0, y);
    const int bands = im->bands;
    const int green = bands > 1, blue = bands > 1 ? 2 : 0;
    struct row row = row_of(p, x0, y0 + y * step, step, im->width);
    for (struct run r = {0}; next_run(&row, &r);)
        for (int i = r.begin; i < r.end; i++) {
            const uint8_t *q = px + i * bands;
            float t = (float)(i - r.begin);
            ret[3 * i] = table[q[0]] - r.white[0] - r.slope[0] * t;
            ret[3 * i + 1] = table[q[green]] - r.white[1] - r.slope[1] * t;
            ret[3 * i + 2] = table[q[blue]] - r.white[2] - r.slope[2] * t;
        }
}

void ink_red_row(const struct ink_paper *p, const struct image *im, int y,
                 double step, float *ret)
{
    const float *table = density_table();
    const uint8_t *q = image_at(im, 0, y);
    struct row row = row_of(p, 0, y * step, step, im->width);
    for (struct run r = {0}; next_run(&row, &r);) {
        float bare = r.white[1] - r.white[0], more = r.slope[1] - r.slope[0];
        for (int i = r.begin; i < r.end; i++, q += 3) {
            float t = (float)(i - r.begin);
            ret[i] = 0;
            if (table[q[1]] - table[q[0]] < bare + more * t + paper_noise)
                continue;
            float d[3];
            for (int c = 0; c < 3; c++)
                d[c] = table[q[c]] - r.white[c] - r.slope[c] * t;
            float red = red_amount(d);
            ret[i] = red > 0 ? red : 0;
        }
    }
}

static double linear_of(double sample)
{
    double v = sample / 255;
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double lab_f(double t)
{
    return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

/* sRGB to CIELAB, white D65 (IEC 61966-2-1, CIE 15). */
double ink_hue_deg(struct ink_vector ink, double amount)
{
    double v[3];
    for (int c = 0; c < 3; c++)
        v[c] = linear_of(ink_sample(amount * (double)ink.d[c]));
    double x = 0.4124 * v[0] + 0.3576 * v[1] + 0.1805 * v[2];
    double y = 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2];
    double z = 0.0193 * v[0] + 0.1192 * v[1] + 0.9505 * v[2];
    double a = 500 * (lab_f(x / 0.9505) - lab_f(y));
    double b = 200 * (lab_f(y) - lab_f(z / 1.0890));
    double hue = deg_from_rad(atan2(b, a));
    return hue < 0 ? hue + 360 : hue;
}

/* Adds blocks of `factor` pixels of one row to the sums; the usual three bands
 * apart, which is twice as fast. */
static void add_row(const uint8_t *p, uint32_t *s, int w, int bands, int factor)
{
    if (bands == 3) {
        for (int x = 0; x < w; x++, s += 3) {
            uint32_t r = 0, g = 0, b = 0;
            for (int i = 0; i < factor; i++, p += 3) {
                r += p[0];
                g += p[1];
                b += p[2];
            }
            s[0] += r;
            s[1] += g;
            s[2] += b;
        }
        return;
    }
    for (int x = 0; x < w; x++, s += bands)
        for (int i = 0; i < factor; i++, p += bands)
            for (int c = 0; c < bands; c++)
                s[c] += p[c];
}

/* The usual factor, in one pass. */
static void halve(const struct image *im, int w, int h, uint8_t *out)
{
    int bands = im->bands;
    for (int y = 0; y < h; y++) {
        const uint8_t *p = image_at(im, 0, 2 * y),
                      *q = image_at(im, 0, 2 * y + 1);
        for (int x = 0; x < w; x++, p += bands, q += bands)
            for (int c = 0; c < bands; c++, p++, q++)
                *out++ = (uint8_t)((p[0] + p[bands] + q[0] + q[bands] + 2) / 4);
    }
}

const struct image *ink_reduce(struct arena *a, const struct image *im,
                               int factor)
{
    if (factor <= 1)
        return im;
    int w = im->width / factor, h = im->height / factor;
    w = w < 1 ? 1 : w;
    h = h < 1 ? 1 : h;
    assert(factor <= im->width && factor <= im->height);
    uint8_t *out;
    struct image *small = image_new(a, w, h, im->bands, &out);
    if (factor == 2 && im->width > 1 && im->height > 1) {
        halve(im, w, h, out);
        return small;
    }
    size_t row = (size_t)w * (size_t)im->bands;
    uint32_t *sums = arena_new_array(a, row, uint32_t);
    uint32_t n = (uint32_t)(factor * factor);
    /* Division by a constant as a product: exact for sums below 2^24. */
    uint64_t reciprocal = ((1ull << 40) + n - 1) / n;
    for (int y = 0; y < h; y++, out += row) {
        memset(sums, 0, row * sizeof *sums);
        for (int j = 0; j < factor; j++)
            add_row(image_at(im, 0, y * factor + j), sums, w, im->bands,
                    factor);
        for (size_t i = 0; i < row; i++)
            out[i] = (uint8_t)(((sums[i] + n / 2) * reciprocal) >> 40);
    }
    return small;
}
