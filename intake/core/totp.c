/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * SHA-1 is broken for signatures, not inside HMAC, and it is the only hash that
 * every authenticator program computes. No library here has it.
 */

#include "intake/core/totp.h"

#include <stdio.h>
#include <string.h>

enum { BLOCK = 64, HASH = 20, STEP_MS = 30000, DIGITS = 6 };

static uint32_t rotate(uint32_t x, int n)
{
    return x << n | x >> (32 - n);
}

static void add_block(uint32_t h[5], const uint8_t block[BLOCK])
{
    static const uint32_t k[] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc,
                                 0xca62c1d6};
    uint32_t w[80];
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (int i = 16; i < 80; i++)
        w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (int i = 0; i < 80; i++) {
        uint32_t f = i < 20   ? (b & c) | (~b & d)
                     : i < 40 ? b ^ c ^ d
                     : i < 60 ? (b & c) | (b & d) | (c & d)
                              : b ^ c ^ d;
        uint32_t t = rotate(a, 5) + f + e + k[i / 20] + w[i];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = t;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
}

void sha1(const void *bytes, size_t n, uint8_t ret[20])
{
    uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
                     0xc3d2e1f0};
    const uint8_t *p = bytes;
    uint8_t tail[2 * BLOCK] = {0};
    size_t rest = n % BLOCK, whole = n - rest;
    for (size_t i = 0; i < whole; i += BLOCK)
        add_block(h, p + i);
    memcpy(tail, p + whole, rest);
    tail[rest] = 0x80;
    size_t blocks = rest < BLOCK - 8 ? 1 : 2;
    for (size_t i = 0; i < 8; i++)
        tail[blocks * BLOCK - 1 - i] = (uint8_t)((uint64_t)n * 8 >> (8 * i));
    for (size_t i = 0; i < blocks; i++)
        add_block(h, tail + i * BLOCK);
    for (size_t i = 0; i < HASH; i++)
        ret[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

static void hmac(const uint8_t key[TOTP_SECRET], const uint8_t message[8],
                 uint8_t ret[HASH])
{
    uint8_t inner[BLOCK + 8], outer[BLOCK + HASH];
    memset(inner, 0x36, BLOCK);
    memset(outer, 0x5c, BLOCK);
    for (size_t i = 0; i < TOTP_SECRET; i++) {
        inner[i] ^= key[i];
        outer[i] ^= key[i];
    }
    memcpy(inner + BLOCK, message, 8);
    sha1(inner, sizeof inner, outer + BLOCK);
    sha1(outer, sizeof outer, ret);
}

void totp_code(const uint8_t secret[TOTP_SECRET], int64_t step, char ret[7])
{
    uint8_t message[8], hash[HASH];
    for (int i = 0; i < 8; i++)
        message[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
    hmac(secret, message, hash);
    const uint8_t *p = hash + (hash[HASH - 1] & 15);
    uint32_t v = (uint32_t)(p[0] & 0x7f) << 24 | (uint32_t)p[1] << 16 |
                 (uint32_t)p[2] << 8 | p[3];
    snprintf(ret, 7, "%06u", v % 1000000);
}

int64_t totp_step(const uint8_t secret[TOTP_SECRET], const char *code,
                  int64_t now_ms, int64_t last_step)
{
    int64_t now = now_ms / STEP_MS, found = 0;
    if (strlen(code) != DIGITS)
        return 0;
    for (int64_t step = now - 1; step <= now + 1; step++) {
        char wanted[7];
        unsigned differs = 0;
        totp_code(secret, step, wanted);
        for (size_t i = 0; i < DIGITS; i++)
            differs |= (unsigned)(unsigned char)wanted[i] ^
                       (unsigned)(unsigned char)code[i];
        if (!differs && step > last_step)
            found = step;
    }
    return found;
}

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

void totp_base32(const uint8_t secret[TOTP_SECRET], char ret[TOTP_BASE32])
{
    for (size_t i = 0; i < TOTP_BASE32 - 1; i++) {
        size_t bit = 5 * i, at = bit / 8;
        unsigned two = (unsigned)secret[at] << 8 |
                       (at + 1 < TOTP_SECRET ? secret[at + 1] : 0U);
        ret[i] = base32[two >> (11 - bit % 8) & 31];
    }
    ret[TOTP_BASE32 - 1] = '\0';
}

int totp_from_base32(const char *text, uint8_t ret[TOTP_SECRET])
{
    if (strlen(text) != TOTP_BASE32 - 1)
        return -1;
    memset(ret, 0, TOTP_SECRET);
    for (size_t i = 0; i < TOTP_BASE32 - 1; i++) {
        const char *found = strchr(base32, text[i]);
        if (!found)
            return -1;
        for (size_t b = 0; b < 5; b++)
            if ((size_t)(found - base32) >> (4 - b) & 1)
                ret[(5 * i + b) / 8] |= (uint8_t)(0x80U >> ((5 * i + b) % 8));
    }
    return 0;
}
