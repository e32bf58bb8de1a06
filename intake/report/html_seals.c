/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The seals as they will be written into the token, and what was measured. */

#include <math.h>

#include "base/arena.h"
#include "intake/report/html.h"
#include "intake/report/report_words.h"

/* A number in words, or NULL when it was not measured. */
#define MEASURED(h, value, ...)                                                \
    (isfinite(value) ? arena_printf((h)->arena, __VA_ARGS__) : NULL)

static void add_picture(const struct html *h, const struct picture *p,
                        const char *style, const char *caption)
{
    if (!p)
        return;
    html_printf(h, "<figure class=\"%s\"><div>", style);
    html_picture(h, p, "seal", caption);
    html_printf(h, "</div><figcaption>%s</figcaption></figure>", caption);
}

static void add_seal(const struct html *h, const struct seal *s)
{
    const struct review *r = h->review;
    const struct picture *cut =
        review_picture(r, PICTURE_SEAL, s->slot, s->page, s->id);
    const struct picture *source =
        review_picture(r, PICTURE_SEAL_SOURCE, s->slot, s->page, s->id);
    html_raw(h, "<article class=\"seal\"><h3>");
    html_text(h, report_words_role(s->role));
    html_raw(h, "<small>");
    html_text(h, report_words_place(h->arena, s->slot, s->page));
    html_raw(h, "</small></h3><div class=\"views\">");
    add_picture(h, source, "source", "原图");
    add_picture(h, cut, "checker", "提取，透明底");
    add_picture(h, cut, "white", "提取，白底");
    html_raw(h, "</div><dl>");
    html_row(h, "形状", report_words_shape(s->shape));
    html_row(h, "尺寸",
             MEASURED(h, s->size_mm[0] + s->size_mm[1], "%.1f × %.1f mm",
                      s->size_mm[0], s->size_mm[1]));
    html_row(h, "旋转", MEASURED(h, s->rotation_deg, "%.1f°", s->rotation_deg));
    html_row(h, "颜色", report_words_colour(s->colour));
    html_row(h, "印迹", report_words_ink(s->ink));
    html_row(h, "完整",
             MEASURED(h, s->completeness, "%.0f%%", 100 * s->completeness));
    html_row(h, "清晰度", MEASURED(h, s->clarity, "%.0f / 100", s->clarity));
    html_row(h, "底色杂质",
             MEASURED(h, s->background, "%.1f%%", 100 * s->background));
    html_row(h, "把握",
             MEASURED(h, s->confidence, "%.0f%%", 100 * s->confidence));
    html_row(h, "文件", s->image);
    html_raw(h, "</dl></article>");
}

void html_seals(const struct html *h)
{
    const struct facts *f = h->review->facts;
    html_raw(h, "<section id=\"seals\"><h2>印章</h2>");
    if (f->n_seals == 0)
        html_raw(h, "<p class=\"none\">没有找到印章</p>");
    for (size_t i = 0; i < f->n_seals; i++)
        add_seal(h, &f->seals[i]);
    html_raw(h, "</section>\n");
}

static void add_cell(const struct html *h, const char *value)
{
    html_raw(h, "<td>");
    html_text(h, value ? value : "—");
    html_raw(h, "</td>");
}

static void add_measures(const struct html *h, const struct document *d,
                         size_t page)
{
    const struct page_facts *p = &d->pages[page];
    html_raw(h, "<tr><th scope=\"row\">");
    html_text(h, report_words_place(h->arena, d->slot, (int)page + 1));
    html_raw(h, "</th>");
    add_cell(h, p->capture == CAPTURE_UNKNOWN
                    ? "未知"
                    : arena_printf(h->arena, "%s %.0f%%",
                                   report_words_capture(p->capture),
                                   100 * p->capture_confidence));
    add_cell(h, MEASURED(h, p->dpi_declared, "%.0f", p->dpi_declared));
    add_cell(h, MEASURED(h, p->dpi_measured, "%.0f（%s）", p->dpi_measured,
                         report_words_dpi_source(p->dpi_source)));
    add_cell(h, MEASURED(h, p->effective_dpi, "%.0f%s", p->effective_dpi,
                         p->upscaled == TRI_YES ? "（放大过）" : ""));
    add_cell(h, MEASURED(h, p->scale_ratio, "%.0f%%", 100 * p->scale_ratio));
    add_cell(h, MEASURED(h, p->skew_deg, "%.1f°", p->skew_deg));
    add_cell(h, MEASURED(h, p->clarity, "%.0f", p->clarity));
    add_cell(h, MEASURED(h, p->worst_clarity, "%.0f", p->worst_clarity));
    add_cell(h, p->has_colour == TRI_UNKNOWN ? NULL
                : p->has_colour == TRI_YES   ? "彩色"
                                             : "黑白");
    html_raw(h, "</tr>");
}

void html_measures(const struct html *h)
{
    const struct facts *f = h->review->facts;
    html_raw(h, "<section id=\"measures\"><h2>测量</h2><div class=\"scroll\">"
                "<table class=\"measures\"><thead><tr><th scope=\"col\">页"
                "</th><th scope=\"col\">采集方式</th><th scope=\"col\">声明 dpi"
                "</th><th scope=\"col\">实测 dpi</th><th scope=\"col\">有效 dpi"
                "</th><th scope=\"col\">缩放比</th><th scope=\"col\">倾斜</th>"
                "<th scope=\"col\">清晰度</th><th scope=\"col\">最差处</th>"
                "<th scope=\"col\">颜色</th></tr></thead><tbody>");
    for (size_t i = 0; i < f->n_documents; i++)
        for (size_t page = 0; page < f->documents[i].n_pages; page++)
            add_measures(h, &f->documents[i], page);
    html_raw(h, "</tbody></table></div></section>\n");
}
