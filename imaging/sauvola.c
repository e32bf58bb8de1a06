/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sums of columns move down the page, sums of squares along the rows. All are
 * whole numbers, and so are mean and mean square as Leptonica has them. */

#include "imaging/sauvola.h"

#include <math.h>
#include <stdint.h>

#include "base/arena.h"
#include "imaging/image.h"

struct sums {
    uint32_t plain, squared;
};

/* A place in a mirror that stands behind either end. */
static int mirrored(int i, int n)
{
    return i < 0 ? -1 - i : i >= n ? 2 * n - 1 - i : i;
}

static void add_row(struct sums *columns, const struct image *im, int y)
{
    const uint8_t *row = image_at(im, 0, mirrored(y, im->height));
    for (int x = 0; x < im->width; x++) {
        columns[x].plain += row[x];
        columns[x].squared += (uint32_t)row[x] * row[x];
    }
}

static void drop_row(struct sums *columns, const struct image *im, int y)
{
    const uint8_t *row = image_at(im, 0, mirrored(y, im->height));
    for (int x = 0; x < im->width; x++) {
        columns[x].plain -= row[x];
        columns[x].squared -= (uint32_t)row[x] * row[x];
    }
}

static int threshold(struct sums s, double share, float k)
{
    int mean = (uint8_t)((float)share * (float)s.plain);
    uint32_t square = (uint32_t)(share * s.squared + 0.5);
    float deviation = sqrtf((float)((int)square - mean * mean));
    return (int)(mean * (1. - (double)k * (1. - (double)deviation / 128.)));
}

static void do_row(const struct image *im, int y, const struct sums *columns,
                   int half, float k, uint8_t *ret)
{
    int side = 2 * half + 1, w = im->width;
    double share = 1.0 / (side * side);
    const uint8_t *row = image_at(im, 0, y);
    struct sums s = {0, 0};
    for (int x = -half; x < half; x++) {
        s.plain += columns[mirrored(x, w)].plain;
        s.squared += columns[mirrored(x, w)].squared;
    }
    for (int x = 0; x < w; x++) {
        const struct sums *in = &columns[mirrored(x + half, w)];
        const struct sums *out = &columns[mirrored(x - half, w)];
        s.plain += in->plain;
        s.squared += in->squared;
        ret[x] = row[x] < threshold(s, share, k) ? UINT8_MAX : 0;
        s.plain -= out->plain;
        s.squared -= out->squared;
    }
}

const struct image *sauvola_black(struct arena *a, const struct image *im,
                                  int half, float k)
{
    struct sums *columns = arena_new_array(a, (size_t)im->width, struct sums);
    uint8_t *px;
    struct image *ret = image_new(a, im->width, im->height, 1, &px);
    for (int y = -half; y < half; y++)
        add_row(columns, im, y);
    for (int y = 0; y < im->height; y++) {
        add_row(columns, im, y + half);
        do_row(im, y, columns, half, k, px + (size_t)y * (size_t)im->width);
        drop_row(columns, im, y - half);
    }
    return ret;
}
