/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * recut - a seal cut out again where a person says it is; the work of a
 * sandboxed child
 *
 * The same cut as the machine's (imaging/seal_cut.h), but place, turn and the
 * least ink that counts come from a person. The child opens the paper, so what
 * it sends is taken for hostile: recut_read looks at it before anybody else.
 */

#ifndef INTAKE_RECUT_H
#define INTAKE_RECUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/facts.h"

struct arena;
struct bundle_file;
struct err;
struct jval;

struct recut {
    int page; /* from 1 */
    enum seal_shape shape;
    Rect box;            /* of the seal set upright, in scan pixels */
    double rotation_deg; /* clockwise on the scan */
    double threshold;    /* coverage below it is bare paper, 0..0.9; 0: none */
    double scan_dpi;     /* as it was measured; 0: not known */
};

struct jval *recut_json(const struct recut *r);

/* ERR_FORMAT when a value is out of its range. */
int recut_from_json(const struct jval *j, struct recut *ret, struct err *e);

struct recut_task {
    const struct conf *conf;
    const struct bundle_file *file;
    const struct recut *recut;
};

/* A worker_job whose context is a struct recut_task: one WIRE_PICTURE. */
int recut_job(void *context, size_t job, int fd, struct err *e);

struct recut_picture {
    const uint8_t *png; /* borrowed from the records */
    size_t n;
    int width, height;
    double dpi; /* 0: not known */
};

/* What the child said; its own error is the result. */
int recut_read(struct arena *a, const uint8_t *bytes, size_t n,
               struct recut_picture *ret, struct err *e);

#endif
