/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * service - what all handlers share: the core process and its one loop
 *
 * The core works in turns: it takes the requests and ready descriptors that
 * wait, opens one transaction, runs each in a savepoint of its own, commits,
 * and only then sends the answers. So handlers need no locks and never begin
 * or commit; what one of them wrote is seen by the next.
 */

#ifndef INTAKE_SERVICE_H
#define INTAKE_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct blobs;
struct conf;
struct core;
struct err;
struct jobs;
struct store;
struct vault;

struct service {
    struct store *store; /* only in the loop */
    struct blobs *blobs; /* also on the threads of response_work */
    struct vault *vault;
    const struct conf *conf;
    struct jobs *jobs;
    struct core *core; /* the loop */
    const char *data;  /* the folder */
    int lanes_fd;      /* to the process that measures; -1: it is not there */
    int64_t now_ms;    /* of this turn, since 1970 */
    bool demo, draining;
    const char *unready; /* English: why nothing can be measured; or NULL */
};

/* Called in a turn when fd can be read; inside the turn's transaction. */
typedef void service_ready(struct service *s, void *context, int fd);
void service_watch(struct service *s, int fd, service_ready *ready,
                   void *context);
void service_unwatch(struct service *s, int fd);

/* Called in a turn at least once in `every_ms`; for leases and the like. */
typedef void service_tick(struct service *s, void *context);
void service_every(struct service *s, int64_t every_ms, service_tick *tick,
                   void *context);

/*
 * Runs work(s, context) on a thread of the pool, as response_work does for a
 * handler; done is called with its result in a later turn, inside that turn's
 * transaction. Fails when the pool is full.
 */
typedef int service_worker(struct service *s, void *context, struct err *e);
typedef void service_done(struct service *s, void *context, int result);
int service_work(struct service *s, service_worker *work, void *context,
                 service_done *done, struct err *e);

/* Requests that wait for this topic (response_wait) are called again. */
void service_wake(struct service *s, const char *topic);

/* The rules in the data folder are others: in force, here and in the lanes,
 * once this turn is committed. */
void service_reload(struct service *s);

/* Tells whoever listens at /events; `application` "" for all of the desk.
 * Kept in the store with the turn. `data` is one line of JSON. */
void service_tell(struct service *s, const char *type, const char *application,
                  const char *data);

#endif
