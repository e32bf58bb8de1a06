/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * http_reply - an answer as libmicrohttpd wants it; for http.c alone
 */

#ifndef INTAKE_HTTP_REPLY_H
#define INTAKE_HTTP_REPLY_H

#include <stdbool.h>

struct MHD_Connection;
struct exchange;

/*
 * Queues x->response: strict headers, conditional and partial answers. `last`
 * closes the connection after it. Takes over the response's descriptor. False
 * when the library refuses, which ends the connection.
 */
bool http_reply(struct MHD_Connection *connection, struct exchange *x,
                bool last);

#endif
