/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * pipeline - runs the stages of stages.def over one page
 *
 * The runner, not the stage, does the timing, the trace, the dumps and the
 * decision whether the page may go on without a stage that failed. A trace
 * step is told for every stage, also for one that passed the page by.
 */

#ifndef IMAGING_PIPELINE_H
#define IMAGING_PIPELINE_H

#include <stddef.h>

struct arena;
struct conf;
struct conf_section;
struct err;
struct image;
struct page;
struct stage;

enum stage_outcome { STAGE_APPLIED, STAGE_PASSED, STAGE_FAILED };

struct trace_step {
    const struct stage *stage;
    enum stage_outcome outcome;
    double ms;
    const char *why; /* of a failure, else "" */
};

/* Where the runner tells what happened; each function may be NULL. */
struct pipeline_watch {
    void *context;
    void (*step)(void *context, const struct trace_step *step);
    /* A picture of what the stage made, for --dump-stages. */
    void (*dump)(void *context, const char *name, const struct image *im);
};

size_t pipeline_count(void);
const struct stage *pipeline_stage(size_t i);

/* The stages' settings, for conf_new(); the count in *ret_n. */
const struct conf_section *pipeline_sections(struct arena *a, size_t *ret_n);

/* Every stage's needs are given before it; ERR_CONFIG names the first gap. */
int pipeline_validate(struct err *e);

/* Fails only when a required stage fails. */
int pipeline_run(struct arena *a, const struct conf *conf, struct page *page,
                 const struct pipeline_watch *watch, struct err *e);

#endif
