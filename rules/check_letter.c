/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * P01: the letter is filled in. A blank that was found empty (a field without
 * a value) is a fault; a value that was not read may be handwriting, which no
 * reader here is sure of, and goes to a person.
 */

#include <string.h>

#include "base/str.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/pages.h"
#include "rules/reading.h"

static const enum slot slot = SLOT_AUTHORIZATION_LETTER;

static const char name_zh[] = "经办人姓名";

static const struct blank {
    const char *field, *zh, *en;
} blanks[] = {
    {"org_name", "单位名称", "organisation"},
    {"handler_name", name_zh, "agent's name"},
    {"handler_id", "经办人身份证号", "agent's ID number"},
    {"valid_to", "有效期", "validity"},
};

enum { BLANKS = sizeof blanks / sizeof *blanks };

/* The field where it was found empty, in any file of the slot. */
static const struct field *find_empty(const struct facts *f, const char *name)
{
    for (size_t i = 0; i < f->n_documents; i++) {
        const struct document *d = &f->documents[i];
        const struct field *field =
            d->slot == slot ? document_field(d, name) : NULL;
        if (field && (!field->value || !field->value[0]))
            return field;
    }
    return NULL;
}

/* The letter's ID number is the order's: it says who is meant, whatever the
 * hand in which the name is written. */
static bool is_agent_known(const struct facts *f)
{
    const struct field *id = reading_field(f, slot, "handler_id");
    return id && id->verified.result == VERIFY_CONFIRMED;
}

static void add_name(struct str *zh, struct str *en, const struct blank *b)
{
    str_printf(zh, "%s%s", zh->len ? "、" : "", b->zh);
    str_printf(en, "%s%s", en->len ? ", " : "", b->en);
}

enum answer check_letter_filled(const struct rule_case *c, size_t i,
                                struct finding *out)
{
    (void)i;
    struct page_at at = {0};
    struct str zh, en;
    bool any_empty = false;
    if (!pages_next(c, slot, &at))
        return ANSWER_NOT_APPLICABLE;
    for (size_t k = 0; k < BLANKS; k++)
        any_empty |= !reading_field(c->facts, slot, blanks[k].field) &&
                     find_empty(c->facts, blanks[k].field);
    str_init(&zh, 512);
    str_init(&en, 512);
    out->slot = slot;
    out->page = at.number;
    for (size_t k = 0; k < BLANKS; k++) {
        const struct field *empty = find_empty(c->facts, blanks[k].field);
        if (reading_field(c->facts, slot, blanks[k].field) ||
            (any_empty && !empty))
            continue;
        add_name(&zh, &en, &blanks[k]);
        if (empty)
            finding_add_box(out, slot, empty->page, empty->box);
    }
    bool complete = zh.len == 0;
    if (!any_empty && strcmp(zh.s ? zh.s : "", name_zh) == 0 &&
        is_agent_known(c->facts))
        finding_lower(out, SEVERITY_INFO);
    if (!complete)
        finding_add_words(c, out, "blanks", en.s, zh.s);
    if (!complete && out->n_evidence == 0)
        finding_add_box(out, slot, at.number, (Rect){0});
    str_done(&zh);
    str_done(&en);
    if (complete)
        return ANSWER_PASS;
    return any_empty ? ANSWER_FAIL : ANSWER_CANNOT_TELL;
}
