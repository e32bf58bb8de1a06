/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/second.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/uscc.h"
#include "base/utf8.h"
#include "imaging/image.h"
#include "ocr/line.h"
#include "ocr/name.h"
#include "ocr/recogniser.h"
#include "ocr/strip.h"
#include "ocr/verify.h"

enum { MIN_ORG = 4, MIN_PERSON = 2, MAX_PERSON = 15 };

/* Paper around the line, in its heights: the model was trained on boxes a
 * little larger than the characters. */
static const struct strip_how plain = {0, 0.2, false, false};

/*
 * Measured on 33 applications of the tune family, 21 of them damaged, with 161
 * names: where the readers agreed, 78 of 78 were right; where they differed,
 * the second one was right in 79 of 83 and the first one never. Of the four
 * three had a character below 0.7, so its own confidence is a fair measure.
 */
static const double agreed = 0.98;
static const double alone = 0.97;
static const double unsure = 0.3;
static const double checked = 0.995; /* all checks of a code passed */
static const double open_case = 0.5;
static const double plainly = 0.8;

/* Reads the lines of the place. */
static int look(struct recogniser *r, struct arena *a, struct place p,
                struct strip_how how, struct second_view *v, struct err *e)
{
    *v = (struct second_view){.n = p.n < SECOND_LINES ? p.n : SECOND_LINES};
    for (size_t i = 0; i < v->n; i++) {
        how.text_px = p.lines[i].h;
        struct strip s = strip_cut(a, p.page, &p.lines[i], 1, how);
        struct tess_text *t = &v->lines[i].text;
        int code = recogniser_read(r, a, s.picture, &v->lines[i], e);
        if (code < 0)
            return code;
        for (size_t k = 0; k < t->n; k++)
            t->symbols[k].box = strip_page_rect(&s, t->symbols[k].box);
    }
    return 0;
}

int second_look(struct recogniser *r, struct arena *a, struct place p,
                struct second_view *ret, struct err *e)
{
    if (!p.seen)
        return look(r, a, p, plain, ret, e);
    *ret = *p.seen;
    return 0;
}

/* What `keep` leaves of the lines' texts, one behind the other. */
static struct tess_text text_of(struct arena *a, struct place p,
                                const struct second_view *v,
                                void (*keep)(struct tess_text *),
                                struct reading *ret)
{
    struct tess_text all = {0};
    *ret = (struct reading){.source = SOURCE_OCR};
    for (size_t i = 0; i < v->n; i++) {
        struct tess_text t = v->lines[i].text;
        t.symbols = arena_memdup(a, t.symbols, t.n * sizeof *t.symbols);
        keep(&t);
        if (t.n > 0)
            ret->box = rect_union(ret->box, line_box(&t, p.lines[i]));
        line_append(a, &all, &t);
    }
    ret->confidence = line_least(&all);
    return all;
}

/* --- names ----------------------------------------------------------------*/

static void keep_org(struct tess_text *t)
{
    name_keep(t, true);
}

static void keep_person(struct tess_text *t)
{
    name_keep(t, false);
}

struct reading second_merge_names(struct reading first, struct reading another,
                                  double doubt)
{
    if (!another.value)
        return first;
    if (first.value && strcmp(first.value, another.value) == 0) {
        first.confidence = fmax(first.confidence, agreed);
        return first;
    }
    if (!first.value || another.confidence >= unsure) {
        another.raw = first.value;
        another.confidence *= alone * (1 - doubt);
        return another;
    }
    first.raw = another.value;
    first.confidence *= 1 - another.confidence;
    return first;
}

/* How well what the network saw fits the first reader's text. */
static double doubt(const struct recogniser *r, struct arena *a,
                    const struct second_view *v, const char *text)
{
    const struct known known = {
        .text = text, .label = "", .kind = KNOWN_TEXT, .is_within = true};
    struct verify_fit f = verify_look(r, a, v->lines, v->n, &known);
    return f.is_known ? verify_certainty(f.margin) : 0;
}

static struct reading name_of(struct arena *a, struct place p,
                              const struct second_view *v, bool org)
{
    struct reading got;
    struct tess_text text =
        text_of(a, p, v, org ? keep_org : keep_person, &got);
    size_t n = tess_count_han(&text);
    if (org ? n >= MIN_ORG : n >= MIN_PERSON && n <= MAX_PERSON)
        got.value = utf8_name(a, line_string(a, &text));
    return got;
}

/* A date or a number, read well: whatever another reader makes of it is no
 * name. */
static bool is_plainly_none(const struct second_view *v)
{
    const struct tess_text *t = &v->lines[0].text;
    return v->n == 1 && t->n > 0 && 2 * tess_count_han(t) < t->n &&
           line_least(t) >= plainly;
}

static int ask_for_name(struct recogniser *r, struct arena *a, struct place p,
                        bool org, struct reading *io, struct err *e)
{
    struct second_view v;
    int code = second_look(r, a, p, &v, e);
    if (code < 0)
        return code;
    struct reading another = name_of(a, p, &v, org);
    if (is_plainly_none(&v)) {
        *io = another;
        return 0;
    }
    double d = io->value ? doubt(r, a, &v, io->value) : 0;
    *io = second_merge_names(*io, another, d);
    return 0;
}

static void keep_all(struct tess_text *t)
{
    (void)t;
}

int second_read(struct recogniser *r, struct arena *a, struct place p,
                struct tess_text *ret, struct err *e)
{
    struct second_view v;
    struct reading got;
    int code = second_look(r, a, p, &v, e);
    if (code == 0)
        *ret = text_of(a, p, &v, keep_all, &got);
    return code;
}

/* --- codes ----------------------------------------------------------------*/

/* Latin letters, as capitals, and digits. */
static void keep_code(struct tess_text *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        struct tess_symbol s = t->symbols[i];
        if (s.c >= 'a' && s.c <= 'z')
            s.c -= 'a' - 'A';
        if ((s.c >= '0' && s.c <= '9') || (s.c >= 'A' && s.c <= 'Z'))
            t->symbols[n++] = s;
    }
    *t = line_part(t, 0, n);
}

struct reading second_merge_codes(struct reading first, struct reading another)
{
    if (!another.value)
        return first;
    const char *printed = first.raw ? first.raw : first.value;
    bool valid = uscc_is_valid(another.value);
    bool same = printed && strcmp(printed, another.value) == 0;
    /* Two who read the same wrong code: that is what stands there. */
    if (valid || same) {
        bool repaired_so =
            first.value && strcmp(first.value, another.value) == 0;
        another.raw = same || repaired_so ? NULL : first.value;
        another.confidence = valid ? checked : agreed;
        return another;
    }
    if (!first.value) {
        another.confidence *= alone;
        return another;
    }
    first.confidence = fmin(first.confidence, 1 - another.confidence);
    return first;
}

/* The valid code in what was read, else all of it if it has the length. */
static void take_code(struct arena *a, const struct tess_text *t,
                      struct reading *ret)
{
    const char *text = line_string(a, t);
    char window[USCC_SIZE] = "", code[USCC_SIZE];
    for (size_t i = 0; i + USCC_LENGTH <= t->n; i++) {
        memcpy(window, text + i, USCC_LENGTH);
        if (uscc_fold(window, code) &&
            (uscc_is_valid(code) || t->n == USCC_LENGTH))
            ret->value = arena_strdup(a, code);
    }
}

static int ask_for_code(struct recogniser *r, struct arena *a, struct place p,
                        struct reading *io, struct err *e)
{
    if (io->value && io->source == SOURCE_OCR && uscc_is_valid(io->value))
        return 0;
    struct second_view v;
    struct reading got;
    p.n = 1;
    int code = second_look(r, a, p, &v, e);
    if (code < 0)
        return code;
    struct tess_text text = text_of(a, p, &v, keep_code, &got);
    take_code(a, &text, &got);
    *io = second_merge_codes(*io, got);
    return 0;
}

int second_opinion(struct recogniser *r, struct arena *a, struct place p,
                   enum value_kind kind, struct reading *io, struct err *e)
{
    switch (kind) {
    case VALUE_ORG:
    case VALUE_PERSON:
        return ask_for_name(r, a, p, kind == VALUE_ORG, io, e);
    case VALUE_CREDIT:
        return ask_for_code(r, a, p, io, e);
    case VALUE_NONE:
    case VALUE_RESIDENT:
    case VALUE_MOBILE:
    case VALUE_NUMBER:
    case VALUE_REGISTRATION:
    case VALUE_TEXT:
    case VALUE_CHOICE:
    case VALUE_DATE:
    case VALUE_TERM:
    case VALUE_EMAIL:
    case VALUE_AUTHORITY:
    case VALUE_SEX:
        break;
    }
    return 0;
}

/* --- verifying ------------------------------------------------------------*/

/* Looks that err differently: less and more paper around the line, and without
 * the specks of a copy. */
static const struct strip_how looks[] = {{0, 0.2, false, false},
                                         {0, 0.38, false, false},
                                         {0, 0.08, false, false},
                                         {0, 0.25, true, false}};
enum { LOOKS = sizeof looks / sizeof *looks };

/* Weaker readings contradict nothing: of handwriting any name can be read. */
static const double least_contradicting = 0.6;

/* Whether `part` is what is left of `all` when its beginning or end is cut. */
static bool is_cut(const char *part, const char *all)
{
    size_t n = strlen(part), m = strlen(all);
    return n < m &&
           (memcmp(part, all, n) == 0 || memcmp(part, all + m - n, n) == 0);
}

/* How sure those characters are that make the reading another text: that a
 * common one was hardly read takes nothing from them. */
static double least_differing(struct arena *a, const struct tess_text *t,
                              const char *text)
{
    size_t n, from = 0, end = t->n;
    const uint32_t *c = utf8_codes(a, text, &n);
    while (from < end && from < n && t->symbols[from].c == c[from])
        from++;
    while (end > from && n > from && t->symbols[end - 1].c == c[n - 1]) {
        end--;
        n--;
    }
    struct tess_text part = line_part(t, from, end);
    return part.n > 0 ? line_least(&part) : line_least(t);
}

/* A line that was cut a character late says nothing about the name, nor does
 * one whose differing characters were hardly read. */
static void doubt_contradiction(struct reading *r, double differing)
{
    struct verified *v = &r->verified;
    bool cut = (r->value && is_cut(r->value, v->against)) ||
               (v->rival && is_cut(v->rival, v->against));
    if (v->result != VERIFY_CONTRADICTED ||
        (!cut && (!r->value || differing >= least_contradicting)))
        return;
    v->result = VERIFY_CANNOT_TELL;
    v->confidence = open_case;
}

/* The last question about a text that is still open: is all of it there but for
 * what the network hardly knows? */
static void leave_weak(const struct recogniser *r, struct arena *a,
                       const struct second_view *v, const struct known *known,
                       struct verify_fit *io_fit, struct verified *io)
{
    struct known less = *known;
    less.leaves_weak = true;
    if (!verify_is_open(io) || !io->rival)
        return;
    struct verify_fit f = verify_look(r, a, v->lines, v->n, &less);
    struct verified w = verify_decide(&f, 1, known->text);
    if (w.result != VERIFY_CANNOT_TELL || w.rival)
        return;
    *io_fit = f;
    *io = w;
}

/* All that can be seen of the text is there: that is the value. */
static void take_unseen(struct arena *a, const struct verify_fit *fits,
                        size_t n, struct reading *io)
{
    if (io->verified.result != VERIFY_CANNOT_TELL || io->verified.rival)
        return;
    for (size_t i = 0; i < n; i++)
        if (fits[i].unseen) {
            io->value = arena_strdup(a, fits[i].unseen);
            io->confidence = open_case;
            return;
        }
}

int second_verify(struct recogniser *r, struct arena *a, struct place p,
                  const struct known *known, struct reading *ret, struct err *e)
{
    struct verify_fit fits[LOOKS];
    struct second_view v, first = {.n = 0};
    struct tess_text text = {0};
    size_t n = 0;
    *ret = (struct reading){0};
    do {
        int code = n == 0 ? second_look(r, a, p, &v, e)
                          : look(r, a, p, looks[n], &v, e);
        if (code < 0)
            return code;
        if (n == 0) {
            *ret = name_of(a, p, &v, known->kind != KNOWN_PERSON);
            text = text_of(a, p, &v, keep_org, &(struct reading){0});
            first = v;
        }
        fits[n] = verify_look(r, a, v.lines, v.n, known);
        n++;
        ret->verified = verify_decide(fits, n, known->text);
    } while (n < LOOKS && verify_is_open(&ret->verified));
    doubt_contradiction(ret, least_differing(a, &text, known->text));
    leave_weak(r, a, &first, known, &fits[0], &ret->verified);
    take_unseen(a, fits, n, ret);
    return 0;
}
