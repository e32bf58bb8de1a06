/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/core/auth.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/blob/vault.h"
#include "intake/core/message.h"
#include "intake/core/permission.h"
#include "intake/core/problem.h"
#include "intake/core/serve.h"
#include "intake/store/ident.h"
#include "intake/store/store.h"

enum {
    PASSES = 3,
    MEMORY_BYTES = 64 << 20,
    SESSIONS_OF_USER = 3,
    TOUCH_MS = 60000, /* when session or token were seen is kept so exactly */
    MINUTE_MS = 60000,
    HOUR_MS = 3600000,
};

/* --- passwords --------------------------------------------------------- */

static_assert(AUTH_PASSWORD_HASH >= crypto_pwhash_STRBYTES, "room for it");

int auth_password_hash(const char *password, char ret[AUTH_PASSWORD_HASH],
                       struct err *e)
{
    if (crypto_pwhash_str_alg(ret, password, strlen(password), PASSES,
                              MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13))
        return err_set(e, ERR_SYS, "no memory to hash a password");
    return 0;
}

bool auth_password_verify(const char *hash, const char *password)
{
    /* Of a password that nobody has. */
    static const char nobody[] =
        "$argon2id$v=19$m=65536,t=3,p=1$Npw+1g6fJd05Io4lQfxi3A$g9+AmweAMFsGK/IGpJp3SYehgII74O6wfwao7dEUqSU";
    int r = crypto_pwhash_str_verify(hash ? hash : nobody, password,
                                     strlen(password));
    return r == 0 && hash;
}

/* --- who asks ---------------------------------------------------------- */

const char *auth_cookie(struct arena *a, const char *cookies)
{
    static const char name[] = AUTH_COOKIE "=";
    for (const char *p = cookies; *p;) {
        p += strspn(p, "; ");
        size_t n = strcspn(p, ";");
        if (strncmp(p, name, sizeof name - 1) == 0)
            return arena_strndup(a, p + sizeof name - 1, n - (sizeof name - 1));
        p += n;
    }
    return NULL;
}

static void become_nobody(struct principal *who)
{
    *who = (struct principal){.roles = ROLE_ANYONE,
                              .id = "",
                              .name = "",
                              .application = "",
                              .scopes = ""};
}

static bool is_alive(const struct service *s,
                     const struct store_session *session)
{
    const struct serve_settings *set = conf_values(s->conf, serve_section.name);
    return s->now_ms < session->expires_ms &&
           s->now_ms - session->seen_ms <
               (int64_t)set->session_idle_min * MINUTE_MS;
}

/* A cookie that is no good any more is that of nobody. */
static void become_user(struct service *s, struct arena *a, const char *token,
                        struct principal *who)
{
    char hash[VAULT_HASH];
    struct store_session session;
    struct store_user user;
    struct err e = {0};
    vault_token_hash(s->vault, token, hash);
    if (store_session_get(s->store, a, hash, &session, &e) ||
        !is_alive(s, &session) ||
        store_user_get(s->store, a, session.user, &user, &e) ||
        user.disabled_ms)
        return;
    if (s->now_ms - session.seen_ms > TOUCH_MS) {
        session.seen_ms = s->now_ms;
        store_session_save(s->store, &session, &e); /* a hint */
    }
    who->roles = roles_from_text(user.roles ? user.roles : "");
    who->id = user.id;
    who->name = user.name;
    who->session = arena_strdup(a, hash);
    who->second_factor = session.strong;
    who->must_change = user.must_change != 0;
}

static bool become_bearer(struct service *s, struct arena *a, const char *token,
                          struct principal *who)
{
    char hash[VAULT_HASH];
    struct store_application application;
    struct store_token row;
    struct err e = {0};
    vault_token_hash(s->vault, token, hash);
    if (store_application_by_access(s->store, a, hash, &application, &e) == 0) {
        who->roles = ROLE_APPLICANT;
        who->id = who->application = application.id;
        who->name = "applicant";
        return true;
    }
    if (store_token_by_hash(s->store, a, hash, &row, &e) || row.revoked_ms ||
        (row.expires_ms && row.expires_ms <= s->now_ms))
        return false;
    if (s->now_ms - row.last_used_ms > TOUCH_MS)
        store_token_used(s->store, row.id, s->now_ms, &e); /* a hint */
    who->roles = ROLE_CLIENT;
    who->id = row.client;
    who->name = row.client;
    who->scopes = row.scopes ? row.scopes : "";
    return true;
}

static bool changes(enum method m)
{
    return m != METHOD_GET && m != METHOD_HEAD && m != METHOD_OPTIONS;
}

/* Browsers say where a request comes from; no page can make them lie. */
static bool is_cross_site(const struct message *m)
{
    const char *site = m->field[FIELD_FETCH_SITE].s;
    const char *origin = m->field[FIELD_ORIGIN].s;
    if (site)
        return strcmp(site, "same-origin") != 0;
    if (!origin)
        return false;
    const char *host = strstr(origin, "://");
    return !host || strcmp(host + 3, message_text(m, FIELD_HOST, "")) != 0;
}

static bool says_where_from(const struct message *m)
{
    return m->field[FIELD_FETCH_SITE].s || m->field[FIELD_ORIGIN].s;
}

bool auth_request(struct service *s, struct arena *a, const struct message *m,
                  struct request *q, struct response *r)
{
    static const char scheme[] = "Bearer ";
    const char *bearer = m->field[FIELD_AUTHORIZATION].s;
    const char *cookies = m->field[FIELD_COOKIE].s;
    const char *token = cookies ? auth_cookie(a, cookies) : NULL;
    become_nobody(&q->who);
    if (bearer) {
        if (strncmp(bearer, scheme, sizeof scheme - 1) == 0 &&
            become_bearer(s, a, bearer + sizeof scheme - 1, &q->who))
            return true;
        problem_set(r, PROBLEM_UNAUTHENTICATED, "访问码或令牌无效");
        return false;
    }
    if (token)
        become_user(s, a, token, &q->who);
    bool is_user = q->who.session != NULL;
    if (!changes(q->method) ||
        (!is_cross_site(m) && (!is_user || says_where_from(m))))
        return true;
    problem_set(r, PROBLEM_CROSS_SITE, "请从本系统的页面操作");
    return false;
}

/* --- sessions ---------------------------------------------------------- */

int auth_begin_session(struct service *s, const struct request *q,
                       const char *user, bool strong, struct response *r,
                       struct err *e)
{
    const struct serve_settings *set = conf_values(s->conf, serve_section.name);
    char token[VAULT_TOKEN], hash[VAULT_HASH];
    vault_token(token);
    vault_token_hash(s->vault, token, hash);
    const struct store_session row = {
        .hash = hash,
        .user = user,
        .address = q->client,
        .strong = strong,
        .created_ms = s->now_ms,
        .seen_ms = s->now_ms,
        .expires_ms = s->now_ms + (int64_t)set->session_hours * HOUR_MS};
    r->cookie = arena_printf(r->arena,
                             AUTH_COOKIE "=%s; Path=/; Secure; HttpOnly; "
                                         "SameSite=Strict",
                             token);
    return store_session_add(s->store, &row, SESSIONS_OF_USER, e);
}

void auth_clear_cookie(struct response *r)
{
    r->cookie = AUTH_COOKIE "=; Path=/; Secure; HttpOnly; SameSite=Strict; "
                            "Max-Age=0";
    response_header(r, "Clear-Site-Data", "\"cache\", \"storage\"");
}

/* --- the first start --------------------------------------------------- */

static int add_first_user(struct service *s, struct arena *a, const char *name,
                          const char *display, const char *roles, struct err *e)
{
    char id[IDENT], hash[AUTH_PASSWORD_HASH], token[VAULT_TOKEN];
    vault_token(token);
    token[16] = '\0'; /* 96 bits, to be typed once */
    const char *password =
        s->demo ? arena_printf(a, "sealdesk-%s", name) : token;
    ident_new(s->now_ms, id);
    if (auth_password_hash(password, hash, e))
        return ERR_SYS;
    const struct store_user row = {.id = id,
                                   .name = name,
                                   .display = display,
                                   .roles = roles,
                                   .password = hash,
                                   .must_change = !s->demo,
                                   .created_ms = s->now_ms};
    printf("  %-8s  %-16s  %s\n", name, password, display);
    return store_user_add(s->store, &row, e);
}

int auth_first_users(struct service *s, struct arena *a, struct err *e)
{
    static const struct {
        const char *name, *display, *roles;
    } first[] = {
        {"admin", "管理员", "admin"},   {"clerk", "初审员", "reviewer"},
        {"second", "复核员", "second"}, {"maker", "制章员", "maker"},
        {"lead", "组长", "lead"},       {"auditor", "审计员", "auditor"},
    };
    struct store_user *users;
    size_t n;
    int r = store_users(s->store, a, &users, &n, e);
    if (r || n)
        return r;
    printf("首次启动，已建立下列用户（密码只显示这一次）：\n");
    for (size_t i = 0; i < sizeof first / sizeof *first && r == 0; i++)
        r = add_first_user(s, a, first[i].name, first[i].display,
                           first[i].roles, e);
    fflush(stdout);
    return r;
}
