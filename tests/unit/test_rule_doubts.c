/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * How much a doubt weighs: what the licence or another paper settles is
 * mentioned, what nothing settles holds the application up.
 */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "rules/engine.h"
#include "tests/unit/good_application.h"

enum { FORM_SEAL, SHEET_SEAL };

static void confirm(struct world *w, const char *name, const char *known)
{
    value_of(w, SLOT_BUSINESS_LICENSE, name)->verified =
        (struct verified){known, VERIFY_CONFIRMED, 0.99, NULL};
}

static void head_on_letter(struct world *w)
{
    leave_open(w, SLOT_AUTHORIZATION_LETTER, "legal_rep", "顾朋远", LEGAL_REP);
}

static void head_on_letter_settled(struct world *w)
{
    head_on_letter(w);
    confirm(w, "legal_rep", LEGAL_REP);
}

static void head_on_licence(struct world *w)
{
    leave_open(w, SLOT_BUSINESS_LICENSE, "legal_rep", "顾朋远", LEGAL_REP);
}

/* One paper is settled, the other is not: the other counts. */
static void head_on_both(struct world *w)
{
    head_on_letter(w);
    head_on_licence(w);
}

static void name_on_form(struct world *w)
{
    leave_open(w, SLOT_APPLICATION_FORM, "org_name", "青岚盛滕医药股份有限公司",
               NAME);
}

static void name_on_form_settled(struct world *w)
{
    name_on_form(w);
    confirm(w, "org_name", NAME);
}

/* Two characters are more than a slip of the reader. */
static void name_on_form_far(struct world *w)
{
    leave_open(w, SLOT_APPLICATION_FORM, "org_name", "青岚成滕医药股份有限公司",
               NAME);
    confirm(w, "org_name", NAME);
}

/* All that was seen is the known text. */
static void name_unseen(struct world *w)
{
    leave_unseen(w, SLOT_APPLICATION_FORM, "org_name",
                 "青岚□腾医药股份有限公司", NAME);
}

static void head_unseen(struct world *w)
{
    leave_unseen(w, SLOT_BUSINESS_LICENSE, "legal_rep", "□明远", LEGAL_REP);
}

/* Only what was seen settles it. */
static void head_unseen_and_other(struct world *w)
{
    leave_unseen(w, SLOT_BUSINESS_LICENSE, "legal_rep", "□鹏远", LEGAL_REP);
}

static void head_not_seen_at_all(struct world *w)
{
    leave_unseen(w, SLOT_BUSINESS_LICENSE, "legal_rep", "□□□", LEGAL_REP);
}

/* The number agrees, but another name was read, however unsurely. */
static void agent_other(struct world *w)
{
    leave_open(w, SLOT_AUTHORIZATION_LETTER, "handler_name", "陆青禾", HANDLER);
}

static void name_seals_perhaps(struct world *w)
{
    w->pairs[3].same_stamp = TRI_NO;
    w->pairs[3].confidence = 0.7;
}

static void official_seals_perhaps(struct world *w)
{
    w->pairs[0].same_stamp = TRI_NO;
    w->pairs[0].confidence = 0.7;
}

static void ring_unread(struct world *w)
{
    w->seals[FORM_SEAL].text_verified.result = VERIFY_CANNOT_TELL;
    w->seals[SHEET_SEAL].text_verified.result = VERIFY_CANNOT_TELL;
}

static void agent_unread(struct world *w)
{
    value_of(w, SLOT_AUTHORIZATION_LETTER, "handler_name")->name = "none";
}

static void agent_known(struct world *w)
{
    agent_unread(w);
    value_of(w, SLOT_AUTHORIZATION_LETTER, "handler_id")->verified =
        (struct verified){HANDLER_ID, VERIFY_CONFIRMED, 0.99, NULL};
}

static void unit_unread(struct world *w)
{
    value_of(w, SLOT_AUTHORIZATION_LETTER, "org_name")->name = "none";
}

/* Under the seal that the other papers have, too. */
static void unit_unread_under_seal(struct world *w)
{
    unit_unread(w);
    w->pairs[3] = (struct seal_pair){.a = "letter-1-1",
                                     .b = "form-1-1",
                                     .same_stamp = TRI_YES,
                                     .confidence = 0.99};
}

/* One look for the whole letter, whatever a hand is read as. */
static void letter_by_hand(struct world *w)
{
    static const char *const values[][2] = {{"org_name", "白鹭建设集团"},
                                            {"handler_name", "陆青禾"},
                                            {"handler_id", OTHER_ID},
                                            {"legal_rep", ""}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct field *f = value_of(w, SLOT_AUTHORIZATION_LETTER, values[i][0]);
        f->value = values[i][1];
        f->confidence = 0.4;
        f->handwritten = TRI_YES;
    }
}

static void read_mobile(struct world *w, double confidence)
{
    struct field *f = value_of(w, SLOT_APPLICATION_FORM, "handler_mobile");
    f->value = "07918651220";
    f->confidence = confidence;
}

static void mobile_unsure(struct world *w)
{
    read_mobile(w, 0.7);
}

static void mobile_guessed(struct world *w)
{
    read_mobile(w, 0.22);
}

static const struct {
    const char *rule;
    enum severity severity;
    void (*edit)(struct world *w);
} rows[] = {
    {"X04", SEVERITY_LOOK, head_on_letter},
    {"X04", SEVERITY_INFO, head_on_letter_settled},
    {"X04", SEVERITY_LOOK, head_on_licence},
    {"X04", SEVERITY_LOOK, head_on_both},
    {"X02", SEVERITY_LOOK, name_on_form},
    {"X02", SEVERITY_INFO, name_on_form_settled},
    {"X02", SEVERITY_LOOK, name_on_form_far},
    {"X02", SEVERITY_INFO, name_unseen},
    {"X04", SEVERITY_INFO, head_unseen},
    {"X04", SEVERITY_LOOK, head_unseen_and_other},
    {"X04", SEVERITY_LOOK, head_not_seen_at_all},
    {"X03", SEVERITY_LOOK, agent_other},
    {"X05", SEVERITY_INFO, name_seals_perhaps},
    {"X05", SEVERITY_LOOK, official_seals_perhaps},
    {"C03", SEVERITY_INFO, ring_unread},
    {"P01", SEVERITY_LOOK, agent_unread},
    {"P01", SEVERITY_INFO, agent_known},
    {"P01", SEVERITY_LOOK, unit_unread},
    {"P01", SEVERITY_INFO, unit_unread_under_seal},
    {"P01", SEVERITY_LOOK, letter_by_hand},
    {"A02", SEVERITY_LOOK, mobile_unsure},
    {"A02", SEVERITY_INFO, mobile_guessed},
};

static void test_weights(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world w;
        make(&w);
        rows[i].edit(&w);
        const struct judgement *j = engine_judge(w.arena, w.conf, &w.facts);
        assert_int_equal(j->n_findings, 1);
        const struct finding *f = &j->findings[0];
        if (strcmp(f->rule->id, rows[i].rule) != 0 ||
            f->severity != rows[i].severity || f->answer != ANSWER_CANNOT_TELL)
            fail_msg("row %zu: %s %s %s", i, f->rule->id,
                     severity_name(f->severity), answer_name(f->answer));
        arena_free(w.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_weights)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
