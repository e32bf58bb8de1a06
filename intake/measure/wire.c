/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/measure/wire.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"

enum { MAX_RECORDS = 20000, KB = 1024, MB = 1024 * KB };

/* The longest payload of each type. */
static const size_t longest[] = {
    [WIRE_DOCUMENT] = 8 * MB, [WIRE_SEAL] = 64 * KB,  [WIRE_PICTURE] = 64 * MB,
    [WIRE_IMPRINT] = MB,      [WIRE_TRACE] = 8 * KB,  [WIRE_ERROR] = 4 * KB,
    [WIRE_END] = 0,           [WIRE_TILES] = 64 * MB, [WIRE_REPORT] = 64 * MB,
    [WIRE_INDEX] = 8 * MB,
};

static int write_all(int fd, const void *bytes, size_t n, struct err *e)
{
    return file_write_all(fd, bytes, n) == 0
               ? 0
               : err_set(e, ERR_SYS, "pipe: %s", strerror(errno));
}

int wire_write2(int fd, enum wire_type type, const void *bytes, size_t n,
                const void *bytes2, size_t n2, struct err *e)
{
    uint8_t header[WIRE_HEADER];
    if (n > longest[type] || n2 > longest[type] - n)
        return err_set(e, ERR_LIMIT, "a record of type %d has %zu bytes",
                       (int)type, n + n2);
    bytes_put32(header, type);
    bytes_put32(header + 4, n + n2);
    int r = write_all(fd, header, sizeof header, e);
    if (r == 0)
        r = write_all(fd, bytes, n, e);
    return r == 0 ? write_all(fd, bytes2, n2, e) : r;
}

void wire_add2(struct str *t, enum wire_type type, const void *bytes, size_t n,
               const void *bytes2, size_t n2)
{
    uint8_t header[WIRE_HEADER];
    bytes_put32(header, type);
    bytes_put32(header + 4, n + n2);
    str_add_bytes(t, header, sizeof header);
    str_add_bytes(t, bytes, n);
    str_add_bytes(t, bytes2, n2);
}

int wire_write(int fd, enum wire_type type, const void *bytes, size_t n,
               struct err *e)
{
    return wire_write2(fd, type, bytes, n, NULL, 0, e);
}

int wire_next(struct wire_reader *r, struct wire_record *ret, struct err *e)
{
    size_t left = r->n - r->at;
    if (left < WIRE_HEADER)
        return err_set(e, ERR_CRASH, "protocol: the list has no end");
    size_t type = bytes_get32(r->bytes + r->at),
           n = bytes_get32(r->bytes + r->at + 4);
    if (type < WIRE_DOCUMENT || type > WIRE_LAST)
        return err_set(e, ERR_CRASH, "protocol: record type %zu", type);
    if (n > longest[type] || n > left - WIRE_HEADER)
        return err_set(e, ERR_CRASH, "protocol: record of %zu bytes", n);
    if (++r->count > MAX_RECORDS)
        return err_set(e, ERR_CRASH, "protocol: too many records");
    *ret = (struct wire_record){(enum wire_type)type,
                                r->bytes + r->at + WIRE_HEADER, n};
    r->at += WIRE_HEADER + n;
    if (type != WIRE_END)
        return 1;
    return r->at == r->n
               ? 0
               : err_set(e, ERR_CRASH, "protocol: bytes after the end");
}
