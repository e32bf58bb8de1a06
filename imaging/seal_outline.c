/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A crossing counts only when what follows inwards is ink too: a speck of two
 * pixels outside the rim is not its edge.
 */

#include "imaging/seal_outline.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/units.h"

/* Half of the coverage that a stroke has; pale places of a rim have less. */
static const float crossing = 0.45f, inked = 0.30f;

enum {
    SECTORS = 360,
    STEPS = 256,      /* of the radial profile, from the centre to 1.28 */
    SIDE_STEPS = 160, /* along each side of a frame */
    DEPTHS = 64,
};

static const double reach = 1.28;

static float coverage(const struct ink_roi *roi, double x, double y)
{
    return ink_roi_at(roi, roi->ink, x, y);
}

/* Inwards from `from` to `to` along a ray; the radius of the edge, or -1. */
static double first_crossing(const struct ink_roi *roi, Point c, double cx,
                             double cy, double from, double to)
{
    const double step = 0.75;
    float before = coverage(roi, c.x + from * cx, c.y + from * cy);
    for (double r = from - step; r >= to; r -= step) {
        float now = coverage(roi, c.x + r * cx, c.y + r * cy);
        if (now > crossing && before <= crossing) {
            float in =
                coverage(roi, c.x + (r - 1.5) * cx, c.y + (r - 1.5) * cy);
            if (in > 0.8f * crossing)
                return r + step * (double)((now - crossing) / (now - before));
        }
        before = now;
    }
    return -1;
}

size_t seal_outline(const struct ink_roi *roi, const struct fit_ellipse *e,
                    double window, Point *ret)
{
    size_t n = 0;
    for (int i = 0; i < OUTLINE_RAYS; i++) {
        double t = 2 * UNITS_PI * i / OUTLINE_RAYS, cx = cos(t), cy = sin(t);
        double radius = fit_ellipse_radius(e, t);
        double r = first_crossing(roi, e->center, cx, cy, radius * (1 + window),
                                  radius * (1 - window));
        if (r > 0)
            ret[n++] = (Point){e->center.x + r * cx, e->center.y + r * cy};
    }
    return n;
}

/* How far the border of the part is from `from` along a ray. */
static double border(const struct ink_roi *roi, Point from, double cx,
                     double cy)
{
    double x = cx > 0   ? (roi->width - 1 - from.x) / cx
               : cx < 0 ? (1 - from.x) / cx
                        : INFINITY;
    double y = cy > 0   ? (roi->height - 1 - from.y) / cy
               : cy < 0 ? (1 - from.y) / cy
                        : INFINITY;
    return fmin(x, y);
}

size_t seal_outline_from(const struct ink_roi *roi, Point from, Point *ret)
{
    size_t n = 0;
    for (int i = 0; i < OUTLINE_RAYS; i++) {
        double t = 2 * UNITS_PI * i / OUTLINE_RAYS, cx = cos(t), cy = sin(t);
        double r =
            first_crossing(roi, from, cx, cy, border(roi, from, cx, cy), 2);
        if (r > 0)
            ret[n++] = (Point){from.x + r * cx, from.y + r * cy};
    }
    return n;
}

/* Longest run of false in a ring of flags. */
static int longest_gap(const bool *has, int n)
{
    int best = 0, run = 0;
    for (int i = 0; i < 2 * n && run < n; i++) {
        run = has[i % n] ? 0 : run + 1;
        best = run > best ? run : best;
    }
    return best;
}

static bool is_on(const struct ink_roi *roi, double x, double y)
{
    return x >= 1 && y >= 1 && x < roi->width - 1 && y < roi->height - 1;
}

/* Width of the rim along one ray at half of what it has there, in steps. */
static int width_of(const float ray[STEPS])
{
    int peak = (int)(0.93 / reach * STEPS), last = (int)(1.01 / reach * STEPS);
    for (int k = peak; k <= last; k++)
        peak = ray[k] > ray[peak] ? k : peak;
    int in = peak, out = peak;
    while (in > 0 && ray[in] > ray[peak] / 2)
        in--;
    while (out < STEPS - 1 && ray[out] > ray[peak] / 2)
        out++;
    return out - in;
}

/* The share of n widths that differ from their median by less than a third,
 * or by as much as one step is. */
static double even_share(const int *width, int n)
{
    int counts[STEPS + 1] = {0}, seen = 0, median = 0, even = 0;
    for (int i = 0; i < n; i++)
        counts[width[i]]++;
    while (median < STEPS && (seen += counts[median]) * 2 < n)
        median++;
    for (int i = 0; i < n; i++)
        even += abs(width[i] - median) <= 1 + median / 3;
    return n ? (double)even / n : 0;
}

/* Mean coverage by distance from the centre in units of the radius, over the
 * rays whose rim has ink; the share of such rays and of those on the page. */
static void radial(const struct ink_roi *roi, struct seal_form *f,
                   double profile[STEPS])
{
    int inked_rays = 0, on_page = 0;
    bool has_rim[SECTORS] = {false};
    int width[SECTORS];
    double stray = 0, area = 0, within = 0;
    for (int k = 0; k < STEPS; k++)
        profile[k] = 0;
    for (int i = 0; i < SECTORS; i++) {
        double t = 2 * UNITS_PI * (i + 0.5) / SECTORS;
        double radius = fit_ellipse_radius(&f->ellipse, t);
        double dx = radius * cos(t), dy = radius * sin(t);
        Point c = f->center;
        on_page += is_on(roi, c.x + dx, c.y + dy);
        float best = 0, ray[STEPS];
        for (int k = 0; k < STEPS; k++) {
            double rho = reach * (k + 0.5) / STEPS;
            ray[k] = fminf(1.2f, coverage(roi, c.x + rho * dx, c.y + rho * dy));
            if (rho > 0.93 && rho < 1.01)
                best = fmaxf(best, ray[k]);
            if (rho < 1) {
                area += rho;
                within += ray[k] > inked ? rho : 0;
            }
        }
        if (best < inked) {
            int first = (int)(1.03 / reach * STEPS);
            for (int k = first; k < STEPS; k++)
                stray += (double)ray[k] / (STEPS - first);
            continue;
        }
        width[inked_rays++] = width_of(ray);
        has_rim[i] = true;
        for (int k = 0; k < STEPS; k++)
            profile[k] += (double)ray[k];
    }
    for (int k = 0; k < STEPS; k++)
        profile[k] /= inked_rays ? inked_rays : 1;
    f->completeness = (double)inked_rays / SECTORS;
    f->gap = longest_gap(has_rim, SECTORS) * UNITS_PI * (f->width + f->height) /
             2 / SECTORS;
    f->visible = (double)on_page / SECTORS;
    f->inked_area = within / area;
    f->even_rim = even_share(width, inked_rays);
    f->stray = inked_rays < SECTORS ? stray / (SECTORS - inked_rays) : 0;
}

static double mean_between(const double profile[STEPS], double from, double to)
{
    double sum = 0;
    int n = 0;
    for (int k = 0; k < STEPS; k++) {
        double rho = reach * (k + 0.5) / STEPS;
        if (rho >= from && rho < to) {
            sum += profile[k];
            n++;
        }
    }
    return n ? sum / n : 0;
}

/* Place where the profile passes `level` going from step k by `dir`. */
static double pass_at(const double profile[STEPS], int k, int dir, double level)
{
    while (k + dir >= 0 && k + dir < STEPS && profile[k + dir] > level)
        k += dir;
    if (k + dir < 0 || k + dir >= STEPS)
        return reach * (k + 0.5) / STEPS;
    double t = (profile[k] - level) / (profile[k] - profile[k + dir]);
    return reach * (k + dir * t + 0.5) / STEPS;
}

/* Width of an edge in steps, from the peak at *p outwards (`dir`) within n
 * steps: that of a ramp as steep as its steepest place, which a rim that is
 * paler towards its edge does not broaden. */
static double rise_of(const double *p, int n, int dir)
{
    double steepest = 0;
    for (int k = 1; k + 1 < n && p[k * dir] > 0.1 * p[0]; k++)
        steepest = fmax(steepest, (p[(k - 1) * dir] - p[(k + 1) * dir]) / 2);
    return steepest > 0 ? p[0] / steepest : n;
}

void seal_outline_profile(const struct ink_roi *roi, struct seal_form *f)
{
    double profile[STEPS];
    radial(roi, f, profile);
    int peak = (int)(0.97 / reach * STEPS); /* not the star's, at the centre */
    for (int k = 0; k < STEPS; k++) {
        double rho = reach * (k + 0.5) / STEPS;
        if (rho > 0.88 && rho < 1.03 && profile[k] > profile[peak])
            peak = k;
    }
    double top = profile[peak], radius = (f->width + f->height) / 4;
    double outer = pass_at(profile, peak, 1, top / 2);
    double inner = pass_at(profile, peak, -1, top / 2);
    f->rim = (outer - inner) * radius;
    /* The gap: the emptiest stretch within three rims inwards. */
    double gap = top, rim = outer - inner;
    for (int k = peak; k > 0; k--) {
        double rho = reach * (k + 0.5) / STEPS;
        if (rho < inner && rho > inner - fmax(3 * rim, 0.10) &&
            profile[k] < gap) {
            gap = profile[k];
            f->quiet = (1 - rho) * radius;
        }
    }
    f->rim_contrast = top > 0 ? (top - gap) / top : 0;
    f->outside =
        top > 0 ? mean_between(profile, outer + 0.02, outer + 0.07) / top : 1;
    f->edge = rise_of(profile + peak, STEPS - peak, 1) * reach / STEPS * radius;
    /* Fill by area: rings weigh as their radius. */
    double sum = 0, weight = 0;
    for (int k = 0; k < STEPS; k++) {
        double rho = reach * (k + 0.5) / STEPS;
        if (rho < inner - 0.01) {
            sum += rho * profile[k];
            weight += rho;
        }
    }
    f->fill = weight > 0 ? sum / weight : 0;
}

static Point between(Point p, Point q, double t)
{
    return (Point){p.x + t * (q.x - p.x), p.y + t * (q.y - p.y)};
}

/* One side from corner p to q along the inner normal n: the share of places
 * that have ink within `frame` of the edge, and which. */
static double side_inked(const struct ink_roi *roi, Point p, Point q, Point n,
                         double frame, bool ret_has[SIDE_STEPS])
{
    int on = 0;
    for (int i = 0; i < SIDE_STEPS; i++) {
        Point at = between(p, q, (i + 0.5) / SIDE_STEPS);
        float best = 0;
        for (double d = -1.5; d <= frame; d += 0.75)
            best = fmaxf(best, coverage(roi, at.x + d * n.x, at.y + d * n.y));
        ret_has[i] = best > inked;
        on += ret_has[i];
    }
    return (double)on / SIDE_STEPS;
}

/* Ink on the prolongation of a side beyond its corner: a table's line. */
static double run_on(const struct ink_roi *roi, Point p, Point q, Point n,
                     double rim)
{
    double length = hypot(q.x - p.x, q.y - p.y);
    int on = 0, all = 0;
    for (double d = 0.05 * length; d < 0.15 * length; d += 1, all++) {
        Point at = between(p, q, 1 + d / length);
        float best = 0;
        for (double k = 0; k <= rim; k += 1)
            best = fmaxf(best, coverage(roi, at.x + k * n.x, at.y + k * n.y));
        on += best > inked;
    }
    return all ? (double)on / all : 0;
}

/* The frame lies outside of it, and what is written within. */
static const double middle_off = 0.2;

/* Mean coverage of a quadrilateral without so much of its sides at each end.
 */
static double mean_inside(const struct ink_roi *roi, const Quad *c, double off)
{
    double sum = 0;
    for (int j = 0; j < SIDE_STEPS; j++)
        for (int i = 0; i < SIDE_STEPS; i++) {
            double u = off + (1 - 2 * off) * (i + 0.5) / SIDE_STEPS;
            double v = off + (1 - 2 * off) * (j + 0.5) / SIDE_STEPS;
            Point at = between(between(c->p[0], c->p[1], u),
                               between(c->p[3], c->p[2], u), v);
            sum += (double)fminf(1, coverage(roi, at.x, at.y));
        }
    return sum / (SIDE_STEPS * SIDE_STEPS);
}

/* Mean coverage by depth from the edge inwards, over all sides. */
static void frame_profile(const struct ink_roi *roi, struct seal_form *f)
{
    const Point *c = f->rect.corners.p;
    double low = fmin(f->width, f->height), profile[DEPTHS] = {0};
    double step = 0.16 * low / DEPTHS, start = -0.04 * low;
    for (int s = 0; s < 4; s++) {
        Point p = c[s], q = c[(s + 1) % 4];
        double l = hypot(q.x - p.x, q.y - p.y);
        Point n = {-(q.y - p.y) / l, (q.x - p.x) / l};
        for (int i = 0; i < SIDE_STEPS; i++) {
            Point at = between(p, q, 0.05 + 0.9 * (i + 0.5) / SIDE_STEPS);
            for (int k = 0; k < DEPTHS; k++) {
                double d = start + step * k;
                profile[k] += (double)fminf(
                    1.2f, coverage(roi, at.x + d * n.x, at.y + d * n.y));
            }
        }
    }
    int peak = 0, last = DEPTHS - 1;
    for (int k = 0; k < DEPTHS / 2; k++)
        if (profile[k] > profile[peak])
            peak = k;
    double top = profile[peak];
    int b = peak;
    while (b < last && profile[b] > top / 2)
        b++;
    f->edge = rise_of(profile + peak, peak + 1, -1) * step;
    f->rim = fmax(0, b * step + start);
    double gap = top;
    for (int k = b; k < DEPTHS; k++)
        if (profile[k] < gap) {
            gap = profile[k];
            f->quiet = k * step + start;
        }
    f->rim_contrast = top > 0 ? (top - gap) / top : 0;
}

double seal_outline_frame(const struct ink_roi *roi,
                          const struct ink_roi *alone, struct seal_form *f)
{
    const Point *c = f->rect.corners.p;
    double low = fmin(f->width, f->height), worst = 1, sum = 0, beyond = 0;
    double frame = fmax(2, 0.05 * low);
    bool has[4 * SIDE_STEPS];
    int on = 0;
    for (int s = 0; s < 4; s++) {
        Point p = c[s], q = c[(s + 1) % 4];
        double l = hypot(q.x - p.x, q.y - p.y);
        Point n = {-(q.y - p.y) / l, (q.x - p.x) / l};
        double share = side_inked(roi, p, q, n, frame, has + s * SIDE_STEPS);
        worst = fmin(worst, share);
        sum += share * l;
        on += is_on(roi, (p.x + q.x) / 2, (p.y + q.y) / 2);
        beyond += run_on(alone, p, q, n, frame) + run_on(alone, q, p, n, frame);
    }
    f->completeness = sum / (2 * (f->width + f->height));
    f->gap = longest_gap(has, 4 * SIDE_STEPS) * (f->width + f->height) / 2 /
             SIDE_STEPS;
    f->visible = on / 4.0;
    f->outside = beyond / 8;
    f->fill = mean_inside(roi, &f->rect.corners, 0);
    f->inked_area = mean_inside(roi, &f->rect.corners, middle_off);
    frame_profile(roi, f);
    return worst;
}
