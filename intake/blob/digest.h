/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * digest - SHA-256 and HMAC-SHA-256, piece by piece
 *
 * FIPS 180-4, RFC 2104; for what is too long for file_sha256(). Plain values:
 * nothing to free.
 */

#ifndef INTAKE_DIGEST_H
#define INTAKE_DIGEST_H

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

enum { DIGEST_BYTES = 32, DIGEST_HEX = 65, DIGEST_STATE = 208 };

struct digest {
    alignas(16) unsigned char state[DIGEST_STATE];
};

void digest_init(struct digest *d);
void digest_add(struct digest *d, const void *bytes, size_t n);
void digest_done(struct digest *d, char ret_hex[DIGEST_HEX]);

void digest_hmac_init(struct digest *d, const uint8_t key[32]);
void digest_hmac_add(struct digest *d, const void *bytes, size_t n);
void digest_hmac_done(struct digest *d, char ret_hex[DIGEST_HEX]);

#endif
