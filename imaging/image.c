/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/image.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <vips/vips.h>

#include "base/arena.h"
#include "imaging/pixels.h"

struct image *image_new(struct arena *a, int width, int height, int bands,
                        uint8_t **ret_px)
{
    assert(width > 0 && height > 0 && bands > 0 && bands <= 4);
    struct image *im = arena_new_struct(a, struct image);
    uint8_t *px = arena_alloc(a, (size_t)width * (size_t)height, (size_t)bands);
    *im = (struct image){width, height, bands, px};
    *ret_px = px;
    return im;
}

const struct image *image_luma(struct arena *a, const struct image *im)
{
    if (im->bands == 1)
        return im;
    uint8_t *out;
    struct image *grey = image_new(a, im->width, im->height, 1, &out);
    size_t n = (size_t)im->width * (size_t)im->height;
    const uint8_t *p = im->px;
    for (size_t i = 0; i < n; i++, p += im->bands)
        out[i] = (uint8_t)((77u * p[0] + 150u * p[1] + 29u * p[2] + 128) >> 8);
    return grey;
}

const struct image *image_band(struct arena *a, const struct image *im,
                               int band)
{
    if (im->bands == 1)
        return im;
    uint8_t *out;
    struct image *grey = image_new(a, im->width, im->height, 1, &out);
    size_t n = (size_t)im->width * (size_t)im->height;
    const uint8_t *p = im->px + band;
    for (size_t i = 0; i < n; i++, p += im->bands)
        out[i] = *p;
    return grey;
}

const struct image *image_crop(struct arena *a, const struct image *im, Rect r)
{
    int x0 = (int)fmax(0, floor(r.x)), y0 = (int)fmax(0, floor(r.y));
    int x1 = (int)fmin(im->width, ceil(r.x + r.w));
    int y1 = (int)fmin(im->height, ceil(r.y + r.h));
    /* Never empty: a box outside gives the nearest pixel. */
    x0 = x0 < im->width ? x0 : im->width - 1;
    y0 = y0 < im->height ? y0 : im->height - 1;
    x1 = x1 > x0 ? x1 : x0 + 1;
    y1 = y1 > y0 ? y1 : y0 + 1;
    uint8_t *out;
    struct image *part = image_new(a, x1 - x0, y1 - y0, im->bands, &out);
    size_t row = (size_t)(x1 - x0) * (size_t)im->bands;
    for (int y = y0; y < y1; y++, out += row)
        memcpy(out, image_at(im, x0, y), row);
    return part;
}

const struct image *image_turn(struct arena *a, const struct image *im,
                               int turns)
{
    turns &= 3;
    if (turns == 0)
        return im;
    int w = turns == 2 ? im->width : im->height;
    int h = turns == 2 ? im->height : im->width;
    uint8_t *out;
    struct image *turned = image_new(a, w, h, im->bands, &out);
    size_t bands = (size_t)im->bands;
    /* Where the walk over the source starts and how it steps, per turn. */
    ptrdiff_t stride = (ptrdiff_t)im->width;
    ptrdiff_t last = stride * im->height - 1;
    ptrdiff_t start[] = {0, stride * (im->height - 1), last, stride - 1};
    ptrdiff_t step_x[] = {1, -stride, -1, stride};
    ptrdiff_t step_y[] = {stride, 1, -stride, -1};
    for (int y = 0; y < h; y++) {
        ptrdiff_t at = start[turns] + y * step_y[turns];
        for (int x = 0; x < w; x++, at += step_x[turns], out += bands)
            memcpy(out, im->px + (size_t)at * bands, bands);
    }
    return turned;
}

static VipsImage *vips_of(const struct image *im)
{
    size_t n = (size_t)im->width * (size_t)im->height * (size_t)im->bands;
    VipsImage *v = vips_image_new_from_memory(im->px, n, im->width, im->height,
                                              im->bands, VIPS_FORMAT_UCHAR);
    assert(v);
    return v;
}

/* The mean of four in a row, the inner ones counting three times. */
static uint8_t mix(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    return (uint8_t)((a + 3u * (b + c) + d + 4) / 8);
}

/* Half the size, give or take half a pixel at the far edges; columns first. To
 * the bit what libvips makes of even sizes with its linear kernel, for a fifth
 * of the price. */
static const struct image *halve(struct arena *a, const struct image *im, int w,
                                 int h)
{
    const size_t bands = (size_t)im->bands, row = (size_t)im->width * bands;
    uint8_t *out, *line = arena_alloc(a, row + 3 * bands, 1);
    struct image *half = image_new(a, w, h, im->bands, &out);
    const uint8_t *rows[4];
    for (int y = 0; y < h; y++) {
        for (int k = 0; k < 4; k++) {
            int at = 2 * y - 1 + k;
            at = at < 0 ? 0 : at < im->height ? at : im->height - 1;
            rows[k] = image_at(im, 0, at);
        }
        for (size_t i = 0; i < row; i++)
            line[bands + i] =
                mix(rows[0][i], rows[1][i], rows[2][i], rows[3][i]);
        /* The edges go on as they end. */
        memcpy(line, line + bands, bands);
        memcpy(line + bands + row, line + row, bands);
        memcpy(line + 2 * bands + row, line + row, bands);
        const uint8_t *p = line;
        for (int x = 0; x < w; x++, p += bands)
            for (size_t b = 0; b < bands; b++, p++)
                *out++ = mix(p[0], p[bands], p[2 * bands], p[3 * bands]);
    }
    return half;
}

static bool is_half(int small, int large)
{
    return small > 1 && abs(2 * small - large) <= 1;
}

const struct image *image_resize(struct arena *a, const struct image *im,
                                 int width, int height)
{
    if (width == im->width && height == im->height)
        return im;
    if (is_half(width, im->width) && is_half(height, im->height))
        return halve(a, im, width, height);
    VipsImage *in = vips_of(im), *out = NULL;
    /* A fixed kernel each way: thin strokes must not ring (Lanczos does). */
    int r = vips_resize(
        in, &out, (double)width / im->width, "vscale",
        (double)height / im->height, "kernel",
        width < im->width ? VIPS_KERNEL_LINEAR : VIPS_KERNEL_CUBIC, NULL);
    g_object_unref(in);
    assert(r == 0);
    assert(out->Xsize == width && out->Ysize == height);
    uint8_t *px;
    const struct image *resized = image_new(a, width, height, im->bands, &px);
    r = pixels_take(out, px);
    assert(r == 0);
    g_object_unref(out);
    return resized;
}

int image_rank(const unsigned histogram[256], unsigned rank)
{
    unsigned seen = 0;
    int level = 0;
    while (level < 255 && (seen += histogram[level]) <= rank)
        level++;
    return level;
}

int image_quantile(const unsigned histogram[256], unsigned n, double share)
{
    return image_rank(histogram, (unsigned)(share * n));
}

const struct image *image_reduce(struct arena *a, const struct image *grey,
                                 int step)
{
    assert(grey->bands == 1 && step > 0);
    int w = grey->width / step, h = grey->height / step;
    if (step == 1 || w == 0 || h == 0)
        return grey;
    uint8_t *out;
    struct image *small = image_new(a, w, h, 1, &out);
    size_t row = (size_t)w * (size_t)step;
    uint32_t *sum = arena_new_array(a, row, uint32_t);
    const uint32_t half = (uint32_t)(step * step) / 2;
    for (int y = 0; y < h; y++) {
        memset(sum, 0, row * sizeof *sum);
        for (int k = 0; k < step; k++) {
            const uint8_t *p = image_at(grey, 0, y * step + k);
            for (size_t x = 0; x < row; x++)
                sum[x] += p[x];
        }
        for (int x = 0; x < w; x++) {
            uint32_t v = half;
            for (int k = 0; k < step; k++)
                v += sum[x * step + k];
            *out++ = (uint8_t)(v / (uint32_t)(step * step));
        }
    }
    return small;
}

enum { BLOCK = 16 }; /* samples */

/* A row of the warp: where its samples lie on the source, 16.16 fixed point,
 * and how far it is from one to the next. */
struct walk {
    int64_t x, y, dx, dy;
};

static struct walk walk_row(Affine m, int y)
{
    double x = m.a * 0.5 + m.b * (y + 0.5) + m.c - 0.5;
    double v = m.d * 0.5 + m.e * (y + 0.5) + m.f - 0.5;
    return (struct walk){(int64_t)floor(x * 65536), (int64_t)floor(v * 65536),
                         (int64_t)llround(m.a * 65536),
                         (int64_t)llround(m.d * 65536)};
}

static struct walk walk_on(struct walk w, int n)
{
    return (struct walk){w.x + n * w.dx, w.y + n * w.dy, w.dx, w.dy};
}

/* Whether a sample has four neighbours. */
static bool is_inside(const struct image *s, struct walk at)
{
    int64_t x = at.x >> 16, y = at.y >> 16;
    return x >= 0 && y >= 0 && x < s->width - 1 && y < s->height - 1;
}

/* One that has not: the nearest pixel, or what lies outside. */
static void take_edge(const struct image *s, struct walk at, uint8_t fill,
                      uint8_t *out)
{
    int64_t x = at.x >> 16, y = at.y >> 16;
    if (x < -1 || y < -1 || x >= s->width || y >= s->height)
        memset(out, fill, (size_t)s->bands);
    else
        memcpy(out, image_at(s, x < 0 ? 0 : (int)x, y < 0 ? 0 : (int)y),
               (size_t)s->bands);
}

/* The mean of four neighbours, 8-bit weights; no wider than it has to be. */
static inline uint8_t blend(const uint8_t *p, const uint8_t *q, size_t right,
                            uint16_t wx, uint16_t wy)
{
    const uint16_t vx = (uint16_t)(256 - wx), vy = (uint16_t)(256 - wy);
    const uint16_t top = (uint16_t)(p[0] * vx + p[right] * wx);
    const uint16_t low = (uint16_t)(q[0] * vx + q[right] * wx);
    return (uint8_t)(((uint32_t)top * vy + (uint32_t)low * wy + 32768) >> 16);
}

/* Whether the next samples of a grey picture lie side by side on it, as they
 * nearly always do on a page that is turned by a degree. */
static bool is_block(struct walk at)
{
    const int64_t x = (at.x & 65535) + (BLOCK - 1) * (at.dx - 65536);
    const int64_t y = (at.y & 65535) + (BLOCK - 1) * at.dy;
    return x >= 0 && x < 65536 && y >= 0 && y < 65536;
}

/* These: loops of fixed length over arrays that nothing else points to, which
 * compilers make a few instructions of. */
static void take_block(const uint8_t *p, size_t stride, struct walk at,
                       uint8_t *out)
{
    uint8_t top[BLOCK + 1], low[BLOCK + 1], ret[BLOCK];
    const unsigned x = (unsigned)(at.x & 65535), y = (unsigned)(at.y & 65535);
    const unsigned dx = (unsigned)(at.dx - 65536), dy = (unsigned)at.dy;
    memcpy(top, p, sizeof top);
    memcpy(low, p + stride, sizeof low);
    for (unsigned k = 0; k < BLOCK; k++)
        ret[k] = blend(top + k, low + k, 1, (uint16_t)((x + k * dx) >> 8),
                       (uint16_t)((y + k * dy) >> 8));
    memcpy(out, ret, sizeof ret);
}

/* Samples that have neighbours. */
static void take_inside(const struct image *s, struct walk at, int n,
                        uint8_t *out)
{
    const size_t bands = (size_t)s->bands, stride = (size_t)s->width * bands;
    while (n > 0) {
        const uint8_t *p = s->px + (size_t)(at.y >> 16) * stride +
                           (size_t)(at.x >> 16) * bands;
        bool many = bands == 1 && n >= BLOCK && is_block(at);
        int done = many ? BLOCK : 1;
        if (many)
            take_block(p, stride, at, out);
        for (size_t b = 0; b < bands && !many; b++)
            out[b] =
                blend(p + b, p + b + stride, bands, (uint16_t)(at.x >> 8 & 255),
                      (uint16_t)(at.y >> 8 & 255));
        at = walk_on(at, done);
        out += (size_t)done * bands;
        n -= done;
    }
}

/* A straight walk is inside in one stretch. */
static void warp_row(const struct image *s, struct walk w, int width,
                     uint8_t fill, uint8_t *out)
{
    const size_t bands = (size_t)s->bands;
    int from = 0, to = width;
    for (; from < to && !is_inside(s, walk_on(w, from)); from++)
        take_edge(s, walk_on(w, from), fill, out + (size_t)from * bands);
    for (; from < to && !is_inside(s, walk_on(w, to - 1)); to--)
        take_edge(s, walk_on(w, to - 1), fill, out + (size_t)(to - 1) * bands);
    take_inside(s, walk_on(w, from), to - from, out + (size_t)from * bands);
}

const struct image *image_warp(struct arena *a, const struct image *source,
                               Affine source_from_out, int width, int height,
                               uint8_t fill)
{
    uint8_t *out;
    struct image *warped = image_new(a, width, height, source->bands, &out);
    size_t row = (size_t)width * (size_t)source->bands;
    for (int y = 0; y < height; y++, out += row)
        warp_row(source, walk_row(source_from_out, y), width, fill, out);
    return warped;
}
