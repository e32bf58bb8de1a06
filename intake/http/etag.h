/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * etag - conditional and partial requests (RFC 9110, sections 13 and 14)
 */

#ifndef INTAKE_ETAG_H
#define INTAKE_ETAG_H

#include <stdbool.h>
#include <stdint.h>

/* Whether a list such as `"r2-7c1e", W/"x"` or `*` names this tag, which has no
 * quotation marks. A weak one matches only where `weak` is good enough
 * (If-None-Match). */
bool etag_matches(const char *list, const char *etag, bool weak);

enum range_answer {
    RANGE_WHOLE, /* no range, several, or one that nobody can read */
    RANGE_PART,
    RANGE_NONE, /* 416 */
};

/* The one range of `bytes=first-last` in a content of `size` bytes. */
enum range_answer range_find(const char *header, uint64_t size,
                             uint64_t *ret_first, uint64_t *ret_n);

#endif
