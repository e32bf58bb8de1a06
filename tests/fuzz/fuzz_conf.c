/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a pipeline.conf: all settings stay within their bounds, and a
 * file with a mistake changes none. */

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "intake/sections.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *a = arena_new((size_t)256 << 20);
    struct err e = {0};
    struct conf *conf = sections_new(a);
    const char *before = arena_strdup(a, conf_hash(conf));
    char *text = arena_strndup(a, (const char *)bytes, n);
    int r = conf_parse(conf, "fuzz.conf", text, n, &e);
    if (r &&
        (conf_mistake_count(conf) == 0 || strcmp(before, conf_hash(conf)) != 0))
        __builtin_trap();
    double limit = conf_get(conf, "rules", "read_clarity");
    if (!(limit >= 0 && limit <= 100))
        __builtin_trap();
    arena_free(a);
    return 0;
}
