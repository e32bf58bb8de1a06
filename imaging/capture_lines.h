/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * capture_lines - do lines run straight and parallel over the whole page
 *
 * The direction of text lines and rules is measured in cells all over the
 * page. Under a flatbed's lid it is the same everywhere. A camera that is not
 * straight above the sheet sees lines converge from top to bottom; a sheet
 * that does not lie flat bends them, differently from left to right. Also used
 * on the upright rules, with the page turned.
 */

#ifndef IMAGING_CAPTURE_LINES_H
#define IMAGING_CAPTURE_LINES_H

#include <stddef.h>

struct Pix;
struct arena;

struct line_field {
    double converge_deg; /* direction at the bottom less that at the top */
    double bend_deg;     /* rms change of direction from left to right */
    size_t cells;        /* that had lines; both NAN when too few */
};

/* `layout` as in bitonal.h, level to within 3 degrees. `split`: the row between
 * two things that were laid down apart, each at its own angle, such as the two
 * sides of a card; NAN: one sheet. */
struct line_field capture_lines_measure(struct arena *a, struct Pix *layout,
                                        double split);

/* The upright rules of the layout, lying down: the page turned, strokes of
 * characters left out, which make no lines that way. */
struct Pix *capture_lines_upright(struct arena *a, struct Pix *layout);

#endif
