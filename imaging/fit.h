/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * fit - circles, ellipses and rectangles through noisy points
 *
 * The robust ones stand outliers (random sample consensus, Fischler and Bolles
 * 1981) with a generator of their own that always starts the same: equal points
 * give equal fits. All lengths are in the points' unit.
 */

#ifndef IMAGING_FIT_H
#define IMAGING_FIT_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/geom.h"

struct arena;

struct fit_circle {
    Point center;
    double radius;
};

struct fit_ellipse {
    Point center;
    double a, b;      /* half axes, a >= b */
    double angle_deg; /* of the long one, clockwise from the x axis, -90..90 */
};

struct fit_rect {
    Point center;
    double width, height; /* width along the axis at angle_deg */
    double angle_deg;     /* -45..45 */
    double skew_deg;      /* largest departure of a corner from 90 degrees */
    double support;       /* share of the points on the four lines */
    Quad corners;
};

/* Algebraic fit after Taubin (1991), by Newton steps (Chernov 2010); false
 * when the points lie on a line. */
bool fit_circle(const Point *p, size_t n, struct fit_circle *ret);

/* Direct least squares fit of an ellipse: Halir and Flusser (1998). */
bool fit_ellipse(const Point *p, size_t n, struct fit_ellipse *ret);

/* Distance from the curve, positive outside; for an ellipse to first order. */
double fit_circle_distance(const struct fit_circle *c, Point p);
double fit_ellipse_distance(const struct fit_ellipse *e, Point p);

/* The same distance for many points: what does not change is worked out once.
 */
struct fit_axes {
    Point center;
    double ux, uy, vx, vy; /* unit axes, each over its half length */
    double a, b;
};

struct fit_axes fit_ellipse_axes(const struct fit_ellipse *e);

static inline double fit_axes_distance(const struct fit_axes *t, Point p)
{
    double dx = p.x - t->center.x, dy = p.y - t->center.y;
    double u = dx * t->ux + dy * t->uy, v = dx * t->vx + dy * t->vy;
    /* Sampson: value over length of the gradient. */
    double gu = u / t->a, gv = v / t->b, slope = 2 * sqrt(gu * gu + gv * gv);
    return slope > 0 ? (u * u + v * v - 1) / slope : -t->b;
}

/* Where the ray from the centre under this angle meets the curve. */
double fit_ellipse_radius(const struct fit_ellipse *e, double ray_rad);

/*
 * The curve that passes within `tolerance` of most points, refitted to those;
 * ret_inliers, n flags, may be NULL. False when fewer than a sixth agree.
 */
bool fit_circle_robust(struct arena *a, const Point *p, size_t n,
                       double tolerance, double min_radius, double max_radius,
                       struct fit_circle *ret, bool *ret_inliers);
bool fit_ellipse_robust(struct arena *a, const Point *p, size_t n,
                        double tolerance, struct fit_ellipse *ret,
                        bool *ret_inliers);

/*
 * Four lines, nearly at right angles, through points of an outline that were
 * seen from a point inside (`from`).
 */
bool fit_rect_robust(const Point *p, size_t n, Point from, double tolerance,
                     struct fit_rect *ret);

#endif
