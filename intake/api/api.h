/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * api - what the handlers of applications, uploads and results share
 */

#ifndef INTAKE_API_H
#define INTAKE_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/facts.h"
#include "intake/core/route.h"
#include "intake/queue/pool.h"
#include "intake/store/store.h"

struct arena;
struct err;
struct jval;

/* Every handler of routes.def. */
#define ROUTE ROUTE_HANDLER
#include "intake/api/routes.def"
#undef ROUTE

/* The application {id}, if it is there and the asker's; ERR_MISSING for both,
 * so that nobody learns which ids there are. */
int api_find(struct service *s, struct arena *a, const struct request *q,
             const char *id, struct store_application *ret, struct err *e);

/* "r2-7": changes with everything that is changed. */
const char *api_etag(struct arena *a, const struct store_application *row);

/* "2026-03-18T14:12:41+08:00" */
const char *api_time(struct arena *a, int64_t ms);

/* The application as its owner sees it (docs: schema Application). */
int api_application_json(struct service *s, struct arena *a,
                         const struct store_application *row, struct jval **ret,
                         struct err *e);

/* The same of one slot; `d` NULL: empty. */
struct jval *api_document_json(struct arena *a,
                               const struct store_application *row,
                               enum slot slot, const struct store_document *d);

/* What is to be minded when the papers are sent: [{"id", "zh"}]. */
struct jval *api_reminders(void);

/* What the applicant is told of the papers; *ret NULL: it is not their time. */
int api_paper_json(struct service *s, struct arena *a,
                   const struct store_application *row, struct jval **ret,
                   struct err *e);

/* Answers with it: 200 or 201, and its ETag. */
int api_answer(struct service *s, struct arena *a, struct response *r,
               int status, const struct store_application *row, struct err *e);

/* Whether documents and form may be changed now. */
bool api_is_open(const struct store_application *row);

/* What still hinders a submission, in Chinese; "" when nothing does. */
const char *api_hindrance(struct arena *a, const struct store_application *row,
                          const struct order *order,
                          const struct store_document *documents, size_t n,
                          bool waits_for_checks);

bool api_wants(const struct order *order, enum slot slot);

/* Freezes the revision, moves the order on and asks for its run. */
int api_submit_row(struct service *s, struct arena *a, const struct request *q,
                   struct store_application *row, struct store_document *all,
                   size_t n, enum urgency urgency, struct err *e);

/* A person who sends something waits for what is said to it. */
enum urgency api_urgency(const struct request *q);

/* What has happened, for the history and whoever listens. `actor` is who did
 * it; api_actor gives it for a request, NULL for none. */
int api_record(struct service *s, struct arena *a, const char *actor,
               const struct store_application *row, const char *type,
               struct err *e);
const char *api_actor(const struct request *q);

/* --- documents (api_document.c) ----------------------------------------- */

/* A file that has come in by whatever way, kept in the vault already. */
struct api_file {
    enum slot slot;
    const char *name, *media, *blob, *sha256, *origin;
    uint64_t size;
    enum urgency urgency; /* of its check */
};

/*
 * Whether this file need not or must not become the slot's document: it is
 * answered 200 when it is there already, or with what there is against it.
 * Looks at slot, sha256 and size.
 */
bool api_is_settled(struct service *s, struct arena *a,
                    const struct store_application *row,
                    const struct api_file *file, struct response *r);

/* Makes it the slot's document and asks for its check. */
int api_add_document(struct service *s, struct arena *a,
                     const struct store_application *row,
                     const struct api_file *file, struct store_document *ret,
                     struct err *e);

/* The last part of a path, without what a display or a shell could choke on. */
const char *api_plain_name(struct arena *a, const char *name,
                           const char *otherwise);

/* The media type by the file's own first bytes, or NULL. */
const char *api_media(int fd);
const char *api_media_of(const void *bytes, size_t n);

/* Answers 415 and says what is taken. */
int api_refuse_kind(struct response *r);

/* A body from the spool into a sealed file in memory. */
int api_to_memory(int from, int *ret_fd, struct err *e);

/* Refused because the queue is long: answers 503. */
bool api_is_crowded(struct service *s, struct response *r);

/*
 * Whether this file must not be taken: it was returned before, in this slot.
 * Answers 422, at most MAX_REFUSALS times in a row.
 */
bool api_was_returned(struct service *s, struct arena *a,
                      const struct store_application *row, enum slot slot,
                      const char *sha256, struct response *r);

#endif
