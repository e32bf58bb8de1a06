/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Applications, what was submitted when, files and uploads; and erasing. */

#include "base/arena.h"
#include "base/err.h"
#include "intake/store/store_row.h"

int store_application_add(struct store *s, const struct store_application *row,
                          struct err *e)
{
    return row_insert(s, row_application(), row, e);
}

int store_application_get(struct store *s, struct arena *a, const char *id,
                          struct store_application *ret, struct err *e)
{
    return row_one(s, a, row_application(), "WHERE id = $1", PARAMS(text(id)),
                   ret, e);
}

int store_application_by_order(struct store *s, struct arena *a,
                               const char *order_no,
                               struct store_application *ret, struct err *e)
{
    return row_one(s, a, row_application(),
                   "WHERE order_no = $1 ORDER BY "
                   "(revision > 0 AND stage NOT IN (11, 12)) DESC, id DESC "
                   "LIMIT 1",
                   PARAMS(text(order_no)), ret, e);
}

int store_application_by_access(struct store *s, struct arena *a,
                                const char *access_hash,
                                struct store_application *ret, struct err *e)
{
    return row_one(s, a, row_application(), "WHERE access_hash = $1",
                   PARAMS(text(access_hash)), ret, e);
}

int store_applications_beside(struct store *s, struct arena *a,
                              const struct store_application *row,
                              struct store_application **ret, size_t *ret_n,
                              struct err *e)
{
    return row_many(s, a, row_application(),
                    "WHERE credit_code = $1 AND id <> $2 AND revision > 0 AND "
                    "stage NOT IN (10, 11, 12) ORDER BY id LIMIT 20",
                    PARAMS(text(row->credit_code), text(row->id)), ret, ret_n,
                    e);
}

int store_applications_of(struct store *s, const char *client, int64_t since_ms,
                          int64_t *ret_n, struct err *e)
{
    return store_number(s,
                        "SELECT count(*) FROM application "
                        "WHERE client = $1 AND created_ms >= $2",
                        PARAMS(text(client), integer(since_ms)), ret_n, e);
}

int store_application_save(struct store *s, struct store_application *row,
                           struct err *e)
{
    return row_save(s, row_application(), row->id, &row->version, row, e);
}

int store_applications_ended(struct store *s, struct arena *a,
                             enum store_stage stage, int64_t before_ms,
                             size_t limit, const char *const **ret_ids,
                             size_t *ret_n, struct err *e)
{
    return store_texts(
        s, a,
        "SELECT id FROM application WHERE stage = $1 AND "
        "updated_ms < $2 AND erased_ms = 0 "
        "ORDER BY updated_ms LIMIT $3",
        PARAMS(integer(stage), integer(before_ms), integer((int64_t)limit)),
        ret_ids, ret_n, e);
}

int store_applications_held_over(struct store *s, struct arena *a,
                                 int64_t now_ms, size_t limit,
                                 const char *const **ret_ids, size_t *ret_n,
                                 struct err *e)
{
    return store_texts(s, a,
                       "SELECT id FROM application WHERE stage = 5 AND "
                       "hold_until_ms <= $1 ORDER BY hold_until_ms LIMIT $2",
                       PARAMS(integer(now_ms), integer((int64_t)limit)),
                       ret_ids, ret_n, e);
}

/* --- revisions ------------------------------------------------------------*/

int store_revision_add(struct store *s, const struct store_revision *row,
                       struct err *e)
{
    return row_insert(s, row_revision(), row, e);
}

int store_revision_get(struct store *s, struct arena *a,
                       const char *application, int64_t number,
                       struct store_revision *ret, struct err *e)
{
    return row_one(s, a, row_revision(),
                   "WHERE application = $1 AND number = $2",
                   PARAMS(text(application), integer(number)), ret, e);
}

int store_revisions(struct store *s, struct arena *a, const char *application,
                    struct store_revision **ret, size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_revision(),
                    "WHERE application = $1 ORDER BY number",
                    PARAMS(text(application)), ret, ret_n, e);
}

/* --- documents ------------------------------------------------------------*/

int store_document_add(struct store *s, const struct store_document *row,
                       struct err *e)
{
    return row_replace(s, row_document(), row->application, row->slot,
                       row->created_ms, row, e);
}

int store_document_get(struct store *s, struct arena *a, const char *id,
                       struct store_document *ret, struct err *e)
{
    return row_one(s, a, row_document(), "WHERE id = $1", PARAMS(text(id)), ret,
                   e);
}

int store_document_save(struct store *s, const struct store_document *row,
                        struct err *e)
{
    return row_update(s, row_document(), 1, row, e);
}

int store_documents(struct store *s, struct arena *a, const char *application,
                    bool all, struct store_document **ret, size_t *ret_n,
                    struct err *e)
{
    return row_many(s, a, row_document(),
                    all ? "WHERE application = $1 ORDER BY created_ms, id"
                        : "WHERE application = $1 AND replaced_ms = 0 "
                          "ORDER BY created_ms, id",
                    PARAMS(text(application)), ret, ret_n, e);
}

int store_documents_by_sha256(struct store *s, struct arena *a,
                              const char *sha256, size_t limit,
                              struct store_document **ret, size_t *ret_n,
                              struct err *e)
{
    return row_many(s, a, row_document(),
                    "WHERE sha256 = $1 ORDER BY created_ms DESC, id DESC "
                    "LIMIT $2",
                    PARAMS(text(sha256), integer((int64_t)limit)), ret, ret_n,
                    e);
}

/* --- uploads --------------------------------------------------------------*/

int store_upload_add(struct store *s, const struct store_upload *row,
                     struct err *e)
{
    return row_insert(s, row_upload(), row, e);
}

int store_upload_get(struct store *s, struct arena *a, const char *id,
                     struct store_upload *ret, struct err *e)
{
    return row_one(s, a, row_upload(), "WHERE id = $1", PARAMS(text(id)), ret,
                   e);
}

int store_upload_append(struct store *s, const struct store_upload_part *part,
                        int64_t expires_ms, struct err *e)
{
    int64_t changed = 0;
    bool own;
    int r = store_enter(s, &own, e);
    if (r)
        return r;
    r = store_run(s,
                  "UPDATE upload SET received = received + $3, expires_ms = $4 "
                  "WHERE id = $1 AND received = $2 AND received + $3 <= size",
                  PARAMS(text(part->upload), integer(part->start),
                         integer(part->size), integer(expires_ms)),
                  &changed, e);
    if (r == 0 && changed == 0)
        r = err_set(e, ERR_CONFLICT, "upload %s does not go on at byte %lld",
                    part->upload, (long long)part->start);
    if (r == 0)
        r = row_insert(s, row_upload_part(), part, e);
    return store_leave(s, own, r, e);
}

int store_upload_parts(struct store *s, struct arena *a, const char *upload,
                       struct store_upload_part **ret, size_t *ret_n,
                       struct err *e)
{
    return row_many(s, a, row_upload_part(), "WHERE upload = $1 ORDER BY start",
                    PARAMS(text(upload)), ret, ret_n, e);
}

int store_upload_delete(struct store *s, const char *id, struct err *e)
{
    return store_run(s, "DELETE FROM upload WHERE id = $1", PARAMS(text(id)),
                     NULL, e);
}

int store_uploads(struct store *s, struct arena *a, const char *application,
                  struct store_upload **ret, size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_upload(), "WHERE application = $1 ORDER BY id",
                    PARAMS(text(application)), ret, ret_n, e);
}

int store_uploads_expired(struct store *s, struct arena *a, int64_t now_ms,
                          size_t limit, struct store_upload **ret,
                          size_t *ret_n, struct err *e)
{
    return row_many(s, a, row_upload(),
                    "WHERE expires_ms < $1 ORDER BY expires_ms LIMIT $2",
                    PARAMS(integer(now_ms), integer((int64_t)limit)), ret,
                    ret_n, e);
}

/* --- erasing --------------------------------------------------------------*/

static const char blobs_of[] =
    "SELECT blob FROM document WHERE application = $1 AND blob IS NOT NULL "
    "UNION SELECT blob FROM paper WHERE application = $1 AND blob IS NOT NULL "
    "UNION SELECT blob FROM upload_part WHERE upload IN "
    "(SELECT id FROM upload WHERE application = $1) "
    "UNION SELECT blob FROM measurement WHERE application = $1 "
    "UNION SELECT report_blob FROM run WHERE application = $1 "
    "AND report_blob IS NOT NULL "
    "UNION SELECT index_blob FROM run WHERE application = $1 "
    "AND index_blob IS NOT NULL "
    "UNION SELECT blob FROM artefact WHERE application = $1 "
    "UNION SELECT blob FROM seal_version WHERE application = $1 "
    "AND blob IS NOT NULL";

/* $1 the application, $2 the time. The blobs' names stay: they tell nothing,
 * and what they named cannot be read without the key. */
static const char *const erasures[] = {
    "UPDATE application SET data_key = NULL, form = NULL, org_name = NULL, "
    "credit_code = NULL, access_hash = NULL, hold_reason = NULL, "
    "erased_ms = $2, updated_ms = $2, version = version + 1 WHERE id = $1",
    "UPDATE revision SET form = NULL, note = NULL WHERE application = $1",
    "UPDATE document SET name = NULL, sha256 = NULL, quick_findings = NULL "
    "WHERE application = $1",
    "UPDATE paper SET name = NULL, sha256 = NULL WHERE application = $1",
    "UPDATE paper_check SET note = NULL WHERE application = $1",
    "DELETE FROM upload WHERE application = $1",
    "DELETE FROM lease WHERE application = $1",
    "UPDATE mark SET note = NULL WHERE application = $1",
    "UPDATE decision SET letter = NULL, items = NULL, note = NULL, "
    "second_note = NULL WHERE application = $1",
    "UPDATE job SET payload = NULL, failure = NULL WHERE application = $1",
};

int store_application_erase(struct store *s, struct arena *a, const char *id,
                            int64_t now_ms, const char *const **ret_blobs,
                            size_t *ret_n, struct err *e)
{
    struct store_application row;
    bool own;
    int r = store_enter(s, &own, e);
    if (r)
        return r;
    r = store_application_get(s, a, id, &row, e);
    if (r == 0)
        r = store_texts(s, a, blobs_of, PARAMS(text(id)), ret_blobs, ret_n, e);
    if (r == 0)
        r = store_jobs_cancel(s, id, now_ms, e);
    for (size_t i = 0; r == 0 && i < sizeof erasures / sizeof *erasures; i++)
        r = store_run(s, erasures[i], PARAMS(text(id), integer(now_ms)), NULL,
                      e);
    return store_leave(s, own, r, e);
}
