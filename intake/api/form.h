/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * form - what the applicant filled in: application.json without its documents,
 * kept sealed, since ID numbers are in it
 */

#ifndef INTAKE_FORM_H
#define INTAKE_FORM_H

#include "base/facts.h"
#include "intake/store/store.h"

struct arena;
struct err;
struct jval;
struct service;

/* Seals the form into the record and copies what lists and searches need. */
int form_put(struct service *s, struct arena *a, struct store_application *row,
             const struct jval *form, const struct order *order, struct err *e);

/* The form as JSON; free it. `sealed` is the record's, or a revision's. */
int form_get(struct service *s, struct arena *a,
             const struct store_application *row, struct store_bytes sealed,
             struct jval **ret, struct err *e);

/* The same as an order. */
int form_order(struct service *s, struct arena *a,
               const struct store_application *row, struct store_bytes sealed,
               struct order *ret, struct err *e);

/* Fills in the organisation's other open orders, which rule K06 asks about. */
int form_others(struct service *s, struct arena *a,
                const struct store_application *row, struct order *order,
                struct err *e);

#endif
