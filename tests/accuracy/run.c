/* SPDX-License-Identifier: GPL-3.0-or-later */

#define _GNU_SOURCE

#include "tests/accuracy/run.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/jval.h"
#include "base/str.h"

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

size_t run_list(struct arena *a, const char *folder, char **ret_names,
                size_t max)
{
    DIR *d = opendir(folder);
    size_t n = 0;
    for (struct dirent *e; d && (e = readdir(d)) && n < max;)
        if (e->d_name[0] != '.')
            ret_names[n++] = arena_printf(a, "%s/%s", folder, e->d_name);
    if (d)
        closedir(d);
    qsort(ret_names, n, sizeof *ret_names, by_name);
    return n;
}

struct run run_start(const char *bundle, const char *const *argv)
{
    struct run r = {0};
    int ends[2];
    snprintf(r.bundle, sizeof r.bundle, "%s", bundle);
    if (pipe(ends) != 0)
        exit(70);
    fflush(stdout);
    r.pid = fork();
    if (r.pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    close(ends[1]);
    r.fd = ends[0];
    return r;
}

struct jval *run_finish(const struct run *r, struct run_cost *ret)
{
    struct str text;
    str_init(&text, (size_t)64 << 20);
    char part[65536];
    for (ssize_t n; (n = read(r->fd, part, sizeof part)) > 0;)
        str_add_bytes(&text, part, (size_t)n);
    close(r->fd);
    int status;
    struct rusage used;
    wait4(r->pid, &status, 0, &used);
    ret->seconds =
        (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
        (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    ret->megabytes = (double)used.ru_maxrss / 1024;
    struct jval *report = NULL;
    struct err e = {0};
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 4 ||
        jval_parse(text.s, text.len, &report, &e) < 0) {
        printf("  %s: no report (status %x) %s\n", r->bundle, (unsigned)status,
               e.text);
        exit(1);
    }
    str_done(&text);
    return report;
}

struct jval *run_load(const char *bundle, const char *name)
{
    struct arena *a = arena_new((size_t)64 << 20);
    struct jval *tree = NULL;
    struct err e = {0};
    char *bytes;
    size_t n;
    if (file_read_below(a, bundle, name, 8 << 20, &bytes, &n, &e) < 0 ||
        jval_parse(bytes, n, &tree, &e) < 0)
        tree = NULL;
    arena_free(a);
    return tree;
}

void run_save(const char *bundle, const struct jval *report)
{
    struct str text;
    struct err e = {0};
    str_init(&text, (size_t)64 << 20);
    jval_print(report, true, &text);
    if (file_write(bundle, "report.json", text.s, text.len, 0644, &e) < 0) {
        printf("%s: %s\n", bundle, e.text);
        exit(1);
    }
    str_done(&text);
}

const struct jval *run_document(const struct jval *documents, const char *slot)
{
    for (size_t i = 0; i < jval_count(documents); i++)
        if (strcmp(jval_string(jval_at(documents, i), "slot", ""), slot) == 0)
            return jval_at(documents, i);
    return NULL;
}
