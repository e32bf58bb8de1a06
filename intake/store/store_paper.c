/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The papers that came by mail, and what was answered about them. */

#include "intake/store/store_paper.h"

#include "base/err.h"
#include "intake/store/store_row.h"

int store_paper_add(struct store *s, const struct store_paper *row,
                    struct err *e)
{
    return row_replace(s, row_paper(), row->application, row->slot,
                       row->created_ms, row, e);
}

int store_papers(struct store *s, struct arena *a, const char *application,
                 bool all, struct store_paper **ret, size_t *ret_n,
                 struct err *e)
{
    return row_many(s, a, row_paper(),
                    all ? "WHERE application = $1 ORDER BY created_ms, id"
                        : "WHERE application = $1 AND replaced_ms = 0 "
                          "ORDER BY created_ms, id",
                    PARAMS(text(application)), ret, ret_n, e);
}

int store_paper_check_put(struct store *s, const struct store_paper_check *row,
                          struct err *e)
{
    return store_run(
        s,
        "INSERT INTO paper_check (application, item, answer, note, \"user\", "
        "updated_ms) VALUES ($1, $2, $3, $4, $5, $6) "
        "ON CONFLICT (application, item) DO UPDATE SET "
        "answer = excluded.answer, note = excluded.note, "
        "\"user\" = excluded.\"user\", updated_ms = excluded.updated_ms",
        PARAMS(text(row->application), text(row->item), text(row->answer),
               text(row->note), text(row->user), integer(row->updated_ms)),
        NULL, e);
}

int store_paper_check_delete(struct store *s, const char *application,
                             const char *item, struct err *e)
{
    return store_run(
        s, "DELETE FROM paper_check WHERE application = $1 AND item = $2",
        PARAMS(text(application), text(item)), NULL, e);
}

int store_paper_checks(struct store *s, struct arena *a,
                       const char *application, struct store_paper_check **ret,
                       size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_paper_check(),
                    "WHERE application = $1 ORDER BY item",
                    PARAMS(text(application)), ret, ret_n, e);
}
