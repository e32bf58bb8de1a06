/* SPDX-License-Identifier: GPL-3.0-or-later */

/* history - what has happened to an application, and what is new in it */

#ifndef REVIEW_HISTORY_H
#define REVIEW_HISTORY_H

#include "review/desk.h"

/* What was found in the submission before. */
struct history {
    bool is_again; /* there was one */
    struct store_finding *findings;
    size_t n;
};

int history_before(struct service *s, struct arena *a,
                   const struct store_application *row, struct history *ret,
                   struct err *e);
bool history_had(const struct history *h, const struct jval *finding);

/* What was found before and is no more: [{"rule", "zh"}]. */
struct jval *history_gone(struct arena *a, const struct history *h,
                          const struct jval *findings);

/* The last run of an earlier revision; id NULL when there is none. */
int history_run_before(struct service *s, struct arena *a,
                       const struct store_application *row,
                       struct store_run *ret, struct err *e);

/* What the applicant sent anew: [{"slot", "label", "what", "before", "after"}],
 * the last two being pictures. */
struct jval *history_changes(const struct desk_load *l,
                             const struct store_application *row,
                             const struct store_document *documents, size_t n);

/* [{"at", "who", "zh"}], oldest first. */
int history_json(struct service *s, struct arena *a, const char *application,
                 struct jval **ret, struct err *e);

#endif
