/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * C01: every seal is stamped. A grey seal is a copy, whatever else it is; one
 * that looks printed, and two that are one impression, are for a person, since
 * all a picture can give is a suspicion. That nothing was found to object to
 * is no proof of a stamp, and none is asked for.
 */

#include <math.h>

#include "rules/check.h"
#include "rules/finding.h"
#include "rules/seals.h"
#include "rules/settings.h"

/* An applicant's seal: the print of a licence has others, and its copy grey
 * ones. */
static bool is_asked(const struct rule_case *c, const struct seal *s)
{
    bool copied = s->slot == SLOT_BUSINESS_LICENSE && s->ink == INK_PHOTOCOPY;
    bool is_applicants = s->role == SEAL_OFFICIAL || s->role == SEAL_LEGAL_REP;
    return is_applicants && !copied && s->confidence >= c->settings->seal_sure;
}

/* The first seal of the slot with that ink, or NULL; the finding points at all
 * of them. */
static const struct seal *point_at_inked(const struct rule_case *c,
                                         enum slot slot, enum seal_ink ink,
                                         struct finding *out)
{
    const struct seal *first = NULL;
    for (size_t i = 0; i < c->facts->n_seals; i++) {
        const struct seal *s = &c->facts->seals[i];
        if (s->slot != slot || s->ink != ink || !is_asked(c, s))
            continue;
        if (first)
            finding_add_box(out, s->slot, s->page, s->box);
        else
            seals_point_at(c, out, s);
        first = first ? first : s;
    }
    return first;
}

/* A picture that was set into two papers stands as straight in both; a hand
 * never turns two stamps alike. A scan's skew is known to half a degree. */
static const double one_angle_deg = 1;

/* An earlier paper that shows the very same impression, the first by slot and
 * page. Each paper but the first is told, once. */
static const struct seal *find_twin(const struct rule_case *c, enum slot slot,
                                    const struct seal **ret_own)
{
    const struct facts *f = c->facts;
    const struct seal *twin = NULL;
    for (size_t i = 0; i < f->n_pairs; i++) {
        const struct seal *a = seals_lookup(f, f->pairs[i].a);
        const struct seal *b = seals_lookup(f, f->pairs[i].b);
        if (f->pairs[i].same_impression != TRI_YES || !a || !b ||
            !(fabs(f->pairs[i].turn_deg) <= one_angle_deg))
            continue;
        const struct seal *own = a->slot > b->slot ? a : b;
        const struct seal *other = own == a ? b : a;
        if (own->slot != slot || other->slot == slot || !is_asked(c, own) ||
            (twin && twin->slot <= other->slot))
            continue;
        twin = other;
        *ret_own = own;
    }
    return twin;
}

enum answer check_original(const struct rule_case *c, size_t i,
                           struct finding *out)
{
    enum slot slot = (enum slot)i;
    finding_add_document(c, out, "document", slot);
    const struct seal *own = point_at_inked(c, slot, INK_PHOTOCOPY, out);
    if (own) {
        /* Was the colour lost on the paper, or only in the scan? */
        const struct page_facts *page = seals_page(c->facts, own);
        return page && page->has_colour == TRI_NO
                   ? finding_say(out, "no_colour", SEVERITY_BLOCK, ANSWER_FAIL)
                   : ANSWER_FAIL;
    }
    const struct seal *twin = find_twin(c, slot, &own);
    if (twin) {
        seals_point_at(c, out, own);
        finding_add_box(out, twin->slot, twin->page, twin->box);
        finding_add_document(c, out, "other", twin->slot);
        return finding_say(out, "same_picture", SEVERITY_LOOK,
                           ANSWER_CANNOT_TELL);
    }
    return point_at_inked(c, slot, INK_PRINTED, out) ? ANSWER_CANNOT_TELL
                                                     : ANSWER_PASS;
}
