/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * totp - codes of a second device (RFC 6238: HMAC-SHA-1, 30 s, six digits)
 */

#ifndef INTAKE_TOTP_H
#define INTAKE_TOTP_H

#include <stddef.h>
#include <stdint.h>

enum { TOTP_SECRET = 20, TOTP_BASE32 = 33 };

/* The step (30 s since 1970) whose code this is: the present one or one beside
 * it, and later than `last_step`, so that each code works once; 0: none. */
int64_t totp_step(const uint8_t secret[TOTP_SECRET], const char *code,
                  int64_t now_ms, int64_t last_step);

/* The code of a step, six digits. */
void totp_code(const uint8_t secret[TOTP_SECRET], int64_t step, char ret[7]);

void totp_base32(const uint8_t secret[TOTP_SECRET], char ret[TOTP_BASE32]);
/* 0, or -1 when the text is no secret of that length. */
int totp_from_base32(const char *text, uint8_t ret[TOTP_SECRET]);

void sha1(const void *bytes, size_t n, uint8_t ret[20]); /* FIPS 180-4 */

#endif
