/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * grain - unrest of the paper between the strokes, in levels of 255
 *
 * Sensor noise, JPEG's ringing and blocks, toner dust: what makes paper look
 * dirty and thin strokes hard to read. Measured inside the lines of text, since
 * that is where it matters and where JPEG puts it.
 */

#ifndef IMAGING_GRAIN_H
#define IMAGING_GRAIN_H

#include <stddef.h>

#include "base/geom.h"

struct image;

/*
 * The deviation of independent noise that is as restless as this paper; 0 when
 * there are no boxes or no paper in them.
 */
double grain_measure(const struct image *grey, const Rect *boxes, size_t n);

#endif
