/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * arena - memory that lives and dies together
 *
 * One arena per document and one per page: everything measured about it is
 * freed in one call, foreign handles included (arena_defer). An arena is made
 * with a maximum; going over it, or running out of memory, ends the process
 * with EX_TEMPFAIL (75): each document has a process of its own, so that costs
 * one document and never the program. Under ARENA_DEBUG each allocation is an
 * exact malloc, so that the address sanitizer sees every overrun.
 */

#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(size_t max_bytes);

/* Runs the deferred clean-ups, last first, and frees all; returns NULL. */
struct arena *arena_free(struct arena *a);

/* n * size zeroed bytes, aligned for any type and for SIMD loads (64). */
void *arena_alloc(struct arena *a, size_t n, size_t size);

char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
void *arena_memdup(struct arena *a, const void *bytes, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* A copy of `old` with room for n members; the old one stays until the end. */
void *arena_grow(struct arena *a, const void *old, size_t old_n, size_t n,
                 size_t size);

/* Calls done(object) when the arena is freed; last registered, first called. */
void arena_defer(struct arena *a, void (*done)(void *object), void *object);

size_t arena_used(const struct arena *a);

#define arena_new_array(a, n, type)                                            \
    ((type *)arena_alloc((a), (n), sizeof(type)))
#define arena_new_struct(a, type) arena_new_array(a, 1, type)

#endif
