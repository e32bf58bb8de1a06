/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * wire - what a sandboxed child tells its parent, as framed records
 *
 * A record is its type and the length of its payload, each four bytes, little
 * endian, then the payload. END closes the list; whatever does not end with it
 * is worth nothing. The child is taken for hostile: types, lengths and the
 * number of records are bounded, and a reader never looks past its bytes.
 */

#ifndef INTAKE_WIRE_H
#define INTAKE_WIRE_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct str;

enum wire_type {
    WIRE_DOCUMENT = 1, /* JSON: base/facts_json.h */
    WIRE_SEAL,         /* JSON: the same */
    WIRE_PICTURE,      /* JSON about it, NUL, then PNG or JPEG bytes */
    WIRE_IMPRINT,      /* JSON about it, NUL, then IMPRINT_BYTES samples */
    WIRE_TRACE,        /* JSON: one stage of one page */
    WIRE_ERROR,        /* name of the error, NUL, English text */
    WIRE_END,          /* empty */
    WIRE_TILES,        /* JSON about them, NUL, then base/tile_pack.h */
    WIRE_REPORT,       /* report.json as it is written */
    WIRE_INDEX,        /* JSON: the pictures that go with it */
    WIRE_LAST = WIRE_INDEX,
};

enum {
    WIRE_HEADER = 8,
    WIRE_MAX_BYTES = 256 << 20, /* of all records together */
};

struct wire_record {
    enum wire_type type;
    const uint8_t *bytes; /* borrowed */
    size_t n;
};

/* Writes one record to a pipe, in two parts when `n2` > 0. */
int wire_write(int fd, enum wire_type type, const void *bytes, size_t n,
               struct err *e);
int wire_write2(int fd, enum wire_type type, const void *bytes, size_t n,
                const void *bytes2, size_t n2, struct err *e);

/* The same into a string. */
void wire_add2(struct str *t, enum wire_type type, const void *bytes, size_t n,
               const void *bytes2, size_t n2);

/* A walk over the received bytes. */
struct wire_reader {
    const uint8_t *bytes;
    size_t n, at;
    size_t count;
};

/*
 * The next record: 1, or 0 after END, which has to be the last. ERR_CRASH
 * when the bytes are not a list of records: the child broke the protocol.
 */
int wire_next(struct wire_reader *r, struct wire_record *ret, struct err *e);

#endif
