/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/store/store_row.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"

/* Within row_x() `row` is struct store_x, so that a column needs only its own
 * name. */
#define ROW(name)                                                              \
    const struct row_type *row_##name(void)                                    \
    {                                                                          \
        typedef struct store_##name row;                                       \
        static const char table[] = #name;                                     \
        static const struct row_column columns[] = {
#define TEXT(column)  {#column, KIND_TEXT, offsetof(row, column)},
#define INT(column)   {#column, KIND_INT, offsetof(row, column)},
#define REAL(column)  {#column, KIND_REAL, offsetof(row, column)},
#define BYTES(column) {#column, KIND_BYTES, offsetof(row, column)},
#define END(name)                                                              \
    }                                                                          \
    ;                                                                          \
    static const struct row_type type = {table, sizeof(row), columns,          \
                                         sizeof columns / sizeof *columns};    \
    return &type;                                                              \
    }
#include "intake/store/store_rows.def"

row_type_fn *const row_types[] = {
#define ROW(name) row_##name,
#include "intake/store/store_rows.def"
    NULL};

enum { MAX_COLUMNS = 40, SQL_BYTES = 4096 };

/* A statement being written; all of ours are short. */
struct sql {
    char s[SQL_BYTES];
    size_t n;
};

static void add(struct sql *q, const char *s)
{
    size_t n = strlen(s), room = sizeof q->s - 1 - q->n;
    if (n > room)
        n = room; /* the database refuses what was cut off */
    memcpy(q->s + q->n, s, n);
    q->n += n;
    q->s[q->n] = '\0';
}

static void add_number(struct sql *q, const char *before, size_t n)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%zu", n);
    add(q, before);
    add(q, digits);
}

/* Quoted: `user` is a word of PostgreSQL's own. */
static void add_name(struct sql *q, const char *name)
{
    add(q, "\"");
    add(q, name);
    add(q, "\"");
}

static void add_columns(struct sql *q, const struct row_type *t,
                        const char *prefix)
{
    for (size_t i = 0; i < t->n; i++) {
        add(q, i ? ", " : "");
        add(q, prefix);
        add_name(q, t->columns[i].name);
    }
}

const char *row_columns(struct arena *a, const struct row_type *t,
                        const char *prefix)
{
    struct sql q = {.n = 0};
    add_columns(&q, t, prefix);
    return arena_strdup(a, q.s);
}

/* --- values ---------------------------------------------------------------*/

static struct store_value value_of(const struct row_column *c, const void *row)
{
    const void *at = (const char *)row + c->offset;
    struct store_value v = {.kind = c->kind};
    switch (c->kind) {
    case KIND_INT:
        v.i = *(const int64_t *)at;
        break;
    case KIND_REAL:
        v.r = *(const double *)at;
        break;
    case KIND_TEXT:
        return text(*(const char *const *)at);
    case KIND_BYTES: {
        const struct store_bytes *b = at;
        v.kind = b->n ? KIND_BYTES : KIND_NULL;
        v.p = b->p;
        v.n = b->n;
        break;
    }
    case KIND_NULL:
        break;
    }
    return v;
}

static void set_value(struct arena *a, const struct row_column *c,
                      const struct store_value *v, void *row)
{
    void *at = (char *)row + c->offset;
    switch (c->kind) {
    case KIND_INT:
        *(int64_t *)at = v->kind == KIND_INT ? v->i : 0;
        break;
    case KIND_REAL:
        *(double *)at = v->kind == KIND_REAL ? v->r : (double)v->i;
        break;
    case KIND_TEXT:
        *(const char **)at =
            v->kind == KIND_TEXT ? arena_strndup(a, v->p, v->n) : NULL;
        break;
    case KIND_BYTES: {
        struct store_bytes *b = at;
        b->n = v->kind == KIND_BYTES ? v->n : 0;
        b->p = b->n ? arena_memdup(a, v->p, v->n) : NULL;
        break;
    }
    case KIND_NULL:
        break;
    }
}

void row_from_values(struct arena *a, const struct row_type *t,
                     const struct store_value *values, void *ret)
{
    for (size_t i = 0; i < t->n; i++)
        set_value(a, &t->columns[i], &values[i], ret);
}

/* --- writing --------------------------------------------------------------*/

int row_insert(struct store *s, const struct row_type *t, const void *row,
               struct err *e)
{
    struct sql q = {.n = 0};
    struct store_value values[MAX_COLUMNS];
    add(&q, "INSERT INTO ");
    add_name(&q, t->table);
    add(&q, " (");
    add_columns(&q, t, "");
    add(&q, ") VALUES (");
    for (size_t i = 0; i < t->n; i++) {
        add_number(&q, i ? ", $" : "$", i + 1);
        values[i] = value_of(&t->columns[i], row);
    }
    add(&q, ")");
    return store_run(s, q.s, values, t->n, NULL, e);
}

int row_update(struct store *s, const struct row_type *t, size_t n_key,
               const void *row, struct err *e)
{
    struct sql q = {.n = 0};
    struct store_value values[MAX_COLUMNS];
    int64_t changed = 0;
    add(&q, "UPDATE ");
    add_name(&q, t->table);
    for (size_t i = 0; i < t->n; i++) {
        /* The key goes last, where its parameters are numbered on. */
        const struct row_column *c = &t->columns[(i + n_key) % t->n];
        size_t rest = t->n - n_key;
        add(&q, i == 0      ? " SET "
                : i < rest  ? ", "
                : i == rest ? " WHERE "
                            : " AND ");
        add_name(&q, c->name);
        add_number(&q, " = $", i + 1);
        values[i] = value_of(c, row);
    }
    int r = store_run(s, q.s, values, t->n, &changed, e);
    return r         ? r
           : changed ? 0
                     : err_set(e, ERR_MISSING, "no such %s", t->table);
}

int row_replace(struct store *s, const struct row_type *t,
                const char *application, const char *slot, int64_t now_ms,
                const void *row, struct err *e)
{
    struct sql q = {.n = 0};
    bool own;
    int r = store_enter(s, &own, e);
    if (r)
        return r;
    add(&q, "UPDATE ");
    add_name(&q, t->table);
    add(&q, " SET replaced_ms = $3 "
            "WHERE application = $1 AND slot = $2 AND replaced_ms = 0");
    r = store_run(s, q.s,
                  PARAMS(text(application), text(slot), integer(now_ms)), NULL,
                  e);
    if (r == 0)
        r = row_insert(s, t, row, e);
    return store_leave(s, own, r, e);
}

/* --- reading --------------------------------------------------------------*/

struct rows {
    struct arena *arena;
    const struct row_type *type;
    char *rows;
    size_t n, room;
};

static int take_row(void *context, const struct store_value *values, size_t n,
                    struct err *e)
{
    struct rows *r = context;
    if (n != r->type->n)
        return err_set(e, ERR_STORE, "%s: %zu columns, %zu were asked for",
                       r->type->table, n, r->type->n);
    if (r->n == r->room) {
        size_t room = r->room ? r->room * 2 : 4;
        r->rows = arena_grow(r->arena, r->rows, r->n, room, r->type->size);
        r->room = room;
    }
    row_from_values(r->arena, r->type, values,
                    r->rows + r->n++ * r->type->size);
    return 0;
}

static int select_rows(struct store *s, struct rows *rows, const char *where,
                       const struct store_value *params, size_t n_params,
                       struct err *e)
{
    struct sql q = {.n = 0};
    add(&q, "SELECT ");
    add_columns(&q, rows->type, "");
    add(&q, " FROM ");
    add_name(&q, rows->type->table);
    add(&q, " ");
    add(&q, where);
    return s->ops->run(s, q.s, params, n_params, take_row, rows, NULL, e);
}

static int only_row(const struct rows *rows, int r, void *ret, struct err *e)
{
    if (r)
        return r;
    if (rows->n == 0)
        return err_set(e, ERR_MISSING, "no such %s", rows->type->table);
    memcpy(ret, rows->rows, rows->type->size);
    return 0;
}

int row_one(struct store *s, struct arena *a, const struct row_type *t,
            const char *where, const struct store_value *params,
            size_t n_params, void *ret, struct err *e)
{
    struct rows rows = {.arena = a, .type = t};
    int r = select_rows(s, &rows, where, params, n_params, e);
    return only_row(&rows, r, ret, e);
}

int row_many(struct store *s, struct arena *a, const struct row_type *t,
             const char *where, const struct store_value *params,
             size_t n_params, void *ret, size_t *ret_n, struct err *e)
{
    struct rows rows = {.arena = a, .type = t};
    int r = select_rows(s, &rows, where, params, n_params, e);
    memcpy(ret, &rows.rows, sizeof rows.rows);
    *ret_n = rows.n;
    return r;
}

int row_returned(struct store *s, struct arena *a, const struct row_type *t,
                 const char *sql, const struct store_value *params,
                 size_t n_params, void *ret, struct err *e)
{
    struct rows rows = {.arena = a, .type = t};
    struct sql q = {.n = 0};
    const char *hole = strstr(sql, "%s");
    if (!hole)
        return err_set(e, ERR_STORE, "no place for the columns: %.60s", sql);
    q.n = (size_t)(hole - sql);
    memcpy(q.s, sql, q.n);
    add_columns(&q, t, "");
    add(&q, hole + 2);
    int r = s->ops->run(s, q.s, params, n_params, take_row, &rows, NULL, e);
    return only_row(&rows, r, ret, e);
}

int store_run(struct store *s, const char *sql,
              const struct store_value *params, size_t n_params,
              int64_t *ret_changed, struct err *e)
{
    return s->ops->run(s, sql, params, n_params, NULL, NULL, ret_changed, e);
}

static int take_number(void *context, const struct store_value *values,
                       size_t n, struct err *e)
{
    (void)e;
    *(int64_t *)context = n && values[0].kind == KIND_INT ? values[0].i : 0;
    return 0;
}

int store_number(struct store *s, const char *sql,
                 const struct store_value *params, size_t n_params,
                 int64_t *ret, struct err *e)
{
    *ret = 0;
    return s->ops->run(s, sql, params, n_params, take_number, ret, NULL, e);
}

struct texts {
    struct arena *arena;
    const char **texts;
    size_t n, room;
};

static int take_text(void *context, const struct store_value *values, size_t n,
                     struct err *e)
{
    struct texts *t = context;
    (void)n, (void)e;
    if (t->n == t->room) {
        size_t room = t->room ? t->room * 2 : 16;
        t->texts = arena_grow(t->arena, t->texts, t->n, room, sizeof *t->texts);
        t->room = room;
    }
    t->texts[t->n++] = values[0].kind == KIND_TEXT
                           ? arena_strndup(t->arena, values[0].p, values[0].n)
                           : NULL;
    return 0;
}

int store_texts(struct store *s, struct arena *a, const char *sql,
                const struct store_value *params, size_t n_params,
                const char *const **ret, size_t *ret_n, struct err *e)
{
    struct texts t = {.arena = a};
    int r = s->ops->run(s, sql, params, n_params, take_text, &t, NULL, e);
    *ret = t.texts;
    *ret_n = t.n;
    return r;
}

int store_enter(struct store *s, bool *ret_own, struct err *e)
{
    *ret_own = !s->in_transaction;
    return *ret_own ? store_begin(s, STORE_FACT, e) : 0;
}

int store_leave(struct store *s, bool own, int r, struct err *e)
{
    if (!own)
        return r;
    if (r == 0)
        return store_commit(s, e);
    store_rollback(s);
    return r;
}

int row_save(struct store *s, const struct row_type *t, const char *id,
             int64_t *version, const void *row, struct err *e)
{
    struct sql q = {.n = 0};
    int64_t changed = 0;
    bool own;
    int r = store_enter(s, &own, e);
    if (r)
        return r;
    add(&q, "UPDATE ");
    add_name(&q, t->table);
    add(&q, " SET version = version + 1 WHERE id = $1 AND version = $2");
    r = store_run(s, q.s, PARAMS(text(id), integer(*version)), &changed, e);
    if (r == 0 && changed == 0)
        r = err_set(e, ERR_CONFLICT, "%s %s: version %lld is old", t->table, id,
                    (long long)*version);
    if (r == 0) {
        ++*version;
        r = row_update(s, t, 1, row, e);
        *version -= r != 0;
    }
    return store_leave(s, own, r, e);
}
