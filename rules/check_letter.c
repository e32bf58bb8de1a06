/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * P01: the letter is filled in. A blank that was found empty is a fault; what
 * was not read, or only guessed at, is most often handwriting, which no reader
 * here is sure of, and goes to a person: once for the whole letter, whatever
 * other rules would have liked to compare.
 */

#include "base/str.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/pages.h"
#include "rules/reading.h"
#include "rules/seals.h"

static const enum slot slot = SLOT_AUTHORIZATION_LETTER;

/* --- what tells as much as the words in a blank -------------------------*/

/* Print that was not read under the seal of the unit's other papers. A hand may
 * have written another name. */
static bool is_unit_known(const struct facts *f, const struct field *at)
{
    const struct seal *s = seals_find_official(f, slot);
    return !at && s &&
           (s->text_verified.result == VERIFY_CONFIRMED ||
            seals_is_on_another_paper(f, s));
}

/* The letter's ID number is the order's: it says who is meant, whatever the
 * hand in which the name is written. */
static bool is_agent_known(const struct facts *f, const struct field *at)
{
    const struct field *id = reading_field(f, slot, "handler_id");
    (void)at;
    return id && id->verified.result == VERIFY_CONFIRMED;
}

static bool is_unknown(const struct facts *f, const struct field *at)
{
    (void)f, (void)at;
    return false;
}

static const struct blank {
    const char *field, *zh, *en;
    bool is_needed; /* may not be left to a signature or a seal */
    bool (*is_known)(const struct facts *f, const struct field *at);
} blanks[] = {
    {"org_name", "单位名称", "organisation", true, is_unit_known},
    {"handler_name", "经办人姓名", "agent's name", true, is_agent_known},
    {"handler_id", "经办人身份证号", "agent's ID number", true, is_unknown},
    {"valid_to", "有效期", "validity", true, is_unknown},
    {"legal_rep", "法定代表人", "legal representative", false, is_unknown},
};

enum { BLANKS = sizeof blanks / sizeof *blanks };

/* How each blank was filled in. */
struct letter {
    enum filled filled[BLANKS];
    const struct field *fields[BLANKS];
    bool any[FILLED_NOT + 1];
};

static struct letter look_at(const struct rule_case *c)
{
    struct letter l = {.any = {false}};
    for (size_t i = 0; i < BLANKS; i++) {
        enum filled how =
            reading_filled(c, slot, blanks[i].field, &l.fields[i]);
        if (!blanks[i].is_needed && how != FILLED_BY_HAND)
            how = FILLED_PLAINLY; /* P05 and P03 ask for it */
        l.filled[i] = how;
        l.any[how] = true;
    }
    return l;
}

/* Empty blanks alone, or else all that a person has to read. Adds their names
 * and boxes; true: something else tells as much as each of them. */
static bool tell(const struct rule_case *c, const struct letter *l,
                 struct finding *out)
{
    bool known = true;
    struct str zh, en;
    str_init(&zh, 512);
    str_init(&en, 512);
    for (size_t i = 0; i < BLANKS; i++) {
        const struct blank *b = &blanks[i];
        if (l->any[FILLED_NOT] ? l->filled[i] != FILLED_NOT
                               : l->filled[i] == FILLED_PLAINLY)
            continue;
        known = known && b->is_known(c->facts, l->fields[i]);
        str_printf(&zh, "%s%s", zh.len ? "、" : "", b->zh);
        str_printf(&en, "%s%s", en.len ? ", " : "", b->en);
        if (l->fields[i])
            finding_add_box(out, slot, l->fields[i]->page, l->fields[i]->box);
    }
    finding_add_words(c, out, "blanks", en.s, zh.s);
    str_done(&zh);
    str_done(&en);
    return known;
}

enum answer check_letter_filled(const struct rule_case *c, size_t i,
                                struct finding *out)
{
    (void)i;
    struct page_at at = {0};
    if (!pages_next(c, slot, &at))
        return ANSWER_NOT_APPLICABLE;
    struct letter l = look_at(c);
    if (!l.any[FILLED_NOT] && !l.any[FILLED_UNREAD] && !l.any[FILLED_BY_HAND])
        return ANSWER_PASS;
    out->slot = slot;
    out->page = at.number;
    bool known = tell(c, &l, out);
    if (out->n_evidence == 0)
        finding_add_box(out, slot, at.number, (Rect){0});
    if (l.any[FILLED_NOT])
        return ANSWER_FAIL;
    if (known)
        finding_lower(out, SEVERITY_INFO);
    return l.any[FILLED_UNREAD]
               ? ANSWER_CANNOT_TELL
               : finding_say(out, "by_hand", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
}
