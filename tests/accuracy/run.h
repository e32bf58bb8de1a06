/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * run - sealdesk started on bundles, and what its report and the truth say
 *
 * Shared by the programs of this folder, which know sealdesk by its command
 * line and its reports only.
 */

#ifndef TESTS_ACCURACY_RUN_H
#define TESTS_ACCURACY_RUN_H

#include <stddef.h>
#include <sys/types.h>

struct arena;
struct jval;

struct run {
    pid_t pid;
    int fd;
    char bundle[600];
};

struct run_cost {
    double seconds, megabytes; /* processor time, largest resident set */
};

/* The folders of a folder, by name. */
size_t run_list(struct arena *a, const char *folder, char **ret_names,
                size_t max);

/* Starts a program with its standard output in a pipe; argv ends with NULL. */
struct run run_start(const char *bundle, const char *const *argv);

/* Waits for it and parses what it wrote. The program ends when it is no
 * report: an accuracy measured on half of the pages is none. */
struct jval *run_finish(const struct run *r, struct run_cost *ret);

/* The parsed file of a bundle, or NULL when it is not there or not JSON. */
struct jval *run_load(const char *bundle, const char *name);

/* Leaves a report as report.json in the bundle; the program ends when it
 * cannot. */
void run_save(const char *bundle, const struct jval *report);

/* The document of that slot in a list of documents, or NULL. */
const struct jval *run_document(const struct jval *documents, const char *slot);

#endif
