/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * against - the seals of one set of papers beside those of another
 *
 * What came by mail has to bear the stamp that was uploaded. Every seal of the
 * applicant on a paper is compared with those of its role on the same kind of
 * paper of the other set; within one set imaging/seal_compare.h does it. That
 * both show one impression is what honest originals look like: the upload was
 * scanned from them.
 */

#ifndef INTAKE_AGAINST_H
#define INTAKE_AGAINST_H

struct examined;
struct jval;

/* A list of pairs as in the report's "seal_pairs"; "a" is a seal of `papers`,
 * "b" one of `others`. */
struct jval *against_json(const struct examined *papers,
                          const struct examined *others);

#endif
