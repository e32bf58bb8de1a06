/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * focus - is the page as sharp at one end as at the other
 *
 * A flatbed's optics move along with the lamp: edges rise alike everywhere. A
 * lens is sharp where it was focused, and softer towards the far side of a
 * tilted sheet and towards the corners.
 */

#ifndef IMAGING_FOCUS_H
#define IMAGING_FOCUS_H

#include <stddef.h>

#include "base/geom.h"

/* How slowly edges rise at a place; x and y from -1 to 1 over the page. */
struct focus_sample {
    double x, y, rise;
};

struct focus {
    double range;  /* slowest rise over fastest, of what varies smoothly; 1:
                      even; NAN: too few samples to tell */
    Point softest; /* where it is slowest, as x and y above */
};

/* In any order. */
struct focus focus_fit(const struct focus_sample *s, size_t n);

#endif
