/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_outline - the rim of a seal along rays and along itself
 *
 * Lengths are pixels of the part that is looked at.
 */

#ifndef IMAGING_SEAL_OUTLINE_H
#define IMAGING_SEAL_OUTLINE_H

#include <stddef.h>

#include "imaging/seal_measure.h"

enum { OUTLINE_RAYS = 720 };

/* Outermost crossings within +-window (a ratio of the radius) of the ellipse;
 * at most OUTLINE_RAYS points. */
size_t seal_outline(const struct ink_roi *roi, const struct fit_ellipse *e,
                    double window, Point *ret);

/* Outermost crossings seen from a point, from the border of the part inwards.
 */
size_t seal_outline_from(const struct ink_roi *roi, Point from, Point *ret);

/* Fills completeness, visible, rim, rim_contrast, outside, fill and edge of a
 * form whose ellipse is set. */
void seal_outline_profile(const struct ink_roi *roi, struct seal_form *form);

/* The same for a form whose rectangle is set; the worst side's completeness.
 * What goes on beyond a corner counts in `alone`, the part without the seals
 * around. */
double seal_outline_frame(const struct ink_roi *roi,
                          const struct ink_roi *alone, struct seal_form *form);

#endif
