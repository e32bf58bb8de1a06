/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/queue/pool.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/jval.h"
#include "intake/bundle.h"
#include "intake/core/service.h"
#include "intake/measure/recut.h"

enum {
    MAX_SEATS = LANE_MOST + LANE_MOST_CHECKS,
    MAX_TRIES = 2,
    ITEM_ARENA = 1 << 20,
};

/* How far the children step back. With 10, two of them leave a check 82 % of a
 * processor that all three want (the kernel's weights: 1024, 110, 110). */
static const int nice_of[URGENCIES] = {
    [URGENCY_CHECK] = 0, [URGENCY_APPLICANT] = 5, [URGENCY_BULK] = 10};

/* A task on its way. */
struct item {
    struct arena *arena; /* holds the item itself */
    struct lane_task task;
    int fds[LANE_MAX_FILES];
    enum urgency urgency;
    pool_done *done;
    void *context;
    int tries;
    struct item *next;
};

struct seat {
    int socket; /* -1: nobody sits here */
    struct item *item;
};

struct pool {
    struct service *service;
    struct seat seats[MAX_SEATS];
    struct item *first[URGENCIES], *last[URGENCIES];
    size_t size; /* lanes as configured, without those for checks */
    int link;
    struct pool_counts counts;
};

/* --- items ------------------------------------------------------------- */

static const struct order *copy_order(struct arena *a,
                                      const struct order *order)
{
    struct order *copy = arena_new_struct(a, struct order);
    struct jval *j = facts_json_order(order);
    facts_json_read_order(a, j, copy, NULL);
    jval_free(j);
    return copy;
}

static struct item *item_new(const struct lane_task *t, const int *fds)
{
    struct arena *a = arena_new(ITEM_ARENA);
    struct item *item = arena_new_struct(a, struct item);
    struct bundle_file *files =
        arena_memdup(a, t->files, t->n_files * sizeof *files);
    for (size_t i = 0; i < t->n_files; i++) {
        files[i].file = arena_strdup(a, files[i].file);
        files[i].sha256 = arena_strdup(a, files[i].sha256);
    }
    item->arena = a;
    item->task = *t;
    item->task.files = files;
    item->task.today = t->today ? arena_strdup(a, t->today) : NULL;
    if (t->order)
        item->task.order = copy_order(a, t->order);
    if (t->recut)
        item->task.recut = arena_memdup(a, t->recut, sizeof *t->recut);
    memcpy(item->fds, fds, t->n_files * sizeof *fds);
    return item;
}

static void item_free(struct item *item)
{
    for (size_t i = 0; i < item->task.n_files; i++)
        close(item->fds[i]);
    arena_free(item->arena);
}

static void append(struct pool *p, struct item *item)
{
    enum urgency u = item->urgency;
    item->next = NULL;
    if (p->last[u])
        p->last[u]->next = item;
    else
        p->first[u] = item;
    p->last[u] = item;
    p->counts.waiting[u]++;
}

static void prepend(struct pool *p, struct item *item)
{
    enum urgency u = item->urgency;
    item->next = p->first[u];
    p->first[u] = item;
    if (!p->last[u])
        p->last[u] = item;
    p->counts.waiting[u]++;
}

/* The most urgent one; only checks when `checks_only`. */
static struct item *take_next(struct pool *p, bool checks_only)
{
    int end = checks_only ? URGENCY_CHECK + 1 : URGENCIES;
    for (int u = 0; u < end; u++) {
        struct item *item = p->first[u];
        if (!item)
            continue;
        p->first[u] = item->next;
        if (!item->next)
            p->last[u] = NULL;
        p->counts.waiting[u]--;
        return item;
    }
    return NULL;
}

/* --- seats ------------------------------------------------------------- */

static void deal(struct pool *p);

static void finish(struct pool *p, struct item *item,
                   const struct lane_answer *answer)
{
    p->counts.done++;
    p->counts.failed += answer->code != 0;
    item->done(p->service, item->context, answer);
    item_free(item);
}

/* The lane has ended: of itself, between two tasks, or in the middle of one. */
static void vacate(struct pool *p, struct seat *seat)
{
    struct item *item = seat->item;
    service_unwatch(p->service, seat->socket);
    close(seat->socket);
    *seat = (struct seat){-1, NULL};
    p->counts.lanes--;
    if (!item)
        return;
    p->counts.running--;
    p->counts.deaths++;
    if (++item->tries < MAX_TRIES) {
        prepend(p, item);
        return;
    }
    struct lane_answer answer;
    lane_failure(ERR_CRASH, "the lane died twice", &answer, NULL);
    finish(p, item, &answer);
    close(answer.fd);
}

static struct seat *seat_of(struct pool *p, int socket)
{
    for (size_t i = 0; i < MAX_SEATS; i++)
        if (p->seats[i].socket == socket)
            return &p->seats[i];
    return NULL;
}

static void on_answer(struct service *s, void *context, int fd)
{
    struct pool *p = context;
    struct seat *seat = seat_of(p, fd);
    struct lane_answer answer;
    struct arena *a;
    if (!seat)
        return;
    a = arena_new(ITEM_ARENA);
    int got = lane_take(a, fd, &answer, NULL);
    if (got < 0) {
        vacate(p, seat);
    } else if (got > 0) {
        struct item *item = seat->item;
        seat->item = NULL;
        if (item) {
            p->counts.running--;
            finish(p, item, &answer);
        }
        close(answer.fd);
    }
    arena_free(a);
    deal(p);
    (void)s;
}

static void on_link(struct service *s, void *context, int fd)
{
    struct pool *p = context;
    int socket, got;
    while ((got = lane_accept(fd, &socket, NULL)) > 0) {
        struct seat *seat = seat_of(p, -1);
        if (!seat) {
            close(socket); /* that lane ends */
            continue;
        }
        *seat = (struct seat){socket, NULL};
        p->counts.lanes++;
        service_watch(s, socket, on_answer, p);
    }
    if (got < 0) {
        service_unwatch(s, fd);
        p->link = -1;
    }
    deal(p);
}

/* Tasks to lanes, the urgent ones first. */
static void deal(struct pool *p)
{
    for (size_t i = 0; i < MAX_SEATS; i++) {
        struct seat *seat = &p->seats[i];
        if (seat->socket < 0 || seat->item)
            continue;
        struct item *item = take_next(p, p->counts.running >= p->size);
        if (!item)
            return;
        seat->item = item;
        p->counts.running++;
        if (lane_ask(seat->socket, &item->task, item->fds, NULL))
            vacate(p, seat);
    }
}

/* --- for others -------------------------------------------------------- */

/* At the end of the arena; nobody is told any more. */
static void pool_done_with(void *object)
{
    struct pool *p = object;
    struct item *item;
    while ((item = take_next(p, false)) != NULL)
        item_free(item);
    for (size_t i = 0; i < MAX_SEATS; i++) {
        if (p->seats[i].socket >= 0)
            close(p->seats[i].socket);
        if (p->seats[i].item)
            item_free(p->seats[i].item);
    }
}

struct pool *pool_open(struct service *s, struct arena *a)
{
    struct pool *p = arena_new_struct(a, struct pool);
    p->service = s;
    p->size = lane_count(s->conf);
    p->link = -1;
    for (size_t i = 0; i < MAX_SEATS; i++)
        p->seats[i].socket = -1;
    arena_defer(a, pool_done_with, p);
    pool_link_changed(p);
    return p;
}

void pool_link_changed(struct pool *p)
{
    if (p->link >= 0)
        service_unwatch(p->service, p->link);
    p->link = p->service->lanes_fd;
    if (p->link >= 0)
        service_watch(p->service, p->link, on_link, p);
}

void pool_add(struct pool *p, enum urgency u, const struct lane_task *t,
              const int *fds, pool_done *done, void *context)
{
    struct item *item = item_new(t, fds);
    item->urgency = u;
    item->task.nice = nice_of[u];
    item->done = done;
    item->context = context;
    append(p, item);
    deal(p);
}

bool pool_is_hungry(const struct pool *p)
{
    size_t waiting = 0;
    for (int u = 0; u < URGENCIES; u++)
        waiting += p->counts.waiting[u];
    return waiting < p->size;
}

void pool_count(const struct pool *p, struct pool_counts *ret)
{
    *ret = p->counts;
}
