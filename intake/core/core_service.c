/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What service.h promises to handlers and queue, and the core's numbers. */

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "intake/core/core_impl.h"
#include "intake/core/log.h"
#include "intake/store/store.h"

enum { CREW_MOST = 1000 };

const double core_bucket_s[CORE_BUCKETS - 1] = {0.005, 0.01, 0.025, 0.05,
                                                0.1,   0.25, 1,     3};

void service_watch(struct service *s, int fd, service_ready *ready,
                   void *context)
{
    for (size_t i = 0; i < CORE_WATCHES; i++)
        if (s->core->watches[i].fd < 0) {
            s->core->watches[i] =
                (struct watch){.fd = fd, .ready = ready, .context = context};
            return;
        }
    log_event(LOG_ERROR, "watches", "error", "no room to watch more");
    abort(); /* more lanes than the settings allow */
}

void service_unwatch(struct service *s, int fd)
{
    for (size_t i = 0; i < CORE_WATCHES; i++)
        if (s->core->watches[i].fd == fd)
            s->core->watches[i] = (struct watch){.fd = -1};
}

void service_every(struct service *s, int64_t every_ms, service_tick *tick,
                   void *context)
{
    if (s->core->n_ticks == CORE_TICKS)
        abort(); /* a fixed number of callers, all at the start */
    s->core->ticks[s->core->n_ticks++] =
        (struct tick){every_ms, 0, tick, context};
}

int service_work(struct service *s, service_worker *work, void *context,
                 service_done *done, struct err *e)
{
    if (crew_busy(s->core->crew) > CREW_MOST)
        return err_set(e, ERR_BUSY, "too many tasks wait for a thread");
    struct chore *chore = calloc(1, sizeof *chore);
    if (!chore)
        return err_set(e, ERR_SYS, "no memory");
    chore->task = (struct crew_task){.work = work, .context = context};
    chore->done = done;
    crew_give(s->core->crew, &chore->task);
    return 0;
}

void service_wake(struct service *s, const char *topic)
{
    for (struct visit *v = s->core->visits; v; v = v->next)
        if (v->state == VISIT_WAITING && strcmp(v->topic, topic) == 0)
            v->state = VISIT_READY;
}

void service_reload(struct service *s)
{
    s->core->has_new_rules = true;
}

void service_tell(struct service *s, const char *type, const char *application,
                  const char *data)
{
    const struct store_event row = {.at_ms = s->now_ms,
                                    .application = application,
                                    .type = type,
                                    .data = data};
    int64_t seq;
    struct err e = {0};
    if (store_event_add(s->store, &row, &seq, &e))
        log_event(LOG_ERROR, "event", "error", e.text);
}

void core_counts(const struct core *core, struct core_counts *ret)
{
    *ret = core->counts;
    ret->open = 0;
    for (const struct visit *v = core->visits; v; v = v->next)
        ret->open++;
    ret->working = crew_busy(core->crew);
}

const struct serve_parts *core_parts(const struct core *core)
{
    return core->c->parts;
}
