/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * G05, L01, L06, L08: which certificate the licence slot holds. The beginning
 * of the credit code says who registered the organisation, and so what its
 * certificate is called.
 */

#include <math.h>
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
#include "rules/seals.h"
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

/* The frame of a duplicate at its own size: an original is printed larger and
 * in another shape, and fits on the page only when it is reduced. */
static bool has_duplicates_size(const struct rule_case *c,
                                const struct page_facts *p)
{
    static const double most_anisotropy = 0.03;
    double least = c->settings->scale_plain;
    return p->n_outlines > 0 && p->scale_low >= c->settings->scale_limit &&
           p->scale_ratio >= least && p->scale_ratio <= 1 / least &&
           fabs(p->anisotropy - 1) <= most_anisotropy;
}

/* L01. Other certificates have no duplicate that would be asked for. A word
 * that was not read is mentioned only where the size speaks for the duplicate.
 */
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
        return finding_say(out, "unread",
                           has_duplicates_size(c, at.facts) ? SEVERITY_INFO
                                                            : SEVERITY_LOOK,
                           ANSWER_CANNOT_TELL);
    }
    if (strstr(f->value, "副本"))
        return ANSWER_PASS;
    bool sure = f->confidence >= c->settings->name_far_sure;
    if (!sure && !is_licence(c))
        return ANSWER_NOT_APPLICABLE;
    out->slot = slot;
    out->page = f->page;
    finding_add_box(out, slot, f->page, f->box);
    return sure ? ANSWER_FAIL : ANSWER_CANNOT_TELL;
}

static size_t digits_in(const char *s)
{
    return strspn(s, "0123456789");
}

/* A stamp that says that the certificate is no longer one, or NULL. */
static const struct seal *find_void_stamp(const struct facts *f)
{
    static const char *const words[] = {"作废", "注销", "吊销"};
    for (size_t i = 0; i < f->n_seals; i++)
        for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
            const struct seal *s = &f->seals[i];
            if (s->slot == slot && s->text && strstr(s->text, words[k]) &&
                s->text_verified.result != VERIFY_CONFIRMED)
                return s;
        }
    return NULL;
}

/*
 * G05: it is a certificate that carries a credit code, and none that is
 * stamped as void: such a stamp is for a person to see. A number of fifteen
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
    const struct seal *stamp = find_void_stamp(c->facts);
    if (stamp) {
        seals_point_at(c, out, stamp);
        finding_add_text(c, out, "text", stamp->text);
        return finding_say(out, "void", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
    }
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
