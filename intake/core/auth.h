/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * auth - who is it that asks
 *
 * Staff have a session: 256 random bits in a cookie that no script reads and
 * no other site sends. API clients have a token, applicants the access code of
 * their one application; both come as `Authorization: Bearer`. Only keyed
 * hashes of all of these are kept. Passwords are argon2id (3 passes over 64
 * MiB), verified on a thread (auth_password_verify takes 0.2 s).
 */

#ifndef INTAKE_AUTH_H
#define INTAKE_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "intake/core/request.h"
#include "intake/core/response.h"
#include "intake/core/service.h"

struct arena;
struct err;
struct message;
struct store_session;

enum {
    AUTH_PASSWORD_HASH = 128,
    AUTH_PASSWORD_LEAST = 12, /* characters of a password */
    AUTH_PASSWORD_MOST = 128,
};

#define AUTH_COOKIE "__Host-sid"

/* Hashes anew, with a fresh salt. ERR_SYS without the memory for it. */
int auth_password_hash(const char *password, char ret[AUTH_PASSWORD_HASH],
                       struct err *e);
/* `hash` NULL (no such user) takes as long and says no. */
bool auth_password_verify(const char *hash, const char *password);

/*
 * Fills q->who from the headers of `m`. True, or a problem in r: a cookie or
 * token that is not good is refused, not taken for nobody; and what changes
 * something has to come from our own pages when it has a cookie (Sec-Fetch-Site
 * or Origin: no other site can set these).
 */
bool auth_request(struct service *s, struct arena *a, const struct message *m,
                  struct request *q, struct response *r);

/* The session's token out of a Cookie header, or NULL. */
const char *auth_cookie(struct arena *a, const char *cookies);

/* A new session of the user: its cookie, in r. */
int auth_begin_session(struct service *s, const struct request *q,
                       const char *user, bool strong, struct response *r,
                       struct err *e);
void auth_clear_cookie(struct response *r);

/* At the first start: one user for each role, with passwords that are told
 * once on standard output (and are known and fixed with --demo). */
int auth_first_users(struct service *s, struct arena *a, struct err *e);

#endif
