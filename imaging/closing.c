/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The greatest of 2n neighbours is the greater of two times n, and that of any
 * number the greater of two overlapping runs of the largest power of two in it.
 * Windows reach forward, in rows and then in columns of one long array, so that
 * the greatest stand half a side too early, and the least one side. An edge
 * around the picture keeps windows from reaching into the next row. All is done
 * in blocks that compilers turn into a few instructions.
 */

#include "imaging/closing.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "imaging/image.h"

enum { BLOCK = 32 };

struct grid {
    uint8_t *px; /* n, and a block behind */
    size_t n;
};

/* Each value becomes the greater (or the lesser) of itself and the one so many
 * places on. `flip` 255 asks for the lesser. */
static void pick(const struct grid *g, size_t shift, uint8_t flip)
{
    for (size_t i = 0; i + shift < g->n; i += BLOCK) {
        uint8_t here[BLOCK], there[BLOCK];
        memcpy(here, g->px + i, BLOCK);
        memcpy(there, g->px + i + shift, BLOCK);
        for (size_t k = 0; k < BLOCK; k++) {
            uint8_t x = here[k] ^ flip, y = there[k] ^ flip;
            here[k] = (x > y ? x : y) ^ flip;
        }
        memcpy(g->px + i, here, BLOCK);
    }
}

/* The extreme of `side` values, each `step` places behind the last. */
static void extreme(const struct grid *g, size_t step, size_t side,
                    uint8_t flip)
{
    size_t n = 1;
    for (; 2 * n <= side; n *= 2)
        pick(g, n * step, flip);
    if (n < side)
        pick(g, (side - n) * step, flip);
}

/* What lies beyond the picture, which begins `half` places in by now, is to be
 * greater than anything. */
static void lift_edges(const struct grid *g, const struct image *im, size_t w,
                       size_t half)
{
    size_t behind = w - half - (size_t)im->width;
    size_t bottom = half + (size_t)im->height;
    memset(g->px, UINT8_MAX, half * w);
    for (size_t y = half; y < bottom; y++) {
        memset(g->px + y * w, UINT8_MAX, half);
        memset(g->px + (y + 1) * w - behind, UINT8_MAX, behind);
    }
    memset(g->px + bottom * w, UINT8_MAX, g->n - bottom * w);
}

const struct image *closing_square(struct arena *a, const struct image *im,
                                   int side)
{
    size_t edge = (size_t)side - 1, w = (size_t)im->width + 2 * edge;
    size_t h = (size_t)im->height + 2 * edge;
    struct grid g = {arena_new_array(a, w * h + BLOCK, uint8_t), w * h};
    for (int y = 0; y < im->height; y++)
        memcpy(g.px + ((size_t)y + edge) * w + edge, image_at(im, 0, y),
               (size_t)im->width);
    extreme(&g, 1, (size_t)side, 0);
    extreme(&g, w, (size_t)side, 0);
    lift_edges(&g, im, w, edge / 2);
    extreme(&g, 1, (size_t)side, UINT8_MAX);
    extreme(&g, w, (size_t)side, UINT8_MAX);
    uint8_t *px;
    struct image *ret = image_new(a, im->width, im->height, 1, &px);
    for (int y = 0; y < im->height; y++)
        memcpy(px + (size_t)y * (size_t)im->width, g.px + (size_t)y * w,
               (size_t)im->width);
    return ret;
}
