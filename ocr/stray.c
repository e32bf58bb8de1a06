/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/stray.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/resident_id.h"
#include "base/utf8.h"
#include "imaging/page.h"
#include "ocr/code.h"
#include "ocr/line.h"
#include "ocr/second.h"
#include "ocr/sheet.h"
#include "ocr/value.h"

/* Eighteen digits are so many heights wide: half-width type to the spaced
 * OCR-B of the card. */
static const double least_width = 8, most_width = 21;

/* Digits in a row that are taken for such a number, one or two being lost. */
enum { LEAST_DIGITS = 15, MOST_SENTENCES = 8 };

static const double wide_line = 12; /* a sentence, in heights */

static int read_at(struct sheet *s, Rect box, struct reading *ret,
                   struct err *e)
{
    struct place p = {.page = s->page->text, .lines = &box, .n = 1};
    s->left--;
    return code_read_resident(s->tess, s->a, p, ret, e);
}

static void take(struct sheet *s, struct reading r)
{
    if (!resident_id_is_valid(r.value))
        r.confidence *= 0.5;
    sheet_add(s, "handler_id", r);
}

/* Runs of the right width; only a valid number is one. */
static int read_lone(struct sheet *s, struct err *e)
{
    for (size_t i = 0; i < s->n && s->left > 0; i++) {
        Rect box = s->runs[i].box;
        struct reading r = {0};
        if (box.w < least_width * box.h || box.w > most_width * box.h)
            continue;
        int code = read_at(s, box, &r, e);
        if (code < 0)
            return code;
        if (r.value && resident_id_is_valid(r.value)) {
            take(s, r);
            return 0;
        }
    }
    return 0;
}

static bool is_digit(uint32_t c)
{
    return (c >= '0' && c <= '9') || c == 'X' || c == 'x';
}

/* The longest row of digits in a line; false when it is too short. */
static bool find_digits(const struct tess_text *t, size_t *ret_from,
                        size_t *ret_to)
{
    size_t longest = 0;
    for (size_t i = 0; i < t->n;) {
        size_t end = i;
        while (end < t->n && is_digit(t->symbols[end].c))
            end++;
        if (end - i > longest) {
            longest = end - i;
            *ret_from = i;
            *ret_to = end;
        }
        i = end + 1;
    }
    return longest >= LEAST_DIGITS;
}

/* Whole lines are read, and the digits in them again by themselves. */
static int read_sentences(struct sheet *s, struct err *e)
{
    static const struct line_how how = {{TESS_CHINESE, TESS_LINE, NULL},
                                        {36, 0.2, false, false}};
    int left = MOST_SENTENCES;
    for (size_t i = 0; i < s->n && left > 0 && s->left > 0; i++) {
        Rect box = s->runs[i].box;
        struct tess_text t;
        size_t from = 0, to = 0;
        if (box.w < wide_line * box.h)
            continue;
        left--;
        s->left--;
        int code =
            line_read(s->tess, s->a, s->page->text, &box, 1, &how, &t, e);
        if (code < 0)
            return code;
        if (!find_digits(&t, &from, &to))
            continue;
        struct tess_text part = line_part(&t, from, to);
        Rect digits = rect_intersect(
            rect_inset(line_box(&part, box), -0.4 * box.h, 0), box);
        struct reading r = {0};
        if ((code = read_at(s, digits, &r, e)) < 0)
            return code;
        if (!r.value || !resident_id_is_valid(r.value))
            r = (struct reading){.value = line_string(s->a, &part),
                                 .confidence = line_least(&part),
                                 .box = digits,
                                 .source = SOURCE_OCR};
        take(s, r);
        return 0;
    }
    return 0;
}

int stray_read_resident(struct sheet *s, struct err *e)
{
    if (document_field(s->d, "handler_id"))
        return 0;
    int code = read_lone(s, e);
    if (code == 0 && !document_field(s->d, "handler_id") &&
        s->page->slot == SLOT_AUTHORIZATION_LETTER)
        code = read_sentences(s, e);
    return code;
}

/* Dates are so many heights wide, blanks between their parts included. */
static const double date_min = 4, date_max = 14;

enum { DATES_TRIED = 4, NOUGHT = 0x3007 /* as in years, in Chinese */ };

/* Whether the run was read and holds nothing of a date. */
static bool has_no_digits(const struct sheet *s, size_t i)
{
    for (size_t k = 0; k < s->texts[i].n; k++)
        if (is_digit(s->texts[i].symbols[k].c) ||
            s->texts[i].symbols[k].c == NOUGHT)
            return false;
    return s->texts[i].n > 0;
}

int stray_read_date(struct sheet *s, struct err *e)
{
    const struct value_means m = {s->tess, s->second, s->order};
    int left = DATES_TRIED;
    for (size_t i = s->n; i-- > 0 && left > 0 && s->left > 0;) {
        Rect box = s->runs[i].box;
        if (document_field(s->d, "date"))
            return 0;
        if (s->is_label[i] || s->is_value[i] || box.h < 0.6 * s->height ||
            box.h > 1.6 * s->height || box.w < date_min * box.h ||
            box.w > date_max * box.h || has_no_digits(s, i))
            continue;
        struct place p = {.page = s->page->text, .lines = &box, .n = 1};
        struct reading r;
        left--;
        s->left--;
        int code = value_read_date(&m, s->a, p, &r, e);
        if (code < 0)
            return code;
        if (r.value)
            sheet_add(s, "date", r);
    }
    return 0;
}

/* "2018.05.09-2038.05.09" in half-width type, or with the end in words. */
static const double term_min = 5.5, term_max = 20;
static const double above = 4; /* of the line above, in heights */

enum { TERMS_TRIED = 6 };

/* The line right above. */
static int read_issuer(struct sheet *s, Rect term, struct err *e)
{
    static const struct label issuer = {SLOT_ID_CARD, "issuer", VALUE_AUTHORITY,
                                        NEED_IF_SEEN, "签发机关"};
    const struct value_means m = {s->tess, s->second, s->order};
    int best = -1;
    for (size_t i = 0; i < s->n; i++) {
        Rect r = s->runs[i].box;
        bool beside = r.x > term.x + term.w || r.x + r.w < term.x;
        if (beside || r.y + r.h > term.y || r.w < 3 * r.h ||
            term.y - r.y > above * term.h)
            continue;
        if (best < 0 || r.y > s->runs[best].box.y)
            best = (int)i;
    }
    if (best < 0 || document_field(s->d, issuer.field))
        return 0;
    struct value v = {0};
    struct place p = {
        .page = s->page->text, .lines = &s->runs[best].box, .n = 1};
    int code = value_read(&m, s->a, p, &issuer, &v, e);
    if (code == 0 && v.n > 0)
        sheet_add(s, issuer.field, v.readings[0]);
    return code;
}

int stray_read_term(struct sheet *s, struct err *e)
{
    static const struct label term = {SLOT_ID_CARD, "valid_to", VALUE_TERM,
                                      NEED_IF_SEEN, "有效期限"};
    const struct value_means m = {s->tess, s->second, s->order};
    int left = TERMS_TRIED;
    for (size_t i = s->n; i-- > 0 && left > 0 && s->left > 0;) {
        Rect box = s->runs[i].box;
        if (document_field(s->d, term.field))
            return 0;
        if (s->is_label[i] || s->is_value[i] || box.h < 0.5 * s->height ||
            box.w < term_min * box.h || box.w > term_max * box.h ||
            (s->is_read[i] && has_no_digits(s, i)))
            continue;
        struct place p = {.page = s->page->text, .lines = &box, .n = 1};
        struct value v = {0};
        left--;
        s->left--;
        int code = value_read(&m, s->a, p, &term, &v, e);
        if (code == 0 && v.n == 2) {
            for (size_t k = 0; k < v.n; k++)
                sheet_add(s, v.fields[k], v.readings[k]);
            code = read_issuer(s, box, e);
        }
        if (code < 0)
            return code;
    }
    return 0;
}

/* A character of a name is so many heights wide. */
static const double least_character = 0.8, most_character = 1.3;

enum { NAMES_TRIED = 4 };

/* Names that the order knows, and the papers that show each only once or where
 * a second place would say the same. `label_room`: the end of a label that may
 * stand before it, in heights. */
static const struct stray_name {
    const char *field, *label;
    enum known_kind kind;
    double label_room;
    unsigned slots;
} stray_names[] = {
    {"org_name", "名称", KNOWN_ORG, 9,
     1u << SLOT_APPLICATION_FORM | 1u << SLOT_BUSINESS_LICENSE |
         1u << SLOT_AUTHORIZATION_LETTER | 1u << SLOT_SEAL_SHEET},
    {"legal_rep", "", KNOWN_PERSON, 0,
     1u << SLOT_APPLICATION_FORM | 1u << SLOT_BUSINESS_LICENSE},
    {"handler_name", "", KNOWN_PERSON, 0,
     1u << SLOT_APPLICATION_FORM | 1u << SLOT_ID_CARD |
         1u << SLOT_AUTHORIZATION_LETTER},
};

static bool may_show(const struct sheet *s, size_t i, size_t length,
                     double label_room)
{
    Rect r = s->runs[i].box;
    double n = r.w / r.h;
    return !s->is_value[i] && !s->is_label[i] && r.h > 0.6 * s->height &&
           r.h < 2 * s->height && n > least_character * (double)length - 0.5 &&
           n < most_character * (double)length + label_room;
}

/* The run that shows this name and no other, when there is one. */
static int find_name(struct sheet *s, const struct stray_name *name,
                     const char *text, struct err *e)
{
    const struct known known = {
        .text = text, .label = name->label, .kind = name->kind};
    int left = NAMES_TRIED;
    for (size_t i = 0; i < s->n && left > 0 && s->left > 0; i++) {
        struct reading r;
        const Rect box = s->runs[i].box;
        if (!may_show(s, i, utf8_length(text), name->label_room))
            continue;
        left--;
        s->left--;
        struct place p = {.page = s->page->text, .lines = &box, .n = 1};
        int code = second_verify(s->second, s->a, p, &known, &r, e);
        if (code < 0)
            return code;
        if (r.verified.result != VERIFY_CONFIRMED)
            continue;
        r.value = arena_strdup(s->a, text);
        r.confidence = r.verified.confidence;
        sheet_add(s, name->field, r);
        s->is_value[i] = true;
        return 0;
    }
    return 0;
}

int stray_find_names(struct sheet *s, struct err *e)
{
    for (size_t k = 0; k < sizeof stray_names / sizeof *stray_names; k++) {
        const struct stray_name *name = &stray_names[k];
        const char *text = s->order ? order_value(s->order, name->field) : NULL;
        if (!text || !s->second || !(name->slots & 1u << s->page->slot) ||
            document_field(s->d, name->field))
            continue;
        int code = find_name(s, name, utf8_name(s->a, text), e);
        if (code < 0)
            return code;
    }
    return 0;
}
