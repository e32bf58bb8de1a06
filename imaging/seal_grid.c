/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/seal_grid.h"

#include <math.h>
#include <stddef.h>

enum { MOST_PLACES = 4 };

int seal_grid_places(double step)
{
    int n = (int)ceil(step);
    return step <= 1.3 ? 1 : n < MOST_PLACES ? n : MOST_PLACES;
}

/* Truncation in place of floor(): below 0 there is no plane. */
static inline float at(const struct grid_plane *p, double x, double y)
{
    x -= 0.5;
    y -= 0.5;
    int i = (int)x, j = (int)y;
    if (!(x >= 0 && y >= 0) || i + 1 >= p->width || j + 1 >= p->height)
        return 0;
    float u = (float)(x - i), v = (float)(y - j);
    const float *q = p->v + (size_t)j * (size_t)p->width + (size_t)i;
    const float *r = q + p->width;
    return (q[0] * (1 - u) + q[1] * u) * (1 - v) +
           (r[0] * (1 - u) + r[1] * u) * v;
}

void seal_grid_row(const struct grid_plane *p, Affine m, int places, int y,
                   int n, float *ret)
{
    const double part = 1.0 / places;
    const float share = 1.0f / (float)(places * places);
    for (int x = 0; x < n; x++) {
        float sum = 0;
        for (int j = 0; j < places; j++)
            for (int i = 0; i < places; i++) {
                double u = x + (i + 0.5) * part, v = y + (j + 0.5) * part;
                sum += at(p, m.a * u + m.b * v + m.c, m.d * u + m.e * v + m.f);
            }
        ret[x] = sum * share;
    }
}
