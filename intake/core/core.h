/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * core - what the core's loop tells about itself
 */

#ifndef INTAKE_CORE_H
#define INTAKE_CORE_H

#include <stddef.h>
#include <stdint.h>

#include "intake/core/serve.h"

struct core;
struct str;

enum { CORE_BUCKETS = 9 }; /* of the histogram of times; the last: all */

struct core_counts {
    uint64_t turns, answers, problems;
    uint64_t by_class[6];           /* 1xx .. 5xx */
    uint64_t by_time[CORE_BUCKETS]; /* from message to answer */
    double seconds;
    size_t open, working; /* visits now, tasks of the crew */
};

/* Upper ends of by_time, in seconds. */
extern const double core_bucket_s[CORE_BUCKETS - 1];

void core_counts(const struct core *core, struct core_counts *ret);
const struct serve_parts *core_parts(const struct core *core);

#endif
