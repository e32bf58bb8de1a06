/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * http - HTTP/1.1; with http_reply.c the only door to libmicrohttpd
 *
 * A thread for each connection: whoever waits for an answer holds nobody up.
 * Every request passes the gate (intake/http/gate.h), then `head` is asked with
 * nothing but the headers: it answers at once, or says whether a body may come
 * and where to. A body goes to memory (small) or, hashed on the way, to a file
 * without a name in the spool. When all is there `whole` answers. Both run on
 * the connection's thread and may wait for a while. Every answer carries the
 * strict headers.
 */

#ifndef INTAKE_HTTP_H
#define INTAKE_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "intake/core/request.h"
#include "intake/core/response.h"
#include "intake/store/ident.h"

struct arena;
struct err;
struct http;
struct serve_settings;

#define HTTP_HEADERS(H)                                                        \
    H(AGENT, "User-Agent")                                                     \
    H(AUTHORIZATION, "Authorization")                                          \
    H(COOKIE, "Cookie")                                                        \
    H(CONTENT_TYPE, "Content-Type")                                            \
    H(DIGEST, "Content-Digest")                                                \
    H(FETCH_SITE, "Sec-Fetch-Site")                                            \
    H(FILE_NAME, "X-File-Name")                                                \
    H(FORWARDED, "X-Forwarded-For")                                            \
    H(HOST, "Host")                                                            \
    H(IF_MATCH, "If-Match")                                                    \
    H(IF_NONE_MATCH, "If-None-Match")                                          \
    H(IF_RANGE, "If-Range")                                                    \
    H(KEY, "Idempotency-Key")                                                  \
    H(LAST_EVENT, "Last-Event-ID")                                             \
    H(OFFSET, "Upload-Offset")                                                 \
    H(ORIGIN, "Origin")                                                        \
    H(RANGE, "Range")

enum http_header {
#define H(id, name) HTTP_##id,
    HTTP_HEADERS(H)
#undef H
        HTTP_HEADER_COUNT
};

enum http_body { HTTP_NO_BODY, HTTP_IN_MEMORY, HTTP_IN_SPOOL };

enum { HTTP_MEMORY_BYTES = 256 << 10 };

struct exchange {
    struct arena *arena;
    char id[IDENT];
    enum method method;
    const char *path, *query;              /* query as sent, "" for none */
    const char *header[HTTP_HEADER_COUNT]; /* NULL: not sent */
    const char *client;
    int64_t length; /* Content-Length; -1: none */
    int64_t start_us;

    enum http_body body_kind; /* set by `head` when a body may come */
    const char *body;
    size_t body_n;
    struct upload upload;

    struct response response; /* status 0: not answered yet */
    const void *route;        /* for whoever answers */
};

struct http_service {
    void *context;
    void (*head)(void *context, struct exchange *x);
    void (*whole)(void *context, struct exchange *x);
    /* After the answer was sent, or the connection broke. */
    void (*done)(void *context, const struct exchange *x);
};

/* Serves a listening socket. `spool` is a folder for bodies. */
int http_start(const struct serve_settings *settings, int listener,
               const char *spool, const struct http_service *service,
               struct http **ret, struct err *e);

/* "0.9.75"; NULL when the library has no poll. */
const char *http_library(void);

/* Takes no more connections; what was begun goes on. */
void http_quiesce(struct http *h);
size_t http_connections(struct http *h);
uint64_t http_reaped(struct http *h);
void http_stop(struct http *h);

/* The strict headers of every answer, for the tests: name, value, ... NULL. */
extern const char *const http_strict_headers[];
extern const char http_csp_page[], http_csp_document[];

#endif
