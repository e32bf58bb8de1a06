/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * lane - fork servers: warm processes that fork a sandboxed child for each
 * document
 *
 * One process (lanes_main) loads the engines and never runs them. From it the
 * lanes are forked, and from each lane one child per task
 * (intake/measure/worker.h), so that every document finds the same untouched
 * engines. A lane holds no key, no store and no network; it has one socket,
 * whose other end its maker passes to the core. It answers one task at a time.
 * After a number of tasks a lane ends and another takes its place; a lane that
 * dies does the same, and the core sees the end of its socket.
 */

#ifndef INTAKE_LANE_H
#define INTAKE_LANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/facts.h"

struct arena;
struct bundle_file;
struct err;
struct recut;

struct lane_settings {
    int lanes, tasks;
};

extern const struct conf_section lane_section; /* "lanes" */

/* How many lanes are for documents, and how many there are with those that are
 * kept for checks. */
enum { LANE_MOST = 64, LANE_MOST_CHECKS = 4 };
size_t lane_count(const struct conf *conf);
size_t lane_total(const struct conf *conf);

enum lane_kind {
    LANE_MEASURE,  /* one file: intake/measure/measure.h */
    LANE_ASSEMBLE, /* the records of several: intake/measure/assemble.h */
    LANE_RECUT,    /* a seal of one file again: intake/measure/recut.h */
    LANE_KINDS
};

enum { LANE_MAX_FILES = 2 * SLOT_COUNT };

/*
 * What a lane is asked. `files` tell slot, name and SHA-256; their bytes go as
 * sealed files in memory (base/memfile.h), one for each: the documents to be
 * measured, or the records that measuring them gave.
 */
struct lane_task {
    enum lane_kind kind;
    const struct bundle_file *files;
    size_t n_files;
    /* To assemble: the last so many are of another set of papers, with whose
     * seals those of the others are compared (intake/measure/against.h). */
    size_t n_against;
    const struct order *order; /* NULL: one file without an application */
    const char *today;         /* to assemble */
    const struct recut *recut; /* to cut a seal again */
    bool is_kept; /* with pictures, tiles and what is private, for the desk */
    int nice;     /* how far its child steps back */
};

/* Records of intake/measure/wire.h, or why there are none, as a list of records
 * with that error: a document that failed is a result like any other. */
struct lane_answer {
    int code; /* how the child died, or 0 */
    const char *detail;
    int attempts;
    double wall_ms, cpu_ms;
    long max_rss_kb;
    int fd; /* sealed; close it */
};

/* --- the core's side: sockets are never waited for ---------------------- */

/* A new lane's socket, come over the link: 1, 0 when there is none, ERR_SYS
 * when the process behind the link has ended. */
int lane_accept(int link, int *ret_socket, struct err *e);

int lane_ask(int socket, const struct lane_task *t, const int *fds,
             struct err *e);

/* The answer: 1, 0 when it is not there yet, ERR_SYS when the lane has
 * ended. */
int lane_take(struct arena *a, int socket, struct lane_answer *ret,
              struct err *e);

/* The answer of a task that no lane could finish. */
int lane_failure(int code, const char *detail, struct lane_answer *ret,
                 struct err *e);

/* --- the other side ---------------------------------------------------- */

/* The process that makes the lanes; returns when the link is closed. Call it
 * in a process that has one thread. */
int lanes_main(const struct conf *conf, int link, struct err *e);

/* What a lane does, for tests: serves one socket until it is closed. */
struct reader;
int lane_serve(const struct conf *conf, struct reader *reader, int socket,
               struct err *e);

#endif
