/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * signature - whether somebody signed where a letter asks for it
 *
 * Whose name a signature is cannot be read; whether there is one can be seen:
 * ink beside or below the words that ask for it, which is neither print nor a
 * seal.
 */

#ifndef OCR_SIGNATURE_H
#define OCR_SIGNATURE_H

struct err;
struct sheet;

/* Adds the field "signature": an empty value, handwritten TRI_YES where there
 * is ink of a hand, TRI_NO where the place is empty. Adds nothing where the
 * words were not found, where print may be the answer, and on a page with a
 * name seal, which makes a signature needless. */
int signature_find(struct sheet *s, struct err *e);

#endif
