/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a stored report, judged by every rule: what a rule is given may
 * be anything that facts can hold. */

#include <stdint.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "intake/judge/stored.h"
#include "intake/sections.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *a = arena_new((size_t)512 << 20);
    struct stored s;
    struct err e = {0};
    if (stored_parse(a, "store/fuzz/report.json", (const char *)bytes, n,
                     "2026-06-01", &s, &e) == 0) {
        const struct judgement *j = stored_judge(a, sections_new(a), &s);
        struct opinion now = stored_opinion(a, j);
        for (size_t i = 0; i < j->n_findings; i++)
            if (!j->findings[i].zh || !j->findings[i].en)
                __builtin_trap();
        if (now.n != j->n_findings)
            __builtin_trap();
    }
    arena_free(a);
    return 0;
}
