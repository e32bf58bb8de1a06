/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * store_row - records and SQL: the structs of store_rows.def, read and written
 *
 * Every record knows its columns, so that no statement lists them. Conditions
 * are written by hand, values are always parameters:
 *
 *     row_many(s, a, row_document(), "WHERE application = $1 ORDER BY id",
 *              PARAMS(text(id)), &rows, &n, e)
 */

#ifndef INTAKE_STORE_ROW_H
#define INTAKE_STORE_ROW_H

#include "intake/store/store_ops.h"

struct row_column {
    const char *name;
    enum store_kind kind;
    size_t offset;
};
struct row_type {
    const char *table;
    size_t size;
    const struct row_column *columns;
    size_t n;
};

#define ROW(name) const struct row_type *row_##name(void);
#include "intake/store/store_rows.def"

/* Every type, ended by NULL: what the tables must have. */
typedef const struct row_type *row_type_fn(void);
extern row_type_fn *const row_types[];

static inline struct store_value text(const char *s)
{
    return (struct store_value){.kind = s ? KIND_TEXT : KIND_NULL, .p = s};
}
static inline struct store_value integer(int64_t i)
{
    return (struct store_value){.kind = KIND_INT, .i = i};
}

#define PARAMS(...)                                                            \
    (const struct store_value[]){__VA_ARGS__},                                 \
        sizeof((const struct store_value[]){__VA_ARGS__}) /                    \
            sizeof(struct store_value)

/* "id, version, ..." with `prefix` ("a.") before each; borrowed by the arena.
 */
const char *row_columns(struct arena *a, const struct row_type *t,
                        const char *prefix);

int row_insert(struct store *s, const struct row_type *t, const void *row,
               struct err *e);
/* All columns but the `n_key` first, of the record with that key: the columns
 * of a key come first in store_rows.def. ERR_MISSING when there is none. */
int row_update(struct store *s, const struct row_type *t, size_t n_key,
               const void *row, struct err *e);
/* The same of a record with a version: `version` is the row's own, and counts
 * up. Counting is the comparison: ERR_CONFLICT for who comes second. */
int row_save(struct store *s, const struct row_type *t, const char *id,
             int64_t *version, const void *row, struct err *e);
/* Adds a row in the place of the one that application and slot have now, which
 * stays, marked as replaced. */
int row_replace(struct store *s, const struct row_type *t,
                const char *application, const char *slot, int64_t now_ms,
                const void *row, struct err *e);
int row_one(struct store *s, struct arena *a, const struct row_type *t,
            const char *where, const struct store_value *params,
            size_t n_params, void *ret, struct err *e);
/* *ret is a `struct store_x *`. */
int row_many(struct store *s, struct arena *a, const struct row_type *t,
             const char *where, const struct store_value *params,
             size_t n_params, void *ret, size_t *ret_n, struct err *e);
/* The values of one row, as they come from `SELECT columns`. */
void row_from_values(struct arena *a, const struct row_type *t,
                     const struct store_value *values, void *ret);
/* A whole statement that gives rows of t (UPDATE ... RETURNING); `%s` in it
 * stands for the columns. ERR_MISSING when it gave none. */
int row_returned(struct store *s, struct arena *a, const struct row_type *t,
                 const char *sql, const struct store_value *params,
                 size_t n_params, void *ret, struct err *e);

/* A statement without rows; ret_changed may be NULL. */
int store_run(struct store *s, const char *sql,
              const struct store_value *params, size_t n_params,
              int64_t *ret_changed, struct err *e);
/* One number; 0 when there is no row or it is NULL. */
int store_number(struct store *s, const char *sql,
                 const struct store_value *params, size_t n_params,
                 int64_t *ret, struct err *e);
/* One column of text. */
int store_texts(struct store *s, struct arena *a, const char *sql,
                const struct store_value *params, size_t n_params,
                const char *const **ret, size_t *ret_n, struct err *e);

/* Several statements as one, also when the caller began no transaction. */
int store_enter(struct store *s, bool *ret_own, struct err *e);
int store_leave(struct store *s, bool own, int r, struct err *e);

#endif
