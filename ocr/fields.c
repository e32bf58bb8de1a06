/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Semi-global alignment (Sellers 1980): the edit distance between the whole
 * label and that part of the text which is nearest to it.
 */

#include "ocr/fields.h"

#include <string.h>

#include "base/utf8.h"
#include "ocr/name.h"
#include "ocr/tess.h"

enum {
    MAX_TEXT = 64,
    FREE_START = 2,
    MAX_REMARK = 12 /* "(sign or seal)", in brackets behind a label */
};

static const double max_wrong = 0.4; /* of the label's characters */
static const double min_cover = 0.6; /* of a line by its title */

static const struct label labels[] = {
#define LABEL(slot, field, kind, need, text)                                   \
    {SLOT_##slot, field, VALUE_##kind, NEED_##need, text},
#include "ocr/labels.def"
#undef LABEL
};

static const struct title titles[] = {
#define TITLE(slot, text, kind) {SLOT_##slot, text, TITLE_##kind},
#include "ocr/titles.def"
#undef TITLE
};

/* The characters of a text that count, and where they stand in it. */
struct word {
    uint32_t c[MAX_TEXT];
    size_t at[MAX_TEXT];
    size_t n;
};

static bool counts(uint32_t c)
{
    return utf8_is_han(c) || utf8_is_latin(c);
}

static void word_from_text(struct word *w, const struct tess_text *t)
{
    w->n = 0;
    for (size_t i = 0; i < t->n && w->n < MAX_TEXT; i++)
        if (counts(t->symbols[i].c)) {
            w->c[w->n] = t->symbols[i].c;
            w->at[w->n++] = i;
        }
}

static void word_from_utf8(struct word *w, const char *s)
{
    w->n = 0;
    for (uint32_t c; w->n < MAX_TEXT && (c = utf8_next(&s)) != 0;)
        w->c[w->n++] = c;
}

struct fit {
    int distance;
    size_t end; /* characters of the text up to the end of the match */
};

static int least(int a, int b, int c)
{
    int d = a < b ? a : b;
    return c < d ? c : d;
}

/* `free_start` characters of the text may be skipped at no cost. */
static struct fit align(const struct word *label, const struct word *text,
                        size_t free_start)
{
    int row[MAX_TEXT + 1];
    for (size_t j = 0; j <= text->n; j++)
        row[j] = j <= free_start ? 0 : (int)(j - free_start);
    for (size_t i = 1; i <= label->n; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= text->n; j++) {
            int old = row[j];
            bool same = label->c[i - 1] == text->c[j - 1];
            row[j] = least(old + 1, row[j - 1] + 1, diagonal + !same);
            diagonal = old;
        }
    }
    struct fit best = {row[0], 0};
    for (size_t j = 1; j <= text->n; j++)
        /* Of equals a wrong character rather than a missing one: it must not
         * be left over for the value. */
        if (row[j] < best.distance ||
            (row[j] == best.distance && row[j] > 0 && j <= label->n))
            best = (struct fit){row[j], j};
    return best;
}

static bool is_near(struct fit f, size_t label_n)
{
    return f.distance <= max_wrong * (double)label_n && f.end > 0;
}

static bool is_colon(uint32_t c)
{
    return c == ':' || c == ';' || c == 0xff1a || c == 0xff1b;
}

static bool is_separator(uint32_t c)
{
    return !counts(c) && c != 0xFF08 && c != '(';
}

/* Readers take one bracket for another. */
static bool is_bracket(uint32_t c, bool left)
{
    static const char *const brackets[] = {")]}>】〉》〕」』）］",
                                           "([{<【〈《〔「『（［"};
    return utf8_has(brackets[left], c);
}

/* Behind the words of a remark whose first bracket was not read; `end`: they
 * are none. */
static size_t half_remark_end(const struct tess_text *t, size_t end)
{
    size_t close = end;
    while (close < t->n && name_in_remark(name_bracket(t->symbols[close].c)) &&
           !is_bracket(t->symbols[close].c, false))
        close++;
    bool closed = close < t->n && is_bracket(t->symbols[close].c, false);
    return closed ? close + 1 : end;
}

/* The end of a remark in brackets, which a colon or nothing follows, unless it
 * can be nothing else; `end` when there is none. */
static size_t remark_end(const struct tess_text *t, size_t end, bool *ret_open)
{
    if (end >= t->n || !is_bracket(t->symbols[end].c, true))
        return half_remark_end(t, end);
    size_t close = end + 1, last = end + MAX_REMARK;
    bool stands_alone = true;
    for (; close < t->n && close < last &&
           !is_bracket(t->symbols[close].c, false);
         close++)
        stands_alone = stands_alone && name_in_remark(t->symbols[close].c);
    *ret_open = close == t->n;
    if (*ret_open)
        return close;
    stands_alone =
        stands_alone || close + 1 >= t->n || is_colon(t->symbols[close + 1].c);
    return close < last && stands_alone ? close + 1 : end;
}

/* What follows a label and is not its value: a remark and a colon. */
static void skip_to_value(const struct tess_text *t, struct label_match *m)
{
    size_t end = remark_end(t, m->end, &m->is_open);
    m->has_colon = !m->is_open && end > m->end;
    m->end = end;
    for (; m->end < t->n && is_separator(t->symbols[m->end].c); m->end++)
        m->has_colon |= is_colon(t->symbols[m->end].c);
}

bool fields_match_label(enum slot slot, const struct tess_text *t,
                        struct label_match *ret)
{
    struct word text, label;
    int best = 0;
    *ret = (struct label_match){0};
    word_from_text(&text, t);
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        if (labels[i].slot != slot)
            continue;
        word_from_utf8(&label, labels[i].text);
        /* What stands before a short label makes it another label; a single
         * character may be a speck. */
        struct fit f = align(&label, &text, label.n >= 4 ? FREE_START : 1);
        int value = (int)label.n - 2 * f.distance;
        if (!is_near(f, label.n) || value <= best)
            continue;
        /* Of a short label a part is in many a text: only a cell of its own. */
        if (f.distance > 0 && label.n < 4 && text.n > label.n + 1)
            continue;
        best = value;
        ret->label = &labels[i];
        ret->score = 1 - (double)f.distance / (double)label.n;
        ret->end = text.at[f.end - 1] + 1;
    }
    if (ret->label)
        skip_to_value(t, ret);
    return ret->label != NULL;
}

/* What a cut leaves of a label. */
static bool is_end_of(const struct word *label, const struct word *text)
{
    return text->n >= 2 && text->n < label->n &&
           memcmp(label->c + label->n - text->n, text->c,
                  text->n * sizeof *text->c) == 0;
}

bool fields_is_label(enum slot slot, const char *s)
{
    struct word text, label;
    word_from_utf8(&text, s);
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        if (labels[i].slot != slot)
            continue;
        word_from_utf8(&label, labels[i].text);
        struct fit f = align(&label, &text, 0);
        if (4 * f.distance <= (int)label.n && f.end + 1 >= text.n)
            return true;
        if (f.distance == 0 && label.n >= 4 && f.end == label.n)
            return true;
        if (is_end_of(&label, &text))
            return true;
    }
    return false;
}

/* How well any label fits: "统一社会信用代码" is also most of a title. */
static int best_label_value(const struct word *text)
{
    struct word label;
    int best = 0;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        word_from_utf8(&label, labels[i].text);
        struct fit f = align(&label, text, 0);
        int value = (int)label.n - 2 * f.distance;
        best = value > best ? value : best;
    }
    return best;
}

const struct title *fields_match_title(const struct tess_text *t,
                                       double *ret_score)
{
    struct word text, title;
    const struct title *best = NULL;
    int best_value = 0;
    word_from_text(&text, t);
    int label_value = best_label_value(&text);
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        word_from_utf8(&title, titles[i].text);
        struct fit f = align(&title, &text, text.n);
        int value = (int)title.n - 2 * f.distance;
        if (!is_near(f, title.n) || value <= best_value ||
            value <= label_value ||
            (double)title.n < min_cover * (double)text.n)
            continue;
        best_value = value;
        best = &titles[i];
        *ret_score = 1 - (double)f.distance / (double)title.n;
    }
    return best;
}

bool fields_label_begins(enum slot slot, const struct tess_text *t, size_t at,
                         size_t least)
{
    enum { LEAST = 3 };
    struct word label;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        word_from_utf8(&label, labels[i].text);
        size_t k = 0;
        while (k < label.n && at + k < t->n &&
               t->symbols[at + k].c == label.c[k])
            k++;
        bool is_whole = k == label.n && k >= LEAST && k >= least;
        bool is_cut = least == 0 && k + 1 >= LEAST && at + k == t->n;
        if (labels[i].slot == slot && (is_whole || is_cut))
            return true;
    }
    return false;
}

const struct label *fields_label(size_t i)
{
    return i < sizeof labels / sizeof *labels ? &labels[i] : NULL;
}
