/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * store_sqlite - the struct that the two halves of the SQLite backend share;
 * with them the only door to libsqlite3
 */

#ifndef INTAKE_STORE_SQLITE_H
#define INTAKE_STORE_SQLITE_H

#include <sqlite3.h>

#include "intake/store/store_ops.h"

enum { CACHE_SLOTS = 512 };

struct store_sqlite {
    struct store store; /* first: this is a struct store */
    sqlite3 *db;
    char *folder;
    int wal_fd;   /* the log, for flush; -1 when reading */
    int lock_fd;  /* flock: one writer in one process; -1 when reading */
    bool is_read; /* STORE_READ */
    bool broken;  /* an fsync failed or the file is corrupt: nothing more */
    enum store_sync sync;
    const char *synchronous; /* as it is set now */
    int wal_pages;           /* in the log since the last checkpoint */
    sqlite3_stmt *cache[CACHE_SLOTS];
    size_t cached;
    char backend[32];
};

/* An error of ours for one of SQLite's; remembers those there is no way back
 * from. */
int store_sqlite_fail(struct store_sqlite *s, int rc, const char *what,
                      struct err *e);

/* One or more statements without results. */
int store_sqlite_exec(struct store_sqlite *s, const char *sql, struct err *e);

int store_sqlite_migrate(struct store_sqlite *s, struct err *e);
int store_sqlite_maintain(struct store *s, bool idle, struct err *e);
int store_sqlite_check(struct store *s, store_tell *tell, void *context,
                       struct err *e);
int store_sqlite_copy(struct store *s, const char *folder, struct err *e);

/* store_sqlite_1.sql and so on, embedded */
extern const char store_sqlite_1[], store_sqlite_2[], store_sqlite_3[];

#endif
