/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Titles are large, so the largest lines are read first. Gold and orange ones
 * reflect red light as paper does and are not in the page's text picture; blue
 * light they swallow.
 */

#include "ocr/title.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/arena.h"
#include "imaging/bitonal.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/text_lines.h"
#include "ocr/line.h"
#include "ocr/second.h"
#include "ocr/sheet.h"

enum {
    TITLES = 9,    /* large lines that may be the title */
    TOP_LINES = 5, /* else the topmost ones */
    BLUE = 2,
    HALF_MOST = 6, /* symbols of half a line */
    BOOK = 0x672c  /* the second character of both words */
};

/* In median heights of the page's lines, or in heights of the line. */
static const double large = 1.25;
static const double row_gap = 1.1;
static const double bracket_gap = 4; /* within "(copy)", spaced out */

static const double least_sure = 0.5; /* of the character that tells */

/* --- rows -----------------------------------------------------------------*/

static int by_height(const void *p, const void *q)
{
    double a = (*(const struct run *const *)p)->box.h;
    double b = (*(const struct run *const *)q)->box.h;
    return (a < b) - (a > b);
}

/* Runs that may be in a title: large ones, the largest first. */
static size_t large_runs(struct sheet *s, const struct run **ret)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        if (s->runs[i].box.h >= large * s->height)
            ret[n++] = &s->runs[i];
    if (n > 1)
        qsort(ret, n, sizeof *ret, by_height);
    return n;
}

/* The box of a run and of all that stands no further beside it than so many
 * heights: characters of titles are so large that their strokes may have come
 * apart. */
static Rect whole_row(const struct sheet *s, Rect box, double reach)
{
    Rect row = box;
    bool *in = arena_new_array(s->a, s->n + 1, bool);
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < s->n; i++) {
            Rect r = s->runs[i].box;
            double gap = fmax(r.x - (row.x + row.w), row.x - (r.x + r.w));
            double y = rect_center(r).y;
            if (in[i] || gap > reach * box.h || y < box.y ||
                y > box.y + box.h || r.h > 1.2 * box.h)
                continue;
            row = rect_union(row, r);
            in[i] = again = true;
        }
    }
    return row;
}

/* --- copy or original -----------------------------------------------------*/

/* "（副本）" or "（正本）", or one half of it where the line was torn in two; a
 * character that was hardly read is none. */
static const char *copy_word(const struct tess_text *t, double *ret_sure)
{
    static const struct {
        uint32_t c;
        const char *word;
    } words[] = {{0x526f, "副本"}, {0x6b63, "正本"}};
    for (size_t i = 0; i < t->n; i++)
        for (size_t k = 0; k < 2; k++) {
            bool is_whole = i + 1 < t->n && t->symbols[i + 1].c == BOOK;
            *ret_sure = t->symbols[i].confidence;
            if (t->symbols[i].c == words[k].c && *ret_sure >= least_sure &&
                (is_whole || t->n <= HALF_MOST))
                return words[k].word;
        }
    return NULL;
}

static int read_row(struct sheet *s, Rect row, bool second,
                    struct tess_text *ret, struct err *e)
{
    static const struct line_how how = {{TESS_CHINESE, TESS_LINE, NULL},
                                        {36, 0.25, false, true}};
    struct place p = {.page = s->page->text, .lines = &row, .n = 1};
    s->left--;
    return second ? second_read(s->second, s->a, p, ret, e)
                  : line_read(s->tess, s->a, p.page, &row, 1, &how, ret, e);
}

/* Asks the other reader when the first one makes no sense of it. */
static int read_copy(struct sheet *s, Rect row, struct err *e)
{
    int readers = s->second ? 2 : 1;
    for (int i = 0; i < readers; i++) {
        struct tess_text t;
        int code = read_row(s, row, i > 0, &t, e);
        if (code < 0)
            return code;
        double sure;
        const char *word = copy_word(&t, &sure);
        if (!word)
            continue;
        sheet_add(s, "license_copy",
                  (struct reading){.value = arena_strdup(s->a, word),
                                   .confidence = sure,
                                   .box = row,
                                   .source = SOURCE_OCR});
        for (size_t k = 0; k < s->n; k++)
            if (rect_has_point(row, rect_center(s->runs[k].box)))
                s->is_value[k] = true;
        return 0;
    }
    return 0;
}

/* The words copy or original stand in brackets below the title, in a short
 * line; pieces of the frame beside the title may have made its box too high. */
static int read_under_title(struct sheet *s, Rect title, struct err *e)
{
    Rect under = {title.x, title.y + 0.4 * title.h, title.w, 2.2 * title.h};
    Rect old = {0};
    if (s->page->slot != SLOT_BUSINESS_LICENSE)
        return 0;
    for (size_t i = 0; i < s->n; i++) {
        Rect r = s->runs[i].box;
        if (!rect_has_point(under, rect_center(r)) || r.h > 0.6 * title.h ||
            r.w < r.h || r.w > 10 * r.h || s->left <= 0 ||
            rect_has_point(old, rect_center(r)) ||
            document_field(s->d, "license_copy"))
            continue;
        old = whole_row(s, r, bracket_gap);
        int code = read_copy(s, old, e);
        if (code < 0)
            return code;
    }
    return 0;
}

/* --- titles ---------------------------------------------------------------*/

static int accept_title(struct sheet *s, const struct title *t, double sure,
                        Rect box, struct err *e)
{
    s->title = t;
    s->title_box = box;
    s->title_sure = sure;
    if (s->d->recognized_as == SLOT_UNKNOWN)
        s->d->recognized_as = t->slot;
    if (t->kind != TITLE_CERTIFICATE || s->d->certificate)
        return 0;
    s->d->certificate = t->text;
    return read_under_title(s, box, e);
}

/* A row that is one run has been read for good. */
static void keep_text(struct sheet *s, const struct run *r, Rect row,
                      const struct tess_text *text)
{
    size_t i = (size_t)(r - s->runs);
    if (row.w > r->box.w || row.h > r->box.h)
        return;
    s->texts[i] = *text;
    s->is_read[i] = true;
}

/* Large lines first. */
static int read_large(struct sheet *s, struct err *e)
{
    static const struct line_how how = {{TESS_CHINESE, TESS_LINE, NULL},
                                        {40, 0.2, false, true}};
    const struct run **c = arena_new_array(s->a, s->n + 1, const struct run *);
    Rect seen[TITLES];
    size_t n = large_runs(s, c), n_seen = 0;
    for (size_t k = 0; k < n && n_seen < TITLES && s->left > 0; k++) {
        bool old = false;
        for (size_t i = 0; i < n_seen; i++)
            old = old || rect_has_point(seen[i], rect_center(c[k]->box));
        Rect row = whole_row(s, c[k]->box, row_gap);
        if (old || row.w < 2 * row.h)
            continue;
        seen[n_seen++] = row;
        s->left--;
        struct tess_text text;
        int code =
            line_read(s->tess, s->a, s->page->text, &row, 1, &how, &text, e);
        if (code < 0)
            return code;
        keep_text(s, c[k], row, &text);
        double sure;
        const struct title *t = fields_match_title(&text, &sure);
        if (t)
            return accept_title(s, t, sure, row, e);
    }
    return 0;
}

/* The topmost lines that are wide enough for a title. */
static int read_top(struct sheet *s, struct err *e)
{
    for (size_t i = 0, top = 0; i < s->n && top < TOP_LINES; i++) {
        if (s->runs[i].box.w < 3 * s->runs[i].box.h)
            continue;
        top++;
        int code = sheet_read(s, i, e);
        if (code <= 0)
            return code;
        double sure;
        const struct title *t = fields_match_title(&s->texts[i], &sure);
        if (t)
            return accept_title(s, t, sure, s->runs[i].box, e);
    }
    return 0;
}

/* The page as blue light shows it, at 150 dpi. Its lines are looked for at half
 * of that, where strokes of titles are no longer than those of text. */
static struct page *blue_page(const struct sheet *s)
{
    struct page *p = arena_memdup(s->a, s->page, sizeof *p);
    double factor = s->page->text_dpi / BITONAL_DPI;
    int w = (int)fmax(2, round(p->text->width / factor));
    int h = (int)fmax(2, round(p->text->height / factor));
    const struct image *blue = image_band(s->a, p->scan, BLUE);
    p->scan_from_text =
        affine_compose(affine_scale(factor, factor), p->scan_from_text);
    p->text = image_warp(s->a, blue, p->scan_from_text, w, h, 255);
    p->text_dpi = BITONAL_DPI;
    const struct image *half = image_resize(s->a, p->text, w / 2, h / 2);
    struct Pix *black = bitonal_from_image(s->a, half, BITONAL_DPI);
    p->lines = text_lines_find(s->a, black, 0.5, &p->n_lines);
    return p;
}

static int read_golden(struct sheet *s, struct err *e)
{
    if (s->page->slot != SLOT_BUSINESS_LICENSE || s->page->scan->bands <= BLUE)
        return 0;
    const struct page *page = blue_page(s);
    double factor = s->page->text_dpi / page->text_dpi;
    struct sheet *blue =
        sheet_new(s->tess, s->a, page, s->number, s->d, s->left);
    blue->second = s->second;
    blue->height = s->height / factor;
    int code = read_large(blue, e);
    Rect box = blue->title_box;
    s->left = blue->left;
    s->title = blue->title;
    s->title_sure = blue->title_sure;
    s->title_box =
        (Rect){box.x * factor, box.y * factor, box.w * factor, box.h * factor};
    return code;
}

int title_read(struct sheet *s, struct err *e)
{
    static int (*const ways[])(struct sheet *, struct err *) = {
        read_large, read_top, read_golden};
    int code = 0;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (code == 0 && !s->title)
            code = ways[i](s, e);
    return code;
}
