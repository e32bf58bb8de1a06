/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * packet - a small JSON object and some descriptors in one message of a
 * SOCK_SEQPACKET socket: it arrives as a whole or not at all
 */

#ifndef INTAKE_PACKET_H
#define INTAKE_PACKET_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct jval;

enum { PACKET_MAX_FDS = 12, PACKET_MAX_BYTES = 64 << 10 };

/* Two connected ends, closed on exec. */
int packet_pair(int ret[2], struct err *e);

/* Frees `head`. ERR_SYS when nobody is at the other end, ERR_BUSY when a
 * socket that does not wait is full. */
int packet_send(int socket, struct jval *head, const int *fds, size_t n_fds,
                struct err *e);

/*
 * Returns 1, or 0 when there is nothing yet and `waits` is false; ERR_SYS when
 * the other end is closed, ERR_FORMAT for a message that is none. The
 * descriptors are the caller's, those it did not ask for are closed; *ret_n is
 * how many came.
 */
int packet_receive(int socket, bool waits, struct jval **ret_head, int *ret_fds,
                   size_t max_fds, size_t *ret_n, struct err *e);

#endif
