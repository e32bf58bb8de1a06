/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * tile_pack - a page as a pyramid of square pictures, in one run of bytes
 *
 * Levels are counted as deep-zoom viewers do: at `max_level` the page has its
 * own size, each level below has half of it, rounded up, and `min_level` is
 * the largest that fits into one tile. Tiles stand without overlap; those at
 * the right and lower edge are smaller. A pack may leave tiles out: an overlay
 * holds only what differs from another pack.
 *
 * Layout, little endian: "SDTP", then width, height, number of tiles, then for
 * each tile (level by level from the smallest, row by row) where it ends,
 * counted from the first tile's byte, four bytes each; then the tiles.
 */

#ifndef BASE_TILE_PACK_H
#define BASE_TILE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/geom.h"

struct arena;
struct err;

enum { TILE_PX = 256 };

/* The shape of a page's pyramid; a small value. */
struct tile_grid {
    int width, height;
    int min_level, max_level;
    size_t n_tiles;
};

struct tile {
    const uint8_t *bytes;
    size_t n; /* 0: left out */
};

struct tile_pack {
    struct tile_grid grid;
    const uint8_t *ends, *tiles; /* borrowed */
};

/* Sides of 1..65535 px. */
struct tile_grid tile_grid_of(int width, int height);
int tile_grid_columns(const struct tile_grid *g, int level);
int tile_grid_rows(const struct tile_grid *g, int level);

/* The place of a tile in the pack's order; false when there is no such one. */
bool tile_grid_index(const struct tile_grid *g, int level, int x, int y,
                     size_t *ret);

/* Where a tile lies, in pixels of its level. */
Rect tile_grid_box(const struct tile_grid *g, int level, int x, int y);

/* All tiles of the grid in its order; ERR_LIMIT over 4 GiB. */
int tile_pack_join(struct arena *a, const struct tile_grid *g,
                   const struct tile *tiles, uint8_t **ret_bytes, size_t *ret_n,
                   struct err *e);

/* ERR_FORMAT when anything in the bytes is not as said above, or a tile does
 * not begin and end as a JPEG. */
int tile_pack_open(const uint8_t *bytes, size_t n, struct tile_pack *ret,
                   struct err *e);

/* The tile, of size 0 when it is not there. */
struct tile tile_pack_find(const struct tile_pack *p, int level, int x, int y);

#endif
