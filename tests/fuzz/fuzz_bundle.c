/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as an application.json, in a folder with nothing else: whatever it
 * names, no file outside the folder is read. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "intake/bundle.h"

enum { MAX_BYTES = 1 << 20 };

static char dir[] = "/tmp/fuzz_bundle.XXXXXX";

static void remove_dir(void)
{
    if (chdir(dir) == 0 && unlink("application.json") == 0)
        rmdir(dir);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static int ready;
    if (!ready) {
        if (!mkdtemp(dir))
            abort();
        ready = atexit(remove_dir) == 0;
    }
    struct arena *a = arena_new((size_t)256 << 20);
    struct bundle b;
    struct err e = {0};
    if (file_write(dir, "application.json", bytes, n, 0600, &e))
        abort();
    int r = bundle_load(a, dir, MAX_BYTES, &b, &e);
    if (r == ERR_BUNDLE && b.n_mistakes == 0)
        __builtin_trap();
    for (size_t i = 0; r == 0 && i < b.n_files; i++)
        if (b.files[i].error == 0 &&
            (b.files[i].n != n || memcmp(b.files[i].bytes, bytes, n) != 0))
            __builtin_trap(); /* not the only file that is there */
    arena_free(a);
    return 0;
}
