/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Random cases that can be had again: dice_start(7) begins with PROP_SEED=n of
 * the environment, or with 7, and prints which. */

#ifndef TESTS_DICE_H
#define TESTS_DICE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t dice_seed;

static inline void dice_start(uint64_t seed)
{
    const char *given = getenv("PROP_SEED");
    dice_seed = given ? strtoull(given, NULL, 10) : seed;
    printf("PROP_SEED=%llu\n", (unsigned long long)dice_seed);
}

/* splitmix64 (Steele, Lea, Flood 2014) */
static inline uint64_t dice_next(void)
{
    uint64_t z = dice_seed += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* 0 .. n - 1 */
static inline int dice_below(int n)
{
    return (int)(dice_next() % (uint64_t)n);
}

static inline double dice_real(double low, double high)
{
    return low + (high - low) * (double)(dice_next() >> 11) * 0x1p-53;
}

/* Looks random, and is the same for the same v: for noise by place (lowbias32,
 * Wellons 2018). */
static inline uint32_t dice_at(uint32_t v)
{
    v ^= v >> 16;
    v *= 0x7feb352du;
    v ^= v >> 15;
    v *= 0x846ca68bu;
    return v ^ (v >> 16);
}

#endif
