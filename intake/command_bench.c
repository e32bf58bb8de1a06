/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * `bench`: what a review costs. The set is the named applications, or those in
 * the named folders; without any, three are made by sealdesk-fixtures, when it
 * lies beside the program, and removed again.
 */

#define _GNU_SOURCE

#include <dirent.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/bench/bench.h"
#include "intake/bench/program.h"
#include "intake/commands.h"
#include "intake/measure/worker.h"

enum { MAX_SET = 1000, TEXT_BYTES = 1 << 20, MAX_OPEN = 16 };

static const char *const made_count = "3";

struct set {
    struct bench_application all[MAX_SET];
    size_t n;
};

/* --- the set ----------------------------------------------------------- */

static bool is_application(struct arena *a, const char *folder)
{
    return access(arena_printf(a, "%s/application.json", folder), R_OK) == 0;
}

static int add(struct arena *a, const struct conf *conf, const char *folder,
               struct set *ret, struct err *e)
{
    const struct worker_limits *w = conf_values(conf, worker_section.name);
    if (ret->n == MAX_SET)
        return err_set(e, ERR_LIMIT, "more than %d applications", MAX_SET);
    struct bench_application *at = &ret->all[ret->n++];
    at->folder = folder;
    int r = bundle_load(a, folder, (size_t)w->file_mb << 20, &at->bundle, e);
    return r ? err_context(e, r, "%s", folder) : 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* An application, or a folder of them. */
static int add_folder(struct arena *a, const struct conf *conf,
                      const char *folder, struct set *ret, struct err *e)
{
    struct dirent **entries;
    size_t before = ret->n;
    if (is_application(a, folder))
        return add(a, conf, folder, ret, e);
    int r = 0, n = scandir(folder, &entries, NULL, by_name);
    if (n < 0)
        return err_set(e, ERR_MISSING, "%s", folder);
    for (int i = 0; i < n; i++) {
        const char *inner =
            arena_printf(a, "%s/%s", folder, entries[i]->d_name);
        if (r == 0 && entries[i]->d_name[0] != '.' && is_application(a, inner))
            r = add(a, conf, inner, ret, e);
        free(entries[i]);
    }
    free(entries);
    return r == 0 && ret->n == before
               ? err_set(e, ERR_MISSING, "%s: no application in it", folder)
               : r;
}

/* sealdesk-fixtures beside this program, or in PATH. */
static const char *maker(struct arena *a)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    while (n > 0 && path[n - 1] != '/')
        n--;
    const char *beside =
        arena_printf(a, "%.*ssealdesk-fixtures", (int)(n > 0 ? n : 0), path);
    return access(beside, X_OK) == 0 ? beside : "sealdesk-fixtures";
}

static int make_set(struct arena *a, const char *folder, struct err *e)
{
    struct program_use use;
    const char *const argv[] = {maker(a),   "make",     "--out",    folder,
                                "--family", "tune",     "--seed",   "2026",
                                "--count",  made_count, "--recipe", "clean",
                                NULL};
    if (program_run(argv, &use, e) == 0)
        return 0;
    return err_context(e, e->code,
                       "no set was named, and none could be made with "
                       "sealdesk-fixtures; name folders with application.json");
}

static int remove_one(const char *path, const struct stat *st, int flag,
                      struct FTW *at)
{
    (void)st, (void)flag, (void)at;
    return remove(path);
}

/* --- the command ------------------------------------------------------- */

static int deliver(const struct cli *cli, const struct bench *b)
{
    struct str t;
    str_init(&t, TEXT_BYTES);
    if (cli_format_of(cli) == FORMAT_TEXT) {
        bench_text(b, &t);
    } else {
        jval_finish(bench_json(b), true, &t);
    }
    int r = cli_print(&t);
    str_done(&t);
    return r;
}

static int measure_set(struct arena *a, const struct cli *cli,
                       const struct conf *conf, char *const *folders, size_t n)
{
    struct err e = {0};
    struct bench b;
    struct set *set = arena_new_struct(a, struct set);
    const struct bench_options options = {cli->runs, cli->jobs, cli->others};
    int r = 0;
    for (size_t i = 0; i < n && r == 0; i++)
        r = add_folder(a, conf, folders[i], set, &e);
    if (r == 0)
        r = bench_run(a, conf, &options, set->all, set->n, &b, &e);
    return r ? cli_fail(&e) : deliver(cli, &b);
}

int command_bench(struct arena *a, const struct cli *cli)
{
    int r = 0;
    struct err e = {0};
    struct conf *conf = cli_settings(a, cli, &r);
    if (!conf)
        return r;
    r = cli_refuse_html(cli);
    if (r)
        return r;
    if (cli->n_args > 0)
        return measure_set(a, cli, conf, cli->args, cli->n_args);
    const char *tmp = getenv("TMPDIR");
    char *folder =
        arena_printf(a, "%s/sealdesk-bench-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(folder)) {
        err_set(&e, ERR_SYS, "%s cannot be made", folder);
        return cli_fail(&e);
    }
    r = make_set(a, folder, &e);
    r = r ? cli_fail(&e) : measure_set(a, cli, conf, &folder, 1);
    nftw(folder, remove_one, MAX_OPEN, FTW_DEPTH | FTW_PHYS);
    return r;
}
