/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * measure - the work of a sandboxed child: one file from bytes to records
 *
 * Decodes page by page, runs the stages, reads the fields, and sends what it
 * found and pictures of it (intake/measure/wire.h). Each page has an arena of
 * its own, so that the largest page bounds the memory, not their number.
 */

#ifndef INTAKE_MEASURE_H
#define INTAKE_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct bundle_file;
struct conf;
struct err;
struct reader;

/* What all children of a run share, inherited through the fork. */
struct measure {
    const struct conf *conf;
    struct reader *reader;
    const struct bundle_file *const *files; /* job i opens files[i] */
    bool reads_fields;
    bool sends_evidence; /* page previews, field crops */
    bool sends_dumps;    /* what each stage made */
    bool reveal;         /* private numbers stay visible in pictures */
    bool sends_private;  /* crops and tiles that show them are sent apart */
    bool sends_tiles;    /* each page for a viewer that zooms */
    double seal_dpi;     /* of the extracted seals; 0: as configured */
    const struct order
        *order; /* what the fields are verified against, or NULL */
};

/* Files that show one extracted impression each (`compare`): the job sends its
 * imprint. A worker_job whose context is a struct measure. */
int measure_impression(void *context, size_t job, int fd, struct err *e);

/* A worker_job whose context is a struct measure. */
int measure_job(void *context, size_t job, int fd, struct err *e);

#endif
