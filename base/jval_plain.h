/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * jval_plain - the quick way to read the JSON that programs write
 *
 * For base/jval.c alone. What it reads, it reads as jansson would; NULL is no
 * verdict: the text may be wrong or only unusual, and jansson has to say.
 */

#ifndef BASE_JVAL_PLAIN_H
#define BASE_JVAL_PLAIN_H

#include <stddef.h>

struct jval;

/* The caller owns the tree. */
struct jval *jval_plain(const char *bytes, size_t n);

#endif
