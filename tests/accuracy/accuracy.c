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

#define _GNU_SOURCE

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/geom.h"
#include "base/jval.h"
#include "base/str.h"

enum { MAX_BUNDLES = 1000, MAX_SAMPLES = 20000, JOBS = 2 };

struct share {
    int good, all;
};

struct tally {
    struct share code, name, qr, turned, official, legal_rep, unwanted, clean;
    struct share rule;
    double *size_error_mm, *seconds, *megabytes, *dpi_error;
    size_t n_sizes, n_runs, n_dpi;
};

struct run {
    pid_t pid;
    int fd;
    char bundle[600];
};

static void count(struct share *s, bool good)
{
    s->all++;
    s->good += good;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(double *v, size_t n, double p)
{
    if (n == 0)
        return NAN;
    qsort(v, n, sizeof *v, by_value);
    return v[(size_t)(p * (double)(n - 1) + 0.5)];
}

static Rect rect_of(const struct jval *box)
{
    return (Rect){jval_real_value(jval_at(box, 0), 0),
                  jval_real_value(jval_at(box, 1), 0),
                  jval_real_value(jval_at(box, 2), 0),
                  jval_real_value(jval_at(box, 3), 0)};
}

static const struct jval *by_slot(const struct jval *documents,
                                  const char *slot)
{
    for (size_t i = 0; i < jval_count(documents); i++)
        if (strcmp(jval_string(jval_at(documents, i), "slot", ""), slot) == 0)
            return jval_at(documents, i);
    return NULL;
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

static void compare(const struct jval *truth, const struct jval *report,
                    const char *bundle, struct tally *t)
{
    const struct jval *documents = jval_lookup(truth, "documents");
    const struct jval *read = jval_lookup(report, "documents");
    for (size_t i = 0; i < jval_count(documents); i++) {
        const struct jval *d = jval_at(documents, i);
        const char *slot = jval_string(d, "slot", "");
        const struct jval *r = by_slot(read, slot);
        compare_page(d, r, bundle, t);
        compare_seals(d, jval_lookup(report, "seals"), bundle, t);
        if (strcmp(slot, "application_form") == 0 ||
            strcmp(slot, "business_license") == 0) {
            compare_field(d, r, "credit_code", bundle, &t->code);
            compare_field(d, r, "org_name", bundle, &t->name);
        }
        if (strcmp(slot, "business_license") == 0)
            compare_field(d, r, "qr", bundle, &t->qr);
    }
    count(&t->clean, strcmp(jval_string(report, "verdict", ""), "clean") == 0);
}

static struct run start(const char *program, const char *bundle)
{
    struct run r = {0};
    int ends[2];
    snprintf(r.bundle, sizeof r.bundle, "%s", bundle);
    if (pipe(ends) != 0)
        exit(70);
    fflush(stdout);
    r.pid = fork();
    if (r.pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(program, program, "check", bundle, "--format", "json", "--jobs",
              "1", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    r.fd = ends[0];
    return r;
}

static struct jval *finish(const struct run *r, struct tally *t)
{
    struct str text;
    str_init(&text, (size_t)64 << 20);
    char part[65536];
    for (ssize_t n; (n = read(r->fd, part, sizeof part)) > 0;)
        str_add_bytes(&text, part, (size_t)n);
    close(r->fd);
    int status;
    struct rusage used;
    wait4(r->pid, &status, 0, &used);
    t->seconds[t->n_runs] =
        (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
        (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    t->megabytes[t->n_runs++] = (double)used.ru_maxrss / 1024;
    struct jval *report = NULL;
    struct err e = {0};
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 4 ||
        jval_parse(text.s, text.len, &report, &e) < 0) {
        printf("  %s: no report (status %x) %s\n", r->bundle, (unsigned)status,
               e.text);
        exit(1);
    }
    str_done(&text);
    return report;
}

static void judge(const struct run *r, const char *rule, struct tally *t)
{
    struct arena *a = arena_new((size_t)64 << 20);
    struct jval *report = finish(r, t), *truth = NULL;
    char *bytes;
    size_t n;
    struct err e = {0};
    if (file_read_below(a, r->bundle, "truth.json", 8 << 20, &bytes, &n, &e) <
            0 ||
        jval_parse(bytes, n, &truth, &e) < 0) {
        printf("  %s: %s\n", r->bundle, e.text);
        exit(1);
    }
    const char *name = strrchr(r->bundle, '/') + 1;
    if (strcmp(rule, "clean") == 0) {
        compare(truth, report, name, t);
    } else {
        bool found = has_finding(report, rule);
        count(&t->rule, found);
        if (!found)
            printf("  %s: %s was not raised\n", name, rule);
    }
    jval_free(report);
    jval_free(truth);
    arena_free(a);
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

static bool table(struct tally *t)
{
    struct share wanted = {t->unwanted.all - t->unwanted.good, t->unwanted.all};
    bool good = row("credit code exact", t->code, 99);
    good &= row("organisation name exact", t->name, 80);
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

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t list_bundles(struct arena *a, const char *folder, char **names)
{
    DIR *d = opendir(folder);
    size_t n = 0;
    for (struct dirent *e; d && (e = readdir(d)) && n < MAX_BUNDLES;)
        if (e->d_name[0] != '.')
            names[n++] = arena_printf(a, "%s/%s", folder, e->d_name);
    if (d)
        closedir(d);
    qsort(names, n, sizeof *names, by_name);
    return n;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: accuracy SEALDESK FOLDER clean|RULE\n");
        return 64;
    }
    struct arena *a = arena_new((size_t)64 << 20);
    char **names = arena_new_array(a, MAX_BUNDLES, char *);
    size_t n = list_bundles(a, argv[2], names);
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
            running[started % JOBS] = start(argv[1], names[started]);
            started++;
        }
        judge(&running[i % JOBS], argv[3], &t);
    }
    printf("%s: %zu applications, %s\n", argv[2], n, argv[3]);
    bool good = n > 0 && (strcmp(argv[3], "clean") == 0
                              ? table(&t)
                              : row("finding raised", t.rule, 100));
    printf("%-38s %8.2f s, at most %.2f\n", "processor time, median",
           percentile(t.seconds, t.n_runs, 0.5),
           percentile(t.seconds, t.n_runs, 1));
    good &= bound("memory of the largest process",
                  percentile(t.megabytes, t.n_runs, 1), 500, "MB");
    arena_free(a);
    return good ? 0 : 1;
}
