/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The comparison strip: one value from several sources, a row each, character
 * under character. Every row is aligned with the first one; where a row has
 * characters the first does not, all rows get empty cells, so that the same
 * place stands in the same column. A difference is bold, framed and marked
 * by an arrow below, never by colour alone.
 */

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/uscc.h"
#include "base/utf8.h"
#include "intake/report/html.h"
#include "intake/report/report_words.h"
#include "rules/name.h"
#include "rules/qr.h"
#include "rules/reading.h"

enum { ROWS = 5 };

struct row {
    const char *label, *value; /* value NULL: nothing was read */
    const char *note;          /* how it was read; NULL: nothing to say */
    const struct picture *crop;
    const struct name_step *steps; /* against the first value */
    size_t n_steps;
    const uint32_t *cells;
};

struct grid {
    struct row rows[ROWS];
    size_t n, columns;
};

static struct row *add_row(struct grid *g, const char *label, const char *value)
{
    struct row *r = &g->rows[g->n++];
    *r = (struct row){.label = label, .value = value};
    return r;
}

static void add_field_row(const struct html *h, struct grid *g, enum slot slot,
                          const char *name)
{
    const struct field *f = reading_field(h->review->facts, slot, name);
    struct row *r = add_row(g, slot_zh(slot), f ? f->value : NULL);
    if (!f)
        return;
    r->note = arena_printf(h->arena, "%s %.0f%%",
                           f->source == SOURCE_OCR_REPAIRED
                               ? "按校验位修正"
                               : report_words_source(f->source),
                           100 * f->confidence);
    r->crop = review_picture(h->review, PICTURE_FIELD, slot, f->page, name);
}

/* Columns: before each character of the first value as many as any row adds
 * there. `extra` has length + 1 entries. */
static void lay_out(struct arena *a, struct grid *g, const size_t *extra,
                    size_t length)
{
    g->columns = length;
    for (size_t i = 0; i <= length; i++)
        g->columns += extra[i];
    for (size_t i = 0; i < g->n; i++) {
        struct row *r = &g->rows[i];
        uint32_t *cells = arena_new_array(a, g->columns + 1, uint32_t);
        size_t at = 0, column = 0, used = 0;
        for (size_t k = 0; k < r->n_steps; k++) {
            if (!r->steps[k].a) {
                cells[column + used++] = r->steps[k].b;
                continue;
            }
            column += extra[at++];
            cells[column++] = r->steps[k].b;
            used = 0;
        }
        r->cells = cells;
    }
}

static void align(struct arena *a, struct grid *g)
{
    const char *first = NULL;
    for (size_t i = 0; !first && i < g->n; i++)
        first = g->rows[i].value;
    if (!first)
        return;
    size_t length = utf8_length(utf8_name(a, first));
    length = length < NAME_MAX_LENGTH ? length : NAME_MAX_LENGTH;
    size_t *extra = arena_new_array(a, length + 1, size_t);
    for (size_t i = 0; i < g->n; i++) {
        struct row *r = &g->rows[i];
        if (!r->value)
            continue;
        struct name_match m = name_compare(a, first, r->value);
        r->steps = m.steps;
        r->n_steps = m.n_steps;
        size_t at = 0, run = 0;
        for (size_t k = 0; k < m.n_steps; k++) {
            run = m.steps[k].a ? 0 : run + 1;
            extra[at] = run > extra[at] ? run : extra[at];
            at += m.steps[k].a != 0;
        }
    }
    lay_out(a, g, extra, length);
}

/* Does the column hold more than one thing among the rows that were read? */
static bool differs(const struct grid *g, size_t column)
{
    const struct row *first = NULL;
    for (size_t i = 0; i < g->n; i++) {
        const struct row *r = &g->rows[i];
        if (!r->value)
            continue;
        if (first && r->cells[column] != first->cells[column])
            return true;
        first = first ? first : r;
    }
    return false;
}

static void add_cells(const struct html *h, const struct grid *g,
                      const struct row *r)
{
    html_raw(h, "<td class=\"cells\">");
    if (!r->value) {
        html_raw(h, "<span class=\"none\">没有读出</span></td>");
        return;
    }
    html_raw(h, "<span class=\"spoken\">");
    html_text(h, r->value);
    html_raw(h, "</span><span aria-hidden=\"true\">");
    for (size_t c = 0; c < g->columns; c++) {
        char bytes[5] = {0};
        if (r->cells[c])
            utf8_put(r->cells[c], bytes);
        html_raw(h, differs(g, c) ? "<i class=\"off\">" : "<i>");
        html_text(h, bytes);
        html_raw(h, "</i>");
    }
    html_raw(h, "</span></td>");
}

static void add_verdict(const struct html *h, const struct row *r)
{
    char code[USCC_SIZE];
    const char *words = "", *style = "";
    if (r->value && !uscc_fold(r->value, code)) {
        words = "✗ 不是 18 位";
        style = "bad";
    } else if (r->value && uscc_is_valid(code)) {
        words = "✓ 校验位正确";
        style = "good";
    } else if (r->value) {
        words = uscc_is_pilot(code) ? "？ 早期试点代码" : "✗ 校验位不对";
        style = "bad";
    }
    html_printf(h, "<td class=\"check %s\">%s</td>", style, words);
}

static void add_arrows(const struct html *h, const struct grid *g)
{
    int n = 0;
    for (size_t c = 0; c < g->columns; c++)
        n += differs(g, c);
    if (n == 0)
        return;
    html_raw(h, "<tr class=\"arrows\"><th scope=\"row\">不同之处</th>"
                "<td class=\"cells\">");
    html_printf(h,
                "<span class=\"spoken\">%d 处</span>"
                "<span aria-hidden=\"true\">",
                n);
    for (size_t c = 0; c < g->columns; c++)
        html_raw(h, differs(g, c) ? "<i>▲</i>" : "<i></i>");
    html_raw(h, "</span></td></tr>");
}

static void add_grid(const struct html *h, const struct grid *g,
                     const char *title, bool codes)
{
    html_printf(h, "<table class=\"grid %s\"><caption>%s</caption><tbody>",
                codes ? "codes" : "names", title);
    for (size_t i = 0; i < g->n; i++) {
        const struct row *r = &g->rows[i];
        html_raw(h, "<tr><th scope=\"row\">");
        html_text(h, r->label);
        html_raw(h, "</th>");
        add_cells(h, g, r);
        if (codes)
            add_verdict(h, r);
        html_raw(h, "<td class=\"crop\">");
        html_picture(h, r->crop, "crop", "原图上的这一行");
        html_raw(h, "</td><td class=\"note\">");
        html_text(h, r->note ? r->note : "");
        html_raw(h, "</td></tr>");
    }
    add_arrows(h, g);
    html_raw(h, "</tbody></table>");
}

/* Codes are shown as they are compared; what is no code, as it was read. */
static void fold_codes(struct arena *a, struct grid *g)
{
    for (size_t i = 0; i < g->n; i++) {
        char code[USCC_SIZE];
        const char *v = g->rows[i].value;
        if (v && uscc_fold(v, code))
            g->rows[i].value = arena_strdup(a, code);
    }
}

static void compare_codes(const struct html *h)
{
    const struct facts *f = h->review->facts;
    const struct field *qr = reading_field(f, SLOT_BUSINESS_LICENSE, "qr");
    struct grid g = {.n = 0};
    if (f->order.credit_code)
        add_row(&g, "订单", f->order.credit_code);
    add_field_row(h, &g, SLOT_APPLICATION_FORM, "credit_code");
    add_field_row(h, &g, SLOT_BUSINESS_LICENSE, "credit_code");
    struct qr parsed = {.host = ""};
    if (qr)
        parsed = qr_parse(h->arena, qr->value);
    struct row *r = add_row(&g, "执照二维码", parsed.code);
    r->note = qr ? parsed.host[0] ? parsed.host : "不是网址" : NULL;
    if (reading_field(f, SLOT_AUTHORIZATION_LETTER, "credit_code"))
        add_field_row(h, &g, SLOT_AUTHORIZATION_LETTER, "credit_code");
    fold_codes(h->arena, &g);
    align(h->arena, &g);
    add_grid(h, &g, "统一社会信用代码", true);
}

static void compare_names(const struct html *h)
{
    const struct facts *f = h->review->facts;
    struct grid g = {.n = 0};
    if (f->order.org_name)
        add_row(&g, "订单", f->order.org_name);
    add_field_row(h, &g, SLOT_APPLICATION_FORM, "org_name");
    add_field_row(h, &g, SLOT_BUSINESS_LICENSE, "org_name");
    if (reading_field(f, SLOT_AUTHORIZATION_LETTER, "org_name"))
        add_field_row(h, &g, SLOT_AUTHORIZATION_LETTER, "org_name");
    align(h->arena, &g);
    add_grid(h, &g, "单位名称", false);
}

/* A person's name on the papers that may hold it; nothing when no paper has
 * it. */
static void compare_persons(const struct html *h, const char *title,
                            const char *field, const enum slot slots[3])
{
    const struct facts *f = h->review->facts;
    const char *ordered = order_value(&f->order, field);
    struct grid g = {.n = 0};
    size_t n_read = 0;
    if (ordered)
        add_row(&g, "订单", ordered);
    for (size_t i = 0; i < 3; i++) {
        if (!facts_document(f, slots[i]))
            continue;
        n_read += reading_field(f, slots[i], field) != NULL;
        add_field_row(h, &g, slots[i], field);
    }
    if (n_read == 0)
        return;
    align(h->arena, &g);
    add_grid(h, &g, title, false);
}

void html_compare(const struct html *h)
{
    static const enum slot heads[3] = {SLOT_APPLICATION_FORM,
                                       SLOT_BUSINESS_LICENSE,
                                       SLOT_AUTHORIZATION_LETTER};
    static const enum slot handlers[3] = {SLOT_APPLICATION_FORM, SLOT_ID_CARD,
                                          SLOT_AUTHORIZATION_LETTER};
    html_raw(h, "<section id=\"compare\"><h2>核对</h2>");
    compare_codes(h);
    compare_names(h);
    compare_persons(h, "法定代表人", "legal_rep", heads);
    compare_persons(h, "经办人姓名", "handler_name", handlers);
    html_raw(h, "</section>\n");
}
