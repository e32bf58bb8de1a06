/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * core_impl - what core.c and core_start.c share; for nobody else
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

struct core {
    struct service s;
    const struct serve_context *c;
    struct arena *arena;
    int control, link;
    uint64_t links; /* so many were there; answers go by the present one */
    struct crew *crew;
    struct visit *visits;
    struct watch watches[CORE_WATCHES];
    struct tick ticks[CORE_TICKS];
    size_t n_ticks;
    struct core_counts counts;
    bool stop;
};

/* Turns, until the master says that it is enough. */
void core_loop(struct core *k);

#endif
