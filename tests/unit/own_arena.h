/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An arena for each test of a file:
 * cmocka_unit_test_setup_teardown(test_x, open_arena, close_arena). */

#ifndef TESTS_OWN_ARENA_H
#define TESTS_OWN_ARENA_H

#include <stddef.h>

#include "base/arena.h"

static struct arena *arena;

static inline int open_arena(void **state)
{
    (void)state;
    arena = arena_new((size_t)512 << 20);
    return 0;
}

static inline int close_arena(void **state)
{
    (void)state;
    arena = arena_free(arena);
    return 0;
}

#endif
