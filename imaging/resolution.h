/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * resolution - how finely a picture was really sampled
 *
 * Two witnesses: traces of interpolation, and where the spectrum ends.
 * Frequencies are cycles per pixel, 0..0.5.
 */

#ifndef IMAGING_RESOLUTION_H
#define IMAGING_RESOLUTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/geom.h"

struct arena;
struct image;

enum {
    RESOLUTION_WINDOW = 256,
    RESOLUTION_BINS = RESOLUTION_WINDOW / 2,
};

/* Chance stays below: native scans of `tune` and `report`, and drawn text on a
 * lattice, reach 1.7, enlarged ones begin at 2.8 (24 and 22 pages). */
static const double resolution_chance = 2.2;

/*
 * The trace of interpolation (Gallagher 2005; Mahdian and Saic 2008): samples
 * that were made of others have a smaller second difference than samples that
 * were kept, with the period of the enlargement. From rows and columns; the
 * frequency q is that of the original's samples, or of 1 - q: the two look the
 * same. Strength is how far the peak and its first harmonic stand out of what
 * is around them; chance alone stays below resolution_chance.
 */
struct resolution_trace {
    double frequency, strength;
};

struct resolution_trace resolution_resampled(struct arena *a,
                                             const struct image *grey);

/* Mean power of the boxes' rows or columns, one bin per 1 / 256 cycles. The
 * number of windows that were summed; 0: nothing to measure. */
int resolution_spectrum(struct arena *a, const struct image *grey,
                        const Rect *boxes, size_t n, bool vertical,
                        double ret_power[RESOLUTION_BINS]);

/* Where the spectrum of strokes has fallen by 30 dB; 0.5: nowhere. */
double resolution_cutoff(const double power[RESOLUTION_BINS]);

#endif
