/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * front - the process that speaks HTTP
 *
 * It holds no key and no store: what it can give away is what passes through
 * it. It knows the routes, so that what is unknown, too large or of a wrong
 * type is refused by the headers alone; who may do what is the core's business.
 * A body for the spool is announced to the core first, which may refuse it
 * before a byte of it was read.
 */

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "intake/blob/digest.h"
#include "intake/core/answer.h"
#include "intake/core/log.h"
#include "intake/core/message.h"
#include "intake/core/problem.h"
#include "intake/core/route.h"
#include "intake/core/serve.h"
#include "intake/http/ask.h"
#include "intake/http/bucket.h"
#include "intake/http/http.h"
#include "intake/measure/landlock.h"
#include "intake/measure/sandbox.h"

enum {
    ARENA_BYTES = 16 << 20,
    MESSAGE_ARENA = 1 << 20,
    ASK_MS = 60000,
    LOOK_MS = 100,
    MIB = 1 << 20,
    TEXT_BYTES = 4000,
    SLOW_AT_ONCE = 8, /* more would only wait longer for the lanes */
};

struct front {
    const struct serve_context *c;
    const char *spool;
    struct asker *asker;
    struct buckets *requests, *strict;
    struct http *http;
    atomic_long in_flight, slow, refused;
    atomic_llong upload_bytes;
};

static void busy(struct front *f, struct exchange *x, const char *detail)
{
    atomic_fetch_add(&f->refused, 1);
    x->response.retry_after_s = 2;
    problem_set(&x->response, PROBLEM_BUSY, "%s", detail);
}

/* --- asking the core --------------------------------------------------- */

static void put_request(struct exchange *x, enum message_kind kind,
                        struct message *m)
{
    static const struct {
        enum message_field field;
        enum http_header header;
    } sent[] = {
        {FIELD_IF_MATCH, HTTP_IF_MATCH},
        {FIELD_KEY, HTTP_KEY},
        {FIELD_LAST_EVENT, HTTP_LAST_EVENT},
        {FIELD_OFFSET, HTTP_OFFSET},
        {FIELD_FILE_NAME, HTTP_FILE_NAME},
        {FIELD_AUTHORIZATION, HTTP_AUTHORIZATION},
        {FIELD_COOKIE, HTTP_COOKIE},
        {FIELD_ORIGIN, HTTP_ORIGIN},
        {FIELD_HOST, HTTP_HOST},
        {FIELD_FETCH_SITE, HTTP_FETCH_SITE},
        {FIELD_AGENT, HTTP_AGENT},
    };
    message_init(m, kind, 0);
    for (size_t i = 0; i < sizeof sent / sizeof *sent; i++)
        message_set(m, sent[i].field, x->header[sent[i].header]);
    message_set(m, FIELD_METHOD, method_name(x->method));
    message_set(m, FIELD_PATH, x->path);
    message_set(m, FIELD_QUERY, x->query);
    message_set(m, FIELD_ID, x->id);
    message_set(m, FIELD_CLIENT, x->client);
    if (x->body)
        message_set_bytes(m, FIELD_BODY, x->body, x->body_n);
    if (x->upload.fd < 0)
        return;
    m->fd = x->upload.fd;
    message_set(m, FIELD_SHA256, x->upload.sha256);
    message_set_int(x->arena, m, FIELD_SIZE, (long long)x->upload.size);
}

/* Asks and takes the answer, whatever it is; true when it was a GO. */
static bool ask_core(struct front *f, struct exchange *x,
                     enum message_kind kind)
{
    struct message m, answer;
    struct err e = {0};
    put_request(x, kind, &m);
    int r = ask(f->asker, x->arena, &m, ASK_MS, &answer, &e);
    if (r == 0 && answer.kind == MESSAGE_GO)
        return true;
    if (r == 0)
        r = answer_take(x->arena, &answer, &x->response, &e);
    if (r == 0)
        return false;
    log_event(LOG_WARNING, "ask", "id", x->id, "error", e.text);
    if (r == ERR_LIMIT)
        problem_set(&x->response, PROBLEM_HEADERS, "请求头过大");
    else
        busy(f, x, "系统繁忙，请稍后再试");
    return false;
}

/* --- the headers ------------------------------------------------------- */

static const char *allow_of(struct arena *a, unsigned methods)
{
    struct str t;
    str_init(&t, TEXT_BYTES);
    if (methods & 1U << METHOD_GET)
        methods |= 1U << METHOD_HEAD;
    str_add(&t, "OPTIONS");
    for (int m = 0; m < METHODS; m++)
        if (methods & 1U << m)
            str_printf(&t, ", %s", method_name((enum method)m));
    const char *allow = arena_strdup(a, t.s);
    str_done(&t);
    return allow;
}

static const struct route *find_route(struct front *f, struct exchange *x)
{
    struct request q = {.method = x->method, .path = x->path};
    unsigned methods;
    const struct route *route = route_find(x->arena, f->c->parts->tables,
                                           f->c->parts->n_tables, &q, &methods);
    if (route)
        return route;
    if (!methods) {
        problem_set(&x->response, PROBLEM_NOT_FOUND, "没有这个网址");
        return NULL;
    }
    response_header(&x->response, "Allow", allow_of(x->arena, methods));
    if (x->method == METHOD_OPTIONS)
        response_empty(&x->response, 204);
    else
        problem_set(&x->response, PROBLEM_METHOD, "此网址不支持 %s",
                    method_name(x->method));
    return NULL;
}

static bool check_rate(struct front *f, struct exchange *x,
                       const struct route *route)
{
    int wait_s = bucket_take(f->requests, x->client, clock_ms());
    if (!wait_s && route->flags & ROUTE_STRICT)
        wait_s = bucket_take(f->strict, x->client, clock_ms());
    if (!wait_s)
        return true;
    x->response.retry_after_s = wait_s;
    problem_set(&x->response, PROBLEM_TOO_MANY, "请在 %d 秒后再试", wait_s);
    return false;
}

static bool is_json(const char *type)
{
    static const char json[] = "application/json";
    size_t n = sizeof json - 1;
    return type && strncmp(type, json, n) == 0 &&
           (type[n] == '\0' || type[n] == ';' || type[n] == ' ');
}

static void check_memory_body(struct exchange *x, const struct route *route)
{
    if (x->length <= 0)
        return;
    if (x->length > HTTP_MEMORY_BYTES)
        problem_set(&x->response, PROBLEM_TOO_LARGE, "请求内容不能超过 %d KiB",
                    HTTP_MEMORY_BYTES >> 10);
    else if (!(route->flags & ROUTE_NO_JSON) &&
             !is_json(x->header[HTTP_CONTENT_TYPE]))
        problem_set(&x->response, PROBLEM_MEDIA_TYPE,
                    "请以 application/json 提交");
    else
        x->body_kind = HTTP_IN_MEMORY;
}

/* Types that no browser form can send cross-site are the only ones taken, and
 * of those only what can be opened at all. */
static bool is_file_type(const char *type)
{
    static const char *const known[] = {"image/jpeg",
                                        "image/png",
                                        "image/tiff",
                                        "image/webp",
                                        "image/heic",
                                        "image/heif",
                                        "image/bmp",
                                        "application/pdf",
                                        "application/octet-stream",
                                        "application/offset+octet-stream"};
    size_t n = type ? strcspn(type, "; ") : 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (n == strlen(known[i]) && strncasecmp(type, known[i], n) == 0)
            return true;
    return false;
}

static bool has_room(const struct front *f, int64_t n)
{
    struct statvfs fs;
    if (statvfs(f->spool, &fs))
        return false;
    uint64_t free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    uint64_t reserve = (uint64_t)f->c->settings->reserve_mb * MIB;
    return free_bytes > reserve + 2 * (uint64_t)n;
}

static void check_spool_body(struct front *f, struct exchange *x)
{
    int64_t budget = (int64_t)f->c->settings->uploads_in_flight_mb * MIB;
    if (x->length < 0)
        problem_set(&x->response, PROBLEM_LENGTH_WANTED,
                    "上传时请注明 Content-Length");
    else if (x->length > f->c->max_upload)
        problem_set(&x->response, PROBLEM_TOO_LARGE,
                    "文件为 %.1f MB，不能超过 %lld MB", (double)x->length / MIB,
                    (long long)(f->c->max_upload / MIB));
    else if (!is_file_type(x->header[HTTP_CONTENT_TYPE]))
        problem_set(&x->response, PROBLEM_MEDIA_TYPE,
                    "Content-Type 须为 application/octet-stream，或 JPG、PNG、"
                    "TIFF、WebP、HEIC、BMP、PDF 文件自己的类型");
    else if (!has_room(f, x->length))
        problem_set(&x->response, PROBLEM_STORAGE, "存储空间不足，请稍后再试");
    else if (atomic_load(&f->upload_bytes) + x->length > budget)
        busy(f, x, "正在上传的文件太多，请稍后再试");
    else if (ask_core(f, x, MESSAGE_ADMIT)) {
        atomic_fetch_add(&f->upload_bytes, x->length);
        x->body_kind = HTTP_IN_SPOOL;
    }
}

static void on_head(void *context, struct exchange *x)
{
    struct front *f = context;
    atomic_fetch_add(&f->in_flight, 1);
    const struct route *route = find_route(f, x);
    if (!route || !check_rate(f, x, route))
        return;
    x->route = route;
    if (route->flags & ROUTE_SPOOL)
        check_spool_body(f, x);
    else
        check_memory_body(x, route);
}

/* --- the whole --------------------------------------------------------- */

/* Whether what came is what was announced: `sha-256=:...:` of RFC 9530. Other
 * algorithms are not looked at. */
static bool is_as_announced(const struct exchange *x)
{
    static const char name[] = "sha-256=:";
    const char *announced = x->header[HTTP_DIGEST];
    const char *found = announced ? strstr(announced, name) : NULL;
    unsigned char hash[DIGEST_BYTES];
    struct str t;
    if (!found || x->upload.fd < 0)
        return true;
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        const char pair[] = {x->upload.sha256[2 * i],
                             x->upload.sha256[2 * i + 1], '\0'};
        hash[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    str_init(&t, TEXT_BYTES);
    str_add_base64(&t, hash, sizeof hash);
    found += sizeof name - 1;
    bool same = strncmp(found, t.s, t.len) == 0 && found[t.len] == ':';
    str_done(&t);
    return same;
}

/* What only the front knows, for /metrics. */
static void add_metrics(struct front *f, struct exchange *x)
{
    x->body = arena_printf(
        x->arena,
        "sealdesk_connections %zu\nsealdesk_connections_reaped_total %llu\n"
        "sealdesk_requests_in_flight %ld\nsealdesk_upload_bytes_in_flight "
        "%lld\nsealdesk_refused_busy_total %ld\n",
        http_connections(f->http), (unsigned long long)http_reaped(f->http),
        atomic_load(&f->in_flight), atomic_load(&f->upload_bytes),
        atomic_load(&f->refused));
    x->body_n = strlen(x->body);
}

static void on_whole(void *context, struct exchange *x)
{
    struct front *f = context;
    const struct route *route = x->route;
    bool slow = route->flags & ROUTE_SLOW;
    if (strcmp(x->path, "/metrics") == 0)
        add_metrics(f, x);
    if (!is_as_announced(x)) {
        problem_set(&x->response, PROBLEM_DIGEST,
                    "收到的文件与 Content-Digest 不符，请重新上传");
        return;
    }
    if (slow && atomic_fetch_add(&f->slow, 1) >= SLOW_AT_ONCE)
        busy(f, x, "同时检查的文件太多，请稍后再试");
    else
        ask_core(f, x, MESSAGE_REQUEST);
    if (slow)
        atomic_fetch_sub(&f->slow, 1);
}

static void on_done(void *context, const struct exchange *x)
{
    struct front *f = context;
    const struct route *route = x->route;
    char status[16], ms[32];
    snprintf(status, sizeof status, "%d", x->response.status);
    snprintf(ms, sizeof ms, "%.1f", (double)(clock_us() - x->start_us) / 1000);
    /* The pattern, not the path: a path may hold the token of a link. */
    log_event(x->response.status >= 500 ? LOG_WARNING : LOG_INFO, "request",
              "id", x->id, "method", method_name(x->method), "route",
              route ? route->pattern : "", "status", status, "ms", ms, "client",
              x->client);
    if (x->body_kind == HTTP_IN_SPOOL)
        atomic_fetch_sub(&f->upload_bytes, x->length);
    if (x->path) /* else the gate refused it */
        atomic_fetch_sub(&f->in_flight, 1);
}

/* --- the process ------------------------------------------------------- */

/* One message of the master's; false: it is time to end. */
static bool obey(struct front *f, int control)
{
    struct arena *a = arena_new(MESSAGE_ARENA);
    struct message m = {.fd = -1};
    struct err e = {0};
    int r = message_take(control, a, false, &m, &e);
    bool go_on = r >= 0 && !(r > 0 && m.kind == MESSAGE_DRAIN);
    if (r > 0 && m.kind == MESSAGE_LINK && m.fd >= 0)
        ask_connect(f->asker, m.fd);
    arena_free(a);
    return go_on;
}

/* No new connections; what was begun is ended, if it ends in time. */
static void drain(struct front *f)
{
    const struct timespec pause = {.tv_nsec = 20000000};
    int64_t until = clock_ms() + 1000LL * f->c->settings->drain_s;
    struct err e = {0};
    http_quiesce(f->http);
    while (atomic_load(&f->in_flight) > 0 && clock_ms() < until) {
        if (ask_socket(f->asker) >= 0 && ask_deliver(f->asker, &e) < 0)
            ask_connect(f->asker, -1);
        nanosleep(&pause, NULL);
    }
}

static void serve(struct front *f, int control)
{
    for (;;) {
        struct err e = {0};
        int link = ask_socket(f->asker);
        struct pollfd fds[2] = {{.fd = control, .events = POLLIN},
                                {.fd = link, .events = POLLIN}};
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return;
        if (fds[1].revents && ask_deliver(f->asker, &e) < 0) {
            log_event(LOG_WARNING, "core_lost", "error", e.text);
            ask_connect(f->asker, -1);
        }
        if (fds[0].revents && !obey(f, control))
            break;
    }
    drain(f);
}

/* Whoever takes the front over finds bodies on their way and nothing else: not
 * the master key, not the store. */
static int lock_up(const struct front *f, struct err *e)
{
    int abi = landlock_abi(), r = 0;
    if (abi == 0)
        log_event(LOG_WARNING, "not_locked", "error",
                  "no Landlock in this kernel");
    else if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        r = err_set(e, ERR_SANDBOX, "no_new_privs: %s", strerror(errno));
    else
        r = landlock_restrict_to_spool(abi, f->spool, e);
    return r ? r : sandbox_enter_service(SANDBOX_FRONT, e);
}

int front_main(const struct serve_context *c, int control, int listener,
               struct err *e)
{
    struct arena *a = arena_new(ARENA_BYTES);
    struct front f = {.c = c,
                      .spool = arena_printf(a, "%s/spool", c->data),
                      .asker = ask_new(a),
                      .requests =
                          bucket_new(a, c->settings->requests_per_minute),
                      .strict = bucket_new(a, c->settings->strict_per_minute)};
    const struct http_service service = {&f, on_head, on_whole, on_done};
    int r = lock_up(&f, e);
    if (r == 0)
        r = http_start(c->settings, listener, f.spool, &service, &f.http, e);
    if (r == 0) {
        serve(&f, control);
        http_stop(f.http);
    }
    arena_free(a);
    return r;
}
