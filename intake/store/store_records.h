/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * store_records - the records of intake/store/store_rows.def as structs, and
 * the words their numbers stand for
 */

#ifndef INTAKE_STORE_RECORDS_H
#define INTAKE_STORE_RECORDS_H

#include <stddef.h>
#include <stdint.h>

struct store_bytes {
    const void *p;
    size_t n;
};

/* struct store_application, struct store_document, ... */
#define ROW(name)     struct store_##name {
#define TEXT(column)  const char *column;
#define INT(column)   int64_t column;
#define REAL(column)  double column;
#define BYTES(column) struct store_bytes column;
#define END(name)                                                              \
    }                                                                          \
    ;
#include "intake/store/store_rows.def"

/* The lists of the desk. Which state of the life cycle is in which list is
 * decided by whoever changes the state. */
enum store_stage {
    STAGE_DRAFT,
    STAGE_MEASURING,
    STAGE_FAILED, /* could not be measured: operators see it */
    STAGE_REVIEW, /* waits for a person */
    STAGE_SECOND, /* waits for a second person */
    STAGE_HELD,
    STAGE_RETURNED,
    STAGE_PASSED,  /* waits for the paper */
    STAGE_PAPER,   /* paper is here and is looked at */
    STAGE_MAKING,  /* passed: token to be written and sent */
    STAGE_SENT,    /* the end */
    STAGE_REFUSED, /* the end */
    STAGE_WITHDRAWN,
    STAGE_COUNT
};
enum store_verdict {
    STORED_NONE,
    STORED_CLEAN,
    STORED_FLAGGED,
    STORED_BLOCKED
};
enum store_job_state { JOB_QUEUED, JOB_RUNNING, JOB_DONE, JOB_FAILED };
enum store_decision_state {
    DECISION_PENDING, /* can be undone */
    DECISION_SECOND,  /* waits for the second person */
    DECISION_SETTLED, /* in force, the letter may go */
    DECISION_UNDONE,
    DECISION_OVERRULED /* the second person said no */
};
enum store_ruleset_state { RULESET_DRAFT, RULESET_PUBLISHED, RULESET_RETIRED };

#endif
