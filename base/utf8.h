/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * utf8 - text as Chinese documents need it; the only door to utf8proc
 *
 * Inside the program text is valid UTF-8; it is checked where it comes in.
 * Two canonical forms are used when texts are compared (domain rules: widths,
 * brackets, dots and spaces never make a difference, characters always do):
 *
 * - utf8_fold: NFKC (full-width letters and digits become half-width, CJK
 *   compatibility forms become the unified ones), no white space or invisible
 *   characters, Latin letters upper case.
 * - utf8_name: utf8_fold, and all brackets become the full-width pair that the
 *   platform wants, all middle dots U+00B7, quotation marks dropped. This is
 *   how names are stored and shown.
 */

#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

bool utf8_is_valid(const char *s, size_t n); /* also refuses embedded NUL */

/* A valid text from any bytes: what is not UTF-8 becomes U+FFFD. */
char *utf8_repair(struct arena *a, const char *s, size_t n);

/* Reads the code point at *s and moves *s behind it; 0 at the end. */
uint32_t utf8_next(const char **s);

/* Whether c is one of the characters of s. */
bool utf8_has(const char *s, uint32_t c);
size_t utf8_length(const char *s); /* in code points */

/* Writes c at out (room for 4 bytes); returns the bytes written. */
size_t utf8_put(uint32_t c, char *out);

bool utf8_is_han(uint32_t c);
bool utf8_is_latin(uint32_t c); /* a letter or digit of ASCII */

char *utf8_fold(struct arena *a, const char *s);
char *utf8_name(struct arena *a, const char *s);

/* The code points of s, ended by 0; their count in *ret_n when not NULL. */
uint32_t *utf8_codes(struct arena *a, const char *s, size_t *ret_n);

#endif
