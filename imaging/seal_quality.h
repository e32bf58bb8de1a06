/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_quality - how clean and how clear an impression is
 *
 * Clarity is the geometric mean of five marks, so that one that is very bad is
 * not made up for by the others: completeness of the rim, density of the ink,
 * evenness, purity of the background, sharpness of the edge.
 */

#ifndef IMAGING_SEAL_QUALITY_H
#define IMAGING_SEAL_QUALITY_H

#include "imaging/seal_measure.h"

struct seal_quality {
    double background; /* share of the box that is neither ink nor clean
                          paper */
    double density, evenness, purity, sharpness, rim; /* marks, 0..1 */
    double clarity;                                   /* 0..100 */
};

/* px_per_mm of the part; a guess will do. */
struct seal_quality seal_quality_measure(const struct ink_roi *roi,
                                         const struct seal_form *form,
                                         double px_per_mm);

#endif
