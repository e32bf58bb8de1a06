/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * err - how a failure travels: a negative code and one English sentence
 *
 * An error is about us or the file; what is wrong with the document itself is
 * a finding (base/facts.h). Fallible functions return 0 or a negative ERR_*
 * and take `struct err *` last; it may be NULL when nobody wants the text. The
 * table in err.def says which errors may go away when tried again and which
 * exit code each has.
 */

#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

enum err_code {
    ERR_NONE = 0,
#define ERR(name, number, retry, exit_code, text, zh) ERR_##name = -(number),
#include "base/err.def"
#undef ERR
};

struct err {
    int code;
    char text[400];
};

/* Records code and text and returns the code: `return err_set(e, ...)`. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts context in front of the recorded text; returns the recorded code. */
int err_context(struct err *e, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

bool err_is_retryable(int code);
int err_exit_code(int code);

/* The table's own name ("FORMAT") and general sentence; never NULL. */
const char *err_name(int code);
const char *err_summary(int code);

/* What applicants and staff are told about a file that failed so. */
const char *err_zh(int code);

/* The code of that name, or ERR_NONE when there is none. */
int err_from_name(const char *name);

#endif
