/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * X02: one name everywhere. A name has no check digits, and a reader gets four
 * names in five right to the last character. So equality after
 * canonicalisation passes; a difference fails only when both sides are sure
 * and look-alike characters do not explain it. A side is sure when it is the
 * order or when its confidence is high: higher for one character than for a
 * wholly different name. That two documents were read alike proves nothing: a
 * reader misreads the same characters in the same way. A reading that merely
 * lacks characters at an end may be a line that was cut off. Everything else
 * goes to a person with the characters named.
 */

#include "base/arena.h"
#include "base/utf8.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/name.h"
#include "rules/reading.h"
#include "rules/settings.h"

enum { SOURCES_MAX = 3 };

struct source {
    const char *en, *zh, *name; /* in canonical form */
    enum slot slot;             /* SLOT_UNKNOWN: the order */
    const struct field *field;
    double confidence; /* 1: not read but known */
};

struct sources {
    struct source of[SOURCES_MAX];
    size_t n;
};

static struct sources gather(const struct rule_case *c)
{
    struct sources s = {.n = 0};
    const char *ordered = c->facts->order.org_name;
    if (ordered && ordered[0])
        s.of[s.n++] =
            (struct source){"order",      "订单", utf8_name(c->arena, ordered),
                            SLOT_UNKNOWN, NULL,   1};
    static const enum slot slots[] = {SLOT_APPLICATION_FORM,
                                      SLOT_BUSINESS_LICENSE};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        const struct field *f = reading_field(c->facts, slots[i], "org_name");
        if (!f)
            continue;
        s.of[s.n++] = (struct source){finding_slot_words(c, slots[i]),
                                      slot_zh(slots[i]),
                                      utf8_name(c->arena, f->value),
                                      slots[i],
                                      f,
                                      f->confidence};
    }
    return s;
}

/* Is this difference real, or may it be the reader's? */
static enum answer weigh(const struct rule_case *c, const struct source *a,
                         const struct source *b, const struct name_match *m)
{
    const struct rule_settings *set = c->settings;
    bool far = m->similarity < set->name_far || m->length_change >= 2;
    double needed = far ? set->name_far_sure : set->name_sure;
    double sure = a->confidence < b->confidence ? a->confidence : b->confidence;
    bool cut =
        (a->field && m->first_is_part) || (b->field && m->second_is_part);
    return !m->only_confusable && !cut && sure >= needed ? ANSWER_FAIL
                                                         : ANSWER_CANNOT_TELL;
}

static void add_side(const struct rule_case *c, struct finding *out,
                     const struct source *s, bool first)
{
    finding_add_words(c, out, first ? "document_a" : "document_b", s->en,
                      s->zh);
    finding_add_text(c, out, first ? "name_a" : "name_b", s->name);
    if (!s->field)
        return;
    finding_add_box(out, s->slot, s->field->page, s->field->box);
    out->slot = s->slot;
    out->page = s->field->page;
}

static enum answer say_pair(const struct rule_case *c, struct finding *out,
                            const struct source *a, const struct source *b,
                            const struct name_match *m, enum answer answer)
{
    add_side(c, out, a, true);
    add_side(c, out, b, false);
    finding_add_words(c, out, "where", name_difference_en(c->arena, m),
                      name_difference_zh(c->arena, m));
    finding_add_number(c, out, "similarity", m->similarity, 3);
    return answer;
}

/* A readable document without a name, or nothing to compare with. */
static enum answer weigh_gaps(const struct rule_case *c,
                              const struct sources *s, struct finding *out)
{
    static const enum slot slots[] = {SLOT_APPLICATION_FORM,
                                      SLOT_BUSINESS_LICENSE};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        if (!reading_is_possible(c->facts, slots[i]) ||
            reading_field(c->facts, slots[i], "org_name"))
            continue;
        out->slot = slots[i];
        out->reason = "unread";
        finding_add_document(c, out, "document_a", slots[i]);
        return ANSWER_CANNOT_TELL;
    }
    if (s->n >= 2)
        return ANSWER_PASS;
    out->reason = "single";
    add_side(c, out, &s->of[0], true);
    return ANSWER_CANNOT_TELL;
}

enum answer check_names(const struct rule_case *c, size_t i,
                        struct finding *out)
{
    (void)i;
    if (!reading_is_possible(c->facts, SLOT_APPLICATION_FORM) &&
        !reading_is_possible(c->facts, SLOT_BUSINESS_LICENSE))
        return ANSWER_NOT_APPLICABLE; /* F01 and F02 have said so */
    struct sources s = gather(c);
    struct name_match worst = {0};
    const struct source *a = NULL, *b = NULL;
    enum answer answer = ANSWER_PASS;
    for (size_t x = 0; x < s.n; x++) {
        for (size_t y = x + 1; y < s.n; y++) {
            struct name_match m =
                name_compare(c->arena, s.of[x].name, s.of[y].name);
            enum answer now =
                m.same ? ANSWER_PASS : weigh(c, &s.of[x], &s.of[y], &m);
            bool worse = now == ANSWER_FAIL ? answer != ANSWER_FAIL
                                            : now == ANSWER_CANNOT_TELL &&
                                                  answer == ANSWER_PASS;
            if (!worse)
                continue;
            answer = now;
            worst = m;
            a = &s.of[x];
            b = &s.of[y];
        }
    }
    return a ? say_pair(c, out, a, b, &worst, answer) : weigh_gaps(c, &s, out);
}
