/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * letter - the fields of an authorisation letter
 *
 * A letter has no table: its values stand in running text, on rules where the
 * text has blanks. A blank's kind shows in what fills it (a code, a date, a
 * name); whose name it is, in the words around it. Where no rules are, whole
 * lines are read and searched for the same.
 */

#ifndef OCR_LETTER_H
#define OCR_LETTER_H

struct err;
struct letter;
struct sheet;

/* Adds org_name, credit_code, legal_rep, handler_name, handler_id, valid_from
 * and valid_to as far as they are there. */
int letter_read(struct sheet *s, struct letter **ret, struct err *e);

/* When all has been looked for: adds the fields whose blanks are empty, so far
 * as the words around them tell what they are for. */
int letter_settle(struct letter *k, struct err *e);

#endif
