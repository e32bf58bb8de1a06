/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/bench/bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/rank.h"
#include "intake/bench/others.h"
#include "intake/measure/examine.h"
#include "intake/measure/measure.h"
#include "intake/measure/measured.h"
#include "intake/measure/worker.h"

enum { MAX_PARTS = 40 };

static const size_t run_bytes = (size_t)2047 << 20;

/* The costs of one thing, a sample for each application and run. */
struct samples {
    const char *name;
    double *ms;
};

/* What all runs share. */
struct course {
    const struct bench_application *set;
    size_t n;
    struct measure *measures; /* of each application */
    struct worker_limits limits;
    struct samples parts[MAX_PARTS];
    size_t n_parts, n_samples, max_samples;
    struct samples cpu, wall;
    double **file_ms; /* of the first application: [file][run] */
    long peak_kb;
    struct arena *arena; /* of the result */
};

/* A document of any of the applications: one worker_run does them all. */
struct task {
    struct measure *measure;
    const struct bundle_file *file;
    size_t job;
};

static int do_task(void *context, size_t i, int fd, struct err *e)
{
    const struct task *t = (const struct task *)context + i;
    return measure_job(t->measure, t->job, fd, e);
}

static size_t add_tasks(const struct course *c, size_t application,
                        struct task *tasks)
{
    const struct bundle *b = &c->set[application].bundle;
    for (size_t i = 0; i < b->n_files; i++)
        tasks[i] = (struct task){&c->measures[application], &b->files[i], i};
    return b->n_files;
}

/* Runs the tasks with so many workers; a document that fails ends it. */
static int run_tasks(struct arena *a, const struct course *c,
                     struct task *tasks, size_t n, int workers,
                     struct worker_result *results, double *ret_wall_ms,
                     struct err *e)
{
    struct worker_limits limits = c->limits;
    limits.jobs = workers;
    double start = clock_exact_ms();
    int r = worker_run(a, &limits, do_task, tasks, n, results, e);
    *ret_wall_ms = clock_exact_ms() - start;
    for (size_t i = 0; i < n && r == 0; i++)
        if (results[i].code)
            r = err_set(e, (enum err_code)results[i].code, "%s: %s",
                        tasks[i].file->file,
                        results[i].detail ? results[i].detail : "");
    return r;
}

/* --- the cost of each part --------------------------------------------- */

/* Where the present sample of a part is kept. */
static double *part_at(struct course *c, const char *name)
{
    size_t i = 0;
    while (i < c->n_parts && strcmp(c->parts[i].name, name) != 0)
        i++;
    if (i == MAX_PARTS)
        i--;
    if (i == c->n_parts)
        c->parts[c->n_parts++] =
            (struct samples){arena_strdup(c->arena, name),
                             arena_new_array(c->arena, c->max_samples, double)};
    return &c->parts[i].ms[c->n_samples];
}

/* One document's share of the present sample. */
static int add_document(struct arena *a, struct course *c,
                        const struct bundle_file *file,
                        const struct worker_result *r, struct err *e)
{
    struct measured m = {0};
    double told = 0;
    if (measured_read(a, file->slot, r->bytes, r->n, &m, e))
        return e->code;
    if (m.document.error)
        return err_set(e, (enum err_code)m.document.error, "%s: %s", file->file,
                       m.document.detail ? m.document.detail : "");
    for (size_t i = 0; i < m.n_trace; i++) {
        *part_at(c, m.trace[i].stage) += m.trace[i].ms;
        told += m.trace[i].ms;
    }
    *part_at(c, "rest") += r->cpu_ms - told;
    c->cpu.ms[c->n_samples] += r->cpu_ms;
    c->peak_kb = r->max_rss_kb > c->peak_kb ? r->max_rss_kb : c->peak_kb;
    return 0;
}

static int measure_one(struct arena *a, struct course *c, size_t application,
                       struct err *e)
{
    size_t n = c->set[application].bundle.n_files;
    struct task *tasks = arena_new_array(a, n, struct task);
    struct worker_result *results = arena_new_array(a, n, struct worker_result);
    add_tasks(c, application, tasks);
    int r = run_tasks(a, c, tasks, n, 1, results, &c->wall.ms[c->n_samples], e);
    for (size_t i = 0; i < n && r == 0; i++)
        r = add_document(a, c, tasks[i].file, &results[i], e);
    for (size_t i = 0; i < n && application == 0; i++)
        c->file_ms[i][c->n_samples / c->n] = results[i].cpu_ms;
    c->n_samples++;
    return r;
}

static int measure_parts(struct course *c, int runs, struct err *e)
{
    int r = 0;
    for (int k = 0; k < runs && r == 0; k++)
        for (size_t i = 0; i < c->n && r == 0; i++) {
            struct arena *a = arena_new(run_bytes);
            r = measure_one(a, c, i, e);
            arena_free(a);
        }
    return r;
}

static double median(double *v, size_t n)
{
    return n > 0 ? rank_median(v, n) : NAN;
}

/* --- what the machine gets through ------------------------------------- */

/* The whole set at once. */
static int measure_speed(struct course *c, int workers, size_t n_files,
                         struct bench_speed *ret, struct err *e)
{
    struct arena *a = arena_new(run_bytes);
    struct task *tasks = arena_new_array(a, n_files, struct task);
    struct worker_result *results =
        arena_new_array(a, n_files, struct worker_result);
    double wall_ms = 0;
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        n += add_tasks(c, i, tasks + n);
    int r = run_tasks(a, c, tasks, n, workers, results, &wall_ms, e);
    *ret = (struct bench_speed){workers, 1e3 * (double)c->n / wall_ms};
    arena_free(a);
    return r;
}

/* 1, 2, 4, ... and the most. */
static int measure_speeds(struct course *c, int most, struct bench *ret,
                          struct err *e)
{
    enum { MAX_SPEEDS = 8 };
    int r = 0;
    if (most <= 0)
        most = (int)sysconf(_SC_NPROCESSORS_ONLN);
    ret->speeds = arena_new_array(c->arena, MAX_SPEEDS, struct bench_speed);
    for (int w = 1; r == 0; w = 2 * w < most ? 2 * w : most) {
        r = measure_speed(c, w, ret->n_files, &ret->speeds[ret->n_speeds++], e);
        if (w >= most)
            break;
    }
    return r;
}

/* --- the whole --------------------------------------------------------- */

static void prepare(struct course *c, const struct conf *conf,
                    struct reader *reader, int runs)
{
    struct arena *a = c->arena;
    c->max_samples = c->n * (size_t)runs;
    c->cpu.ms = arena_new_array(a, c->max_samples, double);
    c->wall.ms = arena_new_array(a, c->max_samples, double);
    c->measures = arena_new_array(a, c->n, struct measure);
    for (size_t i = 0; i < c->n; i++) {
        const struct bundle *b = &c->set[i].bundle;
        const struct bundle_file **files =
            arena_new_array(a, b->n_files, const struct bundle_file *);
        for (size_t k = 0; k < b->n_files; k++)
            files[k] = &b->files[k];
        c->measures[i] = (struct measure){.conf = conf,
                                          .reader = reader,
                                          .files = files,
                                          .reads_fields = true,
                                          .sends_evidence = true,
                                          .order = &b->order};
    }
    size_t first = c->set[0].bundle.n_files;
    c->file_ms = arena_new_array(a, first, double *);
    for (size_t k = 0; k < first; k++)
        c->file_ms[k] = arena_new_array(a, (size_t)runs, double);
}

static void sum_up(struct course *c, struct bench *ret)
{
    size_t n = c->n_samples;
    ret->parts = arena_new_array(c->arena, c->n_parts, struct bench_part);
    ret->n_parts = c->n_parts;
    for (size_t i = 0; i < c->n_parts; i++) {
        double middle = median(c->parts[i].ms, n); /* sorts */
        ret->parts[i] = (struct bench_part){c->parts[i].name, middle,
                                            c->parts[i].ms[n - 1]};
    }
    ret->cpu_ms = median(c->cpu.ms, n);
    ret->wall_ms = median(c->wall.ms, n);
    ret->peak_kb = c->peak_kb;
}

/* A file that could not even be read is in the bundle as an error. */
static int check_set(const struct course *c, size_t *ret_files, struct err *e)
{
    *ret_files = 0;
    for (size_t i = 0; i < c->n; i++) {
        const struct bundle *b = &c->set[i].bundle;
        *ret_files += b->n_files;
        for (size_t k = 0; k < b->n_files; k++)
            if (b->files[k].error)
                return err_set(e, (enum err_code)b->files[k].error, "%s/%s",
                               c->set[i].folder, b->files[k].file);
    }
    return 0;
}

int bench_run(struct arena *a, const struct conf *conf,
              const struct bench_options *options,
              const struct bench_application *set, size_t n, struct bench *ret,
              struct err *e)
{
    struct reader *reader;
    struct course c = {.set = set, .n = n, .arena = a};
    *ret = (struct bench){.n_applications = n, .runs = options->runs};
    int r = check_set(&c, &ret->n_files, e);
    if (r == 0)
        r = examine_warm_up(a, conf, &reader, e);
    if (r)
        return r;
    memcpy(&c.limits, conf_values(conf, worker_section.name), sizeof c.limits);
    prepare(&c, conf, reader, options->runs);
    r = measure_parts(&c, options->runs, e);
    if (r == 0)
        r = measure_speeds(&c, options->workers, ret, e);
    if (r)
        return r;
    sum_up(&c, ret);
    if (!options->others)
        return 0;
    double *ours = arena_new_array(a, set[0].bundle.n_files, double);
    for (size_t i = 0; i < set[0].bundle.n_files; i++)
        ours[i] = median(c.file_ms[i], (size_t)options->runs);
    others_measure(a, &set[0], ours, ret);
    return 0;
}

double bench_part_ms(const struct bench *b, const char *name)
{
    for (size_t i = 0; i < b->n_parts; i++)
        if (strcmp(b->parts[i].name, name) == 0)
            return b->parts[i].median_ms;
    return NAN;
}
