/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What one process can say to another: a packet, and the answer in it. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/core/answer.h"
#include "intake/core/message.h"
#include "intake/core/response.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *a = arena_new(64 << 20);
    struct message m;
    struct response r = {.arena = a, .fd = -1};
    struct err e;
    if (n <= MESSAGE_BYTES &&
        message_parse(arena_memdup(a, bytes, n ? n : 1), n, &m, &e) == 0)
        answer_take(a, &m, &r, &e);
    arena_free(a);
    return 0;
}
