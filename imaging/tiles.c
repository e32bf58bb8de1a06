/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Each level is the one above at half its size; averaging 2 x 2 pixels is the
 * exact area mean, so that nothing shimmers when a viewer blends two levels.
 */

#include "imaging/tiles.h"

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/tile_pack.h"
#include "imaging/image.h"
#include "imaging/jpeg_out.h"

enum { QUALITY = 80 };

/* Rounded up; the last row and column of an odd side stand for two. */
static const struct image *halve(struct arena *a, const struct image *im)
{
    uint8_t *out;
    struct image *small = image_new(a, (im->width + 1) / 2,
                                    (im->height + 1) / 2, im->bands, &out);
    for (int y = 0; y < small->height; y++) {
        const uint8_t *up = image_at(im, 0, 2 * y);
        const uint8_t *down =
            image_at(im, 0, 2 * y + 1 < im->height ? 2 * y + 1 : 2 * y);
        for (int x = 0; x < small->width; x++) {
            int left = 2 * x * im->bands;
            int right = 2 * x + 1 < im->width ? left + im->bands : left;
            for (int b = 0; b < im->bands; b++)
                *out++ = (uint8_t)((up[left + b] + up[right + b] +
                                    down[left + b] + down[right + b] + 2) /
                                   4);
        }
    }
    return small;
}

static bool meets(Rect tile, const Rect *only, size_t n, double scale)
{
    for (size_t i = 0; i < n; i++) {
        Rect r = affine_rect(affine_scale(scale, scale), only[i]);
        if (!rect_is_empty(rect_intersect(tile, r)))
            return true;
    }
    return n == 0;
}

int tiles_write(struct arena *a, const struct image *im, const Rect *only,
                size_t n_only, uint8_t **ret_bytes, size_t *ret_n,
                struct err *e)
{
    const struct tile_grid g = tile_grid_of(im->width, im->height);
    struct tile *tiles = arena_new_array(a, g.n_tiles, struct tile);
    double scale = 1;
    for (int level = g.max_level; level >= g.min_level; level--) {
        int columns = tile_grid_columns(&g, level);
        int n = columns * tile_grid_rows(&g, level);
        for (int i = 0; i < n; i++) {
            int x = i % columns, y = i / columns, r = 0;
            Rect box = tile_grid_box(&g, level, x, y);
            size_t k = 0;
            uint8_t *bytes;
            if (!tile_grid_index(&g, level, x, y, &k) ||
                !meets(box, only, n_only, scale))
                continue;
            r = jpeg_out_write(a, image_crop(a, im, box), QUALITY, &bytes,
                               &tiles[k].n, e);
            if (r)
                return r;
            tiles[k].bytes = bytes;
        }
        if (level > g.min_level)
            im = halve(a, im);
        scale /= 2;
    }
    return tile_pack_join(a, &g, tiles, ret_bytes, ret_n, e);
}
