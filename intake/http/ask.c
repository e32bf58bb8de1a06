/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/http/ask.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/core/message.h"

enum { SLOTS = 1024, ANSWER_BYTES = 1 << 20 };

enum slot_state { SLOT_FREE, SLOT_WAITS, SLOT_ANSWERED, SLOT_BROKEN };

struct slot {
    enum slot_state state;
    uint64_t id;
    struct message answer;
    struct arena *arena; /* of the answer */
    pthread_cond_t ready;
};

struct asker {
    pthread_mutex_t lock;
    pthread_mutex_t sending; /* keeps the socket from being closed under us */
    int socket;
    uint64_t next_id;
    struct slot slots[SLOTS];
};

struct asker *ask_new(struct arena *a)
{
    struct asker *k = arena_new_struct(a, struct asker);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&k->lock, NULL);
    pthread_mutex_init(&k->sending, NULL);
    for (size_t i = 0; i < SLOTS; i++)
        pthread_cond_init(&k->slots[i].ready, &monotonic);
    k->socket = -1;
    return k;
}

void ask_connect(struct asker *k, int socket)
{
    pthread_mutex_lock(&k->sending);
    pthread_mutex_lock(&k->lock);
    if (k->socket >= 0)
        close(k->socket);
    k->socket = socket;
    for (size_t i = 0; i < SLOTS; i++)
        if (k->slots[i].state == SLOT_WAITS) {
            k->slots[i].state = SLOT_BROKEN;
            pthread_cond_signal(&k->slots[i].ready);
        }
    pthread_mutex_unlock(&k->lock);
    pthread_mutex_unlock(&k->sending);
}

int ask_socket(struct asker *k)
{
    pthread_mutex_lock(&k->lock);
    int socket = k->socket;
    pthread_mutex_unlock(&k->lock);
    return socket;
}

static struct slot *take_slot(struct asker *k)
{
    struct slot *found = NULL;
    pthread_mutex_lock(&k->lock);
    for (size_t i = 0; i < SLOTS && !found && k->socket >= 0; i++)
        if (k->slots[i].state == SLOT_FREE) {
            found = &k->slots[i];
            found->state = SLOT_WAITS;
            found->id = k->next_id++ * SLOTS + i;
            found->arena = NULL;
        }
    pthread_mutex_unlock(&k->lock);
    return found;
}

static int send_question(struct asker *k, const struct message *m,
                         struct err *e)
{
    pthread_mutex_lock(&k->sending);
    int r = k->socket < 0 ? err_set(e, ERR_BUSY, "nobody to ask")
                          : message_send(k->socket, m, e);
    pthread_mutex_unlock(&k->sending);
    return r;
}

static void free_arena(void *arena)
{
    arena_free(arena);
}

/* Waits for the slot's answer and gives the slot back. */
static int wait_answer(struct asker *k, struct slot *s, struct arena *a,
                       int64_t timeout_ms, struct message *ret, struct err *e)
{
    struct timespec until;
    int r = 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout_ms / 1000;
    pthread_mutex_lock(&k->lock);
    while (s->state == SLOT_WAITS && r != ETIMEDOUT)
        r = pthread_cond_timedwait(&s->ready, &k->lock, &until);
    enum slot_state state = s->state;
    if (state == SLOT_ANSWERED) {
        *ret = s->answer;
        arena_defer(a, free_arena, s->arena);
    }
    s->state = SLOT_FREE;
    pthread_mutex_unlock(&k->lock);
    if (state == SLOT_ANSWERED)
        return 0;
    return state == SLOT_BROKEN ? err_set(e, ERR_BUSY, "the core ended")
                                : err_set(e, ERR_TIMEOUT, "no answer");
}

int ask(struct asker *k, struct arena *a, struct message *m, int64_t timeout_ms,
        struct message *ret, struct err *e)
{
    struct slot *s = take_slot(k);
    if (!s)
        return err_set(e, ERR_BUSY, "too many questions, or no core");
    m->id = s->id;
    int r = send_question(k, m, e);
    if (r == 0)
        return wait_answer(k, s, a, timeout_ms, ret, e);
    pthread_mutex_lock(&k->lock);
    s->state = SLOT_FREE;
    pthread_mutex_unlock(&k->lock);
    return r;
}

/* Hands an answer over; false when nobody waits for it any more. */
static bool hand_over(struct asker *k, struct arena *a,
                      const struct message *answer)
{
    struct slot *s = &k->slots[answer->id % SLOTS];
    pthread_mutex_lock(&k->lock);
    bool wanted = s->state == SLOT_WAITS && s->id == answer->id;
    if (wanted) {
        s->answer = *answer;
        s->arena = a;
        s->state = SLOT_ANSWERED;
        pthread_cond_signal(&s->ready);
    }
    pthread_mutex_unlock(&k->lock);
    return wanted;
}

int ask_deliver(struct asker *k, struct err *e)
{
    for (;;) {
        struct arena *a = arena_new(ANSWER_BYTES);
        struct message answer;
        int r = message_take(k->socket, a, false, &answer, e);
        if (r <= 0) {
            arena_free(a);
            return r;
        }
        if (!hand_over(k, a, &answer)) {
            if (answer.fd >= 0)
                close(answer.fd);
            arena_free(a);
        }
    }
}
