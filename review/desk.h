/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * desk - what the handlers of the review desk share
 *
 * An application is read from the store in the loop, its report and pictures
 * from the vault on a thread (desk_load), and then again in the loop, where
 * whatever may have changed meanwhile is looked up anew.
 */

#ifndef REVIEW_DESK_H
#define REVIEW_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/facts.h"
#include "intake/core/route.h"
#include "intake/store/store.h"

struct arena;
struct jval;
struct return_letter_page;

enum {
    DESK_LEASE_MS = 10 * 60 * 1000,
    DESK_UNDO_MS = 60 * 1000,
    DESK_NEAR_MS = 4 * 3600 * 1000,
    DESK_LETTER_DAYS = 15,
};

/* Called when the core opens: settles decisions whose time is over. */
int desk_open(struct service *s, struct arena *a, struct err *e);

/* What its tick does: decisions whose time is over come into force, and what
 * was held long enough goes back into the queue. */
int desk_settle(struct service *s, struct err *e);

/* The application {id}; ERR_MISSING becomes 404. */
int desk_find(struct service *s, struct arena *a, const struct request *q,
              struct store_application *ret, struct err *e);

/* Whether If-Match names another state than the present one; answers 412. */
bool desk_is_stale(struct arena *a, const struct request *q,
                   const struct store_application *row, struct response *r);

/* Answers 409: who holds it, and why it was taken over. */
int desk_leased(struct service *s, struct arena *a,
                const struct store_lease *lease, struct response *r);

/* Whether somebody else holds the application; answers 409. */
int desk_check_lease(struct service *s, struct arena *a,
                     const struct request *q, const char *application,
                     struct response *r, bool *ret_held, struct err *e);

/* How a user is called; the id when there is no such user. */
const char *desk_name(struct service *s, struct arena *a, const char *user);

/* "主锁（含章）" */
const char *desk_kind(const struct store_application *row);
/* Whether the order is for a key that carries a seal. */
enum tri desk_with_seal(const struct store_application *row);
/* "资料审核通过", and what the desk says more exactly. */
const char *desk_public_state(const struct store_application *row);
const char *desk_state(const struct store_application *row);

/* Into the audit log and the application's history, and told to all who
 * listen. `type` is "decided", "seal.edited"...; detail is JSON or NULL. */
int desk_record(struct service *s, struct arena *a, const char *user,
                const struct store_application *row, const char *type,
                const char *detail, struct err *e);

/* That this user sees whole numbers; once in ten minutes, since a page of them
 * is many requests. */
int desk_record_reveal(struct service *s, struct arena *a, const char *user,
                       const struct store_application *row, struct err *e);

/* The beginning of a day in China, "2026-03-18"; otherwise `otherwise`. */
int64_t desk_day(const char *day, int64_t otherwise);

/* A time, or null. */
void desk_set_time(struct arena *a, struct jval *j, const char *name,
                   int64_t ms);

/* The member of the request's JSON, "" when it is not there. */
const char *desk_text(const struct request *q, const char *name);

/* --- what lies in the vault --------------------------------------------- */

struct desk_load {
    struct arena *arena;
    struct store_application row;
    struct store_run run; /* id NULL: nothing was measured yet */
    struct store_artefact *artefacts;
    size_t n_artefacts;
    unsigned wants;              /* DESK_... beside the report */
    struct jval *report;         /* NULL without a run */
    struct jval *index;          /* of the run's pictures, when it was wanted */
    struct store_run before_run; /* of the submission before; id NULL: none */
    struct jval *before;         /* its report, when it was wanted */
    struct return_letter_page *pages;
    size_t n_pages;
    struct err error;
};

/* What is loaded beside the report: the previews, for a letter; the index... */
enum {
    DESK_REPORT = 0,
    DESK_PAGES = 1 << 0,
    DESK_INDEX = 1 << 1,
    DESK_BEFORE = 1 << 2, /* the report of the submission before */
};

/*
 * Step 0 of a handler: reads the application's (or with `run` that) run and
 * asks for its report; called again, the load is in q->state.
 */
int desk_load(struct service *s, struct arena *a,
              const struct store_application *row, const char *run,
              unsigned wants, struct response *r, struct err *e);

/* Step 1: the load, or the error it came to. */
int desk_loaded(const struct request *q, struct desk_load **ret, struct err *e);

/* A page as the report has it, or NULL. */
const struct jval *desk_page(const struct desk_load *l, const char *slot,
                             long long page);

/* The artefact of that name, or NULL. */
const struct store_artefact *desk_artefact(const struct desk_load *l,
                                           const char *name);

/* "?run=ID" for addresses. By its name alone a picture would be looked for in
 * what the program measures now, with its present settings: after a change of
 * those that is not what this run has seen. */
const char *desk_run_query(const struct desk_load *l);

/* The address of a picture of the run; NULL when there is none, or when it is
 * private and `reveal` is not given. */
const char *desk_picture_url(const struct desk_load *l, const char *name,
                             bool reveal);

/* The i-th finding's id, "X01-1": k-th of its rule in the report's order. */
const char *desk_finding_id(struct arena *a, const struct jval *findings,
                            size_t i);

/* --- marks ---------------------------------------------------------------*/

struct desk_marks {
    struct store_mark *rows;
    size_t n;
};

/*
 * Of the present revision. With a load that wanted DESK_BEFORE also those of
 * the revision before on findings that are the very same now, word for word and
 * box for box, in papers that were not sent anew: `carried` tells from where.
 */
int desk_marks(struct service *s, const struct desk_load *l,
               const struct store_application *row, struct desk_marks *ret,
               struct err *e);

/* Puts those that were carried on record, for the revisions to come. */
int desk_keep_carried(struct service *s, const struct store_application *row,
                      const struct desk_marks *m, struct err *e);
const struct store_mark *desk_mark_find(const struct desk_marks *m,
                                        const char *finding);

/* --- what hinders a decision (desk_hinder.c) -----------------------------*/

/* Everything that a decision depends on, as it is now. */
struct desk_stand {
    struct desk_marks marks;
    struct store_seen *seen;
    size_t n_seen;
};
int desk_stand(struct service *s, const struct desk_load *l,
               const struct store_application *row, struct desk_stand *ret,
               struct err *e);

/* Why it may not be passed, or not be returned, in Chinese; "": it may. */
const char *desk_hinders_pass(const struct desk_load *l,
                              const struct desk_stand *stand);
const char *desk_hinders_return(const struct desk_load *l,
                                const struct desk_stand *stand);

/* Whether a block was dismissed: then a second person has to agree. */
bool desk_wants_second(const struct desk_load *l,
                       const struct desk_stand *stand);

#endif
