/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of findings: worst first, numbered through, with links to boxes. */

#include "base/arena.h"
#include "intake/report/html.h"
#include "intake/report/report_words.h"

/* Links to the pages of the evidence, each page once. */
static void add_places(const struct html *h, const struct finding *f,
                       size_t number)
{
    html_raw(h, "<p class=\"where\">");
    for (size_t i = 0; i < f->n_evidence; i++) {
        const struct evidence *e = &f->evidence[i];
        bool seen = e->page <= 0;
        for (size_t k = 0; k < i; k++)
            seen |= f->evidence[k].slot == e->slot &&
                    f->evidence[k].page == e->page;
        if (seen)
            continue;
        bool drawn = review_picture(h->review, PICTURE_PAGE, e->slot, e->page,
                                    NULL) != NULL;
        if (drawn)
            html_printf(h, "<a href=\"#e%zu-%zu\">", number, i);
        html_text(h, report_words_place(h->arena, e->slot, e->page));
        html_raw(h, drawn ? "</a>" : " ");
    }
    if (f->n_evidence == 0)
        html_text(h, report_words_place(h->arena, f->slot, f->page));
    html_raw(h, "</p>");
}

static void add_finding(const struct html *h, const struct finding *f,
                        size_t number)
{
    html_printf(h, "<li id=\"f%zu\" value=\"%zu\" data-finding=\"%zu\">",
                number, number, number);
    html_printf(h, "<span class=\"no\" aria-hidden=\"true\">%zu</span><div>",
                number);
    html_raw(h, "<p class=\"say\">");
    html_text(h, f->zh);
    html_raw(h, "</p>");
    if (f->advice_zh[0]) {
        html_raw(h, "<p class=\"advice\"><b>怎么改</b>");
        html_text(h, f->advice_zh);
        html_raw(h, "</p>");
    }
    add_places(h, f, number);
    html_printf(h, "<p class=\"rule\"><span>%s</span>",
                report_words_answer(f->answer));
    html_text(h, f->rule->id);
    html_raw(h, "</p></div></li>");
}

void html_findings(const struct html *h)
{
    const struct judgement *j = h->review->judgement;
    static const char *const meaning[] = {"仅供参考", "由工作人员确认",
                                          "建议退回"};
    if (j->n_findings == 0)
        html_raw(h, "<p class=\"nothing\"><b>没有发现问题</b>全部规则都已检查，"
                    "没有需要人看的地方。请照常抽看原图。</p>");
    for (size_t i = 0; i < j->n_findings;) {
        enum severity s = j->findings[i].severity;
        size_t end = i;
        while (end < j->n_findings && j->findings[end].severity == s)
            end++;
        html_printf(h,
                    "<section class=\"%s\"><h2>%s<em>%zu</em><small>%s"
                    "</small></h2><ol>",
                    severity_name(s), report_words_severity(s), end - i,
                    meaning[s]);
        for (; i < end; i++)
            add_finding(h, &j->findings[i], i + 1);
        html_raw(h, "</ol></section>");
    }
}
