/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * crew - threads for what takes long: encrypting, disks, passwords
 *
 * A task runs on one of the threads; when it is done its number can be read
 * from crew_fd by whoever gave it. Tasks share nothing with each other.
 */

#ifndef INTAKE_CREW_H
#define INTAKE_CREW_H

#include <stddef.h>

#include "base/err.h"

struct arena;
struct crew;
struct service;

struct crew_task {
    struct crew_task *next; /* the crew's */
    int (*work)(struct service *s, void *context, struct err *e);
    void *context;
    int result; /* once done */
    struct err err;
    void *owner; /* of whoever gave it */
};

int crew_start(struct arena *a, struct service *s, size_t threads,
               struct crew **ret, struct err *e);
void crew_give(struct crew *c, struct crew_task *task);
size_t crew_busy(struct crew *c); /* tasks given and not taken back */

int crew_fd(const struct crew *c);           /* readable: some are done */
struct crew_task *crew_take(struct crew *c); /* the next done, or NULL */

/* Waits for the threads; what was not begun is not done. */
void crew_stop(struct crew *c);

#endif
