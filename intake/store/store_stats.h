/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * store_stats - numbers over what the desk has written: volumes, times, and how
 * the machine's findings fared with people
 */

#ifndef INTAKE_STORE_STATS_H
#define INTAKE_STORE_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "intake/store/store_records.h"

struct arena;
struct err;
struct store;

/* from <= t < to, in milliseconds since 1970. */
struct store_period {
    int64_t from_ms, to_ms;
};

struct store_day {
    const char *day; /* "2026-03-18", UTC+8 */
    int64_t submitted, passed, returned, refused;
    int64_t decided, spent_ms; /* submitted to decided, summed */
};
struct store_rule_stat {
    const char *code;
    int64_t found, stands, dismissed;
    int64_t reasons[6];         /* dismissed for reason i; [0]: none given */
    int64_t right_in, wrong_in; /* applications in which it stands; in which all
                                   of it was dismissed */
};
/* What was told in a later round: of all the reasons that stand in it, those
 * that could have been told before, since the paper was there already and
 * nobody had told it. */
struct store_late {
    int64_t reasons, late;
};
enum { STORE_AGES = 4 }; /* up to 2, 8, 24 hours, and older */

/* What people wrote on a decision. */
enum store_items {
    ITEMS_MISSED,  /* names what they found and the machine did not */
    ITEMS_RETURNED /* of a return */
};

int store_days(struct store *s, struct arena *a, struct store_period during,
               struct store_day **ret, size_t *ret_n, struct err *e);
int store_rule_stats(struct store *s, struct arena *a,
                     struct store_period during, struct store_rule_stat **ret,
                     size_t *ret_n, struct err *e);
int store_late_reasons(struct store *s, struct store_period during,
                       struct store_late *ret, struct err *e);
/* How long pages were looked at, for each submission decided in that time. */
int store_work_times(struct store *s, struct arena *a,
                     struct store_period during, int64_t **ret_ms,
                     size_t *ret_n, struct err *e);
/* The `items` of the decisions of that kind settled in that time. */
int store_items(struct store *s, struct arena *a, enum store_items of,
                struct store_period during, const char *const **ret,
                size_t *ret_n, struct err *e);
/* How many wait for a person since when. */
int store_queue_ages(struct store *s, int64_t now_ms, int64_t ret[STORE_AGES],
                     struct err *e);
/* Current runs of applications decided in that time, for replaying rules. */
int store_runs_decided(struct store *s, struct arena *a,
                       struct store_period during, size_t limit,
                       struct store_run **ret, size_t *ret_n, struct err *e);

#endif
