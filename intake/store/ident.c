/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/store/ident.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

enum { LETTERS = IDENT - 1, TIME_LETTERS = 10 };

void ident_new(int64_t now_ms, char ret[IDENT])
{
    unsigned char random[LETTERS - TIME_LETTERS];
    uint64_t ms = (uint64_t)now_ms;
    /* The kernel gives up to 256 bytes whole once it has any. */
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        abort();
    for (int i = TIME_LETTERS - 1; i >= 0; i--, ms >>= 5)
        ret[i] = letters[ms & 31];
    for (size_t i = 0; i < sizeof random; i++)
        ret[TIME_LETTERS + i] = letters[random[i] & 31];
    ret[LETTERS] = '\0';
}

bool ident_is_valid(const char *s)
{
    return strlen(s) == LETTERS && strspn(s, letters) == LETTERS &&
           s[0] <= '7'; /* 50 bits hold 48 */
}
