/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * pages - what `sealdesk inspect` measures on single pages, against their
 * truth: how they were captured, and whatever else is in the table below
 *
 *   pages [--save] SEALDESK FOLDER
 *   pages --saved FOLDER            tables from reports that were saved before
 *
 * FOLDER holds folders of bundles, one for each recipe (the generator with
 * --only-damaged). Each document is inspected by itself. Prints the confusion
 * of capture classes, how far their confidence can be trusted, and the table
 * of targets; fails when one is missed. With --save the reports are left as
 * report-SLOT.json beside their truth.json, for --saved.
 */

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/jval.h"
#include "base/rank.h"
#include "base/str.h"
#include "tests/accuracy/run.h"

enum { MAX_PAGES = 4000, MAX_FOLDERS = 200, JOBS = 2, BINS = 5 };

enum { FLATBED, PHONE, SCAN_APP, SCREEN, UNKNOWN, CLASSES };

static const char *const classes[CLASSES] = {"flatbed", "phone", "scan_app",
                                             "screen", "unknown"};

/* One page: what is true and what was reported. */
struct page {
    char bundle[600];
    const char *recipe, *slot;
    const struct jval *truth, *report; /* of the page */
    int capture, found;                /* classes */
    double confidence;
};

struct pages {
    struct page *page;
    size_t n;
    double *seconds;
};

/*
 * A row of the table: the share of the pages that count (wanted) for which
 * `is_good` holds must reach `least`, or must not exceed `most`.
 */
struct target {
    const char *what;
    bool (*counts)(const struct page *p);
    bool (*is_good)(const struct page *p);
    double least, most; /* percent */
};

static bool is_flatbed(const struct page *p)
{
    return p->capture == FLATBED;
}

static bool is_phone(const struct page *p)
{
    return p->capture == PHONE;
}

static bool is_app(const struct page *p)
{
    return p->capture == SCAN_APP;
}

static bool is_screen(const struct page *p)
{
    return p->capture == SCREEN;
}

static bool is_blamed(const struct page *p)
{
    return p->found != FLATBED && p->found != UNKNOWN;
}

static bool is_right(const struct page *p)
{
    return p->found == p->capture;
}

static const struct target targets[] = {
    {"phone photos found", is_phone, is_blamed, 99, 100},
    {"scanning program's pages found", is_app, is_blamed, 95, 100},
    {"photos of screens found", is_screen, is_blamed, 95, 100},
    {"flatbed scans blamed", is_flatbed, is_blamed, 0, 1},
    {"phone photos called that", is_phone, is_right, 90, 100},
    {"scanning program's pages called that", is_app, is_right, 85, 100},
    {"flatbed scans called that", is_flatbed, is_right, 90, 100},
};

static int class_of(const char *name)
{
    for (int c = 0; c < CLASSES; c++)
        if (strcmp(classes[c], name) == 0)
            return c;
    return UNKNOWN;
}

/* A document that is to be inspected. */
struct task {
    const char *bundle;
    const struct jval *truth, *document;
};

/* Several documents may lie in one bundle, each inspected by itself. */
static void report_name(const struct task *t, char ret[64])
{
    snprintf(ret, 64, "report-%s.json", jval_string(t->document, "slot", ""));
}

static void save(const struct task *t, const struct jval *report)
{
    struct str text;
    struct err e = {0};
    char name[64];
    report_name(t, name);
    str_init(&text, 16 << 20);
    jval_print(report, true, &text);
    if (text.failed ||
        file_write(t->bundle, name, text.s, text.len, 0644, &e) < 0) {
        printf("%s: %s cannot be written: %s\n", t->bundle, name, e.text);
        exit(1);
    }
    str_done(&text);
}

static void add(struct pages *all, const char *bundle, const struct jval *truth,
                const struct jval *document, const struct jval *report)
{
    const struct jval *read = jval_at(jval_lookup(report, "documents"), 0);
    if (all->n == MAX_PAGES)
        return;
    struct page *p = &all->page[all->n++];
    snprintf(p->bundle, sizeof p->bundle, "%s", bundle);
    p->recipe = jval_string(jval_lookup(truth, "recipe"), "name", "");
    p->slot = jval_string(document, "slot", "");
    p->truth = jval_at(jval_lookup(document, "pages"), 0);
    p->report = jval_at(jval_lookup(read, "pages"), 0);
    const struct jval *capture = jval_lookup(p->report, "capture");
    p->capture = class_of(jval_string(p->truth, "capture", ""));
    p->found = class_of(jval_string(capture, "class", ""));
    p->confidence = jval_real(capture, "confidence", NAN);
    if (!is_right(p))
        printf("  %s %s %s: %s %.2f, truth %s\n", bundle, p->recipe, p->slot,
               classes[p->found], p->confidence, classes[p->capture]);
}

static struct run start(const char *program, const struct task *t)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/%s", t->bundle,
             jval_string(t->document, "file", ""));
    const char *const words[] = {program,
                                 "inspect",
                                 path,
                                 "--slot",
                                 jval_string(t->document, "slot", ""),
                                 "--format",
                                 "json",
                                 NULL};
    return run_start(t->bundle, words);
}

/* The documents of all bundles below the folder; their truths stay. */
static size_t list_tasks(struct arena *a, const char *folder, struct task *task)
{
    char **recipes = arena_new_array(a, MAX_FOLDERS, char *);
    size_t n = 0, n_recipes = run_list(a, folder, recipes, MAX_FOLDERS);
    for (size_t r = 0; r < n_recipes; r++) {
        char **names = arena_new_array(a, MAX_PAGES, char *);
        size_t bundles = run_list(a, recipes[r], names, MAX_PAGES);
        for (size_t b = 0; b < bundles; b++) {
            const struct jval *truth = run_load(names[b], "truth.json");
            const struct jval *documents = jval_lookup(truth, "documents");
            for (size_t d = 0; d < jval_count(documents) && n < MAX_PAGES; d++)
                task[n++] =
                    (struct task){names[b], truth, jval_at(documents, d)};
        }
    }
    return n;
}

static void print_confusion(const struct pages *all)
{
    int table[CLASSES][CLASSES] = {{0}};
    for (size_t i = 0; i < all->n; i++)
        table[all->page[i].capture][all->page[i].found]++;
    printf("\n%-10s", "truth");
    for (int c = 0; c < CLASSES; c++)
        printf(" %9s", classes[c]);
    printf("\n");
    for (int t = 0; t < UNKNOWN; t++) {
        printf("%-10s", classes[t]);
        for (int c = 0; c < CLASSES; c++)
            printf(" %9d", table[t][c]);
        printf("\n");
    }
}

/* Of the pages it calls 0.9, are nine in ten right? Unknown says nothing. */
static void print_reliability(const struct pages *all)
{
    static const double edges[BINS + 1] = {0.5, 0.7, 0.8, 0.9, 0.97, 1.0001};
    printf("\n%-16s %6s %10s %10s\n", "confidence", "pages", "mean", "right");
    double gap = 0;
    size_t counted = 0;
    for (int b = 0; b < BINS; b++) {
        int n = 0, right = 0;
        double sum = 0;
        for (size_t i = 0; i < all->n; i++) {
            const struct page *p = &all->page[i];
            if (p->found == UNKNOWN || p->confidence < edges[b] ||
                p->confidence >= edges[b + 1])
                continue;
            n++;
            right += is_right(p);
            sum += p->confidence;
        }
        if (n == 0)
            continue;
        printf("%.2f to %-8.2f %6d %10.3f %10.3f\n", edges[b],
               fmin(1, edges[b + 1]), n, sum / n, (double)right / n);
        gap += fabs(sum - right);
        counted += (size_t)n;
    }
    printf("expected calibration error %.3f\n",
           counted ? gap / (double)counted : NAN);
}

static bool print_target(const struct target *t, const struct pages *all)
{
    int n = 0, good = 0;
    for (size_t i = 0; i < all->n; i++)
        if (t->counts(&all->page[i])) {
            n++;
            good += t->is_good(&all->page[i]);
        }
    double share = n ? 100.0 * good / n : NAN;
    /* In a small sample one page more may miss. */
    double slack = n ? 100.0 / n * (n < 100) : 0;
    bool met = n > 0 && share >= t->least - slack && share <= t->most + slack;
    printf("%-40s %5d of %5d  %6.2f %%  (%g to %g %%)%s\n", t->what, good, n,
           share, t->least, t->most, met ? "" : "  MISSED");
    return met;
}

enum reports { RUN, RUN_AND_SAVE, SAVED };

/* Inspects every document, JOBS at a time. */
static void review(struct arena *a, const char *program, const char *folder,
                   enum reports how, struct pages *all)
{
    struct task *task = arena_new_array(a, MAX_PAGES, struct task);
    size_t n = list_tasks(a, folder, task), started = 0;
    struct run running[JOBS];
    for (size_t i = 0; i < n; i++) {
        for (; how != SAVED && started < n && started < i + JOBS; started++)
            running[started % JOBS] = start(program, &task[started]);
        struct run_cost cost = {0, 0};
        char name[64];
        report_name(&task[i], name);
        const struct jval *report = how == SAVED
                                        ? run_load(task[i].bundle, name)
                                        : run_finish(&running[i % JOBS], &cost);
        all->seconds[i] = cost.seconds;
        if (!report) {
            printf("%s: no %s\n", task[i].bundle, name);
            exit(1);
        }
        add(all, task[i].bundle, task[i].truth, task[i].document, report);
        if (how == RUN_AND_SAVE)
            save(&task[i], report);
    }
}

int main(int argc, char **argv)
{
    const char *option = argc > 1 && argv[1][0] == '-' ? argv[1] : "";
    enum reports how = strcmp(option, "--save") == 0    ? RUN_AND_SAVE
                       : strcmp(option, "--saved") == 0 ? SAVED
                                                        : RUN;
    if (argc != (how == RUN_AND_SAVE ? 4 : 3)) {
        fprintf(stderr, "usage: pages [--save] SEALDESK FOLDER\n"
                        "       pages --saved FOLDER\n");
        return 64;
    }
    struct arena *a = arena_new((size_t)256 << 20);
    struct pages all = {arena_new_array(a, MAX_PAGES, struct page), 0,
                        arena_new_array(a, MAX_PAGES, double)};
    review(a, argv[argc - 2], argv[argc - 1], how, &all);
    print_confusion(&all);
    print_reliability(&all);
    printf("\n");
    bool good = all.n > 0;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        good &= print_target(&targets[i], &all);
    rank_sort(all.seconds, all.n);
    printf("%-40s %8.2f s\n", "processor time of a page, median",
           all.n ? all.seconds[all.n / 2] : NAN);
    arena_free(a); /* the parsed reports live as long as the process */
    return good ? 0 : 1;
}
