/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/blob/digest.h"

#include <assert.h>
#include <sodium.h>

static_assert(sizeof(crypto_hash_sha256_state) <= DIGEST_STATE, "room");
static_assert(sizeof(crypto_auth_hmacsha256_state) <= DIGEST_STATE, "room");

static crypto_hash_sha256_state *sha(struct digest *d)
{
    return (void *)d->state;
}

static crypto_auth_hmacsha256_state *hmac(struct digest *d)
{
    return (void *)d->state;
}

void digest_init(struct digest *d)
{
    crypto_hash_sha256_init(sha(d));
}

void digest_add(struct digest *d, const void *bytes, size_t n)
{
    crypto_hash_sha256_update(sha(d), bytes, n);
}

void digest_done(struct digest *d, char ret_hex[DIGEST_HEX])
{
    unsigned char hash[DIGEST_BYTES];
    crypto_hash_sha256_final(sha(d), hash);
    sodium_bin2hex(ret_hex, DIGEST_HEX, hash, sizeof hash);
}

void digest_hmac_init(struct digest *d, const uint8_t key[32])
{
    crypto_auth_hmacsha256_init(hmac(d), key, 32);
}

void digest_hmac_add(struct digest *d, const void *bytes, size_t n)
{
    crypto_auth_hmacsha256_update(hmac(d), bytes, n);
}

void digest_hmac_done(struct digest *d, char ret_hex[DIGEST_HEX])
{
    unsigned char mac[DIGEST_BYTES];
    crypto_auth_hmacsha256_final(hmac(d), mac);
    sodium_bin2hex(ret_hex, DIGEST_HEX, mac, sizeof mac);
    sodium_memzero(d, sizeof *d);
}
