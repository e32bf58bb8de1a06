/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * rulebook - rule by rule: which planted faults are found, and what good
 * applications are blamed for
 *
 *   rulebook SEALDESK [FOLDER...] [--judge FOLDER...]
 *
 * FOLDERs hold bundles of the generator, any recipes together. Each is checked
 * and its report left as report.json beside its truth.json; of the FOLDERs
 * behind --judge the reports that lie there are judged again, which takes
 * milliseconds each. A fault counts
 * as found when the rule of its recipe speaks, whatever else is found. Fails
 * when fewer than 97 % of the faults are found or more than 3 % of the clean
 * applications get a look or a block, or one of them more than two infos;
 * below a hundred applications one may miss.
 */

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "tests/accuracy/run.h"

enum { MAX_BUNDLES = 2000, MAX_RULES = 100, JOBS = 2, MOST_INFOS = 2 };

static const double least_found = 97, most_blamed = 3; /* percent */

/* A rule's row. Good papers: recipes without a rule, which only look odd. */
struct row {
    const char *rule;
    int planted, found, on_clean, on_odd, beside;
};

struct table {
    struct row rows[MAX_RULES];
    int n_rows;
    int clean, blamed, odd, odd_blamed;
    int infos, most_infos, noisy;
};

static struct row *row_of(struct table *t, struct arena *a, const char *rule)
{
    for (int i = 0; i < t->n_rows; i++)
        if (strcmp(t->rows[i].rule, rule) == 0)
            return &t->rows[i];
    if (t->n_rows == MAX_RULES)
        exit(70);
    t->rows[t->n_rows] = (struct row){.rule = arena_strdup(a, rule)};
    return &t->rows[t->n_rows++];
}

struct application {
    const char *bundle;
    const char *recipe, *rule; /* rule "": nothing is wrong */
    const struct jval *findings;
    bool is_clean;
};

static const char *rule_at(const struct application *p, size_t i)
{
    return jval_string(jval_at(p->findings, i), "rule", "");
}

/* A recipe may name two rules, either of which may speak: "C01/A03". */
static bool is_planted(const struct application *p, size_t i)
{
    return strstr(p->rule, rule_at(p, i)) != NULL;
}

static bool is_info(const struct application *p, size_t i)
{
    const char *s = jval_string(jval_at(p->findings, i), "severity", "");
    return strcmp(s, "info") == 0;
}

static void print_finding(const struct application *p, size_t i)
{
    const struct jval *f = jval_at(p->findings, i);
    printf("  %s (%s): %s %s\n", p->bundle, p->recipe, rule_at(p, i),
           jval_string(f, "zh", ""));
}

/* What the rules say beside the planted one: a blame where nothing is wrong,
 * on a faulty application mostly the fault's other side. */
static bool count_blames(struct table *t, struct arena *a,
                         const struct application *p)
{
    bool blamed = false;
    for (size_t i = 0; i < jval_count(p->findings); i++) {
        if (is_info(p, i) || is_planted(p, i))
            continue;
        struct row *row = row_of(t, a, rule_at(p, i));
        blamed = true;
        if (p->is_clean)
            row->on_clean++;
        else if (p->rule[0])
            row->beside++;
        else
            row->on_odd++;
        if (!p->rule[0])
            print_finding(p, i);
    }
    return blamed;
}

static void count_infos(struct table *t, const struct application *p)
{
    int n = 0;
    for (size_t i = 0; i < jval_count(p->findings); i++)
        n += is_info(p, i);
    t->infos += n;
    t->noisy += n > MOST_INFOS;
    t->most_infos = n > t->most_infos ? n : t->most_infos;
}

static bool is_found(const struct application *p)
{
    for (size_t i = 0; i < jval_count(p->findings); i++)
        if (is_planted(p, i))
            return true;
    return false;
}

static void count(struct table *t, struct arena *a, const struct application *p)
{
    bool blamed = count_blames(t, a, p);
    if (p->is_clean) {
        t->clean++;
        t->blamed += blamed;
        count_infos(t, p);
    } else if (!p->rule[0]) {
        t->odd++;
        t->odd_blamed += blamed;
    } else {
        struct row *row = row_of(t, a, p->rule);
        bool found = is_found(p);
        row->planted++;
        row->found += found;
        if (!found)
            printf("  %s (%s): %s was not raised\n", p->bundle, p->recipe,
                   p->rule);
    }
}

static void take(struct table *t, struct arena *a, const char *bundle,
                 const struct jval *report)
{
    struct jval *truth = run_load(bundle, "truth.json");
    const struct jval *recipe = jval_lookup(truth, "recipe");
    if (!recipe) {
        printf("%s: no truth.json\n", bundle);
        exit(1);
    }
    struct application p = {.bundle = bundle,
                            .recipe = jval_string(recipe, "name", ""),
                            .rule = jval_string(recipe, "rule", ""),
                            .findings = jval_lookup(report, "findings")};
    p.is_clean = strcmp(p.recipe, "clean") == 0;
    count(t, a, &p);
    jval_free(truth);
}

static int by_rule(const void *a, const void *b)
{
    return strcmp(((const struct row *)a)->rule, ((const struct row *)b)->rule);
}

static double percent(int part, int all)
{
    return all ? 100.0 * part / all : 0;
}

/* One application more may miss in a small sample. */
static bool print_share(const char *what, int part, int all, double least,
                        double most)
{
    double share = percent(part, all), slack = all < 100 ? percent(1, all) : 0;
    bool met = all > 0 && share >= least - slack && share <= most + slack;
    printf("%-44s %4d of %4d  %6.2f %%  (%g to %g %%)%s\n", what, part, all,
           share, least, most, met ? "" : "  MISSED");
    return met;
}

static bool print_table(struct table *t)
{
    int planted = 0, found = 0;
    qsort(t->rows, (size_t)t->n_rows, sizeof *t->rows, by_rule);
    printf("%-8s %8s %8s %8s %14s %14s %14s\n", "rule", "planted", "found", "%",
           "false on clean", "on odd scans", "beside another");
    for (int i = 0; i < t->n_rows; i++) {
        const struct row *r = &t->rows[i];
        planted += r->planted;
        found += r->found;
        printf("%-8s %8d %8d ", r->rule, r->planted, r->found);
        if (r->planted)
            printf("%8.1f", percent(r->found, r->planted));
        else
            printf("%8s", "-");
        printf(" %14d %14d %14d\n", r->on_clean, r->on_odd, r->beside);
    }
    bool good =
        print_share("planted faults found", found, planted, least_found, 100);
    good &= print_share("clean applications with a look or block", t->blamed,
                        t->clean, 0, most_blamed);
    good &= print_share("clean applications with more than two infos", t->noisy,
                        t->clean, 0, 0);
    printf("%-44s %9.2f, at most %d\n", "infos of a clean application",
           t->clean ? (double)t->infos / t->clean : 0.0, t->most_infos);
    printf("%-44s %4d of %4d\n", "odd but good scans with a look or block",
           t->odd_blamed, t->odd);
    return good;
}

struct task {
    char *bundle;
    bool again; /* judge its report, do not measure */
};

static struct run start(struct arena *a, const char *program,
                        const struct task *t)
{
    bool again = t->again;
    const char *what =
        again ? arena_printf(a, "%s/report.json", t->bundle) : t->bundle;
    const char *const words[] = {
        program, again ? "judge" : "check", what, "--format",
        "json",  again ? NULL : "--jobs",   "1",  NULL};
    return run_start(t->bundle, words);
}

/* The bundles of all folders; those behind --judge only to be judged. */
static size_t list_tasks(struct arena *a, int argc, char **argv,
                         struct task *ret)
{
    char **bundles = arena_new_array(a, MAX_BUNDLES, char *);
    bool again = false;
    size_t n = 0;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--judge") == 0) {
            again = true;
            continue;
        }
        size_t more = run_list(a, argv[i], bundles, MAX_BUNDLES - n);
        for (size_t k = 0; k < more; k++)
            ret[n++] = (struct task){bundles[k], again};
    }
    return n;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr,
                "usage: rulebook SEALDESK [FOLDER...] [--judge FOLDER...]\n");
        return 64;
    }
    struct arena *a = arena_new((size_t)64 << 20);
    struct task *task = arena_new_array(a, MAX_BUNDLES, struct task);
    struct table *t = arena_new_struct(a, struct table);
    struct run running[JOBS];
    size_t n = list_tasks(a, argc, argv, task), started = 0;
    for (size_t i = 0; i < n; i++) {
        for (; started < n && started < i + JOBS; started++)
            running[started % JOBS] = start(a, argv[1], &task[started]);
        struct run_cost cost;
        struct jval *report = run_finish(&running[i % JOBS], &cost);
        take(t, a, task[i].bundle, report);
        if (!task[i].again)
            run_save(task[i].bundle, report);
        jval_free(report);
    }
    bool good = print_table(t);
    arena_free(a);
    return good ? 0 : 1;
}
