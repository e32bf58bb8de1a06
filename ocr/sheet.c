/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "ocr/extent.h"
#include "ocr/line.h"
#include "ocr/name.h"
#include "ocr/pen.h"
#include "ocr/second.h"
#include "ocr/value.h"

enum { MOBILE_LENGTH = 11 };

/* A label is at most this many heights long; what follows is its value. */
static const double label_width = 11;
/* With a remark behind it. */
static const double remark_width = 20;
/* The value's cell may begin this many heights behind the label. */
static const double reach = 22;

/* One character is at least so many heights wide. */
static const double narrowest = 0.6;

/* A reader that is less sure has read nothing. */
static const double least_sure = 0.05;

/* That ink is there, or not. */
static const double unread_sure = 0.8;

/* Only a code that passed all its checks is so sure (code.c). */
static const double checked = 0.99;

static const struct line_how label_how = {{TESS_CHINESE, TESS_LINE, NULL},
                                          {34, 0.25, false, true}};

static int by_height(const void *a, const void *b)
{
    double d = ((const Rect *)a)->h - ((const Rect *)b)->h;
    return (d > 0) - (d < 0);
}

/* Long runs are text for sure, short ones may be ornament. */
static double median_height(struct arena *a, const struct run *runs, size_t n)
{
    if (n == 0)
        return 0;
    Rect *boxes = arena_new_array(a, n, Rect);
    double length = 0, sum = 0;
    for (size_t i = 0; i < n; i++) {
        boxes[i] = runs[i].box;
        length += boxes[i].w;
    }
    qsort(boxes, n, sizeof *boxes, by_height);
    size_t i = 0;
    while (i + 1 < n && (sum += boxes[i].w) < length / 2)
        i++;
    return boxes[i].h;
}

struct sheet *sheet_new(struct tess *t, struct arena *a,
                        const struct page *page, int number, struct document *d,
                        int max_lines)
{
    struct sheet *s = arena_new_struct(a, struct sheet);
    *s = (struct sheet){
        .tess = t, .a = a, .page = page, .number = number, .d = d};
    s->runs = layout_runs(a, page->lines, page->n_lines, &s->n);
    s->texts = arena_new_array(a, s->n + 1, struct tess_text);
    s->is_read = arena_new_array(a, s->n + 1, bool);
    s->is_value = arena_new_array(a, s->n + 1, bool);
    s->is_label = arena_new_array(a, s->n + 1, bool);
    s->height = median_height(a, s->runs, s->n);
    s->left = max_lines;
    return s;
}

static bool is_text(const struct sheet *s, Rect r)
{
    return r.h > 0.6 * s->height && r.h < 1.6 * s->height;
}

/* The row of a run, which is the first of it: specks do not count. */
static Rect row_of(const struct sheet *s, size_t i, bool *used)
{
    Rect first = s->runs[i].box, row = first;
    for (size_t k = i; k < s->n; k++) {
        Rect r = s->runs[k].box;
        if (used[k] || !is_text(s, r) || !layout_on_one_row(r, first))
            continue;
        used[k] = true;
        double right = r.x + r.w > row.x + row.w ? r.x + r.w : row.x + row.w;
        row.x = r.x < row.x ? r.x : row.x;
        row.w = right - row.x;
    }
    return row;
}

Rect *sheet_rows(const struct sheet *s, size_t *ret_n)
{
    bool *used = arena_new_array(s->a, s->n + 1, bool);
    Rect *rows = arena_new_array(s->a, s->n + 1, Rect);
    *ret_n = 0;
    for (size_t i = 0; i < s->n; i++)
        if (!used[i] && is_text(s, s->runs[i].box))
            rows[(*ret_n)++] = row_of(s, i, used);
    return rows;
}

static bool is_longer(const struct run *r, double width)
{
    const Rect *last = &r->parts[r->n_parts - 1];
    return last->w > width * last->h * 1.3;
}

/* Of a long last part no more than so many heights. */
static int read_run(struct sheet *s, size_t i, double width, struct err *e)
{
    const struct run *r = &s->runs[i];
    Rect *parts = arena_memdup(s->a, r->parts, r->n_parts * sizeof *parts);
    Rect *last = &parts[r->n_parts - 1];
    if (is_longer(r, width))
        last->w = width * last->h;
    s->left--;
    s->is_read[i] = true;
    return line_read(s->tess, s->a, s->page->text, parts, r->n_parts,
                     &label_how, &s->texts[i], e);
}

int sheet_read(struct sheet *s, size_t i, struct err *e)
{
    if (s->is_read[i])
        return 1;
    if (s->left <= 0)
        return 0;
    int code = read_run(s, i, label_width, e);
    return code < 0 ? code : 1;
}

int sheet_find_label(struct sheet *s, size_t i, struct label_match *ret,
                     struct err *e)
{
    *ret = (struct label_match){0};
    int code = sheet_read(s, i, e);
    if (code <= 0)
        return code;
    fields_match_label(s->page->slot, &s->texts[i], ret);
    bool goes_on = ret->is_open || ret->end >= s->texts[i].n;
    if (!ret->label || !goes_on || !is_longer(&s->runs[i], label_width) ||
        s->left <= 0)
        return 1;
    code = read_run(s, i, remark_width, e);
    if (code == 0 && !fields_match_label(s->page->slot, &s->texts[i], ret))
        ret->label = NULL;
    return code < 0 ? code : 1;
}

static int read_value(struct sheet *s, const struct label *l, const Rect *lines,
                      size_t n, struct value *ret, struct err *e)
{
    const struct value_means m = {s->tess, s->second, s->order};
    struct place p = {.page = s->page->text, .lines = lines, .n = n};
    bool is_name = l->kind == VALUE_PERSON || l->kind == VALUE_ORG;
    struct second_view view;
    Rect line = lines[0];
    bool cut = l->kind == VALUE_NUMBER;
    int code = 0;
    if (l->kind == VALUE_NUMBER)
        line = extent_number(s, line);
    else if (is_name && s->second)
        code = extent_name(s, l, &line, &view, &cut, e);
    if (code < 0)
        return code;
    if (cut) {
        p.lines = &line;
        p.n = 1;
    } else if (is_name && s->second && n == 1) {
        p.seen = &view;
    }
    return value_read(&m, s->a, p, l, ret, e);
}

/* Whether the run begins with a label itself, as far as it was read. */
static bool is_label(const struct sheet *s, size_t i, enum slot slot)
{
    struct label_match m;
    return s->is_read[i] && fields_match_label(slot, &s->texts[i], &m) &&
           m.score > 0.8;
}

static bool counts(uint32_t c)
{
    return utf8_is_han(c) || utf8_is_latin(c);
}

/*
 * Where the value begins when its label has so many characters: behind the
 * piece that completes them, one character being about as wide as high.
 * Negative: no gap is there.
 */
static double cut_by_count(struct sheet *s, const struct run *r, size_t label)
{
    size_t n = r->n_parts, sum = 0;
    const Rect *pieces = strip_pieces(s->a, s->page->text, r->parts, &n);
    for (size_t k = 0; k + 1 < n && sum < label; k++) {
        double characters = round(pieces[k].w / (1.06 * r->box.h));
        sum += characters > 1 ? (size_t)characters : 1;
        if (sum == label)
            return pieces[k + 1].x;
    }
    return -1;
}

/* Else behind the gap nearest to where its first character was seen: readers
 * place characters only roughly. */
static double cut_between(struct sheet *s, const struct run *r, Rect last,
                          Rect next)
{
    double h = r->box.h;
    double left = fmax(r->box.x, last.x - 0.5 * h);
    double right = fmin(r->box.x + r->box.w, next.x + next.w + h);
    Rect around = {left, r->box.y, right - left, h};
    double x = (rect_center(last).x + rect_center(next).x) / 2;
    return strip_gap_end(s->a, s->page->text, around, x);
}

/* The line of a value and what goes on behind it on its row. */
static Rect whole_line(struct sheet *s, Rect line, enum slot slot)
{
    int next;
    while ((next = layout_next(s->runs, s->n, line)) >= 0 &&
           sheet_read(s, (size_t)next, NULL) > 0 &&
           !is_label(s, (size_t)next, slot)) {
        line = rect_union(line, s->runs[next].box);
        s->is_value[next] = true;
    }
    return line;
}

static bool is_sure(const struct value *v)
{
    return v->n > 0 && (v->readings[0].confidence > checked ||
                        v->readings[0].verified.result == VERIFY_CONFIRMED);
}

/* Whether another look could make it surer. */
static bool is_open(const struct sheet *s, const struct label *l,
                    const struct value *v)
{
    bool has_checks = l->kind == VALUE_CREDIT || l->kind == VALUE_RESIDENT;
    bool is_known = s->second && v->n > 0 && v->readings[0].verified.against;
    return !is_sure(v) && (has_checks || is_known);
}

/* The value behind the label in the same run. */
static int read_rest(struct sheet *s, size_t i, const struct label_match *m,
                     struct value *ret, struct err *e)
{
    const struct tess_text *t = &s->texts[i];
    size_t n = 0, label = 0;
    for (size_t k = 0; k < t->n; k++)
        *(k < m->end ? &label : &n) += counts(t->symbols[k].c);
    bool is_single = m->label->kind == VALUE_SEX;
    if (n + is_single < 2 || m->end == 0)
        return 0;
    Rect run = s->runs[i].box, last = t->symbols[m->end - 1].box;
    double from = cut_by_count(s, &s->runs[i], label);
    if (from < 0)
        from = cut_between(s, &s->runs[i], last, t->symbols[m->end].box);
    double end = run.x + run.w;
    if (m->label->kind == VALUE_PERSON)
        end = extent_name_end(m->label->slot, t, m->end, end);
    Rect rest = {from, run.y, end - from, run.h};
    if (rest.w < (is_single ? narrowest : 1) * run.h)
        return 0;
    if (end >= run.x + run.w)
        rest = whole_line(s, rest, m->label->slot);
    Rect lines[2] = {rest};
    n = 1;
    int below = m->label->kind == VALUE_ORG
                    ? layout_continued(s->runs, s->n, s->runs[i].box, rest)
                    : -1;
    if (below >= 0)
        lines[n++] = whole_line(s, s->runs[below].box, m->label->slot);
    int code = read_value(s, m->label, lines, n, ret, e);
    if (code < 0 || !is_open(s, m->label, ret))
        return code;
    /* The cut may have hurt the first character: look for the value in the
     * whole run, and believe only one that its checks or the order confirm. */
    struct value other;
    lines[0].w += lines[0].x - run.x;
    lines[0].x = run.x;
    code = read_value(s, m->label, lines, n, &other, e);
    if (code == 0 && is_sure(&other))
        *ret = other;
    return code;
}

static int read_right(struct sheet *s, size_t i, const struct label_match *m,
                      struct value *ret, struct err *e)
{
    Rect label = s->runs[i].box;
    int first = layout_right(s->runs, s->n, label, reach);
    bool is_single = m->label->kind == VALUE_SEX; /* "female  nationality" */
    if (first < 0 || (!is_single && is_label(s, (size_t)first, m->label->slot)))
        return 0;
    int at[2];
    size_t n = 1;
    at[0] = first;
    if (m->label->kind == VALUE_ORG || m->label->kind == VALUE_CHOICE)
        n = (size_t)layout_value_lines(s->runs, s->n, label, first, at);
    Rect lines[2];
    for (size_t k = 0; k < n; k++) {
        lines[k] = whole_line(s, s->runs[at[k]].box, m->label->slot);
        s->is_value[at[k]] = true;
    }
    return read_value(s, m->label, lines, n, ret, e);
}

/* Only for what is printed large, in a line of its own. */
static int read_below(struct sheet *s, size_t i, const struct label_match *m,
                      struct value *ret, struct err *e)
{
    if (m->label->kind != VALUE_CREDIT && m->label->kind != VALUE_ORG &&
        m->label->kind != VALUE_REGISTRATION)
        return 0;
    int at = layout_below(s->runs, s->n, s->runs[i].box);
    if (at < 0 || is_label(s, (size_t)at, m->label->slot))
        return 0;
    int code = read_value(s, m->label, &s->runs[at].box, 1, ret, e);
    if (ret->n > 0)
        s->is_value[at] = true;
    return code;
}

/* A cut too early leaves the label's last character before the name; no name
 * begins with one of those (of "name", "person", ...). */
static char *without_label_end(char *value, const char *label)
{
    uint32_t last = 0;
    for (uint32_t c; (c = utf8_next(&label)) != 0;)
        last = c;
    const char *rest = value;
    return utf8_next(&rest) == last ? value + (rest - value) : value;
}

/* Whether the reading says anything: printed remarks are no names, and a
 * telephone may be any. */
static bool is_said(const struct reading *r, const struct label *l)
{
    bool is_name = l->kind == VALUE_ORG || l->kind == VALUE_PERSON;
    bool is_other = l->kind == VALUE_MOBILE && l->need == NEED_LEFT_OVER &&
                    (r->value[0] != '1' || strlen(r->value) != MOBILE_LENGTH);
    bool is_words = is_name && r->verified.result != VERIFY_CONFIRMED &&
                    name_is_words(r->value, l->kind == VALUE_ORG);
    return r->confidence >= least_sure && !is_other && !is_words &&
           !(is_name && name_is_remark(r->value));
}

static void add_value(struct sheet *s, const struct label *l, struct value *v)
{
    struct reading *r = &v->readings[0];
    bool is_name = l->kind == VALUE_ORG || l->kind == VALUE_PERSON;
    if (is_name && r->verified.result != VERIFY_CONFIRMED) {
        r->value = without_label_end(r->value, l->text);
        r->value = name_without_remarks(r->value);
    }
    for (size_t k = 0; k < v->n; k++)
        if (!document_field(s->d, v->fields[k]) && is_said(&v->readings[k], l))
            sheet_add(s, v->fields[k], v->readings[k]);
}

int sheet_take_value(struct sheet *s, size_t i, const struct label_match *m,
                     struct err *e)
{
    static int (*const places[])(
        struct sheet *, size_t, const struct label_match *, struct value *,
        struct err *) = {read_rest, read_right, read_below};
    if (m->label->kind == VALUE_NONE) {
        int value = layout_right(s->runs, s->n, s->runs[i].box, reach);
        if (value >= 0 && !s->is_read[value])
            s->is_value[value] = true;
        return 0;
    }
    if (document_field(s->d, m->label->field))
        return 0;
    for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
        struct value v = {0};
        int code = places[k](s, i, m, &v, e);
        if (code < 0)
            return code;
        if (v.n > 0 && !fields_is_label(m->label->slot, v.readings[0].value)) {
            add_value(s, m->label, &v);
            return 0;
        }
    }
    return 0;
}

/* What applicants fill in; the other papers are printed by authorities. */
static bool may_be_handwritten(enum slot slot)
{
    return slot == SLOT_APPLICATION_FORM || slot == SLOT_AUTHORIZATION_LETTER ||
           slot == SLOT_SEAL_SHEET;
}

static struct field field_of(const struct sheet *s, const char *field,
                             struct reading r)
{
    if (r.handwritten == TRI_UNKNOWN && may_be_handwritten(s->page->slot))
        r.handwritten = pen_is_blue(s->page, r.box);
    Rect scan = {0, 0, s->page->scan->width, s->page->scan->height};
    Rect box = affine_rect(s->page->scan_from_text, r.box);
    return (struct field){.name = field,
                          .value = r.value,
                          .raw = r.raw,
                          .confidence = r.confidence,
                          .page = s->number,
                          .box = rect_intersect(box, scan),
                          .source = r.source,
                          .handwritten = r.handwritten,
                          .verified = r.verified};
}

void sheet_add(struct sheet *s, const char *field, struct reading r)
{
    document_add_field(s->a, s->d, field_of(s, field, r));
}

void sheet_replace(struct sheet *s, const char *field, struct reading r)
{
    for (size_t i = 0; i < s->d->n_fields; i++)
        if (strcmp(s->d->fields[i].name, field) == 0) {
            s->d->fields[i] = field_of(s, field, r);
            return;
        }
    sheet_add(s, field, r);
}

void sheet_add_unread(struct sheet *s, const char *field, Rect box,
                      enum tri handwritten)
{
    sheet_add(s, field,
              (struct reading){.value = arena_strdup(s->a, ""),
                               .confidence = unread_sure,
                               .box = box,
                               .source = SOURCE_OCR,
                               .handwritten = handwritten});
}

/* Where the value of the label in run i stands, if anywhere. */
static Rect place_of_value(const struct sheet *s, size_t i,
                           const struct label_match *m)
{
    const struct tess_text *t = &s->texts[i];
    Rect run = s->runs[i].box;
    if (m->end < t->n) {
        double x = fmax(run.x, t->symbols[m->end].box.x);
        return (Rect){x, run.y, run.x + run.w - x, run.h};
    }
    int right = layout_right(s->runs, s->n, run, reach);
    return right < 0 || is_label(s, (size_t)right, m->label->slot)
               ? (Rect){0, 0, 0, 0}
               : s->runs[right].box;
}

void sheet_settle(struct sheet *s)
{
    for (size_t i = 0; i < s->n; i++) {
        struct label_match m;
        if (!s->is_label[i] ||
            !fields_match_label(s->page->slot, &s->texts[i], &m) ||
            !m.label->field || m.label->need > NEED_IF_SEEN ||
            document_field(s->d, m.label->field))
            continue;
        Rect place = place_of_value(s, i, &m);
        if (pen_is_blue(s->page, place) == TRI_YES)
            sheet_add_unread(s, m.label->field, place, TRI_YES);
    }
}
