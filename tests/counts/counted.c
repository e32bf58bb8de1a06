/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * counted - a review's measuring in one process, for counting instructions
 *
 * What a sandboxed child does, one file after the other and without fork or
 * sandbox: callgrind cannot follow into either. Only files of our own are
 * given to it. Run by counts.sh.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/facts.h"
#include "base/file.h"
#include "base/jval.h"
#include "intake/bundle.h"
#include "intake/measure/examine.h"
#include "intake/measure/measure.h"
#include "intake/sections.h"

static const size_t bytes = (size_t)2047 << 20, max_file = (size_t)16 << 20;

/* valgrind has no openat2, with which bundle_load opens below a folder. */
static int read_order(struct arena *a, const char *folder, struct bundle *ret,
                      struct err *e)
{
    char *text;
    size_t n;
    struct jval *j;
    const char *path = arena_printf(a, "%s/order.json", folder);
    int r = file_read(a, path, max_file, &text, &n, e);
    if (r == 0)
        r = jval_parse(text, n, &j, e);
    if (r)
        return r;
    r = bundle_read_order(a, j, ret, e);
    jval_free(j);
    return r;
}

/* SLOT.jpg of each slot that the folder has. */
static size_t read_files(struct arena *a, const char *folder,
                         struct bundle_file files[SLOT_COUNT],
                         const struct bundle_file *ret[SLOT_COUNT])
{
    size_t n = 0;
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
        const char *path =
            arena_printf(a, "%s/%s.jpg", folder, slot_name((enum slot)slot));
        files[slot] = bundle_read_file(a, path, (enum slot)slot, max_file);
        if (files[slot].error == 0)
            ret[n++] = &files[slot];
    }
    return n;
}

static int run(struct arena *a, const char *folder, struct err *e)
{
    struct bundle b = {0};
    struct bundle_file files[SLOT_COUNT];
    const struct bundle_file *readable[SLOT_COUNT];
    struct measure m = {.conf = sections_new(a),
                        .files = readable,
                        .reads_fields = true,
                        .sends_evidence = true,
                        .order = &b.order};
    int null = open("/dev/null", O_WRONLY);
    int r = read_order(a, folder, &b, e);
    if (r == 0)
        r = examine_warm_up(a, m.conf, &m.reader, e);
    size_t n = read_files(a, folder, files, readable);
    for (size_t i = 0; i < n && r == 0; i++)
        r = measure_job(&m, i, null, e);
    return r == 0 && n == 0 ? err_set(e, ERR_MISSING, "%s", folder) : r;
}

int main(int argc, char **argv)
{
    struct err e = {0};
    struct arena *a = arena_new(bytes);
    int r = argc == 2 ? run(a, argv[1], &e) : -1;
    if (r)
        fprintf(stderr, "counted: %s\n", e.text);
    arena_free(a);
    return r ? EXIT_FAILURE : EXIT_SUCCESS;
}
