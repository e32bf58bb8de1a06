/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "review/zip.h"

#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"

enum {
    LOCAL = 0x04034b50,
    CENTRAL = 0x02014b50,
    END = 0x06054b50,
    VERSION = 10,
    UTF8_NAMES = 1 << 11,
    FIRST_DAY = (1 << 5) | 1, /* 1980-01-01, the earliest there is */
};

/* ISO 3309, bit by bit: an export is some hundred kilobytes. */
static uint32_t crc32_of(const uint8_t *p, size_t n)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        for (int k = 0; k < 8; k++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static void add(struct str *out, size_t bytes, uint64_t v)
{
    for (size_t i = 0; i < bytes; i++)
        str_add_bytes(out, &(uint8_t){(uint8_t)(v >> 8 * i)}, 1);
}

/* What local and central headers have in common. */
static void add_entry(struct str *out, const struct zip_file *f)
{
    add(out, 2, VERSION);
    add(out, 2, UTF8_NAMES);
    add(out, 2, 0); /* stored */
    add(out, 2, 0); /* midnight */
    add(out, 2, FIRST_DAY);
    add(out, 4, crc32_of(f->bytes, f->n));
    add(out, 4, f->n);
    add(out, 4, f->n);
    add(out, 2, strlen(f->name));
    add(out, 2, 0); /* no extra field */
}

static size_t local_size(const struct zip_file *f)
{
    return 30 + strlen(f->name) + f->n;
}

static void add_central(struct str *out, const struct zip_file *f, size_t at)
{
    add(out, 4, CENTRAL);
    add(out, 2, VERSION);
    add_entry(out, f);
    add(out, 2, 0); /* comment */
    add(out, 2, 0); /* disk */
    add(out, 2, 0); /* attributes */
    add(out, 4, 0);
    add(out, 4, at);
    str_add(out, f->name);
}

int zip_write(const struct zip_file *files, size_t n, struct str *out,
              struct err *e)
{
    size_t begin = out->len, at = 0, central;
    for (size_t i = 0; i < n; i++) {
        add(out, 4, LOCAL);
        add_entry(out, &files[i]);
        str_add(out, files[i].name);
        str_add_bytes(out, files[i].bytes, files[i].n);
    }
    central = out->len - begin;
    for (size_t i = 0; i < n; at += local_size(&files[i++]))
        add_central(out, &files[i], at);
    size_t size = out->len - begin - central;
    add(out, 4, END);
    add(out, 4, 0); /* disks */
    add(out, 2, n);
    add(out, 2, n);
    add(out, 4, size);
    add(out, 4, central);
    add(out, 2, 0); /* comment */
    return out->failed || out->len - begin > UINT32_MAX || n > UINT16_MAX
               ? err_set(e, ERR_LIMIT, "the archive is too large")
               : 0;
}
