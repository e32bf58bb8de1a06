/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a document and as a seal of a stored report. */

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/jval.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct jval *j;
    if (jval_parse((const char *)bytes, n, &j, NULL) < 0)
        return 0;
    struct arena *a = arena_new((size_t)256 << 20);
    struct err e = {0};
    struct document d;
    struct seal s;
    struct order o;
    if (facts_json_read_document(a, j, &d, &e) == 0)
        jval_free(facts_json_document(&d));
    if (facts_json_read_seal(a, j, &s, &e) == 0)
        jval_free(facts_json_seal(&s));
    if (facts_json_read_order(a, j, &o, &e) == 0)
        jval_free(facts_json_order(&o));
    arena_free(a);
    jval_free(j);
    return 0;
}
