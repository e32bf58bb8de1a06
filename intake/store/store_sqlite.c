/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * SQLite as a store: opening, transactions, statements.
 *
 * Write-ahead log with synchronous=FULL: a commit is on the disk when it
 * returns. A transaction of hints commits with NORMAL, without waiting; that is
 * safe beside FULL ones, since each of those syncs the whole log up to itself.
 *
 * SQLite before 3.51.3 can damage a log when two connections write and
 * checkpoint at the same instant. Here one connection of one process writes and
 * makes all checkpoints (a lock file sees to it), every other one is read-only,
 * so that the case cannot arise.
 */

#include "intake/store/store_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"

/* --- errors ---------------------------------------------------------------*/

/* After a failed fsync the kernel may have dropped the pages and forgotten the
 * error: going on would acknowledge what is not there. */
static bool is_final(int extended)
{
    return extended == SQLITE_IOERR_FSYNC ||
           extended == SQLITE_IOERR_DIR_FSYNC ||
           (extended & 0xff) == SQLITE_CORRUPT ||
           (extended & 0xff) == SQLITE_NOTADB;
}

static enum err_code code_of(int extended)
{
    switch (extended & 0xff) {
    case SQLITE_CONSTRAINT:
        return extended == SQLITE_CONSTRAINT_FOREIGNKEY ? ERR_MISSING
                                                        : ERR_CONFLICT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    default:
        return ERR_STORE;
    }
}

int store_sqlite_fail(struct store_sqlite *s, int rc, const char *what,
                      struct err *e)
{
    int extended = s->db ? sqlite3_extended_errcode(s->db) : rc;
    if ((extended & 0xff) != (rc & 0xff))
        extended = rc;
    s->broken |= is_final(extended);
    return err_set(e, code_of(extended), "%.60s: %s", what,
                   s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc));
}

int store_sqlite_exec(struct store_sqlite *s, const char *sql, struct err *e)
{
    int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : store_sqlite_fail(s, rc, sql, e);
}

static struct store_sqlite *of(struct store *s)
{
    return (struct store_sqlite *)s;
}

/* --- transactions ---------------------------------------------------------*/

static int set_synchronous(struct store_sqlite *s, const char *pragma,
                           struct err *e)
{
    if (s->synchronous == pragma)
        return 0;
    s->synchronous = pragma;
    return store_sqlite_exec(s, pragma, e);
}

static const char sync_off[] = "PRAGMA synchronous=OFF";
static const char sync_normal[] = "PRAGMA synchronous=NORMAL";
static const char sync_full[] = "PRAGMA synchronous=FULL";

static int begin(struct store *store, enum store_class c, struct err *e)
{
    struct store_sqlite *s = of(store);
    if (s->broken)
        return err_set(e, ERR_STORE, "the store failed before");
    int r = set_synchronous(s,
                            s->sync == SYNC_NEVER ? sync_off
                            : c == STORE_HINT     ? sync_normal
                                                  : sync_full,
                            e);
    return r ? r
             : store_sqlite_exec(s, s->is_read ? "BEGIN" : "BEGIN IMMEDIATE",
                                 e);
}

/* A full disk makes SQLite end a transaction by itself; what follows must not
 * become a transaction of its own. */
static bool was_lost(const struct store_sqlite *s)
{
    return s->store.in_transaction && sqlite3_get_autocommit(s->db);
}

static void rollback(struct store *store)
{
    struct store_sqlite *s = of(store);
    if (!sqlite3_get_autocommit(s->db))
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

/* Back to waiting for the disk, for whoever begins no transaction. */
static int commit(struct store *store, struct err *e)
{
    struct store_sqlite *s = of(store);
    if (was_lost(s))
        return err_set(e, ERR_STORE, "the transaction was lost");
    int r = store_sqlite_exec(s, "COMMIT", e);
    if (r)
        rollback(store);
    else if (s->synchronous == sync_normal)
        r = set_synchronous(s, sync_full, e);
    return r;
}

/* What FULL does within COMMIT: a commit is kept when the log is synced behind
 * it. SQLite itself syncs the log before a checkpoint and the head of each new
 * log in NORMAL as well, so all frames before ours are as good as ours. */
static int flush(struct store *store, struct err *e)
{
    const struct store_sqlite *s = of(store);
    if (s->sync == SYNC_NEVER || fdatasync(s->wal_fd) == 0)
        return 0;
    return err_set(e, ERR_STORE, "the log: %s", strerror(errno));
}

static int savepoint(struct store *store, enum store_savepoint_step step,
                     struct err *e)
{
    static const char *const words[] = {
        [SAVEPOINT_SET] = "SAVEPOINT one",
        [SAVEPOINT_KEEP] = "RELEASE one",
        [SAVEPOINT_BACK] = "ROLLBACK TO one; RELEASE one",
    };
    struct store_sqlite *s = of(store);
    if (was_lost(s))
        return err_set(e, ERR_STORE, "the transaction was lost");
    return store_sqlite_exec(s, words[step], e);
}

/* --- statements -----------------------------------------------------------*/

/* FNV-1a; the texts are our own. */
static size_t slot_of(const char *sql)
{
    uint32_t h = 2166136261u;
    for (const char *p = sql; *p; p++)
        h = (h ^ (unsigned char)*p) * 16777619u;
    return h % CACHE_SLOTS;
}

/* Compiled once and kept; a cache that is full stays as it is. */
static int prepare(struct store_sqlite *s, const char *sql, sqlite3_stmt **ret,
                   bool *ret_own, struct err *e)
{
    size_t at = slot_of(sql);
    while (s->cache[at] && strcmp(sqlite3_sql(s->cache[at]), sql) != 0)
        at = (at + 1) % CACHE_SLOTS;
    *ret_own = false;
    *ret = s->cache[at];
    if (*ret && !sqlite3_stmt_busy(*ret))
        return 0;
    bool keep = !*ret && s->cached < CACHE_SLOTS / 2;
    int rc = sqlite3_prepare_v3(
        s->db, sql, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0, ret, NULL);
    if (rc != SQLITE_OK)
        return store_sqlite_fail(s, rc, sql, e);
    if (keep) {
        s->cache[at] = *ret;
        s->cached++;
    } else {
        *ret_own = true;
    }
    return 0;
}

static int bind(sqlite3_stmt *q, int at, const struct store_value *v)
{
    switch (v->kind) {
    case KIND_INT:
        return sqlite3_bind_int64(q, at, v->i);
    case KIND_REAL:
        return sqlite3_bind_double(q, at, v->r);
    case KIND_TEXT:
        return sqlite3_bind_text(q, at, v->p, -1, SQLITE_STATIC);
    case KIND_BYTES:
        return sqlite3_bind_blob64(q, at, v->p, v->n, SQLITE_STATIC);
    case KIND_NULL:
        break;
    }
    return sqlite3_bind_null(q, at);
}

static struct store_value column(sqlite3_stmt *q, int at)
{
    struct store_value v = {.kind = KIND_NULL};
    switch (sqlite3_column_type(q, at)) {
    case SQLITE_INTEGER:
        v.kind = KIND_INT;
        v.i = sqlite3_column_int64(q, at);
        break;
    case SQLITE_FLOAT:
        v.kind = KIND_REAL;
        v.r = sqlite3_column_double(q, at);
        break;
    case SQLITE_TEXT:
        v.kind = KIND_TEXT;
        v.p = sqlite3_column_text(q, at);
        v.n = (size_t)sqlite3_column_bytes(q, at);
        break;
    case SQLITE_BLOB:
        v.kind = KIND_BYTES;
        v.p = sqlite3_column_blob(q, at);
        v.n = (size_t)sqlite3_column_bytes(q, at);
        break;
    default:
        break;
    }
    return v;
}

enum { MAX_COLUMNS = 64 };

static int step_through(struct store_sqlite *s, sqlite3_stmt *q,
                        store_row_fn *each, void *context, struct err *e)
{
    struct store_value values[MAX_COLUMNS];
    int n = sqlite3_column_count(q), rc, r = 0;
    if (n > MAX_COLUMNS)
        return err_set(e, ERR_STORE, "%d columns", n);
    while (r == 0 && (rc = sqlite3_step(q)) != SQLITE_DONE) {
        if (rc != SQLITE_ROW)
            return store_sqlite_fail(s, rc, sqlite3_sql(q), e);
        for (int i = 0; i < n; i++)
            values[i] = column(q, i);
        r = each ? each(context, values, (size_t)n, e) : 0;
    }
    return r;
}

/* $1 is the parameter of that name, wherever it stands in the text. */
static int bind_all(struct store_sqlite *s, sqlite3_stmt *q,
                    const struct store_value *params, size_t n, struct err *e)
{
    for (int at = 1; at <= sqlite3_bind_parameter_count(q); at++) {
        const char *name = sqlite3_bind_parameter_name(q, at);
        long number = name ? strtol(name + 1, NULL, 10) : 0;
        if (number < 1 || (size_t)number > n)
            return err_set(e, ERR_STORE, "no value for a parameter: %.60s",
                           sqlite3_sql(q));
        int rc = bind(q, at, &params[number - 1]);
        if (rc != SQLITE_OK)
            return store_sqlite_fail(s, rc, sqlite3_sql(q), e);
    }
    return 0;
}

static int run(struct store *store, const char *sql,
               const struct store_value *params, size_t n_params,
               store_row_fn *each, void *context, int64_t *ret_changed,
               struct err *e)
{
    struct store_sqlite *s = of(store);
    sqlite3_stmt *q;
    bool own;
    if (s->broken || was_lost(s))
        return err_set(e, ERR_STORE, "the store failed before");
    int r = prepare(s, sql, &q, &own, e);
    if (r)
        return r;
    store->writes += !sqlite3_stmt_readonly(q);
    r = bind_all(s, q, params, n_params, e);
    if (r == 0)
        r = step_through(s, q, each, context, e);
    if (r == 0 && ret_changed)
        *ret_changed = sqlite3_changes64(s->db);
    sqlite3_reset(q);
    sqlite3_clear_bindings(q);
    if (own)
        sqlite3_finalize(q);
    return r;
}

/* --- opening --------------------------------------------------------------*/

static void close_all(struct store *store)
{
    struct store_sqlite *s = of(store);
    for (size_t i = 0; i < CACHE_SLOTS; i++)
        sqlite3_finalize(s->cache[i]);
    sqlite3_close(s->db);
    if (s->lock_fd >= 0)
        close(s->lock_fd);
    if (s->wal_fd >= 0)
        close(s->wal_fd);
    free(s->folder);
    free(s);
}

/* Locks and shared memory do not work over a network. */
static int refuse_network(const char *folder, struct err *e)
{
    static const unsigned long network[] = {0x6969, 0x517B, 0xFE534D42,
                                            0xFF534D42};
    struct statfs fs;
    if (statfs(folder, &fs) != 0)
        return err_set(e, ERR_STORE, "%s: %s", folder, strerror(errno));
    for (size_t i = 0; i < sizeof network / sizeof *network; i++)
        if (((unsigned long)fs.f_type & 0xffffffff) == network[i])
            return err_set(e, ERR_STORE,
                           "%s is on a network drive; a store must be on a "
                           "disk of this machine",
                           folder);
    return 0;
}

static int lock(struct store_sqlite *s, struct err *e)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/store.lock", s->folder);
    s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock_fd < 0)
        return err_set(e, ERR_STORE, "%s: %s", path, strerror(errno));
    if (flock(s->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
    return err_set(e, errno == EWOULDBLOCK ? ERR_BUSY : ERR_STORE,
                   "%s: the store is in use by another process", s->folder);
}

/* SQLite would make it readable for all; the log takes over its mode. */
static int make_private(const char *path, struct err *e)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(e, ERR_STORE, "%s: %s", path, strerror(errno));
    close(fd);
    return 0;
}

static const char settings[] = "PRAGMA busy_timeout=5000;"
                               "PRAGMA foreign_keys=ON;"
                               "PRAGMA trusted_schema=OFF;"
                               "PRAGMA cell_size_check=ON;"
                               "PRAGMA temp_store=MEMORY;"
                               "PRAGMA mmap_size=0;"
                               "PRAGMA cache_size=-32768;"
                               "PRAGMA secure_delete=ON;"
                               "PRAGMA wal_autocheckpoint=0;";

static int count_pages(void *context, sqlite3 *db, const char *name, int pages)
{
    (void)db, (void)name;
    ((struct store_sqlite *)context)->wal_pages = pages;
    return SQLITE_OK;
}

static int connect(struct store_sqlite *s, struct err *e)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/store.db", s->folder);
    int r = s->is_read ? 0 : make_private(path, e);
    if (r)
        return r;
    int rc = sqlite3_open_v2(
        path, &s->db,
        (s->is_read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
            SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW,
        NULL);
    if (rc != SQLITE_OK)
        return store_sqlite_fail(s, rc, path, e);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    /* "x" is a column or a mistake, never a text. */
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    r = store_sqlite_exec(s, settings, e);
    if (r || s->is_read)
        return r ? r : store_sqlite_exec(s, "PRAGMA query_only=ON", e);
    sqlite3_wal_hook(s->db, count_pages, s);
    r = store_sqlite_exec(s, "PRAGMA journal_mode=WAL", e);
    return r ? r
             : set_synchronous(s, s->sync == SYNC_NEVER ? sync_off : sync_full,
                               e);
}

static const struct store_ops ops = {
    .close = close_all,
    .begin = begin,
    .commit = commit,
    .flush = flush,
    .rollback = rollback,
    .savepoint = savepoint,
    .run = run,
    .maintain = store_sqlite_maintain,
    .check = store_sqlite_check,
    .copy = store_sqlite_copy,
};

/* SQLite keeps the log, one file, as long as it is connected. */
static int open_log(struct store_sqlite *s, struct err *e)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/store.db-wal", s->folder);
    s->wal_fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return s->wal_fd >= 0
               ? 0
               : err_set(e, ERR_STORE, "%s: %s", path, strerror(errno));
}

static int open_all(struct store_sqlite *s, struct err *e)
{
    int r = s->is_read ? 0 : file_make_dir(s->folder, e);
    if (r == 0)
        r = refuse_network(s->folder, e);
    if (r == 0 && !s->is_read)
        r = lock(s, e);
    if (r == 0)
        r = connect(s, e);
    if (r == 0)
        r = store_sqlite_migrate(s, e);
    return r || s->is_read ? r : open_log(s, e);
}

int store_sqlite_open(const struct store_options *o, struct store **ret,
                      struct err *e)
{
    struct store_sqlite *s = calloc(1, sizeof *s);
    *ret = NULL;
    if (!s || !(s->folder = strdup(o->folder))) {
        free(s);
        return err_set(e, ERR_STORE, "out of memory");
    }
    s->lock_fd = s->wal_fd = -1;
    s->is_read = o->mode == STORE_READ;
    s->sync = o->sync;
    snprintf(s->backend, sizeof s->backend, "SQLite %s", sqlite3_libversion());
    s->store.ops = &ops;
    s->store.backend = s->backend;
    int r = open_all(s, e);
    if (r) {
        close_all(&s->store);
        return err_context(e, r, "%s", o->folder);
    }
    *ret = &s->store;
    return 0;
}
