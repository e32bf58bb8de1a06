/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_quality - how clean and how clear an impression is
 *
 * The parts are physical (base/seal_impression.def). Clarity asks whether all
 * of the seal can be seen, not whether it is evenly inked, which no hand does:
 * the geometric mean of marks for the rim, for the contrast of the strokes and
 * of the palest of them, for the background, for the sharpness of edges and for
 * how far the stamp slipped. One that is very bad is not made
 * up for by the others.
 */

#ifndef IMAGING_SEAL_QUALITY_H
#define IMAGING_SEAL_QUALITY_H

#include "imaging/seal_measure.h"

struct seal_quality {
    double background; /* share of the box that is neither ink nor clean
                          paper */
    double clarity;    /* 0..100 */
    struct seal_impression parts;
};

/* px_per_mm of the part; a guess will do. */
struct seal_quality seal_quality_measure(const struct ink_roi *roi,
                                         const struct seal_form *form,
                                         double px_per_mm);

#endif
