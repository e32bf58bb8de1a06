/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The text is looked for where the network's own reading is nearest to it, so
 * that the end of a label or a speck before it does no harm; the rival is
 * looked for in the same slices. The network is surer than it is right, so
 * the margins that decide are far from zero; they were measured (below).
 */

#include "ocr/verify.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "ocr/name.h"
#include "ocr/rival.h"
#include "ocr/unseen.h"
#include "ocr/weak.h"

/* --- where the text stands ------------------------------------------------*/

/* What one character sees another give counts for the first. */
static void fold(const struct recogniser *r, struct ctc *m, float *p,
                 uint32_t to, uint32_t from)
{
    int target = recogniser_class(r, to), source = recogniser_class(r, from);
    for (size_t t = 0; target > 0 && source > 0 && t < m->n_steps; t++) {
        p[t * m->n_classes + (size_t)target] +=
            p[t * m->n_classes + (size_t)source];
        p[t * m->n_classes + (size_t)source] = 0;
    }
}

/* All lines behind one another, a blank slice between. */
static float *join(struct arena *a, const struct recognition *lines, size_t n,
                   struct ctc *ret)
{
    struct ctc all = {NULL, n - 1, lines[0].output.n_classes};
    for (size_t i = 0; i < n; i++)
        all.n_steps += lines[i].output.n_steps;
    size_t width = all.n_classes, at = 0;
    float *p = arena_new_array(a, all.n_steps * width, float);
    for (size_t i = 0; i < n; i++) {
        const struct ctc *m = &lines[i].output;
        memcpy(p + at * width, m->p, m->n_steps * width * sizeof *p);
        at += m->n_steps;
        if (i + 1 < n)
            p[at++ * width + CTC_BLANK] = 1;
    }
    all.p = p;
    *ret = all;
    return p;
}

/* Type tells a small letter from a capital by its size alone, and in e-mail
 * addresses the one from an l by nothing that is sure. */
static float *output_of(struct arena *a, const struct recogniser *r,
                        const struct recognition *lines, size_t n,
                        const struct known *known, struct ctc *ret)
{
    struct ctc all;
    float *p = join(a, lines, n, &all);
    for (uint32_t c = 'a'; c <= 'z'; c++)
        fold(r, &all, p, c - 'a' + 'A', c);
    if (known->kind == KNOWN_EMAIL) {
        fold(r, &all, p, '1', 'L');
        fold(r, &all, p, '1', 'I');
        fold(r, &all, p, '0', 'O');
    }
    *ret = all;
    return p;
}

struct span {
    size_t from, to;
};

/* The symbols that are nearest to the text: Sellers' alignment. */
static struct span nearest(struct arena *a, const struct ctc_symbol *s,
                           size_t n, const int *text, size_t length)
{
    size_t *cost = arena_new_array(a, 2 * (n + 1), size_t);
    size_t *start = arena_new_array(a, 2 * (n + 1), size_t);
    size_t *old = cost, *now = cost + n + 1;
    size_t *old_start = start, *now_start = start + n + 1;
    for (size_t j = 0; j <= n; j++)
        old_start[j] = j;
    for (size_t i = 1; i <= length; i++) {
        now[0] = i;
        now_start[0] = 0;
        for (size_t j = 1; j <= n; j++) {
            now[j] = old[j - 1] + (s[j - 1].class != text[i - 1]);
            now_start[j] = old_start[j - 1];
            if (old[j] + 1 < now[j]) {
                now[j] = old[j] + 1;
                now_start[j] = old_start[j];
            }
            if (now[j - 1] + 1 < now[j]) {
                now[j] = now[j - 1] + 1;
                now_start[j] = now_start[j - 1];
            }
        }
        size_t *swap = old;
        old = now;
        now = swap;
        swap = old_start;
        old_start = now_start;
        now_start = swap;
    }
    struct span best = {0, 0};
    size_t least = SIZE_MAX;
    for (size_t j = 0; j <= n; j++)
        /* Of equals the longer: a wrong character rather than one that is
         * missing and another beside the text. */
        if (old[j] <= least) {
            least = old[j];
            best = (struct span){old_start[j], j};
        }
    return best;
}

/* The slices of those symbols, to halfway to their neighbours. */
static struct ctc window(const struct ctc *m, const struct ctc_symbol *s,
                         size_t n, struct span at)
{
    size_t from = 0, to = m->n_steps;
    if (at.from > 0)
        from = (s[at.from - 1].to + s[at.from].from) / 2;
    if (at.to < n)
        to = (s[at.to - 1].to + s[at.to].from) / 2;
    return (struct ctc){m->p + from * m->n_classes, to - from, m->n_classes};
}

/* --- one look -------------------------------------------------------------*/

/* Classes of the text, -1 where the network's list has none; marks that are not
 * read are left out. */
static size_t classes_of(const struct recogniser *r, struct arena *a,
                         const char *text, int **ret, bool *ret_known)
{
    size_t n, kept = 0;
    const uint32_t *c = utf8_codes(a, utf8_name(a, text), &n);
    *ret = arena_new_array(a, n + 1, int);
    *ret_known = true;
    for (size_t i = 0; i < n; i++) {
        int class = recogniser_class(r, c[i]);
        if (class < 0)
            *ret_known = false;
        if (class != CTC_BLANK)
            (*ret)[kept++] = class;
    }
    return kept;
}

static const char *words_of(const struct recogniser *r, struct arena *a,
                            const int *classes, size_t n)
{
    char *s = arena_alloc(a, 4 * n + 1, 1);
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = recogniser_character(r, classes[i]);
        if (c)
            bytes += utf8_put(c, s + bytes);
    }
    return s;
}

static const char *seen_text(const struct recogniser *r, struct arena *a,
                             const struct ctc_symbol *s, size_t n)
{
    int *classes = arena_new_array(a, n + 1, int);
    for (size_t i = 0; i < n; i++)
        classes[i] = s[i].class;
    return words_of(r, a, classes, n);
}

/* Where a remark begins that ends before symbol n, not before `from`; n: none
 * is there. */
static size_t before_remark(const struct recogniser *r,
                            const struct ctc_symbol *s, size_t from, size_t n)
{
    for (size_t i = n; i-- > from;) {
        uint32_t c = name_bracket(recogniser_character(r, s[i].class));
        if (!name_in_remark(c) || (i + 1 == n && c != 0xff09))
            break;
        if (c == 0xff08)
            return i;
    }
    return n;
}

/* The symbols outside of the span; what ends the label before it is none,
 * nor are remarks. */
static void find_stray(const struct recogniser *r, struct arena *a,
                       const struct ctc_symbol *s, size_t n, struct span at,
                       const char *label, struct verify_fit *f)
{
    int *end;
    bool known;
    size_t left = classes_of(r, a, label, &end, &known);
    size_t from = before_remark(r, s, 0, at.from);
    while (left > 0 && from > 0 && s[from - 1].class == end[left - 1]) {
        from--;
        left--;
    }
    n = before_remark(r, s, at.to, n);
    for (size_t i = 0; i < n; i++)
        if (i < from || i >= at.to) {
            f->n_stray++;
            f->stray = fmax(f->stray, s[i].confidence);
        }
}

/* --- margins that decide ------------------------------------------------*/

/*
 * Margins that decide, in natural logarithms, mean of all looks. Measured on
 * 22 applications of the tune family, flatbed scans, a third of the letters
 * filled in by hand: of 220 names that were right all were confirmed but for
 * two with a character that the network hardly knows (-2.5 .. +0.6); 880 names
 * with a character changed, most for a look-alike, dropped, or added were all
 * below -5.
 */
static const double confirms = 2.5, contradicts = 5;

/* A character that the network would rather leave out has its place there all
 * the same, so that less of a margin is enough. */
static const double confirms_place = 1;

/* A character that is not in the network's list. */
static const struct weak unknown = {INFINITY, -INFINITY};

/* What decides about a text and its rival: where they differ in one character
 * that the network hardly knows, its own margins. More than one difference is
 * as good as any other. */
static struct weak margins(const struct recogniser *r, struct arena *a,
                           const char *text, const char *rival)
{
    size_t n, m, from = 0;
    const uint32_t *x = utf8_codes(a, text, &n);
    const uint32_t *y = utf8_codes(a, rival ? rival : text, &m);
    struct weak usual = {m < n ? confirms_place : confirms, -contradicts};
    while (from < n && from < m && x[from] == y[from])
        from++;
    while (n > from && m > from && x[n - 1] == y[m - 1]) {
        n--;
        m--;
    }
    if (n != from + 1)
        return usual;
    const struct weak *w = weak_find(x[from]);
    if (recogniser_class(r, x[from]) < 0)
        return unknown;
    return w ? *w : usual;
}

/* --- the look itself ----------------------------------------------------*/

static const char *plain_email(struct arena *a, const char *text)
{
    char *s = arena_strdup(a, text);
    for (char *c = s; *c; c++)
        *c = *c == 'L' || *c == 'I' ? '1' : *c == 'O' ? '0' : *c;
    return s;
}

struct verify_fit verify_look(const struct recogniser *r, struct arena *a,
                              const struct recognition *lines, size_t n,
                              const struct known *known)
{
    struct verify_fit f = {
        .margin = -INFINITY, .confirms = INFINITY, .contradicts = -INFINITY};
    struct ctc all;
    int *classes;
    const char *text =
        known->kind == KNOWN_EMAIL ? plain_email(a, known->text) : known->text;
    size_t length = classes_of(r, a, text, &classes, &f.is_known);
    if (length == 0 || n == 0)
        return f;
    float *p = output_of(a, r, lines, n, known, &all);
    struct ctc_symbol *s =
        arena_new_array(a, all.n_steps + 1, struct ctc_symbol);
    size_t seen = ctc_decode(&all, s);
    struct span at = nearest(a, s, seen, classes, length);
    const struct unseen_view view = {
        all, p, s, seen, at.from, at.to, known->leaves_weak};
    struct unseen u = unseen_leave_out(a, r, &view, text);
    if (at.to > at.from)
        all = window(&all, s, seen, at);
    if (!known->is_within)
        find_stray(r, a, s, seen, at, known->label, &f);
    struct rival other = rival_find(a, &all, u.classes, u.n);
    f.margin = other.log_score - other.log_another;
    f.rival = words_of(r, a, other.another, other.n_another);
    f.unseen = u.count > 0 ? u.text : NULL;
    struct weak decide = margins(
        r, a, f.unseen ? words_of(r, a, u.classes, u.n) : text, f.rival);
    f.confirms = decide.confirms;
    f.contradicts = decide.contradicts;
    if (f.n_stray > 0)
        f.rival = seen_text(r, a, s, seen);
    return f;
}

/* --- what looks come to ---------------------------------------------------*/

/* A character beside the text counts when it is as sure as this. */
static const double sure_stray = 0.8;

static const double undecided = 0.5;

double verify_certainty(double margin)
{
    return 1 / (1 + exp(-0.5 * margin));
}

/* None of eleven hundred decisions was wrong: 0.995 is what that bears out, and
 * even the narrowest is good for more than nine in ten. */
static const double most_certain = 0.995;

static double decided(double margin)
{
    return fmin(most_certain, 1 / (1 + exp(-2 - margin)));
}

/* The mean of the looks that have a say: one that takes a blind character for
 * another surely has none unless all do. */
struct opinion {
    double over, under, stray;
    size_t n;
    bool is_known, is_unseen;
};

static struct opinion opinion_of(const struct verify_fit *looks, size_t n)
{
    struct opinion o = {0, 0, 1, 0, true, false};
    for (size_t i = 0; i < n; i++) {
        o.is_known = o.is_known && looks[i].is_known;
        o.is_unseen = o.is_unseen || looks[i].unseen;
        o.stray = fmin(o.stray, looks[i].n_stray ? looks[i].stray : 0);
        if (isinf(looks[i].confirms))
            continue;
        o.over += looks[i].margin - looks[i].confirms;
        o.under += looks[i].contradicts - looks[i].margin;
        o.n++;
    }
    o.over /= fmax(1, (double)o.n);
    o.under /= fmax(1, (double)o.n);
    return o;
}

struct verified verify_decide(const struct verify_fit *looks, size_t n,
                              const char *text)
{
    struct verified v = {text, VERIFY_CANNOT_TELL, undecided, looks[0].rival};
    struct opinion o = opinion_of(looks, n);
    bool more = o.stray >= sure_stray;
    if (!more && o.over > 0 && o.is_unseen) {
        v.rival = NULL;
    } else if (!more && o.over > 0 && o.is_known && o.n == n) {
        v.result = VERIFY_CONFIRMED;
        v.rival = NULL;
        v.confidence = decided(o.over + confirms);
    } else if (o.under > 0 || more) {
        v.result = VERIFY_CONTRADICTED;
        v.confidence = more ? o.stray : decided(o.under + contradicts);
    }
    return v;
}

bool verify_is_open(const struct verified *v)
{
    return v->result == VERIFY_CANNOT_TELL;
}

/* --- without a network ----------------------------------------------------*/

/* A reader of names that takes one character in fifty for another one agrees
 * with a wrong name by chance in one of a thousand; that it differs means
 * little, unless it differs in much. */
static const double agrees = 0.95;
enum { MIN_DIFFERENT = 5 };        /* of a short name too little is left */
static const double differs = 0.5; /* share of the longer one's characters */

static size_t distance(struct arena *a, const uint32_t *x, size_t n,
                       const uint32_t *y, size_t m)
{
    size_t *row = arena_new_array(a, m + 1, size_t);
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t old = row[j], best = diagonal + (x[i - 1] != y[j - 1]);
            best = old + 1 < best ? old + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            diagonal = old;
        }
    }
    return row[m];
}

struct verified verify_reading(struct arena *a, const char *reading,
                               double confidence, const char *text)
{
    size_t n, m;
    const uint32_t *x = utf8_codes(a, reading, &n);
    const uint32_t *y = utf8_codes(a, utf8_name(a, text), &m);
    size_t d = distance(a, x, n, y, m), longer = n > m ? n : m;
    if (d == 0)
        return (struct verified){text, VERIFY_CONFIRMED,
                                 fmax(agrees, confidence), NULL};
    bool is_other =
        longer >= MIN_DIFFERENT && (double)d > differs * (double)longer;
    return (struct verified){
        text, is_other ? VERIFY_CONTRADICTED : VERIFY_CANNOT_TELL,
        is_other ? confidence : 1 - confidence, reading};
}
