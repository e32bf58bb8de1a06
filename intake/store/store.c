/* SPDX-License-Identifier: GPL-3.0-or-later */

/* store: opening, transactions, and what belongs to the store as a whole. */

#include "intake/store/store.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/store/store_row.h"

int store_open(const struct store_options *options, struct store **ret,
               struct err *e)
{
    return store_sqlite_open(options, ret, e);
}

void store_close(struct store *s)
{
    if (!s)
        return;
    store_rollback(s);
    s->ops->close(s);
}

const char *store_backend(const struct store *s)
{
    return s->backend;
}

int store_schema(const struct store *s)
{
    return s->schema;
}

int store_begin(struct store *s, enum store_class c, struct err *e)
{
    if (s->in_transaction)
        return err_set(e, ERR_STORE, "a transaction is open already");
    int r = s->ops->begin(s, c, e);
    s->in_transaction = r == 0;
    return r;
}

int store_commit(struct store *s, struct err *e)
{
    if (!s->in_transaction)
        return err_set(e, ERR_STORE, "no transaction is open");
    int r = s->ops->commit(s, e);
    s->in_transaction = false;
    return r;
}

int store_flush(struct store *s, struct err *e)
{
    return s->ops->flush(s, e);
}

uint64_t store_writes(const struct store *s)
{
    return s->writes;
}

void store_rollback(struct store *s)
{
    if (s->in_transaction)
        s->ops->rollback(s);
    s->in_transaction = false;
}

static int savepoint(struct store *s, enum store_savepoint_step step,
                     struct err *e)
{
    return s->in_transaction ? s->ops->savepoint(s, step, e)
                             : err_set(e, ERR_STORE, "no transaction is open");
}

int store_savepoint(struct store *s, struct err *e)
{
    return savepoint(s, SAVEPOINT_SET, e);
}

int store_release(struct store *s, struct err *e)
{
    return savepoint(s, SAVEPOINT_KEEP, e);
}

int store_rollback_to(struct store *s, struct err *e)
{
    return savepoint(s, SAVEPOINT_BACK, e);
}

int store_maintain(struct store *s, bool idle, struct err *e)
{
    return s->in_transaction ? 0 : s->ops->maintain(s, idle, e);
}

int store_check(struct store *s, store_tell *tell, void *context, struct err *e)
{
    return s->ops->check(s, tell, context, e);
}

int store_copy(struct store *s, const char *folder, struct err *e)
{
    return s->ops->copy(s, folder, e);
}

/* --- small values ---------------------------------------------------------*/

int store_meta_get(struct store *s, struct arena *a, const char *name,
                   const char **ret, struct err *e)
{
    const char *const *texts;
    size_t n;
    int r = store_texts(s, a, "SELECT value FROM meta WHERE name = $1",
                        PARAMS(text(name)), &texts, &n, e);
    *ret = r == 0 && n ? texts[0] : NULL;
    return r;
}

int store_meta_put(struct store *s, const char *name, const char *value,
                   struct err *e)
{
    return store_run(s,
                     "INSERT INTO meta (name, value) VALUES ($1, $2) "
                     "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                     PARAMS(text(name), text(value)), NULL, e);
}

/* --- which blobs there must be --------------------------------------------*/

struct each {
    store_blob_fn *fn;
    void *context;
};

static int each_blob(void *context, const struct store_value *v, size_t n,
                     struct err *e)
{
    struct each *each = context;
    return n == 2 ? each->fn(each->context, v[0].p, v[1].p, e)
                  : err_set(e, ERR_STORE, "blobs: %zu columns", n);
}

/* What an erased application once had need not be there. */
int store_each_blob(struct store *s, store_blob_fn *fn, void *context,
                    struct err *e)
{
    struct each each = {fn, context};
    return s->ops->run(s,
                       "SELECT b.blob, min(b.application) FROM ("
                       "SELECT blob, application FROM document UNION ALL "
                       "SELECT blob, application FROM paper UNION ALL "
                       "SELECT p.blob, u.application FROM upload_part p "
                       "JOIN upload u ON u.id = p.upload UNION ALL "
                       "SELECT blob, application FROM measurement UNION ALL "
                       "SELECT report_blob, application FROM run UNION ALL "
                       "SELECT index_blob, application FROM run UNION ALL "
                       "SELECT blob, application FROM artefact UNION ALL "
                       "SELECT blob, application FROM seal_version) AS b "
                       "JOIN application a ON a.id = b.application "
                       "WHERE b.blob IS NOT NULL AND a.erased_ms = 0 "
                       "GROUP BY b.blob ORDER BY b.blob",
                       NULL, 0, each_blob, &each, NULL, e);
}
