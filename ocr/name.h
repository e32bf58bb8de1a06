/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * name - reading names of organisations and persons, and other Chinese text
 *
 * One look at a line of Chinese gets a character in seventy wrong. Looks at
 * other sizes err elsewhere, so that a vote over characters is surer than any
 * of them; how far the looks agree is how sure the name is.
 */

#ifndef OCR_NAME_H
#define OCR_NAME_H

#include <stdbool.h>
#include <stdint.h>

#include "ocr/reading.h"

struct err;
struct tess_text;

/* Name of an organisation, of one or two lines; form of utf8_name. */
int name_read_org(struct tess *t, struct arena *a, struct place p,
                  struct reading *ret, struct err *e);

/* Name of a person: two to fifteen Han characters, with middle dots. */
int name_read_person(struct tess *t, struct arena *a, struct place p,
                     struct reading *ret, struct err *e);

/* The first line of other text, as it is, without spaces. */
int name_read_text(struct tess *t, struct arena *a, struct place p,
                   struct tess_text *ret, struct err *e);

/* Leaves what names consist of, brackets as the full-width pair; `org`: of an
 * organisation, else of a person. */
void name_keep(struct tess_text *t, bool org);

/* Whether a name is a person's from another language: with a dot inside, and
 * without the last character of companies, hospitals, offices, schools ... */
bool name_is_foreign(const struct tess_text *t);

/* The full-width bracket that a bracket stands for, other characters as they
 * are: readers know none of those and take many others for them. */
uint32_t name_bracket(uint32_t c);

/* Whether a character may be part of "(sign or seal here)" or "(full name)",
 * which forms print where a name is to be filled in. */
bool name_in_remark(uint32_t c);

/* Whether all of them are: then it is no name. */
bool name_is_remark(const char *value);

/* Whether it holds words that no person's name has, or is nothing but the legal
 * form of an organisation: what was cut out is no name. */
bool name_is_words(const char *value, bool org);

/* A name without such remarks before and behind it; `value` may be changed. */
char *name_without_remarks(char *value);

#endif
