/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * barcode - QR codes on a page; the only door to ZBar
 *
 * The payload is text somebody else wrote: it is handed on, never opened.
 */

#ifndef OCR_BARCODE_H
#define OCR_BARCODE_H

#include <stdbool.h>

#include "base/geom.h"

struct arena;
struct err;
struct image;

struct barcode {
    const char *payload; /* UTF-8 without control characters */
    Rect box;            /* in the picture that was searched */
};

/*
 * Loads the character sets that payloads may come in, until the arena is
 * freed: later, in a sandbox, no file can be opened. ERR_LIBRARY names the
 * one that is missing.
 */
int barcode_open(struct arena *a, struct err *e);

/*
 * Looks for a QR code (ISO/IEC 18004) on a grey picture: the whole as it is,
 * then its likely regions enlarged two and three times, because a module needs
 * about three pixels. *ret_found tells whether there is one; the largest
 * counts when there are several.
 */
int barcode_find(struct arena *a, const struct image *grey, bool *ret_found,
                 struct barcode *ret, struct err *e);

#endif
