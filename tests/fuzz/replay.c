/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs a fuzz target over the files of a folder: every compiler can do that,
 * and every crash that was ever found is a file there. */

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int main(int argc, char **argv)
{
    DIR *d = argc == 2 ? opendir(argv[1]) : NULL;
    if (!d) {
        fprintf(stderr, "usage: %s CORPUS\n", argv[0]);
        return 64;
    }
    int replayed = 0;
    for (struct dirent *e; (e = readdir(d));) {
        struct arena *a = arena_new((size_t)64 << 20);
        char *bytes;
        size_t n;
        if (e->d_name[0] != '.' &&
            file_read_below(a, argv[1], e->d_name, 16 << 20, &bytes, &n,
                            NULL) == 0) {
            LLVMFuzzerTestOneInput((const uint8_t *)bytes, n);
            replayed++;
        }
        arena_free(a);
    }
    closedir(d);
    printf("%d files replayed\n", replayed);
    return replayed > 0 ? 0 : 1;
}
