/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * bitmap - a seal's picture in the older forms that token tools ask for
 *
 * BMP and GIF of at most 256 colours, on white: neither knows half opacity. In
 * the GIF what is wholly transparent stays so. The same pixels give the same
 * bytes. Formats: BITMAPINFOHEADER; GIF89a (CompuServe, 1990).
 */

#ifndef REVIEW_BITMAP_H
#define REVIEW_BITMAP_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;
struct str;

enum { BITMAP_MAX_SIDE = 4096 };

struct bitmap {
    int width, height;
    const uint8_t *rgba; /* rows from the top, nothing between them */
};

/* A PNG. ERR_FORMAT when it is none, ERR_PIXELS over BITMAP_MAX_SIDE. */
int bitmap_read_png(struct arena *a, const uint8_t *bytes, size_t n,
                    struct bitmap *ret, struct err *e);

/* What a PNG says of its resolution; 0: nothing. */
double bitmap_png_dpi(const uint8_t *bytes, size_t n);

/* With its opacity. */
int bitmap_write_png(struct arena *a, const struct bitmap *b,
                     const uint8_t **ret_bytes, size_t *ret_n, struct err *e);

/* ERR_FORMAT over 256 colours, ERR_LIMIT when out is full. */
int bitmap_write_bmp(struct arena *a, const struct bitmap *b, double dpi,
                     struct str *out, struct err *e);
int bitmap_write_gif(struct arena *a, const struct bitmap *b, struct str *out,
                     struct err *e);

#endif
