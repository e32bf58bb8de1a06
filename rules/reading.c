/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "rules/reading.h"

#include <string.h>

#include "rules/pages.h"

const struct field *reading_field(const struct facts *f, enum slot slot,
                                  const char *name)
{
    const struct field *best = NULL;
    for (size_t i = 0; i < f->n_documents; i++) {
        const struct document *d = &f->documents[i];
        for (size_t k = 0; d->slot == slot && k < d->n_fields; k++) {
            const struct field *field = &d->fields[k];
            if (strcmp(field->name, name) != 0 || !field->value ||
                !field->value[0])
                continue;
            if (!best || field->confidence > best->confidence)
                best = field;
        }
    }
    return best;
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
