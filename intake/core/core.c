/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Group commit: a turn's transaction does not wait for the disk; a thread syncs
 * the log behind the turns, and while it does, the next turns share the sync
 * after it. No answer leaves and no work begins before the sync behind all that
 * it rests on. When a commit or a sync fails the process ends, the front
 * answers 503 for all that was open, and the master starts a new core, which
 * finds what was acknowledged and nothing else.
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
    OWN_FDS = 4,
    LONGEST_SLEEP_MS = 500,
};

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
        struct chore *chore = (struct chore *)(void *)t;
        IN_SAVEPOINT(k, chore->done(&k->s, t->context, t->result));
        free(chore);
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

/* Also when what it waited for did not come in time. */
static bool is_ready(const struct visit *v, int64_t now_ms)
{
    return v->state == VISIT_READY ||
           (v->state == VISIT_WAITING && v->until_ms <= now_ms);
}

static void run_visits(struct core *k)
{
    for (struct visit *v = k->visits; v; v = v->next)
        if (is_ready(v, k->s.now_ms))
            visit_run(v, &k->s, k->c->parts, k->visits);
}

/* Whether what this turn writes has to be kept, whatever happens. */
static bool is_fact(const struct core *k, bool others)
{
    for (const struct visit *v = k->visits; v && !others; v = v->next)
        others = is_ready(v, k->s.now_ms) && visit_is_fact(v, k->c->parts);
    return others;
}

/* --- the disk ----------------------------------------------------------- */

_Noreturn static void give_up(const char *what, const struct err *e)
{
    log_event(LOG_ERROR, what, "error", e->text);
    _exit(err_exit_code(e->code)); /* nothing open may be acknowledged now */
}

static int flush(struct service *s, void *context, struct err *e)
{
    (void)context;
    return store_flush(s->store, e);
}

/* One sync at a time; what is written meanwhile has the next one. */
static void begin_flush(struct core *k)
{
    if (k->flush.work || k->kept == k->written)
        return;
    k->flushing = k->written;
    k->flush = (struct crew_task){.work = flush};
    crew_give(k->flusher, &k->flush);
}

static void end_flush(struct core *k)
{
    const struct crew_task *t = crew_take(k->flusher);
    if (!t)
        return;
    if (t->result)
        give_up("flush", &t->err);
    k->flush.work = NULL;
    k->kept = k->flushing;
    begin_flush(k);
}

/*
 * An answer rests on everything that was written before it, since it may tell
 * of it; work only on what its own handler wrote. A GO tells nothing.
 */
static void set_due(struct core *k)
{
    for (struct visit *v = k->visits; v; v = v->next)
        if (!v->due &&
            (v->state == VISIT_DONE ? !v->go
                                    : v->state == VISIT_ASKS && v->has_written))
            v->due = k->written;
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

/* Answers leave and work begins, where what they rest on is on the disk. */
static void dispatch(struct core *k)
{
    for (struct visit **link = &k->visits; *link;) {
        struct visit *v = *link;
        bool is_due = v->due <= k->kept;
        if (v->state == VISIT_DONE && is_due) {
            answer(k, v);
            *link = v->next;
            visit_free(v);
            continue;
        }
        if (v->state == VISIT_ASKS && is_due) {
            v->state = VISIT_WORKING;
            v->due = 0;
            crew_give(k->crew, &v->task);
        }
        link = &v->next;
    }
}

/* Nobody but this thread looks at the settings. */
static void reload(struct core *k)
{
    struct message m;
    struct err e = {0};
    int exit_code = 0;
    const struct conf *conf =
        serve_conf(k->arena, k->c->cli, k->c->data, &exit_code);
    k->has_new_rules = false;
    if (!conf)
        return; /* it was told why */
    k->s.conf = conf;
    message_init(&m, MESSAGE_RELOAD, 0);
    if (message_send(k->control, &m, &e))
        log_event(LOG_ERROR, "reload", "error", e.text);
}

static void turn(struct core *k, bool others)
{
    struct err e = {0};
    k->s.now_ms = clock_unix_ms();
    bool fact = is_fact(k, others);
    uint64_t before = store_writes(k->s.store);
    int r = store_begin(k->s.store, STORE_HINT, &e);
    if (r == 0) {
        take_done_tasks(k);
        run_watches(k);
        run_ticks(k);
        run_visits(k);
        r = store_commit(k->s.store, &e);
    }
    if (r)
        give_up("commit", &e);
    k->counts.turns++;
    if (k->has_new_rules)
        reload(k);
    k->written += fact && store_writes(k->s.store) != before;
    set_due(k);
    begin_flush(k);
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
    struct pollfd fds[OWN_FDS + CORE_WATCHES];
    fds[0] = (struct pollfd){.fd = k->control, .events = POLLIN};
    fds[1] = (struct pollfd){.fd = k->link, .events = POLLIN};
    fds[2] = (struct pollfd){.fd = crew_fd(k->crew), .events = POLLIN};
    fds[3] = (struct pollfd){.fd = crew_fd(k->flusher), .events = POLLIN};
    for (size_t i = 0; i < CORE_WATCHES; i++)
        fds[OWN_FDS + i] =
            (struct pollfd){.fd = k->watches[i].fd, .events = POLLIN};
    if (poll(fds, OWN_FDS + CORE_WATCHES, sleep_ms(k)) < 0)
        return false;
    bool others = fds[2].revents != 0;
    for (size_t i = 0; i < CORE_WATCHES; i++)
        if (fds[OWN_FDS + i].revents && k->watches[i].fd == fds[OWN_FDS + i].fd)
            others = k->watches[i].fired = true;
    if (fds[3].revents) {
        end_flush(k);
        dispatch(k);
    }
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
        if (is_ready(v, now))
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
        else if (!k->visits && store_maintain(k->s.store, true, &e))
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
