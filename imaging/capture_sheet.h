/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * capture_sheet - do opposite sides of the sheet run parallel
 *
 * Paper is cut square. Where something darker lies around it in the picture, a
 * desk or a scanner's lid, its sides are seen, and a camera that is not
 * straight above lets opposite ones converge (Hartley and Zisserman, Multiple
 * View Geometry, 2.4); under a lid they stay parallel, however the sheet lies.
 */

#ifndef IMAGING_CAPTURE_SHEET_H
#define IMAGING_CAPTURE_SHEET_H

struct arena;
struct image;

/* The larger angle between two opposite sides, degrees; NAN: no two opposite
 * sides are seen. `small` is grey, `paper` its level of lit paper. */
double capture_sheet_converge_deg(struct arena *a, const struct image *small,
                                  double paper);

#endif
