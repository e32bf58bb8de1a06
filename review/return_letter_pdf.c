/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The only door to Cairo and Pango of this folder. A JPEG goes into the file
 * as it is (CAIRO_MIME_TYPE_JPEG): it is shown through a clip, so that a page
 * is held once and no foreign picture is decoded in this process.
 */

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "base/err.h"
#include "base/str.h"
#include "review/return_letter.h"

/* A4 in points. */
static const double page_w = 595.28, page_h = 841.89, margin = 62, gap = 8;
static const double picture_max_w = 230, picture_max_h = 110;
/* Cairo 1.16 loses single glyphs when it embeds a part of a CFF font such as
 * Noto's (its text stays, its outline is empty), so a TrueType one comes
 * first. */
static const char family[] =
    "WenQuanYi Micro Hei,WenQuanYi Zen Hei,Noto Sans CJK SC";
static const double ink[] = {0.11, 0.13, 0.15}, soft[] = {0.30, 0.34, 0.38},
                    blue[] = {0.04, 0.31, 0.54}, pale[] = {0.93, 0.96, 0.98};

struct pdf {
    cairo_t *cr;
    const struct return_letter_page *pages;
    cairo_surface_t **images; /* of the pages, made when first shown */
    size_t n_pages;
    double y;
};

static void set_colour(struct pdf *p, const double c[3])
{
    cairo_set_source_rgb(p->cr, c[0], c[1], c[2]);
}

static PangoLayout *layout(struct pdf *p, const char *text, double size,
                           bool bold, double width)
{
    PangoLayout *l = pango_cairo_create_layout(p->cr);
    PangoFontDescription *d = pango_font_description_new();
    pango_font_description_set_family_static(d, family);
    pango_font_description_set_absolute_size(d, size * PANGO_SCALE);
    if (bold)
        pango_font_description_set_weight(d, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(l, d);
    pango_font_description_free(d);
    pango_layout_set_width(l, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_line_spacing(l, 1.35F);
    pango_layout_set_text(l, text, -1);
    return l;
}

static double height_of(PangoLayout *l)
{
    PangoRectangle r;
    pango_layout_get_extents(l, NULL, &r);
    return (double)r.height / PANGO_SCALE;
}

/* A new page when less than this is left. */
static void make_room(struct pdf *p, double height)
{
    if (p->y + height <= page_h - margin)
        return;
    cairo_show_page(p->cr);
    p->y = margin;
}

struct style {
    double size, indent, after;
    bool bold, centred, boxed;
    const double *colour;
};

static void add_text(struct pdf *p, const char *text, const struct style *s)
{
    if (!text[0])
        return;
    double pad = s->boxed ? gap : 0;
    double width = page_w - 2 * margin - s->indent - 2 * pad;
    PangoLayout *l = layout(p, text, s->size, s->bold, width);
    if (s->centred)
        pango_layout_set_alignment(l, PANGO_ALIGN_CENTER);
    double height = height_of(l) + 2 * pad;
    make_room(p, height);
    if (s->boxed) {
        set_colour(p, pale);
        cairo_rectangle(p->cr, margin + s->indent, p->y, width + 2 * pad,
                        height);
        cairo_fill(p->cr);
    }
    set_colour(p, s->colour);
    cairo_move_to(p->cr, margin + s->indent + pad, p->y + pad);
    pango_cairo_show_layout(p->cr, l);
    g_object_unref(l);
    p->y += height + s->after;
}

/* The page as a surface that stands for its JPEG; its own pixels are never
 * looked at, so one that is too large to be made only goes missing. */
static cairo_surface_t *image_of(struct pdf *p,
                                 const struct return_letter_page *page)
{
    cairo_surface_t **at = &p->images[page - p->pages];
    if (!*at) {
        *at = cairo_image_surface_create(CAIRO_FORMAT_RGB24, page->width,
                                         page->height);
        cairo_surface_set_mime_data(*at, CAIRO_MIME_TYPE_JPEG, page->jpeg,
                                    page->n, NULL, NULL);
    }
    return *at;
}

static void draw_view(struct pdf *p, const struct return_letter_page *page,
                      Rect box, double x, double scale)
{
    struct return_letter_view v = return_letter_view(page, box);
    const Affine *u = &v.upright;
    cairo_matrix_t m;
    cairo_matrix_init(&m, u->a, u->d, u->b, u->e, u->c, u->f);
    cairo_save(p->cr);
    cairo_translate(p->cr, x, p->y);
    cairo_scale(p->cr, scale, scale);
    cairo_translate(p->cr, -v.shown.x, -v.shown.y);
    cairo_rectangle(p->cr, v.shown.x, v.shown.y, v.shown.w, v.shown.h);
    cairo_clip_preserve(p->cr);
    cairo_save(p->cr);
    cairo_transform(p->cr, &m);
    cairo_set_source_surface(p->cr, image_of(p, page), 0, 0);
    cairo_paint(p->cr);
    cairo_restore(p->cr);
    set_colour(p, soft);
    cairo_set_line_width(p->cr, 1 / scale);
    cairo_stroke(p->cr);
    set_colour(p, blue);
    cairo_set_line_width(p->cr, 1.6 / scale);
    cairo_rectangle(p->cr, v.box.x, v.box.y, v.box.w, v.box.h);
    cairo_stroke(p->cr);
    cairo_restore(p->cr);
}

/* Side by side as long as there is room. */
static void add_pictures(struct pdf *p, const struct return_letter_item *item)
{
    double x = margin, row = 0;
    for (size_t i = 0; i < item->n_pictures; i++) {
        const struct return_letter_page *page =
            return_letter_find_page(p->pages, p->n_pages, &item->pictures[i]);
        if (!page)
            continue;
        Rect shown = return_letter_view(page, item->pictures[i].box).shown;
        double scale = picture_max_w / shown.w;
        if (shown.h * scale > picture_max_h)
            scale = picture_max_h / shown.h;
        if (x + shown.w * scale > page_w - margin || row == 0) {
            p->y += row > 0 ? row + gap : 0;
            x = margin;
            row = 0;
            make_room(p, shown.h * scale);
        }
        draw_view(p, page, item->pictures[i].box, x, scale);
        x += shown.w * scale + gap;
        row = shown.h * scale > row ? shown.h * scale : row;
    }
    p->y += row > 0 ? row + gap : 0;
}

static void add_item(struct pdf *p, const struct return_letter_item *item,
                     size_t number)
{
    const struct style title = {12, 0, 2, true, false, false, ink},
                       what = {11, 0, 4, false, false, false, ink},
                       advice = {11, 0, gap, false, false, true, ink};
    char *line = g_strdup_printf("%zu. %s", number, item->title);
    make_room(p, 70); /* a title alone at the foot of a page reads badly */
    add_text(p, line, &title);
    g_free(line);
    add_text(p, item->text, &what);
    if (item->advice[0]) {
        line = g_strdup_printf("怎么改：%s", item->advice);
        add_text(p, line, &advice);
        g_free(line);
    }
    add_pictures(p, item);
    p->y += gap;
}

static void draw(struct pdf *p, const struct return_letter *l)
{
    const struct style title = {18, 0, 4, true, true, false, ink},
                       number = {10, 0, 18, false, true, false, soft},
                       plain = {11, 0, 10, false, false, false, ink},
                       small = {10, 0, 0, false, false, false, soft};
    char *line = g_strdup_printf("订单编号：%s", l->order_no);
    add_text(p, l->title, &title);
    add_text(p, line, &number);
    g_free(line);
    if (l->to[0]) {
        line = g_strdup_printf("%s：", l->to);
        add_text(p, line, &plain);
        g_free(line);
    }
    add_text(p, l->intro, &plain);
    for (size_t i = 0; i < l->n_items; i++)
        add_item(p, &l->items[i], i + 1);
    add_text(p, l->kept, &plain);
    add_text(p, l->closing, &plain);
    add_text(p, l->contact, &small);
}

static cairo_status_t write_bytes(void *out, const unsigned char *bytes,
                                  unsigned n)
{
    struct str *t = out;
    str_add_bytes(t, bytes, n);
    return t->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

int return_letter_pdf(const struct return_letter *l,
                      const struct return_letter_page *pages, size_t n_pages,
                      struct str *out, struct err *e)
{
    cairo_surface_t *file =
        cairo_pdf_surface_create_for_stream(write_bytes, out, page_w, page_h);
    struct pdf p = {.cr = cairo_create(file),
                    .pages = pages,
                    .images = g_new0(cairo_surface_t *, n_pages + 1),
                    .n_pages = n_pages,
                    .y = margin};
    cairo_pdf_surface_set_metadata(file, CAIRO_PDF_METADATA_TITLE, l->title);
    /* Without a time: the same letter is the same bytes. */
    cairo_pdf_surface_set_metadata(file, CAIRO_PDF_METADATA_CREATE_DATE, "");
    draw(&p, l);
    cairo_destroy(p.cr);
    cairo_surface_finish(file);
    cairo_status_t status = cairo_surface_status(file);
    cairo_surface_destroy(file);
    for (size_t i = 0; i < n_pages; i++)
        if (p.images[i])
            cairo_surface_destroy(p.images[i]);
    g_free(p.images);
    return status ? err_set(e, ERR_LIBRARY, "cairo: %s",
                            cairo_status_to_string(status))
                  : 0;
}
