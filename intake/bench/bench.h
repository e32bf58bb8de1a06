/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * bench - what a review costs
 *
 * A set of applications is measured as the service does it: engines warm, a
 * sandboxed child for each document, pictures of the evidence made. First one
 * document at a time, several runs, for the cost of each part; then all of the
 * set at once with 1, 2, ... workers, for what the machine gets through; and,
 * if wished, other programs read the first application's files.
 *
 * Costs are milliseconds of processor, so that they hold on a machine that
 * does other things as well; only applications per second come from the clock
 * on the wall.
 */

#ifndef INTAKE_BENCH_H
#define INTAKE_BENCH_H

#include <stdbool.h>
#include <stddef.h>

#include "intake/bundle.h"

struct arena;
struct conf;
struct err;
struct jval;
struct str;

struct bench_application {
    const char *folder;
    struct bundle bundle;
};

struct bench_options {
    int runs;
    int workers; /* the most; 0: as many as processors */
    bool others; /* time other programs, too */
};

/* A part of the work: a stage, or decode, read, depict; the rest is what a
 * process costs. Of one application, all its pages together. */
struct bench_part {
    const char *name;
    double median_ms, most_ms;
};

struct bench_speed {
    int workers;
    double per_second;
};

/* Another program on those files of the first application that it opens. */
struct bench_other {
    const char *name;
    const char *why_not; /* NULL: it ran */
    size_t n_files;
    double cpu_ms, wall_ms;
    double ours_ms; /* what we need for the same files, median */
};

struct bench {
    size_t n_applications, n_files;
    int runs;
    struct bench_part *parts;
    size_t n_parts;
    double cpu_ms, wall_ms; /* of one application, median */
    long peak_kb;           /* of the largest process */
    struct bench_speed *speeds;
    size_t n_speeds;
    struct bench_other *others;
    size_t n_others;
};

/*
 * Measures; `ret` lives in the arena. A document that cannot be measured is
 * an error here: its cost would mean nothing.
 */
int bench_run(struct arena *a, const struct conf *conf,
              const struct bench_options *options,
              const struct bench_application *set, size_t n, struct bench *ret,
              struct err *e);

/* The median cost of a part, NAN when there is none of that name. */
double bench_part_ms(const struct bench *b, const char *name);

/* schema "sealdesk.bench/1"; the caller frees. */
struct jval *bench_json(const struct bench *b);
void bench_text(const struct bench *b, struct str *t);

#endif
