/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Every rule on a good application and on one edit of it at a time: a case
 * that passes, one that fails, one that cannot be told, and what looks like a
 * fault but is none.
 */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "rules/engine.h"
#include "tests/unit/good_application.h"

#define BAD_CODE   "91360302136631127C" /* Y read as C: no look-alikes */
#define NEAR_CODE  "91360302136631127U" /* Y read as U: look-alikes */
#define PILOT_CODE "91350100M0001TGQXM"

/* Edits: each makes one change to the good application. */
#define EDIT(name, ...)                                                        \
    static void name(struct world *w)                                          \
    {                                                                          \
        struct order *order = &w->facts.order;                                 \
        struct document *doc = w->documents;                                   \
        struct field *form = w->fields[SLOT_APPLICATION_FORM];                 \
        struct field *licence = w->fields[SLOT_BUSINESS_LICENSE];              \
        struct seal *seal = w->seals;                                          \
        (void)order, (void)doc, (void)form, (void)licence, (void)seal;         \
        __VA_ARGS__                                                            \
    }

/* Tools of the cases in rule_papers.def and rule_seals.def. */
enum {
    FORM = SLOT_APPLICATION_FORM,
    LICENCE = SLOT_BUSINESS_LICENSE,
    CARD = SLOT_ID_CARD,
    LETTER = SLOT_AUTHORIZATION_LETTER,
    SHEET = SLOT_SEAL_SHEET
};

static struct field *add_field(struct world *w, int slot, const char *name,
                               const char *value)
{
    int i = (int)w->documents[slot].n_fields;
    set_field(w, (enum slot)slot, i, name, value);
    return &w->fields[slot][i];
}

/* The letter's value, in a hand that was hardly read. */
static struct field *scrawl(struct world *w, const char *name,
                            const char *value)
{
    struct field *f = value_of(w, LETTER, name);
    f->value = value;
    f->confidence = 0.4;
    f->handwritten = TRI_YES;
    return f;
}

/* Whether there is ink in the letter's place for the signature. */
static void signature(struct world *w, enum tri is_there)
{
    add_field(w, LETTER, "signature", "")->handwritten = is_there;
}

static void drop(struct world *w, const char *name)
{
    for (int s = 0; s < SLOT_COUNT; s++)
        for (size_t i = 0; i < w->documents[s].n_fields; i++)
            if (strcmp(w->fields[s][i].name, name) == 0)
                w->fields[s][i].name = "dropped";
}

static void two_pages(struct world *w, int slot)
{
    w->more[0] = w->more[1] = w->pages[slot];
    w->documents[slot].pages = w->more;
    w->documents[slot].n_pages = 2;
}

static void scale(struct world *w, int slot, double ratio, double low,
                  double high)
{
    w->pages[slot].scale_ratio = ratio;
    w->pages[slot].scale_low = low;
    w->pages[slot].scale_high = high;
}

static void outlines(struct world *w, size_t n)
{
    static struct outline cards[] = {{.name = "id_card"}, {.name = "id_card"}};
    w->pages[CARD].outlines = cards;
    w->pages[CARD].n_outlines = n;
}

/* The licence's frame was measured. */
static void frame(struct world *w)
{
    static struct outline seen = {.name = "licence_2019"};
    w->pages[LICENCE].outlines = &seen;
    w->pages[LICENCE].n_outlines = 1;
}

enum { FORM_SEAL, SHEET_SEAL, NAME_SEAL, LICENCE_SEAL, CARD_SEAL, LETTER_SEAL };

static void covers(struct world *w, int seal, const char *field)
{
    static const char *names[1];
    names[0] = field;
    w->seals[seal].covers = names;
    w->seals[seal].n_covers = 1;
}

/* The letter's seal lies on its credit code, which stands at that height. */
static void code_on_letter(struct world *w, double confidence, double y)
{
    struct field *f = add_field(w, LETTER, "credit_code", CODE);
    f->confidence = confidence;
    f->box.y = y;
    covers(w, LETTER_SEAL, "credit_code");
}

/* A seal more, of the sheet. */
static struct seal *add_seal(struct world *w, enum seal_role role,
                             enum seal_shape shape, double size)
{
    struct seal *s = &w->seals[w->facts.n_seals++];
    *s = a_seal("sheet-1-3", SLOT_SEAL_SHEET, role, shape, size);
    return s;
}

/* The licence has no frame to measure by, but its registry's seal. */
static void registry_seal(struct world *w, double size, enum dpi_source ruler)
{
    struct seal *s = add_seal(w, SEAL_AUTHORITY, SHAPE_ROUND, size);
    s->slot = SLOT_BUSINESS_LICENSE;
    scale(w, LICENCE, NAN, NAN, NAN);
    w->pages[LICENCE].dpi_source = ruler;
}

/* What was read on that name seal. */
static void name_seal(struct world *w, int seal, enum verify_result result)
{
    w->seals[seal].text = "孟怀安";
    w->seals[seal].text_confidence = 0.9;
    w->seals[seal].text_verified =
        (struct verified){LEGAL_REP, result, 0.95, NULL};
}

/* The card's seal has a straight line of print. */
static void line(struct world *w, const char *text, double confidence)
{
    struct seal *s = &w->seals[CARD_SEAL];
    s->has_line = TRI_YES;
    s->line_text = text;
    s->line_confidence = confidence;
}

static void other_order(struct world *w, const char *project)
{
    struct other_order *other = arena_new_struct(w->arena, struct other_order);
    *other = (struct other_order){"20260319000020", project};
    w->facts.order.others = other;
    w->facts.order.n_others = 1;
}

static void nobody_else_names_the_agent(struct world *w)
{
    w->facts.order.handler_id = w->facts.order.handler_name = NULL;
    value_of(w, FORM, "handler_id")->name = "x";
    value_of(w, FORM, "handler_name")->name = "y";
}

#define CASE(name, answer, rule, reason, ...)                                  \
    static void name(struct world *w)                                          \
    {                                                                          \
        struct order *order = &w->facts.order;                                 \
        struct document *doc = w->documents;                                   \
        struct page_facts *page = w->pages;                                    \
        struct seal *seal = w->seals;                                          \
        (void)order, (void)doc, (void)page, (void)seal;                        \
        __VA_ARGS__                                                            \
    }
#include "tests/unit/rule_papers.def"
#include "tests/unit/rule_seals.def"
#undef CASE

EDIT(nothing, )
/* F01, F02 */
EDIT(no_letter, doc[SLOT_AUTHORIZATION_LETTER] = doc[SLOT_SEAL_SHEET];
     w->facts.n_documents--;)
EDIT(no_sheet, w->facts.n_documents--;)
EDIT(no_sheet_unknown, w->facts.n_documents--; order->with_seal = TRI_UNKNOWN;)
EDIT(no_sheet_sub_key, w->facts.n_documents--; order->with_seal = TRI_NO;)
EDIT(truncated, doc[SLOT_ID_CARD].error = ERR_TRUNCATED;
     doc[SLOT_ID_CARD].n_pages = 0;)
EDIT(without_pages, doc[SLOT_ID_CARD].n_pages = 0;)
EDIT(timed_out, doc[SLOT_ID_CARD].error = ERR_TIMEOUT;)
EDIT(crashed, doc[SLOT_ID_CARD].error = ERR_CRASH;)
EDIT(memory, doc[SLOT_ID_CARD].error = ERR_MEMORY;)
/* G09, K */
EDIT(verify_failed, order->legal_rep_verification = "认证失败";)
EDIT(verify_unknown, order->legal_rep_verification = NULL;)
EDIT(verify_spaced, order->legal_rep_verification = " 认证 成功 ";)
EDIT(first_sub, order->with_seal = TRI_NO;)
EDIT(first_unknown, order->with_seal = TRI_UNKNOWN;)
EDIT(second_main, order->prior_main_key = TRI_YES;)
EDIT(second_sub, order->prior_main_key = TRI_YES; order->with_seal = TRI_NO;)
EDIT(second_unknown, order->prior_main_key = TRI_YES;
     order->with_seal = TRI_UNKNOWN;)
EDIT(history_unknown, order->prior_main_key = TRI_UNKNOWN;)
/* A03 */
EDIT(no_seals, w->facts.n_seals = 0;)
EDIT(no_seals_grey, w->facts.n_seals = 0;
     w->pages[SLOT_APPLICATION_FORM].has_colour = TRI_NO;)
EDIT(no_seals_blurred, w->facts.n_seals = 0;
     w->pages[SLOT_APPLICATION_FORM].clarity = 5;)
EDIT(faint_form, seal[0].clarity = 10;)
EDIT(unsure_form, seal[0].confidence = 0.2;)
EDIT(unmeasured_confidence, seal[0].confidence = NAN;)
EDIT(blue_form, seal[0].colour = COLOUR_OTHER;)
EDIT(printed_form, seal[0].ink = INK_PRINTED;)
EDIT(grey_form, seal[0].ink = INK_PHOTOCOPY; seal[0].colour = COLOUR_OTHER;)
EDIT(other_round, seal[0].role = SEAL_OTHER;)
EDIT(blue_and_red, seal[7] = seal[0]; seal[0].colour = COLOUR_OTHER;
     w->facts.n_seals = 8;)
EDIT(only_square, seal[0].role = SEAL_LEGAL_REP; seal[0].shape = SHAPE_SQUARE;)
EDIT(no_form, doc[SLOT_APPLICATION_FORM].error = ERR_FORMAT;)
/* S04 */
EDIT(round_name_seal, seal[2].shape = SHAPE_ROUND;)
EDIT(round_by_elimination, seal[2].shape = SHAPE_ROUND;
     seal[2].role = SEAL_OFFICIAL; seal[2].box.w = 200; seal[2].box.h = 200;)
EDIT(round_left_over, seal[2].shape = SHAPE_ROUND; seal[2].role = SEAL_OTHER;)
EDIT(blue_name_seal, seal[2].colour = COLOUR_OTHER;)
EDIT(oblong_name_seal, seal[2].shape = SHAPE_RECTANGLE;
     seal[2].size_mm[0] = 30;)
EDIT(nearly_square, seal[2].size_mm[0] = 22;)
EDIT(no_name_seal, seal[2] = seal[3]; w->facts.n_seals = 3;)
EDIT(unsure_name_seal, seal[2].confidence = 0.3;)
EDIT(shapeless_name_seal, seal[2].shape = SHAPE_OTHER;)
EDIT(size_unknown, seal[2].size_mm[0] = NAN; seal[2].box.w = 240;
     seal[2].box.h = 100;)
/* X01 */
EDIT(codes_differ, licence[1].value = OTHER_CODE;)
EDIT(codes_differ_unsure, licence[1].value = OTHER_CODE;
     licence[1].confidence = 0.2;)
EDIT(codes_differ_repaired, licence[1].value = OTHER_CODE;
     licence[1].source = SOURCE_OCR_REPAIRED;)
EDIT(code_repaired, licence[1].source = SOURCE_OCR_REPAIRED;)
EDIT(code_bad, form[1].value = BAD_CODE;)
EDIT(code_bad_unsure, form[1].value = BAD_CODE; form[1].confidence = 0.6;)
EDIT(code_near, form[1].value = NEAR_CODE;)
EDIT(code_short, form[1].value = "9136030213663112";)
EDIT(code_unread, doc[SLOT_APPLICATION_FORM].n_fields = 1;)
EDIT(code_lower_case, form[1].value = "91360302136631127y ";)
EDIT(order_without_code, order->credit_code = NULL;)
EDIT(order_bad, order->credit_code = BAD_CODE; form[1].value = BAD_CODE;)
EDIT(all_bad, order->credit_code = BAD_CODE; form[1].value = BAD_CODE;
     licence[1].value = BAD_CODE; licence[2].value = QR_START BAD_CODE;)
EDIT(all_pilot, order->credit_code = PILOT_CODE; form[1].value = PILOT_CODE;
     licence[1].value = PILOT_CODE; licence[2].value = QR_START PILOT_CODE;)
EDIT(qr_differs, licence[2].value = QR_START OTHER_CODE;)
EDIT(letter_differs,
     set_field(w, SLOT_AUTHORIZATION_LETTER, 5, "credit_code", OTHER_CODE);)
EDIT(letter_garbled,
     set_field(w, SLOT_AUTHORIZATION_LETTER, 5, "credit_code", "9I36O3");)
EDIT(only_form, doc[SLOT_BUSINESS_LICENSE].error = ERR_FORMAT;
     doc[SLOT_BUSINESS_LICENSE].n_fields = 0; order->credit_code = NULL;
     order->org_name = NULL; doc[SLOT_AUTHORIZATION_LETTER].n_fields = 0;)
EDIT(neither, doc[SLOT_BUSINESS_LICENSE].error = ERR_FORMAT;
     doc[SLOT_APPLICATION_FORM].error = ERR_FORMAT;)
/* X02 */
EDIT(name_widths, form[0].value = "青岚 盛腾医药股份有限公司 ";)
EDIT(name_other, licence[0].value = "青岚盛腾医疗股份有限公司";)
EDIT(name_other_unsure, licence[0].value = "青岚盛腾医疗股份有限公司";
     licence[0].confidence = 0.85;)
EDIT(name_misread_twice, licence[0].value = "青册盛膳医药股份有限公司";
     form[0].value = "青册盛膳医药股份有限公司"; licence[0].confidence = 0.6;
     form[0].confidence = 0.6;)
EDIT(name_confusable, licence[0].value = "青岚盛腾医药股份有根公司";)
EDIT(name_longer, licence[0].value = "青岚盛腾医药股份有限责任公司";
     licence[0].confidence = 0.85;)
EDIT(name_branch, form[0].value = NAME "南昌分公司";)
EDIT(name_far, licence[0].value = "白鹭建设集团"; licence[0].confidence = 0.82;)
EDIT(name_far_unsure, licence[0].value = "白鹭建设集团";
     licence[0].confidence = 0.5;)
EDIT(name_cut_front, licence[0].value = "盛腾医药股份有限公司";)
EDIT(name_cut_end, form[0].value = "青岚盛腾医药股份";)
EDIT(name_unread, doc[SLOT_BUSINESS_LICENSE].fields = licence + 1;
     doc[SLOT_BUSINESS_LICENSE].n_fields = 2;)
EDIT(order_without_name, order->org_name = NULL;)
EDIT(order_without_name_differs, order->org_name = NULL;
     licence[0].value = "青岚盛腾医疗股份有限公司";)
/* L07 */
EDIT(qr_evil,
     licence[2].value = "http://www.gsxt.gov.cn.evil.com/?uniscid=" CODE;)
EDIT(qr_userinfo, licence[2].value = "http://www.gsxt.gov.cn@evil.com/";)
EDIT(qr_foreign, licence[2].value = "https://weixin.example.com/q/abc";)
EDIT(qr_old, licence[2].value = "http://www.jsgsj.gov.cn:58888/province/x";)
EDIT(qr_opaque, licence[2].value = "QYM:0123456789ABCDEF";)
EDIT(qr_words, licence[2].value = "统一社会信用代码：" CODE ";";)
EDIT(qr_words_differ, licence[2].value = "统一社会信用代码：" OTHER_CODE ";";)
EDIT(qr_province, licence[2].value = "http://zj.gsxt.gov.cn/%7Babc-123%7D";)
EDIT(qr_bad_code, licence[2].value = QR_START BAD_CODE;)
EDIT(qr_of_an_institution, drop(w, "qr");
     doc[LICENCE].certificate = "事业单位法人证书";)
EDIT(qr_missing, doc[SLOT_BUSINESS_LICENSE].n_fields = 2;)
EDIT(qr_differs_unsure, licence[2].value = QR_START OTHER_CODE;
     licence[1].confidence = 0.2;)
EDIT(qr_without_code, licence[1].name = "registration_no";
     form[1].name = "project"; order->credit_code = NULL;)

static const struct row {
    const char *rule;
    void (*edit)(struct world *);
    enum answer answer;
    const char *reason; /* NULL: the rule's own sentence */
} rows[] = {
#define PASS(rule, edit)                                                       \
    {                                                                          \
        rule, edit, ANSWER_PASS, NULL                                          \
    }
#define FAIL(rule, edit, reason)                                               \
    {                                                                          \
        rule, edit, ANSWER_FAIL, reason                                        \
    }
#define CANT(rule, edit, reason)                                               \
    {                                                                          \
        rule, edit, ANSWER_CANNOT_TELL, reason                                 \
    }
#define NONE(rule, edit)                                                       \
    {                                                                          \
        rule, edit, ANSWER_NOT_APPLICABLE, NULL                                \
    }
    /* clang-format off */
    PASS("F01", nothing),
    PASS("F01", truncated),
    PASS("F01", no_sheet_sub_key),
    FAIL("F01", no_letter, NULL),
    FAIL("F01", no_sheet, NULL),
    CANT("F01", no_sheet_unknown, NULL),
    PASS("F02", nothing),
    FAIL("F02", truncated, NULL),
    FAIL("F02", without_pages, NULL),
    FAIL("F02", memory, NULL),
    CANT("F02", timed_out, "not_processed"),
    CANT("F02", crashed, "not_processed"),
    PASS("G09", nothing),
    PASS("G09", verify_spaced),
    FAIL("G09", verify_failed, NULL),
    CANT("G09", verify_unknown, NULL),
    PASS("K01", nothing),
    FAIL("K01", first_sub, NULL),
    CANT("K01", first_unknown, NULL),
    NONE("K01", second_sub),
    PASS("K02", second_sub),
    FAIL("K02", second_main, NULL),
    CANT("K02", second_unknown, NULL),
    NONE("K02", history_unknown),
    PASS("K03", nothing),
    CANT("K03", history_unknown, NULL),
    NONE("K05", nothing),
    PASS("K05", no_sheet_sub_key),
    FAIL("K05", first_sub, NULL),
    CANT("K05", first_unknown, NULL),
    PASS("A03", nothing),
    PASS("A03", other_round),
    PASS("A03", blue_and_red),
    FAIL("A03", no_seals, NULL),
    FAIL("A03", only_square, NULL),
    FAIL("A03", no_seals_grey, "grey"),
    FAIL("A03", blue_form, "not_red"),
    CANT("A03", no_seals_blurred, "unclear"),
    CANT("A03", faint_form, NULL),
    CANT("A03", unsure_form, NULL),
    CANT("A03", unmeasured_confidence, NULL),
    PASS("A03", printed_form), /* C01 speaks of both */
    PASS("A03", grey_form),
    NONE("A03", no_form),
    PASS("S04", nothing),
    PASS("S04", nearly_square),
    FAIL("S04", round_name_seal, NULL),
    FAIL("S04", round_by_elimination, NULL),
    FAIL("S04", round_left_over, NULL),
    FAIL("S04", blue_name_seal, "not_red"),
    FAIL("S04", oblong_name_seal, "not_square"),
    FAIL("S04", size_unknown, "not_square"),
    CANT("S04", no_name_seal, NULL),
    CANT("S04", unsure_name_seal, "uncertain"),
    CANT("S04", shapeless_name_seal, "uncertain"),
    NONE("S04", first_sub),
    NONE("S04", no_sheet),
    PASS("X01", nothing),
    PASS("X01", code_repaired),
    PASS("X01", code_lower_case),
    PASS("X01", order_without_code),
    PASS("X01", letter_garbled),
    FAIL("X01", codes_differ, NULL),
    FAIL("X01", qr_differs, NULL),
    FAIL("X01", letter_differs, NULL),
    FAIL("X01", code_bad, "check_digits"),
    FAIL("X01", order_bad, "check_digits"),
    FAIL("X01", all_bad, "check_digits"),
    CANT("X01", codes_differ_unsure, NULL),
    CANT("X01", codes_differ_repaired, NULL),
    CANT("X01", code_bad_unsure, NULL),
    CANT("X01", code_near, NULL),
    CANT("X01", code_short, NULL),
    CANT("X01", code_unread, "unread"),
    CANT("X01", all_pilot, "pilot"),
    CANT("X01", only_form, "single"),
    NONE("X01", neither),
    PASS("X02", nothing),
    PASS("X02", name_widths),
    PASS("X02", order_without_name),
    FAIL("X02", name_other, NULL),
    FAIL("X02", name_longer, NULL),
    FAIL("X02", name_branch, NULL),
    FAIL("X02", name_far, NULL),
    FAIL("X02", order_without_name_differs, NULL),
    CANT("X02", name_other_unsure, NULL),
    CANT("X02", name_misread_twice, NULL),
    CANT("X02", name_confusable, NULL),
    CANT("X02", name_far_unsure, NULL),
    CANT("X02", name_cut_front, NULL),
    CANT("X02", name_cut_end, NULL),
    CANT("X02", name_unread, "unread"),
    CANT("X02", only_form, "single"),
    NONE("X02", neither),
    PASS("L07", nothing),
    PASS("L07", qr_province),
    PASS("L07", qr_words),
    FAIL("L07", qr_words_differ, NULL),
    FAIL("L07", qr_differs, NULL),
    FAIL("L07", qr_evil, "imitation"),
    FAIL("L07", qr_userinfo, "imitation"),
    FAIL("L07", qr_foreign, "foreign_host"),
    FAIL("L07", qr_bad_code, "check_digits"),
    CANT("L07", qr_differs_unsure, NULL),
    CANT("L07", qr_missing, "none"),
    CANT("L07", qr_old, "old_host"),
    CANT("L07", qr_opaque, "opaque"),
    CANT("L07", qr_without_code, "no_code"),
    NONE("L07", neither),
    NONE("L07", qr_of_an_institution),
/* clang-format on */
#define CASE(name, answer, rule, reason, ...)                                  \
    {rule, name, ANSWER_##answer, reason},
#include "tests/unit/rule_papers.def"
#include "tests/unit/rule_seals.def"
#undef CASE
};

enum { ROWS = sizeof rows / sizeof *rows };

/* The rule's answer to the world, and its finding when it has one. */
static enum answer answer_of(struct world *w, const struct rule *rule,
                             struct finding *ret)
{
    const struct rule_case c = {w->arena, &w->facts,
                                conf_values(w->conf, "rules")};
    size_t turns = rule->scope == SCOPE_APPLICATION ? 1
                   : rule->scope == SCOPE_SLOT      ? SLOT_COUNT
                                                    : w->facts.n_documents;
    enum answer worst = ANSWER_NOT_APPLICABLE;
    for (size_t i = 0; i < turns; i++) {
        struct finding f = {
            .rule = rule, .severity = rule->severity, .slot = SLOT_UNKNOWN};
        enum answer now = rule->check(&c, i, &f);
        if (now == ANSWER_FAIL || now == ANSWER_CANNOT_TELL) {
            *ret = f;
            worst = now;
        } else if (now == ANSWER_PASS && worst == ANSWER_NOT_APPLICABLE) {
            worst = now;
        }
    }
    return worst;
}

static void test_answers(void **state)
{
    (void)state;
    int wrong = 0;
    for (int i = 0; i < ROWS; i++) {
        struct world w;
        make(&w);
        rows[i].edit(&w);
        struct finding f = {0};
        enum answer answer = answer_of(&w, engine_lookup(rows[i].rule), &f);
        const char *reason = f.reason ? f.reason : "";
        const char *expected = rows[i].reason ? rows[i].reason : "";
        if (answer != rows[i].answer || strcmp(reason, expected) != 0) {
            print_error("row %d, %s: %s (%s), expected %s (%s)\n", i,
                        rows[i].rule, answer_name(answer), reason,
                        answer_name(rows[i].answer), expected);
            wrong++;
        }
        arena_free(w.arena);
    }
    assert_int_equal(wrong, 0);
}

/* A rule without its three cases, or a reason without one, is not tested. */
static void test_table_is_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < engine_rule_count(); i++) {
        const struct rule *r = engine_rule(i);
        bool seen[4] = {false};
        for (int k = 0; k < ROWS; k++)
            if (strcmp(rows[k].rule, r->id) == 0)
                seen[rows[k].answer] = true;
        if (!seen[ANSWER_PASS] || !seen[ANSWER_CANNOT_TELL] ||
            (!seen[ANSWER_FAIL] && r->zh[0])) /* K03 can never fail */
            fail_msg("%s has not its three cases", r->id);
    }
    for (size_t i = 0; i < engine_reason_count(); i++) {
        const struct reason *why = engine_reason(i);
        bool seen = strcmp(why->name, "doubtful") == 0; /* tested below */
        for (int k = 0; k < ROWS; k++)
            seen |= rows[k].reason && strcmp(rows[k].rule, why->rule) == 0 &&
                    strcmp(rows[k].reason, why->name) == 0;
        if (!seen)
            print_error("reason %s %s\n", why->rule, why->name);
        assert_true(seen);
    }
}

/* The rules that may speak of the order alone, where no picture helps. */
static const char of_the_order[] =
    "F01 F02 G03 G04 G07 G09 K01 K02 K03 K06 M09 "
    "M10 W02 X01 X02 X03 X04";

/* What is told of a paper that can be opened can be looked at. */
static void test_findings_can_be_looked_at(void **state)
{
    (void)state;
    int blind = 0;
    for (int i = 0; i < ROWS; i++) {
        struct world w;
        make(&w);
        rows[i].edit(&w);
        const struct judgement *j = engine_judge(w.arena, w.conf, &w.facts);
        for (size_t k = 0; k < j->n_findings; k++) {
            const struct finding *f = &j->findings[k];
            const struct document *d = facts_document(&w.facts, f->slot);
            if (f->n_evidence > 0 || (d && !document_is_readable(d)) ||
                (!d && strstr(of_the_order, f->rule->id)))
                continue;
            print_error("row %d, %s (%s) of %s: no evidence\n", i, f->rule->id,
                        f->reason ? f->reason : "", slot_name(f->slot));
            blind++;
        }
        arena_free(w.arena);
    }
    assert_int_equal(blind, 0);
}

static void test_doubtful_code(void **state)
{
    (void)state;
    struct world w;
    make(&w);
    only_form(&w);
    w.fields[SLOT_APPLICATION_FORM][1].value = BAD_CODE;
    w.fields[SLOT_APPLICATION_FORM][1].confidence = 0.5;
    struct finding f = {0};
    assert_int_equal(answer_of(&w, engine_lookup("X01"), &f),
                     ANSWER_CANNOT_TELL);
    assert_string_equal(f.reason, "doubtful");
    arena_free(w.arena);
}

static void test_good_application_is_clean(void **state)
{
    (void)state;
    struct world w;
    make(&w);
    const struct judgement *j = engine_judge(w.arena, w.conf, &w.facts);
    assert_int_equal(j->n_findings, 0);
    assert_int_equal(j->verdict, VERDICT_CLEAN);
    arena_free(w.arena);
}

static bool is_filled(const char *s)
{
    return !strchr(s, '{') && !strchr(s, '}');
}

static void check_finding(const struct finding *f, const struct finding *next)
{
    assert_true(f->zh[0] && f->en[0]);
    assert_true(is_filled(f->zh) && is_filled(f->en) &&
                is_filled(f->advice_zh));
    if (f->answer == ANSWER_CANNOT_TELL)
        assert_true(f->severity <= SEVERITY_LOOK);
    if (!next)
        return;
    int id = strcmp(f->rule->id, next->rule->id);
    assert_true(f->severity > next->severity ||
                (f->severity == next->severity &&
                 (id < 0 || (id == 0 && f->slot <= next->slot))));
}

/* All edits: messages are filled, the order is stable, the verdict follows. */
static void test_judgements(void **state)
{
    (void)state;
    for (int i = 0; i < ROWS; i++) {
        struct world w;
        make(&w);
        rows[i].edit(&w);
        const struct judgement *j = engine_judge(w.arena, w.conf, &w.facts);
        const struct judgement *again = engine_judge(w.arena, w.conf, &w.facts);
        assert_int_equal(j->n_findings, again->n_findings);
        enum severity worst = SEVERITY_INFO;
        for (size_t k = 0; k < j->n_findings; k++) {
            const struct finding *f = &j->findings[k];
            check_finding(f, k + 1 < j->n_findings ? f + 1 : NULL);
            assert_string_equal(f->zh, again->findings[k].zh);
            worst = f->severity > worst ? f->severity : worst;
        }
        assert_int_equal((int)j->verdict, (int)worst);
        arena_free(w.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_table_is_complete),
        cmocka_unit_test(test_findings_can_be_looked_at),
        cmocka_unit_test(test_doubtful_code),
        cmocka_unit_test(test_good_application_is_clean),
        cmocka_unit_test(test_judgements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
