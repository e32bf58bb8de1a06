/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * ident - names for records: ULIDs
 *
 * 48 bits of milliseconds and 80 random bits in Crockford's base 32: 26 letters
 * that sort by age (https://github.com/ulid/spec). Not a secret.
 */

#ifndef INTAKE_IDENT_H
#define INTAKE_IDENT_H

#include <stdbool.h>
#include <stdint.h>

enum { IDENT = 27 }; /* 26 letters and the terminator */

void ident_new(int64_t now_ms, char ret[IDENT]);
bool ident_is_valid(const char *s);

#endif
