/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/http/bucket.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/arena.h"

/* Sets of four: a name may stand in one of four places. */
enum { SETS = 1024, WAYS = 4, NAME_BYTES = 48 };

struct bucket {
    char name[NAME_BYTES];
    double tokens;
    int64_t at_ms;
};

struct buckets {
    pthread_mutex_t lock;
    double per_ms, most;
    struct bucket sets[SETS][WAYS];
};

struct buckets *bucket_new(struct arena *a, int per_minute)
{
    struct buckets *b = arena_new_struct(a, struct buckets);
    pthread_mutex_init(&b->lock, NULL);
    b->per_ms = per_minute / 60000.0;
    b->most = per_minute;
    return b;
}

static uint32_t hash(const char *s) /* FNV-1a */
{
    uint32_t h = 2166136261U;
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 16777619U;
    return h;
}

static struct bucket *find(struct buckets *b, const char *name, int64_t now_ms)
{
    struct bucket *set = b->sets[hash(name) % SETS], *oldest = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (strncmp(set[i].name, name, NAME_BYTES - 1) == 0)
            return &set[i];
        if (set[i].at_ms < oldest->at_ms)
            oldest = &set[i];
    }
    strncpy(oldest->name, name, NAME_BYTES - 1);
    oldest->tokens = b->most;
    oldest->at_ms = now_ms;
    return oldest;
}

int bucket_take(struct buckets *b, const char *name, int64_t now_ms)
{
    pthread_mutex_lock(&b->lock);
    struct bucket *x = find(b, name, now_ms);
    double passed = now_ms > x->at_ms ? (double)(now_ms - x->at_ms) : 0;
    x->tokens = fmin(b->most, x->tokens + passed * b->per_ms);
    x->at_ms = now_ms;
    int wait_s = 0;
    if (x->tokens >= 1)
        x->tokens--;
    else
        wait_s = 1 + (int)((1 - x->tokens) / b->per_ms / 1000);
    pthread_mutex_unlock(&b->lock);
    return wait_s;
}
