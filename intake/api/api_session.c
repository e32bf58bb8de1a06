/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Logging in and out, second devices, passwords. */

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/utf8.h"
#include "intake/blob/vault.h"
#include "intake/core/auth.h"
#include "intake/core/route.h"
#include "intake/core/serve.h"
#include "intake/core/totp.h"
#include "intake/store/audit.h"
#include "intake/store/store.h"

route_handler api_log_in, api_who, api_log_out, api_set_totp, api_set_password;

enum { MINUTE_MS = 60000 };

static const char totp_label[] = "totp";

/* --- what is told of a session ------------------------------------------ */

static const char *lower(struct arena *a, const char *name)
{
    char *text = arena_strdup(a, name);
    for (char *p = text; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return text;
}

static struct jval *session_json(const struct service *s, struct arena *a,
                                 const struct store_user *user, bool strong)
{
    struct jval *j = jval_new_object(), *roles = jval_new_array(),
                *permissions = jval_new_array();
    unsigned set = roles_from_text(user->roles ? user->roles : "");
    for (unsigned bit = 0; bit < ROLE_COUNT; bit++)
        if (set & 1U << bit)
            jval_append_string(roles, role_name(1U << bit));
    for (int p = 0; p < PERMISSIONS; p++)
        if (permission_has((enum permission)p, set))
            jval_append_string(permissions,
                               lower(a, permission_name((enum permission)p)));
    jval_set_string(j, "id", user->id);
    jval_set_string(j, "user", user->name);
    jval_set_string(j, "name", user->display ? user->display : user->name);
    jval_set(j, "roles", roles);
    jval_set(j, "permissions", permissions);
    jval_set_bool(j, "second_factor", strong);
    jval_set_bool(j, "has_totp", user->totp.n > 0);
    jval_set_bool(j, "must_change", user->must_change != 0);
    jval_set_bool(j, "demo", s->demo);
    return j;
}

static int audit(struct service *s, const char *actor, const char *action,
                 const char *object, struct err *e)
{
    return audit_append(s->store, s->vault, s->now_ms, actor, action, object,
                        NULL, e);
}

/* --- codes -------------------------------------------------------------- */

/* Whether the code is good for the user; a good one is used up. */
static int use_code(struct service *s, struct arena *a, struct store_user *user,
                    const char *code, bool *ret_good, struct err *e)
{
    struct vault_key key = vault_own_key(s->vault, totp_label);
    char *secret;
    size_t n;
    int r = vault_unseal(&key, a, totp_label, user->totp, &secret, &n, e);
    vault_key_done(&key);
    if (r)
        return r;
    if (n != TOTP_SECRET)
        return err_set(e, ERR_STORE, "a secret of %zu bytes", n);
    int64_t step =
        totp_step((const uint8_t *)secret, code, s->now_ms, user->totp_step);
    *ret_good = step > 0;
    if (step)
        user->totp_step = step;
    return 0;
}

/* --- logging in --------------------------------------------------------- */

/* A password to be compared on a thread. */
struct attempt {
    const char *hash, *password; /* hash NULL: there is no such user */
};

static int compare(struct service *s, void *context, struct err *e)
{
    const struct attempt *t = context;
    (void)s;
    return auth_password_verify(t->hash, t->password)
               ? 0
               : err_set(e, ERR_USAGE, "wrong password");
}

static int start_log_in(struct service *s, struct arena *a,
                        const struct request *q, struct response *r)
{
    const char *name = jval_string(q->json, "user", "");
    const char *password = jval_string(q->json, "password", "");
    struct attempt *t = arena_new_struct(a, struct attempt);
    struct store_user user;
    struct err none = {0};
    if (!*name || !*password || utf8_length(password) > AUTH_PASSWORD_MOST)
        return problem_set(r, PROBLEM_INVALID, "请填写用户名和密码");
    if (store_user_by_name(s->store, a, name, &user, &none) == 0 &&
        !user.disabled_ms) {
        if (user.locked_until_ms > s->now_ms) {
            r->retry_after_s =
                (int)((user.locked_until_ms - s->now_ms) / 1000 + 1);
            return problem_set(r, PROBLEM_TOO_MANY,
                               "密码连续输错，请在 %d 秒后再试",
                               r->retry_after_s);
        }
        t->hash = user.password;
    }
    t->password = password;
    return response_work(r, compare, t);
}

/* One more failure; after some of them the user waits. */
static int refuse(struct service *s, struct store_user *user,
                  enum problem problem, struct response *r, struct err *e)
{
    const struct serve_settings *set = conf_values(s->conf, serve_section.name);
    user->failures++;
    if (user->failures >= set->failures) {
        user->locked_until_ms = s->now_ms + (int64_t)set->lock_min * MINUTE_MS;
        user->failures = 0;
    }
    r->keep = true;
    problem_set(r, problem, "%s",
                problem == PROBLEM_WRONG_CODE ? "动态码不对，或已经用过"
                                              : "用户名或密码不对");
    int code = store_user_save(s->store, user, e);
    return code ? code : audit(s, user->id, "login.refused", user->id, e);
}

static int finish_log_in(struct service *s, struct arena *a,
                         const struct request *q, struct response *r,
                         struct err *e)
{
    const char *code = jval_string(q->json, "code", "");
    struct store_user user;
    struct err none = {0};
    bool good = true, strong = false;
    if (store_user_by_name(s->store, a, jval_string(q->json, "user", ""), &user,
                           &none) ||
        user.disabled_ms)
        return problem_set(r, PROBLEM_WRONG_PASSWORD, "用户名或密码不对");
    if (q->result)
        return refuse(s, &user, PROBLEM_WRONG_PASSWORD, r, e);
    if (user.totp.n > 0 && !*code)
        return problem_set(r, PROBLEM_CODE_WANTED,
                           "请输入身份验证器上的六位动态码");
    if (user.totp.n > 0) {
        int failed = use_code(s, a, &user, code, &good, e);
        if (failed)
            return failed;
        strong = good;
    }
    if (!good)
        return refuse(s, &user, PROBLEM_WRONG_CODE, r, e);
    user.failures = 0;
    int failed = store_user_save(s->store, &user, e);
    if (failed == 0)
        failed = auth_begin_session(s, q, user.id, strong, r, e);
    if (failed == 0)
        failed = audit(s, user.id, "login", user.id, e);
    return failed ? failed
                  : response_json(r, 200, session_json(s, a, &user, strong));
}

int api_log_in(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    return q->step == 0 ? start_log_in(s, a, q, r)
                        : finish_log_in(s, a, q, r, e);
}

int api_who(struct service *s, struct arena *a, const struct request *q,
            struct response *r, struct err *e)
{
    struct store_user user;
    int code = store_user_get(s->store, a, q->who.id, &user, e);
    return code ? code
                : response_json(
                      r, 200, session_json(s, a, &user, q->who.second_factor));
}

int api_log_out(struct service *s, struct arena *a, const struct request *q,
                struct response *r, struct err *e)
{
    (void)a;
    int code = store_session_delete(s->store, q->who.session, e);
    if (code == 0)
        code = audit(s, q->who.id, "logout", q->who.id, e);
    auth_clear_cookie(r);
    return code ? code : response_empty(r, 204);
}

/* --- a second device ---------------------------------------------------- */

static int offer_secret(struct arena *a, const struct store_user *user,
                        struct response *r)
{
    uint8_t secret[TOTP_SECRET];
    char text[TOTP_BASE32];
    struct jval *j = jval_new_object();
    vault_random(secret, sizeof secret);
    totp_base32(secret, text);
    jval_set_string(j, "secret", text);
    jval_set_string(j, "uri",
                    arena_printf(a,
                                 "otpauth://totp/sealdesk:%s?secret=%s&"
                                 "issuer=sealdesk",
                                 user->name, text));
    return response_json(r, 200, j);
}

/* Without a body: a new secret, not kept. With the secret and a code of it:
 * kept, so that nobody locks himself out with a device that does not work. */
int api_set_totp(struct service *s, struct arena *a, const struct request *q,
                 struct response *r, struct err *e)
{
    uint8_t secret[TOTP_SECRET];
    struct store_user user;
    const char *text = jval_string(q->json, "secret", "");
    const char *code = jval_string(q->json, "code", "");
    int failed = store_user_get(s->store, a, q->who.id, &user, e);
    if (failed)
        return failed;
    if (user.totp.n > 0 && !q->who.second_factor)
        return problem_set(r, PROBLEM_FORBIDDEN,
                           "更换设备前，请先用现有设备的动态码登录");
    if (!*text)
        return offer_secret(a, &user, r);
    if (totp_from_base32(text, secret))
        return problem_set(r, PROBLEM_INVALID, "密钥格式有误");
    int64_t step = totp_step(secret, code, s->now_ms, 0);
    if (!step)
        return problem_set(r, PROBLEM_WRONG_CODE, "动态码不对，请核对设备时间");
    struct vault_key key = vault_own_key(s->vault, totp_label);
    user.totp = vault_seal(&key, a, totp_label, secret, sizeof secret);
    vault_key_done(&key);
    user.totp_step = step;
    failed = store_user_save(s->store, &user, e);
    if (failed == 0)
        failed = audit(s, user.id, "totp.set", user.id, e);
    return failed ? failed : response_empty(r, 204);
}

/* --- a new password ----------------------------------------------------- */

struct change {
    const char *old_hash, *old_password, *new_password;
    char new_hash[AUTH_PASSWORD_HASH];
};

static int hash_new(struct service *s, void *context, struct err *e)
{
    struct change *c = context;
    (void)s;
    if (!auth_password_verify(c->old_hash, c->old_password))
        return err_set(e, ERR_USAGE, "wrong password");
    return auth_password_hash(c->new_password, c->new_hash, e);
}

static int start_change(struct arena *a, const struct request *q,
                        const struct store_user *user, struct response *r)
{
    struct change *c = arena_new_struct(a, struct change);
    c->old_hash = user->password;
    c->old_password = jval_string(q->json, "old", "");
    c->new_password = jval_string(q->json, "new", "");
    size_t n = utf8_length(c->new_password);
    if (n < AUTH_PASSWORD_LEAST || n > AUTH_PASSWORD_MOST ||
        strstr(c->new_password, user->name) ||
        strcmp(c->new_password, c->old_password) == 0)
        return problem_set(r, PROBLEM_INVALID,
                           "新密码须为 %d 至 %d 个字符，不含用户名，"
                           "且与原密码不同",
                           AUTH_PASSWORD_LEAST, AUTH_PASSWORD_MOST);
    return response_work(r, hash_new, c);
}

int api_set_password(struct service *s, struct arena *a,
                     const struct request *q, struct response *r, struct err *e)
{
    struct store_user user;
    int failed = store_user_get(s->store, a, q->who.id, &user, e);
    if (failed)
        return failed;
    if (q->step == 0)
        return start_change(a, q, &user, r);
    if (q->result == ERR_USAGE)
        return refuse(s, &user, PROBLEM_WRONG_PASSWORD, r, e);
    if (q->result)
        return err_set(e, ERR_SYS, "the password could not be hashed");
    const struct change *c = q->state;
    user.password = c->new_hash;
    user.must_change = 0;
    failed = store_user_save(s->store, &user, e);
    /* Whoever was logged in elsewhere with the old one no longer is. */
    if (failed == 0)
        failed = store_sessions_delete_of(s->store, user.id, e);
    if (failed == 0)
        failed = auth_begin_session(s, q, user.id, q->who.second_factor, r, e);
    if (failed == 0)
        failed = audit(s, user.id, "password.changed", user.id, e);
    return failed
               ? failed
               : response_json(r, 200,
                               session_json(s, a, &user, q->who.second_factor));
}
