/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * resident_id - the citizen identity number of GB 11643-1999
 *
 * Eighteen characters: six digits of region, the birth date YYYYMMDD, a serial
 * of three (odd: male) and a check character by ISO 7064 MOD 11-2, which alone
 * may be an X. Texts are upper case and half-width (utf8_fold).
 */

#ifndef BASE_RESIDENT_ID_H
#define BASE_RESIDENT_ID_H

#include <stdbool.h>

enum { RESIDENT_ID_LENGTH = 18, RESIDENT_ID_SIZE = 19 };

/* Seventeen digits and a digit or X; says nothing about their values. */
bool resident_id_is_well_formed(const char *id);

/* The check character that belongs to the first seventeen digits; 0 when one
 * of them is no digit. */
char resident_id_check_char(const char *id);

/* Well formed, with the right check character. */
bool resident_id_has_check(const char *id);

/* Whether the two leading digits are a province of GB/T 2260. */
bool resident_id_has_province(const char *id);

/* The birth date when it is a day of the Gregorian calendar from 1900 on. */
bool resident_id_birth(const char *id, int *ret_year, int *ret_month,
                       int *ret_day);
bool resident_id_is_male(const char *id);

/* Form, check character, province and birth date are all right. */
bool resident_id_is_valid(const char *id);

#endif
