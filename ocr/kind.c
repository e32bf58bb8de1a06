/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Evidence adds up as log-likelihood ratios, as if independent (naive Bayes):
 * the title's weight less what was misread of it, and the weights of the
 * distinct marks. Softmax over the five kinds and "something else" gives the
 * confidence. A mark counts once, however often it stands there.
 */

#include "ocr/kind.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/facts.h"
#include "base/utf8.h"
#include "imaging/page.h"
#include "ocr/fields.h"
#include "ocr/sheet.h"

enum side { SIDE_NONE, SIDE_PORTRAIT, SIDE_EMBLEM };

static const struct mark {
    enum slot slot;
    enum side side;
    double weight;
    const char *text;
} marks[] = {
#define MARK(slot, side, weight, text) {SLOT_##slot, SIDE_##side, weight, text},
#include "ocr/marks.def"
#undef MARK
};

static const char *const parts[] = {
#define PART(text) text,
#include "ocr/parts.def"
#undef PART
};

enum {
    MARKS = sizeof marks / sizeof *marks,
    PARTS = sizeof parts / sizeof *parts,
    MAX_TEXT = 64,
    MORE_RUNS = 10, /* read when the kind is not clear */
    SIDE_RUNS = 6,  /* read when a side of the card is not seen */
    HEAD_RUNS = 3,  /* read around the form's title */
    FEW_RUNS = 16,  /* of a page that is mostly seals */
    SHORT_MARK = 3
};

static const double title_weight = 5;
static const double seals_weight = 2.5;
static const double something_else = 1; /* weight of no kind at all */
static const double least_weight = 2;   /* of the kind that is named */
static const double clear = 0.9;        /* no need to read on */

struct tally {
    double weight[SLOT_COUNT];
    bool side[3];
    int n_han; /* runs that were read as Chinese */
};

/* --- words in a text ------------------------------------------------------*/

struct word {
    uint32_t c[MAX_TEXT];
    size_t n;
};

static void word_from_text(struct word *w, const struct tess_text *t)
{
    w->n = 0;
    for (size_t i = 0; i < t->n && w->n < MAX_TEXT; i++)
        if (utf8_is_han(t->symbols[i].c))
            w->c[w->n++] = t->symbols[i].c;
}

static void word_from_utf8(struct word *w, const char *s)
{
    w->n = 0;
    for (uint32_t c; w->n < MAX_TEXT && (c = utf8_next(&s)) != 0;)
        w->c[w->n++] = c;
}

/* The least edit distance between the word and any part of the text (Sellers
 * 1980). */
static int distance(const struct word *word, const struct word *text)
{
    int row[MAX_TEXT + 1] = {0};
    for (size_t i = 1; i <= word->n; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= text->n; j++) {
            int old = row[j], d = diagonal + (word->c[i - 1] != text->c[j - 1]);
            d = d < old + 1 ? d : old + 1;
            row[j] = d < row[j - 1] + 1 ? d : row[j - 1] + 1;
            diagonal = old;
        }
    }
    int best = row[0];
    for (size_t j = 1; j <= text->n; j++)
        best = row[j] < best ? row[j] : best;
    return best;
}

/* Short words are in many a text by chance: only at its beginning. */
static bool has_word(const struct word *text, const char *s)
{
    struct word word;
    word_from_utf8(&word, s);
    if (word.n <= SHORT_MARK)
        return text->n >= word.n &&
               memcmp(word.c, text->c, word.n * sizeof *word.c) == 0;
    return distance(&word, text) <= (int)word.n / 5;
}

/* --- what was read --------------------------------------------------------*/

static struct tally count_words(const struct sheet *s)
{
    struct tally t = {{0}, {false}, 0};
    bool seen[MARKS] = {false};
    for (size_t i = 0; i < s->n; i++) {
        struct word text;
        if (!s->is_read[i])
            continue;
        word_from_text(&text, &s->texts[i]);
        t.n_han += text.n >= 2;
        for (size_t k = 0; k < MARKS; k++)
            seen[k] = seen[k] || has_word(&text, marks[k].text);
    }
    for (size_t k = 0; k < MARKS; k++) {
        if (!seen[k])
            continue;
        t.weight[marks[k].slot] += marks[k].weight;
        t.side[marks[k].side] = true;
    }
    if (s->title) {
        t.weight[s->title->slot] += title_weight * (2 * s->title_sure - 1);
        t.side[SIDE_EMBLEM] |= s->title->kind == TITLE_EMBLEM;
        t.side[SIDE_PORTRAIT] |= s->title->kind == TITLE_PORTRAIT;
    }
    return t;
}

/* Values prove the side that they are printed on. */
static void count_values(const struct sheet *s, struct tally *t)
{
    static const struct {
        const char *field;
        enum side side;
    } values[] = {{"handler_id", SIDE_PORTRAIT},
                  {"handler_name", SIDE_PORTRAIT},
                  {"valid_to", SIDE_EMBLEM},
                  {"issuer", SIDE_EMBLEM}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const struct field *f = document_field(s->d, values[i].field);
        if (f && f->page == s->number)
            t->side[values[i].side] = true;
    }
}

/* An official seal and a name seal, and little beside them. */
static bool is_mostly_seals(const struct sheet *s)
{
    bool official = false, named = false;
    for (size_t i = 0; i < s->page->n_seals; i++) {
        official |= s->page->seals[i].seal.role == SEAL_OFFICIAL;
        named |= s->page->seals[i].seal.role == SEAL_LEGAL_REP;
    }
    return official && named && s->n <= FEW_RUNS;
}

static struct tally count(const struct sheet *s)
{
    struct tally t = count_words(s);
    count_values(s, &t);
    if (!s->title && is_mostly_seals(s))
        t.weight[SLOT_SEAL_SHEET] += seals_weight;
    return t;
}

static enum slot best_of(const struct tally *t, double *ret_sure)
{
    int best = 0;
    double sum = exp(something_else);
    for (int k = 0; k < SLOT_COUNT; k++) {
        best = t->weight[k] > t->weight[best] ? k : best;
        sum += exp(t->weight[k]);
    }
    *ret_sure = exp(t->weight[best]) / sum;
    return t->weight[best] >= least_weight ? (enum slot)best : SLOT_UNKNOWN;
}

/* --- reading on -----------------------------------------------------------*/

static bool is_text(const struct sheet *s, size_t i)
{
    Rect r = s->runs[i].box;
    return r.w >= 1.3 * r.h && r.h >= 0.5 * s->height;
}

/* Of the runs that were not read, the next that is text; `large` ones first,
 * because the card's large words are its own. -1: none. */
static int next_run(const struct sheet *s, bool large)
{
    int best = -1;
    for (size_t i = 0; i < s->n; i++) {
        if (s->is_read[i] || s->is_value[i] || !is_text(s, i))
            continue;
        if (!large)
            return (int)i;
        if (best < 0 || s->runs[i].box.h > s->runs[best].box.h)
            best = (int)i;
    }
    return best;
}

static bool is_clear(const struct sheet *s, const struct tally *t)
{
    double sure;
    bool is_card = best_of(t, &sure) == SLOT_ID_CARD;
    bool sides = t->side[SIDE_PORTRAIT] && t->side[SIDE_EMBLEM];
    return sure >= clear &&
           (!is_card || s->page->slot != SLOT_ID_CARD || sides);
}

static int read_on(struct sheet *s, struct tally *t, struct err *e)
{
    double sure;
    enum slot kind = best_of(t, &sure);
    int most = sure >= clear && kind == SLOT_ID_CARD ? SIDE_RUNS : MORE_RUNS;
    for (int i = 0; i < most && !is_clear(s, t); i++) {
        int run = next_run(s, kind == SLOT_ID_CARD);
        if (run < 0)
            return 0;
        int code = sheet_read(s, (size_t)run, e);
        if (code <= 0)
            return code;
        *t = count(s);
    }
    return 0;
}

/* Which copy of the counter's form it is stands beside or above its title. */
static int read_parts(struct sheet *s, struct err *e)
{
    double bottom = s->title_box.y + 2 * s->title_box.h;
    for (size_t i = 0, n = 0; i < s->n && n < HEAD_RUNS; i++) {
        if (!is_text(s, i) || s->runs[i].box.y > bottom)
            continue;
        n++;
        int code = sheet_read(s, i, e);
        if (code <= 0)
            return code;
    }
    return 0;
}

static void take_part(struct sheet *s)
{
    for (size_t i = 0; i < s->n; i++) {
        struct word text;
        if (!s->is_read[i] || document_field(s->d, "form_part"))
            continue;
        word_from_text(&text, &s->texts[i]);
        for (size_t k = 0; k < PARTS; k++)
            if (has_word(&text, parts[k])) {
                sheet_add(s, "form_part",
                          (struct reading){.value = (char *)parts[k],
                                           .confidence = s->texts[i].confidence,
                                           .box = s->runs[i].box,
                                           .source = SOURCE_OCR});
                break;
            }
    }
}

/* --- the answer -----------------------------------------------------------*/

static enum tri is_blank(const struct sheet *s, const struct tally *t)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += is_text(s, i);
    if (n == 0 && s->page->n_seals == 0)
        return TRI_YES;
    return t->n_han > 0 || s->page->n_seals > 0 ? TRI_NO : TRI_UNKNOWN;
}

/* A side that was not seen is missing only when everything was read. */
static void set_sides(const struct sheet *s, const struct tally *t,
                      struct page_facts *ret)
{
    bool left = next_run(s, true) >= 0;
    enum tri not_seen = left ? TRI_UNKNOWN : TRI_NO;
    ret->has_portrait_side = t->side[SIDE_PORTRAIT] ? TRI_YES : not_seen;
    ret->has_emblem_side = t->side[SIDE_EMBLEM] ? TRI_YES : not_seen;
}

static void add_title(struct sheet *s)
{
    if (s->title && !document_field(s->d, "title"))
        sheet_add(s, "title",
                  (struct reading){.value = (char *)s->title->text,
                                   .confidence = s->title_sure,
                                   .box = s->title_box,
                                   .source = SOURCE_OCR});
}

int kind_settle(struct sheet *s, struct page_facts *ret, struct err *e)
{
    struct tally t = count(s);
    int code = read_on(s, &t, e);
    if (code == 0 && s->title && s->title->slot == SLOT_APPLICATION_FORM)
        code = read_parts(s, e);
    if (code < 0)
        return code;
    ret->shows = best_of(&t, &ret->shows_sure);
    ret->is_blank = is_blank(s, &t);
    if (ret->shows == SLOT_ID_CARD)
        set_sides(s, &t, ret);
    if (s->d->recognized_as == SLOT_UNKNOWN)
        s->d->recognized_as = ret->shows;
    add_title(s);
    if (ret->shows == SLOT_APPLICATION_FORM)
        take_part(s);
    return 0;
}
