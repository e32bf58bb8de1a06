/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * SQLite as a store: bringing it up to date, checkpoints, checks, copies.
 *
 * The schema's version is the file's user_version; each .sql text leads from
 * one version to the next, within one transaction. Checkpoints are made between
 * transactions and never by a commit, so that no reply waits for one.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "intake/store/store_row.h"
#include "intake/store/store_sqlite.h"

static const char *const migrations[] = {store_sqlite_1, store_sqlite_2,
                                         store_sqlite_3};

enum {
    SCHEMA = sizeof migrations / sizeof *migrations,
    APPLICATION_ID = 0x53454444, /* "SEDD": file(1) can tell */
    /* 80 MB: pages are written again and again, and whoever waits while they
     * are copied home is less than one in a hundred. */
    CHECKPOINT_PAGES = 20000,
};

/* --- schema ---------------------------------------------------------------*/

static int pragma_number(struct store_sqlite *s, const char *sql, int *ret,
                         struct err *e)
{
    int64_t n;
    int r = store_number(&s->store, sql, NULL, 0, &n, e);
    *ret = (int)n;
    return r;
}

static int apply(struct store_sqlite *s, int from, struct err *e)
{
    char mark[80];
    snprintf(mark, sizeof mark,
             "PRAGMA user_version=%d; PRAGMA application_id=%d; COMMIT",
             from + 1, APPLICATION_ID);
    int r = store_sqlite_exec(s, "BEGIN IMMEDIATE", e);
    if (r == 0)
        r = store_sqlite_exec(s, migrations[from], e);
    if (r == 0)
        r = store_sqlite_exec(s, mark, e);
    if (r)
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    return err_context(e, r, "schema %d", from + 1);
}

/* Every column of store_rows.def has to be there. */
static int compare_columns(struct store_sqlite *s, struct err *e)
{
    char sql[2048];
    for (row_type_fn *const *type = row_types; *type; type++) {
        const struct row_type *t = (*type)();
        int n = snprintf(sql, sizeof sql, "SELECT ");
        for (size_t i = 0; i < t->n; i++)
            n += snprintf(sql + n, sizeof sql - (size_t)n, "%s\"%s\"",
                          i ? ", " : "", t->columns[i].name);
        snprintf(sql + n, sizeof sql - (size_t)n, " FROM \"%s\" LIMIT 0",
                 t->table);
        int r = store_sqlite_exec(s, sql, e);
        if (r)
            return r;
    }
    return 0;
}

int store_sqlite_migrate(struct store_sqlite *s, struct err *e)
{
    int version, mark;
    int r = pragma_number(s, "PRAGMA user_version", &version, e);
    if (r == 0)
        r = pragma_number(s, "PRAGMA application_id", &mark, e);
    if (r)
        return r;
    if (version > 0 && mark != APPLICATION_ID)
        return err_set(e, ERR_STORE, "store.db is not a store of this program");
    if (version > SCHEMA)
        return err_set(e, ERR_STORE,
                       "the store is of a newer version (schema %d, this "
                       "program knows %d)",
                       version, SCHEMA);
    if (s->is_read && version < SCHEMA)
        return err_set(e, ERR_STORE,
                       "the store is of an older version (schema %d): run "
                       "`sealdesk store migrate`",
                       version);
    for (; version < SCHEMA; version++)
        if ((r = apply(s, version, e)) != 0)
            return r;
    s->store.schema = version;
    return compare_columns(s, e);
}

/* --- checkpoints ----------------------------------------------------------*/

/*
 * PASSIVE copies what it can without waiting. When there is time, TRUNCATE also
 * empties the log, so that what was erased does not live on in it.
 */
int store_sqlite_maintain(struct store *store, bool idle, struct err *e)
{
    struct store_sqlite *s = (struct store_sqlite *)store;
    if (s->is_read || s->broken || s->wal_pages == 0 ||
        (!idle && s->wal_pages < CHECKPOINT_PAGES))
        return 0;
    int rc = sqlite3_wal_checkpoint_v2(s->db, NULL,
                                       idle ? SQLITE_CHECKPOINT_TRUNCATE
                                            : SQLITE_CHECKPOINT_PASSIVE,
                                       NULL, NULL);
    if (rc == SQLITE_BUSY) /* a backup is reading: another time */
        return 0;
    if (rc != SQLITE_OK)
        return store_sqlite_fail(s, rc, "checkpoint", e);
    s->wal_pages = 0;
    return 0;
}

/* --- checks ---------------------------------------------------------------*/

struct telling {
    store_tell *tell;
    void *context;
    int defects;
};

static int tell_integrity(void *context, const struct store_value *v, size_t n,
                          struct err *e)
{
    struct telling *t = context;
    const char *said = n && v[0].kind == KIND_TEXT ? v[0].p : "?";
    (void)e;
    if (strcmp(said, "ok") != 0) {
        t->defects++;
        t->tell(t->context, said);
    }
    return 0;
}

static int tell_reference(void *context, const struct store_value *v, size_t n,
                          struct err *e)
{
    struct telling *t = context;
    char said[200];
    (void)e;
    snprintf(said, sizeof said, "%s row %lld names no %s",
             n ? (const char *)v[0].p : "?", n > 1 ? (long long)v[1].i : 0,
             n > 2 ? (const char *)v[2].p : "?");
    t->defects++;
    t->tell(t->context, said);
    return 0;
}

int store_sqlite_check(struct store *store, store_tell *tell, void *context,
                       struct err *e)
{
    struct telling t = {tell, context, 0};
    int r = store->ops->run(store, "PRAGMA integrity_check", NULL, 0,
                            tell_integrity, &t, NULL, e);
    if (r == 0)
        r = store->ops->run(store, "PRAGMA foreign_key_check", NULL, 0,
                            tell_reference, &t, NULL, e);
    if (r == 0 && t.defects)
        r = err_set(e, ERR_STORE, "%d defects in the database", t.defects);
    return r;
}

/* --- copies ---------------------------------------------------------------*/

static int sync_path(const char *path, int flags, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    if (fd < 0 || fsync(fd) != 0) {
        int why = errno;
        if (fd >= 0)
            close(fd);
        return err_set(e, ERR_STORE, "%s: %s", path, strerror(why));
    }
    close(fd);
    return 0;
}

/* One step takes all pages under one read transaction: what is committed now,
 * however many transactions another process commits meanwhile. */
static int copy_pages(struct store_sqlite *s, const char *path, struct err *e)
{
    sqlite3 *to = NULL;
    int rc = sqlite3_open_v2(path, &to,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    sqlite3_backup *b =
        rc == SQLITE_OK ? sqlite3_backup_init(to, "main", s->db, "main") : NULL;
    if (b) {
        rc = sqlite3_backup_step(b, -1);
        int finished = sqlite3_backup_finish(b);
        rc = rc == SQLITE_DONE ? finished : rc;
        /* A copy is one file, and can be read from a read-only medium. */
        if (rc == SQLITE_OK)
            rc = sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL,
                              NULL);
    } else if (to) {
        rc = sqlite3_errcode(to);
    }
    sqlite3_close(to);
    return rc == SQLITE_OK
               ? 0
               : err_set(e, ERR_STORE, "%s: %s", path, sqlite3_errstr(rc));
}

int store_sqlite_copy(struct store *store, const char *folder, struct err *e)
{
    struct store_sqlite *s = (struct store_sqlite *)store;
    char path[4096];
    snprintf(path, sizeof path, "%s/store.db", folder);
    int r = file_make_dir(folder, e);
    if (r)
        return r;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(e, errno == EEXIST ? ERR_CONFLICT : ERR_STORE, "%s: %s",
                       path, strerror(errno));
    close(fd);
    r = copy_pages(s, path, e);
    if (r == 0)
        r = sync_path(path, 0, e);
    return r ? r : sync_path(folder, O_DIRECTORY, e);
}
