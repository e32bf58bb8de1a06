/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The library calls `on_access` once with the headers, then with each piece of
 * the body, then once more. An answer before the body has come closes the
 * connection: otherwise the library would read the body as the next request.
 */

#define _GNU_SOURCE

#include "intake/http/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "intake/blob/digest.h"
#include "intake/core/problem.h"
#include "intake/core/serve.h"
#include "intake/http/gate.h"
#include "intake/http/http_reply.h"
#include "intake/http/reaper.h"

enum {
    ARENA_BYTES = 64 << 20,
    CONNECTION_BYTES = 96 << 10,
    LIBRARY_TIMEOUT_S = 120, /* the reaper is earlier */
    STACK_BYTES = 1 << 20,
};

struct http {
    const struct serve_settings *settings;
    const struct http_service *service;
    struct MHD_Daemon *daemon;
    struct reaper *reaper;
    const char *spool;
};

/* One request; its exchange lives in the arena. */
struct call {
    struct exchange x;
    const char *target;
    struct digest digest;
    char sha256[DIGEST_HEX];
    bool begun, failed;
};

static const char *const header_names[] = {
#define H(id, name) name,
    HTTP_HEADERS(H)
#undef H
};

static struct reaper_entry *entry_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* --- the headers ------------------------------------------------------- */

struct header_list {
    struct gate_header list[GATE_HEADERS + 1];
    size_t n;
    const char **known; /* of the exchange */
};

/*
 * The library ends a value with NUL where it stood in the buffer and writes a
 * second one over the line feed. What else follows the first NUL was sent so:
 * a NUL inside the value or a bare line feed, which other readers take
 * otherwise. The value is then made one that the gate refuses.
 */
static bool is_whole_line(const char *value, size_t n)
{
    return value[n + 1] == '\0';
}

static enum MHD_Result on_header(void *context, enum MHD_ValueKind kind,
                                 const char *name, size_t name_n,
                                 const char *value, size_t value_n)
{
    struct header_list *h = context;
    (void)kind;
    if (h->n > GATE_HEADERS)
        return MHD_NO;
    if (value && !is_whole_line(value, value_n))
        h->list[h->n++] = (struct gate_header){name, name_n, "\n", 1};
    else
        h->list[h->n++] = (struct gate_header){name, name_n, value, value_n};
    for (size_t i = 0; i < HTTP_HEADER_COUNT; i++)
        if (value && !h->known[i] && strcasecmp(name, header_names[i]) == 0)
            h->known[i] = value;
    return MHD_YES;
}

/* The client and not the proxy, when we are told that there is one. */
static const char *client_of(const struct http *h, struct call *call,
                             struct MHD_Connection *c)
{
    char text[INET6_ADDRSTRLEN] = "local";
    unsigned char parsed[sizeof(struct in6_addr)];
    const char *told = call->x.header[HTTP_FORWARDED];
    if (h->settings->behind_proxy && told &&
        (inet_pton(AF_INET, told, parsed) == 1 ||
         inet_pton(AF_INET6, told, parsed) == 1))
        return told;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *peer = info ? info->client_addr : NULL;
    if (peer && peer->sa_family == AF_INET)
        inet_ntop(AF_INET,
                  &((const struct sockaddr_in *)(const void *)peer)->sin_addr,
                  text, sizeof text);
    if (peer && peer->sa_family == AF_INET6)
        inet_ntop(AF_INET6,
                  &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr,
                  text, sizeof text);
    return arena_strdup(call->x.arena, text);
}

/* Fills the exchange; -1, or the problem why nobody may see it. */
static int read_head(struct http *h, struct call *call,
                     struct MHD_Connection *c, const char *method,
                     const char *version, const char **ret_why)
{
    struct exchange *x = &call->x;
    struct header_list headers = {.known = x->header};
    MHD_get_connection_values_n(c, MHD_HEADER_KIND, on_header, &headers);
    const struct gate_request q = {method, call->target, version, headers.list,
                                   headers.n};
    int problem = gate_check(&q, &x->length, ret_why);
    x->client = client_of(h, call, c);
    if (problem >= 0)
        return problem;
    x->method = (enum method)method_from_name(method);
    size_t n = strcspn(call->target, "?");
    x->path = arena_strndup(x->arena, call->target, n);
    x->query = call->target[n] ? call->target + n + 1 : "";
    return -1;
}

/* --- bodies ------------------------------------------------------------ */

/* A file that has no name and goes away with its last descriptor. */
static int open_spool(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
        return fd;
    char path[4096];
    if (snprintf(path, sizeof path, "%s/XXXXXX", folder) >= (int)sizeof path)
        return -1;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static void fail_storage(struct call *call)
{
    call->failed = true;
    problem_set(&call->x.response, PROBLEM_STORAGE, "暂时无法保存，请稍后再试");
}

static void begin_body(struct http *h, struct call *call)
{
    struct exchange *x = &call->x;
    if (x->body_kind == HTTP_IN_MEMORY && x->length > 0)
        x->body = arena_alloc(x->arena, (size_t)x->length + 1, 1);
    if (x->body_kind != HTTP_IN_SPOOL)
        return;
    digest_init(&call->digest);
    x->upload.fd = open_spool(h->spool);
    if (x->upload.fd < 0)
        fail_storage(call);
}

static void add_body(struct call *call, const char *bytes, size_t n)
{
    struct exchange *x = &call->x;
    if (call->failed)
        return;
    if (x->body_kind == HTTP_IN_MEMORY) {
        if (n > (size_t)x->length - x->body_n)
            return; /* the library keeps to the length; so do we */
        memcpy((char *)(uintptr_t)x->body + x->body_n, bytes, n);
        x->body_n += n;
        return;
    }
    digest_add(&call->digest, bytes, n);
    x->upload.size += n;
    while (n > 0) {
        ssize_t put = write(x->upload.fd, bytes, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            fail_storage(call);
            return;
        }
        bytes += put;
        n -= (size_t)put;
    }
}

/* --- the library's calls ----------------------------------------------- */

static void *on_uri(void *context, const char *uri, struct MHD_Connection *c)
{
    struct http *h = context;
    struct arena *a = arena_new(ARENA_BYTES);
    struct call *call = arena_new_struct(a, struct call);
    call->x.arena = a;
    call->x.upload.fd = call->x.response.fd = -1;
    call->x.response.arena = a;
    call->x.start_us = clock_us();
    ident_new(clock_unix_ms(), call->x.id);
    call->x.response.request = call->x.id;
    call->target = arena_strndup(a, uri, strnlen(uri, GATE_TARGET_BYTES + 1));
    reaper_enter(h->reaper, entry_of(c), REAPER_HEADERS);
    return call;
}

static enum MHD_Result reply(struct http *h, struct call *call,
                             struct MHD_Connection *c, bool last)
{
    struct reaper_entry *entry = entry_of(c);
    if (call->x.response.status == 0)
        problem_set(&call->x.response, PROBLEM_INTERNAL, "没有得到答复");
    reaper_enter(h->reaper, entry, REAPER_SEND);
    reaper_progress(h->reaper, entry, call->x.response.n);
    return http_reply(c, &call->x, last) ? MHD_YES : MHD_NO;
}

static enum MHD_Result begin(struct http *h, struct call *call,
                             struct MHD_Connection *c, const char *method,
                             const char *version)
{
    struct exchange *x = &call->x;
    const char *why = "";
    int problem = read_head(h, call, c, method, version, &why);
    call->begun = true;
    if (problem >= 0) {
        x->response.cache = CACHE_NONE;
        problem_set(&x->response, (enum problem)problem, "请求不符合规范（%s）",
                    why);
        return reply(h, call, c, true);
    }
    reaper_enter(h->reaper, entry_of(c), REAPER_WORK);
    h->service->head(h->service->context, x);
    if (x->response.status == 0)
        begin_body(h, call);
    if (x->response.status)
        return reply(h, call, c, x->length > 0);
    reaper_enter(h->reaper, entry_of(c), REAPER_BODY);
    return MHD_YES;
}

static enum MHD_Result on_access(void *context, struct MHD_Connection *c,
                                 const char *url, const char *method,
                                 const char *version, const char *bytes,
                                 size_t *n, void **state)
{
    struct http *h = context;
    struct call *call = *state;
    (void)url;
    if (!call)
        return MHD_NO;
    if (!call->begun)
        return begin(h, call, c, method, version);
    if (*n > 0) {
        add_body(call, bytes, *n);
        reaper_progress(h->reaper, entry_of(c), *n);
        *n = 0;
        return MHD_YES;
    }
    if (call->x.response.status == 0) {
        if (call->x.upload.fd >= 0) {
            digest_done(&call->digest, call->sha256);
            call->x.upload.sha256 = call->sha256;
        }
        reaper_enter(h->reaper, entry_of(c), REAPER_WORK);
        h->service->whole(h->service->context, &call->x);
    }
    return reply(h, call, c, false);
}

static void on_completed(void *context, struct MHD_Connection *c, void **state,
                         enum MHD_RequestTerminationCode code)
{
    struct http *h = context;
    struct call *call = *state;
    (void)code;
    if (!call)
        return;
    *state = NULL;
    reaper_enter(h->reaper, entry_of(c), REAPER_IDLE);
    if (call->begun)
        h->service->done(h->service->context, &call->x);
    if (call->x.upload.fd >= 0)
        close(call->x.upload.fd);
    if (call->x.response.fd >= 0)
        close(call->x.response.fd);
    arena_free(call->x.arena);
}

static void on_connection(void *context, struct MHD_Connection *c,
                          void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http *h = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
        *socket_context = reaper_add(h->reaper, info->connect_fd);
    } else {
        reaper_remove(h->reaper, *socket_context);
        *socket_context = NULL;
    }
}

/* Targets are judged as they were sent. */
static size_t leave_as_is(void *context, struct MHD_Connection *c, char *s)
{
    (void)context, (void)c;
    return strlen(s);
}

/* --- start and end ----------------------------------------------------- */

int http_start(const struct serve_settings *s, int listener, const char *spool,
               const struct http_service *service, struct http **ret,
               struct err *e)
{
    struct http *h = calloc(1, sizeof *h);
    if (!h)
        return err_set(e, ERR_SYS, "no memory");
    *h = (struct http){.settings = s, .service = service, .spool = spool};
    if (reaper_start(s, &h->reaper, e))
        return ERR_SYS;
    unsigned per_address = s->behind_proxy ? 0 : (unsigned)s->per_address;
    h->daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
            MHD_USE_POLL,
        0, NULL, NULL, on_access, h, MHD_OPTION_LISTEN_SOCKET, listener,
        MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK_BYTES,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)s->connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_address,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)LIBRARY_TIMEOUT_S,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK,
        leave_as_is, NULL, MHD_OPTION_URI_LOG_CALLBACK, on_uri, h,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_END);
    if (!h->daemon) {
        reaper_stop(h->reaper);
        free(h);
        return err_set(e, ERR_LIBRARY, "libmicrohttpd did not start: %s",
                       strerror(errno));
    }
    *ret = h;
    return 0;
}

const char *http_library(void)
{
    return MHD_is_feature_supported(MHD_FEATURE_POLL) == MHD_YES
               ? MHD_get_version()
               : NULL;
}

void http_quiesce(struct http *h)
{
    int listener = MHD_quiesce_daemon(h->daemon);
    if (listener >= 0)
        close(listener);
}

size_t http_connections(struct http *h)
{
    return reaper_connections(h->reaper);
}

uint64_t http_reaped(struct http *h)
{
    return reaper_reaped(h->reaper);
}

void http_stop(struct http *h)
{
    MHD_stop_daemon(h->daemon);
    reaper_stop(h->reaper);
    free(h);
}
