/* SPDX-License-Identifier: GPL-3.0-or-later */

/* rank - order statistics of a few numbers */

#ifndef BASE_RANK_H
#define BASE_RANK_H

#include <stddef.h>

/* Ascending; no NAN among them. */
void rank_sort(double *v, size_t n);

/* Sorts, then the middle, or the mean of the two middles. n > 0. */
double rank_median(double *v, size_t n);

#endif
