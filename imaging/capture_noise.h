/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * capture_noise - what the sensor left on blank paper
 *
 * A scanner draws one line of cells along the page: cells that differ repeat
 * in every row. A camera pointed at a screen samples a grid with a grid and
 * sees their beat. Both are looked for on paper without ink.
 */

#ifndef IMAGING_CAPTURE_NOISE_H
#define IMAGING_CAPTURE_NOISE_H

struct arena;
struct image;

/*
 * log10 of how much stronger the pattern that repeats along one axis of the
 * page is than that along the other; 0: alike. NAN: too little paper, or none
 * of its noise survived compression. `paper` is its level, of 255.
 */
double capture_noise_columns(struct arena *a, const struct image *small,
                             double paper);

/*
 * log10 of the strongest peak of the spectrum of blank paper over its median,
 * the lower quartile of several places; white noise gives 1 to 1.3. NAN: no
 * places without ink. `small` is `grey` reduced by `step`.
 */
double capture_noise_moire(struct arena *a, const struct image *grey,
                           const struct image *small, int step, double paper);

#endif
