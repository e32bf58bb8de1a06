/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lengths in DER are definite and as short as they can be. */

#include "review/ses_picture.h"

#include <string.h>

#include "base/err.h"
#include "base/str.h"

enum { TAG_INTEGER = 0x02, TAG_OCTETS = 0x04, TAG_IA5 = 0x16, TAG_SEQ = 0x30 };
enum { MAX_TYPE = 16, MAX_DATA = 16 << 20, MAX_MM = 1000 };

/* Bytes of a length above 127, beside the one that tells their number. */
static size_t long_size(size_t n)
{
    size_t size = 0;
    for (; n; n >>= 8)
        size++;
    return size;
}

static size_t head_size(size_t n)
{
    return n > 0x7f ? 2 + long_size(n) : 2;
}

/* Up to 127 in one byte; above, their number and the bytes, highest first. */
static void add_head(struct str *out, unsigned tag, size_t n)
{
    uint8_t b[2 + sizeof n] = {(uint8_t)tag, (uint8_t)n};
    size_t size = n > 0x7f ? long_size(n) : 0;
    if (size)
        b[1] = (uint8_t)(0x80 | size);
    for (size_t i = 0; i < size; i++)
        b[2 + i] = (uint8_t)(n >> 8 * (size - 1 - i));
    str_add_bytes(out, b, 2 + size);
}

/* Of a number from 0 to 0x7fff: two bytes when the first one's sign bit would
 * be set. */
static void add_number(struct str *out, int v)
{
    uint8_t b[] = {(uint8_t)(v >> 8), (uint8_t)v};
    size_t n = v > 0x7f ? 2 : 1;
    add_head(out, TAG_INTEGER, n);
    str_add_bytes(out, b + 2 - n, n);
}

static size_t number_size(int v)
{
    return v > 0x7f ? 4 : 3;
}

int ses_picture_write(const struct ses_picture *p, struct str *out,
                      struct err *e)
{
    size_t type = strlen(p->type);
    if (type == 0 || type > MAX_TYPE || p->n == 0 || p->n > MAX_DATA)
        return err_set(e, ERR_FORMAT, "a picture of %zu bytes, type of %zu",
                       p->n, type);
    if (p->width_mm < 1 || p->width_mm > MAX_MM || p->height_mm < 1 ||
        p->height_mm > MAX_MM)
        return err_set(e, ERR_FORMAT, "a picture of %d x %d mm", p->width_mm,
                       p->height_mm);
    add_head(out, TAG_SEQ,
             2 + type + head_size(p->n) + p->n + number_size(p->width_mm) +
                 number_size(p->height_mm));
    add_head(out, TAG_IA5, type);
    str_add(out, p->type);
    add_head(out, TAG_OCTETS, p->n);
    str_add_bytes(out, p->data, p->n);
    add_number(out, p->width_mm);
    add_number(out, p->height_mm);
    return out->failed ? err_set(e, ERR_LIMIT, "no room for the record") : 0;
}
