/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * core_impl - what the core's own files share; for nobody else
 */

#ifndef INTAKE_CORE_IMPL_H
#define INTAKE_CORE_IMPL_H

#include "intake/core/core.h"
#include "intake/core/crew.h"
#include "intake/core/visit.h"

enum { CORE_WATCHES = 160, CORE_TICKS = 24 };

struct watch {
    int fd; /* -1: free */
    service_ready *ready;
    void *context;
    bool fired;
};

struct tick {
    int64_t every_ms, next_ms;
    service_tick *tick;
    void *context;
};

/* A task of service_work; those of visits have theirs inside. */
struct chore {
    struct crew_task task; /* first */
    service_done *done;
};

struct core {
    struct service s;
    const struct serve_context *c;
    struct arena *arena;
    int control, link;
    uint64_t links; /* so many were there; answers go by the present one */
    struct crew *crew, *flusher; /* one thread, which waits for the disk */
    struct crew_task flush;      /* work NULL: none is on its way */
    /* Turns that wrote facts: all, behind the present sync, on the disk. */
    uint64_t written, flushing, kept;
    struct visit *visits;
    struct watch watches[CORE_WATCHES];
    struct tick ticks[CORE_TICKS];
    size_t n_ticks;
    struct core_counts counts;
    bool stop, has_new_rules;
};

/* Turns, until the master says that it is enough. */
void core_loop(struct core *k);

#endif
