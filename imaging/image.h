/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * image - an immutable raster of 8-bit samples in an arena
 *
 * Rows without padding, samples interleaved: 1 band is grey, 3 are sRGB, 4 are
 * sRGB with straight alpha. Everything that looks like an edit makes another
 * image. Samples are sRGB code values, not linear light, unless a function
 * says otherwise.
 */

#ifndef IMAGING_IMAGE_H
#define IMAGING_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/geom.h"

struct arena;

struct image {
    int width, height, bands;
    const uint8_t *px;
};

static inline const uint8_t *image_at(const struct image *im, int x, int y)
{
    return im->px +
           ((size_t)y * (size_t)im->width + (size_t)x) * (size_t)im->bands;
}

/* A new image whose samples the maker still has to write: *ret_px. */
struct image *image_new(struct arena *a, int width, int height, int bands,
                        uint8_t **ret_px);

/* Luma (Rec. 601) of a colour image; a grey one is returned as it is. */
const struct image *image_luma(struct arena *a, const struct image *im);

/* One band of a colour image; a grey one is returned as it is. */
const struct image *image_band(struct arena *a, const struct image *im,
                               int band);

/* The part of im inside r, which is clipped to the image first. */
const struct image *image_crop(struct arena *a, const struct image *im, Rect r);

/* Turned clockwise by quarter turns; the same image for 0. */
const struct image *image_turn(struct arena *a, const struct image *im,
                               int turns);

/* Resized by area averaging when shrinking, cubic when enlarging. */
const struct image *image_resize(struct arena *a, const struct image *im,
                                 int width, int height);

/* The level of the sample that `rank` darker ones come before; and of the one
 * that a share of n samples comes before. */
int image_rank(const unsigned histogram[256], unsigned rank);
int image_quantile(const unsigned histogram[256], unsigned n, double share);

/* A grey image whose samples are means of blocks of step x step pixels; what
 * does not fill a block at the right and lower edge is left out. */
const struct image *image_reduce(struct arena *a, const struct image *grey,
                                 int step);

/*
 * The image seen through a map: width x height samples, each taken (bilinear)
 * at the place of `source` that `source_from_out` says; outside: `fill`.
 */
const struct image *image_warp(struct arena *a, const struct image *source,
                               Affine source_from_out, int width, int height,
                               uint8_t fill);

#endif
