/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * examine - files in, measurements out, by way of sandboxed children
 *
 * The engines are warmed once in the parent; each file gets a child of its
 * own. A file that kills its child is a document with an error, and the others
 * are measured all the same.
 */

#ifndef INTAKE_EXAMINE_H
#define INTAKE_EXAMINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/facts.h"
#include "intake/measure/review.h"

struct arena;
struct bundle_file;
struct conf;
struct err;
struct imprint;
struct judgement;
struct reader;
struct trace_line;
struct worker_result;

struct examine_options {
    int jobs; /* at the same time; 0: as configured */
    bool reads_fields, sends_evidence, sends_dumps, reveal;
    double seal_dpi; /* 0: as configured */
    const struct order
        *order; /* what the fields are verified against, or NULL */
};

/* How the child of one file fared; all zero when none was needed. */
struct examined_process {
    int attempts;
    double wall_ms, cpu_ms;
    long max_rss_kb;
    const struct trace_line *trace;
    size_t n_trace;
};

struct examined {
    struct facts facts; /* documents in the order of the files; no order */
    struct imprint *imprints; /* of facts.seals */
    struct picture *pictures;
    size_t n_pictures;
    struct examined_process *processes; /* one per document */
    const struct library *libraries;
    size_t n_libraries;
};

/* Fails when the engines cannot be had or no child can be made. */
int examine_files(struct arena *a, const struct conf *conf,
                  const struct examine_options *options,
                  const struct bundle_file *files, size_t n,
                  struct examined *ret, struct err *e);

/* --- the same in steps, for whoever has children of his own ------------- */

/* The engines, once per process and before its first child. */
int examine_warm_up(struct arena *a, const struct conf *conf,
                    struct reader **ret, struct err *e);

/*
 * What the children said about n files, put together: results[i] belongs to
 * files[i], unless the file has an error of its own. Sizes that one document
 * lends to another and the comparison of seals are worked out here.
 */
void examine_join(struct arena *a, const struct bundle_file *files,
                  const struct worker_result *results, size_t n,
                  struct examined *ret);
void examine_list_libraries(struct arena *a, const struct reader *reader,
                            struct examined *x);

/* What a report is made of; everything is borrowed. */
struct review examine_review(const struct conf *conf,
                             const struct examined *examined,
                             const struct facts *facts,
                             const struct judgement *judgement);

#endif
