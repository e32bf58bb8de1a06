/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The only door to libpng of this folder, by its simplified interface: pixels
 * in one call, or none. */

#include <png.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/units.h"
#include "review/bitmap.h"

int bitmap_read_png(struct arena *a, const uint8_t *bytes, size_t n,
                    struct bitmap *ret, struct err *e)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_memory(&image, bytes, n))
        return err_set(e, ERR_FORMAT, "PNG: %s", image.message);
    if (image.width > BITMAP_MAX_SIDE || image.height > BITMAP_MAX_SIDE) {
        png_image_free(&image);
        return err_set(e, ERR_PIXELS, "PNG: %u x %u pixels", image.width,
                       image.height);
    }
    image.format = PNG_FORMAT_RGBA;
    uint8_t *rgba = arena_alloc(a, PNG_IMAGE_SIZE(image), 1);
    if (!png_image_finish_read(&image, NULL, rgba, 0, NULL))
        return err_set(e, ERR_FORMAT, "PNG: %s", image.message);
    *ret = (struct bitmap){(int)image.width, (int)image.height, rgba};
    return 0;
}

int bitmap_write_png(struct arena *a, const struct bitmap *b,
                     const uint8_t **ret_bytes, size_t *ret_n, struct err *e)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)b->width,
                       .height = (png_uint_32)b->height,
                       .format = PNG_FORMAT_RGBA};
    png_alloc_size_t n = PNG_IMAGE_PNG_SIZE_MAX(image);
    uint8_t *bytes = arena_alloc(a, n, 1);
    if (!png_image_write_to_memory(&image, bytes, &n, 0, b->rgba, 0, NULL))
        return err_set(e, ERR_FORMAT, "PNG: %s", image.message);
    *ret_bytes = bytes;
    *ret_n = n;
    return 0;
}

/* The chunk pHYs: pixels per metre across, per metre down, unit. */
double bitmap_png_dpi(const uint8_t *bytes, size_t n)
{
    static const uint8_t name[] = {'p', 'H', 'Y', 's'};
    enum { SIGNATURE = 8, HEAD = 8, CRC = 4, PHYS = 9 };
    size_t at = SIGNATURE;
    while (n > at && n - at >= HEAD + CRC) {
        const uint8_t *c = bytes + at;
        size_t length =
            (size_t)c[0] << 24 | (size_t)c[1] << 16 | (size_t)c[2] << 8 | c[3];
        if (length > n - at - HEAD - CRC)
            return 0;
        if (memcmp(c + 4, name, sizeof name) == 0)
            return length == PHYS && c[HEAD + 8] == 1
                       ? (double)((uint32_t)c[8] << 24 | (uint32_t)c[9] << 16 |
                                  (uint32_t)c[10] << 8 | c[11]) *
                             MM_PER_INCH / 1000
                       : 0;
        at += HEAD + length + CRC;
    }
    return 0;
}
