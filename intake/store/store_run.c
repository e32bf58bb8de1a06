/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was measured and judged: added once, whole, and never changed. */

#include "base/err.h"
#include "intake/store/store_row.h"

int store_run_add(struct store *s, const struct store_run *row,
                  const struct store_finding *findings, size_t n_findings,
                  const struct store_artefact *artefacts, size_t n_artefacts,
                  struct err *e)
{
    bool own;
    int r = store_enter(s, &own, e);
    if (r)
        return r;
    r = row_insert(s, row_run(), row, e);
    for (size_t i = 0; r == 0 && i < n_findings; i++)
        r = row_insert(s, row_finding(), &findings[i], e);
    for (size_t i = 0; r == 0 && i < n_artefacts; i++)
        r = row_insert(s, row_artefact(), &artefacts[i], e);
    return store_leave(s, own, r, e);
}

int store_measurement_add(struct store *s, const struct store_measurement *row,
                          struct err *e)
{
    return row_insert(s, row_measurement(), row, e);
}

int store_measurement_get(struct store *s, struct arena *a,
                          const char *application, const char *key,
                          struct store_measurement *ret, struct err *e)
{
    return row_one(s, a, row_measurement(),
                   "WHERE application = $1 AND key = $2",
                   PARAMS(text(application), text(key)), ret, e);
}

int store_run_get(struct store *s, struct arena *a, const char *id,
                  struct store_run *ret, struct err *e)
{
    return row_one(s, a, row_run(), "WHERE id = $1", PARAMS(text(id)), ret, e);
}

int store_runs(struct store *s, struct arena *a, const char *application,
               struct store_run **ret, size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_run(),
                    "WHERE application = $1 ORDER BY created_ms, id",
                    PARAMS(text(application)), ret, ret_n, e);
}

int store_runs_of(struct store *s, struct arena *a, const char *application,
                  const char *cause, struct store_run **ret, size_t *ret_n,
                  struct err *e)
{
    return row_many(s, a, row_run(),
                    "WHERE application = $1 AND cause = $2 "
                    "ORDER BY created_ms, id",
                    PARAMS(text(application), text(cause)), ret, ret_n, e);
}

int store_findings(struct store *s, struct arena *a, const char *run,
                   struct store_finding **ret, size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_finding(), "WHERE run = $1 ORDER BY id",
                    PARAMS(text(run)), ret, ret_n, e);
}

int store_artefact_get(struct store *s, struct arena *a, const char *run,
                       const char *name, struct store_artefact *ret,
                       struct err *e)
{
    return row_one(s, a, row_artefact(), "WHERE run = $1 AND name = $2",
                   PARAMS(text(run), text(name)), ret, e);
}

int store_artefacts(struct store *s, struct arena *a, const char *run,
                    struct store_artefact **ret, size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_artefact(), "WHERE run = $1 ORDER BY name",
                    PARAMS(text(run)), ret, ret_n, e);
}

int store_artefact_add(struct store *s, const struct store_artefact *row,
                       struct err *e)
{
    return row_insert(s, row_artefact(), row, e);
}
