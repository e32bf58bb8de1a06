/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/least_squares.h"

#include <math.h>

void least_squares_add(struct least_squares *q, const double *terms,
                       double value, double weight)
{
    for (int r = 0; r < q->n; r++) {
        for (int c = 0; c < q->n; c++)
            q->m[r][c] += weight * terms[r] * terms[c];
        q->m[r][q->n] += weight * terms[r] * value;
    }
}

void least_squares_hold(struct least_squares *q, int i, double weight)
{
    q->m[i][i] += weight;
}

bool least_squares_solve(struct least_squares *q, double least, double *ret)
{
    for (int i = 0; i < q->n; i++) {
        if (!(fabs(q->m[i][i]) > least))
            return false;
        for (int r = 0; r < q->n; r++) {
            double f = r == i ? 0 : q->m[r][i] / q->m[i][i];
            for (int c = i; c <= q->n && r != i; c++)
                q->m[r][c] -= f * q->m[i][c];
        }
    }
    for (int i = 0; i < q->n; i++)
        ret[i] = q->m[i][q->n] / q->m[i][i];
    return true;
}
