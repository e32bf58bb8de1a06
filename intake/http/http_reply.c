/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/http/http_reply.h"

#include <microhttpd.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/arena.h"
#include "intake/core/problem.h"
#include "intake/http/etag.h"
#include "intake/http/http.h"

const char *const http_strict_headers[] = {
    "X-Content-Type-Options",
    "nosniff",
    "Referrer-Policy",
    "no-referrer",
    "Cross-Origin-Opener-Policy",
    "same-origin",
    "Cross-Origin-Resource-Policy",
    "same-origin",
    "X-Frame-Options",
    "DENY",
    "Permissions-Policy",
    "camera=(), microphone=(), geolocation=()",
    NULL,
};

const char http_csp_page[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const char http_csp_document[] = "sandbox; default-src 'none'; "
                                 "style-src 'unsafe-inline'; img-src data:; "
                                 "frame-ancestors 'self'";
static const char csp_data[] = "default-src 'none'; frame-ancestors 'none'";

static const char *const cache_control[] = {
    [CACHE_NONE] = "no-store",
    [CACHE_REVALIDATE] = "private, no-cache",
    [CACHE_FOREVER] = "private, max-age=31536000, immutable",
};

static void add(struct MHD_Response *m, const char *name, const char *value)
{
    if (value)
        MHD_add_response_header(m, name, value);
}

static bool is_set(const struct response *r, const char *name)
{
    for (size_t i = 0; i < r->n_headers; i++)
        if (strcasecmp(r->headers[i].name, name) == 0)
            return true;
    return false;
}

static const char *csp_of(const struct response *r)
{
    if (r->document)
        return http_csp_document;
    return r->type && strncmp(r->type, "text/html", 9) == 0 ? http_csp_page
                                                            : csp_data;
}

/* filename* of RFC 6266: everything but letters and digits as %XX. */
static const char *disposition(struct arena *a, const char *name)
{
    static const char hex[] = "0123456789ABCDEF";
    char *encoded = arena_alloc(a, 3 * strlen(name) + 1, 1), *out = encoded;
    for (const char *p = name; *p; p++) {
        unsigned char c = (unsigned char)*p;
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                     (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
        if (plain) {
            *out++ = (char)c;
            continue;
        }
        *out++ = '%';
        *out++ = hex[c >> 4];
        *out++ = hex[c & 15];
    }
    return arena_printf(a, "attachment; filename*=UTF-8''%s", encoded);
}

static void add_headers(struct MHD_Response *m, struct exchange *x, bool last)
{
    const struct response *r = &x->response;
    for (size_t i = 0; http_strict_headers[i]; i += 2)
        if (!is_set(r, http_strict_headers[i]))
            add(m, http_strict_headers[i], http_strict_headers[i + 1]);
    if (!is_set(r, "Content-Security-Policy"))
        add(m, "Content-Security-Policy", csp_of(r));
    if (!is_set(r, "Cache-Control"))
        add(m, "Cache-Control", cache_control[r->cache]);
    for (size_t i = 0; i < r->n_headers; i++)
        add(m, r->headers[i].name, r->headers[i].value);
    add(m, "Content-Type", r->type);
    add(m, "X-Request-Id", x->id);
    add(m, "Location", r->location);
    add(m, "Set-Cookie", r->cookie);
    if (r->etag)
        add(m, "ETag", arena_printf(x->arena, "\"%s\"", r->etag));
    if (r->disposition)
        add(m, "Content-Disposition", disposition(x->arena, r->disposition));
    if (r->retry_after_s)
        add(m, "Retry-After", arena_printf(x->arena, "%d", r->retry_after_s));
    if (r->replayed)
        add(m, "Idempotency-Replayed", "true");
    if (last)
        add(m, "Connection", "close");
}

/* Not modified: the same headers without a body. */
static void make_conditional(struct exchange *x)
{
    struct response *r = &x->response;
    const char *list = x->header[HTTP_IF_NONE_MATCH];
    bool reads = x->method == METHOD_GET || x->method == METHOD_HEAD;
    if (r->status != 200 || !r->etag || !reads || !list ||
        !etag_matches(list, r->etag, true))
        return;
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
    response_empty(r, 304);
}

/* A part of a file or of bytes, when one is asked for and still fits. */
static uint64_t make_partial(struct exchange *x)
{
    struct response *r = &x->response;
    const char *range = x->header[HTTP_RANGE];
    const char *condition = x->header[HTTP_IF_RANGE];
    uint64_t first = 0, n = r->n;
    if (r->status != 200 || !r->etag || x->method != METHOD_GET)
        return 0;
    response_header(r, "Accept-Ranges", "bytes");
    if (condition && !etag_matches(condition, r->etag, false))
        return 0;
    enum range_answer answer = range_find(range, r->n, &first, &n);
    if (answer == RANGE_PART) {
        response_header(r, "Content-Range",
                        arena_printf(x->arena, "bytes %llu-%llu/%zu",
                                     (unsigned long long)first,
                                     (unsigned long long)(first + n - 1),
                                     r->n));
        r->status = 206;
        r->n = n;
    } else if (answer == RANGE_NONE) {
        if (r->fd >= 0)
            close(r->fd);
        r->fd = -1;
        response_header(r, "Content-Range",
                        arena_printf(x->arena, "bytes */%zu", r->n));
        problem_set(r, PROBLEM_RANGE, "内容没有这么长");
        return 0;
    }
    return answer == RANGE_PART ? first : 0;
}

bool http_reply(struct MHD_Connection *connection, struct exchange *x,
                bool last)
{
    struct response *r = &x->response;
    make_conditional(x);
    uint64_t first = make_partial(x);
    struct MHD_Response *m =
        r->fd >= 0
            ? MHD_create_response_from_fd_at_offset64(r->n, r->fd, first)
            : MHD_create_response_from_buffer(
                  r->n, (void *)(uintptr_t)(r->bytes ? r->bytes + first : ""),
                  MHD_RESPMEM_PERSISTENT);
    if (!m)
        return false;
    r->fd = -1; /* the library's now */
    add_headers(m, x, last);
    bool ok = MHD_queue_response(connection, (unsigned)r->status, m) == MHD_YES;
    MHD_destroy_response(m);
    return ok;
}
