/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * kind - what a page is, by its own title and words
 *
 * Whatever slot it came in. A title says it nearly by itself; a page whose
 * title was cut off, covered or not read is known by the words printed on it
 * (marks.def), and a seal sheet by having seals and hardly any words.
 */

#ifndef OCR_KIND_H
#define OCR_KIND_H

struct err;
struct page_facts;
struct sheet;

/*
 * When everything else was read. Sets shows, shows_sure, is_blank and the
 * sides of the card in `ret`, recognized_as of the document when it was not
 * known before, and adds "title" and "form_part". Reads a few runs more, but
 * only where the answer is not clear yet.
 */
int kind_settle(struct sheet *s, struct page_facts *ret, struct err *e);

#endif
