/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a table of decisions and as one of labels: what was read can be
 * looked up. */

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/judge/decisions.h"
#include "intake/judge/labels.h"
#include "intake/judge/stored.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *a = arena_new((size_t)256 << 20);
    struct err e = {0};
    struct stored s = {.path = "store/1001/report.json"};
    struct decisions *d = decisions_new(a);
    struct labels *l = labels_new(a);
    stored_place(a, &s);
    if (decisions_parse(d, (const char *)bytes, n, &e) == 0 &&
        decisions_sort(d, &e) == 0)
        decisions_lookup(d, &s, "A05");
    if (labels_parse(l, (const char *)bytes, n, &e) == 0) {
        labels_sort(l);
        labels_lookup(l, &s, SLOT_ID_CARD, "capture");
    }
    arena_free(a);
    return 0;
}
