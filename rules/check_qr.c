/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * L07: the QR code of the licence. A code that contradicts the licence, or an
 * address that imitates the official one, is a fault; another host is for a
 * person to look at (a photocopy may show other QR codes), and what older or
 * newer kinds of licence carry is only mentioned (domain study, 4.3). A
 * certificate that is no licence need not have one.
 */

#include <string.h>

#include "base/uscc.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/qr.h"
#include "rules/reading.h"
#include "rules/settings.h"

/* What the QR's code is held against, the nearest first. */
static const char *known_code(const struct rule_case *c, struct finding *out,
                              bool *ret_sure)
{
    static const enum slot slots[] = {SLOT_BUSINESS_LICENSE,
                                      SLOT_APPLICATION_FORM};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        const struct field *f =
            reading_field(c->facts, slots[i], "credit_code");
        char code[USCC_SIZE];
        if (!f || f->source == SOURCE_QR || !uscc_fold(f->value, code))
            continue;
        *ret_sure = uscc_is_valid(code) && f->source == SOURCE_OCR &&
                    f->confidence >= c->settings->code_sure;
        finding_add_document(c, out, "document", slots[i]);
        finding_add_text(c, out, "code", code);
        finding_add_box(out, slots[i], f->page, f->box);
        return out->details[out->n_details - 1].value;
    }
    const char *code = c->facts->order.credit_code;
    *ret_sure = true;
    if (!code || !code[0])
        return NULL;
    finding_add_words(c, out, "document", "order", "订单");
    finding_add_text(c, out, "code", code);
    return code;
}

/* Against a reading that is no code at all the order's is believed. */
static bool is_ordered(const struct rule_case *c, const char *qr_code)
{
    char ordered[USCC_SIZE];
    const char *code = c->facts->order.credit_code;
    return code && uscc_fold(code, ordered) && strcmp(ordered, qr_code) == 0;
}

static enum answer check_code(const struct rule_case *c, const char *in_qr,
                              struct finding *out)
{
    char qr_code[USCC_SIZE], code[USCC_SIZE] = "";
    bool folded = uscc_fold(in_qr, qr_code), sure;
    finding_add_text(c, out, "qr_code", folded ? qr_code : in_qr);
    if (!folded || (!uscc_is_valid(qr_code) && !uscc_is_pilot(qr_code)))
        return finding_say(out, "check_digits", SEVERITY_BLOCK, ANSWER_FAIL);
    const char *known = known_code(c, out, &sure);
    if (!known)
        return finding_say(out, "no_code", SEVERITY_INFO, ANSWER_CANNOT_TELL);
    if (uscc_fold(known, code) && strcmp(code, qr_code) == 0)
        return ANSWER_PASS;
    if (sure)
        return ANSWER_FAIL;
    return is_ordered(c, qr_code) && !uscc_is_valid(code) ? ANSWER_PASS
                                                          : ANSWER_CANNOT_TELL;
}

enum answer check_qr(const struct rule_case *c, size_t i, struct finding *out)
{
    (void)i;
    if (!reading_is_possible(c, SLOT_BUSINESS_LICENSE))
        return ANSWER_NOT_APPLICABLE;
    out->slot = SLOT_BUSINESS_LICENSE;
    const struct field *f =
        reading_field(c->facts, SLOT_BUSINESS_LICENSE, "qr");
    const char *title = reading_certificate(c->facts);
    if (!f && title && strcmp(title, "营业执照") != 0)
        return ANSWER_NOT_APPLICABLE; /* other certificates have none */
    if (!f)
        return finding_say(out, "none", SEVERITY_INFO, ANSWER_CANNOT_TELL);
    out->page = f->page;
    finding_add_box(out, SLOT_BUSINESS_LICENSE, f->page, f->box);
    struct qr qr = qr_parse(c->arena, f->value);
    if (qr.kind != QR_OPAQUE && qr.kind != QR_OFFICIAL)
        finding_add_text(c, out, "host", qr.host);
    switch (qr.kind) {
    case QR_OPAQUE:
        return qr.code ? check_code(c, qr.code, out)
                       : finding_say(out, "opaque", SEVERITY_INFO,
                                     ANSWER_CANNOT_TELL);
    case QR_OLD:
        return finding_say(out, "old_host", SEVERITY_INFO, ANSWER_CANNOT_TELL);
    case QR_IMITATION:
        return finding_say(out, "imitation", SEVERITY_BLOCK, ANSWER_FAIL);
    case QR_FOREIGN:
        return finding_say(out, "foreign_host", SEVERITY_LOOK, ANSWER_FAIL);
    case QR_OFFICIAL:
        break;
    }
    return qr.code ? check_code(c, qr.code, out) : ANSWER_PASS;
}
