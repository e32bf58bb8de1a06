/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_cell - whether a seal keeps within the cell of the table it stands in
 */

#ifndef IMAGING_SEAL_CELL_H
#define IMAGING_SEAL_CELL_H

struct arena;
struct page;
struct seal;

/*
 * How far the seal reaches beyond a rule of the cell that holds its centre, mm;
 * 0: it keeps within all four. NAN where no cell is closed around its centre
 * or the page was not levelled or has no scale.
 */
double seal_cell_crossed_mm(struct arena *a, const struct page *page,
                            const struct seal *s);

#endif
