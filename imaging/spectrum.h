/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * spectrum - the discrete Fourier transform, of powers of two
 */

#ifndef IMAGING_SPECTRUM_H
#define IMAGING_SPECTRUM_H

#include <stddef.h>

/* In place; n a power of two. No scaling. */
void spectrum_transform(float *re, float *im, size_t n);

/* Hann's window over n samples. */
void spectrum_window(float *ret, size_t n);

#endif
