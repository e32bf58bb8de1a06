/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Decisions of people held against the rules: who was right, and which setting
 * would have kept the false alarms to a wish. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/judge/decisions.h"
#include "intake/judge/scores.h"
#include "intake/judge/stored.h"
#include "intake/judge/thresholds.h"
#include "tests/unit/good_application.h"

static struct decisions *decided(struct arena *a, const char *text)
{
    struct err e = {0};
    struct decisions *d = decisions_new(a);
    if (decisions_parse(d, text, strlen(text), &e) || decisions_sort(d, &e))
        fail_msg("%s", e.text);
    return d;
}

static void decisions_are_found_by_any_name(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    struct decisions *d = decided(a, "application,rule,decision\n"
                                     "20260318000017,A05,fault\n"
                                     "20260318000017,*,fine\n"
                                     "one,X01,fault\n"
                                     "store/two,X02,fine\n");
    struct stored s = {.path = "store/one/report.json"};
    stored_place(a, &s);
    s.facts.order.order_no = ORDER_NO;
    assert_int_equal(decisions_lookup(d, &s, "A05"), DECISION_FAULT);
    assert_int_equal(decisions_lookup(d, &s, "X01"), DECISION_FAULT);
    assert_int_equal(decisions_lookup(d, &s, "X03"), DECISION_FINE);
    struct stored two = {.path = "store/two/report.json"};
    stored_place(a, &two);
    assert_int_equal(decisions_lookup(d, &two, "X02"), DECISION_FINE);
    assert_int_equal(decisions_lookup(d, &two, "X03"), DECISION_NONE);
    arena_free(a);
}

static void wrong_decisions_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"application,rule,decision\n1,X06,fine\n", "row 2: there is no rule"},
        {"application,rule,decision\n1,A05,fine\n1,*,maybe\n", "row 3"},
        {"application,rule,decision\n1,A05,fine\n1,A05,fault\n", "both"},
    };
    struct arena *a = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        struct decisions *d = decisions_new(a);
        int r = decisions_parse(d, cases[i].text, strlen(cases[i].text), &e);
        r = r ? r : decisions_sort(d, &e);
        assert_int_equal(r, ERR_FORMAT);
        assert_non_null(strstr(e.text, cases[i].said));
    }
    arena_free(a);
}

/* Applications whose licence has these clarities; the first `faults` of them
 * are blurred as a person sees it. The limit is 40. */
struct sample {
    const double *clarity;
    size_t n, faults;
};

static void each(struct world *w, const struct sample *s,
                 void (*add)(void *to, const struct stored *r,
                             const struct decisions *d),
                 void *to)
{
    for (size_t i = 0; i < s->n; i++) {
        struct decisions *d =
            decided(w->arena, i < s->faults ? "application,rule,decision\n"
                                              "20260318000017,L05,fault\n"
                                            : "application,rule,decision\n"
                                              "20260318000017,L05,fine\n");
        struct stored r = {.path = "report.json", .facts = w->facts};
        stored_place(w->arena, &r);
        w->pages[SLOT_BUSINESS_LICENSE].clarity = s->clarity[i];
        add(to, &r, d);
    }
}

static void add_threshold(void *to, const struct stored *r,
                          const struct decisions *d)
{
    thresholds_add(to, r, d);
}

static const struct threshold *find(const struct threshold *all, size_t n,
                                    const char *setting)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].rule, "L05") == 0 &&
            strcmp(all[i].setting, setting) == 0)
            return &all[i];
    return NULL;
}

/* A page fails below the limit: of 40 fine ones two may fail, so the limit is
 * the third lowest clarity. */
static void the_wish_is_an_order_statistic(void **state)
{
    (void)state;
    enum { FAULTS = 3, FINE = 40 };
    double clarity[FAULTS + FINE] = {10, 21, 60};
    for (int i = 0; i < FINE; i++)
        clarity[FAULTS + i] = 30 + 0.5 * ((i * 7) % FINE);
    struct world w;
    make(&w);
    struct thresholds *t = thresholds_new(w.arena, w.conf);
    const struct sample sample = {clarity, FAULTS + FINE, FAULTS};
    each(&w, &sample, add_threshold, t);
    size_t n;
    const struct threshold *all = thresholds_of(t, 0.05, &n);
    const struct threshold *h = find(all, n, "read_clarity");
    assert_non_null(h);
    assert_true(h->fails_above);
    assert_true(fabs(h->now - 40) < 1e-9);
    assert_true(fabs(h->wanted - 31) < 1e-9);
    assert_int_equal(h->wanted_alarms, 2);
    assert_int_equal(h->wanted_misses, 1);
    assert_int_equal(h->false_alarms, 20);
    assert_int_equal(h->misses, 1);
    assert_true(isnan(h->low)); /* 40 are too few for a lower end at 5 % */
    assert_true(h->high > 32 && h->high < 34);
    assert_null(find(all, n, "seal_least_mm"));
    /* the configuration came back as it was */
    assert_true(fabs(conf_get(w.conf, "rules", "read_clarity") - 40) < 1e-9);
    arena_free(w.arena);
}

static void add_score(void *to, const struct stored *r,
                      const struct decisions *d)
{
    const struct said failed = {"L05", ANSWER_FAIL, SLOT_BUSINESS_LICENSE};
    bool fails = r->facts.documents[SLOT_BUSINESS_LICENSE].pages->clarity < 40;
    struct opinion o = {VERDICT_CLEAN, &failed, fails};
    scores_add(to, r, &o, d);
}

static void hits_and_misses_are_counted(void **state)
{
    (void)state;
    static const double clarity[] = {10, 20, 60, 30, 50, 70, 80};
    struct world w;
    make(&w);
    struct scores *s = scores_new(w.arena, w.conf, 0);
    const struct sample sample = {clarity, 7, 3};
    each(&w, &sample, add_score, s);
    struct str t;
    struct jval *j;
    str_init(&t, 1 << 20);
    scores_json(s, &t);
    assert_int_equal(jval_parse(t.s, t.len, &j, NULL), 0);
    str_done(&t);
    assert_int_equal(jval_int(j, "decided", 0), 7);
    const struct jval *row = jval_lookup(jval_lookup(j, "rules"), "L05");
    assert_int_equal(jval_int(row, "faults", 0), 3);
    assert_int_equal(jval_int(row, "hits", 0), 2);
    assert_int_equal(jval_int(row, "misses", 0), 1);
    assert_int_equal(jval_int(row, "fine", 0), 4);
    assert_int_equal(jval_int(row, "false_alarms", 0), 1);
    const struct jval *wish = jval_at(jval_lookup(j, "thresholds"), 0);
    assert_string_equal(jval_string(wish, "setting", ""), "read_clarity");
    assert_true(fabs(jval_real(wish, "wanted", 0) - 30) < 1e-9);
    jval_free(j);
    str_init(&t, 1 << 20);
    scores_text(s, &t);
    assert_non_null(strstr(t.s, "rules.read_clarity：现为 40，应为 30"));
    str_done(&t);
    arena_free(w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decisions_are_found_by_any_name),
        cmocka_unit_test(wrong_decisions_are_told),
        cmocka_unit_test(the_wish_is_an_order_statistic),
        cmocka_unit_test(hits_and_misses_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
