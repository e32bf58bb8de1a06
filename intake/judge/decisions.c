/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/judge/decisions.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/table.h"
#include "intake/judge/stored.h"
#include "rules/engine.h"

enum { MAX_BYTES = 256 << 20 };

static const char every_rule[] = "*";

struct row {
    const char *application, *rule;
    enum decision what;
};

struct decisions {
    struct arena *a;
    struct row *rows; /* by application, then rule, once sorted */
    size_t n, size;
};

struct decisions *decisions_new(struct arena *a)
{
    struct decisions *d = arena_new_struct(a, struct decisions);
    d->a = a;
    return d;
}

size_t decisions_count(const struct decisions *d)
{
    return d->n;
}

void decisions_add(struct decisions *d, const char *application,
                   const char *rule, enum decision what)
{
    if (d->n == d->size) {
        d->size = d->size ? 2 * d->size : 64;
        d->rows = arena_grow(d->a, d->rows, d->n, d->size, sizeof *d->rows);
    }
    d->rows[d->n++] = (struct row){arena_strdup(d->a, application),
                                   arena_strdup(d->a, rule), what};
}

static int by_key(const void *p, const void *q)
{
    const struct row *a = p, *b = q;
    int application = strcmp(a->application, b->application);
    return application ? application : strcmp(a->rule, b->rule);
}

int decisions_sort(struct decisions *d, struct err *e)
{
    if (d->n > 1)
        qsort(d->rows, d->n, sizeof *d->rows, by_key);
    for (size_t i = 1; i < d->n; i++)
        if (by_key(&d->rows[i - 1], &d->rows[i]) == 0 &&
            d->rows[i - 1].what != d->rows[i].what)
            return err_set(e, ERR_FORMAT, "%s, %s: both fault and fine",
                           d->rows[i].application, d->rows[i].rule);
    return 0;
}

static enum decision word(const char *s)
{
    if (strcmp(s, "fault") == 0)
        return DECISION_FAULT;
    return strcmp(s, "fine") == 0 ? DECISION_FINE : DECISION_NONE;
}

int decisions_parse(struct decisions *d, const char *bytes, size_t n,
                    struct err *e)
{
    static const char *const columns[] = {"application", "rule", "decision",
                                          NULL};
    struct table t;
    int r = table_parse(d->a, bytes, n, columns, &t, e);
    for (size_t i = 0; i < t.n_rows && r == 0; i++) {
        const char *rule = table_cell(&t, i, 1), *said = table_cell(&t, i, 2);
        enum decision what = word(said);
        if (strcmp(rule, every_rule) != 0 && !engine_lookup(rule))
            r = err_set(e, ERR_FORMAT, "row %zu: there is no rule \"%.40s\"",
                        table_row_number(i), rule);
        else if (what == DECISION_NONE)
            r = err_set(e, ERR_FORMAT,
                        "row %zu: decision \"%.40s\": allowed are fault, fine",
                        table_row_number(i), said);
        else
            decisions_add(d, table_cell(&t, i, 0), rule, what);
    }
    return r;
}

int decisions_load(struct decisions *d, const char *path, struct err *e)
{
    char *bytes;
    size_t n;
    int r = file_read(d->a, path, MAX_BYTES, &bytes, &n, e);
    if (r)
        return r;
    r = decisions_parse(d, bytes, n, e);
    if (r == 0)
        r = decisions_sort(d, e);
    return r ? err_context(e, r, "%s", path) : 0;
}

static enum decision find(const struct decisions *d, const char *application,
                          const char *rule)
{
    struct row key = {application, rule, DECISION_NONE};
    const struct row *row =
        d->n ? bsearch(&key, d->rows, d->n, sizeof *d->rows, by_key) : NULL;
    return row ? row->what : DECISION_NONE;
}

enum decision decisions_lookup(const struct decisions *d,
                               const struct stored *report, const char *rule)
{
    const char *rules[] = {rule, every_rule}, *names[STORED_NAMES];
    stored_names(report, names);
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < STORED_NAMES; i++) {
            enum decision what =
                *names[i] ? find(d, names[i], rules[k]) : DECISION_NONE;
            if (what != DECISION_NONE)
                return what;
        }
    return DECISION_NONE;
}
