/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * X03, X04, P04, P05: the same persons everywhere. An ID number has a check
 * character, so two numbers that pass it and differ are two persons; a name of
 * two or three characters has nothing, and is believed to differ only when both
 * sides are sure and no look-alike explains it. Where numbers were compared
 * and agree, a doubtful name is no longer a question, but one that was read as
 * another name still is.
 *
 * The letter against the card (P04) or the licence (P05) is asked by itself
 * only when neither order nor form names the person; otherwise X03 and X04
 * have named the one that differs.
 */

#include <string.h>

#include "base/arena.h"
#include "base/resident_id.h"
#include "base/utf8.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/name.h"
#include "rules/pages.h"
#include "rules/reading.h"
#include "rules/seals.h"
#include "rules/settings.h"
#include "rules/source.h"

enum { SOURCES_MAX = 4 };

struct sources {
    struct source of[SOURCES_MAX];
    size_t n;
};

/* Two values of two sources, and whether they agree. */
struct pair {
    const struct sources *from;
    enum answer answer;
    bool is_settled; /* a doubt that the licence, or what is seen, settles */
    struct source a, b;
    struct name_match match;
};

static struct sources gather(const struct rule_case *c, const char *field,
                             const enum slot *slots, size_t n, bool with_order)
{
    struct sources s = {.n = 0};
    const char *ordered = order_value(&c->facts->order, field);
    if (with_order && source_from_order(ordered, &s.of[s.n]))
        s.n++;
    for (size_t i = 0; i < n; i++)
        if (source_from_field(c, slots[i], field, &s.of[s.n]))
            s.n++;
    for (size_t i = 0; i < s.n; i++)
        s.of[i].value = utf8_name(c->arena, s.of[i].value);
    return s;
}

static enum answer compare_numbers(const struct rule_case *c,
                                   const struct source *a,
                                   const struct source *b)
{
    double sure = a->confidence < b->confidence ? a->confidence : b->confidence;
    if (strcmp(a->value, b->value) == 0)
        return ANSWER_PASS;
    return resident_id_is_valid(a->value) && resident_id_is_valid(b->value) &&
                   sure >= c->settings->code_sure
               ? ANSWER_FAIL
               : ANSWER_CANNOT_TELL;
}

static enum answer compare_persons(const struct rule_case *c,
                                   const struct source *a,
                                   const struct source *b,
                                   struct name_match *ret)
{
    double sure = a->confidence < b->confidence ? a->confidence : b->confidence;
    *ret = name_compare(c->arena, a->value, b->value);
    if (ret->same)
        return a->is_unseen || b->is_unseen ? ANSWER_CANNOT_TELL : ANSWER_PASS;
    bool cut = ret->first_is_part || ret->second_is_part;
    return !ret->only_confusable && !cut && sure >= c->settings->name_sure
               ? ANSWER_FAIL
               : ANSWER_CANNOT_TELL;
}

static int badness(const struct pair *p)
{
    switch (p->answer) {
    case ANSWER_FAIL:
        return 4;
    case ANSWER_CANNOT_TELL:
        return p->is_settled ? 2 : 3;
    case ANSWER_PASS:
        return 1;
    case ANSWER_NOT_APPLICABLE:
        break;
    }
    return 0;
}

static bool is_letter_pair(const struct source *a, const struct source *b)
{
    const enum slot letter = SLOT_AUTHORIZATION_LETTER;
    return (a->slot == letter && b->field) || (b->slot == letter && a->field);
}

/* The worst pair; `letter`: only those of the letter with a paper, or all but
 * those with another paper than the form. Not applicable: there is none. */
static struct pair find_pair(const struct rule_case *c, const struct sources *s,
                             bool numbers, bool letter)
{
    struct pair worst = {.answer = ANSWER_NOT_APPLICABLE};
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = i + 1; k < s->n; k++) {
            const struct source *a = &s->of[i], *b = &s->of[k];
            struct name_match m = {0};
            bool of_letter =
                is_letter_pair(a, b) && a->slot != SLOT_APPLICATION_FORM;
            if (of_letter != letter)
                continue;
            enum answer now = numbers ? compare_numbers(c, a, b)
                                      : compare_persons(c, a, b, &m);
            if (numbers)
                m = name_compare(c->arena, a->value, b->value);
            bool settled = now == ANSWER_CANNOT_TELL && !numbers &&
                           (m.same || source_is_settled(c, a, b, &m));
            struct pair found = {s, now, settled, *a, *b, m};
            if (badness(&found) > badness(&worst))
                worst = found;
        }
    return worst;
}

/* Where two numbers differ, which their masked forms may not show. */
static void add_positions(const struct rule_case *c, struct finding *out,
                          const char *a, const char *b)
{
    size_t n = strlen(a), count = 0;
    const char *zh = "", *en = "";
    for (size_t i = 0; n == strlen(b) && i < n; i++) {
        if (a[i] == b[i])
            continue;
        zh = arena_printf(c->arena, "%s%s%zu", zh, count ? "、" : "", i + 1);
        en = arena_printf(c->arena, "%s%s%zu", en, count ? ", " : "", i + 1);
        count++;
    }
    if (count == 0)
        finding_add_words(c, out, "where", "length", "位数不同");
    else if (count > n / 2)
        finding_add_words(c, out, "where", "most digits", "大部分数字不同");
    else
        finding_add_words(c, out, "where",
                          arena_printf(c->arena, "position %s", en),
                          arena_printf(c->arena, "第 %s 位不同", zh));
}

/* Numbers of persons are masked in what is said; the report's fields, which
 * hold them in full, are the place to compare them. */
static void say_pair(const struct rule_case *c, struct finding *out,
                     const struct pair *p, bool numbers)
{
    const struct sources *s = p->from;
    const char *a = p->a.value, *b = p->b.value;
    if (numbers) {
        add_positions(c, out, a, b);
        a = facts_mask_number(c->arena, a);
        b = facts_mask_number(c->arena, b);
    } else {
        finding_add_words(c, out, "where",
                          name_difference_en(c->arena, &p->match),
                          name_difference_zh(c->arena, &p->match));
    }
    source_add_agreeing(c, out, s->of, s->n, &p->a, "document_a");
    finding_add_text(c, out, "value_a", a);
    source_add_agreeing(c, out, s->of, s->n, &p->b, "document_b");
    finding_add_text(c, out, "value_b", b);
}

static enum answer worse_of(enum answer a, enum answer b)
{
    if (a == ANSWER_FAIL || b == ANSWER_FAIL)
        return ANSWER_FAIL;
    if (a == ANSWER_NOT_APPLICABLE)
        return b;
    return b == ANSWER_CANNOT_TELL ? b : a;
}

/* Another name was read, however unsurely: not a part of this one, nor one
 * that a reader takes for it. */
static bool is_another(const struct pair *p)
{
    const struct field *a = p->a.field, *b = p->b.field;
    const struct name_match *m = &p->match;
    return !p->is_settled && !m->only_confusable && !m->first_is_part &&
           !m->second_is_part &&
           ((a && a->verified.rival) || (b && b->verified.rival));
}

/* Numbers first: a doubtful name is excused by a number that agrees. */
static enum answer weigh_handler(const struct rule_case *c,
                                 const struct pair *number,
                                 const struct pair *name, struct finding *out)
{
    bool by_name = name->answer == ANSWER_FAIL && number->answer != ANSWER_FAIL;
    enum answer answer = worse_of(number->answer, name->answer);
    if (number->answer == ANSWER_PASS && name->answer == ANSWER_CANNOT_TELL &&
        !is_another(name))
        return ANSWER_PASS;
    by_name = by_name || (number->answer != ANSWER_FAIL &&
                          number->answer != ANSWER_CANNOT_TELL);
    if (answer == ANSWER_PASS || answer == ANSWER_NOT_APPLICABLE)
        return answer;
    say_pair(c, out, by_name ? name : number, !by_name);
    if (by_name)
        out->reason = answer == ANSWER_FAIL ? "name"
                      : name->match.same    ? "unseen"
                                            : "name_unsure";
    return answer;
}

static const enum slot agent_slots[] = {SLOT_APPLICATION_FORM, SLOT_ID_CARD,
                                        SLOT_AUTHORIZATION_LETTER};
static const enum slot head_slots[] = {
    SLOT_APPLICATION_FORM, SLOT_BUSINESS_LICENSE, SLOT_AUTHORIZATION_LETTER};
enum { SLOTS = sizeof agent_slots / sizeof *agent_slots };

/* X03. What was not read of one paper is that paper's matter (I02, P04). */
enum answer check_handler(const struct rule_case *c, size_t i,
                          struct finding *out)
{
    (void)i;
    struct sources numbers = gather(c, "handler_id", agent_slots, SLOTS, true);
    struct sources names = gather(c, "handler_name", agent_slots, SLOTS, true);
    struct pair number = find_pair(c, &numbers, true, false);
    struct pair name = find_pair(c, &names, false, false);
    enum answer answer = weigh_handler(c, &number, &name, out);
    if (answer != ANSWER_NOT_APPLICABLE || numbers.n + names.n == 0 ||
        !reading_field(c->facts, SLOT_ID_CARD, "handler_id"))
        return answer;
    out->reason = "single";
    return ANSWER_CANNOT_TELL;
}

/* A name seal that bears another name, and none that bears the right one. */
static const struct seal *find_other_name(const struct facts *f)
{
    const struct seal *other = NULL;
    for (size_t i = 0; i < f->n_seals; i++) {
        const struct seal *s = &f->seals[i];
        if (s->role != SEAL_LEGAL_REP || !s->text)
            continue;
        if (s->text_verified.result == VERIFY_CONFIRMED)
            return NULL;
        if (s->text_verified.result == VERIFY_CONTRADICTED && !other)
            other = s;
    }
    return other;
}

static enum answer check_name_seals(const struct rule_case *c,
                                    struct finding *out, enum answer otherwise)
{
    const struct seal *s = find_other_name(c->facts);
    if (!s)
        return otherwise;
    seals_point_at(c, out, s);
    finding_add_document(c, out, "document", s->slot);
    finding_add_text(c, out, "text", s->text);
    finding_add_text(c, out, "name", s->text_verified.against);
    return finding_say(out, "name_seal", SEVERITY_LOOK, ANSWER_CANNOT_TELL);
}

/* X04. */
enum answer check_legal_rep(const struct rule_case *c, size_t i,
                            struct finding *out)
{
    (void)i;
    if (!source_is_possible(c, head_slots, SLOTS))
        return ANSWER_NOT_APPLICABLE;
    struct sources s = gather(c, "legal_rep", head_slots, SLOTS, true);
    struct pair p = find_pair(c, &s, false, false);
    if (p.answer == ANSWER_PASS || s.n == 0)
        return check_name_seals(c, out, p.answer);
    if (p.is_settled)
        finding_lower(out, SEVERITY_INFO);
    if (p.match.same)
        out->reason = "unseen";
    if (p.answer == ANSWER_FAIL || p.answer == ANSWER_CANNOT_TELL)
        say_pair(c, out, &p, false);
    if (p.answer != ANSWER_NOT_APPLICABLE)
        return p.answer;
    out->reason = "single";
    return ANSWER_CANNOT_TELL;
}

static bool is_known_elsewhere(const struct rule_case *c, const char *field)
{
    const char *ordered = order_value(&c->facts->order, field);
    return (ordered && ordered[0]) ||
           reading_field(c->facts, SLOT_APPLICATION_FORM, field);
}

/* P04. */
enum answer check_letter_agent(const struct rule_case *c, size_t i,
                               struct finding *out)
{
    const enum slot letter = SLOT_AUTHORIZATION_LETTER;
    (void)i;
    struct page_at at = {0};
    if (!pages_next(c, letter, &at))
        return ANSWER_NOT_APPLICABLE;
    if (!reading_field(c->facts, letter, "handler_id") &&
        !reading_field(c->facts, letter, "handler_name"))
        return ANSWER_NOT_APPLICABLE; /* P01 says what was not read */
    if (is_known_elsewhere(c, "handler_id") ||
        is_known_elsewhere(c, "handler_name"))
        return ANSWER_PASS; /* X03 has compared it with that */
    struct sources numbers = gather(c, "handler_id", agent_slots, SLOTS, false);
    struct sources names = gather(c, "handler_name", agent_slots, SLOTS, false);
    struct pair number = find_pair(c, &numbers, true, true);
    struct pair name = find_pair(c, &names, false, true);
    return weigh_handler(c, &number, &name, out);
}

/* The name is there without being print: signed, or on a name seal. Or P01 has
 * a person read the letter anyway. */
static bool is_named_otherwise(const struct rule_case *c, enum slot letter)
{
    const struct field *at;
    enum filled signature = reading_filled(c, letter, "signature", &at);
    const struct seal *s = seals_find_name(c->facts, letter);
    return signature == FILLED_BY_HAND || signature == FILLED_PLAINLY ||
           (s && s->role == SEAL_LEGAL_REP &&
            s->text_verified.result == VERIFY_CONFIRMED) ||
           reading_filled(c, letter, "handler_name", &at) != FILLED_PLAINLY;
}

/* P05. The name may stand there as a signature or a seal only. */
enum answer check_letter_head(const struct rule_case *c, size_t i,
                              struct finding *out)
{
    const enum slot letter = SLOT_AUTHORIZATION_LETTER;
    (void)i;
    struct page_at at = {0};
    if (!pages_next(c, letter, &at))
        return ANSWER_NOT_APPLICABLE;
    if (!reading_field(c->facts, letter, "legal_rep")) {
        if (is_named_otherwise(c, letter))
            return ANSWER_NOT_APPLICABLE;
        finding_lower(out, SEVERITY_INFO);
        finding_set_page(out, letter, at.number);
        out->reason = "unread";
        return ANSWER_CANNOT_TELL;
    }
    if (is_known_elsewhere(c, "legal_rep"))
        return ANSWER_PASS; /* X04 has compared it with that */
    struct sources s = gather(c, "legal_rep", head_slots, SLOTS, false);
    struct pair p = find_pair(c, &s, false, true);
    if (p.answer == ANSWER_FAIL || p.answer == ANSWER_CANNOT_TELL)
        say_pair(c, out, &p, false);
    return p.answer;
}
