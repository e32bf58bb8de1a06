/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A rim is as broad everywhere, so its breadth by direction shows a movement:
 * blur adds to the variance of a profile, and a movement by d in direction phi
 * adds (d cos(t - phi))^2 / 12 to that at t. Its second harmonic is d^2 / 24;
 * what harder pressure on one side does is the first one, and drops out of the
 * mean of opposite places. The rim of an oval may be made broader at its ends,
 * so that of a movement only what is askew to its axes can be told.
 */

#include "imaging/seal_slip.h"

#include <math.h>
#include <stdbool.h>

#include "base/rank.h"
#include "base/units.h"

enum {
    PLACES = 15,  /* of a bin */
    BINS = 24,    /* around a round seal, an even number */
    FEWEST = 5,   /* places of a bin that tell */
    FEW_BINS = 9, /* of the 12 pairs */
};

static const double outward_mm = 2.0; /* how far outside the rim is looked */
static const float faint = 0.08f;     /* coverage that is paper's noise */
static const float quiet = 0.25f;     /* of the peak: the rim has ended */

/* Variance of the coverage from `from` along a direction, -1 when there is no
 * rim or it does not stand free. */
static double variance(const struct ink_roi *roi, Point from, Point direction,
                       double length)
{
    double sum = 0, first = 0, second = 0;
    float peak = 0, ends = 0;
    int last = (int)length;
    for (int i = 0; i <= last; i++) {
        float c = ink_roi_at(roi, roi->ink, from.x + i * direction.x,
                             from.y + i * direction.y);
        if (i == 0 || i == last)
            ends = fmaxf(ends, c);
        peak = fmaxf(peak, c);
        double v = c > faint ? (double)c : 0;
        sum += v;
        first += v * i;
        second += v * i * i;
    }
    if (peak < 3 * quiet * 0.5f || ends > quiet * peak)
        return -1;
    return second / sum - (first / sum) * (first / sum);
}

/* The median of what was measured; NAN: too little. */
static double middle(double *v, size_t n)
{
    return n < FEWEST ? (double)NAN : rank_median(v, n);
}

/* Of opposite places: pressure makes one side's rim broader, not by half;
 * that is a rule of the table or a character beside it. */
static double of_both(double a, double b)
{
    if (!isfinite(a + b))
        return (double)NAN;
    return fmax(a, b) > 1.5 * fmin(a, b) ? fmin(a, b) : (a + b) / 2;
}

static double round_slip(const struct ink_roi *roi, const struct seal_form *f,
                         double outward)
{
    double bins[BINS], pairs[BINS / 2], mean = 0, c2 = 0, s2 = 0;
    int known = 0;
    for (int b = 0; b < BINS; b++) {
        double v[PLACES];
        size_t n = 0;
        for (int k = 0; k < PLACES; k++) {
            double t = 2 * UNITS_PI * (b + (k + 0.5) / PLACES) / BINS;
            double r = fit_ellipse_radius(&f->ellipse, t) - f->quiet;
            Point along = {cos(t), sin(t)};
            Point from = {f->center.x + r * along.x, f->center.y + r * along.y};
            double var = variance(roi, from, along, f->quiet + outward);
            if (var >= 0)
                v[n++] = var;
        }
        bins[b] = middle(v, n);
    }
    for (int b = 0; b < BINS / 2; b++) {
        pairs[b] = of_both(bins[b], bins[b + BINS / 2]);
        if (!isfinite(pairs[b]))
            continue;
        mean += pairs[b];
        known++;
    }
    if (known < FEW_BINS)
        return (double)NAN;
    mean /= known;
    for (int b = 0; b < BINS / 2; b++) {
        double t = 4 * UNITS_PI * (b + 0.5) / BINS;
        double v = isfinite(pairs[b]) ? pairs[b] - mean : 0;
        c2 += v * cos(t) / (BINS / 4.0);
        s2 += v * sin(t) / (BINS / 4.0);
    }
    double axis = 2 * rad_from_deg(f->ellipse.angle_deg);
    bool oval = f->shape == SHAPE_ELLIPSE;
    return sqrt(24 *
                (oval ? fabs(s2 * cos(axis) - c2 * sin(axis)) : hypot(c2, s2)));
}

/* A movement broadens both of two opposite sides; a number along one, or harder
 * pressure there, only that one. */
static double frame_slip(const struct ink_roi *roi, const struct seal_form *f,
                         double outward)
{
    double side[4];
    for (int s = 0; s < 4; s++) {
        Point p = f->rect.corners.p[s], q = f->rect.corners.p[(s + 1) % 4];
        double length = hypot(q.x - p.x, q.y - p.y), v[BINS * PLACES];
        Point out = {(q.y - p.y) / length, -(q.x - p.x) / length};
        size_t n = 0;
        for (int i = 0; i < BINS * PLACES; i++) {
            double t = 0.05 + 0.9 * (i + 0.5) / (BINS * PLACES);
            Point from = {p.x + t * (q.x - p.x) - f->quiet * out.x,
                          p.y + t * (q.y - p.y) - f->quiet * out.y};
            double var = variance(roi, from, out, f->quiet + outward);
            if (var >= 0)
                v[n++] = var;
        }
        if (n < BINS * PLACES / 2)
            return (double)NAN; /* white on red: there is no frame */
        side[s] = middle(v, n);
    }
    return sqrt(12 * fabs(fmin(side[0], side[2]) - fmin(side[1], side[3])));
}

double seal_slip(const struct ink_roi *roi, const struct seal_form *form,
                 double px_per_mm)
{
    double outward = outward_mm * px_per_mm;
    if (!(form->quiet > 2) || form->rim_contrast < 0.5)
        return (double)NAN;
    bool frame = form->shape == SHAPE_SQUARE || form->shape == SHAPE_RECTANGLE;
    return frame ? frame_slip(roi, form, outward)
                 : round_slip(roi, form, outward);
}
