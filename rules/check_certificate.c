/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * G05, L01, L06, L08: which certificate the licence slot holds. The beginning
 * of the credit code says who registered the organisation, and so what its
 * certificate is called.
 */

#include <string.h>

#include "base/arena.h"
#include "base/uscc.h"
#include "base/utf8.h"
#include "rules/check.h"
#include "rules/day.h"
#include "rules/finding.h"
#include "rules/pages.h"
#include "rules/qr.h"
#include "rules/reading.h"
#include "rules/settings.h"

static const enum slot slot = SLOT_BUSINESS_LICENSE;
static const char licence[] = "营业执照";

static const struct certificate {
    const char *prefix, *title;
} certificates[] = {
#define CERTIFICATE(prefix, title) {prefix, title},
#include "rules/certificates.def"
#undef CERTIFICATE
};

enum { CERTIFICATES = sizeof certificates / sizeof *certificates };

/* A code with right check digits: the certificate's own, its QR code's, or
 * the order's. */
static bool find_code(const struct rule_case *c, char code[USCC_SIZE])
{
    const struct field *f = reading_field(c->facts, slot, "credit_code");
    if (f && uscc_fold(f->value, code) && uscc_is_valid(code))
        return true;
    f = reading_field(c->facts, slot, "qr");
    const char *in_qr = f ? qr_parse(c->arena, f->value).code : NULL;
    if (in_qr && uscc_fold(in_qr, code) && uscc_is_valid(code))
        return true;
    const char *ordered = c->facts->order.credit_code;
    return ordered && uscc_fold(ordered, code) && uscc_is_valid(code);
}

/* L08. */
enum answer check_certificate(const struct rule_case *c, size_t i,
                              struct finding *out)
{
    (void)i;
    char code[USCC_SIZE];
    struct page_at at = {0};
    const char *title = reading_certificate(c->facts), *expected = NULL;
    if (!pages_next(c, slot, &at) || !find_code(c, code))
        return ANSWER_NOT_APPLICABLE; /* F03 or X01 speak */
    bool fits = false;
    for (size_t k = 0; k < CERTIFICATES; k++) {
        if (strncmp(certificates[k].prefix, code, 2) != 0)
            continue;
        expected = expected ? expected : certificates[k].title;
        fits = fits || (title && strcmp(title, certificates[k].title) == 0);
    }
    if (fits)
        return ANSWER_PASS;
    finding_set_page(out, slot, at.number);
    finding_add_text(c, out, "code", code);
    finding_add_words(c, out, "certificate", title ? title : "not read",
                      title ? title : "没有读出标题");
    finding_add_text(c, out, "expected", expected ? expected : "");
    if (!expected)
        return finding_say(out, "unusual", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
    if (!title) /* a certificate by its words, with the code of its holder */
        return finding_say(out, "no_title", SEVERITY_INFO, ANSWER_CANNOT_TELL);
    return at.facts->shows_sure >= c->settings->kind_sure ? ANSWER_FAIL
                                                          : ANSWER_CANNOT_TELL;
}

/* Whether the certificate is a business licence; by its title, or by the code
 * when that was not read. */
static bool is_licence(const struct rule_case *c)
{
    char code[USCC_SIZE];
    const char *title = reading_certificate(c->facts);
    return title ? strcmp(title, licence) == 0
                 : !find_code(c, code) || code[0] == '9';
}

/* L01. Other certificates have no duplicate that would be asked for. */
enum answer check_duplicate(const struct rule_case *c, size_t i,
                            struct finding *out)
{
    (void)i;
    struct page_at at = {0};
    if (!pages_next(c, slot, &at))
        return ANSWER_NOT_APPLICABLE;
    const struct field *f = reading_field(c->facts, slot, "license_copy");
    if (!f) {
        if (!is_licence(c))
            return ANSWER_NOT_APPLICABLE;
        finding_set_page(out, slot, at.number);
        return finding_say(out, "unread", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
    }
    if (strstr(f->value, "副本"))
        return ANSWER_PASS;
    out->slot = slot;
    out->page = f->page;
    finding_add_box(out, slot, f->page, f->box);
    return f->confidence >= c->settings->name_far_sure ? ANSWER_FAIL
                                                       : ANSWER_CANNOT_TELL;
}

static size_t digits_in(const char *s)
{
    return strspn(s, "0123456789");
}

/*
 * G05: it is a certificate that carries a credit code. A number of fifteen
 * digits alone is that of a licence from before 2015. A code that was just not
 * read is X01's matter.
 */
enum answer check_has_code(const struct rule_case *c, size_t i,
                           struct finding *out)
{
    enum { OLD_LENGTH = 15 };
    (void)i;
    struct page_at at = {0};
    if (!pages_next(c, slot, &at))
        return ANSWER_NOT_APPLICABLE;
    if (reading_field(c->facts, slot, "credit_code"))
        return ANSWER_PASS;
    const struct field *f = reading_field(c->facts, slot, "registration_no");
    const struct field *qr = reading_field(c->facts, slot, "qr");
    if (!f || (qr && qr_parse(c->arena, qr->value).code))
        return ANSWER_NOT_APPLICABLE;
    const char *number = utf8_fold(c->arena, f->value);
    out->slot = slot;
    out->page = f->page;
    finding_add_box(out, slot, f->page, f->box);
    finding_add_text(c, out, "number", number);
    bool old = strlen(number) == OLD_LENGTH && digits_in(number) == OLD_LENGTH;
    return old && f->confidence >= c->settings->code_bad_sure
               ? ANSWER_FAIL
               : ANSWER_CANNOT_TELL;
}
