/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the core's process begins and ends; the loop is in core.c. */

#include "base/arena.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/err.h"
#include "intake/core/auth.h"
#include "intake/core/core_impl.h"
#include "intake/core/log.h"
#include "intake/core/message.h"
#include "intake/measure/sandbox.h"
#include "intake/measure/worker.h"
#include "intake/queue/jobs.h"
#include "intake/store/keep.h"
#include "intake/store/store.h"

enum {
    ARENA_BYTES = 256 << 20,
    EXPIRE_EVERY_MS = 60000,
    IDEMPOTENCY_MS = 24 * 3600 * 1000,
};

static void expire(struct service *s, void *context)
{
    struct err e = {0};
    (void)context;
    if (store_expire(s->store, s->now_ms, IDEMPOTENCY_MS, &e))
        log_event(LOG_WARNING, "expire", "error", e.text);
}

static int do_nothing(void *context, size_t job, int fd, struct err *e)
{
    (void)context, (void)job, (void)fd, (void)e;
    return 0;
}

/* Without a sandbox nothing foreign is opened; /readyz says so in red. Run
 * while there is one thread. */
static const char *try_sandbox(struct arena *a, const struct conf *conf)
{
    struct err e = {0};
    struct worker_result result;
    int r = worker_run(a, conf_values(conf, worker_section.name), do_nothing,
                       NULL, 1, &result, &e);
    if (r == 0 && result.code == 0)
        return NULL;
    return arena_printf(a, "the sandbox does not work: %s",
                        r ? e.text : result.detail);
}

static int open_keep(struct core *k, struct keep *ret, struct err *e)
{
    uint64_t removed;
    int r = keep_open(k->c->data, NULL, STORE_WRITE, ret, e);
    if (r == 0)
        r = keep_sweep(ret, &removed, e);
    k->s.store = ret->store;
    k->s.blobs = ret->blobs;
    k->s.vault = ret->vault;
    return r;
}

static int open_parts(struct core *k, struct err *e)
{
    int r = store_begin(k->s.store, STORE_FACT, e);
    if (r == 0)
        r = auth_first_users(&k->s, k->arena, e);
    if (r == 0)
        r = store_commit(k->s.store, e);
    if (r == 0)
        r = jobs_open(&k->s, k->arena, e);
    for (size_t i = 0; r == 0 && k->c->parts->opens[i]; i++)
        r = k->c->parts->opens[i](&k->s, k->arena, e);
    return r;
}

static int run(struct core *k, struct err *e)
{
    struct message ready;
    int r = sandbox_enter_service(SANDBOX_CORE, e);
    if (r == 0)
        r = crew_start(k->arena, &k->s, (size_t)k->c->settings->workers,
                       &k->crew, e);
    if (r == 0)
        r = crew_start(k->arena, &k->s, 1, &k->flusher, e);
    if (r == 0)
        r = open_parts(k, e);
    if (r)
        return r;
    service_every(&k->s, EXPIRE_EVERY_MS, expire, NULL);
    message_init(&ready, MESSAGE_READY, 0);
    r = message_send(k->control, &ready, e);
    if (k->s.unready)
        log_event(LOG_ERROR, "not_ready", "error", k->s.unready);
    if (r == 0)
        core_loop(k);
    crew_stop(k->crew);
    crew_stop(k->flusher);
    return r;
}

int core_main(const struct serve_context *c, int control, struct err *e)
{
    struct arena *a = arena_new(ARENA_BYTES);
    struct core *k = arena_new_struct(a, struct core);
    k->c = c;
    k->arena = a;
    k->control = control;
    k->link = k->s.lanes_fd = -1;
    k->s.core = k;
    k->s.conf = c->conf;
    k->s.data = c->data;
    k->s.demo = c->demo;
    k->s.now_ms = clock_unix_ms();
    for (size_t i = 0; i < CORE_WATCHES; i++)
        k->watches[i].fd = -1;
    struct keep keep = {0};
    k->s.unready = try_sandbox(a, c->conf);
    int r = open_keep(k, &keep, e);
    if (r == 0)
        r = run(k, e);
    keep_close(&keep);
    arena_free(a);
    return r;
}
