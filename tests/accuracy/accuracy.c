/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * accuracy - what `sealdesk check` finds on generated applications, against
 * their truth
 *
 *   accuracy SEALDESK FOLDER EXPECTATION
 *
 * Reviews every bundle of FOLDER, compares each report with the truth.json
 * beside it, prints a table and fails when a figure misses its target.
 * EXPECTATION is "clean" for the whole table, or the id of a rule that must be
 * among the findings of every bundle.
 */

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/geom.h"
#include "base/jval.h"
#include "base/rank.h"
#include "tests/accuracy/run.h"

enum { MAX_BUNDLES = 1000, MAX_SAMPLES = 20000, JOBS = 2 };

struct share {
    int good, all;
};

struct tally {
    struct share code, name, qr, turned, official, legal_rep, unwanted, clean;
    struct share rule;
    struct share decided, confirmed_wrongly, contradicted_wrongly, id, dates;
    bool has_second; /* reader, as the reports say */
    double *size_error_mm, *seconds, *megabytes, *dpi_error;
    size_t n_sizes, n_runs, n_dpi;
};

static void count(struct share *s, bool good)
{
    s->all++;
    s->good += good;
}

static double percentile(double *v, size_t n, double p)
{
    if (n == 0)
        return NAN;
    rank_sort(v, n);
    return v[(size_t)(p * (double)(n - 1) + 0.5)];
}

static Rect rect_of(const struct jval *box)
{
    return (Rect){jval_real_value(jval_at(box, 0), 0),
                  jval_real_value(jval_at(box, 1), 0),
                  jval_real_value(jval_at(box, 2), 0),
                  jval_real_value(jval_at(box, 3), 0)};
}

static const char *true_field(const struct jval *document, const char *name)
{
    const struct jval *page = jval_at(jval_lookup(document, "pages"), 0);
    const struct jval *fields = jval_lookup(page, "fields");
    for (size_t i = 0; i < jval_count(fields); i++)
        if (strcmp(jval_string(jval_at(fields, i), "name", ""), name) == 0)
            return jval_string(jval_at(fields, i), "value", NULL);
    return NULL;
}

static void compare_field(const struct jval *truth, const struct jval *report,
                          const char *name, const char *bundle,
                          struct share *share)
{
    const char *want = true_field(truth, name);
    if (!want)
        return;
    const struct jval *field = jval_lookup(jval_lookup(report, "fields"), name);
    const char *got = jval_string(field, "value", "(not read)");
    bool good = strcmp(got, want) == 0;
    count(share, good);
    if (!good)
        printf("  %s %s %s: \"%s\", truth \"%s\"\n", bundle,
               jval_string(truth, "slot", ""), name, got, want);
}

/* What the order says a name must be, NULL: nothing. */
static const char *ordered(const struct jval *order, const char *field)
{
    static const struct {
        const char *field, *part;
    } table[] = {{"org_name", "organization"},
                 {"legal_rep", "legal_representative"},
                 {"handler_name", "handler"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].field, field) == 0)
            return jval_string(jval_lookup(order, table[i].part), "name", NULL);
    return NULL;
}

/* A name is confirmed when the page shows what the order says, contradicted
 * when it does not. One that was not verified was not decided. */
static void compare_verified(const struct jval *truth,
                             const struct jval *report,
                             const struct jval *order, const char *bundle,
                             struct tally *t)
{
    static const char *const names[] = {"org_name", "legal_rep",
                                        "handler_name"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *printed = true_field(truth, names[i]);
        const char *known = ordered(order, names[i]);
        if (!printed || !known)
            continue;
        const struct jval *field =
            jval_lookup(jval_lookup(report, "fields"), names[i]);
        const char *result = jval_string(jval_lookup(field, "verified"),
                                         "result", "not verified");
        bool same = strcmp(printed, known) == 0;
        bool confirmed = strcmp(result, "confirmed") == 0;
        bool contradicted = strcmp(result, "contradicted") == 0;
        bool good = same ? confirmed : contradicted;
        count(&t->decided, good);
        count(&t->confirmed_wrongly, !same && confirmed);
        count(&t->contradicted_wrongly, same && contradicted);
        if (!good)
            printf("  %s %s %s: %s, printed \"%s\", ordered \"%s\"\n", bundle,
                   jval_string(truth, "slot", ""), names[i], result, printed,
                   known);
    }
}

/* The reported seal of that slot that covers the true one best, or NULL. */
static const struct jval *match(const struct jval *seals, const char *slot,
                                Rect box)
{
    const struct jval *best = NULL;
    double most = 0.5;
    for (size_t i = 0; i < jval_count(seals); i++) {
        const struct jval *s = jval_at(seals, i);
        double iou = rect_iou(rect_of(jval_lookup(s, "box")), box);
        if (strcmp(jval_string(s, "slot", ""), slot) == 0 && iou > most) {
            most = iou;
            best = s;
        }
    }
    return best;
}

static void compare_size(const struct jval *truth, const struct jval *found,
                         struct tally *t)
{
    const struct jval *want = jval_lookup(truth, "size_mm");
    const struct jval *got = jval_lookup(found, "size_mm");
    double w[2] = {jval_real_value(jval_at(want, 0), NAN),
                   jval_real_value(jval_at(want, 1), NAN)};
    double g[2] = {jval_real_value(jval_at(got, 0), NAN),
                   jval_real_value(jval_at(got, 1), NAN)};
    double straight = fmax(fabs(w[0] - g[0]), fabs(w[1] - g[1]));
    if (!isnan(straight) && t->n_sizes < MAX_SAMPLES)
        t->size_error_mm[t->n_sizes++] = straight;
}

static void compare_seals(const struct jval *document, const struct jval *seals,
                          const char *bundle, struct tally *t)
{
    const char *slot = jval_string(document, "slot", "");
    const struct jval *page = jval_at(jval_lookup(document, "pages"), 0);
    const struct jval *truth = jval_lookup(page, "seals");
    for (size_t i = 0; i < jval_count(truth); i++) {
        const struct jval *s = jval_at(truth, i);
        const char *role = jval_string(s, "role", "");
        bool official = strcmp(role, "official") == 0;
        if (!official && strcmp(role, "legal_rep") != 0)
            continue;
        const struct jval *found =
            match(seals, slot, rect_of(jval_lookup(s, "box")));
        bool good = found && strcmp(jval_string(found, "role", ""), role) == 0;
        count(official ? &t->official : &t->legal_rep, good);
        if (!good)
            printf("  %s %s: %s seal %s\n", bundle, slot, role,
                   found ? "has another role" : "not found");
        if (found)
            compare_size(s, found, t);
    }
    /* Seals that are none: nothing of the truth lies there. */
    for (size_t i = 0; i < jval_count(seals); i++) {
        const struct jval *s = jval_at(seals, i);
        if (strcmp(jval_string(s, "slot", ""), slot) != 0)
            continue;
        bool real = false;
        for (size_t k = 0; k < jval_count(truth); k++)
            real |=
                rect_iou(rect_of(jval_lookup(s, "box")),
                         rect_of(jval_lookup(jval_at(truth, k), "box"))) > 0.3;
        count(&t->unwanted, !real);
        if (!real)
            printf("  %s %s: %s is no seal\n", bundle, slot,
                   jval_string(s, "id", ""));
    }
}

static void compare_page(const struct jval *truth, const struct jval *report,
                         const char *bundle, struct tally *t)
{
    const struct jval *want = jval_at(jval_lookup(truth, "pages"), 0);
    const struct jval *got = jval_at(jval_lookup(report, "pages"), 0);
    bool good =
        jval_real(want, "rotation", -1) == jval_real(got, "rotation", -2);
    count(&t->turned, good);
    if (!good)
        printf("  %s %s: turned by %g, truth %g\n", bundle,
               jval_string(truth, "slot", ""), jval_real(got, "rotation", -2),
               jval_real(want, "rotation", -1));
    double dpi = jval_real(jval_lookup(got, "dpi"), "measured", NAN);
    if (!isnan(dpi))
        t->dpi_error[t->n_dpi++] = fabs(dpi / jval_real(want, "dpi", NAN) - 1);
}

static bool has_finding(const struct jval *report, const char *rule)
{
    const struct jval *findings = jval_lookup(report, "findings");
    for (size_t i = 0; i < jval_count(findings); i++)
        if (strcmp(jval_string(jval_at(findings, i), "rule", ""), rule) == 0)
            return true;
    return false;
}

static void compare_fields(const struct jval *truth, const struct jval *report,
                           const char *bundle, struct tally *t)
{
    static const char *const dates[] = {"date", "valid_from", "valid_to"};
    compare_field(truth, report, "credit_code", bundle, &t->code);
    compare_field(truth, report, "org_name", bundle, &t->name);
    compare_field(truth, report, "handler_id", bundle, &t->id);
    compare_field(truth, report, "qr", bundle, &t->qr);
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
        compare_field(truth, report, dates[i], bundle, &t->dates);
}

static void compare(const struct jval *truth, const struct jval *report,
                    const char *bundle, struct tally *t)
{
    const struct jval *documents = jval_lookup(truth, "documents");
    const struct jval *read = jval_lookup(report, "documents");
    for (size_t i = 0; i < jval_count(documents); i++) {
        const struct jval *d = jval_at(documents, i);
        const char *slot = jval_string(d, "slot", "");
        const struct jval *r = run_document(read, slot);
        compare_page(d, r, bundle, t);
        compare_seals(d, jval_lookup(report, "seals"), bundle, t);
        compare_fields(d, r, bundle, t);
    }
    count(&t->clean, strcmp(jval_string(report, "verdict", ""), "clean") == 0);
}

/* Wrong applications have names to be verified as well as clean ones. */
static void compare_names(const struct jval *truth, const struct jval *report,
                          const struct run *r, struct tally *t)
{
    struct jval *order = run_load(r->bundle, "application.json");
    const struct jval *documents = jval_lookup(truth, "documents");
    const char *model =
        jval_string(jval_lookup(jval_lookup(report, "tool"), "libraries"),
                    "pp-ocrv4-rec", "none");
    t->has_second = strcmp(model, "none") != 0;
    for (size_t i = 0; i < jval_count(documents); i++) {
        const struct jval *d = jval_at(documents, i);
        compare_verified(d,
                         run_document(jval_lookup(report, "documents"),
                                      jval_string(d, "slot", "")),
                         order, strrchr(r->bundle, '/') + 1, t);
    }
    jval_free(order);
}

static void judge(const struct run *r, const char *rule, struct tally *t)
{
    struct run_cost cost;
    struct jval *report = run_finish(r, &cost);
    struct jval *truth = run_load(r->bundle, "truth.json");
    if (!truth) {
        printf("  %s: no truth.json\n", r->bundle);
        exit(1);
    }
    t->seconds[t->n_runs] = cost.seconds;
    t->megabytes[t->n_runs++] = cost.megabytes;
    const char *name = strrchr(r->bundle, '/') + 1;
    compare_names(truth, report, r, t);
    if (strcmp(rule, "clean") == 0) {
        compare(truth, report, name, t);
        run_save(r->bundle, report); /* for rulebook */
    } else {
        bool found = has_finding(report, rule);
        count(&t->rule, found);
        if (!found)
            printf("  %s: %s was not raised\n", name, rule);
    }
    jval_free(report);
    jval_free(truth);
}

static bool row(const char *what, struct share s, double least_percent)
{
    double got = s.all ? 100.0 * s.good / s.all : NAN;
    bool good = s.all > 0 && got >= least_percent;
    printf("%-38s %5d of %5d  %6.2f %%  (at least %.0f %%)%s\n", what, s.good,
           s.all, got, least_percent, good ? "" : "  MISSED");
    return good;
}

static bool bound(const char *what, double got, double most, const char *unit)
{
    bool good = got <= most;
    printf("%-38s %8.2f %s  (at most %g)%s\n", what, got, unit, most,
           good ? "" : "  MISSED");
    return good;
}

static double percent(struct share s)
{
    return s.all ? 100.0 * s.good / s.all : 0;
}

/* Without the second reader fewer are decided, but none wrongly. */
static bool name_table(const struct tally *t)
{
    bool good =
        row("names decided rightly", t->decided, t->has_second ? 97 : 50);
    good &= bound("names confirmed wrongly", percent(t->confirmed_wrongly), 0.2,
                  "%");
    good &=
        bound("names contradicted wrongly", percent(t->contradicted_wrongly),
              t->has_second ? 0.5 : 2, "%");
    return good;
}

static bool table(struct tally *t)
{
    struct share wanted = {t->unwanted.all - t->unwanted.good, t->unwanted.all};
    bool good = row("credit code exact", t->code, 99);
    good &= row("organisation name exact", t->name, t->has_second ? 95 : 50);
    good &= row("ID number exact", t->id, 99);
    good &= row("dates exact", t->dates, t->has_second ? 97 : 85);
    good &= row("QR code read", t->qr, 98);
    good &= row("official seals found", t->official, 98);
    good &= row("legal representative's seals found", t->legal_rep, 98);
    good &= row("reported seals that are seals", wanted, 98);
    good &= row("pages turned the right way", t->turned, 100);
    good &= bound("seal size error, median",
                  percentile(t->size_error_mm, t->n_sizes, 0.5), 0.5, "mm");
    printf("%-38s %8.2f mm\n", "seal size error, 95 %",
           percentile(t->size_error_mm, t->n_sizes, 0.95));
    printf("%-38s %8.2f %%\n", "dpi error, 95 %",
           100 * percentile(t->dpi_error, t->n_dpi, 0.95));
    printf("%-38s %5d of %5d\n", "verdict clean", t->clean.good, t->clean.all);
    return good;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: accuracy SEALDESK FOLDER clean|RULE\n");
        return 64;
    }
    struct arena *a = arena_new((size_t)64 << 20);
    char **names = arena_new_array(a, MAX_BUNDLES, char *);
    size_t n = run_list(a, argv[2], names, MAX_BUNDLES);
    struct tally t = {
        .size_error_mm = arena_new_array(a, MAX_SAMPLES, double),
        .seconds = arena_new_array(a, MAX_BUNDLES, double),
        .megabytes = arena_new_array(a, MAX_BUNDLES, double),
        .dpi_error = arena_new_array(a, MAX_SAMPLES, double),
    };
    struct run running[JOBS];
    size_t started = 0;
    for (size_t i = 0; i < n; i++) {
        while (started < n && started < i + JOBS) {
            const char *const words[] = {argv[1],    "check", names[started],
                                         "--format", "json",  "--jobs",
                                         "1",        NULL};
            running[started % JOBS] = run_start(names[started], words);
            started++;
        }
        judge(&running[i % JOBS], argv[3], &t);
    }
    printf("%s: %zu applications, %s\n", argv[2], n, argv[3]);
    bool good = n > 0 && (strcmp(argv[3], "clean") == 0
                              ? table(&t)
                              : row("finding raised", t.rule, 100));
    good &= name_table(&t);
    printf("%-38s %8.2f s, at most %.2f\n", "processor time, median",
           percentile(t.seconds, t.n_runs, 0.5),
           percentile(t.seconds, t.n_runs, 1));
    good &= bound("memory of the largest process",
                  percentile(t.megabytes, t.n_runs, 1), 500, "MB");
    arena_free(a);
    return good ? 0 : 1;
}
