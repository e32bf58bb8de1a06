/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * quota - how much one application and one client may leave here
 *
 * Beside the rates of the front, which know addresses only. Both functions
 * answer 429 and return true when it would be too much.
 */

#ifndef INTAKE_QUOTA_H
#define INTAKE_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct request;
struct response;
struct service;
struct store_application;

/* All that was ever uploaded to it counts, since all is kept. */
bool quota_bytes_are_used_up(struct service *s, struct arena *a,
                             const struct store_application *row, uint64_t more,
                             struct response *r);

/* The applications that the asking client, if it is one, has opened in the
 * last 24 hours. */
bool quota_applications_are_used_up(struct service *s, const struct request *q,
                                    struct response *r);

#endif
