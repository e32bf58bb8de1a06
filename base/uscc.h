/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * uscc - the unified social credit code of GB 32100-2015
 *
 * Eighteen characters out of 31 (no I, O, S, V, Z): department and class, six
 * digits of region, an organisation code of nine (GB 11714) with a check
 * character of its own, and the check character of the whole. Codes are upper
 * case and half-width; uscc_fold makes them so. A check that fails is no proof
 * of a forgery: a few codes of an early pilot (organisation code M000...) were
 * issued with a wrong last character.
 */

#ifndef BASE_USCC_H
#define BASE_USCC_H

#include <stdbool.h>

enum { USCC_LENGTH = 18, USCC_SIZE = 19 };

/* The 31 characters in the order of their values. */
extern const char uscc_alphabet[];

/* Position by position the characters that may stand there. */
bool uscc_is_well_formed(const char *code);

/* The check characters that belong to the code's body; 0 when the body holds
 * a character that is not allowed. */
char uscc_check_char(const char *code);
char uscc_org_check_char(const char *code);

bool uscc_has_check(const char *code);     /* the last character is right */
bool uscc_has_org_check(const char *code); /* the seventeenth is right */

/* The region's two leading digits are a province, or 10 for the centre. */
bool uscc_has_region(const char *code);

/* Well formed, region known and both checks right: as good as certain. */
bool uscc_is_valid(const char *code);

/* A pilot code: organisation code M000... and right, last character wrong. */
bool uscc_is_pilot(const char *code);

/*
 * What stands for a code in a text that was read or typed: widths folded,
 * everything but Latin letters and digits dropped, letters that never occur
 * replaced by the look-alike that does (I 1, O 0, S 5, Z 2, V U), letters in
 * the places of digits likewise. False when there are not exactly eighteen.
 */
bool uscc_fold(const char *text, char ret[USCC_SIZE]);

/*
 * The one code that differs from a well-formed `code` in one look-alike at a
 * place whose confidence is below `limit`, and passes both checks. False when
 * there is none or more than one, and when the code is right as it is. About
 * one candidate in 340 passes by chance, so what comes out is a proposal.
 */
bool uscc_repair(const char *code, const double confidence[USCC_LENGTH],
                 double limit, char ret[USCC_SIZE]);

#endif
