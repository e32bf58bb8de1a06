/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * stage - the contract of a filter
 *
 * One file stage_NAME.c and one line STAGE(NAME) in stages.def. A stage names
 * what it needs and gives; the pipeline is checked at start-up. `check` is
 * cheap: 1 apply me, 0 pass this page by (why not is in the trace), negative:
 * error. `apply` writes into a copy of the page that is kept only when it
 * returns 0. Settings are in physical units; their table is the stage's
 * section of pipeline.conf, "stage_NAME".
 */

#ifndef IMAGING_STAGE_H
#define IMAGING_STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/conf.h"

struct arena;
struct err;
struct page;

enum stage_fact {
    GIVES_TURNS = 1 << 0,
    GIVES_DPI = 1 << 1,
    GIVES_SKEW = 1 << 2,
    GIVES_TEXT = 1 << 3,
    GIVES_LINES = 1 << 4,
    GIVES_CAPTURE = 1 << 5,
    GIVES_CLARITY = 1 << 6,
    GIVES_INK = 1 << 7,
    GIVES_SEALS = 1 << 8,
    GIVES_GREY = 1 << 9,
    GIVES_OUTLINES = 1 << 10,
    GIVES_RESOLUTION = 1 << 11,
};

struct stage {
    const char *name;    /* as in stages.def */
    const char *summary; /* one line, English: trace, help */
    unsigned needs, gives;
    bool required; /* without it the page cannot be used at all */
    size_t params_size;
    const struct param *params; /* ends with a NULL name; NULL: none */
    int (*check)(const struct page *page, const void *params, struct err *e);
    int (*apply)(struct arena *a, struct page *page, const void *params,
                 struct err *e);
};

#endif
