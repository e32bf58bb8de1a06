/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * stored - a report that was written before, read again
 *
 * The measured half becomes facts, ready to be judged; of the judged half only
 * what is needed to tell what changed is kept: which rule spoke of which
 * document. A report without "application" came from `inspect`.
 */

#ifndef INTAKE_STORED_H
#define INTAKE_STORED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/facts.h"
#include "rules/engine.h"

struct arena;
struct conf;
struct err;

/* One thing that a judgement said. */
struct said {
    const char *rule;
    enum answer answer;
    enum slot slot; /* SLOT_UNKNOWN: the order */
};

/* A judgement, as far as two of them are compared. */
struct opinion {
    enum verdict verdict;
    const struct said *said;
    size_t n;
};

struct stored {
    const char *path, *folder; /* "" for a file that lies here */
    struct facts facts;
    bool is_inspection;
    struct opinion opinion; /* as it was written */
};

/* Fills in `folder` from `path`. */
void stored_place(struct arena *a, struct stored *s);

/* `today` stands in for a report that names no day. ERR_FORMAT names the file
 * and the member that is wrong. */
int stored_load(struct arena *a, const char *path, const char *today,
                struct stored *ret, struct err *e);

/* The same for the bytes that were read from there. */
int stored_parse(struct arena *a, const char *path, const char *bytes, size_t n,
                 const char *today, struct stored *ret, struct err *e);

/*
 * What people may call the application: its folder, its order's number, the
 * last part of the folder's name; "" for what it has not.
 */
enum { STORED_NAMES = 3 };
void stored_names(const struct stored *s, const char *ret[STORED_NAMES]);

/* Judged by the settings of `conf`; no picture is opened. */
const struct judgement *stored_judge(struct arena *a, const struct conf *conf,
                                     const struct stored *s);

struct opinion stored_opinion(struct arena *a, const struct judgement *j);

/*
 * The reports that a command was given: files as they are, of a folder every
 * report.json below it, in the order of their paths. ERR_MISSING names the
 * path that is not there, or in which there is none.
 */
int stored_list(struct arena *a, char *const *paths, size_t n,
                const char *const **ret, size_t *ret_n, struct err *e);

#endif
