/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/depict.h"

#include <math.h>
#include <stdbool.h>
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
#include "intake/review.h"
#include "intake/wire.h"

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

/* Not larger than `longest` px; the factor goes to *ret_scale. */
static const struct image *fit(struct arena *a, const struct image *im,
                               int longest, double *ret_scale)
{
    int side = im->width > im->height ? im->width : im->height;
    *ret_scale = side > longest ? (double)longest / side : 1;
    if (side <= longest)
        return im;
    int w = (int)lround(im->width * *ret_scale);
    int h = (int)lround(im->height * *ret_scale);
    return image_resize(a, im, w > 0 ? w : 1, h > 0 ? h : 1);
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

int depict_page(struct depict *d, struct arena *a, const struct page *page,
                int number, const struct document *read, struct err *e)
{
    struct caption c = {PICTURE_PAGE, number, "", 1};
    const struct image *small = fit(a, page->scan, PREVIEW_PX, &c.scale);
    uint8_t *px;
    struct image *copy =
        image_new(a, small->width, small->height, small->bands, &px);
    memcpy(px, small->px,
           (size_t)small->width * (size_t)small->height * (size_t)small->bands);
    for (size_t i = 0; i < read->n_fields && !d->reveal; i++) {
        const struct field *f = &read->fields[i];
        if (f->page == number && field_is_private(f->name))
            blank(
                copy, px,
                affine_rect(affine_scale(c.scale, c.scale), middle_of(f->box)));
    }
    return send_jpeg(d, a, &c, copy, e);
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
    struct caption c = {PICTURE_FIELD, f->page, f->name, 1};
    const struct image *crop =
        rect_is_empty(f->box) ? NULL
                              : around(a, page, f->box, field_margin * line);
    if (!crop || (field_is_private(f->name) && !d->reveal))
        return 0; /* also a value without a place, as from a QR's text */
    crop = fit(a, image_turn(a, crop, page->turns), CROP_PX, &c.scale);
    return send_png(d, a, &c, crop, 0, e);
}

static const struct image *at_dpi(struct arena *a, const struct found_seal *s,
                                  double dpi)
{
    if (!(dpi > 0 && s->cut_dpi > 0) || dpi == s->cut_dpi)
        return s->cut;
    int w = (int)lround(s->cut->width * dpi / s->cut_dpi);
    int h = (int)lround(s->cut->height * dpi / s->cut_dpi);
    return image_resize(a, s->cut, w > 0 ? w : 1, h > 0 ? h : 1);
}

int depict_seal(struct depict *d, struct arena *a, const struct page *page,
                const struct found_seal *seal, struct err *e)
{
    int page_number = 1; /* the parent takes the page from the seal */
    char *of = arena_printf(a, "%d", d->n_seals++);
    struct caption cut = {PICTURE_SEAL, page_number, of, 1};
    struct caption source = {PICTURE_SEAL_SOURCE, page_number, of, 1};
    Rect box = seal->seal.box;
    int r = 0;
    if (seal->cut) {
        double dpi =
            d->seal_dpi > 0 && seal->cut_dpi > 0 ? d->seal_dpi : seal->cut_dpi;
        r = send_png(d, a, &cut, at_dpi(a, seal, d->seal_dpi), dpi, e);
    }
    const struct image *crop =
        around(a, page, box, seal_margin * (box.w > box.h ? box.w : box.h));
    if (r || !crop)
        return r;
    crop = fit(a, crop, CROP_PX, &source.scale);
    return send_jpeg(d, a, &source, crop, e);
}

void depict_stage(struct depict *d, struct arena *a, int number,
                  const char *name, const struct image *im)
{
    struct caption c = {PICTURE_STAGE, number, name, 1};
    send_png(d, a, &c, im, 0, NULL);
}
