/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * tiles - a page cut up for a viewer that zooms (base/tile_pack.h)
 *
 * JPEG, for people to look at; the same image gives the same bytes. Call it in
 * a sandboxed process only.
 */

#ifndef IMAGING_TILES_H
#define IMAGING_TILES_H

#include <stddef.h>
#include <stdint.h>

#include "base/geom.h"

struct arena;
struct err;
struct image;

/*
 * The whole pyramid, or, when n_only > 0, an overlay: just the tiles of each
 * level that meet one of the boxes `only`, in pixels of the image.
 */
int tiles_write(struct arena *a, const struct image *im, const Rect *only,
                size_t n_only, uint8_t **ret_bytes, size_t *ret_n,
                struct err *e);

#endif
