/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Users and API tokens, as the administrator makes and ends them. A password
 * or token is told once, in the answer that makes it, and kept as a hash. */

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/blob/vault.h"
#include "intake/core/auth.h"
#include "intake/core/route.h"
#include "intake/store/audit.h"
#include "intake/store/ident.h"
#include "intake/store/store.h"

route_handler api_new_user, api_change_user, api_tokens, api_new_token,
    api_revoke_token;

enum {
    NAME_MOST = 40,
    SCOPES_MOST = 400,
    PASSWORD_LETTERS = 16, /* 96 bits; to be changed at the first log-in */
    DAYS_MOST = 3650,
};

static const int64_t day_ms = 86400000;

static int audit(struct service *s, const struct request *q, const char *action,
                 const char *object, struct err *e)
{
    return audit_append(s->store, s->vault, s->now_ms, q->who.id, action,
                        object, NULL, e);
}

static bool is_name(const char *s)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t n = strlen(s);
    return n >= 2 && n <= NAME_MOST && strspn(s, letters) == n;
}

/* --- users -------------------------------------------------------------- */

/* Roles of people, from an array of names; 0: none, or one that is none. */
static unsigned roles_wanted(const struct jval *list)
{
    unsigned set = 0;
    for (size_t i = 0; i < jval_count(list); i++) {
        unsigned role =
            roles_from_text(jval_string_value(jval_at(list, i), ""));
        if (!role || role & (ROLE_ANYONE | ROLE_APPLICANT | ROLE_CLIENT))
            return 0;
        set |= role;
    }
    return set;
}

static const char *roles_text(struct arena *a, unsigned set)
{
    struct str t;
    str_init(&t, SCOPES_MOST);
    roles_print(set, &t);
    const char *text = arena_strdup(a, t.s);
    str_done(&t);
    return text;
}

struct new_password {
    char password[VAULT_TOKEN], hash[AUTH_PASSWORD_HASH];
};

static int make_password(struct service *s, void *context, struct err *e)
{
    struct new_password *p = context;
    (void)s;
    vault_token(p->password);
    p->password[PASSWORD_LETTERS] = '\0';
    return auth_password_hash(p->password, p->hash, e);
}

static int user_answer(struct response *r, int status,
                       const struct store_user *user, const char *password)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "id", user->id);
    jval_set_string(j, "user", user->name);
    jval_set_string(j, "name", user->display);
    jval_set_string(j, "roles", user->roles);
    jval_set_bool(j, "disabled", user->disabled_ms != 0);
    if (password)
        jval_set_string(j, "password", password);
    return response_json(r, status, j);
}

/* {"user","name","roles":[...]} */
int api_new_user(struct service *s, struct arena *a, const struct request *q,
                 struct response *r, struct err *e)
{
    const char *name = jval_string(q->json, "user", "");
    const char *display = jval_string(q->json, "name", name);
    unsigned roles = roles_wanted(jval_lookup(q->json, "roles"));
    char id[IDENT];
    if (!is_name(name) || !*display || !roles)
        return problem_set(r, PROBLEM_INVALID,
                           "请填写用户名（小写字母、数字）、姓名和角色");
    if (q->step == 0)
        return response_work(r, make_password,
                             arena_new_struct(a, struct new_password));
    if (q->result)
        return err_set(e, ERR_SYS, "the password could not be hashed");
    const struct new_password *p = q->state;
    ident_new(s->now_ms, id);
    const struct store_user row = {.id = id,
                                   .name = name,
                                   .display = display,
                                   .roles = roles_text(a, roles),
                                   .password = p->hash,
                                   .must_change = 1,
                                   .created_ms = s->now_ms};
    int code = store_user_add(s->store, &row, e);
    if (code == ERR_CONFLICT)
        return problem_set(r, PROBLEM_INVALID, "用户名“%s”已有人使用", name);
    if (code == 0)
        code = audit(s, q, "user.made", id, e);
    return code ? code : user_answer(r, 201, &row, p->password);
}

/* {"roles"?, "disabled"?, "new_password"?: true}; whoever is changed is logged
 * out everywhere. Nobody changes himself: the last administrator stays. */
int api_change_user(struct service *s, struct arena *a, const struct request *q,
                    struct response *r, struct err *e)
{
    struct store_user user;
    bool wants_password = jval_bool(q->json, "new_password", false);
    const struct jval *list = jval_lookup(q->json, "roles");
    const char *id = request_param(q, "uid");
    int code = store_user_get(s->store, a, id, &user, e);
    if (code)
        return code;
    if (strcmp(id, q->who.id) == 0)
        return problem_set(r, PROBLEM_FOUR_EYES,
                           "不能修改自己，请由另一名管理员修改");
    if (list && !roles_wanted(list))
        return problem_set(r, PROBLEM_INVALID, "角色有误");
    if (wants_password && q->step == 0)
        return response_work(r, make_password,
                             arena_new_struct(a, struct new_password));
    if (q->result)
        return err_set(e, ERR_SYS, "the password could not be hashed");
    const struct new_password *p = q->state;
    if (list)
        user.roles = roles_text(a, roles_wanted(list));
    bool disabled = jval_bool(q->json, "disabled", user.disabled_ms != 0);
    user.disabled_ms = !disabled          ? 0
                       : user.disabled_ms ? user.disabled_ms
                                          : s->now_ms;
    if (p) {
        user.password = p->hash;
        user.must_change = 1;
        user.totp = (struct store_bytes){0}; /* of a device that is lost */
    }
    code = store_user_save(s->store, &user, e);
    if (code == 0)
        code = store_sessions_delete_of(s->store, user.id, e);
    if (code == 0)
        code = audit(s, q, p ? "user.password" : "user.changed", user.id, e);
    return code ? code : user_answer(r, 200, &user, p ? p->password : NULL);
}

/* --- tokens ------------------------------------------------------------- */

static struct jval *token_json(const struct store_token *t)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "id", t->id);
    jval_set_string(j, "client", t->client);
    jval_set_string(j, "scopes", t->scopes);
    jval_set_int(j, "created_ms", t->created_ms);
    jval_set_int(j, "expires_ms", t->expires_ms);
    jval_set_int(j, "last_used_ms", t->last_used_ms);
    jval_set_bool(j, "revoked", t->revoked_ms != 0);
    return j;
}

int api_tokens(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    struct store_token *tokens;
    size_t n;
    (void)q;
    int code = store_tokens(s->store, a, &tokens, &n, e);
    if (code)
        return code;
    struct jval *j = jval_new_object(), *items = jval_new_array();
    for (size_t i = 0; i < n; i++)
        jval_append(items, token_json(&tokens[i]));
    jval_set(j, "items", items);
    return response_json(r, 200, j);
}

/* Every word has to open something, so that a slip of the pen is told. */
static bool are_scopes(struct arena *a, const char *scopes)
{
    const char *next = scopes;
    if (!*scopes || strlen(scopes) > SCOPES_MOST)
        return false;
    for (; *next; next += strspn(next, " ")) {
        size_t n = strcspn(next, " ");
        const char *word = arena_strndup(a, next, n);
        bool known = false;
        for (int p = 0; p < PERMISSIONS; p++)
            known |= permission_has((enum permission)p, ROLE_CLIENT) &&
                     permission_in_scopes((enum permission)p, word);
        if (!known)
            return false;
        next += n;
    }
    return true;
}

/* {"client","scopes","days"} */
int api_new_token(struct service *s, struct arena *a, const struct request *q,
                  struct response *r, struct err *e)
{
    char id[IDENT], token[VAULT_TOKEN], hash[VAULT_HASH];
    const char *client = jval_string(q->json, "client", "");
    const char *scopes = jval_string(q->json, "scopes", "");
    long long days = jval_int(q->json, "days", 365);
    if (!is_name(client) || !are_scopes(a, scopes) || days < 1 ||
        days > DAYS_MOST)
        return problem_set(r, PROBLEM_INVALID,
                           "请填写接口名称、权限范围和有效天数（1～%d）",
                           DAYS_MOST);
    ident_new(s->now_ms, id);
    vault_token(token);
    vault_token_hash(s->vault, token, hash);
    const struct store_token row = {.id = id,
                                    .hash = hash,
                                    .client = client,
                                    .scopes = scopes,
                                    .made_by = q->who.id,
                                    .created_ms = s->now_ms,
                                    .expires_ms = s->now_ms + days * day_ms};
    int code = store_token_add(s->store, &row, e);
    if (code == 0)
        code = audit(s, q, "token.made", id, e);
    if (code)
        return code;
    struct jval *j = token_json(&row);
    jval_set_string(j, "token", token);
    return response_json(r, 201, j);
}

int api_revoke_token(struct service *s, struct arena *a,
                     const struct request *q, struct response *r, struct err *e)
{
    const char *id = request_param(q, "tid");
    (void)a;
    int code = store_token_revoke(s->store, id, s->now_ms, e);
    if (code == 0)
        code = audit(s, q, "token.revoked", id, e);
    return code ? code : response_empty(r, 204);
}
