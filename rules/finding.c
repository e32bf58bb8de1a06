/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "rules/finding.h"

#include <assert.h>
#include <math.h>

#include "base/arena.h"

static void add(struct finding *f, struct detail d)
{
    assert(f->n_details < MAX_DETAILS);
    f->details[f->n_details++] = d;
}

void finding_add_words(const struct rule_case *c, struct finding *f,
                       const char *name, const char *en, const char *zh)
{
    add(f, (struct detail){.name = name,
                           .value = arena_strdup(c->arena, en),
                           .zh = zh ? arena_strdup(c->arena, zh) : NULL,
                           .number = NAN});
}

void finding_add_text(const struct rule_case *c, struct finding *f,
                      const char *name, const char *value)
{
    finding_add_words(c, f, name, value, NULL);
}

void finding_add_number(const struct rule_case *c, struct finding *f,
                        const char *name, double value, int decimals)
{
    double unit = pow(10, decimals);
    add(f, (struct detail){.name = name,
                           .value =
                               arena_printf(c->arena, "%.*f", decimals, value),
                           .number = round(value * unit) / unit});
}

const char *finding_slot_words(const struct rule_case *c, enum slot slot)
{
    char *words = arena_strdup(c->arena, slot_name(slot));
    for (char *p = words; *p; p++)
        if (*p == '_')
            *p = ' ';
    return words;
}

void finding_add_document(const struct rule_case *c, struct finding *f,
                          const char *name, enum slot slot)
{
    finding_add_words(c, f, name, finding_slot_words(c, slot), slot_zh(slot));
}

void finding_add_box(struct finding *f, enum slot slot, int page, Rect box)
{
    if (f->n_evidence < MAX_EVIDENCE)
        f->evidence[f->n_evidence++] = (struct evidence){slot, page, box};
}

void finding_set_page(struct finding *f, enum slot slot, int page)
{
    f->slot = slot;
    f->page = page;
    if (page > 0)
        finding_add_box(f, slot, page, (Rect){0});
}

void finding_lower(struct finding *f, enum severity at_most)
{
    if (f->severity > at_most)
        f->severity = at_most;
}

enum answer finding_say(struct finding *f, const char *reason,
                        enum severity at_most, enum answer answer)
{
    f->reason = reason;
    finding_lower(f, at_most);
    return answer;
}
