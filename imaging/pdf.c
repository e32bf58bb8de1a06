/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/pdf.h"

#include <fontconfig/fontconfig.h>
#include <math.h>
#include <poppler.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/units.h"
#include "imaging/decode.h"
#include "imaging/image.h"
#include "imaging/page.h"

#define POINTS_PER_INCH 72.0

/* A picture that covers this much of the page tells how finely to draw it. */
static const double least_cover = 0.70;
/* Levels that a tile's mean is off where something was drawn over the picture;
 * a shift of a third of a sample, at the blackest edge, gives 3.5. */
static const double most_tile_difference = 6;
enum { TILE_PX = 24 };
static const double layers_dpi = 36; /* at which colours are compared */
/* A layer covers this much of the page, and one that carries its colour has
 * this much of it. */
static const double least_layer = 0.2, most_of_colour = 0.5;
/* A picture that is coarser than this was made larger when it was drawn. */
static const double same_dpi = 0.98, most_dpi = 600;
static const double same_shape = 0.004; /* logarithm of the aspect */
enum { LEAST_CHROMA = 40 };             /* levels: less is paper and light */

struct pdf {
    PopplerDocument *document;
    const char *producer;
};

static void unref(void *object)
{
    g_object_unref(object);
}

/* Fonts and encodings are found once, while files may still be opened. */
void pdf_init(void)
{
    FcInit();
}

int pdf_open(struct arena *a, const void *bytes, size_t n, struct pdf **ret,
             struct err *e)
{
    GError *why = NULL;
    GBytes *data = g_bytes_new_static(bytes, n);
    PopplerDocument *d = poppler_document_new_from_bytes(data, NULL, &why);
    g_bytes_unref(data);
    if (!d) {
        bool locked =
            g_error_matches(why, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED);
        int r = err_set(e, locked ? ERR_ENCRYPTED : ERR_FORMAT, "PDF: %s",
                        why ? why->message : "cannot be opened");
        g_clear_error(&why);
        return r;
    }
    arena_defer(a, unref, d);
    struct pdf *p = arena_new_struct(a, struct pdf);
    p->document = d;
    char *made_by = poppler_document_get_producer(d);
    char *creator = poppler_document_get_creator(d);
    p->producer =
        arena_printf(a, "%s%s%s", made_by ? made_by : "",
                     made_by && creator ? "; " : "", creator ? creator : "");
    g_free(made_by);
    g_free(creator);
    if (poppler_document_get_n_pages(d) == 0)
        return err_set(e, ERR_NO_PAGES, "PDF: no pages");
    *ret = p;
    return 0;
}

int pdf_page_count(const struct pdf *p)
{
    return poppler_document_get_n_pages(p->document);
}

/* Cairo keeps 32-bit words, 0xXXRRGGBB; a page without colour gets 1 band. */
static const struct image *image_from_surface(struct arena *a,
                                              cairo_surface_t *s)
{
    cairo_surface_flush(s);
    int w = cairo_image_surface_get_width(s);
    int h = cairo_image_surface_get_height(s);
    const unsigned char *px = cairo_image_surface_get_data(s);
    ptrdiff_t stride = cairo_image_surface_get_stride(s);
    bool grey = true;
    for (int y = 0; y < h && grey; y++) {
        const unsigned char *p = px + y * stride;
        for (int x = 0; x < w && grey; x++, p += 4)
            grey = p[0] == p[1] && p[1] == p[2];
    }
    uint8_t *out;
    struct image *im = image_new(a, w, h, grey ? 1 : 3, &out);
    for (int y = 0; y < h; y++) {
        const unsigned char *p = px + y * stride;
        for (int x = 0; x < w; x++, p += 4) {
            *out++ = p[2];
            if (!grey) {
                *out++ = p[1];
                *out++ = p[0];
            }
        }
    }
    return im;
}

static int render(struct arena *a, PopplerPage *page, double dpi_x,
                  double dpi_y, const struct decode_limits *limits,
                  const struct image **ret, struct err *e)
{
    double w_pt = 0, h_pt = 0, rounding = 1e-6;
    poppler_page_get_size(page, &w_pt, &h_pt);
    double w = ceil(w_pt * dpi_x / POINTS_PER_INCH - rounding);
    double h = ceil(h_pt * dpi_y / POINTS_PER_INCH - rounding);
    if (!(w >= 1 && h >= 1))
        return err_set(e, ERR_FORMAT, "PDF: a page of %g x %g points", w_pt,
                       h_pt);
    if (w > limits->max_side_px || h > limits->max_side_px ||
        w * h > limits->max_megapixels * 1e6)
        return err_set(e, ERR_PIXELS,
                       "PDF: a page of %g x %g points would be %.0f x %.0f "
                       "pixels, at most %.0f million are allowed",
                       w_pt, h_pt, w, h, limits->max_megapixels);
    cairo_surface_t *s =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)w, (int)h);
    cairo_t *c = cairo_create(s);
    cairo_set_source_rgb(c, 1, 1, 1);
    cairo_paint(c);
    cairo_scale(c, dpi_x / POINTS_PER_INCH, dpi_y / POINTS_PER_INCH);
    poppler_page_render(page, c);
    bool good = cairo_status(c) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(c);
    if (good)
        *ret = image_from_surface(a, s);
    cairo_surface_destroy(s);
    return good ? 0 : err_set(e, ERR_FORMAT, "PDF: a page cannot be drawn");
}

/* The largest difference of the means of a tile's samples, in levels. */
static double tile_difference(const struct image *p, const struct image *q)
{
    long worst = 0;
    for (int y = 0; y + TILE_PX <= p->height; y += TILE_PX)
        for (int x = 0; x + TILE_PX <= p->width; x += TILE_PX)
            for (int band = 0; band < p->bands; band++) {
                long sum = 0;
                for (int v = y; v < y + TILE_PX; v++)
                    for (int u = x; u < x + TILE_PX; u++)
                        sum +=
                            image_at(p, u, v)[band] - image_at(q, u, v)[band];
                worst = labs(sum) > worst ? labs(sum) : worst;
            }
    return (double)worst / (TILE_PX * TILE_PX);
}

static bool is_same(const struct image *p, const struct image *q)
{
    if (p->width != q->width || p->height != q->height || p->bands != q->bands)
        return false;
    size_t n = (size_t)p->width * (size_t)p->height * (size_t)p->bands;
    return memcmp(p->px, q->px, n) == 0 ||
           tile_difference(p, q) <= most_tile_difference;
}

/* The picture, turned as the page shows it; NULL: it shows something else. */
static const struct image *as_drawn(struct arena *a,
                                    const struct image *picture,
                                    const struct image *drawn, bool on_side)
{
    for (int turns = on_side; turns < 4; turns += 2) {
        const struct image *seen = image_turn(a, picture, turns);
        if (is_same(seen, drawn))
            return seen;
    }
    return NULL;
}

/* The page's only picture when it covers the page, or NULL. */
static const PopplerImageMapping *lone_picture(GList *mapping, double page_area)
{
    if (!mapping || mapping->next)
        return NULL;
    const PopplerImageMapping *m = mapping->data;
    double area = (m->area.x2 - m->area.x1) * (m->area.y2 - m->area.y1);
    return fabs(area) >= least_cover * page_area ? m : NULL;
}

/* Whether the picture was cut out by a mask: then its edges are the mask's, of
 * whose density Poppler says nothing. */
static bool is_cut_out(cairo_surface_t *s)
{
    cairo_surface_flush(s);
    int w = cairo_image_surface_get_width(s);
    int h = cairo_image_surface_get_height(s);
    const unsigned char *px = cairo_image_surface_get_data(s);
    ptrdiff_t stride = cairo_image_surface_get_stride(s);
    if (cairo_image_surface_get_format(s) != CAIRO_FORMAT_ARGB32)
        return false;
    for (int y = 0; y < h; y++) {
        const uint32_t *p = (const void *)(px + y * stride);
        for (int x = 0; x < w; x++)
            if (p[x] >> 24 < 128)
                return true;
    }
    return false;
}

/* How far a sample is from grey; 0: not so far that it would be seen. */
static int chroma_at(const struct image *im, int x, int y)
{
    const uint8_t *p = image_at(im, x, y);
    if (im->bands != 3)
        return 0;
    int most = p[0] > p[1] ? p[0] : p[1], least = p[0] < p[1] ? p[0] : p[1];
    most = most > p[2] ? most : p[2];
    least = least < p[2] ? least : p[2];
    return most - least < LEAST_CHROMA ? 0 : most - least;
}

/* The share of the page's colour that the picture has at the same places;
 * NAN: a page without colour. */
static double share_of_colour(const struct image *page,
                              const struct image *picture, int left, int top)
{
    double all = 0, common = 0;
    for (int y = 0; y < page->height; y++)
        for (int x = 0; x < page->width; x++) {
            int u = x - left, v = y - top, c = chroma_at(page, x, y);
            all += c;
            if (c > 0 && u >= 0 && v >= 0 && u < picture->width &&
                v < picture->height)
                common += fmin(c, chroma_at(picture, u, v));
        }
    return all > 0 ? common / all : (double)NAN;
}

static bool has_colour(struct arena *a, cairo_surface_t *layer,
                       const PopplerRectangle *area, const struct image *page)
{
    const double zoom = layers_dpi / POINTS_PER_INCH;
    int w = (int)round(fabs(area->x2 - area->x1) * zoom);
    int h = (int)round(fabs(area->y2 - area->y1) * zoom);
    const struct image *p = image_from_surface(a, layer);
    if (p->bands != 3 || w < 1 || h < 1)
        return false;
    p = image_resize(a, p, w, h);
    return share_of_colour(page, p, (int)round(fmin(area->x1, area->x2) * zoom),
                           (int)round(fmin(area->y1, area->y2) * zoom)) >=
           most_of_colour;
}

/*
 * Office machines store writing as a mask over a coarse background: print is
 * as fine as the finest picture that covers much of the page, and what was
 * stamped as the finest of those that have the page's colour. 0: no such
 * pictures, or only one.
 */
static void measure_layers(struct arena *a, PopplerPage *page, GList *mapping,
                           const struct image *drawn, struct container *c)
{
    enum { MOST_LAYERS = 6 };
    double w_pt = 0, h_pt = 0, finest = 0, coloured = 0;
    double drawn_dpi = c->dpi_x, zoom = layers_dpi / drawn_dpi;
    int n = 0;
    poppler_page_get_size(page, &w_pt, &h_pt);
    if (!mapping || !mapping->next)
        return;
    const struct image *small =
        image_resize(a, drawn, (int)ceil(drawn->width * zoom),
                     (int)ceil(drawn->height * zoom));
    for (GList *l = mapping; l && n < MOST_LAYERS; l = l->next) {
        const PopplerImageMapping *m = l->data;
        double w = fabs(m->area.x2 - m->area.x1);
        double h = fabs(m->area.y2 - m->area.y1);
        if (w * h < least_layer * w_pt * h_pt)
            continue;
        cairo_surface_t *s = poppler_page_get_image(page, m->image_id);
        if (!s)
            continue;
        double dpi = fmin(cairo_image_surface_get_width(s) / w,
                          cairo_image_surface_get_height(s) / h) *
                     POINTS_PER_INCH;
        if (is_cut_out(s))
            dpi = fmax(dpi, drawn_dpi);
        if (has_colour(a, s, &m->area, small))
            coloured = fmax(coloured, dpi);
        cairo_surface_destroy(s);
        finest = fmax(finest, dpi);
        n++;
    }
    c->layer_dpi = n > 1 ? finest : 0;
    c->colour_dpi = n > 1 ? coloured : 0;
}

static void free_mapping(void *list)
{
    poppler_page_free_image_mapping(list);
}

static const struct image *load_picture(struct arena *a, PopplerPage *page,
                                        const PopplerImageMapping *m)
{
    cairo_surface_t *s = m ? poppler_page_get_image(page, m->image_id) : NULL;
    const struct image *picture = s ? image_from_surface(a, s) : NULL;
    if (s)
        cairo_surface_destroy(s);
    return picture;
}

/* Whether the picture's sides are the page's. Poppler rounds them to points,
 * outwards. */
static bool covers(const PopplerRectangle *r, double w_pt, double h_pt)
{
    const double point = 1.001;
    return fabs(fmin(r->x1, r->x2)) <= point &&
           fabs(fmin(r->y1, r->y2)) <= point &&
           fabs(fmax(r->x1, r->x2) - w_pt) <= point &&
           fabs(fmax(r->y1, r->y2) - h_pt) <= point;
}

/* The density at which the picture's samples are those of an area; on_side: its
 * rows run along the area's columns. */
static void density(const struct image *picture, double w_pt, double h_pt,
                    bool on_side, struct container *c)
{
    int w = on_side ? picture->height : picture->width;
    int h = on_side ? picture->width : picture->height;
    c->dpi_x = w * POINTS_PER_INCH / w_pt;
    c->dpi_y = h * POINTS_PER_INCH / h_pt;
}

/*
 * A page that shows one picture is drawn so that the picture's samples fall on
 * those of the page, which changes none of them. What then differs from it was
 * drawn over it, and a page that is written over is drawn no coarser than other
 * pages. Of a picture that is turned Poppler does not say where it lies: one of
 * the page's shape is tried.
 */
static int picture_page(struct arena *a, PopplerPage *page,
                        const PopplerRectangle *area,
                        const struct image *picture,
                        const struct decode_limits *limits,
                        const struct image **ret, struct container *c,
                        struct err *e)
{
    double w_pt = 0, h_pt = 0;
    poppler_page_get_size(page, &w_pt, &h_pt);
    double shape = log(w_pt / h_pt);
    double own_shape = log((double)picture->width / picture->height);
    bool on_side = fabs(shape + own_shape) < fabs(shape - own_shape);
    bool is_all = covers(area, w_pt, h_pt);
    /* What scanners write; Poppler does not tell how it was coded. */
    c->has_chroma_subsampling = picture->bands == 3;
    if (is_all || fabs(fabs(shape) - fabs(own_shape)) < same_shape) {
        density(picture, w_pt, h_pt, on_side, c);
        int r = render(a, page, c->dpi_x, c->dpi_y, limits, ret, e);
        if (r < 0)
            return r;
        const struct image *seen = as_drawn(a, picture, *ret, on_side);
        *ret = seen ? seen : *ret;
        bool is_fine = fmin(c->dpi_x, c->dpi_y) > same_dpi * limits->render_dpi;
        if (seen || (is_all && is_fine))
            return 0;
    }
    density(picture, fabs(area->x2 - area->x1), fabs(area->y2 - area->y1),
            false, c);
    double own = fmin(c->dpi_x, c->dpi_y);
    c->dpi_x = c->dpi_y = fmin(fmax(own, limits->render_dpi), most_dpi);
    if (own < same_dpi * c->dpi_x)
        c->layer_dpi = c->colour_dpi = own;
    return render(a, page, c->dpi_x, c->dpi_y, limits, ret, e);
}

int pdf_page(struct arena *a, struct pdf *p, int i,
             const struct decode_limits *limits, const struct image **ret_image,
             struct container *ret_container, struct err *e)
{
    PopplerPage *page = poppler_document_get_page(p->document, i);
    if (!page)
        return err_set(e, ERR_FORMAT, "PDF: page %d cannot be read", i + 1);
    arena_defer(a, unref, page);
    double w_pt = 0, h_pt = 0;
    poppler_page_get_size(page, &w_pt, &h_pt);
    struct container *c = ret_container;
    *c = (struct container){
        .format = "pdf",
        .software = p->producer,
        .dpi_x = limits->render_dpi,
        .dpi_y = limits->render_dpi,
    };
    GList *mapping = poppler_page_get_image_mapping(page);
    arena_defer(a, free_mapping, mapping);
    const PopplerImageMapping *m = lone_picture(mapping, w_pt * h_pt);
    const struct image *picture = load_picture(a, page, m);
    if (picture)
        return picture_page(a, page, &m->area, picture, limits, ret_image, c,
                            e);
    int r = render(a, page, c->dpi_x, c->dpi_y, limits, ret_image, e);
    if (r == 0)
        measure_layers(a, page, mapping, *ret_image, c);
    return r;
}
