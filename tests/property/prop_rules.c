/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * rules: whatever the facts are, a judgement holds together; the order of the
 * documents and of the seals changes nothing; and a fact that gets worse never
 * turns a fail into a pass. PROP_SEED=n repeats a run.
 */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "rules/engine.h"
#include "tests/dice.h"
#include "tests/unit/good_application.h"

enum { RUNS = 300, PERMUTATIONS = 3, OFTEN = 3 };

/* In [low, high], or not measured. */
static double measured(double low, double high)
{
    return dice_below(5) == 0 ? NAN : dice_real(low, high);
}

/* --- any application ------------------------------------------------------*/

static void spoil_page(struct page_facts *p)
{
    if (dice_below(OFTEN) == 0) {
        p->capture = (enum capture)dice_below(CAPTURE_SCREEN + 1);
        p->capture_confidence = dice_real(0.3, 1);
    }
    if (dice_below(OFTEN) == 0) {
        p->scale_ratio = measured(0.6, 1.3);
        double half = measured(0, 0.05);
        p->scale_low = p->scale_ratio - half;
        p->scale_high = p->scale_ratio + half;
    }
    if (dice_below(OFTEN) == 0)
        p->clarity = measured(0, 100);
    if (dice_below(OFTEN) == 0)
        p->effective_dpi = measured(60, 600);
    if (dice_below(OFTEN) == 0) {
        p->shows = (enum slot)(dice_below(SLOT_COUNT + 1) - 1);
        p->shows_sure = dice_real(0, 1);
    }
    if (dice_below(OFTEN) == 0) {
        p->dpi_source = (enum dpi_source)dice_below(DPI_SEAL + 1);
        p->dpi_measured = measured(72, 600);
    }
    p->upscaled = dice_below(9) ? p->upscaled : (enum tri)dice_below(3);
    p->has_colour = dice_below(9) ? p->has_colour : (enum tri)dice_below(3);
    p->is_blank = dice_below(9) ? p->is_blank : (enum tri)dice_below(3);
    p->has_emblem_side =
        dice_below(4) ? p->has_emblem_side : (enum tri)dice_below(3);
    p->has_portrait_side =
        dice_below(4) ? p->has_portrait_side : (enum tri)dice_below(3);
}

static void spoil_field(struct field *f)
{
    static const char *const others[] = {
        "",           "长期",
        OTHER_CODE,   OTHER_ID,
        "2025-02-29", "2024-01-01",
        "2026-04-01", "正本",
        "孟怀安",     "青岚盛腾医疗股份有限公司"};
    if (dice_below(OFTEN) == 0)
        f->confidence = dice_real(0, 1);
    if (dice_below(12) == 0)
        f->value = others[dice_below((int)(sizeof others / sizeof *others))];
    if (dice_below(12) == 0)
        f->name = "none";
    if (dice_below(6) == 0)
        f->handwritten = (enum tri)dice_below(3);
    if (dice_below(6) == 0)
        f->verified = (struct verified){
            f->value, (enum verify_result)dice_below(3), dice_real(0, 1), NULL};
}

static const char *some_fields[] = {"handler_id"};

static void spoil_digit(struct seal_digit *d)
{
    d->c = dice_below(30) ? d->c : 0;
    d->clarity = dice_below(15) ? d->clarity : dice_real(0, 100);
    d->confidence = dice_below(15) ? d->confidence : dice_real(0, 1);
}

static void spoil_impression(struct seal_impression *m)
{
    m->contrast = dice_below(OFTEN) ? m->contrast : measured(0, 1);
    m->slip_mm = dice_below(OFTEN) ? m->slip_mm : measured(0, 2);
    m->edge_mm = dice_below(OFTEN) ? m->edge_mm : measured(0, 1);
    m->tint = dice_below(OFTEN) ? m->tint : measured(0, 0.2);
}

static void spoil_pair(struct seal_pair *p)
{
    p->same_stamp = dice_below(4) ? p->same_stamp : (enum tri)dice_below(3);
    p->same_impression =
        dice_below(9) ? p->same_impression : (enum tri)dice_below(3);
    p->confidence = dice_real(0.5, 1);
}

static void spoil(struct world *w)
{
    for (int s = 0; s < SLOT_COUNT; s++) {
        spoil_page(&w->pages[s]);
        for (size_t i = 0; i < w->documents[s].n_fields; i++)
            spoil_field(&w->fields[s][i]);
        if (dice_below(20) == 0)
            w->documents[s].n_pages = 0;
        w->documents[s].recognized_as = w->pages[s].shows;
    }
    for (size_t i = 0; i < w->facts.n_seals; i++) {
        struct seal *s = &w->seals[i];
        s->confidence =
            dice_below(2) ? dice_real(0, 1) : 1; /* as often in truth */
        s->clarity = dice_below(OFTEN) ? s->clarity : measured(0, 100);
        s->role = dice_below(8) ? s->role : (enum seal_role)dice_below(4);
        s->shape = dice_below(8) ? s->shape : (enum seal_shape)dice_below(5);
        s->colour = dice_below(8) ? s->colour : (enum ink_colour)dice_below(3);
        s->ink = (enum seal_ink)dice_below(4);
        s->size_mm[0] = dice_below(OFTEN) ? s->size_mm[0] : measured(15, 50);
        s->completeness = dice_below(OFTEN) ? s->completeness : measured(0, 1);
        s->background = dice_below(OFTEN) ? s->background : measured(0, 0.3);
        s->box.x = dice_below(9) ? s->box.x : dice_real(-200, 2400);
        s->text_verified.result = (enum verify_result)dice_below(3);
        s->covers = dice_below(6) ? NULL : some_fields;
        s->n_covers = s->covers ? 1 : 0;
        s->impression = dice_below(4) ? s->impression : NULL;
        spoil_impression(&w->impressions[i]);
        for (size_t k = 0; k < s->n_digits; k++)
            spoil_digit(&w->digits[i][k]);
    }
    for (size_t i = 0; i < w->facts.n_pairs; i++)
        spoil_pair(&w->pairs[i]);
    struct order *o = &w->facts.order;
    o->credit_code = dice_below(9) ? o->credit_code : NULL;
    o->handler_id = dice_below(4) ? o->handler_id : NULL;
    o->handler_name = dice_below(4) ? o->handler_name : NULL;
    o->legal_rep = dice_below(4) ? o->legal_rep : NULL;
    o->user_class = dice_below(9) ? o->user_class : "supervisor";
    o->with_seal = dice_below(9) ? o->with_seal : (enum tri)dice_below(3);
}

/* --- judgements -----------------------------------------------------------*/

static enum answer worst_of(const struct judgement *j, const char *rule)
{
    enum answer worst = ANSWER_PASS;
    for (size_t i = 0; i < j->n_findings; i++) {
        const struct finding *f = &j->findings[i];
        if (strcmp(f->rule->id, rule) != 0)
            continue;
        if (f->answer == ANSWER_FAIL || worst == ANSWER_PASS)
            worst = f->answer;
    }
    return worst;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All that is said, sorted. */
static char *said(struct arena *a, const struct judgement *j)
{
    char **lines = arena_new_array(a, j->n_findings + 1, char *);
    struct str all;
    str_init(&all, 1 << 20);
    for (size_t i = 0; i < j->n_findings; i++) {
        const struct finding *f = &j->findings[i];
        lines[i] = arena_printf(a, "%s %d %d %d %d %s | %s", f->rule->id,
                                (int)f->severity, (int)f->answer, (int)f->slot,
                                f->page, f->zh, f->advice_zh);
    }
    if (j->n_findings > 1)
        qsort(lines, j->n_findings, sizeof *lines, by_text);
    for (size_t i = 0; i < j->n_findings; i++)
        str_printf(&all, "%s\n", lines[i]);
    char *text = arena_strdup(a, all.s);
    str_done(&all);
    return text;
}

static void check_whole(const struct judgement *j)
{
    enum severity worst = SEVERITY_INFO;
    for (size_t i = 0; i < j->n_findings; i++) {
        const struct finding *f = &j->findings[i];
        assert_true(f->answer == ANSWER_FAIL ||
                    f->answer == ANSWER_CANNOT_TELL);
        assert_true(f->zh[0] && f->en[0]);
        assert_null(strchr(f->zh, '{'));
        assert_null(strchr(f->en, '{'));
        assert_null(strchr(f->advice_zh, '{'));
        assert_true(f->severity < SEVERITY_BLOCK || f->advice_zh[0]);
        if (f->answer == ANSWER_CANNOT_TELL)
            assert_true(f->severity < SEVERITY_BLOCK);
        worst = f->severity > worst ? f->severity : worst;
    }
    assert_int_equal((int)j->verdict, (int)worst);
}

static void shuffle(void *items, size_t n, size_t size)
{
    char *p = items, t[512];
    assert_true(size <= sizeof t);
    for (size_t i = n; i > 1; i--) {
        size_t k = (size_t)dice_below((int)i);
        memcpy(t, p + k * size, size);
        memcpy(p + k * size, p + (i - 1) * size, size);
        memcpy(p + (i - 1) * size, t, size);
    }
}

static void test_order_of_papers(void **state)
{
    (void)state;
    for (int run = 0; run < RUNS; run++) {
        struct world w;
        make(&w);
        spoil(&w);
        const struct judgement *j = engine_judge(w.arena, w.conf, &w.facts);
        check_whole(j);
        const char *first = said(w.arena, j);
        for (int k = 0; k < PERMUTATIONS; k++) {
            shuffle(w.documents, w.facts.n_documents, sizeof *w.documents);
            shuffle(w.seals, w.facts.n_seals, sizeof *w.seals);
            shuffle(w.pairs, w.facts.n_pairs, sizeof *w.pairs);
            j = engine_judge(w.arena, w.conf, &w.facts);
            assert_string_equal(said(w.arena, j), first);
        }
        arena_free(w.arena);
    }
}

/* --- worse facts ----------------------------------------------------------*/

static void less_clear(struct world *w)
{
    for (int s = 0; s < SLOT_COUNT; s++)
        w->pages[s].clarity *= 0.6;
}

static void coarser(struct world *w)
{
    for (int s = 0; s < SLOT_COUNT; s++)
        w->pages[s].effective_dpi *= 0.6;
}

/* Away from the original size, on the side where it is. */
static void further_off(struct world *w)
{
    for (int s = 0; s < SLOT_COUNT; s++) {
        struct page_facts *p = &w->pages[s];
        double k = p->scale_ratio > 1 && s == SLOT_SEAL_SHEET ? 1.2 : 0.85;
        p->scale_ratio *= k;
        p->scale_low *= k;
        p->scale_high *= k;
    }
}

static void surer_of_camera(struct world *w)
{
    for (int s = 0; s < SLOT_COUNT; s++)
        if (w->pages[s].capture > CAPTURE_FLATBED)
            w->pages[s].capture_confidence = 0.99;
}

static void surer_of_other_kind(struct world *w)
{
    for (int s = 0; s < SLOT_COUNT; s++)
        if (w->pages[s].shows != SLOT_UNKNOWN && (int)w->pages[s].shows != s)
            w->pages[s].shows_sure = 0.99;
}

static void poorer_hand(struct world *w)
{
    for (int s = 0; s < SLOT_COUNT; s++)
        for (size_t i = 0; i < w->documents[s].n_fields; i++)
            if (w->fields[s][i].handwritten == TRI_YES)
                w->fields[s][i].confidence *= 0.5;
}

static void years_later(struct world *w)
{
    w->facts.today = "2031-03-18";
}

static void paler_seals(struct world *w)
{
    for (size_t i = 0; i < w->facts.n_seals; i++)
        w->seals[i].clarity *= 0.5;
}

static void fainter(struct world *w)
{
    for (int i = 0; i < SEALS; i++)
        w->impressions[i].contrast *= 0.5;
}

static void slipping_more(struct world *w)
{
    for (int i = 0; i < SEALS; i++)
        w->impressions[i].slip_mm *= 2;
}

static void pinker_paper(struct world *w)
{
    for (int i = 0; i < SEALS; i++)
        w->impressions[i].tint += 0.1;
}

static void without_seals(struct world *w)
{
    w->facts.n_seals = 0;
}

static void no_emblem(struct world *w)
{
    w->pages[SLOT_ID_CARD].has_emblem_side = TRI_NO;
}

static void dirtier(struct world *w)
{
    for (size_t i = 0; i < w->facts.n_seals; i++)
        w->seals[i].background = w->seals[i].background * 2 + 0.05;
}

static void broken_rims(struct world *w)
{
    for (size_t i = 0; i < w->facts.n_seals; i++)
        w->seals[i].completeness *= 0.7;
}

static void dimmer_digits(struct world *w)
{
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < PLACES; k++) {
            w->digits[i][k].clarity *= 0.6;
            w->digits[i][k].confidence *= 0.8;
        }
}

static void covering_more(struct world *w)
{
    static const char *more[] = {"handler_id", "credit_code"};
    for (size_t i = 0; i < w->facts.n_seals; i++) {
        w->seals[i].covers = more;
        w->seals[i].n_covers = 2;
    }
}

static void surer_of_two_stamps(struct world *w)
{
    for (size_t i = 0; i < w->facts.n_pairs; i++)
        if (w->pairs[i].same_stamp == TRI_NO)
            w->pairs[i].confidence = 0.99;
}

static void copied_seals(struct world *w)
{
    for (size_t i = 0; i < w->facts.n_seals; i++)
        w->seals[i].ink = INK_PHOTOCOPY;
}

static void passed_before(struct world *w)
{
    w->facts.order.status = "已发放";
}

static void other_order_type(struct world *w)
{
    w->facts.order.order_type = "change";
}

static const struct worsening {
    void (*apply)(struct world *);
    const char *rules[4];
} worsenings[] = {
    {less_clear, {"L05", "I02"}},
    {coarser, {"L05", "I02", "S03"}},
    {further_off, {"L03", "I05", "S06"}},
    {surer_of_camera, {"A05", "L04"}},
    {surer_of_other_kind, {"F03"}},
    {poorer_hand, {"P01", "P03"}},
    {years_later, {"I04", "L06", "P02"}},
    {paler_seals, {"A03", "L02", "I03", "S02"}},
    {without_seals, {"A03", "L02", "I03", "P03"}},
    {fainter, {"S02"}},
    {slipping_more, {"S02"}},
    {pinker_paper, {"S02"}},
    {dirtier, {"S02"}},
    {broken_rims, {"S02"}},
    {dimmer_digits, {"S03"}},
    {covering_more, {"C02", "L02", "I03"}},
    {surer_of_two_stamps, {"X05"}},
    {copied_seals, {"C01"}},
    {passed_before, {"W02"}},
    {no_emblem, {"I01"}},
    {other_order_type, {"G03"}},
};

static void check_worse(const struct world *good,
                        const struct judgement *before,
                        const struct worsening *how)
{
    struct world w = *good;
    w.facts.documents = w.documents;
    w.facts.seals = w.seals;
    w.facts.pairs = w.pairs;
    for (int i = 0; i < 2; i++)
        w.seals[i].digits = w.digits[i];
    for (int i = 0; i < SEALS; i++)
        if (w.seals[i].impression)
            w.seals[i].impression = &w.impressions[i];
    for (int s = 0; s < SLOT_COUNT; s++) {
        w.documents[s].pages = &w.pages[s];
        w.documents[s].fields = w.fields[s];
    }
    how->apply(&w);
    const struct judgement *after = engine_judge(w.arena, w.conf, &w.facts);
    for (int i = 0; i < 4 && how->rules[i]; i++) {
        bool failed = worst_of(before, how->rules[i]) == ANSWER_FAIL;
        if (failed && worst_of(after, how->rules[i]) == ANSWER_PASS)
            fail_msg("%s: a worse fact turned a fail into a pass",
                     how->rules[i]);
    }
    /* What one rule leaves to another is still said by that. */
    if (before->verdict != VERDICT_CLEAN)
        assert_true(after->verdict != VERDICT_CLEAN);
}

static void test_worse_is_not_better(void **state)
{
    (void)state;
    for (int run = 0; run < RUNS; run++) {
        struct world w;
        make(&w);
        spoil(&w);
        const struct judgement *j = engine_judge(w.arena, w.conf, &w.facts);
        for (size_t i = 0; i < sizeof worsenings / sizeof *worsenings; i++)
            check_worse(&w, j, &worsenings[i]);
        arena_free(w.arena);
    }
}

int main(void)
{
    dice_start(20260318);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_of_papers),
        cmocka_unit_test(test_worse_is_not_better),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
