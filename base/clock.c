/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/clock.h"

#include <time.h>

static int64_t read_us(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

int64_t clock_ms(void)
{
    return clock_us() / 1000;
}

double clock_exact_ms(void)
{
    return (double)clock_us() / 1000;
}

double clock_cpu_ms(void)
{
    return (double)read_us(CLOCK_PROCESS_CPUTIME_ID) / 1000;
}

int64_t clock_unix_ms(void)
{
    return read_us(CLOCK_REALTIME) / 1000;
}
