/* SPDX-License-Identifier: GPL-3.0-or-later */

/* handlers - those of review/routes.def, and what they lend each other */

#ifndef REVIEW_HANDLERS_H
#define REVIEW_HANDLERS_H

#include "intake/queue/scans.h"
#include "review/desk.h"

#define ROUTE ROUTE_HANDLER
#include "review/routes.def"
#undef ROUTE

/* An original that staff scanned into the folder: desk_paper.c. */
scans_taker desk_paper_from_folder;

/* "verdict", or null before anything was measured. */
void desk_set_verdict(struct jval *j, const struct store_application *row);

struct jval *desk_lease_json(struct service *s, struct arena *a,
                             const char *user, const struct store_lease *lease);

/* What may be reported of the order now, and by this person: desk_event.c. */
struct jval *desk_events(const struct request *q,
                         const struct store_application *row);

/* "id", "state", "public_state", "etag": after a move of the life cycle. */
int desk_answer_state(struct arena *a, const struct store_application *row,
                      struct response *r);

/* The rows of the comparison: desk_compare.c. */
struct jval *desk_compare(const struct desk_load *l, bool reveal);

/* The papers with their pages: desk_papers.c. */
struct jval *desk_papers(const struct desk_load *l,
                         const struct store_seen *seen, size_t n_seen,
                         const struct store_document *documents,
                         size_t n_documents);

/* The letter of what is marked as standing, changed as `edits` says (the
 * member "letter" of a decision, or NULL). */
struct return_letter;
int desk_make_letter(const struct desk_load *l, const struct desk_marks *marks,
                     const struct jval *edits, int64_t now_ms,
                     struct return_letter **ret, struct err *e);

/* As a decision keeps it; empty, and told in e, when the key is gone. */
struct store_bytes desk_seal_letter(struct service *s, struct arena *a,
                                    const struct store_application *row,
                                    const struct return_letter *l,
                                    struct err *e);

/* Why the seals may not be exported now; NULL: they may (desk_export.c). */
struct refusal;
const struct refusal *desk_export_refusal(const struct store_application *row);

/* "same", "different", or "cannot_tell" for anything but a truth value. */
const char *desk_same_stamp(const struct jval *same);

/* A version for this person: what it is, who stands for it, what may be done
 * with it. `found`: where the machine found the seal, NULL when that is not at
 * hand (desk_seals.c). */
struct recut;
struct jval *desk_seal_version(struct service *s, struct arena *a,
                               const struct request *q,
                               const struct store_application *row,
                               const struct store_seal_version *v,
                               const struct recut *found);

#endif
