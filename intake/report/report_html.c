/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The frame of report.html: what the machine proposes and why on the left,
 * what it saw on the right. The page works without its script, which only
 * links findings and boxes, and its policy forbids every request.
 */

#include <stdarg.h>

#include "base/arena.h"
#include "base/str.h"
#include "intake/report/html.h"
#include "intake/report/report.h"
#include "intake/report/report_words.h"

void html_raw(const struct html *h, const char *markup)
{
    str_add(h->out, markup);
}

void html_printf(const struct html *h, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    str_add(h->out, arena_vprintf(h->arena, fmt, ap));
    va_end(ap);
}

void html_text(const struct html *h, const char *text)
{
    str_add_html(h->out, text);
}

void html_picture(const struct html *h, const struct picture *p,
                  const char *css_class, const char *alt)
{
    if (!p)
        return;
    bool jpeg = p->kind == PICTURE_PAGE || p->kind == PICTURE_SEAL_SOURCE;
    html_printf(h, "<img class=\"%s\" width=\"%d\" height=\"%d\" alt=\"",
                css_class, p->width, p->height);
    html_text(h, alt);
    html_printf(h, "\" src=\"data:image/%s;base64,", jpeg ? "jpeg" : "png");
    str_add_base64(h->out, p->bytes, p->n);
    html_raw(h, "\">");
}

void html_row(const struct html *h, const char *label, const char *value)
{
    if (!value)
        return;
    html_raw(h, "<div><dt>");
    html_text(h, label);
    html_raw(h, "</dt><dd>");
    html_text(h, value);
    html_raw(h, "</dd></div>");
}

static void add_head(const struct html *h)
{
    const struct order *o = &h->review->facts->order;
    html_raw(h, "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head>"
                "<meta charset=\"utf-8\">"
                "<meta http-equiv=\"Content-Security-Policy\" content=\""
                "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
                "script-src 'unsafe-inline'; base-uri 'none'; "
                "form-action 'none'\">"
                "<meta name=\"viewport\" content=\"width=device-width\">"
                "<meta name=\"referrer\" content=\"no-referrer\"><title>");
    html_text(h, "预审报告");
    if (o->order_no) {
        html_raw(h, " ");
        html_text(h, o->order_no);
    }
    html_raw(h, "</title><style>");
    html_raw(h, html_style);
    html_raw(h, "</style></head><body>");
}

static void add_title(const struct html *h)
{
    const struct order *o = &h->review->facts->order;
    enum verdict v = h->review->judgement->verdict;
    const char *counts = report_words_counts(h->arena, h->review->judgement);
    html_raw(h, "<header><div class=\"who\"><p class=\"kind\">上传材料预审报告"
                "</p><h1>");
    html_text(h, o->org_name ? o->org_name : "（没有单位名称）");
    html_raw(h, "</h1><p class=\"order\">");
    if (o->order_no) {
        html_raw(h, "<span>订单 <b>");
        html_text(h, o->order_no);
        html_raw(h, "</b></span>");
    }
    if (o->project) {
        html_raw(h, "<span>");
        html_text(h, o->project);
        html_raw(h, "</span>");
    }
    if (o->with_seal != TRI_UNKNOWN)
        html_raw(h, o->with_seal == TRI_YES ? "<span>主锁（含签章）</span>"
                                            : "<span>副锁（不含签章）</span>");
    if (h->review->facts->today) {
        html_raw(h, "<span>审核日期 ");
        html_text(h, h->review->facts->today);
        html_raw(h, "</span>");
    }
    html_printf(h, "</p></div><div class=\"verdict %s\" role=\"status\"><b>",
                verdict_name(v));
    html_text(h, report_words_verdict(v));
    html_raw(h, "</b><span>");
    html_text(h, counts[0] ? counts : "没有发现需要人看的地方");
    html_raw(h, "</span><small>机器只提建议，由工作人员决定</small></div>"
                "</header>\n");
}

static void add_navigation(const struct html *h)
{
    html_raw(h, "<nav aria-label=\"跳到\"><a href=\"#compare\">核对</a>");
    const struct facts *f = h->review->facts;
    for (int s = 0; s < SLOT_COUNT; s++)
        if (facts_document(f, (enum slot)s)) {
            html_printf(h, "<a href=\"#d-%s\">", slot_name((enum slot)s));
            html_text(h, slot_zh((enum slot)s));
            html_raw(h, "</a>");
        }
    html_raw(h, "<a href=\"#seals\">印章</a><a href=\"#measures\">测量</a>"
                "</nav>\n");
}

static void add_foot(const struct html *h)
{
    html_raw(h, "<footer>sealdesk ");
    html_text(h, h->review->version);
    if (h->review->config_hash) {
        html_raw(h, " · 规则设置 ");
        html_printf(h, "%.12s", h->review->config_hash);
    }
    html_raw(h, h->reveal ? " · 证件号、手机号未遮盖，请注意保管"
                          : " · 证件号、手机号已遮盖");
    html_raw(h, "</footer><script>");
    html_raw(h, html_script);
    html_raw(h, "</script></body></html>\n");
}

void report_html(struct arena *a, const struct review *r, bool reveal,
                 struct str *out)
{
    struct html h = {a, r, reveal, out};
    add_head(&h);
    add_title(&h);
    html_raw(&h, "<div class=\"desk\"><aside aria-label=\"发现的问题\">");
    html_findings(&h);
    html_raw(&h, "</aside>\n<main>");
    add_navigation(&h);
    html_compare(&h);
    html_pages(&h);
    html_seals(&h);
    html_measures(&h);
    html_raw(&h, "</main></div>\n");
    add_foot(&h);
}
