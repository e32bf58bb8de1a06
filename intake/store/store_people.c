/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Users, sessions, clients' tokens, repeated requests and rule sets. */

#include "base/err.h"
#include "intake/store/store_row.h"

int store_user_add(struct store *s, const struct store_user *row, struct err *e)
{
    return row_insert(s, row_user(), row, e);
}

int store_user_get(struct store *s, struct arena *a, const char *id,
                   struct store_user *ret, struct err *e)
{
    return row_one(s, a, row_user(), "WHERE id = $1", PARAMS(text(id)), ret, e);
}

int store_user_by_name(struct store *s, struct arena *a, const char *name,
                       struct store_user *ret, struct err *e)
{
    return row_one(s, a, row_user(), "WHERE name = $1", PARAMS(text(name)), ret,
                   e);
}

int store_user_save(struct store *s, struct store_user *row, struct err *e)
{
    return row_save(s, row_user(), row->id, &row->version, row, e);
}

int store_users(struct store *s, struct arena *a, struct store_user **ret,
                size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_user(), "ORDER BY name", NULL, 0, ret, ret_n, e);
}

/* --- sessions -------------------------------------------------------------*/

int store_session_add(struct store *s, const struct store_session *row,
                      size_t keep, struct err *e)
{
    bool own;
    int r = store_enter(s, &own, e);
    if (r)
        return r;
    r = row_insert(s, row_session(), row, e);
    if (r == 0)
        r = store_run(
            s,
            "DELETE FROM session WHERE \"user\" = $1 AND hash NOT IN "
            "(SELECT hash FROM session WHERE \"user\" = $1 "
            "ORDER BY created_ms DESC, hash = $3 DESC LIMIT $2)",
            PARAMS(text(row->user), integer((int64_t)keep), text(row->hash)),
            NULL, e);
    return store_leave(s, own, r, e);
}

int store_session_get(struct store *s, struct arena *a, const char *hash,
                      struct store_session *ret, struct err *e)
{
    return row_one(s, a, row_session(), "WHERE hash = $1", PARAMS(text(hash)),
                   ret, e);
}

int store_session_save(struct store *s, const struct store_session *row,
                       struct err *e)
{
    return row_update(s, row_session(), 1, row, e);
}

int store_session_delete(struct store *s, const char *hash, struct err *e)
{
    return store_run(s, "DELETE FROM session WHERE hash = $1",
                     PARAMS(text(hash)), NULL, e);
}

int store_sessions_delete_of(struct store *s, const char *user, struct err *e)
{
    return store_run(s, "DELETE FROM session WHERE \"user\" = $1",
                     PARAMS(text(user)), NULL, e);
}

int store_sessions(struct store *s, struct arena *a, const char *user,
                   struct store_session **ret, size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_session(),
                    "WHERE \"user\" = $1 ORDER BY created_ms, hash",
                    PARAMS(text(user)), ret, ret_n, e);
}

/* --- clients --------------------------------------------------------------*/

int store_token_add(struct store *s, const struct store_token *row,
                    struct err *e)
{
    return row_insert(s, row_token(), row, e);
}

int store_token_by_hash(struct store *s, struct arena *a, const char *hash,
                        struct store_token *ret, struct err *e)
{
    return row_one(s, a, row_token(), "WHERE hash = $1", PARAMS(text(hash)),
                   ret, e);
}

int store_token_revoke(struct store *s, const char *id, int64_t now_ms,
                       struct err *e)
{
    int64_t changed = 0;
    int r = store_run(s,
                      "UPDATE token SET revoked_ms = $2 "
                      "WHERE id = $1 AND revoked_ms = 0",
                      PARAMS(text(id), integer(now_ms)), &changed, e);
    return r         ? r
           : changed ? 0
                     : err_set(e, ERR_MISSING, "no such token in use");
}

int store_token_used(struct store *s, const char *id, int64_t now_ms,
                     struct err *e)
{
    return store_run(s, "UPDATE token SET last_used_ms = $2 WHERE id = $1",
                     PARAMS(text(id), integer(now_ms)), NULL, e);
}

int store_tokens(struct store *s, struct arena *a, struct store_token **ret,
                 size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_token(), "ORDER BY id", NULL, 0, ret, ret_n, e);
}

/* --- requests that come again ---------------------------------------------*/

int store_idempotency_get(struct store *s, struct arena *a,
                          const char *principal, const char *key,
                          struct store_idempotency *ret, struct err *e)
{
    return row_one(s, a, row_idempotency(), "WHERE principal = $1 AND key = $2",
                   PARAMS(text(principal), text(key)), ret, e);
}

int store_idempotency_add(struct store *s, const struct store_idempotency *row,
                          struct err *e)
{
    return row_insert(s, row_idempotency(), row, e);
}

/* Those whose last turn is over have nothing to remember. */
static const char idle_shares[] =
    "DELETE FROM share WHERE name <> '' AND turn < "
    "(SELECT turn FROM share WHERE name = '')";

int store_expire(struct store *s, int64_t now_ms, int64_t idempotency_ms,
                 struct err *e)
{
    const char *const deletions[] = {
        "DELETE FROM session WHERE expires_ms < $1",
        "DELETE FROM idempotency WHERE created_ms < $2",
        "DELETE FROM export WHERE expires_ms < $1 AND used_ms = 0",
        idle_shares,
    };
    bool own;
    int r = store_enter(s, &own, e);
    if (r)
        return r;
    for (size_t i = 0; r == 0 && i < sizeof deletions / sizeof *deletions; i++)
        r = store_run(s, deletions[i],
                      PARAMS(integer(now_ms), integer(now_ms - idempotency_ms)),
                      NULL, e);
    return store_leave(s, own, r, e);
}

/* --- rule sets ------------------------------------------------------------*/

int store_ruleset_add(struct store *s, struct store_ruleset *row, struct err *e)
{
    struct store_ruleset kept = *row;
    bool own;
    int r = store_enter(s, &own, e);
    if (r)
        return r;
    r = store_number(s, "SELECT coalesce(max(number), 0) + 1 FROM ruleset",
                     NULL, 0, &kept.number, e);
    kept.state = RULESET_DRAFT;
    kept.published_by = NULL;
    kept.published_ms = 0;
    if (r == 0)
        r = row_insert(s, row_ruleset(), &kept, e);
    if (r == 0)
        row->number = kept.number;
    return store_leave(s, own, r, e);
}

int store_ruleset_get(struct store *s, struct arena *a, int64_t number,
                      struct store_ruleset *ret, struct err *e)
{
    return row_one(s, a, row_ruleset(), "WHERE number = $1",
                   PARAMS(integer(number)), ret, e);
}

int store_ruleset_current(struct store *s, struct arena *a,
                          struct store_ruleset *ret, struct err *e)
{
    return row_one(s, a, row_ruleset(), "WHERE state = 1", NULL, 0, ret, e);
}

int store_rulesets(struct store *s, struct arena *a, struct store_ruleset **ret,
                   size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_ruleset(), "ORDER BY number", NULL, 0, ret, ret_n,
                    e);
}

int store_ruleset_publish(struct store *s, int64_t number, const char *user,
                          int64_t now_ms, struct err *e)
{
    int64_t changed = 0;
    bool own;
    int r = store_enter(s, &own, e);
    if (r)
        return r;
    r = store_run(s, "UPDATE ruleset SET state = 2 WHERE state = 1", NULL, 0,
                  NULL, e);
    /* That it is not its maker is a check of the table's. */
    if (r == 0)
        r = store_run(s,
                      "UPDATE ruleset SET state = 1, published_by = $2, "
                      "published_ms = $3 WHERE number = $1",
                      PARAMS(integer(number), text(user), integer(now_ms)),
                      &changed, e);
    if (r == 0 && changed == 0)
        r = err_set(e, ERR_MISSING, "no rule set %lld", (long long)number);
    return store_leave(s, own, r, e);
}
