/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * str - a growing byte string with a maximum and a sticky error
 *
 * Write on and on, check once: after the maximum is reached nothing more is
 * added and `failed` stays true. `s` is always terminated. The caller owns it
 * and calls str_done.
 */

#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>

struct str {
    char *s;
    size_t len, size, max;
    bool failed;
};

void str_init(struct str *t, size_t max_bytes);
void str_done(struct str *t);
void str_add(struct str *t, const char *s);
void str_add_bytes(struct str *t, const void *bytes, size_t n);
void str_printf(struct str *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds s with & < > " ' written as HTML entities. */
void str_add_html(struct str *t, const char *s);

/* Adds the bytes in base64 (RFC 4648). */
void str_add_base64(struct str *t, const void *bytes, size_t n);

#endif
