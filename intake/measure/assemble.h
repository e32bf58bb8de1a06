/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * assemble - from the records of measured documents to the report; the work of
 * a sandboxed child
 *
 * The records come from processes that have opened foreign files, and they are
 * read in a child that can do as little harm as those. It sends the report, as
 * `sealdesk check` prints it, and an index of the pictures:
 *
 *     {"verdict": "flagged", "documents": [{"slot", "format", "error",
 *      "pages": [{"page", "width", "height"}]}],
 *      "pictures": [{"name", "kind", "slot", "page", "of", "width", "height",
 *      "scale", "private", ...}], "findings": [{"id", "rule", "severity",
 * "answer", "slot"}], "libraries": {...}, "against": [pairs of seals]}
 */

#ifndef INTAKE_ASSEMBLE_H
#define INTAKE_ASSEMBLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/facts.h"

struct bundle_file;
struct conf;
struct err;
struct reader;
struct worker_result;

struct assemble {
    const struct conf *conf;
    const struct reader *reader;
    const struct bundle_file *files;
    const struct worker_result *results; /* one for each file */
    size_t n_files;
    size_t n_against; /* files behind those: the seals of another set */
    const struct order *order; /* NULL: an inspection */
    const char *today;
};

/* A worker_job whose context is a struct assemble. */
int assemble_job(void *context, size_t job, int fd, struct err *e);

/* "page", "field", "seal", "seal_source", "overlay": a picture's kind in the
 * index. */
const char *assemble_kind_name(int kind);

#endif
