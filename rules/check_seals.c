/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A03, L02, I03, P03, M05 and C02: the seals that have to be there, and what
 * they must not lie on. Whether a seal was stamped is asked by C01 alone: here
 * a seal that looks printed or copied is a seal.
 */

#include <math.h>

#include "base/utf8.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/name.h"
#include "rules/reading.h"
#include "rules/seals.h"
#include "rules/settings.h"

/* A red round seal that is no official one by its size; or the page's size is
 * not what it seems. */
static const struct seal *find_small(const struct rule_case *c, enum slot slot)
{
    const struct seal *found = NULL;
    for (size_t i = 0; i < c->facts->n_seals && !found; i++) {
        const struct seal *s = &c->facts->seals[i];
        if (s->slot == slot && s->role == SEAL_LEGAL_REP &&
            s->colour == COLOUR_RED && seals_is_rounded(s))
            found = s;
    }
    return found;
}

static enum answer say_small(const struct rule_case *c, const struct seal *s,
                             struct finding *out)
{
    seals_point_at(c, out, s);
    double size = fmax(s->size_mm[0], s->size_mm[1]);
    if (!isfinite(size))
        return ANSWER_CANNOT_TELL;
    finding_add_number(c, out, "size", size, 0);
    return finding_say(out, "small", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
}

/* On a licence a grey seal was copied along; anywhere else it is C01's. */
static enum answer check_official(const struct rule_case *c, enum slot slot,
                                  struct finding *out)
{
    if (!reading_is_possible(c, slot))
        return ANSWER_NOT_APPLICABLE;
    const struct seal *s = seals_find_official(c->facts, slot);
    const struct seal *small = s ? NULL : find_small(c, slot);
    bool copied = s && s->ink == INK_PHOTOCOPY;
    if (small)
        return say_small(c, small, out);
    if (!s || (copied && slot == SLOT_BUSINESS_LICENSE))
        return seals_say_none(c, slot, out);
    if (copied)
        return ANSWER_PASS;
    seals_point_at(c, out, s);
    if (!(s->confidence >= c->settings->seal_sure) ||
        s->clarity < c->settings->seal_clarity || s->colour == COLOUR_UNKNOWN)
        return ANSWER_CANNOT_TELL;
    if (s->colour == COLOUR_OTHER)
        return finding_say(out, "not_red", SEVERITY_BLOCK, ANSWER_FAIL);
    return ANSWER_PASS;
}

enum answer check_form_seal(const struct rule_case *c, size_t i,
                            struct finding *out)
{
    (void)i;
    return check_official(c, SLOT_APPLICATION_FORM, out);
}

/* A finding that turned out to be about something else starts again. */
static void start_again(struct finding *out)
{
    out->n_evidence = out->n_details = 0;
    out->reason = NULL;
}

/* A seal lies on key information. What can be read all the same is only for
 * a person to see. */
static enum answer check_covered(const struct rule_case *c, enum slot slot,
                                 const char *reason, struct finding *out)
{
    struct covered covered = seals_covered(c, slot, out);
    if (!covered.any)
        return ANSWER_PASS;
    out->reason = reason;
    if (!covered.lost)
        finding_lower(out, SEVERITY_LOOK);
    return ANSWER_FAIL;
}

/* The registry's seal is there as well, so that this is the other one. (And
 * registries stamp no other paper.) */
static bool has_registry_seal(const struct facts *f, enum slot slot)
{
    for (size_t i = 0; i < f->n_seals; i++)
        if (f->seals[i].slot == slot && f->seals[i].role == SEAL_AUTHORITY)
            return true;
    return false;
}

/* Its ring says what the licence says is the holder's name. */
static bool is_holders(const struct rule_case *c, const struct seal *s)
{
    const struct field *f = reading_field(c->facts, s->slot, "org_name");
    if (s->text_verified.result == VERIFY_CONFIRMED)
        return true;
    return f && s->text &&
           name_compare(c->arena, utf8_name(c->arena, s->text),
                        utf8_name(c->arena, f->value))
                   .similarity >= c->settings->name_far;
}

/*
 * L02. The copied seal of the authority is not the applicant's; where the two
 * cannot be told apart (a role "other", another size than on the form, the
 * only seal, which nothing gives a name to, or one with another name), a person
 * looks.
 */
enum answer check_licence_seal(const struct rule_case *c, size_t i,
                               struct finding *out)
{
    (void)i;
    const enum slot slot = SLOT_BUSINESS_LICENSE;
    enum answer answer = check_official(c, slot, out);
    const struct seal *s = seals_find_official(c->facts, slot);
    const struct seal *form =
        seals_find_official(c->facts, SLOT_APPLICATION_FORM);
    if (answer != ANSWER_PASS || !s)
        return answer;
    bool same =
        !form || form->role != SEAL_OFFICIAL || seals_are_of_one_size(s, form);
    bool known = !seals_names_another(c, s) &&
                 (has_registry_seal(c->facts, slot) ||
                  seals_is_on_another_paper(c->facts, s) || is_holders(c, s));
    if (s->role != SEAL_OFFICIAL || !same || !known)
        return finding_say(out, "which", SEVERITY_BLOCK, ANSWER_CANNOT_TELL);
    start_again(out);
    return check_covered(c, slot, "covered", out);
}

enum answer check_card_seal(const struct rule_case *c, size_t i,
                            struct finding *out)
{
    (void)i;
    enum answer answer = check_official(c, SLOT_ID_CARD, out);
    if (answer != ANSWER_PASS)
        return answer;
    start_again(out);
    return check_covered(c, SLOT_ID_CARD, "covered", out);
}

/* C02 for the papers whose own rule does not ask it. */
enum answer check_key_fields(const struct rule_case *c, size_t i,
                             struct finding *out)
{
    enum slot slot = (enum slot)i;
    bool asked =
        slot == SLOT_APPLICATION_FORM || slot == SLOT_AUTHORIZATION_LETTER;
    if (!asked || !reading_is_possible(c, slot))
        return ANSWER_NOT_APPLICABLE;
    finding_add_document(c, out, "document", slot);
    enum answer answer = check_covered(c, slot, NULL, out);
    if (answer != ANSWER_PASS)
        return answer;
    /* The map of red ink does not show what a grey seal lies on. */
    const struct seal *s = seals_find_official(c->facts, slot);
    if (!s || s->ink != INK_PHOTOCOPY)
        return ANSWER_PASS;
    seals_point_at(c, out, s);
    finding_lower(out, SEVERITY_INFO);
    return ANSWER_CANNOT_TELL;
}

static const struct seal *find_letter_name_seal(const struct facts *f)
{
    const struct seal *s = seals_find_name(f, SLOT_AUTHORIZATION_LETTER);
    return s && s->role == SEAL_LEGAL_REP ? s : NULL;
}

/* The whole paper has to be stamped again, as C01 says. */
static bool has_grey_seal(const struct facts *f, enum slot slot)
{
    const struct seal *s = seals_find_official(f, slot);
    return s && s->ink == INK_PHOTOCOPY;
}

/* P03: the official seal, and the legal representative's or a signature. Whose
 * hand it is no program can tell; that there is one is enough. That neither was
 * found does not prove that neither is there. */
enum answer check_letter_seals(const struct rule_case *c, size_t i,
                               struct finding *out)
{
    (void)i;
    const enum slot slot = SLOT_AUTHORIZATION_LETTER;
    enum answer answer = check_official(c, slot, out);
    if (answer != ANSWER_PASS || has_grey_seal(c->facts, slot) ||
        find_letter_name_seal(c->facts))
        return answer;
    const struct field *place;
    enum filled signature = reading_filled(c, slot, "signature", &place);
    if (signature == FILLED_BY_HAND || signature == FILLED_PLAINLY)
        return ANSWER_PASS;
    start_again(out);
    if (signature == FILLED_NOT) {
        out->page = place->page;
        finding_add_box(out, slot, place->page, place->box);
        return finding_say(out, "unsigned", SEVERITY_LOOK, ANSWER_FAIL);
    }
    finding_set_page(out, slot, 1);
    return finding_say(out, "no_name_seal", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
}

/* M05: by post the letter needs both seals. A hint only, since the upload may
 * carry a signature instead; where P03 or C01 asks for more it is silent. */
enum answer check_letter_by_post(const struct rule_case *c, size_t i,
                                 struct finding *out)
{
    (void)i;
    const enum slot slot = SLOT_AUTHORIZATION_LETTER;
    if (!reading_is_possible(c, slot) || !seals_find_official(c->facts, slot) ||
        has_grey_seal(c->facts, slot))
        return ANSWER_NOT_APPLICABLE;
    const struct seal *s = find_letter_name_seal(c->facts);
    if (s && s->confidence >= c->settings->seal_sure)
        return ANSWER_PASS;
    finding_lower(out, SEVERITY_INFO);
    finding_set_page(out, slot, 1);
    return s ? ANSWER_CANNOT_TELL : ANSWER_FAIL;
}
