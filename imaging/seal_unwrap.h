/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_unwrap - what stands around a round or oval seal, laid out as lines
 *
 * The name runs clockwise with its feet to the centre, the number on the lower
 * arc counter-clockwise with its tops to the centre. A line's columns are equal
 * lengths of arc at half the height of the characters, its rows distances from
 * the rim. The name starts behind the widest gap, so that no turn of the seal
 * and no name of any length is cut apart.
 */

#ifndef IMAGING_SEAL_UNWRAP_H
#define IMAGING_SEAL_UNWRAP_H

#include <stdbool.h>

#include "imaging/seal_comb.h"
#include "imaging/seal_measure.h"

struct arena;
struct image;

struct seal_line {
    const struct image *picture; /* grey, dark on light; NULL: no line there */
    double text_y, text_h;       /* where the characters stand in it */
    double text_x, text_w;
    int n_places;             /* of the number's digits; 0 for the name */
    double pitch;             /* of the places from text_x on */
    double clarity[COMB_MAX]; /* of each place, 0..100 */

    /* the way back */
    Point center;    /* on the scan */
    double a, b;     /* half axes of the rim, scan pixels */
    double axis_rad; /* of a, on the scan */
    const float *at; /* angle on the ellipse for each column; NULL: straight */
    double depth;    /* of the first row's upper edge below the rim's edge */
    double per_row;  /* negative: rows go outwards */
    Affine scan_from_line; /* of a straight one, the whole way back */
    double scan_px;        /* height of the characters on the scan, pixels */
};

struct seal_lines {
    struct seal_line ring, number;
    const struct image *straight; /* seal_straight.h; NULL: none */
};

/* Of a round or elliptical form; px_per_mm of the part, a guess will do. */
struct seal_lines seal_unwrap(struct arena *a, const struct ink_roi *roi,
                              const struct seal_form *form, double px_per_mm);

/* Fills clarity from the picture and the places. */
void seal_line_judge(struct seal_line *l);

/* The box on the scan around a box of the line's picture. */
Rect seal_line_scan_rect(const struct seal_line *l, Rect r);

#endif
