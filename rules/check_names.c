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

#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/name.h"
#include "rules/settings.h"
#include "rules/source.h"

enum { SOURCES_MAX = 5 };

static const enum slot slots[] = {SLOT_APPLICATION_FORM, SLOT_BUSINESS_LICENSE};
enum { SLOTS = sizeof slots / sizeof *slots };

struct sources {
    struct source of[SOURCES_MAX]; /* values in canonical form */
    size_t n;
};

/* In canonical form, without the specks that readers take for a dot at an
 * end. */
static const char *trimmed(const struct rule_case *c, const char *text)
{
    static const char dot[] = "·";
    const size_t n = sizeof dot - 1;
    char *name = utf8_name(c->arena, text);
    while (strncmp(name, dot, n) == 0)
        name += n;
    for (size_t length = strlen(name);
         length > n && strcmp(name + length - n, dot) == 0; length -= n)
        name[length - n] = '\0';
    return name;
}

static struct sources gather(const struct rule_case *c)
{
    struct sources s = {.n = 0};
    if (source_from_order(c->facts->order.org_name, &s.of[s.n]))
        s.n++;
    for (size_t i = 0; i < SLOTS; i++)
        if (source_from_field(c, slots[i], "org_name", &s.of[s.n]))
            s.n++;
    /* These may be filled in by hand, or not name it at all. */
    if (source_from_field(c, SLOT_AUTHORIZATION_LETTER, "org_name", &s.of[s.n]))
        s.n++;
    if (source_from_field(c, SLOT_SEAL_SHEET, "org_name", &s.of[s.n]))
        s.n++;
    for (size_t i = 0; i < s.n; i++)
        s.of[i].value = trimmed(c, s.of[i].value);
    return s;
}

/* What a difference amounts to. */
enum weight {
    WEIGHT_NONE,
    WEIGHT_UNSEEN,
    WEIGHT_SETTLED,
    WEIGHT_DOUBT,
    WEIGHT_FAULT
};

/* Is this difference real, or may it be the reader's? */
static enum weight weigh(const struct rule_case *c, const struct source *a,
                         const struct source *b, const struct name_match *m)
{
    const struct rule_settings *set = c->settings;
    if (m->same)
        return a->is_unseen || b->is_unseen ? WEIGHT_UNSEEN : WEIGHT_NONE;
    bool far = m->similarity < set->name_far || m->length_change >= 2;
    double needed = far ? set->name_far_sure : set->name_sure;
    double sure = a->confidence < b->confidence ? a->confidence : b->confidence;
    bool cut =
        (a->field && m->first_is_part) || (b->field && m->second_is_part);
    if (!m->only_confusable && !cut && sure >= needed)
        return WEIGHT_FAULT;
    return source_is_settled(c, a, b, m) ? WEIGHT_SETTLED : WEIGHT_DOUBT;
}

static enum answer say_pair(const struct rule_case *c, struct finding *out,
                            const struct sources *s, const struct source *a,
                            const struct source *b, const struct name_match *m,
                            enum answer answer)
{
    source_add_agreeing(c, out, s->of, s->n, a, "document_a");
    finding_add_text(c, out, "name_a", a->value);
    source_add_agreeing(c, out, s->of, s->n, b, "document_b");
    finding_add_text(c, out, "name_b", b->value);
    finding_add_words(c, out, "where", name_difference_en(c->arena, m),
                      name_difference_zh(c->arena, m));
    finding_add_number(c, out, "similarity", m->similarity, 3);
    return answer;
}

/* A readable document without a name, or nothing to compare with. */
static enum answer weigh_gaps(const struct rule_case *c,
                              const struct sources *s, struct finding *out)
{
    if (source_say_unread(c, out, slots, SLOTS, "org_name"))
        return ANSWER_CANNOT_TELL;
    if (s->n >= 2)
        return ANSWER_PASS;
    out->reason = "single";
    source_add(c, out, &s->of[0], "document_a", "name_a");
    return ANSWER_CANNOT_TELL;
}

enum answer check_names(const struct rule_case *c, size_t i,
                        struct finding *out)
{
    (void)i;
    if (!source_is_possible(c, slots, SLOTS))
        return ANSWER_NOT_APPLICABLE; /* F01 and F02 have said so */
    struct sources s = gather(c);
    struct name_match worst = {0};
    const struct source *a = NULL, *b = NULL;
    enum weight most = WEIGHT_NONE;
    for (size_t x = 0; x < s.n; x++) {
        for (size_t y = x + 1; y < s.n; y++) {
            struct name_match m =
                name_compare(c->arena, s.of[x].value, s.of[y].value);
            enum weight now = weigh(c, &s.of[x], &s.of[y], &m);
            if (now <= most)
                continue;
            most = now;
            worst = m;
            a = &s.of[x];
            b = &s.of[y];
        }
    }
    if (!a)
        return weigh_gaps(c, &s, out);
    if (most == WEIGHT_UNSEEN)
        out->reason = "unseen";
    if (most == WEIGHT_UNSEEN || most == WEIGHT_SETTLED)
        finding_lower(out, SEVERITY_INFO);
    return say_pair(c, out, &s, a, b, &worst,
                    most == WEIGHT_FAULT ? ANSWER_FAIL : ANSWER_CANNOT_TELL);
}
