/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "rules/engine.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/message.h"
#include "rules/pages.h"
#include "rules/settings.h"

static const struct rule rules[] = {
#define RULE(id, severity, scope, alone, check, paper, title_zh, zh, en,       \
             unsure_zh, unsure_en, advice_zh, seed_zh)                         \
    {#id,    SEVERITY_##severity, SCOPE_##scope, alone,                        \
     check,  SLOT_##paper,        title_zh,      zh,                           \
     en,     unsure_zh,           unsure_en,     advice_zh,                    \
     seed_zh},
#include "rules/rules.def"
};

static const struct reason reasons[] = {
#define REASON(rule, name, zh, en, advice_zh) {#rule, #name, zh, en, advice_zh},
#include "rules/reasons.def"
#undef REASON
};

size_t engine_rule_count(void)
{
    return sizeof rules / sizeof *rules;
}

const struct rule *engine_rule(size_t i)
{
    return &rules[i];
}

const struct rule *engine_lookup(const char *id)
{
    for (size_t i = 0; i < engine_rule_count(); i++)
        if (strcmp(rules[i].id, id) == 0)
            return &rules[i];
    return NULL;
}

size_t engine_reason_count(void)
{
    return sizeof reasons / sizeof *reasons;
}

const struct reason *engine_reason(size_t i)
{
    return &reasons[i];
}

const struct conf_section *engine_sections(struct arena *a, size_t *ret_n)
{
    const struct conf_section sections[] = {settings_rules, settings_severity};
    *ret_n = sizeof sections / sizeof *sections;
    return arena_memdup(a, sections, sizeof sections);
}

static const struct reason *reason_of(const struct finding *f)
{
    for (size_t i = 0; f->reason && i < engine_reason_count(); i++)
        if (strcmp(reasons[i].rule, f->rule->id) == 0 &&
            strcmp(reasons[i].name, f->reason) == 0)
            return &reasons[i];
    assert(!f->reason && "a reason that is not in reasons.def");
    return NULL;
}

static void write_messages(struct arena *a, struct finding *f)
{
    const struct rule *r = f->rule;
    const struct reason *why = reason_of(f);
    bool unsure = f->answer == ANSWER_CANNOT_TELL;
    const char *zh = why ? why->zh : unsure ? r->unsure_zh : r->zh;
    const char *en = why ? why->en : unsure ? r->unsure_en : r->en;
    const char *advice =
        why && why->advice_zh[0] ? why->advice_zh : r->advice_zh;
    f->zh = message_fill(a, zh, f->details, f->n_details, LANGUAGE_ZH);
    f->en = message_fill(a, en, f->details, f->n_details, LANGUAGE_EN);
    f->advice_zh =
        message_fill(a, advice, f->details, f->n_details, LANGUAGE_ZH);
}

/* Whether a belongs before b; equal ones keep the order of asking. */
static bool is_before(const struct finding *a, const struct finding *b)
{
    if (a->severity != b->severity)
        return a->severity > b->severity;
    int id = strcmp(a->rule->id, b->rule->id);
    if (id != 0)
        return id < 0;
    if (a->slot != b->slot)
        return a->slot < b->slot;
    return a->page < b->page;
}

static size_t turns(const struct rule *r, const struct facts *facts)
{
    switch (r->scope) {
    case SCOPE_APPLICATION:
        return 1;
    case SCOPE_SLOT:
        return SLOT_COUNT;
    case SCOPE_DOCUMENT:
        return facts->n_documents;
    }
    return 0;
}

/* What is said of a paper without a place on it is shown on its first page. */
static void point_at_paper(const struct rule_case *c, struct finding *f)
{
    struct page_at at = {0};
    if (f->slot != SLOT_UNKNOWN && f->n_evidence == 0 &&
        pages_next(c, f->slot, &at))
        finding_set_page(f, f->slot, at.number);
}

/* Asks one rule once; true when there is something to report. */
static bool ask(const struct rule_case *c, const struct conf *conf,
                const struct rule *r, size_t turn, struct finding *f)
{
    *f = (struct finding){.rule = r,
                          .severity = settings_severity_of(conf, r),
                          .slot = SLOT_UNKNOWN};
    f->answer = r->check(c, turn, f);
    if (f->answer != ANSWER_FAIL && f->answer != ANSWER_CANNOT_TELL)
        return false;
    if (f->answer == ANSWER_CANNOT_TELL && f->severity > SEVERITY_LOOK)
        f->severity = SEVERITY_LOOK;
    point_at_paper(c, f);
    write_messages(c->arena, f);
    return true;
}

/* By paper, then by name. */
static int by_place(const void *a, const void *b)
{
    const struct seal *s = a, *t = b;
    if (s->slot != t->slot)
        return s->slot < t->slot ? -1 : 1;
    return strcmp(s->id ? s->id : "", t->id ? t->id : "");
}

/* The seals in one order, whatever that of the papers, so that "the first" is
 * always the same one. */
static void sort_seals(struct arena *a, struct facts *f)
{
    if (f->n_seals == 0)
        return;
    f->seals = arena_memdup(a, f->seals, f->n_seals * sizeof *f->seals);
    qsort(f->seals, f->n_seals, sizeof *f->seals, by_place);
}

/* The facts without what was read from papers of another kind: of those only
 * F03 speaks. */
static const struct facts *believed(const struct rule_case *c)
{
    struct facts *f = arena_memdup(c->arena, c->facts, sizeof *f);
    sort_seals(c->arena, f);
    f->documents = arena_memdup(c->arena, f->documents,
                                f->n_documents * sizeof *f->documents);
    for (size_t i = 0; i < f->n_documents; i++) {
        struct document *d = &f->documents[i];
        struct field *kept =
            arena_new_array(c->arena, d->n_fields, struct field);
        size_t n = 0;
        for (size_t k = 0; k < d->n_fields; k++)
            if (pages_counts(c, d, d->fields[k].page))
                kept[n++] = d->fields[k];
        d->fields = kept;
        d->n_fields = n;
    }
    return f;
}

static const struct judgement *judge(struct arena *a, const struct conf *conf,
                                     const struct facts *facts, bool inspection)
{
    struct rule_case c = {a, facts, conf_values(conf, "rules")};
    c.facts = believed(&c);
    size_t most = 0;
    for (size_t i = 0; i < engine_rule_count(); i++)
        most += turns(&rules[i], facts);
    struct finding *findings = arena_new_array(a, most, struct finding), f;
    struct judgement *j = arena_new_struct(a, struct judgement);
    j->findings = findings;
    for (size_t i = 0; i < engine_rule_count(); i++) {
        if (inspection && !rules[i].alone)
            continue;
        for (size_t turn = 0; turn < turns(&rules[i], facts); turn++) {
            if (!ask(&c, conf, &rules[i], turn, &f))
                continue;
            size_t at = j->n_findings++;
            for (; at > 0 && is_before(&f, &findings[at - 1]); at--)
                findings[at] = findings[at - 1];
            findings[at] = f;
        }
    }
    if (j->n_findings > 0 && findings[0].severity == SEVERITY_BLOCK)
        j->verdict = VERDICT_BLOCKED;
    else if (j->n_findings > 0 && findings[0].severity == SEVERITY_LOOK)
        j->verdict = VERDICT_FLAGGED;
    return j;
}

const struct judgement *engine_judge(struct arena *a, const struct conf *conf,
                                     const struct facts *facts)
{
    return judge(a, conf, facts, false);
}

const struct judgement *engine_inspect(struct arena *a, const struct conf *conf,
                                       const struct facts *facts)
{
    return judge(a, conf, facts, true);
}

const char *verdict_name(enum verdict v)
{
    static const char *const names[] = {"clean", "flagged", "blocked"};
    return names[v];
}

const char *severity_name(enum severity s)
{
    static const char *const names[] = {"info", "look", "block"};
    return names[s];
}

const char *answer_name(enum answer a)
{
    static const char *const names[] = {"pass", "fail", "cannot_tell",
                                        "not_applicable"};
    return names[a];
}
