/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * bundle - an application as it arrives: a folder with application.json and
 * the files it names
 *
 * application.json is read strictly (docs/schema/application.schema.json) and
 * all its mistakes are told at once. A file that is missing, empty or too
 * large is no mistake of the bundle but a document that cannot be read.
 */

#ifndef INTAKE_BUNDLE_H
#define INTAKE_BUNDLE_H

#include <stddef.h>

#include "base/facts.h"

struct arena;
struct err;
struct jval;

/* One file, as bytes; never opened by its name again. */
struct bundle_file {
    enum slot slot;
    const char *file;
    const char *bytes;
    size_t n;
    const char *sha256; /* NULL when it could not be read */
    int error;          /* ERR_* */
    const char *detail;
};

struct bundle {
    struct order order;
    struct bundle_file *files;
    size_t n_files;
    const char **mistakes; /* "application.json: MEMBER: ..." */
    size_t n_mistakes;
};

/*
 * ERR_MISSING without the folder, ERR_BUNDLE with at least one mistake in
 * ret->mistakes. `max_bytes` is the largest file that is read.
 */
int bundle_load(struct arena *a, const char *dir, size_t max_bytes,
                struct bundle *ret, struct err *e);

/* The order alone, as application.json has it, without documents. ERR_BUNDLE
 * with the mistakes in `ret`. */
int bundle_read_order(struct arena *a, const struct jval *j, struct bundle *ret,
                      struct err *e);

/* The same for one file outside a bundle; its error is in the result. */
struct bundle_file bundle_read_file(struct arena *a, const char *path,
                                    enum slot slot, size_t max_bytes);

#endif
