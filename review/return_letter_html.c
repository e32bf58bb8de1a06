/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Each page's JPEG is in the file once; the pictures are views of it by SVG, so
 * no picture is decoded here and no style attribute is needed: the page is the
 * same under the strictest content security policy that lets its own style
 * sheet in.
 */

#include "base/str.h"
#include "review/return_letter.h"

static const char head[] =
    "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width\">"
    "<meta name=\"color-scheme\" content=\"light\">";

static const char style[] =
    "<style>"
    "body{margin:0;background:#f2f4f6;color:#1c2127;font:16px/1.7 "
    "\"Noto Sans CJK SC\",\"Noto Sans SC\",\"Microsoft YaHei\",\"PingFang SC\","
    "sans-serif}"
    "main{max-width:760px;margin:24px auto;padding:32px 40px 40px;"
    "background:#fff;border:1px solid #d5dae0}"
    "h1{font-size:22px;text-align:center;margin:0 0 4px}"
    ".no{text-align:center;color:#4d5761;font-size:14px;margin:0 0 24px}"
    "ol{padding:0;margin:16px 0;list-style:none}"
    "li{padding:14px 0;border-top:1px solid #d5dae0}"
    "h2{font-size:16px;margin:0 0 4px}"
    "p{margin:0 0 8px;overflow-wrap:anywhere}"
    ".do{padding:8px 12px;background:#edf4fa;border-left:4px solid #1d4f7c}"
    ".do b{margin-right:.6em}"
    "figure{display:inline-block;vertical-align:top;margin:8px 12px 0 0;"
    "width:calc(50% - 16px)}"
    "figure svg{display:block;width:100%;border:1px solid #8a939c}"
    "figcaption{font-size:13px;color:#4d5761}"
    ".sign{margin-top:24px;color:#4d5761;font-size:14px}"
    "@media(max-width:560px){main{margin:0;padding:20px 16px}"
    "figure{width:100%}}"
    "@media print{body{background:#fff}main{border:0;margin:0;padding:0}"
    "li{break-inside:avoid}}"
    "</style>";

static void paragraph(struct str *out, const char *css_class, const char *text)
{
    if (!text[0])
        return;
    str_printf(out, "<p class=\"%s\">", css_class);
    str_add_html(out, text);
    str_add(out, "</p>");
}

/* Every page that some item shows, as something to be used by its id. */
static void add_pages(const struct return_letter *l,
                      const struct return_letter_page *pages, size_t n,
                      struct str *out)
{
    str_add(out, "<svg width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>");
    for (size_t p = 0; p < n; p++) {
        bool used = false;
        for (size_t i = 0; i < l->n_items; i++)
            for (size_t k = 0; k < l->items[i].n_pictures; k++)
                used |= return_letter_find_page(
                            pages, n, &l->items[i].pictures[k]) == &pages[p];
        if (!used)
            continue;
        str_printf(out,
                   "<image id=\"p%zu\" width=\"%d\" height=\"%d\" "
                   "href=\"data:image/jpeg;base64,",
                   p, pages[p].width, pages[p].height);
        str_add_base64(out, pages[p].jpeg, pages[p].n);
        str_add(out, "\"/>");
    }
    str_add(out, "</defs></svg>");
}

static void add_picture(const struct return_letter_page *pages, size_t n,
                        const struct evidence *e, struct str *out)
{
    const struct return_letter_page *page =
        return_letter_find_page(pages, n, e);
    if (!page)
        return;
    struct return_letter_view v = return_letter_view(page, e->box);
    double line = v.shown.w / 150;
    str_printf(out,
               "<figure><svg viewBox=\"%.1f %.1f %.1f %.1f\" role=\"img\" "
               "aria-label=\"",
               v.shown.x, v.shown.y, v.shown.w, v.shown.h);
    str_add_html(out, slot_zh(e->slot));
    str_printf(out,
               "第 %d 页的一部分，有问题的地方用框标出\"><g transform=\"matrix("
               "%g %g %g %g %g %g)\"><use href=\"#p%zu\"/></g><rect x=\"%.1f\" "
               "y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"none\" "
               "stroke=\"#0b4f8a\" stroke-width=\"%.1f\"/></svg><figcaption>",
               e->page, v.upright.a, v.upright.d, v.upright.b, v.upright.e,
               v.upright.c, v.upright.f, (size_t)(page - pages), v.box.x,
               v.box.y, v.box.w, v.box.h, line);
    str_add_html(out, slot_zh(e->slot));
    str_printf(out, "第 %d 页</figcaption></figure>", e->page);
}

static void add_item(const struct return_letter_item *item, size_t number,
                     const struct return_letter_page *pages, size_t n,
                     struct str *out)
{
    str_printf(out, "<li><h2>%zu. ", number);
    str_add_html(out, item->title);
    str_add(out, "</h2>");
    paragraph(out, "what", item->text);
    if (item->advice[0]) {
        str_add(out, "<p class=\"do\"><b>怎么改</b>");
        str_add_html(out, item->advice);
        str_add(out, "</p>");
    }
    for (size_t i = 0; i < item->n_pictures; i++)
        add_picture(pages, n, &item->pictures[i], out);
    str_add(out, "</li>");
}

void return_letter_html(const struct return_letter *l,
                        const struct return_letter_page *pages, size_t n_pages,
                        struct str *out)
{
    str_add(out, head);
    str_add(out, "<title>");
    str_add_html(out, l->title);
    str_add(out, "</title>");
    str_add(out, style);
    str_add(out, "</head><body><main><h1>");
    str_add_html(out, l->title);
    str_add(out, "</h1><p class=\"no\">订单编号：");
    str_add_html(out, l->order_no);
    str_add(out, "</p>");
    add_pages(l, pages, n_pages, out);
    if (l->to[0]) {
        str_add(out, "<p>");
        str_add_html(out, l->to);
        str_add(out, "：</p>");
    }
    paragraph(out, "intro", l->intro);
    str_add(out, "<ol>");
    for (size_t i = 0; i < l->n_items; i++)
        add_item(&l->items[i], i + 1, pages, n_pages, out);
    str_add(out, "</ol>");
    paragraph(out, "kept", l->kept);
    paragraph(out, "closing", l->closing);
    paragraph(out, "sign", l->contact);
    str_add(out, "</main></body></html>\n");
}
