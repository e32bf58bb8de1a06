/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * stray - what stands on a page without a label of its own, or a readable one
 *
 * On a card the number is a line by itself, in a letter it is somewhere within
 * a sentence. It has to be found on every page, if only to be masked in what
 * people are shown.
 */

#ifndef OCR_STRAY_H
#define OCR_STRAY_H

struct err;
struct sheet;

/* Adds "handler_id" when the page holds an ID number and the document does not
 * have it yet. A number whose check character is wrong is added with little
 * confidence. */
int stray_read_resident(struct sheet *s, struct err *e);

/* Adds the names that were not found by their labels, when a run shows the one
 * that the order knows. A run that shows another name says nothing. */
int stray_find_names(struct sheet *s, struct err *e);

/* Adds "valid_from", "valid_to" and "issuer" of a card whose labels are too
 * pale to be read: a run that is two dates, or a date and "without end", and
 * the one above it. */
int stray_read_term(struct sheet *s, struct err *e);

/* Adds "date": a run near the end of the page that is nothing but one. */
int stray_read_date(struct sheet *s, struct err *e);

#endif
