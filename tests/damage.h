/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Damage done to a grey page in memory, in known strength, for tests of order:
 * of two pages that differ in the strength of one damage only, the one with
 * more of it has to measure worse.
 */

#ifndef TESTS_DAMAGE_H
#define TESTS_DAMAGE_H

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/decode.h"
#include "imaging/image.h"
#include "imaging/jpeg_out.h"
#include "imaging/page.h"

struct damaged {
    const struct image *image;
    double dpi;
};

enum { DAMAGE_LEVELS = 6 };

struct damage {
    const char *name, *unit;
    double level[DAMAGE_LEVELS]; /* from none to much */
    struct damaged (*apply)(struct arena *a, struct damaged page, double level);
};

static inline uint8_t damage_clip(double v)
{
    return (uint8_t)lrint(fmin(255, fmax(0, v)));
}

/* Gaussian point spread; sigma in mm. */
static inline struct damaged damage_blur(struct arena *a, struct damaged p,
                                         double sigma_mm)
{
    const struct image *in = p.image;
    double s = px_from_mm(sigma_mm, p.dpi);
    if (s < 0.05)
        return p;
    int reach = (int)ceil(3 * s), w = in->width, h = in->height;
    float k[256], sum = 0;
    assert(reach < 128);
    for (int i = -reach; i <= reach; i++)
        sum += k[i + reach] = (float)exp(-0.5 * i * i / (s * s));
    float *rows = arena_new_array(a, (size_t)w * (size_t)h, float);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            float v = 0;
            for (int i = -reach; i <= reach; i++) {
                int at = x + i < 0 ? 0 : x + i >= w ? w - 1 : x + i;
                v += k[i + reach] * (float)*image_at(in, at, y);
            }
            rows[(size_t)y * (size_t)w + (size_t)x] = v / sum;
        }
    uint8_t *px;
    float *line = arena_new_array(a, (size_t)w, float);
    struct image *out = image_new(a, w, h, 1, &px);
    for (int y = 0; y < h; y++) {
        memset(line, 0, (size_t)w * sizeof *line);
        for (int i = -reach; i <= reach; i++) {
            int at = y + i < 0 ? 0 : y + i >= h ? h - 1 : y + i;
            const float *row = rows + (size_t)at * (size_t)w;
            for (int x = 0; x < w; x++)
                line[x] += k[i + reach] * row[x];
        }
        for (int x = 0; x < w; x++)
            *px++ = damage_clip((double)(line[x] / sum));
    }
    p.image = out;
    return p;
}

/* Strokes move towards the paper; 0: none, 1: gone. */
static inline struct damaged damage_fade(struct arena *a, struct damaged p,
                                         double share)
{
    uint8_t *px;
    const struct image *in = p.image;
    struct image *out = image_new(a, in->width, in->height, 1, &px);
    size_t n = (size_t)in->width * (size_t)in->height;
    for (size_t i = 0; i < n; i++)
        px[i] = damage_clip(245 + (in->px[i] - 245.0) * (1 - share));
    p.image = out;
    return p;
}

/* Normal noise of so many levels: the sum of twelve, from a small generator. */
static inline struct damaged damage_noise(struct arena *a, struct damaged p,
                                          double sigma)
{
    uint8_t *px;
    uint32_t state = 12345;
    const struct image *in = p.image;
    struct image *out = image_new(a, in->width, in->height, 1, &px);
    size_t n = (size_t)in->width * (size_t)in->height;
    for (size_t i = 0; i < n; i++) {
        double sum = -6;
        for (int k = 0; k < 12; k++) {
            state = state * 1664525u + 1013904223u;
            sum += (state >> 8) / 16777216.0;
        }
        px[i] = damage_clip(in->px[i] + sum * sigma);
    }
    p.image = out;
    return p;
}

/* Scanned with fewer dots: the share that is missing. */
static inline struct damaged damage_coarse(struct arena *a, struct damaged p,
                                           double share)
{
    double k = 1 - share;
    p.image = image_resize(a, p.image, (int)lrint(p.image->width * k),
                           (int)lrint(p.image->height * k));
    p.dpi *= k;
    return p;
}

/* JPEG with 100 - level as its quality. */
static inline struct damaged damage_jpeg(struct arena *a, struct damaged p,
                                         double level)
{
    uint8_t *bytes;
    size_t n;
    struct container c;
    struct decode_file *f;
    static const struct decode_limits limits = {1, 100, 20000, 300};
    int r = jpeg_out_write(a, p.image, (int)(100 - level), &bytes, &n, NULL);
    r = r ? r : decode_open(a, bytes, n, &limits, &f, NULL);
    r = r ? r : decode_page(a, f, 0, &p.image, &c, NULL);
    assert(r == 0);
    (void)r;
    p.image = image_luma(a, p.image);
    return p;
}

static const struct damage damages[] = {
    {"blur", "mm", {0, 0.07, 0.12, 0.18, 0.25, 0.35}, damage_blur},
    {"fade", "share", {0, 0.2, 0.4, 0.55, 0.7, 0.8}, damage_fade},
    {"noise", "levels", {0, 4, 8, 14, 22, 32}, damage_noise},
    {"coarse", "share", {0, 0.2, 0.35, 0.5, 0.6, 0.7}, damage_coarse},
    {"jpeg", "100 - quality", {5, 20, 40, 60, 75, 88}, damage_jpeg},
};

enum { DAMAGES = sizeof damages / sizeof *damages };

#endif
