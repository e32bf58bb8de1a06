/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * bucket - rate limits: a token bucket for each name
 *
 * A bucket holds a minute's worth and fills evenly. The table has a fixed size;
 * when it is full the one that was not asked for longest is forgotten, which
 * for an attacker with many addresses costs no memory. May be used by several
 * threads at once.
 */

#ifndef INTAKE_BUCKET_H
#define INTAKE_BUCKET_H

#include <stdint.h>

struct arena;
struct buckets;

struct buckets *bucket_new(struct arena *a, int per_minute);

/* Takes one: 0, or the seconds to wait. */
int bucket_take(struct buckets *b, const char *name, int64_t now_ms);

#endif
