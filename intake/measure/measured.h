/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * measured - what a child's records say about one file
 *
 * The records come from a process that has opened a foreign file, so nothing
 * is taken over unchecked: JSON by strict schema, pictures by walking their
 * chunks, and names are made here from slot, page, field and the seal's place
 * in the list, never from what the child wrote.
 */

#ifndef INTAKE_MEASURED_H
#define INTAKE_MEASURED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/facts.h"
#include "imaging/seal_imprint.h"
#include "intake/measure/review.h"

struct arena;
struct err;

/* A stage as it ran. */
struct trace_line {
    int page;
    const char *stage, *outcome, *why;
    double ms;
};

/* A page cut into tiles (base/tile_pack.h). */
struct tile_set {
    int page;
    bool is_private; /* an overlay that shows ID or phone numbers */
    const uint8_t *bytes;
    size_t n;
};

struct measured {
    struct document document; /* slot as asked for */
    struct seal *seals;
    struct imprint *imprints; /* one for each seal */
    size_t n_seals;
    struct picture *pictures;
    size_t n_pictures;
    struct tile_set *tiles;
    size_t n_tiles;
    struct trace_line *trace;
    size_t n_trace;
};

/*
 * ERR_CRASH when anything in the records is not as agreed. An error of the
 * file itself is no failure: it is in ret->document.
 */
int measured_read(struct arena *a, enum slot slot, const uint8_t *bytes,
                  size_t n, struct measured *ret, struct err *e);

/*
 * The one imprint of a file. The file's own error is the result, with its text
 * in *ret_text; ERR_CRASH, told in `e`, as above.
 */
int measured_read_imprint(struct arena *a, const uint8_t *bytes, size_t n,
                          struct imprint *ret, const char **ret_text,
                          struct err *e);

/* A PNG or JPEG as our own writers make it, of that size, whole, with nothing
 * else in it. */
bool measured_is_png(const uint8_t *bytes, size_t n, int width, int height);
bool measured_is_jpeg(const uint8_t *bytes, size_t n);

/* The word for a slot in file names and seal ids: "form", ..., "seal". */
const char *measured_word(enum slot slot);

#endif
