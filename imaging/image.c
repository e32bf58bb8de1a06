/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/image.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <vips/vips.h>

#include "base/arena.h"

enum { BAND = 64 }; /* rows that are computed at a time */

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

/* Computes `im` in this thread: a line of text is done sooner than a thread
 * pool is woken. In bands, so that what lies between stays in the cache. */
static void take_pixels(VipsImage *im, uint8_t *px)
{
    VipsRegion *region = vips_region_new(im);
    const size_t row = (size_t)im->Xsize * (size_t)im->Bands;
    for (int y = 0; y < im->Ysize; y += BAND) {
        VipsRect band = {0, y, im->Xsize,
                         im->Ysize - y < BAND ? im->Ysize - y : BAND};
        int r = vips_region_prepare(region, &band);
        assert(r == 0);
        const uint8_t *from = VIPS_REGION_ADDR_TOPLEFT(region);
        for (int k = 0; k < band.height; k++, px += row)
            memcpy(px, from + (size_t)k * VIPS_REGION_LSKIP(region), row);
    }
    g_object_unref(region);
}

const struct image *image_resize(struct arena *a, const struct image *im,
                                 int width, int height)
{
    if (width == im->width && height == im->height)
        return im;
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
    take_pixels(out, px);
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

/* One row of the warp: fixed point 16.16 steps, bilinear, 8-bit weights. */
static void warp_row(const struct image *s, Affine m, int y, int width,
                     uint8_t fill, uint8_t *out)
{
    const int bands = s->bands;
    double fx = m.a * 0.5 + m.b * (y + 0.5) + m.c - 0.5;
    double fy = m.d * 0.5 + m.e * (y + 0.5) + m.f - 0.5;
    int64_t ux = (int64_t)floor(fx * 65536), uy = (int64_t)floor(fy * 65536);
    const int64_t dx = (int64_t)llround(m.a * 65536);
    const int64_t dy = (int64_t)llround(m.d * 65536);
    const size_t stride = (size_t)s->width * (size_t)bands;
    for (int x = 0; x < width; x++, ux += dx, uy += dy, out += bands) {
        int64_t ix = ux >> 16, iy = uy >> 16;
        if (ix < 0 || iy < 0 || ix >= s->width - 1 || iy >= s->height - 1) {
            bool inside =
                ix >= -1 && iy >= -1 && ix < s->width && iy < s->height;
            int cx = ix < 0 ? 0 : (int)ix, cy = iy < 0 ? 0 : (int)iy;
            for (int b = 0; b < bands; b++)
                out[b] = inside ? image_at(s, cx, cy)[b] : fill;
            continue;
        }
        unsigned wx = (unsigned)(ux >> 8 & 255), wy = (unsigned)(uy >> 8 & 255);
        const uint8_t *p =
            s->px + (size_t)iy * stride + (size_t)ix * (size_t)bands;
        for (int b = 0; b < bands; b++, p++) {
            unsigned top = p[0] * (256 - wx) + p[bands] * wx;
            unsigned low =
                p[stride] * (256 - wx) + p[stride + (size_t)bands] * wx;
            out[b] =
                (uint8_t)((top * (256 - wy) + low * wy + (1u << 15)) >> 16);
        }
    }
}

const struct image *image_warp(struct arena *a, const struct image *source,
                               Affine source_from_out, int width, int height,
                               uint8_t fill)
{
    uint8_t *out;
    struct image *warped = image_new(a, width, height, source->bands, &out);
    size_t row = (size_t)width * (size_t)source->bands;
    for (int y = 0; y < height; y++, out += row)
        warp_row(source, source_from_out, y, width, fill, out);
    return warped;
}
