/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The text is laid beside the symbols that were seen so that differences fall
 * on characters that cannot be seen, where that is as short (Levenshtein's
 * table, read backwards).
 */

#include "ocr/unseen.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/rank.h"
#include "base/utf8.h"
#include "ocr/recogniser.h"
#include "ocr/weak.h"

enum { EMPTY_BOX = 0x25a1, MISSING = -1 };

/* Another character stands there for sure: its slices say so. Of what was read
 * where blind characters stand most is below, as census.c prints it. */
static const double sure = 0.8;

/* Slices of a character where too few are there to measure: 48 px high lines
 * of characters of 60 to 80 % of that, eight a slice. */
static const double usual_pitch = 4.5;

/* From the middle of one character to that of the next but one, and from a
 * line's end to the middle of its second, in pitches. */
static const double gap_between = 1.5, gap_at_end = 1.1;

enum { CHANGED = 2, CHANGED_BLIND = 1 };

struct letter {
    uint32_t c;
    int class; /* negative: not in the list */
    bool is_blind;
    bool is_missing;
    size_t at; /* its symbol, or the one before which it is missing */
};

static struct letter *letters_of(struct arena *a, const struct recogniser *r,
                                 const char *text, bool with_weak,
                                 size_t *ret_n)
{
    size_t n, kept = 0;
    const uint32_t *c = utf8_codes(a, text, &n);
    struct letter *l = arena_new_array(a, n + 1, struct letter);
    for (size_t i = 0; i < n; i++) {
        int class = recogniser_class(r, c[i]);
        const struct weak *w = weak_find(c[i]);
        bool is_blind =
            class < 0 || (w && (with_weak || isinf(w->contradicts)));
        if (class != CTC_BLANK)
            l[kept++] = (struct letter){c[i], class, is_blind, false, 0};
    }
    *ret_n = kept;
    return l;
}

/* --- which symbol is which character --------------------------------------*/

static int cost_of(const struct letter *l, const struct ctc_symbol *s)
{
    return l->class == s->class ? 0 : l->is_blind ? CHANGED_BLIND : CHANGED;
}

static int cost_missing(const struct letter *l)
{
    return l->is_blind ? CHANGED_BLIND : CHANGED;
}

static int least(int x, int y, int z)
{
    int m = x < y ? x : y;
    return m < z ? m : z;
}

static void align(struct arena *a, struct letter *l, size_t n,
                  const struct unseen_view *v)
{
    const struct ctc_symbol *s = v->symbols + v->from;
    size_t m = v->to - v->from, width = m + 1;
    int *cost = arena_new_array(a, (n + 1) * width, int);
    for (size_t j = 1; j <= m; j++)
        cost[j] = cost[j - 1] + CHANGED;
    for (size_t i = 1; i <= n; i++) {
        int *now = cost + i * width, *old = now - width;
        now[0] = old[0] + cost_missing(&l[i - 1]);
        for (size_t j = 1; j <= m; j++)
            now[j] =
                least(old[j] + cost_missing(&l[i - 1]), now[j - 1] + CHANGED,
                      old[j - 1] + cost_of(&l[i - 1], &s[j - 1]));
    }
    for (size_t i = n, j = m; i > 0;) {
        const int *now = cost + i * width, *old = now - width;
        if (j > 0 && now[j] == old[j - 1] + cost_of(&l[i - 1], &s[j - 1])) {
            l[--i].at = v->from + --j;
        } else if (now[j] == old[j] + cost_missing(&l[i - 1])) {
            l[--i].is_missing = true;
            l[i].at = v->from + j;
        } else {
            j--;
        }
    }
}

/* --- room for what is missing ---------------------------------------------*/

static double middle(const struct ctc_symbol *s)
{
    return (double)(s->from + s->to) / 2;
}

/* The median step from one symbol of the text to the next. */
static double pitch_of(struct arena *a, const struct unseen_view *v)
{
    enum { FEW = 2 };
    double *steps = arena_new_array(a, v->n + 1, double);
    size_t n = 0;
    for (size_t k = v->from + 1; k < v->to; k++)
        steps[n++] = middle(&v->symbols[k]) - middle(&v->symbols[k - 1]);
    if (n < FEW)
        return usual_pitch;
    rank_sort(steps, n);
    return steps[n / 2];
}

/* The slices that are free before symbol k of the text: from the one before it,
 * or the line's end, up to it. */
static size_t free_from(const struct unseen_view *v, size_t k)
{
    return k > 0 ? v->symbols[k - 1].to : 0;
}

static size_t free_to(const struct unseen_view *v, size_t k)
{
    return k < v->n ? v->symbols[k].from : v->output.n_steps;
}

/* Whether a character has room before symbol k. */
static bool has_room(const struct unseen_view *v, size_t k, double pitch)
{
    const struct ctc_symbol *s = v->symbols;
    if (k == v->from)
        return middle(&s[k]) - (double)free_from(v, k) > gap_at_end * pitch;
    if (k == v->to)
        return (double)free_to(v, k) - middle(&s[k - 1]) > gap_at_end * pitch;
    return middle(&s[k]) - middle(&s[k - 1]) > gap_between * pitch;
}

/* --- taking places out ----------------------------------------------------*/

/* The slices from `from` to (not with) `to` are blank. */
static void make_blank(const struct unseen_view *v, size_t from, size_t to)
{
    size_t width = v->output.n_classes;
    for (size_t t = from; t < to; t++) {
        memset(v->p + t * width, 0, width * sizeof *v->p);
        v->p[t * width + CTC_BLANK] = 1;
    }
}

/* To halfway to the neighbours there is symbol k and nothing else. */
static void make_sure(const struct unseen_view *v, size_t k)
{
    const struct ctc_symbol *s = &v->symbols[k];
    size_t width = v->output.n_classes;
    make_blank(v, (free_from(v, k) + s->from + 1) / 2,
               (s->to + free_to(v, k + 1)) / 2);
    for (size_t t = s->from; t < s->to; t++) {
        v->p[t * width + CTC_BLANK] = 0;
        v->p[t * width + (size_t)s->class] = 1;
    }
}

/* Whether nothing can be said of the letter. Room between two others is left
 * for any that the network missed; at an end, the line may have been cut. */
static bool is_out(const struct unseen_view *v, const struct letter *l,
                   double pitch)
{
    const struct ctc_symbol *s = &v->symbols[l->at];
    if (v->from == v->to)
        return false;
    if (l->is_missing)
        return (l->is_blind || (l->at > v->from && l->at < v->to)) &&
               has_room(v, l->at, pitch);
    return l->is_blind && s->class != l->class && s->confidence < sure;
}

/* Takes the letter's place out; the class that stands there now, or MISSING. */
static int take_out(const struct unseen_view *v, const struct letter *l)
{
    if (!l->is_missing) {
        make_sure(v, l->at);
        return v->symbols[l->at].class;
    }
    make_blank(v, free_from(v, l->at), free_to(v, l->at));
    return MISSING;
}

struct unseen unseen_leave_out(struct arena *a, const struct recogniser *r,
                               const struct unseen_view *v, const char *text)
{
    size_t length, bytes = 0;
    struct letter *l = letters_of(a, r, text, v->leaves_weak, &length);
    struct unseen u = {arena_new_array(a, length + 1, int), 0, 0, NULL};
    char *shown = arena_alloc(a, 4 * length + 1, 1);
    double pitch = pitch_of(a, v);
    align(a, l, length, v);
    for (size_t i = 0; i < length; i++) {
        bool out = is_out(v, &l[i], pitch);
        int class = out ? take_out(v, &l[i]) : l[i].class;
        if (class > 0)
            u.classes[u.n++] = class;
        u.count += out;
        bytes += utf8_put(out ? EMPTY_BOX : l[i].c, shown + bytes);
    }
    shown[bytes] = '\0';
    u.text = shown;
    return u;
}
