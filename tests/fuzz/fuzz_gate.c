/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The head of a request: a line, headers, and what is read out of them. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/core/auth.h"
#include "intake/core/request.h"
#include "intake/http/etag.h"
#include "intake/http/gate.h"
#include "intake/http/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* The next line of the input as a text of its own; NULL at the end. */
static const char *line(struct arena *a, const uint8_t **p, size_t *n,
                        size_t *ret_n)
{
    const uint8_t *end = memchr(*p, '\n', *n);
    if (*n == 0)
        return NULL;
    *ret_n = end ? (size_t)(end - *p) : *n;
    char *text = arena_alloc(a, *ret_n + 1, 1);
    memcpy(text, *p, *ret_n);
    size_t used = *ret_n + (end != NULL);
    *p += used;
    *n -= used;
    return text;
}

/* What passed the gate goes on to the readers of targets and headers. */
static void read_on(struct arena *a, const struct gate_request *q)
{
    struct pair pairs[REQUEST_QUERIES];
    struct err e;
    size_t n_pairs;
    uint64_t first = 0, n = 0;
    const char *query = strchr(q->target, '?');
    query_parse(a, query ? query + 1 : "", pairs, REQUEST_QUERIES, &n_pairs,
                &e);
    for (size_t i = 0; i < q->n; i++) {
        const char *value = q->headers[i].value;
        auth_cookie(a, value);
        etag_matches(value, "r1-0", true);
        if (range_find(value, 1000, &first, &n) == RANGE_PART &&
            (n == 0 || first + n > 1000))
            __builtin_trap();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *a = arena_new(64 << 20);
    struct gate_header headers[GATE_HEADERS + 1];
    struct gate_request q = {"GET", "/", "HTTP/1.1", headers, 0};
    const char *why;
    int64_t length;
    size_t length_n;
    const char *target = line(a, &bytes, &n, &length_n);
    if (target)
        q.target = target;
    while (q.n <= GATE_HEADERS && n > 0) {
        const char *text = line(a, &bytes, &n, &length_n);
        size_t name_n = strcspn(text, ":");
        size_t at = name_n < length_n ? name_n + 1 : length_n;
        headers[q.n++] = (struct gate_header){
            text, name_n, arena_strndup(a, text + at, length_n - at),
            strlen(text + at)};
    }
    if (gate_check(&q, &length, &why) < 0)
        read_on(a, &q);
    arena_free(a);
    return 0;
}
