/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/table.h"

#include <csv.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/utf8.h"

enum { MAX_FIELDS = 64, MAX_ROWS = 2000000, HEADER = 1, UNWANTED = -1 };

/* What libcsv's callbacks fill. */
struct reading {
    struct arena *arena;
    struct table *table;
    const char *const *columns;
    int column_of[MAX_FIELDS]; /* which column the i-th field is */
    size_t row, field, found, size;
    struct err *e;
    int failed;
};

size_t table_row_number(size_t row)
{
    return row + HEADER + 1;
}

const char *table_cell(const struct table *t, size_t row, size_t column)
{
    return t->cells[row * t->n_columns + column];
}

static void name_column(struct reading *r, const char *name)
{
    r->column_of[r->field] = UNWANTED;
    for (int k = 0; r->columns[k]; k++) {
        if (strcmp(r->columns[k], name) != 0)
            continue;
        for (size_t i = 0; i < r->field; i++)
            if (r->column_of[i] == k)
                r->failed =
                    err_set(r->e, ERR_FORMAT, "row 1: `%s` twice", name);
        r->column_of[r->field] = k;
        r->found++;
    }
}

static void end_field(void *text, size_t n, void *reading)
{
    struct reading *r = reading;
    struct table *t = r->table;
    (void)n; /* libcsv ends it with a NUL */
    if (r->failed || r->field == MAX_FIELDS)
        return;
    if (r->row < HEADER)
        name_column(r, text);
    else if (r->column_of[r->field] != UNWANTED)
        t->cells[t->n_rows * t->n_columns + (size_t)r->column_of[r->field]] =
            arena_strdup(r->arena, text);
    r->field++;
}

static void make_room(struct reading *r)
{
    struct table *t = r->table;
    if (t->n_rows < r->size)
        return;
    size_t size = r->size ? 2 * r->size : 64;
    t->cells = arena_grow(r->arena, t->cells, r->size * t->n_columns,
                          size * t->n_columns, sizeof *t->cells);
    r->size = size;
}

static void end_row(int ended_by, void *reading)
{
    struct reading *r = reading;
    struct table *t = r->table;
    (void)ended_by;
    for (size_t i = r->field; r->row < HEADER && i < MAX_FIELDS; i++)
        r->column_of[i] = UNWANTED;
    if (!r->failed && r->row < HEADER && r->found < t->n_columns)
        r->failed = err_set(r->e, ERR_FORMAT,
                            "row 1: %zu of %zu columns that are "
                            "needed: %s ...",
                            r->found, t->n_columns, r->columns[0]);
    for (size_t k = 0; !r->failed && r->row >= HEADER && k < t->n_columns; k++)
        if (!t->cells[t->n_rows * t->n_columns + k])
            r->failed = err_set(r->e, ERR_FORMAT, "row %zu: no `%s`",
                                table_row_number(t->n_rows), r->columns[k]);
    if (!r->failed && r->row >= HEADER && ++t->n_rows > MAX_ROWS)
        r->failed = err_set(r->e, ERR_FORMAT, "more than %d rows", MAX_ROWS);
    r->row++;
    r->field = 0;
    if (!r->failed)
        make_room(r);
}

static int parse(struct reading *r, const char *bytes, size_t n)
{
    struct csv_parser p;
    if (csv_init(&p, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        return err_set(r->e, ERR_SYS, "libcsv could not be started");
    bool broken = csv_parse(&p, bytes, n, end_field, end_row, r) != n ||
                  csv_fini(&p, end_field, end_row, r) != 0;
    int why = csv_error(&p);
    csv_free(&p);
    if (broken && !r->failed)
        r->failed = err_set(r->e, ERR_FORMAT, "row %zu: %s", r->row + 1,
                            csv_strerror(why));
    return r->failed;
}

int table_parse(struct arena *a, const char *bytes, size_t n,
                const char *const *columns, struct table *ret, struct err *e)
{
    static const char mark[] = "\xEF\xBB\xBF";
    struct reading r = {.arena = a, .table = ret, .columns = columns, .e = e};
    *ret = (struct table){NULL, 0, 0};
    while (columns[ret->n_columns])
        ret->n_columns++;
    if (!utf8_is_valid(bytes, n))
        return err_set(e, ERR_FORMAT, "not UTF-8 text");
    if (n >= sizeof mark - 1 && memcmp(bytes, mark, sizeof mark - 1) == 0) {
        bytes += sizeof mark - 1;
        n -= sizeof mark - 1;
    }
    make_room(&r);
    if (parse(&r, bytes, n))
        return r.failed;
    return r.row < HEADER ? err_set(e, ERR_FORMAT, "the table is empty") : 0;
}
