/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * title - what is printed at the head of a paper, and what stands below it
 */

#ifndef OCR_TITLE_H
#define OCR_TITLE_H

struct err;
struct sheet;

/* Sets the sheet's title, what the document is recognised as, its certificate
 * and the field "license_copy"; leaves them when there is no title. */
int title_read(struct sheet *s, struct err *e);

#endif
