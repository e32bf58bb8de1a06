/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * F03, A01, I01: the right paper in the right place, and all of it. A page
 * says itself what it is, by its title and its words. What says nothing is not
 * wrong yet: when the values were read that only the right paper holds, it is
 * the right one.
 */

#include <string.h>

#include "base/resident_id.h"
#include "base/utf8.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/pages.h"
#include "rules/reading.h"
#include "rules/settings.h"

/* What the pages of one file show. */
struct contents {
    int own, other, doubtful, blank; /* page numbers, the first; 0: none */
    int again;                       /* the second page that is the paper */
    int n_blank;
    enum slot other_kind, doubtful_kind;
};

static struct contents contents_of(const struct rule_case *c,
                                   const struct document *d)
{
    struct contents r = {0};
    for (size_t k = 0; k < d->n_pages; k++) {
        const struct page_facts *p = &d->pages[k];
        int number = (int)k + 1;
        bool sure = p->shows_sure >= c->settings->kind_sure;
        if (p->is_blank == TRI_YES) {
            r.blank = r.blank ? r.blank : number;
            r.n_blank++;
        } else if (p->shows == SLOT_UNKNOWN) {
            continue;
        } else if (p->shows == d->slot) {
            if (r.own && sure && !r.again)
                r.again = number;
            r.own = r.own ? r.own : number;
        } else if (sure && !r.other) {
            r.other = number;
            r.other_kind = p->shows;
        } else if (!sure && !r.doubtful) {
            r.doubtful = number;
            r.doubtful_kind = p->shows;
        }
    }
    if (!r.own && !r.other && !r.doubtful && d->recognized_as == d->slot)
        r.own = 1; /* the document was recognised as a whole */
    return r;
}

/* Values that are on no other paper. */
static bool has_own_values(const struct document *d)
{
    static const char *const names[SLOT_COUNT][2] = {
        [SLOT_APPLICATION_FORM] = {"order_no", "project"},
        [SLOT_BUSINESS_LICENSE] = {"qr", "license_copy"},
        [SLOT_ID_CARD] = {"handler_id", "valid_to"},
        [SLOT_AUTHORIZATION_LETTER] = {"valid_from", "valid_to"},
        [SLOT_SEAL_SHEET] = {NULL, NULL}};
    for (int i = 0; i < 2; i++)
        if (names[d->slot][i] && document_field(d, names[d->slot][i]))
            return true;
    return false;
}

static enum answer weigh_blank(const struct rule_case *c,
                               const struct document *d,
                               const struct contents *in, struct finding *out)
{
    (void)c;
    if (in->n_blank == 0)
        return ANSWER_PASS;
    out->n_evidence = 0;
    finding_set_page(out, d->slot, in->blank);
    return (size_t)in->n_blank == d->n_pages
               ? finding_say(out, "empty", SEVERITY_BLOCK, ANSWER_FAIL)
               : finding_say(out, "blank_page", SEVERITY_INFO, ANSWER_FAIL);
}

/* Each paper has one first page; only a card has two sides to be pages. */
static enum answer weigh_again(const struct rule_case *c,
                               const struct document *d,
                               const struct contents *in, struct finding *out)
{
    out->n_evidence = 0;
    finding_set_page(out, d->slot, in->again);
    finding_add_number(c, out, "page", in->again, 0);
    return finding_say(out, "twice", SEVERITY_LOOK, ANSWER_FAIL);
}

static enum answer weigh_other(const struct rule_case *c,
                               const struct document *d,
                               const struct contents *in, struct finding *out)
{
    int page = in->other ? in->other : in->doubtful;
    enum slot kind = in->other ? in->other_kind : in->doubtful_kind;
    out->n_evidence = 0;
    finding_set_page(out, d->slot, page);
    finding_add_document(c, out, "other", kind);
    finding_add_number(c, out, "page", page, 0);
    if (in->own)
        return finding_say(out, "mixed", SEVERITY_LOOK,
                           in->other ? ANSWER_FAIL : ANSWER_CANNOT_TELL);
    return in->other ? ANSWER_FAIL : ANSWER_CANNOT_TELL;
}

enum answer check_kind(const struct rule_case *c, size_t i, struct finding *out)
{
    const struct document *d = &c->facts->documents[i];
    if (!document_is_readable(d) || d->slot == SLOT_UNKNOWN)
        return ANSWER_NOT_APPLICABLE;
    struct contents in = contents_of(c, d);
    finding_add_document(c, out, "document", d->slot);
    finding_add_text(c, out, "file", d->file ? d->file : "");
    if (in.other || (in.doubtful && !in.own && !has_own_values(d)))
        return weigh_other(c, d, &in, out);
    if (in.again && d->slot != SLOT_ID_CARD)
        return weigh_again(c, d, &in, out);
    if (in.own || has_own_values(d) || (size_t)in.n_blank == d->n_pages)
        return weigh_blank(c, d, &in, out);
    finding_set_page(out, d->slot, 1);
    return finding_say(out, "unrecognised", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
}

static bool contains_any(const char *text, const char *const *words)
{
    for (; text && *words; words++)
        if (strstr(text, *words))
            return true;
    return false;
}

/* F03 asks what it is. */
static bool is_unrecognised(const struct rule_case *c, enum slot slot)
{
    for (size_t i = 0; i < c->facts->n_documents; i++) {
        const struct document *d = &c->facts->documents[i];
        struct contents in = contents_of(c, d);
        if (d->slot == slot &&
            (in.own || in.other || in.doubtful || has_own_values(d)))
            return false;
    }
    return true;
}

/*
 * A01. The form of the online service is 数字证书用户申请表, made by the system
 * with the order's number; the one for the counter is 单位数字证书申请表 in
 * three parts.
 */
enum answer check_online_form(const struct rule_case *c, size_t i,
                              struct finding *out)
{
    static const char *const online[] = {"用户申请表", NULL};
    static const char *const counter[] = {"单位数字证书", "个人数字证书", NULL};
    (void)i;
    const enum slot slot = SLOT_APPLICATION_FORM;
    if (!reading_is_possible(c, slot))
        return ANSWER_NOT_APPLICABLE;
    const struct field *parts = reading_field(c->facts, slot, "form_part");
    const struct field *title = reading_field(c->facts, slot, "title");
    const struct field *f = parts ? parts : title;
    const double sure = c->settings->kind_sure;
    out->slot = slot;
    if (f) {
        finding_add_text(c, out, "words", f->value);
        finding_add_box(out, slot, f->page, f->box);
        out->page = f->page;
    }
    if (parts || (title && contains_any(title->value, counter)))
        return f->confidence >= sure ? ANSWER_FAIL : ANSWER_CANNOT_TELL;
    if (title && contains_any(title->value, online))
        return ANSWER_PASS;
    if (reading_field(c->facts, slot, "order_no"))
        return ANSWER_PASS; /* only the system's own form has one */
    if (title)
        return finding_say(out, "other_title", SEVERITY_LOOK,
                           ANSWER_CANNOT_TELL);
    if (is_unrecognised(c, slot))
        return ANSWER_NOT_APPLICABLE;
    finding_set_page(out, slot, 1);
    return finding_say(out, "no_title", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
}

/* --- I01 --- */

static enum tri either(enum tri a, enum tri b)
{
    if (a == TRI_YES || b == TRI_YES)
        return TRI_YES;
    return a == TRI_NO ? b : a;
}

static bool is_read(const struct facts *f, const char *name)
{
    return reading_field(f, SLOT_ID_CARD, name) != NULL;
}

/* Card-sized outlines on the page. */
static int cards_on(const struct page_facts *p)
{
    int n = 0;
    for (size_t i = 0; i < p->n_outlines; i++)
        n += p->outlines[i].name && strcmp(p->outlines[i].name, "id_card") == 0;
    return n;
}

/*
 * All pages of the slot together; values that stand on a side only prove it. A
 * side is missing when the other is there and everything was read, or when
 * there is one card and no second.
 */
enum answer check_card_sides(const struct rule_case *c, size_t i,
                             struct finding *out)
{
    (void)i;
    enum tri portrait = TRI_NO, emblem = TRI_NO;
    int cards = 0;
    struct page_at at = {0};
    while (pages_next(c, SLOT_ID_CARD, &at)) {
        portrait = either(portrait, at.facts->has_portrait_side);
        emblem = either(emblem, at.facts->has_emblem_side);
        cards += cards_on(at.facts);
        finding_set_page(out, SLOT_ID_CARD, at.number);
    }
    if (!at.facts)
        return ANSWER_NOT_APPLICABLE;
    if (is_read(c->facts, "handler_id") || is_read(c->facts, "handler_name"))
        portrait = TRI_YES;
    if (is_read(c->facts, "valid_to") || is_read(c->facts, "issuer"))
        emblem = TRI_YES;
    if (portrait == TRI_YES && emblem == TRI_YES)
        return ANSWER_PASS;
    bool front = portrait != TRI_YES, both = front && emblem != TRI_YES;
    finding_add_words(c, out, "side",
                      both    ? "portrait and the emblem"
                      : front ? "portrait"
                              : "emblem",
                      both    ? "人像面和国徽面"
                      : front ? "人像面"
                              : "国徽面");
    bool one = portrait == TRI_YES || emblem == TRI_YES;
    bool read = portrait != TRI_UNKNOWN && emblem != TRI_UNKNOWN;
    bool missing = one && cards < 2 && (read || cards == 1);
    return missing ? ANSWER_FAIL : ANSWER_CANNOT_TELL;
}
