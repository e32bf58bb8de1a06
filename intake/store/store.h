/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * store - everything the service remembers, but the files themselves
 *
 * Typed records (intake/store/store_rows.def) behind plain functions. One
 * thread of one process holds a store for writing; a lock file sees to it.
 * Results live in the arena they were asked into. What is asked for by its key
 * and is not there is ERR_MISSING; what somebody else changed, took or used up
 * meanwhile is ERR_CONFLICT; a disk that fails is ERR_STORE, after which
 * nothing that was not committed may be acknowledged.
 *
 * The functions below are the same for every database: they speak a small
 * portable SQL through `struct store_ops` (intake/store/store_ops.h), which a
 * database implements with some ten functions.
 *
 *     store_begin(s, STORE_FACT, e);
 *     for each request:
 *         store_savepoint(s, e);
 *         handler fails ? store_rollback_to(s, e) : store_release(s, e);
 *     store_commit(s, e);            a fact is on the disk: reply now
 *     store_maintain(s, idle, e);
 */

#ifndef INTAKE_STORE_H
#define INTAKE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intake/store/store_records.h"

struct arena;
struct err;
struct store;

/* --- opening --------------------------------------------------------------*/

enum store_mode {
    STORE_READ,  /* beside a running service: verify, backup */
    STORE_WRITE, /* ERR_BUSY when another process has it */
};

/* How hard the disk is waited for. The last is for the tests that prove that
 * waiting is what keeps acknowledged facts. */
enum store_sync { SYNC_BY_CLASS, SYNC_NEVER };

struct store_options {
    const char *folder; /* holds the database; is made when not there */
    enum store_mode mode;
    enum store_sync sync;
};

/* Opens, and in STORE_WRITE brings an older store up to date. */
int store_open(const struct store_options *options, struct store **ret,
               struct err *e);
void store_close(struct store *s); /* NULL is fine */

const char *store_backend(const struct store *s); /* "SQLite 3.40.1" */
int store_schema(const struct store *s);

/* --- transactions ---------------------------------------------------------*/

/* FACT is on the disk when commit returns. HINT (a lease, a heartbeat, a
 * progress) may be lost by a power cut, but never torn, and becomes a fact by
 * store_flush. Outside a transaction each change is a FACT of its own. */
enum store_class { STORE_FACT, STORE_HINT };

int store_begin(struct store *s, enum store_class c, struct err *e);
int store_commit(struct store *s, struct err *e);
void store_rollback(struct store *s);

/* Waits until all that was committed before the call is on the disk. The one
 * function for another thread: transactions go on meanwhile. */
int store_flush(struct store *s, struct err *e);

/* Counts the statements that write; equal numbers: nothing was written. */
uint64_t store_writes(const struct store *s);

/* Savepoints do not nest. */
int store_savepoint(struct store *s, struct err *e);
int store_release(struct store *s, struct err *e);
int store_rollback_to(struct store *s, struct err *e);

/* Housekeeping between transactions, outside any reply's way. */
int store_maintain(struct store *s, bool idle, struct err *e);

/* --- applications ---------------------------------------------------------*/

int store_application_add(struct store *s, const struct store_application *row,
                          struct err *e);
int store_application_get(struct store *s, struct arena *a, const char *id,
                          struct store_application *ret, struct err *e);
/* The one that is under way, else the newest: anybody may open another. */
int store_application_by_order(struct store *s, struct arena *a,
                               const char *order_no,
                               struct store_application *ret, struct err *e);
int store_application_by_access(struct store *s, struct arena *a,
                                const char *access_hash,
                                struct store_application *ret, struct err *e);

/* The others of the credit code that were submitted and have not ended. */
int store_applications_beside(struct store *s, struct arena *a,
                              const struct store_application *row,
                              struct store_application **ret, size_t *ret_n,
                              struct err *e);

/* How many a client has opened since then. */
int store_applications_of(struct store *s, const char *client, int64_t since_ms,
                          int64_t *ret_n, struct err *e);

/* Writes the row if its version is still the stored one, and counts it up in
 * both; else ERR_CONFLICT. */
int store_application_save(struct store *s, struct store_application *row,
                           struct err *e);

/* Destroys the data key and all that is personal in the records; the marks,
 * decisions and audit entries stay. ret: the blobs, to be removed after the
 * commit. */
int store_application_erase(struct store *s, struct arena *a, const char *id,
                            int64_t now_ms, const char *const **ret_blobs,
                            size_t *ret_n, struct err *e);

/* Ended in one of the given ways before then: candidates for erasure. */
int store_applications_ended(struct store *s, struct arena *a,
                             enum store_stage stage, int64_t before_ms,
                             size_t limit, const char *const **ret_ids,
                             size_t *ret_n, struct err *e);

/* Held, and their time is over: back to the queue. */
int store_applications_held_over(struct store *s, struct arena *a,
                                 int64_t now_ms, size_t limit,
                                 const char *const **ret_ids, size_t *ret_n,
                                 struct err *e);

int store_revision_add(struct store *s, const struct store_revision *row,
                       struct err *e);
int store_revision_get(struct store *s, struct arena *a,
                       const char *application, int64_t number,
                       struct store_revision *ret, struct err *e);
int store_revisions(struct store *s, struct arena *a, const char *application,
                    struct store_revision **ret, size_t *ret_n, struct err *e);

/* Adding takes the slot: the document that was current there is replaced. */
int store_document_add(struct store *s, const struct store_document *row,
                       struct err *e);
int store_document_get(struct store *s, struct arena *a, const char *id,
                       struct store_document *ret, struct err *e);
int store_document_save(struct store *s, const struct store_document *row,
                        struct err *e);
/* The current ones, or with `all` also those that were replaced; oldest first.
 */
int store_documents(struct store *s, struct arena *a, const char *application,
                    bool all, struct store_document **ret, size_t *ret_n,
                    struct err *e);
/* The same file anywhere, at most `limit`, newest first. */
int store_documents_by_sha256(struct store *s, struct arena *a,
                              const char *sha256, size_t limit,
                              struct store_document **ret, size_t *ret_n,
                              struct err *e);

int store_upload_add(struct store *s, const struct store_upload *row,
                     struct err *e);
int store_upload_get(struct store *s, struct arena *a, const char *id,
                     struct store_upload *ret, struct err *e);
/* Keeps the next part; ERR_CONFLICT when it does not start where the last one
 * ended. */
int store_upload_append(struct store *s, const struct store_upload_part *part,
                        int64_t expires_ms, struct err *e);
int store_upload_parts(struct store *s, struct arena *a, const char *upload,
                       struct store_upload_part **ret, size_t *ret_n,
                       struct err *e);
/* Completed or given up; whoever deletes it removes the parts' blobs after the
 * commit, or the next clean-up finds them as orphans. */
int store_upload_delete(struct store *s, const char *id, struct err *e);
int store_uploads(struct store *s, struct arena *a, const char *application,
                  struct store_upload **ret, size_t *ret_n, struct err *e);
int store_uploads_expired(struct store *s, struct arena *a, int64_t now_ms,
                          size_t limit, struct store_upload **ret,
                          size_t *ret_n, struct err *e);

/* --- jobs -----------------------------------------------------------------*/

/* Start-time fair queueing within a priority: `share` says whose turn a job
 * uses up, so that one client's thousand jobs do not delay another's one. */
int store_job_add(struct store *s, const struct store_job *row, struct err *e);
int store_job_get(struct store *s, struct arena *a, const char *id,
                  struct store_job *ret, struct err *e);
int store_jobs_of(struct store *s, struct arena *a, const char *application,
                  struct store_job **ret, size_t *ret_n, struct err *e);

/* The next job whose time has come, under a new lease; ERR_MISSING when there
 * is none. kind NULL: any; priority_max: only jobs at most that far back. */
int store_job_claim(struct store *s, struct arena *a, const char *kind,
                    int64_t priority_max, const char *owner, int64_t now_ms,
                    int64_t lease_ms, struct store_job *ret, struct err *e);

/* With a token that is no longer the job's, ERR_CONFLICT: drop the work. */
int store_job_beat(struct store *s, const char *id, const char *lease,
                   int64_t until_ms, int64_t progress, const char *stage_name,
                   struct err *e);
int store_job_done(struct store *s, const char *id, const char *lease,
                   int64_t now_ms, struct err *e);

struct store_job_policy {
    int64_t max_attempts, max_crashes;  /* then JOB_FAILED, for a person */
    int64_t backoff_ms, backoff_max_ms; /* doubles with every attempt */
};
/* An attempt failed; it goes back, later, or ends as JOB_FAILED. */
int store_job_fail(struct store *s, const char *id, const char *lease,
                   bool crashed, const char *failure, int64_t now_ms,
                   const struct store_job_policy *policy, bool *ret_final,
                   struct err *e);
/* Leases that ran out count as crashes. ret_final: ids of those that ended as
 * JOB_FAILED by it. */
int store_jobs_expire(struct store *s, struct arena *a, int64_t now_ms,
                      const struct store_job_policy *policy,
                      struct store_job **ret_final, size_t *ret_n,
                      struct err *e);
/* A person sends a failed job again. */
int store_job_retry(struct store *s, const char *id, int64_t now_ms,
                    struct err *e);
/* Jobs of the application that nobody started are of no use any more. */
int store_jobs_cancel(struct store *s, const char *application, int64_t now_ms,
                      struct err *e);

struct store_job_counts {
    int64_t queued, running, failed;
    int64_t oldest_ms; /* created_ms of the oldest queued; 0: none */
};
int store_job_counts(struct store *s, struct store_job_counts *ret,
                     struct err *e);

/* --- runs -----------------------------------------------------------------*/

int store_run_add(struct store *s, const struct store_run *row,
                  const struct store_finding *findings, size_t n_findings,
                  const struct store_artefact *artefacts, size_t n_artefacts,
                  struct err *e);
int store_measurement_add(struct store *s, const struct store_measurement *row,
                          struct err *e);
int store_measurement_get(struct store *s, struct arena *a,
                          const char *application, const char *key,
                          struct store_measurement *ret, struct err *e);
int store_run_get(struct store *s, struct arena *a, const char *id,
                  struct store_run *ret, struct err *e);
int store_runs(struct store *s, struct arena *a, const char *application,
               struct store_run **ret, size_t *ret_n, struct err *e);
/* Those of one cause, oldest first. */
int store_runs_of(struct store *s, struct arena *a, const char *application,
                  const char *cause, struct store_run **ret, size_t *ret_n,
                  struct err *e);
int store_findings(struct store *s, struct arena *a, const char *run,
                   struct store_finding **ret, size_t *ret_n, struct err *e);
int store_artefact_get(struct store *s, struct arena *a, const char *run,
                       const char *name, struct store_artefact *ret,
                       struct err *e);
int store_artefacts(struct store *s, struct arena *a, const char *run,
                    struct store_artefact **ret, size_t *ret_n, struct err *e);
/* Also after the run was kept: tiles are made when somebody asks for them. */
int store_artefact_add(struct store *s, const struct store_artefact *row,
                       struct err *e);

/* --- the desk -------------------------------------------------------------*/

enum store_view {
    VIEW_ALL,     /* all that wait for a person: review and second */
    VIEW_MINE,    /* under the user's lease */
    VIEW_FLAGGED, /* flagged or blocked */
    VIEW_CLEAN,
    VIEW_AGAIN,   /* returned before */
    VIEW_NEAR,    /* due before `near_ms` */
    VIEW_SECOND,  /* waits for a second person */
    VIEW_WAITING, /* for the applicant: returned; or held */
    VIEW_MEASURING,
    VIEW_FAILED,
    VIEW_PAPER, /* passed, paper, making */
    VIEW_ENDED,
    VIEW_COUNT
};

struct store_queue_query {
    enum store_view view;
    const char *user;   /* of VIEW_MINE */
    const char *search; /* order number or credit code from its start, or any
                           part of the name; then `view` is not looked at */
    const char *after;  /* `next` of the page before, or NULL */
    size_t limit;       /* 1..200 */
    int64_t now_ms, near_ms;
};
struct store_queue_row {
    struct store_application application; /* without form and data_key */
    struct store_lease lease;             /* user NULL: nobody's */
};
int store_queue(struct store *s, struct arena *a,
                const struct store_queue_query *query,
                struct store_queue_row **ret, size_t *ret_n,
                const char **ret_next, struct err *e);
int store_queue_counts(struct store *s, const char *user, int64_t now_ms,
                       int64_t near_ms, int64_t ret[VIEW_COUNT], struct err *e);
/* The first of a view that nobody holds, taken; ERR_MISSING: none. */
int store_queue_claim(struct store *s, struct arena *a, enum store_view view,
                      const char *user, int64_t now_ms, int64_t lease_ms,
                      struct store_lease *ret, struct err *e);

/* Free, mine or run out: taken. Another's: ERR_CONFLICT, unless a reason is
 * given for taking it over. `ret` is the lease that holds now, either way. */
int store_lease_take(struct store *s, struct arena *a, const char *application,
                     const char *user, const char *reason, int64_t now_ms,
                     int64_t lease_ms, struct store_lease *ret, struct err *e);
int store_lease_beat(struct store *s, const char *application,
                     const char *token, int64_t expires_ms, struct err *e);
int store_lease_release(struct store *s, const char *application,
                        const char *token, struct err *e);
int store_lease_get(struct store *s, struct arena *a, const char *application,
                    int64_t now_ms, struct store_lease *ret, struct err *e);

int store_mark_put(struct store *s, const struct store_mark *row,
                   struct err *e);
int store_mark_delete(struct store *s, const char *application,
                      int64_t revision, const char *finding, struct err *e);
/* revision 0: of all. */
int store_marks(struct store *s, struct arena *a, const char *application,
                int64_t revision, struct store_mark **ret, size_t *ret_n,
                struct err *e);
/* Adds to what was spent before. */
int store_seen_add(struct store *s, const struct store_seen *row,
                   struct err *e);
int store_seen(struct store *s, struct arena *a, const char *application,
               int64_t revision, struct store_seen **ret, size_t *ret_n,
               struct err *e);

/*
 * Decides, if the application is still at `row->revision` and in STAGE_REVIEW
 * (or the given stage) and no other decision is open: the row is kept with
 * where it came from, and the application moved. ERR_CONFLICT otherwise.
 */
int store_decide(struct store *s, struct store_decision *row,
                 enum store_stage from, enum store_stage to,
                 const char *to_state, struct err *e);
/* Within the window, and only by who decided; restores the application. */
int store_undo(struct store *s, const char *decision, const char *user,
               int64_t now_ms, struct err *e);
/* The second person's word, `note` with it; ERR_CONFLICT when it is the same
 * person. Agreed: pending again with a new window, and on to stage and state.
 * Not agreed: back to where it came from. */
int store_second(struct store *s, const char *decision, const char *user,
                 bool agreed, const char *note, enum store_stage to,
                 const char *to_state, int64_t now_ms, int64_t undo_until_ms,
                 struct err *e);
int store_decision_get(struct store *s, struct arena *a, const char *id,
                       struct store_decision *ret, struct err *e);
int store_decisions(struct store *s, struct arena *a, const char *application,
                    struct store_decision **ret, size_t *ret_n, struct err *e);
/* Pending ones whose window is over; store_settle makes them final. */
int store_decisions_due(struct store *s, struct arena *a, int64_t now_ms,
                        size_t limit, struct store_decision **ret,
                        size_t *ret_n, struct err *e);
int store_settle(struct store *s, const char *decision, int64_t now_ms,
                 struct err *e);

/* --- people and clients ---------------------------------------------------*/

int store_user_add(struct store *s, const struct store_user *row,
                   struct err *e); /* ERR_CONFLICT: the name is taken */
int store_user_get(struct store *s, struct arena *a, const char *id,
                   struct store_user *ret, struct err *e);
int store_user_by_name(struct store *s, struct arena *a, const char *name,
                       struct store_user *ret, struct err *e);
int store_user_save(struct store *s, struct store_user *row, struct err *e);
int store_users(struct store *s, struct arena *a, struct store_user **ret,
                size_t *ret_n, struct err *e);

/* Keeps the newest `keep` of the user; the others end. */
int store_session_add(struct store *s, const struct store_session *row,
                      size_t keep, struct err *e);
int store_session_get(struct store *s, struct arena *a, const char *hash,
                      struct store_session *ret, struct err *e);
int store_session_save(struct store *s, const struct store_session *row,
                       struct err *e);
int store_session_delete(struct store *s, const char *hash, struct err *e);
int store_sessions_delete_of(struct store *s, const char *user, struct err *e);
int store_sessions(struct store *s, struct arena *a, const char *user,
                   struct store_session **ret, size_t *ret_n, struct err *e);

int store_token_add(struct store *s, const struct store_token *row,
                    struct err *e);
int store_token_by_hash(struct store *s, struct arena *a, const char *hash,
                        struct store_token *ret, struct err *e);
int store_token_revoke(struct store *s, const char *id, int64_t now_ms,
                       struct err *e);
int store_token_used(struct store *s, const char *id, int64_t now_ms,
                     struct err *e);
int store_tokens(struct store *s, struct arena *a, struct store_token **ret,
                 size_t *ret_n, struct err *e);

int store_idempotency_get(struct store *s, struct arena *a,
                          const char *principal, const char *key,
                          struct store_idempotency *ret, struct err *e);
int store_idempotency_add(struct store *s, const struct store_idempotency *row,
                          struct err *e); /* ERR_CONFLICT: is there */

/* Sessions, answers for repeated requests and unused links whose time is over.
 */
int store_expire(struct store *s, int64_t now_ms, int64_t idempotency_ms,
                 struct err *e);

/* --- rule sets ------------------------------------------------------------*/

int store_ruleset_add(struct store *s, struct store_ruleset *row,
                      struct err *e); /* sets row->number */
int store_ruleset_get(struct store *s, struct arena *a, int64_t number,
                      struct store_ruleset *ret, struct err *e);
int store_ruleset_current(struct store *s, struct arena *a,
                          struct store_ruleset *ret, struct err *e);
int store_rulesets(struct store *s, struct arena *a, struct store_ruleset **ret,
                   size_t *ret_n, struct err *e);
/* Only by another person than its maker, else ERR_CONFLICT; retires the one
 * before. An older one can be published again: that is the roll back. */
int store_ruleset_publish(struct store *s, int64_t number, const char *user,
                          int64_t now_ms, struct err *e);

/* --- audit, events --------------------------------------------------------*/

/* For intake/store/audit.c alone; others call audit_append(). */
int store_audit_add(struct store *s, const struct store_audit *row,
                    struct err *e);
int store_audit(struct store *s, struct arena *a, int64_t after_seq,
                size_t limit, struct store_audit **ret, size_t *ret_n,
                struct err *e);
/* What is looked for in the log; a text that is NULL, a number that is 0: any.
 */
struct store_audit_query {
    const char *object; /* application, user ... */
    const char *actor, *action;
    int64_t from_ms, to_ms; /* to: not included */
    int64_t before_seq;     /* of the page before */
    size_t limit;
};
/* Newest first. */
int store_audit_page(struct store *s, struct arena *a,
                     const struct store_audit_query *query,
                     struct store_audit **ret, size_t *ret_n, struct err *e);

int store_event_add(struct store *s, const struct store_event *row,
                    int64_t *ret_seq, struct err *e);
int store_events(struct store *s, struct arena *a, int64_t after_seq,
                 size_t limit, struct store_event **ret, size_t *ret_n,
                 struct err *e);
int store_events_of(struct store *s, struct arena *a, const char *application,
                    struct store_event **ret, size_t *ret_n, struct err *e);
int store_events_undelivered(struct store *s, struct arena *a, size_t limit,
                             struct store_event **ret, size_t *ret_n,
                             struct err *e);
int store_event_delivered(struct store *s, int64_t seq, int64_t now_ms,
                          struct err *e);
int64_t store_event_last(struct store *s); /* 0: none, or not readable */

/* Small values that belong to the store as a whole. ret NULL text: not set. */
int store_meta_get(struct store *s, struct arena *a, const char *name,
                   const char **ret, struct err *e);
int store_meta_put(struct store *s, const char *name, const char *value,
                   struct err *e);

/* --- keeping it sound -----------------------------------------------------*/

/* Every blob that some record names, each once, sorted; stops at != 0. */
typedef int store_blob_fn(void *context, const char *blob,
                          const char *application, struct err *e);
int store_each_blob(struct store *s, store_blob_fn *each, void *context,
                    struct err *e);

/* Structure and references. Each defect is told; ERR_STORE when there are any.
 */
typedef void store_tell(void *context, const char *defect);
int store_check(struct store *s, store_tell *tell, void *context,
                struct err *e);

/* A complete copy of what is committed now, into a new folder, durable when it
 * returns; works while another process writes. */
int store_copy(struct store *s, const char *folder, struct err *e);

#endif
