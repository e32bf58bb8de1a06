/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * I04, L06, P02: what has an end, and whether that is past. A date that was
 * read without certainty goes to a person. One that was not read does, too,
 * where the paper always has one: an ID card here, a letter by P01. Licences
 * of today mostly print none.
 */

#include "rules/check.h"
#include "rules/day.h"
#include "rules/finding.h"
#include "rules/pages.h"
#include "rules/reading.h"
#include "rules/settings.h"

/* NULL when nothing is read of the slot. */
static const struct field *find_end(const struct rule_case *c, enum slot slot,
                                    struct finding *out)
{
    const struct field *f = reading_field(c->facts, slot, "valid_to");
    if (!f)
        return NULL;
    out->slot = slot;
    out->page = f->page;
    finding_add_box(out, slot, f->page, f->box);
    finding_add_text(c, out, "date", f->value);
    return f;
}

/* Past, surely or not; pass: it is not. *ret_left: the days to come. */
static enum answer weigh_end(const struct rule_case *c, const struct field *f,
                             struct finding *out, long *ret_left)
{
    long end, today;
    bool known = day_parse(c->facts->today, &today);
    *ret_left = 0;
    if (day_is_never(f->value)) {
        *ret_left = 1000000;
        return ANSWER_PASS;
    }
    if (!known || !day_parse(f->value, &end)) {
        out->reason = "no_date";
        return ANSWER_CANNOT_TELL;
    }
    *ret_left = end - today;
    if (*ret_left >= 0)
        return ANSWER_PASS;
    return f->confidence >= c->settings->date_sure ? ANSWER_FAIL
                                                   : ANSWER_CANNOT_TELL;
}

static bool ends_soon(const struct rule_case *c, struct finding *out, long left)
{
    if (left >= c->settings->expiring_days)
        return false;
    finding_add_number(c, out, "days", (double)left, 0);
    finding_lower(out, SEVERITY_LOOK);
    out->reason = "soon";
    return true;
}

/* I04. A side that is missing is I01's matter. */
enum answer check_card_term(const struct rule_case *c, size_t i,
                            struct finding *out)
{
    (void)i;
    long left;
    struct page_at at = {0};
    bool missing = true;
    while (pages_next(c, SLOT_ID_CARD, &at))
        missing = missing && at.facts->has_emblem_side == TRI_NO;
    const struct field *f = find_end(c, SLOT_ID_CARD, out);
    if (!at.facts || (missing && !f))
        return ANSWER_NOT_APPLICABLE;
    if (!f) {
        finding_set_page(out, SLOT_ID_CARD, at.number);
        out->reason = "unread";
        return ANSWER_CANNOT_TELL;
    }
    enum answer answer = weigh_end(c, f, out, &left);
    return answer == ANSWER_PASS && ends_soon(c, out, left) ? ANSWER_FAIL
                                                            : answer;
}

/* L06. */
enum answer check_licence_term(const struct rule_case *c, size_t i,
                               struct finding *out)
{
    (void)i;
    long left;
    struct page_at at = {0};
    const struct field *f = find_end(c, SLOT_BUSINESS_LICENSE, out);
    if (!f || !pages_next(c, SLOT_BUSINESS_LICENSE, &at))
        return ANSWER_NOT_APPLICABLE;
    return weigh_end(c, f, out, &left);
}

/* P02. */
enum answer check_letter_term(const struct rule_case *c, size_t i,
                              struct finding *out)
{
    (void)i;
    long left;
    struct page_at at = {0};
    const enum slot slot = SLOT_AUTHORIZATION_LETTER;
    const struct field *f = find_end(c, slot, out);
    if (!pages_next(c, slot, &at) || !f)
        return ANSWER_NOT_APPLICABLE; /* P01 says what was not read */
    enum answer answer = weigh_end(c, f, out, &left);
    return answer == ANSWER_PASS && ends_soon(c, out, left) ? ANSWER_FAIL
                                                            : answer;
}
