/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * ask - questions from many threads over one socket
 *
 * A thread sends a message and sleeps until the answer with its number is
 * there; one other thread (ask_deliver) reads the socket. When the link breaks
 * everybody who waits is told so at once.
 */

#ifndef INTAKE_ASK_H
#define INTAKE_ASK_H

#include <stdint.h>

struct arena;
struct asker;
struct err;
struct message;

struct asker *ask_new(struct arena *a);

/* A new socket to the other side (-1: there is none); the old one is closed
 * and all who wait fail with ERR_BUSY. */
void ask_connect(struct asker *k, int socket);
int ask_socket(struct asker *k);

/*
 * Sends m, whose id is set, and waits. The answer lives in `a`. ERR_BUSY when
 * there is nobody to ask or too many ask already, ERR_TIMEOUT.
 */
int ask(struct asker *k, struct arena *a, struct message *m, int64_t timeout_ms,
        struct message *ret, struct err *e);

/* Takes what waits on the socket and hands it to who asked. ERR_SYS or
 * ERR_FORMAT: the link is of no use any more. */
int ask_deliver(struct asker *k, struct err *e);

#endif
