/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * capture_light - how evenly the paper is lit, and what lies around it
 */

#ifndef IMAGING_CAPTURE_LIGHT_H
#define IMAGING_CAPTURE_LIGHT_H

#include "base/geom.h"

struct image;

struct light_patch {
    double share; /* of the page; 0: none; NAN: cannot be told */
    Rect box;     /* around it, pixels of the scan */
};

struct light_field {
    double paper;     /* level of lit paper, of 255 */
    double range;     /* fall of light over the paper, share of its level; NAN:
                         too little paper, or clipped to white */
    double rim_share; /* of the rim of the picture that is not paper */
    double rim_texture; /* deviation of levels within what is not paper */
    double rim_chroma;  /* its red less its blue, levels, 0 in grey scans */
    double white_share; /* of the paper that is clipped to white */
    struct light_patch shadow, glare;
};

/*
 * Share of the outermost pixels of a colour picture that are darker than paper
 * and have a colour, along most of a side: a desk shows beside the sheet, if
 * only by a few pixels. A scanner's lid is grey, and a card that lies on the
 * glass is shorter than a side. NAN: a grey picture.
 */
double capture_light_border(const struct image *scan, double paper);

/* `small` is `scan` in grey and reduced by `step` (page.h). */
struct light_field capture_light_measure(const struct image *scan,
                                         const struct image *small, int step);

#endif
