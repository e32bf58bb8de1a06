/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * problem - what went wrong, as RFC 9457 says it
 *
 * problems.def names every one: status, stable code, title in Chinese and
 * English. The detail is a Chinese sentence with the facts of the case; it is
 * shown to an applicant or a clerk as it is.
 */

#ifndef INTAKE_PROBLEM_H
#define INTAKE_PROBLEM_H

#include "intake/core/response.h"

struct err;

enum problem {
#define PROBLEM(name, status, code, zh, en) PROBLEM_##name,
#include "intake/core/problems.def"
#undef PROBLEM
    PROBLEMS
};

const char *problem_code(enum problem p); /* "revision-changed" */

/* Answers with it; returns 0, so that a handler can `return problem_set()`. */
int problem_set(struct response *r, enum problem p, const char *detail_zh, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with members beyond those of the RFC ("current", "errors"); takes
 * over the members of `more`, which is freed. */
int problem_set_more(struct response *r, enum problem p, const char *detail_zh,
                     struct jval *more);

/* The answer to a handler's error: its Chinese text, not the English one. */
int problem_from_err(struct response *r, const struct err *e);

#endif
