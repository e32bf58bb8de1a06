/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * jobs - the queue at work: claims jobs, keeps their leases, ends them
 *
 * A job is claimed when a lane would take it soon, so that what is urgent can
 * still go first. A lease is renewed three times in its length; a core that
 * dies leaves leases that run out, and the next one starts those jobs again. A
 * job whose lease ran out several times kills whoever works on it: it ends as
 * failed and its application goes to a person. Lives in the core's loop.
 */

#ifndef INTAKE_JOBS_H
#define INTAKE_JOBS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/conf.h"
#include "intake/queue/pool.h"

struct arena;
struct artefact_cache;
struct checks;
struct err;
struct jobs;
struct service;
struct store_application;

struct jobs_settings {
    int lease_s, attempts, most_waiting;
};

extern const struct conf_section jobs_section; /* "jobs" */

/* Once, when the core starts; sets s->jobs. */
int jobs_open(struct service *s, struct arena *a, struct err *e);

/* s->lanes_fd is another one: the process that measures was started again. */
void jobs_lanes_changed(struct service *s);

/* Nothing new is claimed; what runs ends. */
void jobs_drain(struct service *s);
bool jobs_is_idle(const struct service *s);

/* Puts a job into the queue: PROCESS_CHECK of a document, PROCESS_RUN. */
int jobs_add(struct service *s, const char *kind,
             const struct store_application *row, const char *subject,
             enum urgency urgency, struct err *e);

/* More waits than is worth taking in: answer 503. *ret_retry_s: when to come
 * again. */
bool jobs_is_full(struct service *s, int *ret_retry_s);

struct pool *jobs_pool(const struct service *s);
struct artefact_cache *jobs_cache(struct service *s);
struct checks *jobs_checks(struct service *s);

#endif
