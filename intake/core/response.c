/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/core/response.h"

#include <assert.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/core/problem.h"

enum { MAX_JSON = 32 << 20 };

int response_json(struct response *r, int status, struct jval *j)
{
    struct str t;
    str_init(&t, MAX_JSON);
    jval_print(j, false, &t);
    jval_free(j);
    if (!t.failed)
        response_bytes(r, status, "application/json",
                       arena_strndup(r->arena, t.s, t.len), t.len);
    else
        problem_set(r, PROBLEM_INTERNAL, "结果过大");
    str_done(&t);
    return 0;
}

int response_bytes(struct response *r, int status, const char *type,
                   const void *bytes, size_t n)
{
    r->status = status;
    r->type = type;
    r->bytes = bytes;
    r->n = n;
    return 0;
}

int response_empty(struct response *r, int status)
{
    return response_bytes(r, status, NULL, "", 0);
}

void response_header(struct response *r, const char *name, const char *value)
{
    assert(r->n_headers < RESPONSE_HEADERS);
    r->headers[r->n_headers].name = name;
    r->headers[r->n_headers++].value = value;
}

int response_work(struct response *r, response_worker *work, void *context)
{
    r->work = work;
    r->context = r->state = context;
    return 0;
}

int response_wait(struct response *r, const char *topic, int64_t wait_ms,
                  void *state)
{
    r->topic = arena_strdup(r->arena, topic);
    r->wait_ms = wait_ms;
    r->state = state;
    return 0;
}
