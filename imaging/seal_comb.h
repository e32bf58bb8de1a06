/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_comb - the places of a seal's number
 *
 * Engravers put the digits at one pitch and the middle of the number on the
 * seal's axis. A comb of that pitch finds every place, also of a digit that
 * was not printed, and leaves out what is no part of the number.
 */

#ifndef IMAGING_SEAL_COMB_H
#define IMAGING_SEAL_COMB_H

#include <stdbool.h>
#include <stddef.h>

enum { COMB_PER_HEIGHT = 16, COMB_MAX = 20 };

struct comb {
    double first; /* middle of the first place, in heights from the axis */
    double pitch; /* in heights */
    int n;        /* 0: there is no number */
};

/* Ink along the number, COMB_PER_HEIGHT samples a height of a digit; `axis`
 * is the sample on the seal's axis. */
struct comb seal_comb_fit(const float *ink, int n, int axis);

/*
 * How plainly a digit was printed, 0..100: grey values of its place, 0 ink and
 * 255 paper, rows of `stride`; px: the digit's height on the scan. Contrast,
 * share of the place that has ink, how much is neither ink nor paper, and
 * resolution; the worst one counts most.
 */
double seal_comb_clarity(const unsigned char *grey, int width, int height,
                         size_t stride, double px);

#endif
