/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/core/crew.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/arena.h"

struct list {
    struct crew_task *first, **last;
};

struct crew {
    struct service *service;
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct list waiting, done;
    pthread_t *threads;
    size_t n, busy;
    int event;
    bool stop;
};

static void push(struct list *l, struct crew_task *t)
{
    t->next = NULL;
    *l->last = t;
    l->last = &t->next;
}

static struct crew_task *pop(struct list *l)
{
    struct crew_task *t = l->first;
    if (t && !(l->first = t->next))
        l->last = &l->first;
    return t;
}

static void *run(void *context)
{
    struct crew *c = context;
    pthread_mutex_lock(&c->lock);
    while (!c->stop) {
        struct crew_task *t = pop(&c->waiting);
        if (!t) {
            pthread_cond_wait(&c->more, &c->lock);
            continue;
        }
        pthread_mutex_unlock(&c->lock);
        t->result = t->work(c->service, t->context, &t->err);
        pthread_mutex_lock(&c->lock);
        push(&c->done, t);
        const uint64_t one = 1;
        if (write(c->event, &one, sizeof one) < 0) {
            /* The counter is full: the reader has been told. */
        }
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

int crew_start(struct arena *a, struct service *s, size_t threads,
               struct crew **ret, struct err *e)
{
    struct crew *c = arena_new_struct(a, struct crew);
    sigset_t all, before;
    c->service = s;
    c->waiting.last = &c->waiting.first;
    c->done.last = &c->done.first;
    c->threads = arena_new_array(a, threads, pthread_t);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->more, NULL);
    c->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (c->event < 0)
        return err_set(e, ERR_SYS, "eventfd: %s", strerror(errno));
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    while (c->n < threads &&
           pthread_create(&c->threads[c->n], NULL, run, c) == 0)
        c->n++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    *ret = c;
    return c->n ? 0 : err_set(e, ERR_SYS, "no threads");
}

void crew_give(struct crew *c, struct crew_task *task)
{
    pthread_mutex_lock(&c->lock);
    push(&c->waiting, task);
    c->busy++;
    pthread_cond_signal(&c->more);
    pthread_mutex_unlock(&c->lock);
}

size_t crew_busy(struct crew *c)
{
    pthread_mutex_lock(&c->lock);
    size_t n = c->busy;
    pthread_mutex_unlock(&c->lock);
    return n;
}

int crew_fd(const struct crew *c)
{
    return c->event;
}

struct crew_task *crew_take(struct crew *c)
{
    uint64_t count;
    if (read(c->event, &count, sizeof count) < 0) {
        /* Nothing new; the list says what there is. */
    }
    pthread_mutex_lock(&c->lock);
    struct crew_task *t = pop(&c->done);
    c->busy -= t != NULL;
    pthread_mutex_unlock(&c->lock);
    return t;
}

void crew_stop(struct crew *c)
{
    pthread_mutex_lock(&c->lock);
    c->stop = true;
    pthread_cond_broadcast(&c->more);
    pthread_mutex_unlock(&c->lock);
    for (size_t i = 0; i < c->n; i++)
        pthread_join(c->threads[i], NULL);
    close(c->event);
}
