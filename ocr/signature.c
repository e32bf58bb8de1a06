/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The place of a signature begins at its label and goes as far to the right
 * and down as a hand does, or to the rules of its cell. Print in it is what
 * has the label's size and can be read; dates are print in any hand. What ink
 * is left, in pieces that are no specks and are not cut off by the edge of the
 * place, decides by its amount.
 */

#include "ocr/signature.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "imaging/flood.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "ocr/fields.h"
#include "ocr/pen.h"
#include "ocr/sheet.h"

enum { LABELS_TRIED = 12, MAX_LABEL = 20, RUNS_TRIED = 10 };

/* In heights of the label, about 4 mm. */
static const double far_left = 3, far_right = 16, far_down = 13, up = 1.6;
static const double same_row = 16;
static const double least_print = 0.6, most_print = 1.4;
static const double rule_length = 4.5, rule_thick = 0.2;
static const double speck = 0.3;
static const double least_width = 1, least_height = 0.7, least_ink = 0.15;
static const double no_ink = 0.02; /* squared heights, of all pieces */

/* A line of print of the label's size is read at least so surely. */
static const double readable = 0.85;

/* --- the label ------------------------------------------------------------*/

static bool has_any(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strstr(text, *words))
            return true;
    return false;
}

static const char *text_of(struct sheet *s, size_t run, size_t from, size_t to)
{
    const struct tess_text *t = &s->texts[run];
    char *text = arena_alloc(s->a, t->n * 4 + 1, 1);
    size_t len = 0;
    for (size_t i = from; i < t->n && i < to; i++)
        len += utf8_put(t->symbols[i].c, text + len);
    text[len] = '\0';
    return text;
}

static const char *const signing[] = {"签", "章", "印", NULL};

/* What stands behind a short label on its row: "(signature or seal)". */
static int asks_behind(struct sheet *s, size_t run, bool *ret, struct err *e)
{
    int next = layout_right(s->runs, s->n, s->runs[run].box, same_row);
    if (next < 0)
        return 1;
    int code = sheet_read(s, (size_t)next, e);
    if (code > 0)
        *ret = has_any(text_of(s, (size_t)next, 0, 8), signing);
    return code;
}

/* Whether the run asks the legal representative to sign; where what may be
 * written on its row begins. */
static int is_signing_label(struct sheet *s, size_t run, bool *ret,
                            double *ret_from, struct err *e)
{
    static const char *const persons[] = {"法定代表", "法人代表", "法人签",
                                          "法人（",   "负责人",   NULL};
    struct label_match m;
    *ret = false;
    int code = sheet_find_label(s, run, &m, e);
    if (code <= 0)
        return code;
    const struct tess_text *t = &s->texts[run];
    size_t end = m.label ? m.end : MAX_LABEL;
    if (!has_any(text_of(s, run, 0, 8), persons))
        return 1;
    *ret_from = m.label && end < t->n ? t->symbols[end].box.x
                                      : s->runs[run].box.x + s->runs[run].box.w;
    *ret = has_any(text_of(s, run, 0, end), signing);
    return *ret ? 1 : asks_behind(s, run, ret, e);
}

static bool is_text(const struct sheet *s, Rect r)
{
    return r.h > least_print * s->height && r.h < 1.6 * s->height &&
           r.w > 2 * r.h && r.w < 2 * MAX_LABEL * r.h;
}

/* The lowest label on the page, where letters end; -1: none. */
static int find_label(struct sheet *s, double *ret_from, int *ret_run,
                      struct err *e)
{
    int left = LABELS_TRIED;
    *ret_run = -1;
    for (size_t i = s->n; i-- > 0 && left > 0;) {
        bool found;
        if (!is_text(s, s->runs[i].box))
            continue;
        left--;
        int code = is_signing_label(s, i, &found, ret_from, e);
        if (code <= 0)
            return code;
        if (found) {
            *ret_run = (int)i;
            return 0;
        }
    }
    return 0;
}

/* --- the ink --------------------------------------------------------------*/

/* A part of the page; 1: ink that counts. */
struct mask {
    Rect at;
    uint8_t *px;
    int w, h;
};

static struct mask mask_of(struct sheet *s, Rect place, Rect label)
{
    const struct image *text = s->page->text;
    place =
        (Rect){floor(place.x), floor(place.y), floor(place.w), floor(place.h)};
    const struct image *im = image_crop(s->a, text, place);
    int paper, ink;
    pen_levels(text, label, &paper, &ink);
    int level = (paper + ink) / 2;
    size_t size = (size_t)im->width * (size_t)im->height;
    struct mask m = {place, arena_new_array(s->a, size, uint8_t), im->width,
                     im->height};
    for (size_t i = 0; i < size; i++)
        m.px[i] = im->px[i] < level;
    return m;
}

static void wipe(struct mask *m, Rect page)
{
    Rect r = rect_intersect(page, m->at);
    int x0 = (int)(r.x - m->at.x), y0 = (int)(r.y - m->at.y);
    int x1 = (int)fmin(m->w, ceil(r.x + r.w - m->at.x));
    int y1 = (int)fmin(m->h, ceil(r.y + r.h - m->at.y));
    for (int y = y0; y < y1 && x1 > x0; y++)
        memset(m->px + y * m->w + x0, 0, (size_t)(x1 - x0));
}

/* Columns that hold an upright rule, or rows a level one: the longest run of
 * ink in them, a gap of a pixel allowed. */
static int longest(const struct mask *m, int at, bool upright)
{
    int n = upright ? m->h : m->w, run = 0, gap = 0, best = 0;
    for (int k = 0; k < n; k++) {
        bool ink = upright ? m->px[k * m->w + at] : m->px[at * m->w + k];
        gap = ink ? 0 : gap + 1;
        run = gap > 1 ? 0 : run + 1;
        best = run > best ? run : best;
    }
    return best;
}

/* The place up to the rules around the label: of its cell. */
static Rect within_cell(const struct mask *m, Rect label)
{
    double left = 0, right = m->w, top = 0, low = m->h;
    double h = label.h, x = label.x - m->at.x, y = label.y - m->at.y;
    for (int k = 0; k < m->w; k++)
        if (longest(m, k, true) > rule_length * h) {
            if (k < x)
                left = fmax(left, k + rule_thick * h);
            else if (k > x + label.w)
                right = fmin(right, k);
        }
    for (int k = 0; k < m->h; k++)
        if (longest(m, k, false) > rule_length * h) {
            if (k < y)
                top = fmax(top, k + rule_thick * h);
            else if (k > y + 2 * h)
                low = fmin(low, k);
        }
    return (Rect){m->at.x + left, m->at.y + top, fmax(0, right - left),
                  fmax(0, low - top)};
}

/* What is left of thin long rules, such as one to sign on. */
static void wipe_rules(struct mask *m, double h)
{
    for (int y = 0; y < m->h; y++)
        if (longest(m, y, false) > rule_length * h)
            wipe(m, (Rect){m->at.x, m->at.y + y - 1, m->w, 3});
    for (int x = 0; x < m->w; x++)
        if (longest(m, x, true) > rule_length * h)
            wipe(m, (Rect){m->at.x + x - 1, m->at.y, 3, m->h});
}

/* Grey seals are dark in red light too. */
static void wipe_seals(const struct sheet *s, struct mask *m)
{
    Affine text_from_scan;
    if (!affine_invert(s->page->scan_from_text, &text_from_scan))
        return;
    for (size_t i = 0; i < s->page->n_seals; i++) {
        const struct seal *seal = &s->page->seals[i].seal;
        if (seal->colour != COLOUR_RED)
            wipe(m, affine_rect(text_from_scan, seal->box));
    }
}

/* --- print ----------------------------------------------------------------*/

static bool is_date(const char *text)
{
    bool digit = strpbrk(text, "0123456789") != NULL;
    int units = (strstr(text, "年") != NULL) + (strstr(text, "月") != NULL) +
                (strstr(text, "日") != NULL);
    return units >= 2 || (digit && units == 1);
}

/* Print, and dates in any hand, are taken out; *ret_name: some of the print
 * may be a name. */
static int wipe_print(struct sheet *s, struct mask *m, size_t label,
                      bool *ret_name, struct err *e)
{
    double h = s->runs[label].box.h;
    int left = RUNS_TRIED;
    *ret_name = false;
    for (size_t i = 0; i < s->n && left > 0; i++) {
        Rect r = s->runs[i].box;
        Rect seen = rect_intersect(r, m->at);
        if (i == label || rect_is_empty(seen) || r.h < least_print * h ||
            r.h > most_print * h || r.w < 1.5 * r.h)
            continue;
        left--;
        int code = sheet_read(s, i, e);
        if (code <= 0)
            return code;
        const char *text = text_of(s, i, 0, SIZE_MAX);
        bool print = s->texts[i].confidence >= readable &&
                     pen_is_blue(s->page, r) != TRI_YES;
        if (!print && !is_date(text))
            continue;
        *ret_name = *ret_name || (!is_date(text) && s->texts[i].n <= 4 &&
                                  !has_any(text, signing));
        wipe(m, rect_inset(r, -0.2 * h, -0.2 * h));
    }
    return 0;
}

/* --- pieces of ink --------------------------------------------------------*/

struct piece {
    Rect box;
    int n;
};

/* The piece that pixel `at` belongs to, which is taken out of the mask. */
static struct piece take_piece(struct mask *m, int *places, int at)
{
    const struct flood f = {m->px, m->w, m->h, 1, 0, true};
    int n = flood_fill(&f, at, places);
    int x0 = m->w, y0 = m->h, x1 = 0, y1 = 0;
    for (int k = 0; k < n; k++) {
        int x = places[k] % m->w, y = places[k] / m->w;
        x0 = x < x0 ? x : x0;
        y0 = y < y0 ? y : y0;
        x1 = x > x1 ? x : x1;
        y1 = y > y1 ? y : y1;
    }
    return (struct piece){{x0, y0, x1 + 1 - x0, y1 + 1 - y0}, n};
}

/* All ink but specks, and whether some of it is cut off at the edge. */
static struct piece all_ink(struct arena *a, struct mask *m, double h,
                            bool *ret_cut)
{
    int n = m->w * m->h;
    int *places = arena_new_array(a, (size_t)n, int);
    struct piece all = {{0}, 0};
    *ret_cut = false;
    for (int i = 0; i < n; i++) {
        if (!m->px[i])
            continue;
        struct piece p = take_piece(m, places, i);
        bool cut = p.box.x < 1 || p.box.y < 1 || p.box.x + p.box.w >= m->w ||
                   p.box.y + p.box.h >= m->h;
        if (fmax(p.box.w, p.box.h) < speck * h)
            continue;
        *ret_cut = *ret_cut || cut;
        if (cut)
            continue;
        all.n += p.n;
        all.box = rect_union(all.box, p.box);
    }
    all.box.x += m->at.x;
    all.box.y += m->at.y;
    return all;
}

/* --- the answer -----------------------------------------------------------*/

static bool has_name_seal(const struct page *page)
{
    for (size_t i = 0; i < page->n_seals; i++)
        if (page->seals[i].seal.role == SEAL_LEGAL_REP)
            return true;
    return false;
}

static void answer(struct sheet *s, Rect place, const struct piece *ink,
                   bool is_doubtful, double h)
{
    bool hand = ink->n >= least_ink * h * h && ink->box.w >= least_width * h &&
                ink->box.h >= least_height * h;
    bool empty = ink->n <= no_ink * h * h && !is_doubtful;
    if (!hand && !empty)
        return;
    sheet_add_unread(s, "signature", hand ? ink->box : place,
                     hand ? TRI_YES : TRI_NO);
}

int signature_find(struct sheet *s, struct err *e)
{
    double from;
    int run;
    if (document_field(s->d, "signature") || has_name_seal(s->page))
        return 0;
    int code = find_label(s, &from, &run, e);
    if (code < 0 || run < 0)
        return code;
    Rect label = s->runs[run].box;
    double h = label.h;
    label.w = fmin(label.w, from - label.x);
    Rect place = {label.x - far_left * h, label.y - up * h,
                  label.w + (far_left + far_right) * h, (up + far_down) * h};
    place = rect_intersect(
        place, (Rect){0, 0, s->page->text->width, s->page->text->height});
    struct mask m = mask_of(s, place, label);
    place = within_cell(&m, label);
    if (rect_is_empty(place))
        return 0;
    m = mask_of(s, place, label);
    bool is_name, is_cut;
    wipe_rules(&m, h);
    wipe_seals(s, &m);
    wipe(&m, rect_inset(label, -0.3 * h, -0.3 * h));
    if ((code = wipe_print(s, &m, (size_t)run, &is_name, e)) < 0)
        return code;
    struct piece ink = all_ink(s->a, &m, h, &is_cut);
    answer(s, place, &ink, is_name || is_cut, h);
    return 0;
}
