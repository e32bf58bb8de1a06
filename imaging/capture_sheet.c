/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * From many places along each border of the picture a probe walks inwards to
 * the steepest rise from dark to light. A line is laid through where the probes
 * of a side ended by the median of slopes (Theil and Sen), which a folded
 * corner or a finger does not move; a side counts when most ends lie on it.
 */

#include "imaging/capture_sheet.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/rank.h"
#include "base/units.h"
#include "imaging/image.h"

enum {
    PROBES = 48,
    MOST_MISSED = 14, /* of them off the line, or without an end */
    WINDOW = 4,
};

static const double reach = 0.25;      /* of the picture, how far is walked */
static const double margin = 0.15;     /* at either end without a probe */
static const double dark = 0.75;       /* of the paper: what lies around it */
static const double least_rise = 0.15; /* of the paper's level */
static const double tolerance = 0.003; /* of the side: on the line */

/* A border as a ray of probes: from `at` along `along`, inwards by `in`. */
struct border {
    int x, y, along_x, along_y, in_x, in_y, length, depth;
};

static double level_at(const struct image *im, const struct border *b, int i,
                       int d)
{
    return *image_at(im, b->x + i * b->along_x + d * b->in_x,
                     b->y + i * b->along_y + d * b->in_y);
}

static double mean_of(const struct image *im, const struct border *b, int i,
                      int d)
{
    double sum = 0;
    for (int k = 0; k < WINDOW; k++)
        sum += level_at(im, b, i, d + k);
    return sum / WINDOW;
}

/* Pixels from the border to the sheet's edge at place i; NAN: it is not dark
 * there, or nothing rises. */
static double walk(const struct image *im, const struct border *b, int i,
                   double paper)
{
    if (mean_of(im, b, i, 0) > dark * paper)
        return NAN;
    double most = least_rise * paper, at = NAN;
    for (int d = 0; d + 2 * WINDOW < b->depth; d++) {
        double rise = mean_of(im, b, i, d + WINDOW) - mean_of(im, b, i, d);
        if (rise > most) {
            most = rise;
            at = d + WINDOW;
        }
    }
    return at;
}

/* Slope of the side against the border; NAN: no side is seen. */
static double slope(struct arena *a, const struct image *im,
                    const struct border *b, double paper)
{
    double place[PROBES], depth[PROBES];
    size_t n = 0;
    for (int k = 0; k < PROBES; k++) {
        double t = margin + (1 - 2 * margin) * k / (PROBES - 1);
        place[n] = round(t * (b->length - 1));
        depth[n] = walk(im, b, (int)place[n], paper);
        n += isfinite(depth[n]) ? 1 : 0;
    }
    if (n < PROBES - MOST_MISSED)
        return NAN;
    double *v = arena_new_array(a, n * n, double);
    size_t pairs = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + (size_t)PROBES / 4; k < n; k++)
            v[pairs++] = (depth[k] - depth[i]) / (place[k] - place[i]);
    double steep = rank_median(v, pairs);
    for (size_t i = 0; i < n; i++)
        v[i] = depth[i] - steep * place[i];
    double offset = rank_median(v, n);
    size_t on_line = 0;
    for (size_t i = 0; i < n; i++)
        on_line += fabs(depth[i] - steep * place[i] - offset) <
                   fmax(2, tolerance * b->length);
    return on_line >= PROBES - MOST_MISSED ? steep : NAN;
}

double capture_sheet_converge_deg(struct arena *a, const struct image *small,
                                  double paper)
{
    int w = small->width, h = small->height;
    int wide = (int)(reach * w), high = (int)(reach * h);
    const struct border pairs[2][2] = {
        {{0, 0, 0, 1, 1, 0, h, wide}, {w - 1, 0, 0, 1, -1, 0, h, wide}},
        {{0, 0, 1, 0, 0, 1, w, high}, {0, h - 1, 1, 0, 0, -1, w, high}},
    };
    double most = NAN;
    for (int i = 0; i < 2; i++) {
        double here = slope(a, small, &pairs[i][0], paper);
        double there = slope(a, small, &pairs[i][1], paper);
        /* Both are counted inwards: parallel sides have opposite slopes. */
        most = fmax(most, fabs(atan(here) + atan(there)));
    }
    return deg_from_rad(most);
}
