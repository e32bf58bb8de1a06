/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * paper - an application's originals with everything that their page and their
 * decision depend on
 */

#ifndef REVIEW_PAPER_H
#define REVIEW_PAPER_H

#include "review/desk.h"
#include "review/seal_set.h"
#include "rules/life_cycle.h"

struct paper {
    struct store_application row;
    struct desk_load *load; /* of the papers' newest run, if there is one */
    struct store_paper *scans;
    size_t n_scans;
    struct store_paper_check *answers;
    size_t n_answers;
    struct seal_set papers, uploads;
    enum tri with_seal; /* of the order */
};

/* Step 0 and step 1 of a handler. */
int paper_load(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e);
int paper_loaded(struct service *s, struct arena *a, const struct request *q,
                 struct paper *ret, struct err *e);

/* Whether papers are taken and ticked off now. */
bool paper_is_open(const struct store_application *row);

/* Why this event may not be now, in Chinese; "": it may. */
const char *paper_hinders(const struct paper *p, enum order_event event);

#endif
