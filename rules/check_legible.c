/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * L05, I02: can it be read. What was read surely is legible, so a
 * reading acquits a page that was not measured; a number below the limits
 * blocks only when the key fields were not read either. A page that has to be
 * scanned again because it was photographed is not blamed for its pixels as
 * well. Around a limit there is doubt (pages_is_surely_coarse).
 */

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/resident_id.h"
#include "base/utf8.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/pages.h"
#include "rules/reading.h"
#include "rules/settings.h"

static bool was_read(const struct rule_case *c, enum slot slot,
                     const char *name, double sure)
{
    const struct field *f = reading_field(c->facts, slot, name);
    if (!f)
        return false;
    return f->confidence >= sure || f->verified.result == VERIFY_CONFIRMED;
}

/* Points at the worst region of the page. */
static void point_at(struct finding *out, enum slot slot,
                     const struct page_at *at)
{
    finding_set_page(out, slot, at->number);
    if (isfinite(at->facts->worst_clarity) &&
        !rect_is_empty(at->facts->worst_box)) {
        out->n_evidence = 0;
        finding_add_box(out, slot, at->number, at->facts->worst_box);
    }
}

/* The least clear page of the slot; one that was not measured comes first. */
static bool find_worst(const struct rule_case *c, enum slot slot,
                       struct page_at *ret)
{
    ret->facts = NULL;
    for (struct page_at at = {0}; pages_next(c, slot, &at);)
        if (!ret->facts || !(at.facts->clarity >= ret->facts->clarity))
            *ret = at;
    return ret->facts != NULL;
}

/* Blurred, too coarse, or neither: pass; `read`: the key fields were read. */
static enum answer weigh(const struct rule_case *c, enum slot slot, bool read,
                         struct finding *out)
{
    struct page_at worst, coarsest;
    if (!find_worst(c, slot, &worst))
        return ANSWER_NOT_APPLICABLE;
    bool blurred = worst.facts->clarity < c->settings->read_clarity;
    bool camera = pages_is_camera(c, worst.facts);
    if (read && (blurred || camera))
        finding_lower(out, SEVERITY_LOOK);
    if (blurred && !(camera && read)) {
        point_at(out, slot, &worst);
        finding_add_number(c, out, "clarity", worst.facts->clarity, 0);
        finding_add_number(c, out, "limit", c->settings->read_clarity, 0);
        return ANSWER_FAIL;
    }
    bool measured = isfinite(worst.facts->clarity);
    if (!pages_coarsest(c, slot, pages_print_dpi, &coarsest) ||
        pages_is_camera(c, coarsest.facts) ||
        coarsest.facts->effective_dpi >= c->settings->read_dpi) {
        if (measured || read)
            return ANSWER_PASS;
        point_at(out, slot, &worst);
        return ANSWER_CANNOT_TELL;
    }
    point_at(out, slot, &coarsest);
    out->reason = "coarse";
    finding_add_number(c, out, "dpi", coarsest.facts->effective_dpi, 0);
    finding_add_number(c, out, "limit", c->settings->read_dpi, 0);
    if (read)
        finding_lower(out, SEVERITY_LOOK);
    return pages_is_surely_coarse(coarsest.facts->effective_dpi,
                                  c->settings->read_dpi)
               ? ANSWER_FAIL
               : ANSWER_CANNOT_TELL;
}

enum answer check_licence_legible(const struct rule_case *c, size_t i,
                                  struct finding *out)
{
    (void)i;
    bool read = was_read(c, SLOT_BUSINESS_LICENSE, "credit_code",
                         c->settings->code_sure) &&
                was_read(c, SLOT_BUSINESS_LICENSE, "org_name",
                         c->settings->name_far_sure);
    return weigh(c, SLOT_BUSINESS_LICENSE, read, out);
}

/* The number's side is missing: I01 has said so. */
static bool is_without_portrait(const struct rule_case *c)
{
    bool missing = true;
    for (struct page_at at = {0}; pages_next(c, SLOT_ID_CARD, &at);)
        missing = missing && at.facts->has_portrait_side == TRI_NO;
    return missing;
}

/* What is printed beside the number and also told by it. A slip of the reader
 * is likelier than a forged card, so a difference is for a person. */
static enum answer weigh_number(const struct rule_case *c, const char *number,
                                struct finding *out)
{
    int year, month, day;
    if (!resident_id_birth(number, &year, &month, &day))
        return ANSWER_PASS;
    const struct {
        const char *field, *en, *zh, *told;
    } rows[] = {
        {"birth_date", "birth date", "出生日期",
         arena_printf(c->arena, "%04d-%02d-%02d", year, month, day)},
        {"sex", "sex", "性别", resident_id_is_male(number) ? "男" : "女"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct field *f =
            reading_field(c->facts, SLOT_ID_CARD, rows[i].field);
        if (!f || f->confidence < c->settings->name_sure ||
            strcmp(f->value, rows[i].told) == 0)
            continue;
        finding_add_box(out, SLOT_ID_CARD, f->page, f->box);
        finding_add_words(c, out, "what", rows[i].en, rows[i].zh);
        out->slot = SLOT_ID_CARD;
        out->page = f->page;
        return finding_say(out, "disagrees", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
    }
    return ANSWER_PASS;
}

/*
 * I02. The number has a check character: one that was read surely and fails
 * is wrong or altered, one that was not read is for a person.
 */
enum answer check_card_legible(const struct rule_case *c, size_t i,
                               struct finding *out)
{
    (void)i;
    const struct field *f = reading_field(c->facts, SLOT_ID_CARD, "handler_id");
    const char *number = f ? utf8_fold(c->arena, f->value) : "";
    bool valid = f && resident_id_is_valid(number);
    if (!f && is_without_portrait(c))
        return ANSWER_NOT_APPLICABLE;
    enum answer picture = weigh(c, SLOT_ID_CARD, valid, out);
    if (picture != ANSWER_PASS)
        return picture;
    if (valid)
        return weigh_number(c, number, out);
    out->slot = SLOT_ID_CARD;
    if (!f) {
        out->reason = "unread";
        struct page_at at = {0};
        if (pages_next(c, SLOT_ID_CARD, &at))
            finding_set_page(out, SLOT_ID_CARD, at.number);
        return ANSWER_CANNOT_TELL;
    }
    out->reason = "invalid";
    out->page = f->page;
    finding_add_box(out, SLOT_ID_CARD, f->page, f->box);
    return resident_id_is_well_formed(number) &&
                   f->confidence >= c->settings->code_bad_sure
               ? ANSWER_FAIL
               : ANSWER_CANNOT_TELL;
}
