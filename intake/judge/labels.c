/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/judge/labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/jval.h"
#include "base/table.h"
#include "intake/judge/decisions.h"
#include "intake/judge/stored.h"
#include "rules/engine.h"

enum { MAX_BYTES = 256 << 20 };

struct label {
    const char *application, *name, *value;
    enum slot slot;
};

struct labels {
    struct arena *a;
    struct label *all; /* by application, slot and name, once sorted */
    size_t n, size;
};

struct labels *labels_new(struct arena *a)
{
    struct labels *l = arena_new_struct(a, struct labels);
    l->a = a;
    return l;
}

size_t labels_count(const struct labels *l)
{
    return l->n;
}

static void add(struct labels *l, struct label label)
{
    if (l->n == l->size) {
        l->size = l->size ? 2 * l->size : 64;
        l->all = arena_grow(l->a, l->all, l->n, l->size, sizeof *l->all);
    }
    l->all[l->n++] = (struct label){
        arena_strdup(l->a, label.application), arena_strdup(l->a, label.name),
        arena_strdup(l->a, label.value), label.slot};
}

static int by_key(const void *p, const void *q)
{
    const struct label *a = p, *b = q;
    int application = strcmp(a->application, b->application);
    if (application)
        return application;
    return a->slot != b->slot ? (int)a->slot - (int)b->slot
                              : strcmp(a->name, b->name);
}

void labels_sort(struct labels *l)
{
    if (l->n > 1)
        qsort(l->all, l->n, sizeof *l->all, by_key);
}

const char *labels_lookup(const struct labels *l, const struct stored *report,
                          enum slot slot, const char *name)
{
    const char *names[STORED_NAMES];
    stored_names(report, names);
    for (size_t i = 0; i < STORED_NAMES && l->n > 0; i++) {
        struct label key = {names[i], name, "", slot};
        const struct label *found =
            *names[i] ? bsearch(&key, l->all, l->n, sizeof key, by_key) : NULL;
        if (found)
            return found->value;
    }
    return NULL;
}

static bool is_capture(const char *name)
{
    return strcmp(name, "capture") == 0;
}

int labels_parse(struct labels *l, const char *bytes, size_t n, struct err *e)
{
    static const char *const columns[] = {"application", "slot", "name",
                                          "value", NULL};
    struct table t;
    int r = table_parse(l->a, bytes, n, columns, &t, e);
    for (size_t i = 0; i < t.n_rows && r == 0; i++) {
        const char *slot = table_cell(&t, i, 1);
        struct label label = {table_cell(&t, i, 0), table_cell(&t, i, 2),
                              table_cell(&t, i, 3),
                              (enum slot)slot_from_name(slot)};
        if (label.slot == SLOT_UNKNOWN)
            r = err_set(e, ERR_FORMAT, "row %zu: there is no slot \"%.40s\"",
                        table_row_number(i), slot);
        else if (is_capture(label.name) && capture_from_name(label.value) < 0)
            r = err_set(e, ERR_FORMAT,
                        "row %zu: there is no class of capture \"%.40s\"",
                        table_row_number(i), label.value);
        else
            add(l, label);
    }
    return r;
}

int labels_load(struct labels *l, const char *path, struct err *e)
{
    char *bytes;
    size_t n;
    int r = file_read(l->a, path, MAX_BYTES, &bytes, &n, e);
    if (r)
        return r;
    r = labels_parse(l, bytes, n, e);
    return r ? err_context(e, r, "%s", path) : 0;
}

static void add_document(struct labels *l, const char *folder,
                         const struct jval *document)
{
    const struct jval *page = jval_at(jval_lookup(document, "pages"), 0);
    const struct jval *fields = jval_lookup(page, "fields");
    struct label label = {
        folder, "capture", jval_string(page, "capture", ""),
        (enum slot)slot_from_name(jval_string(document, "slot", "unknown"))};
    if (label.slot == SLOT_UNKNOWN)
        return;
    add(l, label);
    for (size_t i = 0; i < jval_count(fields); i++) {
        const struct jval *f = jval_at(fields, i);
        label.name = jval_string(f, "name", "");
        label.value = jval_string(f, "value", "");
        add(l, label);
    }
}

void labels_add_truth(struct labels *l, struct decisions *d, const char *folder,
                      const struct jval *truth)
{
    const struct jval *documents = jval_lookup(truth, "documents");
    const char *rule = jval_string(jval_lookup(truth, "recipe"), "rule", "");
    for (size_t i = 0; i < jval_count(documents); i++)
        add_document(l, folder, jval_at(documents, i));
    /* A fault may have others in its train, of which nothing is known. */
    if (*rule == '\0')
        decisions_add(d, folder, "*", DECISION_FINE);
    else if (engine_lookup(rule))
        decisions_add(d, folder, rule, DECISION_FAULT);
}
