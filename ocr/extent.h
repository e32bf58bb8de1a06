/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * extent - how far a value reaches on its line
 *
 * Behind a value its row may go on with the next label, with or without a gap
 * that tells it from the value.
 */

#ifndef OCR_EXTENT_H
#define OCR_EXTENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/facts.h"
#include "base/geom.h"

struct err;
struct label;
struct second_view;
struct sheet;
struct tess_text;

/* A number up to the wide gap where the next label of its row begins. */
Rect extent_number(struct sheet *s, Rect line);

/* Cuts a name where the next label begins. *ret_cut false: there is none, and
 * the second reader's look at the line is in *ret_view. */
int extent_name(struct sheet *s, const struct label *l, Rect *io,
                struct second_view *ret_view, bool *ret_cut, struct err *e);

/* Where a person's name that begins with symbol `from` ends on the page: before
 * the next mark or label ("Li Ting, male"), or at `right`. */
double extent_name_end(enum slot slot, const struct tess_text *t, size_t from,
                       double right);

#endif
