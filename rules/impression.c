/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "rules/impression.h"

#include <math.h>
#include <string.h>

#include "rules/finding.h"
#include "rules/pages.h"
#include "rules/seals.h"
#include "rules/settings.h"

/* A part of an impression that has a limit: above `some` it is for a person,
 * above `most` the sheet is stamped again. Little contrast is held against its
 * limits with the sign turned. */
struct gauge {
    const char *reason;
    double value, some, most;
};

enum { GAUGES = 4 };

/* What every paper of the application has is the scanner's white and no tint of
 * the sheet: the least around the official seals of two other papers at least;
 * 0 when there are none. */
static double common_tint(const struct facts *f)
{
    double least = INFINITY;
    int n = 0;
    for (int k = 0; k < SLOT_COUNT; k++) {
        const struct seal *s =
            k == SLOT_SEAL_SHEET ? NULL : seals_find_official(f, k);
        if (!s || !s->impression || !isfinite(s->impression->tint))
            continue;
        least = fmin(least, s->impression->tint);
        n++;
    }
    return n >= 2 ? least : 0;
}

/* The edge of a coarse scan is wide, which S03 says. */
static void gauge(const struct rule_case *c, const struct seal *s,
                  struct gauge ret[GAUGES])
{
    const struct rule_settings *k = c->settings;
    const struct seal_impression *m = s->impression;
    const struct page_facts *page = seals_page(c->facts, s);
    bool coarse = page && pages_seal_dpi(page) < k->seal_dpi;
    ret[0] = (struct gauge){"faint", -m->contrast, -k->contrast_plain,
                            -k->contrast_least};
    ret[1] =
        (struct gauge){"slipped", m->slip_mm, k->slip_some_mm, k->slip_most_mm};
    ret[2] = (struct gauge){"tint", m->tint - common_tint(c->facts),
                            k->tint_some, k->tint_most};
    ret[3] = (struct gauge){"blurred", coarse ? 0 : m->edge_mm, k->edge_most_mm,
                            INFINITY};
}

/* How the strokes came out. Of a report without the parts the score speaks:
 * a name seal's few strokes are seldom even, so only a very low one does. */
static enum answer weigh_strokes(const struct rule_case *c,
                                 const struct seal *s, struct finding *out)
{
    const struct rule_settings *k = c->settings;
    struct gauge g[GAUGES];
    bool name = s->role == SEAL_LEGAL_REP;
    double least = name ? k->seal_clarity : k->sheet_clarity;
    if (!s->impression && s->clarity < k->seal_clarity && !name)
        return finding_say(out, "clarity", SEVERITY_BLOCK, ANSWER_FAIL);
    if (!s->impression)
        return s->clarity < least ? finding_say(out, "clarity", SEVERITY_LOOK,
                                                ANSWER_CANNOT_TELL)
                                  : ANSWER_PASS;
    gauge(c, s, g);
    for (int i = 0; i < GAUGES; i++)
        if (g[i].value > g[i].most)
            return finding_say(out, g[i].reason, SEVERITY_BLOCK, ANSWER_FAIL);
    for (int i = 0; i < GAUGES; i++)
        if (g[i].value > g[i].some)
            return finding_say(out, g[i].reason, SEVERITY_LOOK,
                               ANSWER_CANNOT_TELL);
    return ANSWER_PASS;
}

enum answer impression_weigh(const struct rule_case *c, const struct seal *s,
                             struct finding *out)
{
    const struct rule_settings *k = c->settings;
    if (s->background > k->dirt_most)
        return ANSWER_FAIL;
    if (s->completeness < k->rim_least)
        return finding_say(out, "rim", SEVERITY_BLOCK, ANSWER_FAIL);
    enum answer strokes = weigh_strokes(c, s, out);
    if (strokes == ANSWER_FAIL)
        return strokes;
    if (s->background > k->dirt_some) {
        out->reason = NULL;
        return ANSWER_CANNOT_TELL;
    }
    if (s->completeness < k->rim_whole)
        return finding_say(out, "rim", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
    if (strokes != ANSWER_PASS)
        return strokes;
    if (!isfinite(s->background) || !isfinite(s->completeness) ||
        !isfinite(s->clarity))
        return finding_say(out, "not_measured", SEVERITY_LOOK,
                           ANSWER_CANNOT_TELL);
    return ANSWER_PASS;
}

bool impression_is_poor(const struct rule_case *c, const struct seal *s)
{
    struct finding unsaid = {.severity = SEVERITY_BLOCK};
    return weigh_strokes(c, s, &unsaid) != ANSWER_PASS &&
           strcmp(unsaid.reason, "tint") != 0;
}
