/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "rules/reading.h"

#include <string.h>

#include "rules/pages.h"
#include "rules/settings.h"

static bool has_value(const struct field *f)
{
    return f->value && f->value[0];
}

const struct field *reading_field(const struct facts *f, enum slot slot,
                                  const char *name)
{
    const struct field *best = NULL;
    for (size_t i = 0; i < f->n_documents; i++) {
        const struct document *d = &f->documents[i];
        for (size_t k = 0; d->slot == slot && k < d->n_fields; k++) {
            const struct field *field = &d->fields[k];
            if (strcmp(field->name, name) != 0 || !has_value(field))
                continue;
            if (!best || field->confidence > best->confidence)
                best = field;
        }
    }
    return best;
}

bool reading_is_scrawl(const struct rule_case *c, const struct field *f)
{
    return f->handwritten == TRI_YES &&
           f->verified.result != VERIFY_CONFIRMED &&
           (!has_value(f) || f->confidence < c->settings->name_far_sure);
}

/* The field of that name without a value, in any file of the slot. */
static const struct field *find_blank(const struct facts *f, enum slot slot,
                                      const char *name)
{
    for (size_t i = 0; i < f->n_documents; i++) {
        const struct document *d = &f->documents[i];
        const struct field *field =
            d->slot == slot ? document_field(d, name) : NULL;
        if (field && !has_value(field))
            return field;
    }
    return NULL;
}

enum filled reading_filled(const struct rule_case *c, enum slot slot,
                           const char *name, const struct field **ret_field)
{
    const struct field *f = reading_field(c->facts, slot, name);
    *ret_field = f ? f : find_blank(c->facts, slot, name);
    if (!*ret_field)
        return FILLED_UNREAD;
    if (reading_is_scrawl(c, *ret_field))
        return FILLED_BY_HAND;
    if (f)
        return FILLED_PLAINLY;
    return (*ret_field)->handwritten == TRI_NO ? FILLED_NOT : FILLED_UNREAD;
}

const char *reading_certificate(const struct facts *f)
{
    for (size_t i = 0; i < f->n_documents; i++)
        if (f->documents[i].slot == SLOT_BUSINESS_LICENSE &&
            f->documents[i].certificate)
            return f->documents[i].certificate;
    return NULL;
}

bool reading_is_possible(const struct rule_case *c, enum slot slot)
{
    struct page_at at = {0};
    return pages_next(c, slot, &at);
}

bool reading_is_present(const struct facts *f, enum slot slot)
{
    return facts_document(f, slot) != NULL;
}
