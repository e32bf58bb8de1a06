/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * pool - the lanes as the core sees them: what waits, what runs
 *
 * Lives in the core's loop and waits for nothing. A task whose lane dies is
 * given to another lane once; the second time its answer is ERR_CRASH, like
 * that of a child that died twice. Beside the lanes that are configured there
 * are some for checks alone (lane_total): who sits in front of the screen finds
 * one free however long the queue is, and his child has the processor before
 * those of others, which step back.
 */

#ifndef INTAKE_POOL_H
#define INTAKE_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "intake/queue/lane.h"

struct arena;
struct pool;
struct service;

enum urgency {
    URGENCY_CHECK,     /* an answer is being waited for, seconds */
    URGENCY_APPLICANT, /* somebody has uploaded or submitted, and looks */
    URGENCY_BULK,
    URGENCIES
};

/* Called in a turn. The answer's descriptor is closed afterwards. */
typedef void pool_done(struct service *s, void *context,
                       const struct lane_answer *answer);

struct pool_counts {
    size_t lanes, running, waiting[URGENCIES];
    unsigned long done, failed, deaths; /* since the start */
};

struct pool *pool_open(struct service *s, struct arena *a);

/* The process behind s->lanes_fd is a new one, or gone. */
void pool_link_changed(struct pool *p);

/* Copies the task and takes over the descriptors. */
void pool_add(struct pool *p, enum urgency u, const struct lane_task *t,
              const int *fds, pool_done *done, void *context);

/* Documents that would find a lane at once, or nearly so. */
bool pool_is_hungry(const struct pool *p);
void pool_count(const struct pool *p, struct pool_counts *ret);

#endif
