/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * day - days of the Gregorian calendar, as the facts write them
 *
 * YYYY-MM-DD, or 长期 for a term without an end. Counted in days, so that a
 * difference is a subtraction.
 */

#ifndef RULES_DAY_H
#define RULES_DAY_H

#include <stdbool.h>

/* Days since 1970-01-01; false when the text is no day of the calendar. */
bool day_parse(const char *iso, long *ret_days);

/* Whether the text says that there is no end: 长期, 永久, 无固定期限, ... */
bool day_is_never(const char *text);

#endif
