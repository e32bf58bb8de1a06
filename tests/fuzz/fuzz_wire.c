/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a hostile child can send: records, and everything inside them. */

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/measure/measured.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *a = arena_new((size_t)1 << 30);
    struct measured m;
    struct err e;
    int r = measured_read(a, SLOT_SEAL_SHEET, bytes, n, &m, &e);
    if (r != 0 && r != ERR_CRASH)
        __builtin_trap();
    arena_free(a);
    return 0;
}
