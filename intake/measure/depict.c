/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/measure/depict.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/facts.h"
#include "base/jval.h"
#include "base/str.h"
#include "imaging/image.h"
#include "imaging/jpeg_out.h"
#include "imaging/page.h"
#include "imaging/png_out.h"
#include "imaging/seal_png.h"
#include "imaging/tiles.h"
#include "intake/measure/overlay.h"
#include "intake/measure/review.h"
#include "intake/measure/wire.h"

enum {
    PREVIEW_PX = 1100,
    CROP_PX = 900,
    QUALITY = 80,
    MAX_HEAD = 4096,
};

static const double field_margin = 0.4; /* of the height of the line */
static const double seal_margin = 0.08; /* of the seal's longer side */

struct caption {
    enum picture_kind kind;
    int page;
    const char *of;
    double scale;
    int rung, levels; /* of a seal's picture (imaging/seal_png.h), else 0 */
    double dpi;
    bool is_small_enough;
};

static int send_picture(const struct depict *d, const struct caption *c,
                        const struct image *im, const uint8_t *bytes, size_t n,
                        struct err *e)
{
    struct str head;
    struct jval *j = jval_new_object();
    jval_set_int(j, "kind", c->kind);
    jval_set_int(j, "page", c->page);
    jval_set_string(j, "of", c->of);
    jval_set_int(j, "width", im->width);
    jval_set_int(j, "height", im->height);
    jval_set_real(j, "scale", c->scale, 6);
    if (c->rung > 0) {
        jval_set_int(j, "rung", c->rung);
        jval_set_int(j, "levels", c->levels);
        jval_set_real(j, "dpi", c->dpi, 3);
        jval_set_bool(j, "is_small_enough", c->is_small_enough);
    }
    str_init(&head, MAX_HEAD);
    jval_print(j, false, &head);
    jval_free(j);
    int r = wire_write2(d->fd, WIRE_PICTURE, head.s, head.len + 1, bytes, n, e);
    str_done(&head);
    return r;
}

static int send_jpeg(const struct depict *d, struct arena *a,
                     const struct caption *c, const struct image *im,
                     struct err *e)
{
    uint8_t *bytes;
    size_t n;
    int r = jpeg_out_write(a, im, QUALITY, &bytes, &n, e);
    return r ? r : send_picture(d, c, im, bytes, n, e);
}

static int send_png(const struct depict *d, struct arena *a,
                    const struct caption *c, const struct image *im, double dpi,
                    struct err *e)
{
    uint8_t *bytes;
    size_t n;
    int r = png_out_write(a, im, dpi, &bytes, &n, e);
    return r ? r : send_picture(d, c, im, bytes, n, e);
}

static int longest_side(const struct image *im)
{
    return im->width > im->height ? im->width : im->height;
}

/* Not larger than `longest` px; the factor goes to *ret_scale. */
static const struct image *fit(struct arena *a, const struct image *im,
                               int longest, double *ret_scale)
{
    int side = longest_side(im);
    *ret_scale = side > longest ? (double)longest / side : 1;
    if (side <= longest)
        return im;
    int w = (int)lround(im->width * *ret_scale);
    int h = (int)lround(im->height * *ret_scale);
    return image_resize(a, im, w > 0 ? w : 1, h > 0 ? h : 1);
}

/* The page as large as a screen. What the search for ink reduced already is
 * between one and two times that, as a rule. */
static const struct image *preview(struct arena *a, const struct page *page,
                                   double *ret_scale)
{
    const struct image *im = page->coarse;
    if (!im || longest_side(im) < PREVIEW_PX)
        return fit(a, page->scan, PREVIEW_PX, ret_scale);
    double scale = (double)PREVIEW_PX / longest_side(im);
    *ret_scale = scale / page->scan_from_ink.a;
    return image_warp(a, im, affine_scale(1 / scale, 1 / scale),
                      (int)fmax(1, round(im->width * scale)),
                      (int)fmax(1, round(im->height * scale)), UINT8_MAX);
}

/* The middle of a number: what facts_mask_number stars out, as a box. */
static Rect middle_of(Rect box)
{
    bool lies = box.w >= box.h;
    return rect_inset(box, lies ? 0.22 * box.w : -0.1 * box.w,
                      lies ? -0.1 * box.h : 0.22 * box.h);
}

static void blank(const struct image *im, uint8_t *px, Rect r)
{
    r = rect_intersect(r, (Rect){0, 0, im->width, im->height});
    for (int y = (int)r.y; y < (int)(r.y + r.h); y++)
        memset(px + ((size_t)y * (size_t)im->width + (size_t)r.x) *
                        (size_t)im->bands,
               0x60, (size_t)r.w * (size_t)im->bands);
}

/* The boxes that must not be seen on this page, in pixels of the scan. */
static const Rect *hidden_boxes(const struct depict *d, struct arena *a,
                                int number, const struct document *read,
                                size_t *ret_n)
{
    Rect *boxes = arena_new_array(a, read->n_fields, Rect);
    *ret_n = 0;
    for (size_t i = 0; i < read->n_fields && !d->reveal; i++) {
        const struct field *f = &read->fields[i];
        if (f->page == number && field_is_private(f->name))
            boxes[(*ret_n)++] = middle_of(f->box);
    }
    return boxes;
}

/* A copy with the boxes blanked; `scale`: its pixels per pixel of the scan. */
static const struct image *without(struct arena *a, const struct image *im,
                                   double scale, const Rect *boxes, size_t n)
{
    uint8_t *px;
    struct image *copy = image_new(a, im->width, im->height, im->bands, &px);
    memcpy(px, im->px,
           (size_t)im->width * (size_t)im->height * (size_t)im->bands);
    for (size_t i = 0; i < n; i++)
        blank(copy, px, affine_rect(affine_scale(scale, scale), boxes[i]));
    return copy;
}

int depict_page(struct depict *d, struct arena *a, const struct page *page,
                int number, const struct document *read, struct err *e)
{
    struct caption c = {
        .kind = PICTURE_PAGE, .page = number, .of = "", .scale = 1};
    size_t n;
    const Rect *hidden = hidden_boxes(d, a, number, read, &n);
    const struct image *small = preview(a, page, &c.scale);
    return send_jpeg(d, a, &c, without(a, small, c.scale, hidden, n), e);
}

static int send_tiles(const struct depict *d, struct arena *a, int number,
                      const struct image *im, const Rect *only, size_t n_only,
                      struct err *e)
{
    uint8_t *bytes;
    size_t n;
    int r = tiles_write(a, im, only, n_only, &bytes, &n, e);
    if (r)
        return r;
    const char *head = arena_printf(a, "{\"page\":%d,\"private\":%s}", number,
                                    n_only ? "true" : "false");
    return wire_write2(d->fd, WIRE_TILES, head, strlen(head) + 1, bytes, n, e);
}

int depict_tiles(struct depict *d, struct arena *a, const struct page *page,
                 int number, const struct document *read, struct err *e)
{
    size_t n;
    const Rect *hidden = hidden_boxes(d, a, number, read, &n);
    const struct image *shown =
        n ? without(a, page->scan, 1, hidden, n) : page->scan;
    int r = send_tiles(d, a, number, shown, NULL, 0, e);
    if (r == 0 && n > 0 && d->sends_private)
        r = send_tiles(d, a, number, page->scan, hidden, n, e);
    return r;
}

/* The part of the scan around a box, or NULL when there is none. */
static const struct image *around(struct arena *a, const struct page *page,
                                  Rect box, double margin)
{
    const Rect whole = {0, 0, page->scan->width, page->scan->height};
    Rect r = rect_intersect(rect_inset(box, -margin, -margin), whole);
    double x = floor(r.x), y = floor(r.y);
    r = (Rect){x, y, ceil(r.x + r.w) - x, ceil(r.y + r.h) - y};
    if (r.w < 1 || r.h < 1)
        return NULL;
    return image_crop(a, page->scan, rect_intersect(r, whole));
}

int depict_field(struct depict *d, struct arena *a, const struct page *page,
                 const struct field *f, struct err *e)
{
    double line = f->box.w < f->box.h ? f->box.w : f->box.h;
    struct caption c = {
        .kind = PICTURE_FIELD, .page = f->page, .of = f->name, .scale = 1};
    const struct image *crop =
        rect_is_empty(f->box) ? NULL
                              : around(a, page, f->box, field_margin * line);
    if (!crop || (field_is_private(f->name) && !d->reveal && !d->sends_private))
        return 0; /* also a value without a place, as from a QR's text */
    crop = fit(a, image_turn(a, crop, page->turns), CROP_PX, &c.scale);
    return send_png(d, a, &c, crop, 0, e);
}

/* The picture for the token, and which form of it was taken. */
static int send_seal_png(const struct depict *d, struct arena *a,
                         const struct page *page, struct caption *c,
                         const struct found_seal *s, struct err *e)
{
    struct seal_png png;
    int r = seal_png_write(a, s->cut, s->cut_dpi, s->max_bytes, &png, e);
    if (r)
        return r;
    struct image size = {png.width, png.height, 4, NULL};
    c->scale =
        png.dpi > 0 ? png.dpi / page->dpi : (double)png.width / s->cut->width;
    c->rung = png.rung;
    c->levels = png.levels;
    c->dpi = png.dpi;
    c->is_small_enough = png.is_small_enough;
    return send_picture(d, c, &size, png.bytes, png.n, e);
}

int depict_seal(struct depict *d, struct arena *a, const struct page *page,
                const struct found_seal *seal, struct err *e)
{
    int page_number = 1; /* the parent takes the page from the seal */
    char *of = arena_printf(a, "%d", d->n_seals++);
    struct caption cut = {
        .kind = PICTURE_SEAL, .page = page_number, .of = of, .scale = 1};
    struct caption source = {
        .kind = PICTURE_SEAL_SOURCE, .page = page_number, .of = of, .scale = 1};
    Rect box = seal->seal.box;
    int r = 0;
    if (seal->cut)
        r = send_seal_png(d, a, page, &cut, seal, e);
    const struct image *crop =
        around(a, page, box, seal_margin * (box.w > box.h ? box.w : box.h));
    if (r || !crop)
        return r;
    crop = fit(a, crop, CROP_PX, &source.scale);
    return send_jpeg(d, a, &source, crop, e);
}

int depict_overlays(struct depict *d, struct arena *a, const struct page *page,
                    int number, struct err *e)
{
    enum { RAMP = 16 };
    int r = 0;
    for (size_t i = 0; i < OVERLAYS && r == 0; i++) {
        struct caption c = {.kind = PICTURE_OVERLAY,
                            .page = number,
                            .of = overlay_name(i),
                            .scale = 1};
        const struct image *im = overlay_draw(a, page, i, &c.scale);
        uint8_t *bytes;
        size_t n;
        if (!im)
            continue;
        r = png_out_write_ramp(a, im, 0, RAMP, &bytes, &n, e);
        if (r == 0)
            r = send_picture(d, &c, im, bytes, n, e);
    }
    return r;
}

void depict_stage(struct depict *d, struct arena *a, int number,
                  const char *name, const struct image *im)
{
    struct caption c = {
        .kind = PICTURE_STAGE, .page = number, .of = name, .scale = 1};
    send_png(d, a, &c, im, 0, NULL);
}
