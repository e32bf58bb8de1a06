/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * For a terminal of 80 columns. A Chinese character takes two columns (East
 * Asian Width W and F, UAX 11), so lines are filled and padded by columns, not
 * by characters. Control characters never come through: a file name or a
 * misread text must not be able to talk to the terminal.
 */

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/utf8.h"
#include "intake/measure/review.h"
#include "intake/report/report.h"
#include "intake/report/report_words.h"

enum { COLUMNS = 78, LABEL_COLUMNS = 20 };

static int width_of(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e}, {0x3041, 0xa4cf},
                {0xac00, 0xd7a3},   {0xf900, 0xfaff}, {0xfe30, 0xfe6f},
                {0xff00, 0xff60},   {0xffe0, 0xffe6}, {0x1f300, 0x1faff},
                {0x20000, 0x3fffd}, {0x2018, 0x201d}};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (c >= wide[i].from && c <= wide[i].to)
            return 2;
    return 1;
}

static int width(const char *s)
{
    int n = 0;
    for (uint32_t c; (c = utf8_next(&s)) != 0;)
        n += width_of(c);
    return n;
}

static void add_character(struct str *out, uint32_t c)
{
    char bytes[4];
    bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
    if (control)
        str_add(out, "?");
    else
        str_add_bytes(out, bytes, utf8_put(c, bytes));
}

/* May not stand at the start of a line. */
static bool is_closing(uint32_t c)
{
    return c == 0x3002 || c == 0xff0c || c == 0x3001 || c == 0xff1b ||
           c == 0xff1a || c == 0xff09 || c == 0x201d || c == 0xff1f;
}

static bool is_opening(uint32_t c)
{
    return c == 0x201c || c == 0xff08 || c == 0x300a;
}

/* The end of what must not be parted: a Latin word or number, an opening mark
 * with what follows, else one character. Its columns in *ret_width. */
static const char *piece_end(const char *s, int *ret_width)
{
    const char *end = s;
    uint32_t c = utf8_next(&end);
    *ret_width = width_of(c);
    while (is_opening(c) && *end) {
        c = utf8_next(&end);
        *ret_width += width_of(c);
    }
    for (; c > ' ' && c < 0x80 && *end > ' '; end++)
        *ret_width += 1; /* bytes of other scripts are negative or > 0x7f */
    return end;
}

/* Columns up to the next two spaces, which part the items of a list. */
static int item_width(const char *s)
{
    const char *gap = strstr(s, "  ");
    int n = 0;
    while (*s && s != gap)
        n += width_of(utf8_next(&s));
    return n;
}

/* Fills lines from column `at`; further lines start at column `indent`. */
static void add_filled(struct str *out, const char *s, int at, int indent)
{
    bool new_item = true, has_items = strstr(s, "  ") != NULL;
    while (*s) {
        int w;
        const char *gap = s, *end = piece_end(s, &w);
        while (*gap == ' ')
            gap++;
        if (gap > s) { /* goes with what follows, or away at a line's end */
            new_item = gap - s > 1;
            end = piece_end(gap, &w);
            w += (int)(gap - s);
        }
        int item = w;
        if (gap > s && new_item && has_items)
            item = (int)(gap - s) + item_width(gap);
        bool fits = at + (item <= COLUMNS - indent ? item : w) <= COLUMNS;
        const char *closing = s;
        if (!fits && at > indent && !is_closing(utf8_next(&closing))) {
            str_printf(out, "\n%*s", indent, "");
            at = indent;
            s = gap; /* no spaces at the start of a line */
            continue;
        }
        while (s < end)
            add_character(out, utf8_next(&s));
        at += w;
    }
    str_add(out, "\n");
}

static void add_padded(struct str *out, const char *s, int columns)
{
    int rest = columns - width(s);
    for (uint32_t c; (c = utf8_next(&s)) != 0;)
        add_character(out, c);
    str_printf(out, "%*s", rest > 0 ? rest : 1, "");
}

static void add_header(struct arena *a, const struct review *r, struct str *out)
{
    const struct order *o = &r->facts->order;
    const char *counts = report_words_counts(a, r->judgement);
    if (o->order_no || o->org_name) {
        const char *title =
            arena_printf(a, "订单 %s  %s", o->order_no ? o->order_no : "—",
                         o->org_name ? o->org_name : "");
        add_filled(out, title, 0, 5);
    }
    add_filled(out,
               arena_printf(a, "%s：%s。机器只提建议，由工作人员决定。",
                            report_words_verdict(r->judgement->verdict),
                            counts[0] ? counts : "没有发现需要人看的地方"),
               0, 0);
}

static void add_findings(struct arena *a, const struct review *r,
                         struct str *out)
{
    int last = -1;
    for (size_t i = 0; i < r->judgement->n_findings; i++) {
        const struct finding *f = &r->judgement->findings[i];
        if ((int)f->severity != last)
            str_printf(out, "\n%s\n", report_words_severity(f->severity));
        last = (int)f->severity;
        str_printf(out, "%3zu. ", i + 1);
        add_filled(out,
                   arena_printf(a, "[%s %s] %s：%s", f->rule->id,
                                report_words_answer(f->answer),
                                report_words_place(a, f->slot, f->page), f->zh),
                   5, 5);
        if (f->advice_zh[0]) {
            str_add(out, "     ");
            add_filled(out, arena_printf(a, "怎么改：%s", f->advice_zh), 5, 13);
        }
    }
}

/* "300 dpi（印章直径）", or what is known of it. */
static const char *dpi_words(struct arena *a, const struct page_facts *p)
{
    if (isfinite(p->dpi_measured))
        return arena_printf(a, "%.0f dpi（%s）", p->dpi_measured,
                            report_words_dpi_source(p->dpi_source));
    return isfinite(p->dpi_declared)
               ? arena_printf(a, "%.0f dpi（文件声明）", p->dpi_declared)
               : "dpi 未知";
}

static void add_page(struct arena *a, const struct document *d, size_t number,
                     struct str *out)
{
    const struct page_facts *p = &d->pages[number - 1];
    const char *shows = report_words_shows(p, d->slot);
    const char *line =
        arena_printf(a, "第 %zu 页  %d×%d  %s  %s", number, p->width, p->height,
                     report_words_capture(p->capture), dpi_words(a, p));
    if (isfinite(p->clarity))
        line = arena_printf(a, "%s  清晰度 %.0f", line, p->clarity);
    if (isfinite(p->skew_deg))
        line = arena_printf(a, "%s  倾斜 %.1f°", line, p->skew_deg);
    if (isfinite(p->scale_ratio))
        line = arena_printf(a, "%s  缩放 %.0f%%", line, 100 * p->scale_ratio);
    if (shows)
        line = arena_printf(a, "%s  识别为：%s", line, shows);
    str_add(out, "    ");
    add_filled(out, line, 4, 6);
}

static void add_documents(struct arena *a, const struct review *r, bool reveal,
                          struct str *out)
{
    if (r->facts->n_documents > 0)
        str_add(out, "\n材料\n");
    for (size_t i = 0; i < r->facts->n_documents; i++) {
        const struct document *d = &r->facts->documents[i];
        str_add(out, "  ");
        add_padded(out, slot_zh(d->slot), LABEL_COLUMNS);
        add_filled(out, d->file ? d->file : "", 2 + LABEL_COLUMNS, 4);
        for (size_t k = 0; k < d->n_pages; k++)
            add_page(a, d, k + 1, out);
        for (size_t k = 0; k < d->n_fields; k++) {
            const struct field *f = &d->fields[k];
            str_add(out, "    ");
            add_padded(out, report_words_field(f->name), LABEL_COLUMNS);
            const char *compared =
                f->verified.against
                    ? arena_printf(a, "；%s，%.0f%%",
                                   report_words_verified(f->verified.result),
                                   100 * f->verified.confidence)
                    : "";
            add_filled(out,
                       arena_printf(a, "%s  （%s，%.0f%%%s）",
                                    report_words_value(a, f, reveal),
                                    report_words_source(f->source),
                                    100 * f->confidence, compared),
                       4 + LABEL_COLUMNS, 6 + LABEL_COLUMNS);
        }
    }
}

static void add_seals(struct arena *a, const struct review *r, struct str *out)
{
    if (r->facts->n_seals > 0)
        str_add(out, "\n印章\n");
    for (size_t i = 0; i < r->facts->n_seals; i++) {
        const struct seal *s = &r->facts->seals[i];
        const char *line = arena_printf(
            a, "%s  %s  %s  %s  %s", report_words_place(a, s->slot, s->page),
            report_words_role(s->role), report_words_shape(s->shape),
            report_words_colour(s->colour), report_words_ink(s->ink));
        if (isfinite(s->size_mm[0]) && isfinite(s->size_mm[1]))
            line = arena_printf(a, "%s  %.1f×%.1f mm", line, s->size_mm[0],
                                s->size_mm[1]);
        if (isfinite(s->clarity))
            line = arena_printf(a, "%s  清晰度 %.0f", line, s->clarity);
        if (isfinite(s->completeness))
            line =
                arena_printf(a, "%s  完整 %.0f%%", line, 100 * s->completeness);
        if (s->image)
            line = arena_printf(a, "%s  %s", line, s->image);
        str_add(out, "  ");
        add_filled(out, line, 2, 4);
    }
}

void report_text(struct arena *a, const struct review *r, bool reveal,
                 struct str *out)
{
    add_header(a, r, out);
    add_findings(a, r, out);
    add_documents(a, r, reveal, out);
    add_seals(a, r, out);
}
