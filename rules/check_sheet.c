/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * S01 to S05: the sheet from which the electronic seals are made. One cause is
 * told by one rule: what is missing, cut or of the wrong colour by S01, what
 * is unclean or unclear by S02, digits by S03, the name seal by S04, what does
 * not belong there by S05; a grey copy is C01's.
 */

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/impression.h"
#include "rules/pages.h"
#include "rules/reading.h"
#include "rules/seals.h"
#include "rules/settings.h"

static const enum slot slot = SLOT_SEAL_SHEET;

/* The fewest and the most digits that a filed seal usually has. */
enum { FEWEST_DIGITS = 13, MOST_DIGITS = 14 };

static bool is_needed(const struct rule_case *c)
{
    return c->facts->order.with_seal != TRI_NO && reading_is_possible(c, slot);
}

static void add_which(const struct rule_case *c, struct finding *out,
                      const struct seal *s)
{
    bool name = s->role == SEAL_LEGAL_REP;
    finding_add_words(c, out, "which", name ? "name seal" : "official seal",
                      name ? "法人章" : "公章");
}

/* --- S01 ------------------------------------------------------------------*/

/* The seal that reaches farthest out of the table cell that it belongs in. */
static const struct seal *find_crossing(const struct rule_case *c)
{
    const struct seal *worst = NULL;
    double most = c->settings->cell_cross_mm;
    const struct seal *seals[] = {seals_find_official(c->facts, slot),
                                  seals_find_name(c->facts, slot)};
    for (size_t i = 0; i < sizeof seals / sizeof *seals; i++) {
        if (!seals[i] || !(seals[i]->crosses_mm > most))
            continue;
        worst = seals[i];
        most = worst->crosses_mm;
    }
    return worst;
}

static enum answer say_crossing(const struct rule_case *c, struct finding *out)
{
    const struct seal *s = find_crossing(c);
    if (!s)
        return ANSWER_PASS;
    out->n_evidence = 0;
    seals_point_at(c, out, s);
    add_which(c, out, s);
    finding_add_number(c, out, "mm", s->crosses_mm, 0);
    return finding_say(out, "crosses", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
}

enum answer check_sheet_stamped(const struct rule_case *c, size_t i,
                                struct finding *out)
{
    (void)i;
    if (!is_needed(c))
        return ANSWER_NOT_APPLICABLE;
    const struct seal *s = seals_find_official(c->facts, slot);
    const struct seal *name = seals_find_name(c->facts, slot);
    if (!s)
        return seals_say_none(c, slot, out);
    if (!seals_is_cut(c->facts, s) && name && seals_is_cut(c->facts, name))
        s = name;
    seals_point_at(c, out, s);
    if (seals_is_cut(c->facts, s))
        return finding_say(out, "cut", SEVERITY_BLOCK, ANSWER_FAIL);
    if (s->ink == INK_PHOTOCOPY)
        return ANSWER_PASS;
    if (!(s->confidence >= c->settings->seal_sure) ||
        s->colour == COLOUR_UNKNOWN)
        return ANSWER_CANNOT_TELL;
    if (s->colour != COLOUR_RED)
        return finding_say(out, "not_red", SEVERITY_BLOCK, ANSWER_FAIL);
    return say_crossing(c, out);
}

/* --- S02 ------------------------------------------------------------------*/

/* The sheet is to be made again for another reason: it was photographed (A05),
 * copied in grey (C01), or the seal is cut off (S01). */
static bool is_done_again(const struct rule_case *c, const struct seal *s)
{
    const struct page_facts *page = seals_page(c->facts, s);
    return s->ink == INK_PHOTOCOPY || seals_is_cut(c->facts, s) ||
           (page && pages_is_camera(c, page));
}

static bool is_worse(enum answer a, enum answer than)
{
    return than == ANSWER_PASS || than == ANSWER_NOT_APPLICABLE
               ? a == ANSWER_FAIL || a == ANSWER_CANNOT_TELL
               : a == ANSWER_FAIL && than == ANSWER_CANNOT_TELL;
}

static void add_seal_words(const struct rule_case *c, struct finding *out,
                           const struct seal *s)
{
    bool name = s->role == SEAL_LEGAL_REP;
    add_which(c, out, s);
    static const struct seal_impression none = {
#define IMPRESSION(name, ...) .name = (double)NAN,
#include "base/seal_impression.def"
#undef IMPRESSION
    };
    const struct seal_impression *m = s->impression ? s->impression : &none;
    const struct rule_settings *k = c->settings;
    const struct {
        const char *name;
        double value;
        int decimals;
    } numbers[] = {{"percent", 100 * s->background, 0},
                   {"whole", 100 * s->completeness, 0},
                   {"clarity", s->clarity, 0},
                   {"limit", name ? k->seal_clarity : k->sheet_clarity, 0},
                   {"contrast", 100 * m->contrast, 0},
                   {"contrast_limit", 100 * k->contrast_plain, 0},
                   {"slip", m->slip_mm, 1},
                   {"edge", m->edge_mm, 1}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (isfinite(numbers[i].value))
            finding_add_number(c, out, numbers[i].name, numbers[i].value,
                               numbers[i].decimals);
}

static bool overlap(const struct seal *a, const struct seal *b)
{
    /* Corners of a round seal's box are empty: a seventh of its width. */
    double da = seals_is_rounded(a) ? a->box.w / 7 : 0;
    double db = seals_is_rounded(b) ? b->box.w / 7 : 0;
    return !rect_is_empty(
        rect_intersect(rect_inset(a->box, da, da), rect_inset(b->box, db, db)));
}

enum answer check_sheet_clean(const struct rule_case *c, size_t i,
                              struct finding *out)
{
    (void)i;
    const struct seal *seals[] = {seals_find_official(c->facts, slot),
                                  seals_find_name(c->facts, slot)};
    const struct finding blank = *out;
    const struct seal *at = NULL;
    enum answer worst = ANSWER_NOT_APPLICABLE;
    for (int k = 0; is_needed(c) && k < 2; k++) {
        const struct seal *s = seals[k];
        if (!s || (k == 1 && s == seals[0]) || is_done_again(c, s))
            continue;
        struct finding f = blank;
        enum answer now = impression_weigh(c, s, &f);
        if (worst != ANSWER_NOT_APPLICABLE && !is_worse(now, worst))
            continue;
        worst = now;
        at = s;
        out->reason = f.reason;
        out->severity = f.severity;
    }
    if (worst == ANSWER_PASS && seals[0] && seals[1] &&
        seals[0]->page == seals[1]->page && overlap(seals[0], seals[1])) {
        seals_point_at(c, out, seals[0]);
        finding_add_box(out, slot, seals[1]->page, seals[1]->box);
        return finding_say(out, "overlap", SEVERITY_LOOK, ANSWER_FAIL);
    }
    if (worst == ANSWER_FAIL || worst == ANSWER_CANNOT_TELL) {
        seals_point_at(c, out, at);
        add_seal_words(c, out, at);
    }
    return worst;
}

/* --- S03 ------------------------------------------------------------------*/

/* Too few pixels for digits? */
static enum answer weigh_resolution(const struct rule_case *c,
                                    struct finding *out)
{
    struct page_at at = {0};
    double limit = c->settings->seal_dpi;
    if (!pages_coarsest(c, slot, pages_seal_dpi, &at)) {
        pages_next(c, slot, &at);
        finding_set_page(out, slot, at.number);
        return finding_say(out, "not_measured", SEVERITY_INFO,
                           ANSWER_CANNOT_TELL);
    }
    double dpi = pages_seal_dpi(at.facts);
    if (pages_is_camera(c, at.facts) ||
        (dpi >= limit && at.facts->upscaled != TRI_YES))
        return ANSWER_PASS; /* A05 has a camera's page scanned again */
    finding_set_page(out, slot, at.number);
    finding_add_number(c, out, "dpi", dpi, 0);
    finding_add_number(c, out, "limit", limit, 0);
    if (pages_is_surely_coarse(dpi, limit))
        return ANSWER_FAIL;
    return at.facts->upscaled == TRI_YES
               ? finding_say(out, "upscaled", SEVERITY_LOOK, ANSWER_FAIL)
               : ANSWER_CANNOT_TELL;
}

/* From here on a digit was read beyond doubt; one that ran or broke is not. */
static const double plainly_read = 0.97;

/* Nobody can tell which digit it is, by its print or by reading it. */
static bool is_lost(const struct rule_settings *k, const struct seal_digit *d)
{
    return d->clarity < k->digit_least &&
           (d->c == 0 || d->confidence < k->digit_sure);
}

static bool is_plainly(const struct rule_settings *k,
                       const struct seal_digit *d, char c)
{
    return d->c == c && d->confidence >= plainly_read &&
           d->clarity >= k->digit_least;
}

/* The same digit, read as surely, on another impression of the stamp: a thin
 * one scores low on every paper and is legible all the same. */
static bool is_read_elsewhere(const struct rule_case *c, const struct seal *s,
                              size_t i)
{
    const struct seal_digit *d = &s->digits[i];
    const struct seal *o;
    for (size_t k = 0; (o = seals_next_of_stamp(c->facts, s, &k)) != NULL;)
        if (o->n_digits == s->n_digits && is_plainly(c->settings, d, d->c) &&
            is_plainly(c->settings, &o->digits[i], d->c))
            return true;
    return false;
}

static bool is_doubtful(const struct rule_case *c, const struct seal *s,
                        size_t i)
{
    const struct seal_digit *d = &s->digits[i];
    return d->c == 0 || (d->clarity < c->settings->digit_clarity &&
                         !is_read_elsewhere(c, s, i));
}

/* Places of the number, from 1, with their boxes: those that are lost, or
 * those that are at all doubtful. */
static size_t add_places(const struct rule_case *c, const struct seal *s,
                         bool lost, struct finding *out)
{
    struct str list;
    size_t n = 0;
    str_init(&list, 256);
    for (size_t i = 0; i < s->n_digits; i++) {
        const struct seal_digit *d = &s->digits[i];
        if (!(lost ? is_lost(c->settings, d) : is_doubtful(c, s, i)))
            continue;
        if (n == 0)
            seals_point_at(c, out, s);
        str_printf(&list, "%s%zu", n++ ? "、" : "", i + 1);
        finding_add_box(out, slot, s->page, d->box);
    }
    if (n > 0)
        finding_add_text(c, out, "places", list.s);
    str_done(&list);
    return n;
}

/* Every digit, as the notice asks. That there is no number at all may be so of
 * an old seal; which it is, a person sees. */
static enum answer weigh_number(const struct rule_case *c, struct finding *out)
{
    const struct seal *s = seals_find_official(c->facts, slot);
    if (!s || s->ink == INK_PHOTOCOPY)
        return ANSWER_PASS;
    if (add_places(c, s, true, out) > 0)
        return finding_say(out, "digits", SEVERITY_BLOCK, ANSWER_FAIL);
    if (impression_is_poor(c, s))
        return ANSWER_PASS; /* S02 speaks of the whole impression */
    if (add_places(c, s, false, out) > 0)
        return finding_say(out, "digits_unsure", SEVERITY_LOOK,
                           ANSWER_CANNOT_TELL);
    if (s->n_digits >= FEWEST_DIGITS && s->n_digits <= MOST_DIGITS)
        return ANSWER_PASS;
    seals_point_at(c, out, s);
    finding_add_number(c, out, "count", (double)s->n_digits, 0);
    return finding_say(out, s->n_digits == 0 ? "no_number" : "count",
                       SEVERITY_LOOK, ANSWER_CANNOT_TELL);
}

enum answer check_sheet_digits(const struct rule_case *c, size_t i,
                               struct finding *out)
{
    (void)i;
    if (!is_needed(c))
        return ANSWER_NOT_APPLICABLE;
    enum answer answer = weigh_resolution(c, out);
    return answer == ANSWER_PASS ? weigh_number(c, out) : answer;
}

/* --- S04 ------------------------------------------------------------------*/

static double aspect_of(const struct seal *s)
{
    double w = s->size_mm[0], h = s->size_mm[1];
    if (!(w > 0 && h > 0)) {
        w = s->box.w;
        h = s->box.h;
    }
    return w > h ? w / h : h / w;
}

static void add_shape(const struct rule_case *c, struct finding *out,
                      const struct seal *s)
{
    static const char *const zh[] = {"形状不规则", "圆形", "方形", "长方形",
                                     "椭圆形"};
    finding_add_words(c, out, "shape", seal_shape_name(s->shape), zh[s->shape]);
}

enum answer check_name_seal(const struct rule_case *c, size_t i,
                            struct finding *out)
{
    (void)i;
    if (!is_needed(c))
        return ANSWER_NOT_APPLICABLE;
    const struct seal *s = seals_find_name(c->facts, slot);
    const struct seal *official = seals_find_official(c->facts, slot);
    if (!s && official && official->ink == INK_PHOTOCOPY)
        return ANSWER_NOT_APPLICABLE; /* C01 has the sheet stamped again */
    if (!s) {
        finding_set_page(out, slot, 1);
        return ANSWER_CANNOT_TELL;
    }
    seals_point_at(c, out, s);
    add_shape(c, out, s);
    double aspect = aspect_of(s);
    if (isfinite(aspect))
        finding_add_number(c, out, "aspect", aspect, 2);
    finding_add_number(c, out, "limit", c->settings->square_aspect, 2);
    if (!(s->confidence >= c->settings->seal_sure) ||
        s->colour == COLOUR_UNKNOWN || s->shape == SHAPE_OTHER ||
        !isfinite(aspect))
        return finding_say(out, "uncertain", SEVERITY_BLOCK,
                           ANSWER_CANNOT_TELL);
    if (s->colour == COLOUR_OTHER)
        return finding_say(out, "not_red", SEVERITY_BLOCK, ANSWER_FAIL);
    if (seals_is_rounded(s))
        return ANSWER_FAIL;
    if (aspect > c->settings->square_aspect)
        return finding_say(out, "not_square", SEVERITY_BLOCK, ANSWER_FAIL);
    return ANSWER_PASS;
}

/* --- S05 ------------------------------------------------------------------*/

/* Another impression of one of the two is none too many: some sheets ask for
 * several. */
static bool belongs(const struct seal *s, const struct seal *of)
{
    return of && (s == of || (s->role == of->role && s->shape == of->shape &&
                              seals_are_of_one_size(s, of)));
}

enum answer check_sheet_inventory(const struct rule_case *c, size_t i,
                                  struct finding *out)
{
    (void)i;
    const struct facts *f = c->facts;
    const struct seal *official = seals_find_official(f, slot);
    const struct seal *name = seals_find_name(f, slot);
    size_t n = 0, unsure = 0;
    if (!is_needed(c))
        return ANSWER_NOT_APPLICABLE;
    for (size_t k = 0; k < f->n_seals; k++) {
        const struct seal *s = &f->seals[k];
        if (s->slot != slot || belongs(s, official) || belongs(s, name))
            continue;
        if (n++ == 0)
            seals_point_at(c, out, s);
        else
            finding_add_box(out, slot, s->page, s->box);
        unsure += !(s->confidence >= c->settings->seal_sure);
    }
    if (n == 0)
        return ANSWER_PASS;
    finding_add_number(c, out, "count", (double)n, 0);
    return unsure < n ? ANSWER_FAIL : ANSWER_CANNOT_TELL;
}
