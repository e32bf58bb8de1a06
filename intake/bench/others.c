/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/bench/others.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "imaging/decode.h"
#include "intake/bench/bench.h"
#include "intake/bench/program.h"

enum { MAX_ARGUMENTS = 16 };

#define FILE_NAME "FILE" /* in an argument list: the file to be read */

static const char *const pictures[] = {"jpeg", "png", "tiff", NULL};

static const struct other {
    const char *name;
    const char *arguments[MAX_ARGUMENTS];
} others[] = {
    {"tesseract chi_sim",
     {"tesseract", FILE_NAME, "stdout", "-l", "chi_sim", NULL}},
    {"ocrmypdf chi_sim",
     {"ocrmypdf", "--quiet", "--jobs", "1", "-l", "chi_sim", "--image-dpi",
      "300", "--output-type", "pdf", FILE_NAME, "-", NULL}},
};

enum { N_OTHERS = sizeof others / sizeof *others };

static bool opens(const struct bundle_file *f)
{
    const char *kind = decode_sniff(f->bytes, f->n);
    for (const char *const *k = pictures; kind && *k; k++)
        if (strcmp(*k, kind) == 0)
            return true;
    return false;
}

static int read_file(const struct other *o, const char *path,
                     struct program_use *ret, struct err *e)
{
    const char *argv[MAX_ARGUMENTS] = {NULL};
    for (int i = 0; o->arguments[i]; i++)
        argv[i] = strcmp(o->arguments[i], FILE_NAME) ? o->arguments[i] : path;
    return program_run(argv, ret, e);
}

static void measure_other(struct arena *a, const struct other *o,
                          const struct bench_application *on,
                          const double *ours_ms, struct bench_other *ret)
{
    struct err e = {0};
    *ret = (struct bench_other){.name = o->name};
    for (size_t i = 0; i < on->bundle.n_files; i++) {
        struct program_use use = {0};
        const struct bundle_file *f = &on->bundle.files[i];
        if (!opens(f))
            continue;
        const char *path = arena_printf(a, "%s/%s", on->folder, f->file);
        if (read_file(o, path, &use, &e)) {
            ret->why_not = arena_strdup(a, e.text);
            return;
        }
        ret->n_files++;
        ret->cpu_ms += use.cpu_ms;
        ret->wall_ms += use.wall_ms;
        ret->ours_ms += ours_ms[i];
    }
    if (ret->n_files == 0)
        ret->why_not = "the first application has no file that it opens";
}

void others_measure(struct arena *a, const struct bench_application *on,
                    const double *ours_ms, struct bench *ret)
{
    ret->others = arena_new_array(a, N_OTHERS, struct bench_other);
    ret->n_others = N_OTHERS;
    for (size_t i = 0; i < N_OTHERS; i++)
        measure_other(a, &others[i], on, ours_ms, &ret->others[i]);
}
