/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * route - the tables of what is served, and how an address is matched
 *
 * A line of routes.def:
 *
 *     ROUTE(METHOD, "/api/v1/applications/{id}", PERMISSION, flags, handler,
 *           "schema of the request", "schema of the answer", zh, en)
 *
 * Schemas are names of openapi.def, "" for none. HEAD and OPTIONS are answered
 * for every address by themselves. The same tables make openapi.json, the
 * documentation and the test of every route with every role.
 */

#ifndef INTAKE_ROUTE_H
#define INTAKE_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "intake/core/permission.h"
#include "intake/core/problem.h"
#include "intake/core/request.h"
#include "intake/core/response.h"
#include "intake/core/service.h"

struct arena;
struct err;

/*
 * Returns 0 when answered (or waiting), or an error, which becomes a problem.
 * Runs in the turn's transaction, in a savepoint of its own. Never blocks.
 */
typedef int route_handler(struct service *s, struct arena *a,
                          const struct request *q, struct response *r,
                          struct err *e);

enum {
    ROUTE_PLAIN = 0,
    ROUTE_SPOOL = 1 << 0,    /* the body is bytes and goes to the spool */
    ROUTE_KEY = 1 << 1,      /* Idempotency-Key is wanted, answers are kept */
    ROUTE_IF_MATCH = 1 << 2, /* 428 without If-Match; the handler compares */
    ROUTE_HINT = 1 << 3,     /* writes only what may be lost: not synced */
    ROUTE_NO_JSON = 1 << 4,  /* the body, if any, is not read as JSON */
    ROUTE_STRICT = 1 << 5,   /* few per minute and address: log-in, create */
    ROUTE_SLOW = 1 << 6,     /* waits for a result: few at the same time */
};

struct route {
    enum method method;
    const char *pattern;
    enum permission permission;
    unsigned flags;
    route_handler *handler;
    const char *request, *response; /* names of schemas, or "" */
    const char *zh, *en;
};

struct route_table {
    const struct route *routes;
    size_t n;
};

/* What a line of a routes.def can be: `#define ROUTE ROUTE_ROW`. */
#define ROUTE_HANDLER(method, pattern, permission, flags, handler, request,    \
                      response, zh, en)                                        \
    route_handler handler;
#define ROUTE_ROW(method, pattern, permission, flags, handler, request,        \
                  response, zh, en)                                            \
    {METHOD_##method, pattern, PERMIT_##permission,                            \
     flags,           handler, request,                                        \
     response,        zh,      en},

extern const struct route_table intake_routes;

/*
 * The route of method and path, its {names} put into q->params. NULL when
 * there is none; *ret_methods then has a bit (1 << method) for each that is
 * served at this path, 0 when the path is unknown. HEAD finds GET.
 */
const struct route *route_find(struct arena *a,
                               const struct route_table *tables, size_t n,
                               struct request *q, unsigned *ret_methods);

#endif
