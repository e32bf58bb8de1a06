/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * request - what a handler is asked, by whom, and with what body
 *
 * Everything is borrowed from the request's arena and checked before: texts
 * are valid UTF-8, numbers in range, the body within its limit, the principal
 * allowed to do what the route does (permissions.def). What a table cannot
 * know, a handler checks itself: whether this principal owns this object
 * (request_owns), and in which state the object is.
 */

#ifndef INTAKE_REQUEST_H
#define INTAKE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intake/core/permission.h"

struct jval;
struct route;

enum method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_POST,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_DELETE,
    METHOD_OPTIONS,
    METHODS
};

const char *method_name(enum method m);
int method_from_name(const char *name); /* -1 for all others */

/* Who asks. A user may have several roles; four eyes are two users. */
struct principal {
    unsigned roles;          /* ROLE_... of permission.h */
    const char *id;          /* user, token or application; "" for anyone */
    const char *name;        /* as shown and written to the audit log */
    const char *application; /* of an applicant: the only one they may see */
    const char *scopes;      /* of an API client */
    const char *session;     /* hash of the session's token, or NULL */
    bool second_factor;      /* logged in with a code of their device */
    bool must_change; /* has a password of one use: may do nothing else */
};

/* A body that went to the spool: a file without a name, read-only. */
struct upload {
    int fd; /* -1: no such body; closed when the request ends */
    uint64_t size;
    const char *sha256; /* of the bytes, 64 hexadecimal digits */
};

struct pair {
    const char *name, *value;
};

enum { REQUEST_PARAMS = 6, REQUEST_QUERIES = 16 };

struct request {
    enum method method;
    const char *id; /* of this request, in logs and problems */
    const char *path;
    const struct route *route;
    struct pair params[REQUEST_PARAMS]; /* {id} of the pattern */
    struct pair query[REQUEST_QUERIES];
    size_t n_params, n_query;

    /* Headers; NULL when not sent. */
    const char *if_match, *idempotency_key, *last_event_id, *upload_offset,
        *file_name;

    const char *body; /* up to 256 KiB; NULL when there is none or an upload */
    size_t body_n;
    const struct jval *json; /* the body, read, when it is JSON */
    struct upload upload;

    struct principal who;
    const char *client; /* address, of the client and not of the proxy */
    int64_t now_ms;     /* since 1970, the same for the whole turn */

    /* A handler that waited (response.h) is called again: step counts from 0,
     * state is what it kept, result what its work returned. */
    int step;
    void *state;
    int result;
};

/* The captured or queried value; `otherwise` when it is not there. */
const char *request_param(const struct request *q, const char *name);
const char *request_query(const struct request *q, const char *name,
                          const char *otherwise);
long long request_query_int(const struct request *q, const char *name,
                            long long otherwise, long long min, long long max);

/* Whether an applicant or API client may touch this application: its own one.
 * Staff own all; what they may do is the table's business. */
bool request_owns(const struct request *q, const char *application,
                  const char *created_by);

#endif
