/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * gate - which requests are read at all
 *
 * libmicrohttpd 0.9.75 reads requests in the lenient way of before 2023. What
 * two readers might take for two different things (request smuggling: RFC 9112,
 * sections 6 and 11.2) is refused here, before anything is done with it. The
 * table of refusals was made by raw probes, which the tests repeat.
 */

#ifndef INTAKE_GATE_H
#define INTAKE_GATE_H

#include <stddef.h>
#include <stdint.h>

#include "intake/core/problem.h"

struct gate_header {
    const char *name;
    size_t name_n;
    const char *value; /* may be NULL */
    size_t value_n;
};

struct gate_request {
    const char *method, *target, *version;
    const struct gate_header *headers;
    size_t n;
};

enum { GATE_HEADERS = 64, GATE_TARGET_BYTES = 2048 };

/* -1 when it may pass: *ret_length is its Content-Length, -1 for none.
 * Otherwise the problem, with *ret_why in English. */
int gate_check(const struct gate_request *q, int64_t *ret_length,
               const char **ret_why);

#endif
