/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Group commit: while one turn waits for the disk the next one's requests
 * gather in the socket, so the busier it is the more of them share a commit.
 * Nothing is answered before the commit; when that fails the process ends, the
 * front answers 503 for all that was open, and the master starts a new core,
 * which finds what was acknowledged and nothing else.
 */

#include "intake/core/core.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "intake/core/answer.h"
#include "intake/core/core_impl.h"
#include "intake/core/log.h"
#include "intake/core/message.h"
#include "intake/core/problem.h"
#include "intake/queue/jobs.h"
#include "intake/store/store.h"

enum {
    VISIT_BYTES = 192 << 20,
    BATCH = 64,
    LONGEST_SLEEP_MS = 500,
    CREW_MOST = 1000,
};

const double core_bucket_s[CORE_BUCKETS - 1] = {0.005, 0.01, 0.025, 0.05,
                                                0.1,   0.25, 1,     3};

/* A task of service_work; those of visits have theirs inside. */
struct errand {
    struct crew_task task;
    service_done *done;
};

/* --- what service.h promises -------------------------------------------- */

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
    struct errand *errand = calloc(1, sizeof *errand);
    if (!errand)
        return err_set(e, ERR_SYS, "no memory");
    errand->task = (struct crew_task){.work = work, .context = context};
    errand->done = done;
    crew_give(s->core->crew, &errand->task);
    return 0;
}

void service_wake(struct service *s, const char *topic)
{
    for (struct visit *v = s->core->visits; v; v = v->next)
        if (v->state == VISIT_WAITING && strcmp(v->topic, topic) == 0)
            v->state = VISIT_READY;
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

/* --- what comes in ------------------------------------------------------ */

static void lose_link(struct core *k, const struct err *e)
{
    log_event(LOG_WARNING, "front_lost", "error", e->text);
    close(k->link);
    k->link = -1;
}

/* Up to a batch of requests of the front. */
static void take_requests(struct core *k)
{
    struct visit **last = &k->visits;
    while (*last)
        last = &(*last)->next;
    for (int i = 0; i < BATCH && k->link >= 0; i++) {
        struct arena *a = arena_new(VISIT_BYTES);
        struct message m;
        struct err e = {0};
        int r = message_take(k->link, a, false, &m, &e);
        if (r <= 0) {
            arena_free(a);
            if (r < 0)
                lose_link(k, &e);
            return;
        }
        *last = visit_new(a, &m, k->links);
        last = &(*last)->next;
    }
}

static void obey(struct core *k)
{
    struct arena *a = arena_new(1 << 20);
    struct message m = {.fd = -1};
    struct err e = {0};
    int r = message_take(k->control, a, false, &m, &e);
    const char *peer = r > 0 ? message_text(&m, FIELD_PEER, "") : "";
    if (r < 0) {
        k->stop = true; /* the master is gone */
    } else if (r > 0 && m.kind == MESSAGE_DRAIN) {
        k->s.draining = true;
        jobs_drain(&k->s);
    } else if (r > 0 && m.kind == MESSAGE_LINK && m.fd >= 0) {
        bool is_front = strcmp(peer, PEER_FRONT) == 0;
        int *link = is_front ? &k->link : &k->s.lanes_fd;
        int old = *link;
        *link = m.fd;
        k->links += is_front;
        if (!is_front && k->s.jobs)
            jobs_lanes_changed(&k->s);
        if (old >= 0)
            close(old);
    }
    arena_free(a);
}

/* --- a turn ------------------------------------------------------------- */

/* Runs a step of somebody else's inside the transaction; its writes stand or
 * fall together. */
#define IN_SAVEPOINT(k, step)                                                  \
    do {                                                                       \
        struct err e_ = {0};                                                   \
        if (store_savepoint((k)->s.store, &e_) == 0) {                         \
            step;                                                              \
            store_release((k)->s.store, &e_);                                  \
        }                                                                      \
        if (e_.code)                                                           \
            log_event(LOG_ERROR, "savepoint", "error", e_.text);               \
    } while (0)

/* Those of visits make them ready; errands are told their result. */
static void take_done_tasks(struct core *k)
{
    for (struct crew_task *t; (t = crew_take(k->crew)) != NULL;) {
        if (t->owner) {
            struct visit *v = t->owner;
            v->q.result = t->result;
            v->state = VISIT_READY;
            if (t->result && t->result != ERR_USAGE)
                log_event(LOG_WARNING, "work", "id", v->q.id, "error",
                          t->err.text);
            continue;
        }
        struct errand *errand = (struct errand *)(void *)t;
        IN_SAVEPOINT(k, errand->done(&k->s, t->context, t->result));
        free(errand);
    }
}

static void run_watches(struct core *k)
{
    for (size_t i = 0; i < CORE_WATCHES; i++) {
        struct watch *w = &k->watches[i];
        if (w->fd < 0 || !w->fired)
            continue;
        w->fired = false;
        IN_SAVEPOINT(k, w->ready(&k->s, w->context, w->fd));
    }
}

static void run_ticks(struct core *k)
{
    int64_t now = clock_ms();
    for (size_t i = 0; i < k->n_ticks; i++) {
        struct tick *t = &k->ticks[i];
        if (t->next_ms > now)
            continue;
        t->next_ms = now + t->every_ms;
        IN_SAVEPOINT(k, t->tick(&k->s, t->context));
    }
}

static void run_visits(struct core *k)
{
    int64_t now = k->s.now_ms;
    for (struct visit *v = k->visits; v; v = v->next) {
        if (v->state == VISIT_WAITING && v->until_ms <= now)
            v->state = VISIT_READY;
        if (v->state == VISIT_READY)
            visit_run(v, &k->s, k->c->parts, k->visits);
    }
}

static enum store_class class_of(const struct core *k, bool others)
{
    if (others)
        return STORE_FACT;
    for (const struct visit *v = k->visits; v; v = v->next)
        if (v->state == VISIT_READY && visit_is_fact(v, k->c->parts))
            return STORE_FACT;
    return STORE_HINT;
}

/* --- what goes out ------------------------------------------------------ */

static void count(struct core *k, const struct visit *v)
{
    double s = (double)(clock_unix_ms() - v->q.now_ms) / 1000;
    size_t bucket = 0;
    while (bucket < CORE_BUCKETS - 1 && s > core_bucket_s[bucket])
        bucket++;
    k->counts.answers++;
    k->counts.by_time[bucket]++;
    k->counts.by_class[v->r.status / 100 % 6]++;
    k->counts.seconds += s > 0 ? s : 0;
    k->counts.problems += v->r.status >= 400;
}

static void answer(struct core *k, struct visit *v)
{
    struct message m;
    struct err e = {0};
    message_init(&m, v->go ? MESSAGE_GO : MESSAGE_ANSWER, v->message.id);
    if (!v->go) {
        answer_put(v->arena, &v->r, &m);
        count(k, v);
    }
    if (v->link != k->links || k->link < 0)
        return; /* whoever asked is gone */
    int r = message_send(k->link, &m, &e);
    if (r == ERR_LIMIT) {
        log_event(LOG_ERROR, "answer", "id", v->q.id, "error", e.text);
        v->r = (struct response){.arena = v->arena, .fd = -1};
        problem_set(&v->r, PROBLEM_INTERNAL, "答复无法送出");
        message_init(&m, MESSAGE_ANSWER, v->message.id);
        answer_put(v->arena, &v->r, &m);
        r = message_send(k->link, &m, &e);
    }
    if (r)
        lose_link(k, &e);
}

/* After the commit: answers leave, work begins. */
static void dispatch(struct core *k)
{
    for (struct visit **link = &k->visits; *link;) {
        struct visit *v = *link;
        if (v->state == VISIT_DONE) {
            answer(k, v);
            *link = v->next;
            visit_free(v);
            continue;
        }
        if (v->state == VISIT_ASKS) {
            v->state = VISIT_WORKING;
            crew_give(k->crew, &v->task);
        }
        link = &v->next;
    }
}

static void turn(struct core *k, bool others)
{
    struct err e = {0};
    k->s.now_ms = clock_unix_ms();
    int r = store_begin(k->s.store, class_of(k, others), &e);
    if (r == 0) {
        take_done_tasks(k);
        run_watches(k);
        run_ticks(k);
        run_visits(k);
        r = store_commit(k->s.store, &e);
    }
    if (r) { /* nothing of this turn may be acknowledged, nor retried */
        log_event(LOG_ERROR, "commit", "error", e.text);
        _exit(err_exit_code(r));
    }
    k->counts.turns++;
    dispatch(k);
    if (store_maintain(k->s.store, false, &e))
        log_event(LOG_WARNING, "maintain", "error", e.text);
}

/* --- the loop ----------------------------------------------------------- */

static int sleep_ms(const struct core *k)
{
    int64_t now = clock_ms(), ms = LONGEST_SLEEP_MS;
    for (size_t i = 0; i < k->n_ticks; i++)
        if (k->ticks[i].next_ms - now < ms)
            ms = k->ticks[i].next_ms - now;
    now = clock_unix_ms();
    for (const struct visit *v = k->visits; v; v = v->next) {
        if (v->state == VISIT_READY)
            return 0;
        if (v->state == VISIT_WAITING && v->until_ms - now < ms)
            ms = v->until_ms - now;
    }
    return ms > 0 ? (int)ms : 0;
}

/* Waits; true when something of ours (not a request) has to be looked at. */
static bool wait_for_work(struct core *k)
{
    struct pollfd fds[3 + CORE_WATCHES];
    fds[0] = (struct pollfd){.fd = k->control, .events = POLLIN};
    fds[1] = (struct pollfd){.fd = k->link, .events = POLLIN};
    fds[2] = (struct pollfd){.fd = crew_fd(k->crew), .events = POLLIN};
    for (size_t i = 0; i < CORE_WATCHES; i++)
        fds[3 + i] = (struct pollfd){.fd = k->watches[i].fd, .events = POLLIN};
    if (poll(fds, 3 + CORE_WATCHES, sleep_ms(k)) < 0)
        return false;
    bool others = fds[2].revents != 0;
    for (size_t i = 0; i < CORE_WATCHES; i++)
        if (fds[3 + i].revents && k->watches[i].fd == fds[3 + i].fd)
            others = k->watches[i].fired = true;
    if (fds[0].revents)
        obey(k);
    if (fds[1].revents)
        take_requests(k);
    int64_t now = clock_ms();
    for (size_t i = 0; i < k->n_ticks; i++)
        others |= k->ticks[i].next_ms <= now;
    return others;
}

static bool has_ready_visit(const struct core *k)
{
    int64_t now = clock_unix_ms();
    for (const struct visit *v = k->visits; v; v = v->next)
        if (v->state == VISIT_READY ||
            (v->state == VISIT_WAITING && v->until_ms <= now))
            return true;
    return false;
}

void core_loop(struct core *k)
{
    int64_t drained_ms = 0;
    while (!k->stop) {
        struct err e = {0};
        bool others = wait_for_work(k);
        if (others || has_ready_visit(k))
            turn(k, others);
        else if (store_maintain(k->s.store, true, &e))
            log_event(LOG_WARNING, "maintain", "error", e.text);
        if (!k->s.draining)
            continue;
        int64_t now = clock_ms();
        if (!drained_ms)
            drained_ms = now + 1000LL * k->c->settings->drain_s;
        bool idle = !k->visits && jobs_is_idle(&k->s) && !crew_busy(k->crew);
        k->stop |= idle || now > drained_ms;
    }
}
