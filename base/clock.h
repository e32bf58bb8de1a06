/* SPDX-License-Identifier: GPL-3.0-or-later */

/* clock - what time it is, and how much has gone by; no measurement and no
 * judgement depends on it */

#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Since some moment of the past; never goes back. For what takes how long. */
int64_t clock_us(void);
int64_t clock_ms(void);

/* The same with its fraction, for what is shown to people. */
double clock_exact_ms(void);

/* What this process has had of the processor. For what costs how much, on a
 * machine that does other things as well. */
double clock_cpu_ms(void);

/* Since 1970, UTC. For what is kept. */
int64_t clock_unix_ms(void);

#endif
