/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An arena as the state of a test or of all tests of a file, and the decoder
 * ready: cmocka_run_group_tests(tests, open_state, close_state). */

#ifndef TESTS_STATE_ARENA_H
#define TESTS_STATE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "imaging/decode.h"

static inline int open_state(void **state)
{
    static bool is_ready; /* once for a process */
    int r = is_ready ? 0 : decode_init(NULL);
    is_ready = true;
    *state = arena_new((size_t)6 << 30);
    return r;
}

static inline int close_state(void **state)
{
    *state = arena_free(*state);
    return 0;
}

#endif
