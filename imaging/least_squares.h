/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * least_squares - weighted linear least squares in a few terms
 *
 * The normal equations, summed up sample by sample and solved by elimination
 * without exchange of rows, which a symmetric positive matrix does not need
 * (Golub and Van Loan, 4.2). Starts as {.n = terms}.
 */

#ifndef IMAGING_LEAST_SQUARES_H
#define IMAGING_LEAST_SQUARES_H

#include <stdbool.h>

enum { LEAST_SQUARES_TERMS = 9 };

struct least_squares {
    int n;
    /* symmetric; the right side in column n */
    double m[LEAST_SQUARES_TERMS][LEAST_SQUARES_TERMS + 1];
};

void least_squares_add(struct least_squares *q, const double *terms,
                       double value, double weight);

/* Pulls term i towards 0 as a sample of that weight would. */
void least_squares_hold(struct least_squares *q, int i, double weight);

/* The n coefficients into ret; false: the samples do not fix one of them, whose
 * pivot is no more than `least`. Uses *q up. */
bool least_squares_solve(struct least_squares *q, double least, double *ret);

#endif
