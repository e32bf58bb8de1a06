/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The pages with the findings' boxes drawn over them, and the fields that were
 * read. Boxes are placed in percent of the preview, so they stay in place at
 * every size. Private numbers were blanked when the preview was made.
 */

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/report/html.h"
#include "intake/report/report_words.h"

/* The page picture of document i: the files of a slot are told apart by their
 * order, as they came. */
static const struct picture *page_picture(const struct html *h, size_t i,
                                          int page)
{
    const struct facts *f = h->review->facts;
    size_t skip = 0;
    for (size_t k = 0; k < i; k++)
        skip += f->documents[k].slot == f->documents[i].slot &&
                (size_t)page <= f->documents[k].n_pages;
    for (size_t k = 0; k < h->review->n_pictures; k++) {
        const struct picture *p = &h->review->pictures[k];
        if (p->kind == PICTURE_PAGE && p->slot == f->documents[i].slot &&
            p->page == page && skip-- == 0)
            return p;
    }
    return NULL;
}

/* The preview set upright: the picture is turned by the style sheet, boxes by
 * the same map as the page. */
struct view {
    const struct picture *picture;
    int turns;            /* clockwise quarters */
    double width, height; /* of the upright page, in scan pixels */
    Affine upright_from_scan;
};

static struct view view_of(const struct picture *p, const struct page_facts *f)
{
    struct view v = {.picture = p,
                     .turns = ((f->rotation_deg / 90) % 4 + 4) % 4};
    double w = p->width / p->scale, h = p->height / p->scale;
    v.upright_from_scan = affine_quarter_turn(v.turns, w, h);
    v.width = v.turns % 2 ? h : w;
    v.height = v.turns % 2 ? w : h;
    return v;
}

/* Where a box of the scan, or the whole page, stands on the upright page. */
static Rect place(const struct view *v, Rect box)
{
    Rect page = {0, 0, v->width, v->height};
    double gap = v->width * 0.004;
    if (rect_is_empty(box))
        return rect_inset(page, gap, gap);
    box = affine_rect(v->upright_from_scan, box);
    return rect_intersect(rect_inset(box, -gap, -gap), page);
}

static void add_position(const struct html *h, const struct view *v, Rect box)
{
    html_printf(h,
                "style=\"left:%.2f%%;top:%.2f%%;width:%.2f%%;height:%.2f%%\"",
                100 * box.x / v->width, 100 * box.y / v->height,
                100 * box.w / v->width, 100 * box.h / v->height);
}

static void add_box(const struct html *h, const struct view *v, size_t finding,
                    size_t k)
{
    const struct finding *f = &h->review->judgement->findings[finding];
    bool whole = rect_is_empty(f->evidence[k].box);
    Rect box = place(v, f->evidence[k].box);
    html_printf(h,
                "<a class=\"box %s%s%s\" id=\"e%zu-%zu\" href=\"#f%zu\" "
                "data-finding=\"%zu\" ",
                severity_name(f->severity), whole ? " whole" : "",
                box.x < v->width * 0.04 ? " edge" : "", finding + 1, k,
                finding + 1, finding + 1);
    add_position(h, v, box);
    html_printf(h, " title=\"%zu. ", finding + 1);
    html_text(h, f->zh);
    html_printf(h, "\"><b>%zu</b></a>", finding + 1);
}

static void add_boxes(const struct html *h, const struct view *v)
{
    const struct judgement *j = h->review->judgement;
    for (size_t i = 0; i < j->n_findings; i++)
        for (size_t k = 0; k < j->findings[i].n_evidence; k++) {
            const struct evidence *e = &j->findings[i].evidence[k];
            if (e->slot == v->picture->slot && e->page == v->picture->page)
                add_box(h, v, i, k);
        }
}

static void add_page(const struct html *h, size_t i, size_t page)
{
    const struct document *d = &h->review->facts->documents[i];
    const struct picture *p = page_picture(h, i, (int)page + 1);
    html_printf(h, "<figure id=\"p-%zu-%zu\"><figcaption>第 %zu 页", i + 1,
                page + 1, page + 1);
    html_printf(h, "<span>%d×%d 像素</span>", d->pages[page].width,
                d->pages[page].height);
    const char *shows = report_words_shows(&d->pages[page], d->slot);
    if (shows)
        html_printf(h, "<span>识别为：%s</span>", shows);
    html_raw(h, "</figcaption>");
    if (!p || !(p->scale > 0)) {
        html_raw(h, "<p class=\"none\">没有预览图</p></figure>");
        return;
    }
    struct view v = view_of(p, &d->pages[page]);
    html_printf(h, "<div class=\"sheet turn%d\" style=\"--w:%.0f;--h:%.0f\">",
                v.turns, v.width * p->scale, v.height * p->scale);
    html_picture(h, p, "page",
                 report_words_place(h->arena, d->slot, (int)page + 1));
    if (facts_document(h->review->facts, d->slot) == d)
        add_boxes(h, &v);
    html_raw(h, "</div></figure>");
}

static void add_fields(const struct html *h, const struct document *d)
{
    if (d->n_fields == 0)
        return;
    html_raw(h, "<dl class=\"fields\" aria-label=\"读出的内容\">");
    for (size_t i = 0; i < d->n_fields; i++) {
        const struct field *f = &d->fields[i];
        html_raw(h, "<div><dt>");
        html_text(h, report_words_field(f->name));
        html_raw(h, "</dt><dd>");
        html_text(h, report_words_value(h->arena, f, h->reveal));
        html_printf(h, "<small>%s %.0f%%</small>",
                    report_words_source(f->source), 100 * f->confidence);
        if (f->verified.against)
            html_printf(h, "<small>%s %.0f%%</small>",
                        report_words_verified(f->verified.result),
                        100 * f->verified.confidence);
        html_raw(h, "</dd></div>");
    }
    html_raw(h, "</dl>");
}

static void add_document(const struct html *h, size_t i)
{
    const struct document *d = &h->review->facts->documents[i];
    bool first = facts_document(h->review->facts, d->slot) == d;
    html_raw(h, "<section class=\"document\"");
    if (first)
        html_printf(h, " id=\"d-%s\"", slot_name(d->slot));
    html_raw(h, "><h2>");
    html_text(h, slot_zh(d->slot));
    html_raw(h, "<small>");
    html_text(h, d->file ? d->file : "");
    if (d->certificate) {
        html_raw(h, " · ");
        html_text(h, d->certificate);
    }
    html_raw(h, "</small></h2>");
    if (d->error) {
        html_raw(h, "<p class=\"none\">");
        html_text(h, err_zh(d->error));
        html_raw(h, "</p>");
    }
    add_fields(h, d);
    for (size_t page = 0; page < d->n_pages; page++)
        add_page(h, i, page);
    html_raw(h, "</section>\n");
}

void html_pages(const struct html *h)
{
    for (size_t i = 0; i < h->review->facts->n_documents; i++)
        add_document(h, i);
}
