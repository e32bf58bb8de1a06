/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * result - what processing gave, as rows of the store
 *
 * The end of the job comes first: whoever lost its lease writes nothing.
 */

#ifndef INTAKE_RESULT_H
#define INTAKE_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include "intake/store/store.h"

struct arena;
struct err;
struct errand;
struct service;

enum { MAX_REFUSALS = 2 }; /* per slot; then a person sees it whatever it is */

/* A document on its way through a process. */
struct result_paper {
    struct store_document document;
    const char *key;
    bool is_measured; /* by an earlier process, or by now */
    struct store_measurement measurement;
};

struct result {
    const struct store_job *job;
    const struct result_paper *papers;
    size_t n_papers;
    const struct errand *errand; /* errand_conclude has run */
};

/* What errand_keep put into the vault; fills in paper->measurement. */
int result_keep_measurement(struct service *s, struct arena *a,
                            const char *application, struct result_paper *paper,
                            const struct errand *kept, struct err *e);

/* The quick answer about one document. */
int result_keep_check(struct service *s, struct arena *a,
                      const struct result *r, struct err *e);

/* A run with its findings and artefacts; the application goes to a person. */
int result_keep_run(struct service *s, struct arena *a, const struct result *r,
                    struct err *e);

/* What an applicant is told when a check failed by no fault of the paper's:
 * nobody is sent back to the scanner. */
extern const char result_not_checked[];

#endif
