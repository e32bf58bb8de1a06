/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_name - whose name a square seal bears
 *
 * Its characters are few, stand in any of several orders and are often
 * engraved in a hand that no network was taught; the name that should be there
 * is known. So it is asked whether these characters are there, in whatever
 * order and with whichever of the words that end a name seal (印, 之印 ...).
 * Another name is only believed when the seal proves legible: the ending was
 * read, every character surely and
 * twice the same, and two characters of the name are not among them.
 */

#ifndef OCR_SEAL_NAME_H
#define OCR_SEAL_NAME_H

#include "ocr/seal_text.h"

struct image;

/* Fills text, text_confidence and text_verified from a square seal's cut-out.
 * person: in the form of utf8_name, NULL: not known. */
int seal_name_read(struct seal_readers r, struct arena *a,
                   const struct image *cut, const char *person, struct seal *io,
                   struct err *e);

#endif
