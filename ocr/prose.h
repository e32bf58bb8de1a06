/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * prose - the fields of a letter that is running text
 *
 * Where a letter has neither blanks with rules nor labels before its values,
 * all of it is read as one text. A person stands behind words that entrust or
 * introduce him ("hereby authorise our ...", "I, ..."), up to a bracket or the
 * words for what he does; a number belongs to whom the words before it name;
 * an organisation stands between "am ... of" and the bracket with its code or
 * the office; two dates in a row are a term.
 */

#ifndef OCR_PROSE_H
#define OCR_PROSE_H

struct err;
struct sheet;

/* Adds org_name, credit_code, legal_rep, handler_name, handler_id, valid_from
 * and valid_to as far as they are there and the document does not have them;
 * reads nothing when it has all that a letter must tell. */
int prose_read(struct sheet *s, struct err *e);

#endif
