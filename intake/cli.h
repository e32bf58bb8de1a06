/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * cli - the command line: one table of commands and one of options, from
 * which parsing, usage errors and help come
 */

#ifndef INTAKE_CLI_H
#define INTAKE_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/facts.h"

struct arena;
struct conf;
struct err;
struct str;

enum cli_format { FORMAT_AUTO, FORMAT_JSON, FORMAT_TEXT, FORMAT_HTML };

enum {
    EXIT_CLEAN = 0,
    EXIT_FLAGGED = 1,
    EXIT_BLOCKED = 2,
    EXIT_CONFIG = 5,
    EXIT_USAGE = 64,
    EXIT_INTERNAL = 70
};

struct cli {
    const char *command;
    char **args; /* what is no option, after the command */
    size_t n_args;
    const char *config, *out, *dump_stages, *check_file;
    const char *decisions;
    const char *data, *key_file, *audit_head; /* of `store` and `serve` */
    double false_alarms; /* share of what is fine; below 0: not wished */
    const char *today;   /* never NULL after parsing */
    enum cli_format format;
    enum slot slot;
    int role; /* enum seal_role; -1: any */
    int dpi, jobs, runs;
    int port; /* -1: as configured */
    bool reveal, trace, markdown, changes, diff, others, demo, help, version;
};

/* Commands return an exit code; all they print on stdout is their result. */
typedef int cli_run(struct arena *a, const struct cli *cli);

struct cli_command {
    const char *name, *arguments;
    size_t min_args, max_args;
    cli_run *run;
    const char *en, *zh;
};

const struct cli_command *cli_lookup(const char *name); /* or NULL */

/* ERR_USAGE names the option or argument and what is allowed. */
int cli_parse(struct arena *a, int argc, char **argv, struct cli *ret,
              struct err *e);

/* Help for one command, or for all when NULL. */
void cli_help(const char *command, struct str *t);

/* --- what all commands need -------------------------------------------- */

/* The settings, with --config read over them; on failure all mistakes have
 * been told and *ret_exit is set. */
struct conf *cli_settings(struct arena *a, const struct cli *cli,
                          int *ret_exit);

/* For commands that write no HTML: tells so when it is asked for and returns
 * the exit code; else 0. */
int cli_refuse_html(const struct cli *cli);

/* Tells a failure in English and in Chinese and returns its exit code. */
int cli_fail(const struct err *e);

/* One line to standard error. */
void cli_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Text to standard output; EXIT_INTERNAL when it does not get there. */
int cli_print(const struct str *t);

/* --format, or what suits the place where standard output leads. */
enum cli_format cli_format_of(const struct cli *cli);

#endif
