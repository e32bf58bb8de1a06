/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A small white sheet at 300 dpi with lines of black print. */

#ifndef TESTS_DRAWN_PAGE_H
#define TESTS_DRAWN_PAGE_H

#include <assert.h>
#include <cairo.h>
#include <math.h>

#include "base/geom.h"
#include "imaging/image.h"

enum { DRAWN_DPI = 300 };

struct drawn_page {
    cairo_surface_t *surface;
    cairo_t *cr; /* in millimetres */
};

static inline struct drawn_page drawn_open(double width_mm, double height_mm)
{
    double scale = DRAWN_DPI / 25.4;
    struct drawn_page p;
    p.surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24,
                                           (int)ceil(width_mm * scale),
                                           (int)ceil(height_mm * scale));
    p.cr = cairo_create(p.surface);
    cairo_set_source_rgb(p.cr, 1, 1, 1);
    cairo_paint(p.cr);
    cairo_scale(p.cr, scale, scale);
    cairo_set_source_rgb(p.cr, 0.1, 0.1, 0.1);
    cairo_select_font_face(p.cr, "Noto Sans CJK SC", CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(p.cr, 4);
    return p;
}

/* Text whose baseline begins at (x, y) millimetres; its ink box in pixels. */
static inline Rect drawn_text(struct drawn_page *p, double x, double y,
                              const char *text)
{
    double scale = DRAWN_DPI / 25.4;
    cairo_text_extents_t e;
    cairo_text_extents(p->cr, text, &e);
    cairo_move_to(p->cr, x, y);
    cairo_show_text(p->cr, text);
    return (Rect){(x + e.x_bearing) * scale, (y + e.y_bearing) * scale,
                  e.width * scale, e.height * scale};
}

static inline void drawn_bar(struct drawn_page *p, Rect mm)
{
    cairo_rectangle(p->cr, mm.x, mm.y, mm.w, mm.h);
    cairo_fill(p->cr);
}

/* The picture, of one band (grey) or of three; the page is closed. */
static inline const struct image *drawn_picture(struct arena *a,
                                                struct drawn_page *p, int bands)
{
    cairo_surface_flush(p->surface);
    int w = cairo_image_surface_get_width(p->surface);
    int h = cairo_image_surface_get_height(p->surface);
    int stride = cairo_image_surface_get_stride(p->surface);
    const uint8_t *in = cairo_image_surface_get_data(p->surface);
    uint8_t *out;
    struct image *im = image_new(a, w, h, bands, &out);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            for (int k = bands - 1; k >= 0; k--) /* blue first in memory */
                *out++ = in[y * stride + x * 4 + k];
    cairo_destroy(p->cr);
    cairo_surface_destroy(p->surface);
    return im;
}

static inline const struct image *drawn_scan(struct arena *a,
                                             struct drawn_page *p)
{
    return drawn_picture(a, p, 1);
}

#endif
