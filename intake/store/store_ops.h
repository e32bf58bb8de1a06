/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * store_ops - what a database has to do to hold a store
 *
 * The store's functions are written once, in SQL that SQLite 3.40 and
 * PostgreSQL 15 both understand: parameters $1, $2 ..., ON CONFLICT, RETURNING,
 * no functions but count, sum, min, max and coalesce. A backend runs such texts
 * and keeps transactions; the tables themselves are its own (its .sql files).
 * Only intake/store*.c may include this.
 */

#ifndef INTAKE_STORE_OPS_H
#define INTAKE_STORE_OPS_H

#include "intake/store/store.h"

enum store_kind { KIND_NULL, KIND_INT, KIND_REAL, KIND_TEXT, KIND_BYTES };

struct store_value {
    enum store_kind kind;
    int64_t i;
    double r;
    const void *p; /* TEXT: terminated */
    size_t n;
};

/* A row of a result; the values are borrowed until it returns. */
typedef int store_row_fn(void *context, const struct store_value *values,
                         size_t n, struct err *e);

enum store_savepoint_step { SAVEPOINT_SET, SAVEPOINT_KEEP, SAVEPOINT_BACK };

struct store_ops {
    void (*close)(struct store *s);
    int (*begin)(struct store *s, enum store_class c, struct err *e);
    int (*commit)(struct store *s, struct err *e);
    int (*flush)(struct store *s, struct err *e);
    void (*rollback)(struct store *s);
    int (*savepoint)(struct store *s, enum store_savepoint_step step,
                     struct err *e);
    /* ERR_CONFLICT: a unique key or a check; ERR_MISSING: a reference to
     * nothing; ERR_BUSY; ERR_STORE. ret_changed: rows written. */
    int (*run)(struct store *s, const char *sql,
               const struct store_value *params, size_t n_params,
               store_row_fn *each, void *context, int64_t *ret_changed,
               struct err *e);
    int (*maintain)(struct store *s, bool idle, struct err *e);
    int (*check)(struct store *s, store_tell *tell, void *context,
                 struct err *e);
    int (*copy)(struct store *s, const char *folder, struct err *e);
};

/* A backend's own struct begins with this. */
struct store {
    const struct store_ops *ops;
    const char *backend;
    int schema;
    bool in_transaction;
    uint64_t writes; /* the backend counts */
};

/* The statement that gives a page of a view: a backend's test looks whether it
 * is answered along an index, without sorting. */
const char *store_queue_sql(struct arena *a, enum store_view view);

int store_sqlite_open(const struct store_options *options, struct store **ret,
                      struct err *e);

#endif
