/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    ALIGNMENT = 64,
    CHUNK_BYTES = 64 * 1024,
    MAPPED_BYTES = 1024 * 1024, /* from here on straight from the kernel */
    EXIT_TEMPFAIL = 75,
};

struct chunk {
    struct chunk *next;
    size_t used, size;
    bool is_mapped;
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

__attribute__((noreturn)) static void give_up(const char *why)
{
    fprintf(stderr, "sealdesk: out of memory: %s\n", why);
    _Exit(EXIT_TEMPFAIL); /* no exit handlers: a sandbox may not allow them */
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
        if (c->is_mapped)
            munmap(c->bytes, c->size);
        else
            free(c->bytes);
        free(c);
    }
    free(a);
    return NULL;
}

/* Zeroed memory. The kernel's pages are zero already: clearing a picture that
 * is about to be written costs as much as copying it. */
static void *zeroed(size_t bytes, bool is_mapped)
{
    void *memory = NULL;
    if (is_mapped) {
        memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return memory == MAP_FAILED ? NULL : memory;
    }
    if (posix_memalign(&memory, ALIGNMENT, bytes) != 0)
        return NULL;
    return memset(memory, 0, bytes);
}

static bool wants_mapping(size_t bytes)
{
#ifdef ARENA_DEBUG
    (void)bytes;
    return false; /* malloc, so that every overrun is seen */
#else
    return bytes >= MAPPED_BYTES;
#endif
}

static struct chunk *add_chunk(struct arena *a, size_t bytes)
{
    bool is_mapped = wants_mapping(bytes);
    struct chunk *c = calloc(1, sizeof *c);
    void *memory = zeroed(bytes, is_mapped);
    if (!c || !memory)
        give_up("the machine has none left");
    *c = (struct chunk){a->chunks, 0, bytes, is_mapped, memory};
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
