/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A number of a person is a run of digits (and an X or letters of a credit
 * code) of its length: 17 digits and a digit or X; 18 of the letters and digits
 * of a credit code of which at least 8 are digits; 11 digits that begin with 1.
 * Runs that are longer, such as hashes, are none.
 *
 * Several threads of several processes write to one descriptor. Nothing of ours
 * can keep them apart; the kernel does, since a line is one write of less than
 * PIPE_BUF bytes.
 */

#define _GNU_SOURCE

#include "intake/core/log.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/jval.h"
#include "base/str.h"

enum { LINE_BYTES = 4000, ID_LENGTH = 18, PHONE_LENGTH = 11 };
static_assert(LINE_BYTES < PIPE_BUF, "or lines would mix");

/* The C library's own name of the process: assert and error(3) print it too. */
void log_process(const char *process)
{
    program_invocation_short_name = (char *)(uintptr_t)process;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_number_of_person(const char *s, size_t n)
{
    size_t digits = 0;
    for (size_t i = 0; i < n; i++)
        digits += is_digit(s[i]);
    if (n == PHONE_LENGTH)
        return digits == n && s[0] == '1';
    return n == ID_LENGTH && digits >= 8;
}

void log_mask(char *text)
{
    for (char *p = text; *p;) {
        size_t n = 0;
        while (is_digit(p[n]) || is_letter(p[n]))
            n++;
        if (is_number_of_person(p, n))
            memset(p + 3, '*', n - 5);
        p += n ? n : 1;
    }
}

static void add_time(struct jval *line)
{
    struct timespec t;
    struct tm tm;
    char text[40] = "", whole[60];
    clock_gettime(CLOCK_REALTIME, &t);
    if (gmtime_r(&t.tv_sec, &tm))
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(whole, sizeof whole, "%s.%03ldZ", text, t.tv_nsec / 1000000);
    jval_set_string(line, "time", whole);
}

void log_write(enum log_level level, const char *event, ...)
{
    static const char *const levels[] = {"info", "warning", "error"};
    struct jval *line = jval_new_object();
    char masked[LINE_BYTES / 2];
    va_list ap;
    add_time(line);
    jval_set_string(line, "level", levels[level]);
    jval_set_string(line, "process", program_invocation_short_name);
    jval_set_string(line, "event", event);
    va_start(ap, event);
    for (const char *name; (name = va_arg(ap, const char *)) != NULL;) {
        const char *text = va_arg(ap, const char *);
        if (!text)
            continue;
        snprintf(masked, sizeof masked, "%s", text);
        log_mask(masked);
        jval_set_string(line, name, masked);
    }
    va_end(ap);
    struct str t;
    str_init(&t, LINE_BYTES);
    jval_print(line, false, &t);
    jval_free(line);
    str_add(&t, "\n");
    if (write(STDERR_FILENO, t.s, t.len) < 0) {
        /* There is nobody left to tell. */
    }
    str_done(&t);
}
