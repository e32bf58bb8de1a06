/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What people do: marks, looking, deciding.
 *
 * Of two who decide at once one wins: the update that moves the application
 * names the revision and the stage it must still have, and a unique index
 * allows one open decision. There is no check that could be stale.
 */

#include "base/arena.h"
#include "base/err.h"
#include "intake/store/store_row.h"

int store_mark_put(struct store *s, const struct store_mark *row, struct err *e)
{
    return store_run(
        s,
        "INSERT INTO mark (application, revision, finding, code, mark, reason, "
        "note, \"user\", updated_ms, carried) VALUES ($1, $2, $3, $4, $5, $6, "
        "$7, $8, $9, $10) ON CONFLICT (application, revision, finding) DO UPDATE SET "
        "code = excluded.code, mark = excluded.mark, reason = excluded.reason, "
        "note = excluded.note, \"user\" = excluded.\"user\", "
        "updated_ms = excluded.updated_ms, carried = excluded.carried",
        PARAMS(text(row->application), integer(row->revision),
               text(row->finding), text(row->code), text(row->mark),
               integer(row->reason), text(row->note), text(row->user),
               integer(row->updated_ms), integer(row->carried)),
        NULL, e);
}

int store_mark_delete(struct store *s, const char *application,
                      int64_t revision, const char *finding, struct err *e)
{
    return store_run(
        s,
        "DELETE FROM mark WHERE application = $1 "
        "AND revision = $2 AND finding = $3",
        PARAMS(text(application), integer(revision), text(finding)), NULL, e);
}

int store_marks(struct store *s, struct arena *a, const char *application,
                int64_t revision, struct store_mark **ret, size_t *ret_n,
                struct err *e)
{
    return row_many(s, a, row_mark(),
                    "WHERE application = $1 AND (revision = $2 OR $2 = 0) "
                    "ORDER BY revision, finding",
                    PARAMS(text(application), integer(revision)), ret, ret_n,
                    e);
}

int store_seen_add(struct store *s, const struct store_seen *row, struct err *e)
{
    return store_run(
        s,
        "INSERT INTO seen (application, revision, page, \"user\", spent_ms, "
        "updated_ms) VALUES ($1, $2, $3, $4, $5, $6) "
        "ON CONFLICT (application, revision, page, \"user\") DO UPDATE SET "
        "spent_ms = seen.spent_ms + excluded.spent_ms, "
        "updated_ms = excluded.updated_ms",
        PARAMS(text(row->application), integer(row->revision), text(row->page),
               text(row->user), integer(row->spent_ms),
               integer(row->updated_ms)),
        NULL, e);
}

int store_seen(struct store *s, struct arena *a, const char *application,
               int64_t revision, struct store_seen **ret, size_t *ret_n,
               struct err *e)
{
    return row_many(s, a, row_seen(),
                    "WHERE application = $1 AND (revision = $2 OR $2 = 0) "
                    "ORDER BY revision, page, \"user\"",
                    PARAMS(text(application), integer(revision)), ret, ret_n,
                    e);
}

/* --- decisions ------------------------------------------------------------*/

/* `rounds` counts the way into STAGE_RETURNED and back out of it. */
static int move(struct store *s, const struct store_decision *d,
                int64_t from_stage, int64_t to_stage, const char *to_state,
                int64_t now_ms, struct err *e)
{
    int64_t changed = 0;
    int64_t rounds =
        (to_stage == STAGE_RETURNED) - (from_stage == STAGE_RETURNED);
    int r = store_run(
        s,
        "UPDATE application SET state = $4, stage = $5, "
        "rounds = rounds + $6, decided_ms = $7, updated_ms = $8, "
        "version = version + 1 WHERE id = $1 AND revision = $2 AND stage = $3",
        PARAMS(text(d->application), integer(d->revision), integer(from_stage),
               text(to_state), integer(to_stage), integer(rounds),
               integer(to_stage == STAGE_REVIEW ? 0 : now_ms), integer(now_ms)),
        &changed, e);
    return r         ? r
           : changed ? 0
                     : err_set(e, ERR_CONFLICT,
                               "application %s was changed meanwhile",
                               d->application);
}

static int keep_decision(struct store *s, struct arena *a,
                         struct store_decision *row, enum store_stage from,
                         enum store_stage to, const char *to_state,
                         struct err *e)
{
    struct store_application now;
    int r = store_application_get(s, a, row->application, &now, e);
    if (r)
        return r;
    struct store_decision kept = *row;
    kept.from_state = now.state;
    kept.from_stage = (int64_t)from;
    kept.state = row->needs_second ? DECISION_SECOND : DECISION_PENDING;
    kept.second_user = NULL;
    kept.second_ms = kept.settled_ms = 0;
    r = move(s, &kept, (int64_t)from, (int64_t)to, to_state, row->created_ms,
             e);
    if (r == 0)
        r = row_insert(s, row_decision(), &kept, e);
    if (r == 0) {
        row->state = kept.state;
        row->from_stage = kept.from_stage;
    }
    return r;
}

int store_decide(struct store *s, struct store_decision *row,
                 enum store_stage from, enum store_stage to,
                 const char *to_state, struct err *e)
{
    struct arena *a = arena_new(1 << 22);
    bool own;
    int r = store_enter(s, &own, e);
    if (r == 0) {
        r = keep_decision(s, a, row, from, to, to_state, e);
        r = store_leave(s, own, r, e);
    }
    arena_free(a);
    return r;
}

/* The stage in which the application stands because of the decision. */
static int stage_of(struct store *s, const struct store_decision *d,
                    int64_t *ret, struct err *e)
{
    return store_number(s, "SELECT stage FROM application WHERE id = $1",
                        PARAMS(text(d->application)), ret, e);
}

static int back(struct store *s, const struct store_decision *d, int64_t now_ms,
                struct err *e)
{
    int64_t stage;
    int r = stage_of(s, d, &stage, e);
    return r ? r : move(s, d, stage, d->from_stage, d->from_state, now_ms, e);
}

static int closed(int r, struct err *e)
{
    return r == ERR_MISSING
               ? err_set(e, ERR_CONFLICT, "the decision is not open to this")
               : r;
}

int store_undo(struct store *s, const char *decision, const char *user,
               int64_t now_ms, struct err *e)
{
    struct arena *a = arena_new(1 << 22);
    struct store_decision d;
    bool own;
    int r = store_enter(s, &own, e);
    if (r == 0) {
        r = closed(
            row_returned(s, a, row_decision(),
                         "UPDATE decision SET state = 3, settled_ms = $3 "
                         "WHERE id = $1 AND state IN (0, 1) "
                         "AND (\"user\" = $2 OR second_user = $2) "
                         "AND undo_until_ms >= $3 RETURNING %s",
                         PARAMS(text(decision), text(user), integer(now_ms)),
                         &d, e),
            e);
        if (r == 0)
            r = back(s, &d, now_ms, e);
        r = store_leave(s, own, r, e);
    }
    arena_free(a);
    return r;
}

static int agree(struct store *s, const struct store_decision *d,
                 enum store_stage to, const char *to_state, int64_t now_ms,
                 struct err *e)
{
    int64_t stage;
    int r = stage_of(s, d, &stage, e);
    return r ? r : move(s, d, stage, (int64_t)to, to_state, now_ms, e);
}

int store_second(struct store *s, const char *decision, const char *user,
                 bool agreed, const char *note, enum store_stage to,
                 const char *to_state, int64_t now_ms, int64_t undo_until_ms,
                 struct err *e)
{
    struct arena *a = arena_new(1 << 22);
    struct store_decision d;
    bool own;
    int r = store_enter(s, &own, e);
    if (r == 0) {
        r = closed(
            row_returned(
                s, a, row_decision(),
                "UPDATE decision SET state = $3, second_user = $2, "
                "second_ms = $4, undo_until_ms = $5, settled_ms = $6, "
                "second_note = $7 "
                "WHERE id = $1 AND state = 1 AND \"user\" <> $2 RETURNING %s",
                PARAMS(text(decision), text(user),
                       integer(agreed ? DECISION_PENDING : DECISION_OVERRULED),
                       integer(now_ms), integer(undo_until_ms),
                       integer(agreed ? 0 : now_ms), text(note)),
                &d, e),
            e);
        if (r == 0)
            r = agreed ? agree(s, &d, to, to_state, now_ms, e)
                       : back(s, &d, now_ms, e);
        r = store_leave(s, own, r, e);
    }
    arena_free(a);
    return r;
}

int store_decision_get(struct store *s, struct arena *a, const char *id,
                       struct store_decision *ret, struct err *e)
{
    return row_one(s, a, row_decision(), "WHERE id = $1", PARAMS(text(id)), ret,
                   e);
}

int store_decisions(struct store *s, struct arena *a, const char *application,
                    struct store_decision **ret, size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_decision(),
                    "WHERE application = $1 ORDER BY created_ms, id",
                    PARAMS(text(application)), ret, ret_n, e);
}

int store_decisions_due(struct store *s, struct arena *a, int64_t now_ms,
                        size_t limit, struct store_decision **ret,
                        size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_decision(),
                    "WHERE state = 0 AND undo_until_ms < $1 "
                    "ORDER BY undo_until_ms LIMIT $2",
                    PARAMS(integer(now_ms), integer((int64_t)limit)), ret,
                    ret_n, e);
}

int store_settle(struct store *s, const char *decision, int64_t now_ms,
                 struct err *e)
{
    int64_t changed = 0;
    int r = store_run(s,
                      "UPDATE decision SET state = 2, settled_ms = $2 "
                      "WHERE id = $1 AND state = 0 AND undo_until_ms < $2",
                      PARAMS(text(decision), integer(now_ms)), &changed, e);
    return r ? r : closed(changed ? 0 : ERR_MISSING, e);
}
