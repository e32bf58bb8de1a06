/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Four lines: the turn under which most points fall on four peaks of the two
 * projections (a Radon transform of the outline), then each line fitted to the
 * points near its peak by itself, so that a slanted side shows as a corner
 * that is not square.
 */

#include <math.h>

#include "base/units.h"
#include "imaging/fit.h"

enum { BINS = 512, SIDES = 4 };

/* x cos + y sin = offset */
struct line {
    double normal_rad, offset;
};

struct projection {
    double peak[SIDES]; /* signed distance from `from`: right, low, left, top */
    double count;       /* points near the four peaks */
};

/* The fullest place of the histogram from `first` on outwards, smoothed over
 * two bins; its centre of mass. */
static double best_peak(const int *bins, int first, int last, double *ret_count)
{
    int best = first;
    double count = 0;
    for (int i = first; i < last - 1; i++)
        if (bins[i] + bins[i + 1] > count) {
            count = bins[i] + bins[i + 1];
            best = i;
        }
    *ret_count = count;
    return count > 0 ? best + (bins[best] * 0.5 + bins[best + 1] * 1.5) / count
                     : best;
}

static void project(const Point *p, size_t n, Point from, double turn,
                    double bin, struct projection *ret)
{
    int bins[2][BINS] = {{0}};
    double c = cos(turn), s = sin(turn);
    for (size_t i = 0; i < n; i++) {
        double x = p[i].x - from.x, y = p[i].y - from.y;
        double u = x * c + y * s, v = y * c - x * s;
        /* A point speaks for the side it lies on, not for the others. */
        int axis = fabs(u) >= fabs(v) ? 0 : 1;
        int at[2] = {(int)floor(u / bin) + BINS / 2,
                     (int)floor(v / bin) + BINS / 2};
        /* In an oblong the long sides have points beyond the diagonal. */
        for (int k = 0; k < 2; k++)
            if (at[k] >= 0 && at[k] < BINS)
                bins[k][at[k]] += k == axis ? 2 : 1;
    }
    ret->count = 0;
    for (int side = 0; side < SIDES; side++) {
        bool far = side < 2;
        double count,
            at = far ? best_peak(bins[side & 1], BINS / 2, BINS, &count)
                     : best_peak(bins[side & 1], 0, BINS / 2, &count);
        ret->peak[side] = (at - BINS / 2) * bin;
        ret->count += count;
    }
}

/* Least squares of distances to the line, from the points near it. */
static size_t refine(const Point *p, size_t n, struct line *l, double tolerance)
{
    double c = cos(l->normal_rad), s = sin(l->normal_rad);
    double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    size_t k = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n; i++) {
            if (fabs(p[i].x * c + p[i].y * s - l->offset) > tolerance)
                continue;
            if (pass == 0) {
                mx += p[i].x, my += p[i].y, k++;
                continue;
            }
            double dx = p[i].x - mx / (double)k, dy = p[i].y - my / (double)k;
            xx += dx * dx, yy += dy * dy, xy += dx * dy;
        }
    if (k < 4)
        return 0;
    /* Normal: the direction of least spread, turned to the old one's side. */
    double along = 0.5 * atan2(2 * xy, xx - yy), normal = along + UNITS_PI / 2;
    if (cos(normal - l->normal_rad) < 0)
        normal += UNITS_PI;
    /* More than 10 degrees off is another structure. */
    if (cos(normal - l->normal_rad) < 0.985)
        return 0;
    l->normal_rad = normal;
    l->offset = (mx * cos(normal) + my * sin(normal)) / (double)k;
    return k;
}

static bool meet(const struct line *l, const struct line *m, Point *ret)
{
    double det = sin(m->normal_rad - l->normal_rad);
    if (fabs(det) < 0.2)
        return false;
    ret->x =
        (l->offset * sin(m->normal_rad) - m->offset * sin(l->normal_rad)) / det;
    ret->y =
        (m->offset * cos(l->normal_rad) - l->offset * cos(m->normal_rad)) / det;
    return true;
}

static double turned_by(double rad)
{
    return remainder(rad, UNITS_PI / 2);
}

static bool assemble(const struct line side[SIDES], struct fit_rect *ret)
{
    /* Corners from top left: top, right, low and left line in turn. */
    static const int pair[4][2] = {{3, 2}, {3, 0}, {1, 0}, {1, 2}};
    for (int i = 0; i < 4; i++)
        if (!meet(&side[pair[i][0]], &side[pair[i][1]], &ret->corners.p[i]))
            return false;
    const Point *q = ret->corners.p;
    ret->center = (Point){(q[0].x + q[1].x + q[2].x + q[3].x) / 4,
                          (q[0].y + q[1].y + q[2].y + q[3].y) / 4};
    ret->width = (hypot(q[1].x - q[0].x, q[1].y - q[0].y) +
                  hypot(q[2].x - q[3].x, q[2].y - q[3].y)) /
                 2;
    ret->height = (hypot(q[3].x - q[0].x, q[3].y - q[0].y) +
                   hypot(q[2].x - q[1].x, q[2].y - q[1].y)) /
                  2;
    double sum = 0, worst = 0, base = turned_by(side[0].normal_rad);
    for (int i = 0; i < SIDES; i++)
        sum += turned_by(side[i].normal_rad - base);
    for (int i = 0; i < SIDES; i++)
        worst = fmax(worst, fabs(turned_by(side[(i + 1) % SIDES].normal_rad -
                                           side[i].normal_rad)));
    ret->angle_deg = deg_from_rad(turned_by(base + sum / SIDES));
    ret->skew_deg = deg_from_rad(worst);
    return true;
}

bool fit_rect_robust(const Point *p, size_t n, Point from, double tolerance,
                     struct fit_rect *ret)
{
    if (n < 16)
        return false;
    double reach = 0, turn = 0;
    for (size_t i = 0; i < n; i++)
        reach = fmax(reach, hypot(p[i].x - from.x, p[i].y - from.y));
    double bin = fmax(tolerance, 2.05 * reach / BINS);
    struct projection best = {.count = -1};
    for (double deg = -45; deg < 45; deg += 0.5) {
        struct projection now;
        project(p, n, from, rad_from_deg(deg), bin, &now);
        if (now.count > best.count) {
            best = now;
            turn = rad_from_deg(deg);
        }
    }
    struct line side[SIDES];
    size_t on = 0;
    for (int i = 0; i < SIDES; i++) {
        double normal = turn + (i & 1) * UNITS_PI / 2;
        side[i] = (struct line){normal, best.peak[i] + from.x * cos(normal) +
                                            from.y * sin(normal)};
        size_t k = refine(p, n, &side[i], 2.5 * bin);
        if (k)
            k = refine(p, n, &side[i], 1.5 * bin);
        if (!k)
            return false;
        on += k;
    }
    ret->support = fmin(1, (double)on / (double)n);
    return assemble(side, ret);
}
