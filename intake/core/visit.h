/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * visit - one request on its way through the core
 *
 * From a message to an answer: the route, who asks, whether they may, what was
 * answered to the same key before, and then the handler, as often as it waits.
 * All of it runs in a turn of the loop (intake/core/core.c).
 */

#ifndef INTAKE_VISIT_H
#define INTAKE_VISIT_H

#include <stdbool.h>
#include <stdint.h>

#include "intake/core/crew.h"
#include "intake/core/message.h"
#include "intake/core/route.h"

struct arena;
struct serve_parts;
struct service;

enum visit_state {
    VISIT_READY,   /* to be run in this turn */
    VISIT_ASKS,    /* v->task is to be given to the crew after the commit */
    VISIT_WORKING, /* a thread works for it */
    VISIT_WAITING, /* for a topic */
    VISIT_DONE,    /* answered; to be sent after the commit */
};

struct visit {
    struct visit *next;
    struct arena *arena;
    enum visit_state state;
    struct message message; /* request.* point into it */
    uint64_t link;          /* by which link it came */
    struct request q;
    struct response r;
    bool is_open;     /* route, principal and limits are known to be good */
    bool go;          /* an ADMIT that may go on */
    bool has_written; /* its last step */
    uint64_t due;     /* not before so many turns are on the disk; 0: now */
    const char *fingerprint; /* of a request with a key */
    struct crew_task task;
    const char *topic;
    int64_t until_ms;
};

struct visit *visit_new(struct arena *a, const struct message *m,
                        uint64_t link);
void visit_free(struct visit *v);

/* Whether what it does has to be on the disk before the answer. */
bool visit_is_fact(const struct visit *v, const struct serve_parts *parts);

/*
 * Runs it as far as it goes: DONE, ASKS or WAITING. `others` are all visits of
 * the core.
 */
void visit_run(struct visit *v, struct service *s,
               const struct serve_parts *parts, const struct visit *others);

#endif
