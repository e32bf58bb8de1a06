/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * weak - characters that the second reader's network hardly knows
 *
 * It has 6,623 in its list, but of one in eight it makes another one, or
 * nothing, even where type is clear: some of them are surnames. What its
 * output says against such a character counts for less, or for nothing.
 */

#ifndef OCR_WEAK_H
#define OCR_WEAK_H

#include <stdint.h>

/* Margins (ocr/verify.h) that decide where a text and its best rival differ in
 * this character alone. */
struct weak {
    double confirms;    /* INFINITY: none does */
    double contradicts; /* -INFINITY: none does */
};

/* NULL: the network knows the character well. */
const struct weak *weak_find(uint32_t c);

#endif
