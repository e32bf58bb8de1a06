/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * log - one line of JSON on standard error for each thing worth knowing
 *
 * English, for operators and machines. Whatever is put in, numbers of persons
 * do not come out: ID numbers, credit codes and telephone numbers are starred
 * in every text, tokens are never given to it. Lines are written whole.
 */

#ifndef INTAKE_LOG_H
#define INTAKE_LOG_H

#include <stddef.h>

enum log_level { LOG_INFO, LOG_WARNING, LOG_ERROR };

/* `process` stands in every line of this process from now on: a text that
 * stays. */
void log_process(const char *process);

/* Pairs of name and text behind `event`; a NULL text is left out. */
#define log_event(level, ...) log_write(level, __VA_ARGS__, (const char *)NULL)
void log_write(enum log_level level, const char *event, ...)
    __attribute__((sentinel));

/* Text with the numbers of persons starred, in place. */
void log_mask(char *text);

#endif
