/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A02, A04, G07, M09, M10: what the form says beside name and code (X01, X02)
 * and persons (X03, X04). The system prints the form from the order, so the
 * two can only differ when the order was changed later, or the form by hand.
 */

#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/name.h"
#include "rules/pages.h"
#include "rules/reading.h"
#include "rules/settings.h"
#include "rules/source.h"

static const enum slot slot = SLOT_APPLICATION_FORM;
static const char project[] = "江西省公共资源交易（医药采购）";

/* The text without what is no digit, when the other one is a number: a speck
 * or a colon before it may be read as a letter. */
static const char *like_number(const struct rule_case *c, const char *text,
                               const char *number)
{
    if (number[strspn(number, "0123456789")] != '\0')
        return text;
    char *digits = arena_strdup(c->arena, text), *end = digits;
    for (const char *p = text; *p; p++)
        if (*p >= '0' && *p <= '9')
            *end++ = *p;
    *end = '\0';
    return digits;
}

/* Is the field what the order says? Numbers have no look-alikes to excuse. */
static enum answer compare(const struct rule_case *c, const struct source *form,
                           const char *ordered, bool is_name)
{
    const char *b = utf8_name(c->arena, ordered);
    const char *a = like_number(c, utf8_name(c->arena, form->value), b);
    struct name_match m = name_compare(c->arena, a, b);
    if (m.same)
        return ANSWER_PASS;
    bool excused =
        is_name && (m.only_confusable || m.first_is_part || m.second_is_part);
    return !excused && form->confidence >= c->settings->name_sure
               ? ANSWER_FAIL
               : ANSWER_CANNOT_TELL;
}

/* A field of the form that the order knows, too. */
struct item {
    const char *field, *zh, *en;
    bool is_name;
};

/* The worst answer over the items: of equals the first. *ret_form: what the
 * form says there. */
static enum answer compare_all(const struct rule_case *c,
                               const struct item *items, size_t n,
                               struct source *ret_form, struct finding *out)
{
    const struct item *worst = NULL;
    enum answer answer = ANSWER_NOT_APPLICABLE;
    struct source form, at = {0};
    for (size_t i = 0; i < n; i++) {
        const char *ordered = order_value(&c->facts->order, items[i].field);
        if (!ordered || !ordered[0] ||
            !source_from_field(c, slot, items[i].field, &form))
            continue;
        enum answer now = compare(c, &form, ordered, items[i].is_name);
        bool worse = now == ANSWER_FAIL ? answer != ANSWER_FAIL
                                        : answer == ANSWER_NOT_APPLICABLE ||
                                              (now == ANSWER_CANNOT_TELL &&
                                               answer == ANSWER_PASS);
        if (!worse)
            continue;
        answer = now;
        worst = &items[i];
        at = form;
    }
    *ret_form = at;
    if (answer == ANSWER_PASS || answer == ANSWER_NOT_APPLICABLE)
        return answer;
    const char *ordered = order_value(&c->facts->order, worst->field);
    if (field_is_private(worst->field)) {
        at.value = facts_mask_number(c->arena, at.value);
        ordered = facts_mask_number(c->arena, ordered);
    }
    source_add(c, out, &at, "document", "form_value");
    finding_add_text(c, out, "order_value", ordered);
    finding_add_words(c, out, "field", worst->en, worst->zh);
    return answer;
}

/* Less sure, a reading is a guess. */
static const double hardly_read = 0.5;

/* A02: what the system fills in and nothing else looks at. That a guess differs
 * is mentioned, no more. */
enum answer check_form_values(const struct rule_case *c, size_t i,
                              struct finding *out)
{
    static const struct item items[] = {
        {"handler_mobile", "经办人手机", "mobile number", false},
        {"handler_email", "经办人邮箱", "e-mail address", true},
    };
    (void)i;
    struct source form;
    enum answer answer =
        compare_all(c, items, sizeof items / sizeof *items, &form, out);
    if (answer == ANSWER_CANNOT_TELL && form.field->confidence < hardly_read)
        finding_lower(out, SEVERITY_INFO);
    return answer;
}

static bool has_any(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strstr(text, *words))
            return true;
    return false;
}

/* Boxes to tick: filled ones, and all of them. */
static const char *const ticks[] = {"☑", "☒", "■", "√", "✓", "✔", "●", NULL};
static const char *const boxes[] = {"☑", "☒", "■", "√", "✓", "✔",
                                    "●", "□", "☐", "○", NULL};

/* Where the next box begins, or the end. */
static const char *next_box(const char *text)
{
    const char *first = text + strlen(text);
    for (const char *const *b = boxes; *b; b++) {
        const char *at = strstr(text, *b);
        first = at && at < first ? at : first;
    }
    return first;
}

/* What is printed behind the ticked boxes; NULL: nothing was ticked. */
static const char *ticked(struct arena *a, const char *text)
{
    const char *chosen = NULL, *end;
    for (const char *at = next_box(text); *at; at = end) {
        const char *words = at;
        utf8_next(&words);
        end = next_box(words);
        for (const char *const *t = ticks; *t; t++)
            if (strncmp(at, *t, strlen(*t)) == 0)
                chosen = arena_printf(a, "%s%.*s", chosen ? chosen : "",
                                      (int)(end - words), words);
    }
    return chosen;
}

/* 含签章 (main key) or 不含签章 (sub key), as the form's type of certificate
 * says it. Where both are printed only a ticked box tells which is meant. */
static enum tri form_has_seal(struct arena *a, const char *type)
{
    static const char *const sub[] = {"不含签章", "不含电子签章", "无签章",
                                      "副锁", NULL};
    static const char *const main[] = {"主锁", NULL};
    static const char *const with[] = {"含签章", "含电子签章", NULL};
    const char *choice = ticked(a, type);
    const char *text = choice ? choice : type;
    bool is_sub = has_any(text, sub), is_main = has_any(text, main);
    if (is_sub && is_main)
        return TRI_UNKNOWN;
    if (is_sub)
        return TRI_NO;
    return is_main || has_any(text, with) ? TRI_YES : TRI_UNKNOWN;
}

static enum answer compare_key(const struct rule_case *c, struct finding *out)
{
    enum tri ordered = c->facts->order.with_seal;
    struct source form;
    if (ordered == TRI_UNKNOWN ||
        !source_from_field(c, slot, "certificate_type", &form))
        return ANSWER_NOT_APPLICABLE;
    enum tri printed = form_has_seal(c->arena, utf8_name(c->arena, form.value));
    if (printed == ordered || printed == TRI_UNKNOWN)
        return printed == ordered ? ANSWER_PASS : ANSWER_NOT_APPLICABLE;
    source_add(c, out, &form, "document", "form_value");
    finding_add_words(c, out, "order_value",
                      ordered == TRI_YES ? "with seal" : "without seal",
                      ordered == TRI_YES ? "含签章" : "不含签章");
    finding_add_words(c, out, "field", "type of certificate", "证书类型");
    return form.confidence >= c->settings->name_far_sure ? ANSWER_FAIL
                                                         : ANSWER_CANNOT_TELL;
}

/* A04: what a changed order leaves behind on an old form. */
enum answer check_form_current(const struct rule_case *c, size_t i,
                               struct finding *out)
{
    static const struct item items[] = {
        {"order_no", "订单编号", "order number", false},
        {"project", "项目名称", "project", true},
    };
    (void)i;
    struct source form;
    enum answer key = compare_key(c, out);
    if (key == ANSWER_FAIL || key == ANSWER_CANNOT_TELL)
        return key;
    enum answer answer =
        compare_all(c, items, sizeof items / sizeof *items, &form, out);
    return answer == ANSWER_NOT_APPLICABLE ? key : answer;
}

/* G07: the order's project, or the form's when the order does not say. */
enum answer check_project(const struct rule_case *c, size_t i,
                          struct finding *out)
{
    (void)i;
    struct source s;
    if (!source_from_order(c->facts->order.project, &s) &&
        !source_from_field(c, slot, "project", &s)) {
        out->reason = "unknown";
        return ANSWER_CANNOT_TELL;
    }
    enum answer answer = compare(c, &s, project, s.field != NULL);
    if (answer == ANSWER_PASS)
        return answer;
    source_add(c, out, &s, "document", "project");
    finding_add_text(c, out, "expected", project);
    return answer;
}

/* --- M09, M10 --- */

static bool is_phone(const char *s)
{
    enum { MOBILE = 11, LEAST = 7, MOST = 12 };
    size_t n = 0;
    const char *first = s;
    for (const char *p = s; *p; p++) {
        if (*p >= '0' && *p <= '9')
            n++;
        else if (*p != '-' && *p != '(' && *p != ')')
            return false;
    }
    if (n == MOBILE && first[0] == '1')
        return first[1] >= '3' && first[1] <= '9';
    if (first[0] == '0' || first[0] == '(')
        return n >= LEAST + 3 && n <= MOST;
    return first[0] >= '2' && first[0] <= '8' && (n == LEAST || n == LEAST + 1);
}

/* One @ with something before it, and a domain of two parts and more. */
static bool is_email(const char *s)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789._%+-@";
    const char *at = strchr(s, '@');
    if (!at || at == s || strchr(at + 1, '@') || s[strspn(s, allowed)])
        return false;
    const char *dot = strrchr(at, '.');
    return dot && dot > at + 1 && strlen(dot) > 2 && !strstr(at, "..");
}

/* The order's value, or a sure reading of the form. */
static enum answer check_contact(const struct rule_case *c, const char *field,
                                 bool (*is_right)(const char *),
                                 struct finding *out)
{
    struct source s;
    if (!source_from_order(order_value(&c->facts->order, field), &s) &&
        !source_from_field(c, slot, field, &s)) {
        out->reason = "unknown";
        return ANSWER_CANNOT_TELL;
    }
    if (is_right(utf8_fold(c->arena, s.value)))
        return ANSWER_PASS;
    if (field_is_private(field))
        s.value = facts_mask_number(c->arena, s.value);
    source_add(c, out, &s, "document", "value");
    return s.confidence >= c->settings->name_sure ? ANSWER_FAIL
                                                  : ANSWER_CANNOT_TELL;
}

enum answer check_mobile(const struct rule_case *c, size_t i,
                         struct finding *out)
{
    (void)i;
    return check_contact(c, "handler_mobile", is_phone, out);
}

/* Only the invoice goes there, and an order may do without. */
enum answer check_email(const struct rule_case *c, size_t i,
                        struct finding *out)
{
    (void)i;
    enum answer answer = check_contact(c, "handler_email", is_email, out);
    if (out->reason)
        finding_lower(out, SEVERITY_INFO);
    return answer;
}
