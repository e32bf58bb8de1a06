/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/tile_pack.h"

#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

enum { HEAD = 16, ENTRY = 4, MAX_SIDE = 65535 };

static const char magic[] = {'S', 'D', 'T', 'P'};

/* --- the grid ---------------------------------------------------------- */

static int half_of(int side, int times)
{
    return (int)(((int64_t)side + (1LL << times) - 1) >> times);
}

static int tiles_along(int side)
{
    return (side + TILE_PX - 1) / TILE_PX;
}

int tile_grid_columns(const struct tile_grid *g, int level)
{
    return tiles_along(half_of(g->width, g->max_level - level));
}

int tile_grid_rows(const struct tile_grid *g, int level)
{
    return tiles_along(half_of(g->height, g->max_level - level));
}

static size_t tiles_of(const struct tile_grid *g, int level)
{
    return (size_t)tile_grid_columns(g, level) *
           (size_t)tile_grid_rows(g, level);
}

struct tile_grid tile_grid_of(int width, int height)
{
    struct tile_grid g = {width, height, 0, 0, 0};
    int longest = width > height ? width : height;
    while (1 << g.max_level < longest)
        g.max_level++;
    g.min_level = g.max_level;
    while (g.min_level > 0 && tiles_of(&g, g.min_level) > 1)
        g.min_level--;
    for (int level = g.min_level; level <= g.max_level; level++)
        g.n_tiles += tiles_of(&g, level);
    return g;
}

bool tile_grid_index(const struct tile_grid *g, int level, int x, int y,
                     size_t *ret)
{
    if (level < g->min_level || level > g->max_level || x < 0 || y < 0 ||
        x >= tile_grid_columns(g, level) || y >= tile_grid_rows(g, level))
        return false;
    *ret = (size_t)y * (size_t)tile_grid_columns(g, level) + (size_t)x;
    for (int below = g->min_level; below < level; below++)
        *ret += tiles_of(g, below);
    return true;
}

Rect tile_grid_box(const struct tile_grid *g, int level, int x, int y)
{
    const Rect whole = {0, 0, half_of(g->width, g->max_level - level),
                        half_of(g->height, g->max_level - level)};
    const Rect tile = {x * TILE_PX, y * TILE_PX, TILE_PX, TILE_PX};
    return rect_intersect(tile, whole);
}

/* --- bytes ------------------------------------------------------------- */

int tile_pack_join(struct arena *a, const struct tile_grid *g,
                   const struct tile *tiles, uint8_t **ret_bytes, size_t *ret_n,
                   struct err *e)
{
    size_t head = HEAD + ENTRY * g->n_tiles, end = 0;
    for (size_t i = 0; i < g->n_tiles; i++)
        end += tiles[i].n;
    if (end > UINT32_MAX)
        return err_set(e, ERR_LIMIT, "tiles of %zu bytes", end);
    uint8_t *bytes = arena_alloc(a, 1, head + end), *at = bytes + head;
    memcpy(bytes, magic, sizeof magic);
    bytes_put32(bytes + 4, (size_t)g->width);
    bytes_put32(bytes + 8, (size_t)g->height);
    bytes_put32(bytes + 12, g->n_tiles);
    for (size_t i = 0; i < g->n_tiles; i++) {
        if (tiles[i].n)
            memcpy(at, tiles[i].bytes, tiles[i].n);
        at += tiles[i].n;
        bytes_put32(bytes + HEAD + ENTRY * i, (size_t)(at - bytes) - head);
    }
    *ret_bytes = bytes;
    *ret_n = head + end;
    return 0;
}

static struct tile tile_at(const struct tile_pack *p, size_t i)
{
    size_t from = i ? bytes_get32(p->ends + ENTRY * (i - 1)) : 0;
    return (struct tile){p->tiles + from,
                         bytes_get32(p->ends + ENTRY * i) - from};
}

static bool is_jpeg(struct tile t)
{
    return t.n > 4 && t.bytes[0] == 0xff && t.bytes[1] == 0xd8 &&
           t.bytes[t.n - 2] == 0xff && t.bytes[t.n - 1] == 0xd9;
}

int tile_pack_open(const uint8_t *bytes, size_t n, struct tile_pack *ret,
                   struct err *e)
{
    if (n < HEAD || memcmp(bytes, magic, sizeof magic) != 0)
        return err_set(e, ERR_FORMAT, "no pack of tiles");
    size_t width = bytes_get32(bytes + 4), height = bytes_get32(bytes + 8);
    if (width < 1 || width > MAX_SIDE || height < 1 || height > MAX_SIDE)
        return err_set(e, ERR_FORMAT, "tiles of %zu x %zu px", width, height);
    *ret = (struct tile_pack){tile_grid_of((int)width, (int)height),
                              bytes + HEAD, NULL};
    size_t count = ret->grid.n_tiles, left = n - HEAD, before = 0;
    if (bytes_get32(bytes + 12) != count || left / ENTRY < count)
        return err_set(e, ERR_FORMAT, "not the tiles of %zu x %zu px", width,
                       height);
    left -= ENTRY * count;
    ret->tiles = ret->ends + ENTRY * count;
    for (size_t i = 0; i < count; i++) {
        size_t end = bytes_get32(ret->ends + ENTRY * i);
        if (end < before || end > left ||
            (end > before && !is_jpeg(tile_at(ret, i))))
            return err_set(e, ERR_FORMAT, "tile %zu is none", i);
        before = end;
    }
    return before == left ? 0 : err_set(e, ERR_FORMAT, "bytes after the tiles");
}

struct tile tile_pack_find(const struct tile_pack *p, int level, int x, int y)
{
    size_t i;
    return tile_grid_index(&p->grid, level, x, y, &i) ? tile_at(p, i)
                                                      : (struct tile){0};
}
