/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * code - reading the codes that carry check characters, and plain numbers
 *
 * A code is read in several ways until one read passes all checks; that is as
 * good as certain. A code that fails them in every way is reported as it was
 * read most consistently: a wrong code on the paper must come out wrong. Only
 * a place where the reads are unsure or differ may be repaired, and only when
 * one single look-alike makes everything right (base/uscc.h).
 */

#ifndef OCR_CODE_H
#define OCR_CODE_H

#include "ocr/reading.h"

struct err;

/* Unified social credit code. */
int code_read_credit(struct tess *t, struct arena *a, struct place p,
                     struct reading *ret, struct err *e);

/* Citizen identity number. */
int code_read_resident(struct tess *t, struct arena *a, struct place p,
                       struct reading *ret, struct err *e);

/* Mobile number of eleven digits. */
int code_read_mobile(struct tess *t, struct arena *a, struct place p,
                     struct reading *ret, struct err *e);

/* Latin letters, digits and hyphens: an order number. */
int code_read_number(struct tess *t, struct arena *a, struct place p,
                     struct reading *ret, struct err *e);

/* Number of a register: fifteen digits with a check digit before 2015, longer
 * without one on medical institutions' licences. */
int code_read_registration(struct tess *t, struct arena *a, struct place p,
                           struct reading *ret, struct err *e);

#endif
