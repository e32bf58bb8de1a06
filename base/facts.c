/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/facts.h"

#include <string.h>

#include "base/arena.h"

/* Index = the enum's value. */
static const char *const slots[] = {"application_form", "business_license",
                                    "id_card", "authorization_letter",
                                    "seal_sheet"};
static const char *const slots_zh[] = {"数字证书用户申请表", "营业执照",
                                       "经办人身份证", "法人授权委托书",
                                       "电子签章采集表"};
static const char *const captures[] = {"unknown", "flatbed", "phone",
                                       "scan_app", "screen"};
static const char *const dpi_sources[] = {"none",  "metadata", "paper",
                                          "frame", "card",     "seal"};
static const char *const roles[] = {"other", "official", "legal_rep",
                                    "authority"};
static const char *const shapes[] = {"other", "round", "square", "rectangle",
                                     "ellipse"};
static const char *const inks[] = {"unknown", "wet", "printed", "photocopy"};
static const char *const colours[] = {"unknown", "red", "other"};
static const char *const sources[] = {"ocr", "qr", "ocr_repaired"};
static const char *const results[] = {"cannot_tell", "confirmed",
                                      "contradicted"};

#define WORDS(function, type, table)                                           \
    const char *function##_name(type v)                                        \
    {                                                                          \
        size_t n = sizeof(table) / sizeof *(table);                            \
        return (int)v >= 0 && (size_t)v < n ? (table)[v] : "unknown";          \
    }                                                                          \
    int function##_from_name(const char *name)                                 \
    {                                                                          \
        for (size_t i = 0; i < sizeof(table) / sizeof *(table); i++)           \
            if (strcmp((table)[i], name) == 0)                                 \
                return (int)i;                                                 \
        return -1;                                                             \
    }

WORDS(slot, enum slot, slots)
WORDS(capture, enum capture, captures)
WORDS(dpi_source, enum dpi_source, dpi_sources)
WORDS(seal_role, enum seal_role, roles)
WORDS(seal_shape, enum seal_shape, shapes)
WORDS(seal_ink, enum seal_ink, inks)
WORDS(ink_colour, enum ink_colour, colours)
WORDS(field_source, enum field_source, sources)
WORDS(verify_result, enum verify_result, results)

const char *slot_zh(enum slot s)
{
    return (int)s >= 0 && s < SLOT_COUNT ? slots_zh[s] : "其他材料";
}

const struct document *facts_document(const struct facts *f, enum slot slot)
{
    for (size_t i = 0; i < f->n_documents; i++)
        if (f->documents[i].slot == slot)
            return &f->documents[i];
    return NULL;
}

const struct field *document_field(const struct document *d, const char *name)
{
    for (size_t i = 0; d && i < d->n_fields; i++)
        if (strcmp(d->fields[i].name, name) == 0)
            return &d->fields[i];
    return NULL;
}

bool document_is_readable(const struct document *d)
{
    return d && d->error == 0 && d->n_pages > 0;
}

const char *order_value(const struct order *o, const char *field)
{
    const struct {
        const char *field, *value;
    } table[] = {
        {"org_name", o->org_name},
        {"credit_code", o->credit_code},
        {"project", o->project},
        {"legal_rep", o->legal_rep},
        {"handler_name", o->handler_name},
        {"handler_id", o->handler_id},
        {"handler_mobile", o->handler_mobile},
        {"handler_email", o->handler_email},
        {"order_no", o->order_no},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].field, field) == 0)
            return table[i].value;
    return NULL;
}

void document_add_field(struct arena *a, struct document *d, struct field f)
{
    struct field *grown =
        arena_grow(a, d->fields, d->n_fields, d->n_fields + 1, sizeof f);
    grown[d->n_fields] = f;
    d->fields = grown;
    d->n_fields++;
}

bool field_is_private(const char *name)
{
    return strcmp(name, "handler_id") == 0 ||
           strcmp(name, "handler_mobile") == 0 ||
           strcmp(name, "birth_date") == 0;
}

char *facts_mask_number(struct arena *a, const char *number)
{
    size_t n = strlen(number);
    bool is_date = n == 10 && number[4] == '-';
    size_t head = n == 11 ? 3 : 4, tail = is_date ? 0 : 4;
    char *masked = arena_strdup(a, number);
    if (n <= head + tail)
        head = tail = 0;
    for (size_t i = head; i + tail < n; i++)
        masked[i] = '*';
    return masked;
}
