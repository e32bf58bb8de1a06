/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * zip - several files in one, not compressed
 *
 * The same files give the same bytes: entries carry no time. Format: PKWARE
 * APPNOTE 6.3, version 1.0 features, names in UTF-8.
 */

#ifndef REVIEW_ZIP_H
#define REVIEW_ZIP_H

#include <stddef.h>

struct err;
struct str;

struct zip_file {
    const char *name;
    const void *bytes;
    size_t n;
};

/* ERR_LIMIT when out is full or a size passes 4 GiB. */
int zip_write(const struct zip_file *files, size_t n, struct str *out,
              struct err *e);

#endif
