/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The same pixels give the same bytes: level, strategy and filters are fixed
 * and nothing about time, place or program is written. The ramp is what GA
 * 241.3 and the makers of tokens work with, one ink on nothing: an indexed
 * picture whose palette holds one colour in rising opacity, so that a 40 mm
 * seal at 300 dpi stays far below the 40 kB that a token reads.
 */

#include "imaging/png_out.h"

#include <assert.h>
#include <math.h>
#include <png.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/units.h"
#include "imaging/image.h"

enum { FIRST_CAPACITY = 1 << 16, MAX_LEVELS = 16 };

struct sink {
    struct arena *arena;
    uint8_t *bytes;
    size_t n, capacity;
    char message[120];
};

/* What is written: the rows as PNG wants them, and the palette if any. */
struct picture {
    int width, height, depth, colour_type;
    size_t row_bytes;
    const uint8_t *rows;
    double dpi;
    int levels; /* of the palette; 0: none */
    png_color palette[MAX_LEVELS];
    png_byte alpha[MAX_LEVELS];
};

static void sink_write(png_structp png, png_bytep bytes, size_t n)
{
    struct sink *s = png_get_io_ptr(png);
    if (s->n + n > s->capacity) {
        size_t capacity = s->capacity ? 2 * s->capacity : FIRST_CAPACITY;
        while (capacity < s->n + n)
            capacity *= 2;
        s->bytes = arena_grow(s->arena, s->bytes, s->n, capacity, 1);
        s->capacity = capacity;
    }
    memcpy(s->bytes + s->n, bytes, n);
    s->n += n;
}

static void sink_flush(png_structp png)
{
    (void)png;
}

static void on_error(png_structp png, png_const_charp message)
{
    struct sink *s = png_get_error_ptr(png);
    strncpy(s->message, message, sizeof s->message - 1);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    (void)png, (void)message;
}

/* Everything between the two setjmp returns; no local of the caller changes. */
static void write_all(png_structp png, png_infop info, const struct picture *p)
{
    png_set_compression_level(png, p->levels ? 6 : 1);
    png_set_compression_strategy(png, 0);
    png_set_filter(png, 0, p->levels ? PNG_FILTER_NONE : PNG_FILTER_UP);
    png_set_IHDR(png, info, (png_uint_32)p->width, (png_uint_32)p->height,
                 p->depth, p->colour_type, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (p->levels) {
        png_set_PLTE(png, info, p->palette, p->levels);
        png_set_tRNS(png, info, p->alpha, p->levels, NULL);
    }
    if (p->dpi > 0) {
        png_uint_32 per_metre =
            (png_uint_32)lround(p->dpi * 1000 / MM_PER_INCH);
        png_set_pHYs(png, info, per_metre, per_metre, PNG_RESOLUTION_METER);
    }
    png_write_info(png, info);
    for (int y = 0; y < p->height; y++)
        png_write_row(png, p->rows + (size_t)y * p->row_bytes);
    png_write_end(png, info);
}

static int write_picture(struct arena *a, const struct picture *p,
                         uint8_t **ret_bytes, size_t *ret_n, struct err *e)
{
    struct sink *s = arena_new_struct(a, struct sink);
    s->arena = a;
    png_structp png =
        png_create_write_struct(PNG_LIBPNG_VER_STRING, s, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_write_struct(&png, NULL);
        return err_set(e, ERR_LIBRARY, "libpng cannot start");
    }
    png_set_write_fn(png, s, sink_write, sink_flush);
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        return err_set(e, ERR_LIBRARY, "libpng: %s", s->message);
    }
    write_all(png, info, p);
    png_destroy_write_struct(&png, &info);
    *ret_bytes = s->bytes;
    *ret_n = s->n;
    return 0;
}

const char *png_out_library(void)
{
    return png_get_libpng_ver(NULL);
}

int png_out_write(struct arena *a, const struct image *im, double dpi,
                  uint8_t **ret_bytes, size_t *ret_n, struct err *e)
{
    static const int colour_types[] = {0, PNG_COLOR_TYPE_GRAY, 0,
                                       PNG_COLOR_TYPE_RGB,
                                       PNG_COLOR_TYPE_RGB_ALPHA};
    if (im->bands != 1 && im->bands != 3 && im->bands != 4)
        return err_set(e, ERR_UNSUPPORTED, "a PNG of %d bands", im->bands);
    struct picture p = {
        .width = im->width,
        .height = im->height,
        .depth = 8,
        .colour_type = colour_types[im->bands],
        .row_bytes = (size_t)im->width * (size_t)im->bands,
        .rows = im->px,
        .dpi = dpi,
    };
    return write_picture(a, &p, ret_bytes, ret_n, e);
}

/* The first sample that can be seen says the colour of all. */
static void find_colour(const struct image *im, uint8_t ret[3])
{
    size_t n = (size_t)im->width * (size_t)im->height;
    memset(ret, 0, 3);
    for (size_t i = 0; i < n; i++)
        if (im->px[4 * i + 3]) {
            memcpy(ret, im->px + 4 * i, 3);
            return;
        }
}

int png_out_write_ramp(struct arena *a, const struct image *im, double dpi,
                       int levels, uint8_t **ret_bytes, size_t *ret_n,
                       struct err *e)
{
    if (im->bands != 4 || levels < 2 || levels > MAX_LEVELS)
        return err_set(e, ERR_UNSUPPORTED, "a ramp of %d levels from %d bands",
                       levels, im->bands);
    int depth = levels <= 2 ? 1 : levels <= 4 ? 2 : 4;
    size_t row_bytes = ((size_t)im->width * (size_t)depth + 7) / 8;
    uint8_t *rows = arena_alloc(a, (size_t)im->height, row_bytes);
    for (int y = 0; y < im->height; y++) {
        const uint8_t *px = image_at(im, 0, y);
        uint8_t *row = rows + (size_t)y * row_bytes;
        for (int x = 0; x < im->width; x++) {
            int level = (px[4 * x + 3] * (levels - 1) + 127) / 255;
            int shift = 8 - depth - (x * depth) % 8;
            row[x * depth / 8] |= (uint8_t)(level << shift);
        }
    }
    struct picture p = {
        .width = im->width,
        .height = im->height,
        .depth = depth,
        .colour_type = PNG_COLOR_TYPE_PALETTE,
        .row_bytes = row_bytes,
        .rows = rows,
        .dpi = dpi,
        .levels = levels,
    };
    uint8_t colour[3];
    find_colour(im, colour);
    for (int i = 0; i < levels; i++) {
        p.palette[i] = (png_color){colour[0], colour[1], colour[2]};
        p.alpha[i] = (png_byte)((255 * i + (levels - 1) / 2) / (levels - 1));
    }
    return write_picture(a, &p, ret_bytes, ret_n, e);
}
