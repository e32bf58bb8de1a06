/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/http/reaper.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "intake/core/serve.h"

enum { LOOK_EVERY_MS = 250, KIB = 1024 };

struct reaper_entry {
    struct reaper_entry *next, **link;
    int fd;
    enum reaper_state state;
    int64_t since_ms;
    uint64_t bytes;
    bool ended;
};

struct reaper {
    const struct serve_settings *settings;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct reaper_entry *first;
    size_t n;
    uint64_t reaped;
    bool stop;
};

static bool is_late(const struct serve_settings *s,
                    const struct reaper_entry *entry, int64_t now)
{
    int64_t ms = now - entry->since_ms;
    uint64_t wanted = (uint64_t)ms * (uint64_t)s->floor_kib * KIB / 1000;
    switch (entry->state) {
    case REAPER_IDLE:
        return ms > 1000LL * s->idle_s;
    case REAPER_HEADERS:
        return ms > 1000LL * s->header_s;
    case REAPER_BODY:
        return ms > 1000LL * s->body_s && entry->bytes < wanted;
    case REAPER_SEND: /* at the same rate; `bytes` is what is to be sent */
        return ms > 1000LL * s->body_s && entry->bytes < wanted;
    case REAPER_WORK:
    case REAPER_STATES:
        break;
    }
    return false;
}

static void *watch(void *context)
{
    struct reaper *r = context;
    pthread_mutex_lock(&r->lock);
    while (!r->stop) {
        int64_t now = clock_ms();
        for (struct reaper_entry *x = r->first; x; x = x->next)
            if (!x->ended && is_late(r->settings, x, now)) {
                x->ended = true;
                r->reaped++;
                shutdown(x->fd, SHUT_RDWR);
            }
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += LOOK_EVERY_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&r->wake, &r->lock, &until);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

int reaper_start(const struct serve_settings *settings, struct reaper **ret,
                 struct err *e)
{
    struct reaper *r = calloc(1, sizeof *r);
    if (!r)
        return err_set(e, ERR_SYS, "no memory");
    r->settings = settings;
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->wake, NULL);
    if (pthread_create(&r->thread, NULL, watch, r)) {
        free(r);
        return err_set(e, ERR_SYS, "no thread for the reaper");
    }
    *ret = r;
    return 0;
}

void reaper_stop(struct reaper *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    r->stop = true;
    pthread_cond_signal(&r->wake);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->thread, NULL);
    free(r);
}

struct reaper_entry *reaper_add(struct reaper *r, int fd)
{
    struct reaper_entry *x = calloc(1, sizeof *x);
    if (!x)
        return NULL;
    x->fd = fd;
    x->since_ms = clock_ms();
    pthread_mutex_lock(&r->lock);
    x->next = r->first;
    x->link = &r->first;
    if (x->next)
        x->next->link = &x->next;
    r->first = x;
    r->n++;
    pthread_mutex_unlock(&r->lock);
    return x;
}

void reaper_remove(struct reaper *r, struct reaper_entry *x)
{
    if (!x)
        return;
    pthread_mutex_lock(&r->lock);
    *x->link = x->next;
    if (x->next)
        x->next->link = x->link;
    r->n--;
    pthread_mutex_unlock(&r->lock);
    free(x);
}

void reaper_enter(struct reaper *r, struct reaper_entry *x,
                  enum reaper_state state)
{
    if (!x)
        return;
    pthread_mutex_lock(&r->lock);
    x->state = state;
    x->since_ms = clock_ms();
    x->bytes = 0;
    pthread_mutex_unlock(&r->lock);
}

void reaper_progress(struct reaper *r, struct reaper_entry *x, size_t n)
{
    if (!x)
        return;
    pthread_mutex_lock(&r->lock);
    x->bytes += n;
    pthread_mutex_unlock(&r->lock);
}

size_t reaper_connections(struct reaper *r)
{
    pthread_mutex_lock(&r->lock);
    size_t n = r->n;
    pthread_mutex_unlock(&r->lock);
    return n;
}

uint64_t reaper_reaped(struct reaper *r)
{
    pthread_mutex_lock(&r->lock);
    uint64_t n = r->reaped;
    pthread_mutex_unlock(&r->lock);
    return n;
}
