/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * form - what the applicant filled in: application.json without its documents,
 * kept sealed, since ID numbers are in it
 */

#ifndef INTAKE_FORM_H
#define INTAKE_FORM_H

#include <stdbool.h>

#include "base/facts.h"
#include "intake/store/store.h"

struct arena;
struct err;
struct jval;
struct service;

/*
 * Whether the legal representative's phone was verified and whether there is a
 * main key already, other systems know: an API client or the staff's folder
 * vouch for it. What the applicant himself says of them is kept for people to
 * see and judged as not known.
 */
struct form {
    const struct jval *json;
    struct order order; /* what json says, whoever says it */
    bool is_vouched;
};

/* Seals the form into the record and copies what lists and searches need. */
int form_put(struct service *s, struct arena *a, struct store_application *row,
             const struct form *form, struct err *e);

/* Whether what is vouched for in the form `was` still is in `now`: the same of
 * the same organisation and person. */
bool form_keeps_word(const struct order *was, const struct order *now);

/* The form as JSON; free it. `sealed` is the record's, or a revision's. */
int form_get(struct service *s, struct arena *a,
             const struct store_application *row, struct store_bytes sealed,
             struct jval **ret, struct err *e);

/* The same as an order, without what nobody vouched for. */
int form_order(struct service *s, struct arena *a,
               const struct store_application *row, struct store_bytes sealed,
               struct order *ret, struct err *e);

/* What the applicant himself said of what nobody vouched for: NULL and unknown
 * for a form that is vouched for. */
struct form_stated {
    const char *verification;
    enum tri prior_main_key;
};
int form_stated(struct service *s, struct arena *a,
                const struct store_application *row, struct form_stated *ret,
                struct err *e);

/* Fills in the organisation's other open orders, which rule K06 asks about. */
int form_others(struct service *s, struct arena *a,
                const struct store_application *row, struct order *order,
                struct err *e);

#endif
