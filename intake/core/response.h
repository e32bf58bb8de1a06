/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * response - what a handler answers, or what it waits for
 *
 * A handler answers by one of response_json, response_bytes, response_empty or
 * problem_set, and returns 0. Nothing is sent before the
 * transaction of the turn is on the disk: what is acknowledged is kept. An
 * answer of 400 and above undoes what its handler wrote, except when `keep` is
 * set (a refused log-in is counted).
 *
 * What takes long must not be done in a handler: it says response_work (to run
 * a function on a thread, without the store) or response_wait (until somebody
 * calls service_wake) and returns 0; what it wrote until then is committed, and
 * it is called again with step + 1 in a later transaction, where it has to look
 * again at whatever may have changed.
 */

#ifndef INTAKE_RESPONSE_H
#define INTAKE_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct jval;
struct service;
struct err;

enum cache {
    CACHE_NONE,       /* no-store: everything that says something of somebody */
    CACHE_REVALIDATE, /* no-cache with an ETag */
    CACHE_FOREVER,    /* the address holds the hash of the content */
};

enum { RESPONSE_HEADERS = 6 };

/* Runs on a thread of the pool; may use blobs and vault, never the store. */
typedef int response_worker(struct service *s, void *context, struct err *e);

struct response {
    struct arena *arena; /* of the request */
    const char *request; /* its id */
    int status;
    const char *type; /* Content-Type */
    const char *bytes;
    size_t n;
    int fd; /* in the front: a large body comes as a file of n bytes; else -1 */

    const char *detail; /* of a problem: what it says in Chinese */

    const char *etag;        /* without quotation marks */
    const char *location;    /* of what was made */
    const char *disposition; /* file name of a download, UTF-8; or NULL */
    enum cache cache;
    bool document;      /* foreign content: CSP sandbox on top */
    bool keep;          /* what was written stays, in spite of the status */
    bool replayed;      /* answered before under this key */
    const char *cookie; /* Set-Cookie */
    int retry_after_s;
    struct {
        const char *name, *value;
    } headers[RESPONSE_HEADERS];
    size_t n_headers;

    /* What the handler waits for. */
    response_worker *work;
    void *context;
    const char *topic;
    int64_t wait_ms;
    void *state; /* handed back in request.state */
};

/* Prints and frees j. */
int response_json(struct response *r, int status, struct jval *j);
int response_bytes(struct response *r, int status, const char *type,
                   const void *bytes, size_t n);
int response_empty(struct response *r, int status);
void response_header(struct response *r, const char *name, const char *value);

/* Called again when work(service, context) has run; see request.result. */
int response_work(struct response *r, response_worker *work, void *context);

/* Called again when service_wake(topic) was called or the time is over. */
int response_wait(struct response *r, const char *topic, int64_t wait_ms,
                  void *state);

#endif
