/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/core/visit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/jval.h"
#include "intake/blob/digest.h"
#include "intake/blob/vault.h"
#include "intake/core/auth.h"
#include "intake/core/log.h"
#include "intake/core/serve.h"
#include "intake/http/query.h"
#include "intake/store/store.h"

enum {
    KEY_MOST = 100,
    BODY_MOST = 256 << 10,
    PASSING_S = 2, /* when to come again while the first is worked on */
};

/* --- from a message to a request ---------------------------------------- */

struct visit *visit_new(struct arena *a, const struct message *m, uint64_t link)
{
    struct visit *v = arena_new_struct(a, struct visit);
    v->arena = a;
    v->message = *m;
    v->link = link;
    v->r.arena = a;
    v->r.fd = v->q.upload.fd = -1;
    return v;
}

void visit_free(struct visit *v)
{
    if (v->q.upload.fd >= 0)
        close(v->q.upload.fd);
    if (v->message.fd >= 0)
        close(v->message.fd);
    arena_free(v->arena);
}

static void free_json(void *j)
{
    jval_free(j);
}

static void read_headers(struct visit *v)
{
    const struct message *m = &v->message;
    struct request *q = &v->q;
    int method = method_from_name(message_text(m, FIELD_METHOD, ""));
    q->method = method < 0 ? METHOD_OPTIONS : (enum method)method;
    q->id = v->r.request = message_text(m, FIELD_ID, "");
    q->path = message_text(m, FIELD_PATH, "");
    q->client = message_text(m, FIELD_CLIENT, "");
    q->if_match = m->field[FIELD_IF_MATCH].s;
    q->idempotency_key = m->field[FIELD_KEY].s;
    q->last_event_id = m->field[FIELD_LAST_EVENT].s;
    q->upload_offset = m->field[FIELD_OFFSET].s;
    q->file_name = m->field[FIELD_FILE_NAME].s;
}

/* The file beside the message is the upload of a spooling route, or a body too
 * long for a packet. */
static int read_body(struct visit *v, struct err *e)
{
    struct message *m = &v->message;
    struct request *q = &v->q;
    long long size = message_int(m, FIELD_SIZE, -1);
    q->body = m->field[FIELD_BODY].s;
    q->body_n = m->field[FIELD_BODY].n;
    if (m->fd < 0)
        return 0;
    if (!(q->route->flags & ROUTE_SPOOL))
        return message_read_file(v->arena, m->fd, BODY_MOST, &q->body,
                                 &q->body_n, e);
    if (size < 0 || lseek(m->fd, 0, SEEK_END) != size ||
        lseek(m->fd, 0, SEEK_SET) != 0)
        return err_set(e, ERR_FORMAT, "an upload of another size");
    q->upload = (struct upload){m->fd, (uint64_t)size,
                                message_text(m, FIELD_SHA256, "")};
    m->fd = -1;
    return 0;
}

static bool read_json(struct visit *v)
{
    struct request *q = &v->q;
    struct jval *j = NULL;
    struct err e = {0};
    if (q->body_n == 0 || q->route->flags & (ROUTE_NO_JSON | ROUTE_SPOOL))
        return true;
    if (jval_parse(q->body, q->body_n, &j, &e)) {
        struct jval *more = jval_new_object();
        jval_set_string(more, "at", e.text);
        problem_set_more(&v->r, PROBLEM_BAD_JSON, "提交的数据不是有效的 JSON",
                         more);
        return false;
    }
    arena_defer(v->arena, free_json, j);
    q->json = j;
    return true;
}

/* --- may it ------------------------------------------------------------ */

static bool find_route(struct visit *v, const struct serve_parts *parts)
{
    unsigned methods;
    struct err e = {0};
    v->q.route =
        route_find(v->arena, parts->tables, parts->n_tables, &v->q, &methods);
    if (!v->q.route)
        problem_set(&v->r, methods ? PROBLEM_METHOD : PROBLEM_NOT_FOUND,
                    "没有这个网址");
    else if (query_parse(v->arena, message_text(&v->message, FIELD_QUERY, ""),
                         v->q.query, REQUEST_QUERIES, &v->q.n_query, &e))
        problem_set(&v->r, PROBLEM_BAD_REQUEST, "网址中的参数有误");
    else
        return true;
    return false;
}

/* An applicant's code opens one application, whatever the handler does. */
static bool is_other_application(const struct request *q)
{
    static const char pattern[] = "/api/v1/applications/{id}";
    return q->who.roles & ROLE_APPLICANT &&
           strncmp(q->route->pattern, pattern, sizeof pattern - 1) == 0 &&
           strcmp(request_param(q, "id"), q->who.application) != 0;
}

/* Whoever must have a second device may without it only set one up. */
static bool lacks_factor(const struct principal *who, const struct service *s)
{
    static const unsigned bound[] = {
        [FACTOR_NOBODY] = 0,
        [FACTOR_DECIDERS] = ROLE_SECOND | ROLE_MAKER | ROLE_LEAD | ROLE_ADMIN,
        [FACTOR_ALL] = ~0U,
    };
    const struct serve_settings *set = conf_values(s->conf, serve_section.name);
    return who->session && !who->second_factor &&
           who->roles & bound[set->second_factor];
}

static bool may(struct visit *v, const struct service *s)
{
    const struct request *q = &v->q;
    enum permission p = q->route->permission;
    bool allowed = permission_has(p, q->who.roles);
    if (allowed && q->who.roles & ROLE_CLIENT)
        allowed = permission_has(p, ROLE_ANYONE) ||
                  permission_in_scopes(p, q->who.scopes);
    if (!allowed && q->who.roles == ROLE_ANYONE)
        problem_set(&v->r, PROBLEM_UNAUTHENTICATED, "请先登录");
    else if (!allowed)
        problem_set(&v->r, PROBLEM_FORBIDDEN, "您没有“%s”的权限",
                    permission_zh(p));
    else if (q->who.must_change && p != PERMIT_OWN_SESSION &&
             !permission_has(p, ROLE_ANYONE))
        problem_set(&v->r, PROBLEM_NEW_PASSWORD,
                    "请先修改初始密码，再继续操作");
    else if (lacks_factor(&q->who, s) && p != PERMIT_OWN_SESSION &&
             !permission_has(p, ROLE_ANYONE))
        problem_set(&v->r, PROBLEM_FACTOR_WANTED,
                    "请先绑定身份验证器，再用动态码登录");
    else if (is_other_application(q))
        problem_set(&v->r, PROBLEM_NOT_FOUND, "没有这份申请");
    else if (q->route->flags & ROUTE_IF_MATCH && !q->if_match)
        problem_set(&v->r, PROBLEM_IF_MATCH_WANTED,
                    "请在 If-Match 中注明所看的版本");
    else
        return true;
    return false;
}

/* --- the same request again --------------------------------------------- */

static const char *fingerprint_of(struct visit *v)
{
    static const char between[] = "\n";
    const struct request *q = &v->q;
    struct digest d;
    char hex[DIGEST_HEX];
    digest_init(&d);
    const char *parts[] = {method_name(q->method), q->path,
                           message_text(&v->message, FIELD_QUERY, ""),
                           q->upload.sha256 ? q->upload.sha256 : ""};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        digest_add(&d, parts[i], strlen(parts[i]));
        digest_add(&d, between, 1);
    }
    if (q->body_n)
        digest_add(&d, q->body, q->body_n);
    digest_done(&d, hex);
    return arena_strdup(v->arena, hex);
}

static bool is_same_key(const struct visit *a, const struct visit *b)
{
    return a != b && b->is_open && b->fingerprint && b->state != VISIT_DONE &&
           strcmp(a->q.idempotency_key, b->q.idempotency_key) == 0 &&
           strcmp(a->q.who.id, b->q.who.id) == 0;
}

/* Answers are kept sealed: some hold an access code. */
static const char sealed_for[] = "answers";

static int replay(struct visit *v, const struct service *s,
                  const struct store_idempotency *row, struct err *e)
{
    struct response *r = &v->r;
    char *body = NULL;
    size_t n = 0;
    if (strcmp(row->fingerprint, v->fingerprint) != 0)
        return problem_set(r, PROBLEM_KEY_REUSED,
                           "同一个 Idempotency-Key 不能用于不同的内容");
    struct vault_key key = vault_own_key(s->vault, sealed_for);
    int code =
        vault_unseal(&key, v->arena, sealed_for, row->body, &body, &n, e);
    vault_key_done(&key);
    if (code)
        return code;
    r->etag = row->etag;
    r->location = row->location;
    r->replayed = true;
    return response_bytes(r, (int)row->status, row->type, body, n);
}

/* False when it is answered already. */
static bool check_key(struct visit *v, struct service *s,
                      const struct visit *others)
{
    struct store_idempotency row;
    struct err e = {0};
    const char *key = v->q.idempotency_key;
    /* Nobody has no key of his own: two strangers may choose the same. */
    if (v->q.method == METHOD_GET || v->q.who.roles == ROLE_ANYONE ||
        (!key && !(v->q.route->flags & ROUTE_KEY)))
        return true;
    if (!key || !*key || strlen(key) > KEY_MOST) {
        problem_set(&v->r, PROBLEM_KEY_MISSING,
                    "请带上 Idempotency-Key（不超过 %d 个字符）", KEY_MOST);
        return false;
    }
    v->fingerprint = fingerprint_of(v);
    for (const struct visit *o = others; o; o = o->next)
        if (is_same_key(v, o)) {
            v->r.retry_after_s = PASSING_S;
            problem_set(&v->r, PROBLEM_IN_PROGRESS, "上一次提交仍在处理");
            return false;
        }
    int r =
        store_idempotency_get(s->store, v->arena, v->q.who.id, key, &row, &e);
    if (r == ERR_MISSING)
        return true;
    if (r == 0)
        r = replay(v, s, &row, &e);
    if (r)
        problem_from_err(&v->r, &e);
    return false;
}

/* Keeps what was answered to a key, in the transaction of what was done. */
static int keep_answer(struct visit *v, struct service *s, struct err *e)
{
    const struct response *r = &v->r;
    if (!v->fingerprint || r->replayed)
        return 0;
    struct vault_key key = vault_own_key(s->vault, sealed_for);
    const struct store_idempotency row = {
        .principal = v->q.who.id,
        .key = v->q.idempotency_key,
        .fingerprint = v->fingerprint,
        .status = r->status,
        .type = r->type,
        .etag = r->etag,
        .location = r->location,
        .body = vault_seal(&key, v->arena, sealed_for, r->bytes, r->n),
        .created_ms = s->now_ms};
    vault_key_done(&key);
    return store_idempotency_add(s->store, &row, e);
}

/* --- running ----------------------------------------------------------- */

bool visit_is_fact(const struct visit *v, const struct serve_parts *parts)
{
    struct arena *a = arena_new(1 << 20);
    unsigned methods;
    struct request q = {.path = message_text(&v->message, FIELD_PATH, "")};
    int method = method_from_name(message_text(&v->message, FIELD_METHOD, ""));
    q.method = method < 0 ? METHOD_OPTIONS : (enum method)method;
    const struct route *route =
        route_find(a, parts->tables, parts->n_tables, &q, &methods);
    bool fact =
        route && route->method != METHOD_GET && !(route->flags & ROUTE_HINT);
    arena_free(a);
    return fact;
}

/* Everything before the handler; false when it is answered by that. */
static bool enter(struct visit *v, struct service *s,
                  const struct serve_parts *parts, const struct visit *others)
{
    struct err e = {0};
    read_headers(v);
    if (!find_route(v, parts) ||
        !auth_request(s, v->arena, &v->message, &v->q, &v->r) || !may(v, s))
        return false;
    if (v->message.kind == MESSAGE_ADMIT) {
        v->go = true;
        return false;
    }
    if (read_body(v, &e)) {
        problem_from_err(&v->r, &e);
        return false;
    }
    if (!read_json(v) || !check_key(v, s, others))
        return false;
    v->is_open = true;
    return true;
}

static void handle(struct visit *v, struct service *s)
{
    struct err e = {0};
    v->r.work = NULL;
    v->r.topic = NULL;
    v->q.now_ms = s->now_ms;
    if (v->q.route->handler(s, v->arena, &v->q, &v->r, &e) == 0)
        return;
    v->r.keep = false;
    v->r.work = NULL;
    v->r.topic = NULL;
    problem_from_err(&v->r, &e);
    if (v->r.status >= 500)
        log_event(LOG_WARNING, "handler", "id", v->q.id, "route",
                  v->q.route->pattern, "code", err_name(e.code), "error",
                  e.text);
}

/* What it waits for, if it does. */
static enum visit_state next_state(struct visit *v, const struct service *s)
{
    if (!v->r.work && !v->r.topic)
        return VISIT_DONE;
    v->q.state = v->r.state;
    v->q.step++;
    if (v->r.work) {
        v->task = (struct crew_task){
            .work = v->r.work, .context = v->r.context, .owner = v};
        return VISIT_ASKS;
    }
    v->topic = v->r.topic;
    v->until_ms = s->now_ms + v->r.wait_ms;
    return VISIT_WAITING;
}

static void fail(struct visit *v, const struct err *e)
{
    v->r.etag = v->r.location = v->r.cookie = NULL;
    problem_from_err(&v->r, e);
    v->state = VISIT_DONE;
}

void visit_run(struct visit *v, struct service *s,
               const struct serve_parts *parts, const struct visit *others)
{
    struct err e = {0};
    if (store_savepoint(s->store, &e)) {
        fail(v, &e);
        return;
    }
    uint64_t before = store_writes(s->store);
    v->state = VISIT_DONE;
    if (v->is_open || enter(v, s, parts, others)) {
        handle(v, s);
        v->state = next_state(v, s);
    }
    bool good = v->state != VISIT_DONE || v->r.status < 400 || v->r.keep;
    if (good && v->is_open && v->state == VISIT_DONE && keep_answer(v, s, &e))
        good = false;
    if ((good ? store_release : store_rollback_to)(s->store, &e) || e.code)
        fail(v, &e);
    v->has_written = store_writes(s->store) != before;
    assert(v->state != VISIT_READY);
}
