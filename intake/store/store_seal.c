/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures of seals in their versions, and the links that give them out. */

#include "intake/store/store_seal.h"

#include "base/err.h"
#include "intake/store/store_row.h"

int store_seal_add(struct store *s, struct store_seal_version *row,
                   struct err *e)
{
    struct store_seal_version kept = *row;
    bool own;
    int r = store_enter(s, &own, e);
    if (r)
        return r;
    r = store_number(s,
                     "SELECT coalesce(max(version), 0) + 1 FROM seal_version "
                     "WHERE application = $1 AND seal = $2",
                     PARAMS(text(row->application), text(row->seal)),
                     &kept.version, e);
    kept.production_by = NULL;
    kept.production_ms = 0;
    kept.proposed_by = NULL;
    kept.proposed_ms = 0;
    if (r == 0)
        r = row_insert(s, row_seal_version(), &kept, e);
    if (r == 0)
        row->version = kept.version;
    return store_leave(s, own, r, e);
}

int store_seal_get(struct store *s, struct arena *a, const char *application,
                   const char *seal, int64_t version,
                   struct store_seal_version *ret, struct err *e)
{
    return row_one(s, a, row_seal_version(),
                   "WHERE application = $1 AND seal = $2 AND version = $3",
                   PARAMS(text(application), text(seal), integer(version)), ret,
                   e);
}

int store_seals(struct store *s, struct arena *a, const char *application,
                struct store_seal_version **ret, size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_seal_version(),
                    "WHERE application = $1 ORDER BY seal, version",
                    PARAMS(text(application)), ret, ret_n, e);
}

int store_seal_propose(struct store *s, const char *application,
                       const char *seal, int64_t version, const char *user,
                       int64_t now_ms, struct err *e)
{
    int64_t changed = 0;
    int r = store_run(s,
                      "UPDATE seal_version SET proposed_by = $4, "
                      "proposed_ms = $5 WHERE application = $1 AND seal = $2 "
                      "AND version = $3 AND production_ms = 0",
                      PARAMS(text(application), text(seal), integer(version),
                             text(user), integer(now_ms)),
                      &changed, e);
    return r == 0 && changed == 0
               ? err_set(e, ERR_MISSING,
                         "no version %lld of seal %s to propose",
                         (long long)version, seal)
               : r;
}

int store_seal_produce(struct store *s, const char *application,
                       const char *seal, int64_t version, const char *user,
                       int64_t now_ms, struct err *e)
{
    int64_t changed = 0;
    bool own;
    int r = store_enter(s, &own, e);
    if (r)
        return r;
    r = store_run(s,
                  "UPDATE seal_version SET production_by = NULL, "
                  "production_ms = 0 WHERE application = $1 AND seal = $2 "
                  "AND production_ms > 0",
                  PARAMS(text(application), text(seal)), NULL, e);
    /* That these are two people is a check of the table's. */
    if (r == 0)
        r = store_run(s,
                      "UPDATE seal_version SET production_by = $4, "
                      "production_ms = $5 "
                      "WHERE application = $1 AND seal = $2 AND version = $3",
                      PARAMS(text(application), text(seal), integer(version),
                             text(user), integer(now_ms)),
                      &changed, e);
    if (r == 0 && changed == 0)
        r = err_set(e, ERR_MISSING, "no version %lld of seal %s",
                    (long long)version, seal);
    return store_leave(s, own, r, e);
}

int store_export_add(struct store *s, const struct store_export *row,
                     struct err *e)
{
    return row_insert(s, row_export(), row, e);
}

int store_export_use(struct store *s, struct arena *a, const char *token_hash,
                     int64_t now_ms, struct store_export *ret, struct err *e)
{
    int r = row_returned(s, a, row_export(),
                         "UPDATE export SET used_ms = $2 "
                         "WHERE token_hash = $1 AND used_ms = 0 "
                         "AND expires_ms > $2 RETURNING %s",
                         PARAMS(text(token_hash), integer(now_ms)), ret, e);
    return r == ERR_MISSING
               ? err_set(e, ERR_CONFLICT, "the link was used or is too old")
               : r;
}
