/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * C03, X05: it is the organisation's own seal, and the same one everywhere. A
 * ring is hard to read; one paper on which the name was confirmed speaks for
 * every seal that the same stamp made.
 */

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/name.h"
#include "rules/pages.h"
#include "rules/seals.h"
#include "rules/settings.h"

/* --- C03 ------------------------------------------------------------------*/

/* On seals that are not the official one. */
static const char *const special_words[] = {"专用章", "合同章", "财务章",
                                            "发票章", "业务章", "资料章",
                                            "项目部", "专用"};

/* A seal for invoices is an ellipse 40 mm wide, an official one has 45 mm. */
static const double invoice_mm = 42.5;

/* The word in a text of the seal that its owner's name does not have, or NULL.
 */
static const char *special_word(const struct rule_case *c, const char *text)
{
    const char *name = c->facts->order.org_name;
    for (size_t i = 0; i < sizeof special_words / sizeof *special_words; i++) {
        const char *word = special_words[i];
        if (text && strstr(text, word) && !(name && strstr(name, word)))
            return word;
    }
    return NULL;
}

/* A filed seal's number may stand there as well, which is no special one's. */
static bool is_number(const char *line)
{
    return line && line[0] && strspn(line, "0123456789") == strlen(line);
}

/* The name was confirmed, on this seal or on another of the same stamp. */
static bool is_cleared(const struct facts *f, const struct seal *s)
{
    const struct seal *one = s;
    for (size_t i = 0; one; one = seals_next_of_stamp(f, s, &i))
        if (one->text_verified.result == VERIFY_CONFIRMED)
            return true;
    return false;
}

/* Another impression of the stamp shows nothing but the name, as far as the
 * readers know its characters: one that they do not know may be read as any. */
static bool is_half_seen(const struct facts *f, const struct seal *s)
{
    const struct seal *other;
    for (size_t i = 0; (other = seals_next_of_stamp(f, s, &i)) != NULL;) {
        const struct verified *v = &other->text_verified;
        if (v->against && v->result == VERIFY_CANNOT_TELL && !v->rival)
            return true;
    }
    return false;
}

/* A ring is read with gaps: for one character of the name the reading has to
 * be surer than for another name altogether, as X02 has it. */
static bool is_read(const struct rule_case *c, const struct seal *s)
{
    const struct rule_settings *k = c->settings;
    struct name_match m =
        name_compare(c->arena, utf8_name(c->arena, s->text),
                     utf8_name(c->arena, s->text_verified.against));
    bool far = m.similarity < k->name_far;
    return !m.same &&
           s->text_confidence >= (far ? k->name_far_sure : k->name_sure);
}

enum doubt {
    DOUBT_NONE,
    DOUBT_UNREAD,
    DOUBT_NAME,
    DOUBT_ELLIPSE,
    DOUBT_LINE,
    DOUBT_WORD
};

static enum doubt doubt_of(const struct rule_case *c, const struct seal *s)
{
    if (special_word(c, s->line_text) || special_word(c, s->text))
        return DOUBT_WORD;
    if (s->has_line == TRI_YES && !is_number(s->line_text))
        return DOUBT_LINE;
    if (s->shape == SHAPE_ELLIPSE &&
        fmax(s->size_mm[0], s->size_mm[1]) < invoice_mm)
        return DOUBT_ELLIPSE;
    bool whole = s->completeness >= c->settings->rim_whole &&
                 s->clarity >= c->settings->sheet_clarity &&
                 !seals_is_cut(c->facts, s);
    if (whole && seals_names_another(c, s))
        return DOUBT_NAME;
    if (!s->text || !s->text_verified.against || is_cleared(c->facts, s))
        return DOUBT_NONE;
    return whole && s->text_verified.result == VERIFY_CONTRADICTED &&
                   is_read(c, s) && !is_half_seen(c->facts, s)
               ? DOUBT_NAME
               : DOUBT_UNREAD;
}

/* The line says it alone, and more plainly than the ring. */
static enum answer say_word(const struct rule_case *c, const struct seal *s,
                            struct finding *out)
{
    const char *in_line = special_word(c, s->line_text);
    double sure = in_line ? s->line_confidence : s->text_confidence;
    finding_add_text(c, out, "text", in_line ? s->line_text : s->text);
    finding_add_text(c, out, "word",
                     in_line ? in_line : special_word(c, s->text));
    return sure >= c->settings->name_far_sure ? ANSWER_FAIL
                                              : ANSWER_CANNOT_TELL;
}

enum answer check_own_seal(const struct rule_case *c, size_t i,
                           struct finding *out)
{
    (void)i;
    const struct facts *f = c->facts;
    const struct seal *at = NULL;
    enum doubt worst = DOUBT_NONE;
    bool cleared = false;
    for (size_t k = 0; k < f->n_seals; k++) {
        const struct seal *s = &f->seals[k];
        if (s->role != SEAL_OFFICIAL || s->ink == INK_PHOTOCOPY)
            continue;
        enum doubt now = doubt_of(c, s);
        cleared = cleared || s->text_verified.result == VERIFY_CONFIRMED;
        bool better = now > worst ||
                      (at && now == worst && at->slot == SLOT_BUSINESS_LICENSE);
        if (better) { /* a licence has L02 to speak of its seal */
            worst = now;
            at = s;
        }
    }
    if (worst == DOUBT_NONE || (worst == DOUBT_UNREAD && cleared))
        return ANSWER_PASS;
    seals_point_at(c, out, at);
    finding_add_document(c, out, "document", at->slot);
    if (worst == DOUBT_WORD)
        return say_word(c, at, out);
    if (at->text)
        finding_add_text(c, out, "text", at->text);
    switch (worst) {
    case DOUBT_LINE: /* 合同专用章 and the like stand there */
        return finding_say(out, "line", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
    case DOUBT_ELLIPSE:
        return finding_say(out, "ellipse", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
    case DOUBT_NAME:
        return finding_say(out, "other_name", SEVERITY_LOOK,
                           ANSWER_CANNOT_TELL);
    default:
        return finding_say(out, "unread", SEVERITY_INFO, ANSWER_CANNOT_TELL);
    }
}

/* --- X05 ------------------------------------------------------------------*/

/* Both numbers were read to the last digit, and are two. */
static bool have_two_numbers(const struct rule_case *c, const struct seal *a,
                             const struct seal *b)
{
    bool differ = false;
    if (a->n_digits != b->n_digits)
        return false; /* one of them was not read whole */
    for (size_t i = 0; i < a->n_digits; i++) {
        double sure = fmin(a->digits[i].confidence, b->digits[i].confidence);
        if (!(sure >= c->settings->code_bad_sure))
            return false;
        differ |= a->digits[i].c != b->digits[i].c;
    }
    return differ;
}

/* A seal was pressed on every paper afresh and has one size, wherever the page
 * tells how large it is. Trade sizes are 2 mm apart, 5 % and more. */
static const double other_size = 0.04;

static bool has_ruler(const struct facts *f, const struct seal *s)
{
    const struct page_facts *p = seals_page(f, s);
    return p && !pages_may_be_camera(p) && p->dpi_source != DPI_NONE &&
           p->dpi_source != DPI_SEAL && s->ink != INK_PHOTOCOPY;
}

static bool have_two_sizes(const struct facts *f, const struct seal *a,
                           const struct seal *b)
{
    double x = fmax(a->size_mm[0], a->size_mm[1]);
    double y = fmax(b->size_mm[0], b->size_mm[1]);
    return has_ruler(f, a) && has_ruler(f, b) &&
           fabs(x - y) > other_size * fmax(x, y);
}

/* Bent by a lens or striped by a screen; A05 and L04 have it scanned again. */
static bool is_on_photo(const struct rule_case *c, const struct seal *s)
{
    const struct page_facts *p = seals_page(c->facts, s);
    return p && (p->capture == CAPTURE_SCREEN || pages_is_camera(c, p));
}

/* They are surely of one stamp. */
static bool is_sure_pair(const struct rule_case *c, const struct seal *a,
                         const struct seal *b)
{
    const struct facts *f = c->facts;
    for (size_t i = 0; i < f->n_pairs; i++) {
        const struct seal_pair *p = &f->pairs[i];
        if (seals_other(f, i, a) == b && p->same_stamp == TRI_YES &&
            p->confidence >= c->settings->stamp_sure)
            return true;
    }
    return false;
}

/* What two poor impressions leave open, a third one may settle: it is surely
 * of the stamp of both. */
static bool have_a_third(const struct rule_case *c, const struct seal *a,
                         const struct seal *b)
{
    for (size_t i = 0; i < c->facts->n_seals; i++) {
        const struct seal *s = &c->facts->seals[i];
        if (is_sure_pair(c, a, s) && is_sure_pair(c, b, s))
            return true;
    }
    return false;
}

/* How a pair speaks: two stamps (fail), perhaps two (cannot tell), or one. */
static enum answer weigh_pair(const struct rule_case *c,
                              const struct seal_pair *p, enum seal_role role,
                              const struct seal *ret[2])
{
    const struct seal *a = ret[0] = seals_lookup(c->facts, p->a);
    const struct seal *b = ret[1] = seals_lookup(c->facts, p->b);
    if (!a || !b || a->role != role || b->role != role || is_on_photo(c, a) ||
        is_on_photo(c, b))
        return ANSWER_NOT_APPLICABLE;
    if (p->same_stamp == TRI_NO && p->confidence >= c->settings->stamp_sure)
        return ANSWER_FAIL;
    if (p->same_stamp == TRI_NO && !have_a_third(c, a, b))
        return ANSWER_CANNOT_TELL;
    if (p->same_stamp == TRI_UNKNOWN && have_two_numbers(c, a, b))
        return ANSWER_FAIL;
    return have_two_sizes(c->facts, a, b) ? ANSWER_CANNOT_TELL : ANSWER_PASS;
}

/* How many seals are of another stamp than this one, and the first of them in
 * the facts. */
static size_t count_others(const struct rule_case *c, const struct seal *s,
                           enum answer wanted, const struct seal **ret_first)
{
    size_t n = 0;
    *ret_first = NULL;
    for (size_t i = 0; i < c->facts->n_pairs; i++) {
        const struct seal *of[2];
        if (weigh_pair(c, &c->facts->pairs[i], s->role, of) != wanted ||
            (of[0] != s && of[1] != s))
            continue;
        const struct seal *other = of[0] == s ? of[1] : of[0];
        n++;
        if (!*ret_first || other < *ret_first)
            *ret_first = other;
    }
    return n;
}

/* The odd one out: the seal that differs from most others; of equals the last.
 */
static enum answer find_odd(const struct rule_case *c, enum seal_role role,
                            enum answer wanted, struct finding *out)
{
    const struct seal *odd = NULL, *than = NULL, *first;
    size_t most = 0;
    for (size_t i = 0; i < c->facts->n_seals; i++) {
        const struct seal *s = &c->facts->seals[i];
        size_t n = s->role == role ? count_others(c, s, wanted, &first) : 0;
        if (n == 0 || n < most)
            continue;
        odd = s;
        than = first;
        most = n;
    }
    if (!odd)
        return ANSWER_PASS;
    seals_point_at(c, out, odd);
    finding_add_box(out, than->slot, than->page, than->box);
    finding_add_document(c, out, "document_a", odd->slot);
    finding_add_document(c, out, "document_b", than->slot);
    if (role == SEAL_LEGAL_REP)
        return wanted == ANSWER_FAIL
                   ? finding_say(out, "name_seal", SEVERITY_LOOK, wanted)
                   : finding_say(out, "name_perhaps", SEVERITY_INFO, wanted);
    return wanted;
}

enum answer check_one_stamp(const struct rule_case *c, size_t i,
                            struct finding *out)
{
    static const enum seal_role roles[] = {SEAL_OFFICIAL, SEAL_LEGAL_REP};
    static const enum answer answers[] = {ANSWER_FAIL, ANSWER_CANNOT_TELL};
    (void)i;
    if (c->facts->n_pairs == 0)
        return ANSWER_NOT_APPLICABLE;
    for (int a = 0; a < 2; a++)
        for (int r = 0; r < 2; r++)
            if (find_odd(c, roles[r], answers[a], out) != ANSWER_PASS)
                return answers[a];
    return ANSWER_PASS;
}
