/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_straight - the straight line of a round seal, as a picture to be read
 *
 * Seals for one purpose say so below the star: 合同专用章, 财务专用章.
 */

#ifndef IMAGING_SEAL_STRAIGHT_H
#define IMAGING_SEAL_STRAIGHT_H

#include "imaging/seal_measure.h"

struct arena;
struct image;

/* Grey, dark on light; NULL: no line. The seal's turn has to be known. */
const struct image *seal_straight_line(struct arena *a,
                                       const struct ink_roi *roi,
                                       const struct seal_form *form);

#endif
