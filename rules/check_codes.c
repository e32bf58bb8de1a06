/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * X01: one credit code everywhere. The two check characters turn a comparison
 * of pictures into one of numbers: a reading that passes both is right but for
 * one in 340, so two codes that pass and differ are two codes. A reading that
 * fails is believed only when it was sure and look-alike characters do not
 * explain it; a repaired one proves nothing by itself, but agreement with
 * another source does.
 */

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/uscc.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/qr.h"
#include "rules/reading.h"
#include "rules/settings.h"
#include "rules/source.h"

enum { SOURCES_MAX = 6, LOOK_ALIKES_MAX = 2 };

static const enum slot slots[] = {SLOT_APPLICATION_FORM, SLOT_BUSINESS_LICENSE};
enum { SLOTS = sizeof slots / sizeof *slots };

struct witness {
    struct source at; /* its value is the code */
    bool is_ocr, is_qr, folded, valid, pilot;
    bool firm; /* surely this code, and a valid one */
    bool bad;  /* surely this code, and not a valid one */
};

struct witnesses {
    struct witness of[SOURCES_MAX];
    size_t n;
};

static struct witness *add_source(const struct rule_case *c,
                                  struct witnesses *s, struct source at)
{
    char code[USCC_SIZE];
    struct witness *n = &s->of[s->n++];
    *n = (struct witness){.at = at};
    n->folded = uscc_fold(at.value, code);
    n->at.value = arena_strdup(c->arena, n->folded ? code : at.value);
    n->valid = n->folded && uscc_is_valid(code);
    n->pilot = n->folded && uscc_is_pilot(code);
    n->firm = n->valid;
    n->bad = !n->valid && !n->pilot;
    return n;
}

static void add_order(const struct rule_case *c, struct witnesses *s)
{
    struct source at;
    if (source_from_order(c->facts->order.credit_code, &at))
        add_source(c, s, at);
}

static void add_field(const struct rule_case *c, struct witnesses *s,
                      enum slot slot)
{
    const struct field *f = reading_field(c->facts, slot, "credit_code");
    if (!f)
        return;
    struct witness *n =
        add_source(c, s,
                   (struct source){.en = finding_slot_words(c, slot),
                                   .zh = slot_zh(slot),
                                   .slot = slot,
                                   .field = f,
                                   .value = f->value});
    n->is_ocr = f->source != SOURCE_QR;
    if (!n->is_ocr)
        return;
    bool repaired = f->source == SOURCE_OCR_REPAIRED;
    n->firm = n->firm && !repaired && f->confidence >= c->settings->code_sure;
    n->bad = n->bad && n->folded && !repaired &&
             f->confidence >= c->settings->code_bad_sure;
}

static void add_qr(const struct rule_case *c, struct witnesses *s)
{
    const struct field *f =
        reading_field(c->facts, SLOT_BUSINESS_LICENSE, "qr");
    if (!f)
        return;
    struct qr qr = qr_parse(c->arena, f->value);
    if (!qr.code || (qr.kind != QR_OFFICIAL && qr.kind != QR_OPAQUE))
        return; /* L07 speaks about those */
    struct witness *n =
        add_source(c, s,
                   (struct source){.en = "licence's QR code",
                                   .zh = "营业执照二维码",
                                   .slot = SLOT_BUSINESS_LICENSE,
                                   .field = f,
                                   .value = qr.code});
    n->is_qr = true;
}

/* Letter and sheet are filled in by hand as often as not: a reading of them
 * that is no code says nothing. */
static void add_if_firm(const struct rule_case *c, struct witnesses *s,
                        enum slot slot)
{
    size_t n = s->n;
    add_field(c, s, slot);
    if (s->n > n && !s->of[n].firm)
        s->n = n;
}

static struct witnesses gather(const struct rule_case *c)
{
    struct witnesses s = {.n = 0};
    add_order(c, &s);
    add_field(c, &s, SLOT_APPLICATION_FORM);
    add_field(c, &s, SLOT_BUSINESS_LICENSE);
    add_qr(c, &s);
    add_if_firm(c, &s, SLOT_AUTHORIZATION_LETTER);
    add_if_firm(c, &s, SLOT_SEAL_SHEET);
    return s;
}

static bool look_alike(char a, char b)
{
    static const char pairs[] = "8B0D0QDQ6G56381727"
                                "1LUYHNHMHWNMNWMWPRKXCGEF";
    for (const char *p = pairs; *p; p += 2)
        if ((p[0] == a && p[1] == b) || (p[0] == b && p[1] == a))
            return true;
    return false;
}

/* A misreading explains the difference: few characters, all look-alikes. */
static bool may_be_misread(const struct witness *a, const struct witness *b)
{
    int differences = 0;
    if (!a->folded || !b->folded)
        return true; /* a character was lost or added */
    for (int i = 0; i < USCC_LENGTH; i++) {
        if (a->at.value[i] == b->at.value[i])
            continue;
        if (!look_alike(a->at.value[i], b->at.value[i]))
            return false;
        differences++;
    }
    return differences <= LOOK_ALIKES_MAX;
}

static void add_where(const struct rule_case *c, struct finding *out,
                      const struct witness *a, const struct witness *b)
{
    struct str list;
    str_init(&list, 256);
    for (int i = 0; a->folded && b->folded && i < USCC_LENGTH; i++)
        if (a->at.value[i] != b->at.value[i])
            str_printf(&list, "%s%d", list.len > 0 ? "、" : "", i + 1);
    if (list.len == 0) {
        finding_add_words(c, out, "where", "length", "位数");
    } else {
        const char *zh = arena_printf(c->arena, "第 %s 位", list.s);
        struct str en;
        str_init(&en, 256);
        for (const char *p = list.s; *p; p++) {
            if ((unsigned char)*p < 0x80)
                str_add_bytes(&en, p, 1);
            else if ((unsigned char)*p == 0xe3)
                str_add(&en, ", ");
        }
        finding_add_words(c, out, "where",
                          arena_printf(c->arena, "position %s", en.s), zh);
        str_done(&en);
    }
    str_done(&list);
}

static void add_side(const struct rule_case *c, struct finding *out,
                     const struct witnesses *s, const struct witness *w,
                     bool first)
{
    struct source all[SOURCES_MAX];
    for (size_t i = 0; i < s->n; i++)
        all[i] = s->of[i].at;
    source_add_agreeing(c, out, all, s->n, &w->at,
                        first ? "document_a" : "document_b");
    finding_add_text(c, out, first ? "code_a" : "code_b", w->at.value);
}

static enum answer say_pair(const struct rule_case *c, struct finding *out,
                            const struct witnesses *s, size_t a, size_t b,
                            enum answer answer)
{
    add_side(c, out, s, &s->of[a], true);
    add_side(c, out, s, &s->of[b], false);
    add_where(c, out, &s->of[a], &s->of[b]);
    return answer;
}

static enum answer say_one(const struct rule_case *c, struct finding *out,
                           const struct witness *w, const char *reason,
                           enum answer answer)
{
    source_add(c, out, &w->at, "document_a", "code_a");
    out->reason = reason;
    return answer;
}

static bool is_same(const struct witness *a, const struct witness *b)
{
    return strcmp(a->at.value, b->at.value) == 0;
}

/* Two certain codes that differ; false when there are none. */
static bool find_conflict(const struct witnesses *s, size_t *ret_a,
                          size_t *ret_b)
{
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = i + 1; k < s->n; k++)
            if (s->of[i].firm && s->of[k].firm &&
                !is_same(&s->of[i], &s->of[k])) {
                *ret_a = i;
                *ret_b = k;
                return true;
            }
    return false;
}

/* A code that is surely wrong: no valid source explains it as misread. */
static const struct witness *find_bad(const struct witnesses *s)
{
    for (size_t i = 0; i < s->n; i++) {
        bool excused = false, seen_twice = false;
        for (size_t k = 0; k < s->n; k++) {
            if (k == i)
                continue;
            excused |= s->of[i].is_ocr && s->of[k].valid &&
                       may_be_misread(&s->of[i], &s->of[k]);
            seen_twice |= is_same(&s->of[i], &s->of[k]);
        }
        bool wrong = s->of[i].bad || (seen_twice && s->of[i].folded &&
                                      !s->of[i].valid && !s->of[i].pilot);
        if (wrong && !excused)
            return &s->of[i];
    }
    return NULL;
}

/* The licence's own QR code says what the first source says, and the printed
 * code was read so badly that it cannot be one: the QR code stands for it. */
static bool is_excused_by_qr(const struct witnesses *s, const struct witness *w)
{
    bool hopeless = w->is_ocr && !w->valid && !w->pilot && !w->bad;
    for (size_t i = 0; hopeless && i < s->n; i++)
        if (s->of[i].is_qr && s->of[i].at.slot == w->at.slot &&
            is_same(&s->of[i], &s->of[0]))
            return true;
    return false;
}

/* What keeps the answer from being a pass, least certain last. */
static enum answer weigh_doubts(const struct rule_case *c,
                                const struct witnesses *s, struct finding *out)
{
    for (size_t k = 1; k < s->n; k++)
        if (!is_same(&s->of[0], &s->of[k]) && !is_excused_by_qr(s, &s->of[k]))
            return say_pair(c, out, s, 0, k, ANSWER_CANNOT_TELL);
    if (source_say_unread(c, out, slots, SLOTS, "credit_code"))
        return ANSWER_CANNOT_TELL;
    const struct witness *first = &s->of[0];
    if (first->pilot)
        return say_one(c, out, first, "pilot", ANSWER_CANNOT_TELL);
    if (!first->valid)
        return say_one(c, out, first, "doubtful", ANSWER_CANNOT_TELL);
    if (s->n < 2)
        return say_one(c, out, first, "single", ANSWER_CANNOT_TELL);
    return ANSWER_PASS;
}

enum answer check_codes(const struct rule_case *c, size_t i,
                        struct finding *out)
{
    (void)i;
    if (!source_is_possible(c, slots, SLOTS))
        return ANSWER_NOT_APPLICABLE; /* F01 and F02 have said so */
    struct witnesses s = gather(c);
    size_t a, b;
    if (find_conflict(&s, &a, &b))
        return say_pair(c, out, &s, a, b, ANSWER_FAIL);
    const struct witness *bad = find_bad(&s);
    if (bad)
        return say_one(c, out, bad, "check_digits", ANSWER_FAIL);
    return weigh_doubts(c, &s, out);
}
