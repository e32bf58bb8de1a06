/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/stray.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/resident_id.h"
#include "imaging/page.h"
#include "ocr/code.h"
#include "ocr/line.h"
#include "ocr/sheet.h"

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
