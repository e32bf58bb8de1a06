/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * table - comma-separated values (RFC 4180), as spreadsheets write them; the
 * only door to libcsv
 *
 * The first row names the columns. They may stand in any order and beside
 * others; the caller says which it wants. Text is UTF-8, with or without a
 * byte order mark. Errors name the row as a spreadsheet counts it, blank rows
 * left out.
 */

#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stddef.h>

struct arena;
struct err;

struct table {
    const char **cells; /* row after row, in the order that was asked for */
    size_t n_rows, n_columns;
};

/*
 * `columns` ends with NULL. ERR_FORMAT: not UTF-8, broken quotes, a column
 * that is missing or named twice, a row that is too short or a table too long.
 */
int table_parse(struct arena *a, const char *bytes, size_t n,
                const char *const *columns, struct table *ret, struct err *e);

/* Never NULL; "" for an empty cell. */
const char *table_cell(const struct table *t, size_t row, size_t column);

/* The number of a row in the file, for messages. */
size_t table_row_number(size_t row);

#endif
