/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * layout - which boxes of text belong together on a page
 *
 * Forms are told apart by their words and not by places: a value stands right
 * of its label, in the next cell, or below. All distances are in heights of
 * the line, so that neither resolution nor reduction matters.
 */

#ifndef OCR_LAYOUT_H
#define OCR_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/geom.h"

struct arena;
struct text_line;

/* A line of text; letter-spaced single characters are one run of parts. */
struct run {
    Rect box;
    const Rect *parts; /* left to right */
    size_t n_parts;
};

/* From the boxes of a page, in the order of reading: rows from the top, each
 * from the left. */
struct run *layout_runs(struct arena *a, const struct text_line *lines,
                        size_t n, size_t *ret_n);

/* Vertical middles closer than half a height. */
bool layout_on_one_row(Rect a, Rect b);

/*
 * The nearest run to the right of the box on its row, -1 when there is none
 * within `reach` heights.
 */
int layout_right(const struct run *runs, size_t n, Rect label, double reach);

/* The run that goes on behind box on its row after a small gap, -1: none. Wide
 * punctuation breaks lines so. */
int layout_next(const struct run *runs, size_t n, Rect box);

/* The nearest run below that begins or is centred where the box is. */
int layout_below(const struct run *runs, size_t n, Rect label);

/*
 * The lines of a value whose label is to the left and whose first found line
 * is `first`: that line, and the one above or below when it begins at the same
 * x, follows closely and has nothing else to its left beside the label's
 * column. Writes up to two indices, top line first, and returns their count.
 */
int layout_value_lines(const struct run *runs, size_t n, Rect label, int first,
                       int ret[2]);

/* The second line of a value that begins behind its label in the run `label`
 * and whose first line is `line`; -1: there is none. */
int layout_continued(const struct run *runs, size_t n, Rect label, Rect line);

#endif
