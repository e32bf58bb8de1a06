/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * date - dates in a line of text
 *
 * As Chinese papers write them: 2026年4月2日, 2026.04.02, 2026-4-2, 20260402,
 * 二〇二六年四月二日, 贰零贰陆年零肆月; 长期 and its synonyms for no end. The
 * signs between may have been read wrong or lost, the digits not.
 */

#ifndef OCR_DATE_H
#define OCR_DATE_H

#include <stddef.h>
#include <stdint.h>

enum { DATE_SIZE = 12 };

struct date {
    char text[DATE_SIZE]; /* YYYY-MM-DD of the Gregorian calendar, or 长期 */
    size_t from, to;      /* its characters: [from, to) */
};

/* The dates among n characters, in their order; at most `max`. */
size_t date_find(const uint32_t *c, size_t n, struct date *ret, size_t max);

#endif
