/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * P01: the letter is filled in. A blank that was found empty is a fault; what
 * was not read, or only guessed at, is most often handwriting, which no reader
 * here is sure of, and goes to a person: once for the whole letter, whatever
 * other rules would have liked to compare.
 */

#include <string.h>

#include "base/str.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/pages.h"
#include "rules/reading.h"

static const enum slot slot = SLOT_AUTHORIZATION_LETTER;

static const struct blank {
    const char *field, *zh, *en;
    bool is_needed; /* may not be left to a signature or a seal */
    bool is_name;   /* whose ID number says who is meant */
} blanks[] = {
    {"org_name", "单位名称", "organisation", true, false},
    {"handler_name", "经办人姓名", "agent's name", true, true},
    {"handler_id", "经办人身份证号", "agent's ID number", true, false},
    {"valid_to", "有效期", "validity", true, false},
    {"legal_rep", "法定代表人", "legal representative", false, true},
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

/* The letter's ID number is the order's: it says who is meant, whatever the
 * hand in which the names are written. */
static bool is_agent_known(const struct facts *f)
{
    const struct field *id = reading_field(f, slot, "handler_id");
    return id && id->verified.result == VERIFY_CONFIRMED;
}

/* Empty blanks alone, or else all that a person has to read. Adds their names
 * and boxes; true: nothing but names. */
static bool tell(const struct rule_case *c, const struct letter *l,
                 struct finding *out)
{
    bool only_names = true;
    struct str zh, en;
    str_init(&zh, 512);
    str_init(&en, 512);
    for (size_t i = 0; i < BLANKS; i++) {
        const struct blank *b = &blanks[i];
        if (l->any[FILLED_NOT] ? l->filled[i] != FILLED_NOT
                               : l->filled[i] == FILLED_PLAINLY)
            continue;
        only_names = only_names && b->is_name;
        str_printf(&zh, "%s%s", zh.len ? "、" : "", b->zh);
        str_printf(&en, "%s%s", en.len ? ", " : "", b->en);
        if (l->fields[i])
            finding_add_box(out, slot, l->fields[i]->page, l->fields[i]->box);
    }
    finding_add_words(c, out, "blanks", en.s, zh.s);
    str_done(&zh);
    str_done(&en);
    return only_names;
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
    bool only_names = tell(c, &l, out);
    if (out->n_evidence == 0)
        finding_add_box(out, slot, at.number, (Rect){0});
    if (l.any[FILLED_NOT])
        return ANSWER_FAIL;
    if (only_names && is_agent_known(c->facts))
        finding_lower(out, SEVERITY_INFO);
    return l.any[FILLED_UNREAD]
               ? ANSWER_CANNOT_TELL
               : finding_say(out, "by_hand", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
}
