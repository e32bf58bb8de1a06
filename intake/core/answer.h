/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * answer - a response as a message, and back
 */

#ifndef INTAKE_ANSWER_H
#define INTAKE_ANSWER_H

struct arena;
struct err;
struct message;
struct response;

/* Fills m, which borrows from r. */
void answer_put(struct arena *a, const struct response *r, struct message *m);

/* Reads m into r, which borrows from it and takes over its descriptor.
 * ERR_FORMAT when it is no answer. */
int answer_take(struct arena *a, struct message *m, struct response *r,
                struct err *e);

#endif
