/* SPDX-License-Identifier: GPL-3.0-or-later */

/* bytes - numbers of four bytes, little endian */

#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>

static inline void bytes_put32(uint8_t at[4], size_t v)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(v >> 8 * i);
}

static inline size_t bytes_get32(const uint8_t at[4])
{
    return (size_t)at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16 |
           (size_t)at[3] << 24;
}

#endif
