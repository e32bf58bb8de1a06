/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * ink - what lies on the paper, as optical density
 *
 * Density of a channel is D = -ln(I / W): I the sample, W the white of the
 * paper around it, both in sRGB code values plus a little flare. Layers of ink
 * add up in D (Beer and Lambert), so a pixel is a sum of layers and can be
 * taken apart again: non-negative unmixing after Ruifrok and Johnston,
 * "Quantification of histochemical staining by color deconvolution" (2001).
 * No hue is fixed: the paper is measured tile by tile, the ink's own direction
 * in D from the ink itself.
 *
 * An amount of ink is the density of the channel in which it is densest.
 */

#ifndef IMAGING_INK_H
#define IMAGING_INK_H

#include <stddef.h>

struct arena;
struct image;

/* The families of ink that are told apart. */
enum ink_kind {
    INK_KIND_RED,   /* orange over red to magenta */
    INK_KIND_OTHER, /* blue, purple, green */
    INK_KIND_DARK,  /* black and grey */
    INK_KIND_COUNT,
};

/* Density of a sample against a sample of 255. */
float ink_density(double sample);
double ink_sample(double density); /* and back */

/* How much ink of a kind densities over paper show, without knowing the ink:
 * toner drops out of the differences of channels. Never negative. */
float ink_amount(enum ink_kind kind, const float d[3]);

/* White of the paper: density against 255 per channel on a grid of tiles. */
struct ink_paper {
    int columns, rows;
    double tile_px; /* side of a tile in pixels of the scan */
    float *white[3];
};

/*
 * From a picture of the whole scan that was reduced by `factor`. Structures
 * narrower than about 30 mm never count as paper. px_per_mm is the scan's.
 */
struct ink_paper *ink_paper_measure(struct arena *a, const struct image *im,
                                    double factor, double px_per_mm);

/* The white at a pixel of the scan. */
void ink_paper_at(const struct ink_paper *p, double x, double y, float ret[3]);

/*
 * Densities over paper of row y of a picture whose pixel (i, j) has its centre
 * at scan (x0 + (i + 0.5) step, y0 + (j + 0.5) step); three per pixel, also
 * for a grey picture.
 */
void ink_paper_row(const struct ink_paper *p, const struct image *im, int y,
                   double x0, double y0, double step, float *ret);

/* The amounts of red ink in row y of a picture with three bands that is the
 * whole scan, reduced by `step`; little work where there is none. */
void ink_red_row(const struct ink_paper *p, const struct image *im, int y,
                 double step, float *ret);

/* Two layers. The vector is the ink's density per channel, largest 1. */
struct ink_vector {
    float d[3];
};

/* The amounts of ink and of black (1, 1, 1) that explain d best, neither
 * negative; closed form. Here, so that a loop works out the ink's share once.
 */
static inline void ink_unmix(struct ink_vector ink, const float d[3],
                             float *ret_ink, float *ret_black)
{
    const float *r = ink.d;
    float rr = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    float rk = r[0] + r[1] + r[2], det = rr * 3 - rk * rk;
    float per = det > 1e-6f ? 1 / det : 0;
    float p = d[0] * r[0] + d[1] * r[1] + d[2] * r[2];
    float q = d[0] + d[1] + d[2];
    float c = per > 0 ? (p * 3 - q * rk) * per : p / rr;
    float k = (q * rr - p * rk) * per;
    if (c < 0) {
        c = 0;
        k = q / 3;
    } else if (k < 0) {
        k = 0;
        c = p / rr;
    }
    *ret_ink = c > 0 ? c : 0;
    *ret_black = k > 0 ? k : 0;
}

/* CIELAB hue, 0..360, of `amount` of an ink on white paper. */
double ink_hue_deg(struct ink_vector ink, double amount);

/* The picture reduced by a whole factor, each pixel the mean of its block;
 * what is left over at the right and lower edge is dropped. */
const struct image *ink_reduce(struct arena *a, const struct image *im,
                               int factor);

#endif
