/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "rules/source.h"

#include <string.h>

#include "base/arena.h"
#include "rules/finding.h"
#include "rules/name.h"
#include "rules/reading.h"
#include "rules/settings.h"

/* What a reading is worth as a difference when verifying came to nothing. */
static const double undecided = 0.5;

/* Stands in a value for a character that the readers are blind to. */
static const uint32_t unseen_mark = 0x25a1; /* □ */

/* Every character that could be seen is the known text's. */
static bool agrees_where_seen(struct arena *a, const struct field *f)
{
    const struct verified *v = &f->verified;
    if (v->result != VERIFY_CANNOT_TELL || v->rival)
        return false;
    struct name_match m = name_compare(a, f->value, v->against);
    size_t unseen = 0;
    for (size_t i = 0; i < m.n_steps; i++) {
        const struct name_step *s = &m.steps[i];
        bool blind = s->a == unseen_mark && s->b;
        if (s->a != s->b && !blind)
            return false;
        unseen += blind;
    }
    return unseen > 0 && unseen < m.n_steps;
}

bool source_from_order(const char *value, struct source *ret)
{
    *ret = (struct source){.en = "order",
                           .zh = "订单",
                           .slot = SLOT_UNKNOWN,
                           .value = value,
                           .confidence = 1};
    return value && value[0];
}

bool source_from_field(const struct rule_case *c, enum slot slot,
                       const char *name, struct source *ret)
{
    const struct field *f = reading_field(c->facts, slot, name);
    if (!f || reading_is_scrawl(c, f))
        return false;
    *ret = (struct source){.en = finding_slot_words(c, slot),
                           .zh = slot_zh(slot),
                           .slot = slot,
                           .field = f,
                           .value = f->value,
                           .confidence = f->confidence};
    const struct verified *v = &f->verified;
    if (!v->against)
        return true;
    switch (v->result) {
    case VERIFY_CONFIRMED:
        ret->value = v->against;
        ret->confidence = v->confidence;
        break;
    case VERIFY_CONTRADICTED:
        /* What was read plainly, unless that is what is surely not there. */
        if (strcmp(f->value, v->against) == 0 && v->rival && v->rival[0])
            ret->value = v->rival;
        /* Where hardly anything was read, as of handwriting, the known text is
         * not found either. */
        ret->confidence = v->confidence;
        if (f->confidence < c->settings->name_far_sure)
            ret->confidence = undecided;
        break;
    case VERIFY_CANNOT_TELL:
        ret->is_unseen = agrees_where_seen(c->arena, f);
        if (ret->is_unseen)
            ret->value = v->against;
        if (ret->confidence > undecided)
            ret->confidence = undecided;
        break;
    }
    return true;
}

static void add_box(struct finding *out, const struct source *s)
{
    if (s->field)
        finding_add_box(out, s->slot, s->field->page, s->field->box);
}

void source_add_agreeing(const struct rule_case *c, struct finding *out,
                         const struct source *of, size_t n,
                         const struct source *s, const char *document)
{
    const char *en = s->en, *zh = s->zh;
    add_box(out, s);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(of[i].zh, s->zh) == 0 || strcmp(of[i].value, s->value) != 0)
            continue;
        en = arena_printf(c->arena, "%s, %s", en, of[i].en);
        zh = arena_printf(c->arena, "%s、%s", zh, of[i].zh);
        add_box(out, &of[i]);
    }
    finding_add_words(c, out, document, en, zh);
    if (!s->field)
        return;
    out->slot = s->slot;
    out->page = s->field->page;
}

void source_add(const struct rule_case *c, struct finding *out,
                const struct source *s, const char *document, const char *value)
{
    source_add_agreeing(c, out, NULL, 0, s, document);
    finding_add_text(c, out, value, s->value);
}

static size_t differences(const struct name_match *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_steps; i++)
        n += m->steps[i].a != m->steps[i].b;
    return n;
}

static bool is_open(const struct source *s)
{
    return s->field && s->slot != SLOT_BUSINESS_LICENSE &&
           s->field->verified.against &&
           s->field->verified.result == VERIFY_CANNOT_TELL;
}

bool source_is_settled(const struct rule_case *c, const struct source *a,
                       const struct source *b, const struct name_match *m)
{
    const struct source *open = is_open(b) ? b : a;
    if (!is_open(open) || differences(m) > 1)
        return false;
    const struct field *f =
        reading_field(c->facts, SLOT_BUSINESS_LICENSE, open->field->name);
    return f && f->verified.result == VERIFY_CONFIRMED;
}

bool source_is_possible(const struct rule_case *c, const enum slot *slots,
                        size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (reading_is_possible(c, slots[i]))
            return true;
    return false;
}

bool source_say_unread(const struct rule_case *c, struct finding *out,
                       const enum slot *slots, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (!reading_is_possible(c, slots[i]) ||
            reading_field(c->facts, slots[i], name))
            continue;
        out->slot = slots[i];
        out->reason = "unread";
        finding_add_document(c, out, "document_a", slots[i]);
        return true;
    }
    return false;
}
