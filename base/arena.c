/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ALIGNMENT = 64, CHUNK_BYTES = 64 * 1024, EXIT_TEMPFAIL = 75 };

struct chunk {
    struct chunk *next;
    size_t used, size;
    unsigned char *bytes;
};

struct deferred {
    struct deferred *next;
    void (*done)(void *);
    void *object;
};

struct arena {
    struct chunk *chunks;
    struct deferred *deferred;
    size_t used, max;
};

_Noreturn static void give_up(const char *why)
{
    fprintf(stderr, "sealdesk: out of memory: %s\n", why);
    _exit(EXIT_TEMPFAIL); /* no exit handlers: a sandbox may not allow them */
}

struct arena *arena_new(size_t max_bytes)
{
    struct arena *a = calloc(1, sizeof *a);
    if (!a)
        give_up("no memory for an arena");
    a->max = max_bytes;
    return a;
}

struct arena *arena_free(struct arena *a)
{
    if (!a)
        return NULL;
    for (struct deferred *d = a->deferred; d; d = d->next)
        d->done(d->object);
    for (struct chunk *c = a->chunks, *next; c; c = next) {
        next = c->next;
        free(c->bytes);
        free(c);
    }
    free(a);
    return NULL;
}

static struct chunk *add_chunk(struct arena *a, size_t bytes)
{
    struct chunk *c = calloc(1, sizeof *c);
    void *memory = NULL;
    if (!c || posix_memalign(&memory, ALIGNMENT, bytes) != 0)
        give_up("the machine has none left");
    memset(memory, 0, bytes);
    c->bytes = memory;
    c->size = bytes;
    c->next = a->chunks;
    a->chunks = c;
    return c;
}

#ifdef ARENA_DEBUG
static size_t chunk_bytes(size_t n)
{
    return n;
}
#else
static size_t chunk_bytes(size_t n)
{
    return n > CHUNK_BYTES ? n : CHUNK_BYTES;
}
#endif

void *arena_alloc(struct arena *a, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes) || bytes > a->max - a->used)
        give_up("over the arena's maximum");
    if (bytes == 0)
        bytes = 1;
    a->used += bytes;
    size_t rounded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct chunk *c = a->chunks;
#ifdef ARENA_DEBUG
    c = NULL;
    rounded = bytes;
#endif
    if (!c || c->size - c->used < rounded) {
        struct chunk *fresh = add_chunk(a, chunk_bytes(rounded));
        /* A large block must not hide the room that is left in the last. */
        if (c && fresh->size == rounded) {
            a->chunks = c;
            fresh->next = c->next;
            c->next = fresh;
        }
        c = fresh;
    }
    void *p = c->bytes + c->used;
    c->used += rounded;
    return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *copy = arena_alloc(a, n + 1, 1);
    memcpy(copy, s, n);
    return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

void *arena_memdup(struct arena *a, const void *bytes, size_t n)
{
    void *copy = arena_alloc(a, n, 1);
    if (n)
        memcpy(copy, bytes, n);
    return copy;
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (n < 0)
        give_up("a text cannot be formatted");
    char *s = arena_alloc(a, (size_t)n + 1, 1);
    vsnprintf(s, (size_t)n + 1, fmt, ap);
    return s;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *s = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return s;
}

void *arena_grow(struct arena *a, const void *old, size_t old_n, size_t n,
                 size_t size)
{
    void *p = arena_alloc(a, n, size);
    if (old_n)
        memcpy(p, old, old_n * size);
    return p;
}

void arena_defer(struct arena *a, void (*done)(void *object), void *object)
{
    struct deferred *d = arena_new_struct(a, struct deferred);
    *d = (struct deferred){a->deferred, done, object};
    a->deferred = d;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}
