/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Least squares in coordinates that are centred and scaled first, so that the
 * sums of fourth powers keep their digits.
 */

#include "imaging/fit.h"

#include <math.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/units.h"

enum { CIRCLE_TRIES = 300, ELLIPSE_TRIES = 400, NEWTON_STEPS = 30 };

/* Good enough to stop trying: nine points in ten agree. */
static const double agreed = 0.9;

struct frame {
    Point mean;
    double scale;
};

static struct frame frame_of(const Point *p, size_t n)
{
    struct frame f = {{0, 0}, 0};
    for (size_t i = 0; i < n; i++) {
        f.mean.x += p[i].x;
        f.mean.y += p[i].y;
    }
    f.mean.x /= (double)n;
    f.mean.y /= (double)n;
    for (size_t i = 0; i < n; i++)
        f.scale += hypot(p[i].x - f.mean.x, p[i].y - f.mean.y);
    f.scale /= (double)n;
    return f;
}

/* Newton's method on the characteristic polynomial of Taubin's problem; its
 * smallest non-negative root, to the left of which it is convex. */
static double taubin_root(double a3, double a2, double a1, double a0)
{
    double x = 0, y = a0;
    for (int i = 0; i < NEWTON_STEPS; i++) {
        double slope = a1 + x * (2 * a2 + 3 * a3 * x);
        if (slope == 0)
            break;
        double next = x - y / slope;
        if (!isfinite(next) || fabs(next - x) <= 1e-14 * fabs(next))
            break;
        double y_next = a0 + next * (a1 + next * (a2 + next * a3));
        if (fabs(y_next) >= fabs(y))
            break;
        x = next;
        y = y_next;
    }
    return x;
}

bool fit_circle(const Point *p, size_t n, struct fit_circle *ret)
{
    if (n < 3)
        return false;
    struct frame f = frame_of(p, n);
    if (!(f.scale > 0))
        return false;
    double xx = 0, yy = 0, xy = 0, xz = 0, yz = 0, zz = 0;
    for (size_t i = 0; i < n; i++) {
        double x = (p[i].x - f.mean.x) / f.scale;
        double y = (p[i].y - f.mean.y) / f.scale, z = x * x + y * y;
        xx += x * x, yy += y * y, xy += x * y;
        xz += x * z, yz += y * z, zz += z * z;
    }
    double m = 1.0 / (double)n;
    xx *= m, yy *= m, xy *= m, xz *= m, yz *= m, zz *= m;
    double z = xx + yy, cov = xx * yy - xy * xy, var = zz - z * z;
    double a3 = 4 * z, a2 = -3 * z * z - zz;
    double a1 = var * z + 4 * cov * z - xz * xz - yz * yz;
    double a0 = xz * (xz * yy - yz * xy) + yz * (yz * xx - xz * xy) - var * cov;
    double x = taubin_root(a3, a2, a1, a0);
    double det = x * x - x * z + cov;
    if (fabs(det) < 1e-9)
        return false;
    double cx = (xz * (yy - x) - yz * xy) / det / 2;
    double cy = (yz * (xx - x) - xz * xy) / det / 2;
    ret->center = (Point){f.mean.x + cx * f.scale, f.mean.y + cy * f.scale};
    ret->radius = f.scale * sqrt(cx * cx + cy * cy + z);
    return isfinite(ret->radius);
}

static bool invert3(double m[3][3], double ret[3][3])
{
    double c[3][3];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            int r = (j + 1) % 3, s = (j + 2) % 3;
            int u = (i + 1) % 3, v = (i + 2) % 3;
            c[i][j] = m[r][u] * m[s][v] - m[r][v] * m[s][u];
        }
    double det = m[0][0] * c[0][0] + m[0][1] * c[1][0] + m[0][2] * c[2][0];
    if (fabs(det) < 1e-12)
        return false;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            ret[i][j] = c[i][j] / det;
    return true;
}

static void multiply3(double l[3][3], double r[3][3], double ret[3][3])
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            ret[i][j] =
                l[i][0] * r[0][j] + l[i][1] * r[1][j] + l[i][2] * r[2][j];
}

/* The real roots of x^3 + a x^2 + b x + c; how many. */
static int cubic_roots(double a, double b, double c, double ret[3])
{
    double q = (a * a - 3 * b) / 9;
    double r = (2 * a * a * a - 9 * a * b + 27 * c) / 54;
    if (r * r < q * q * q) {
        double t = acos(fmax(-1, fmin(1, r / sqrt(q * q * q))));
        for (int i = 0; i < 3; i++)
            ret[i] =
                -2 * sqrt(q) * cos((t + 2 * UNITS_PI * (i - 1)) / 3) - a / 3;
        return 3;
    }
    double s = -copysign(cbrt(fabs(r) + sqrt(r * r - q * q * q)), r);
    ret[0] = s + (s != 0 ? q / s : 0) - a / 3;
    return 1;
}

/* The vector that m - lambda takes to nothing: the longest cross product of
 * two of its rows. */
static void null_vector(double m[3][3], double lambda, double ret[3])
{
    double k[3][3], best = -1;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            k[i][j] = m[i][j] - (i == j ? lambda : 0);
    for (int i = 0; i < 3; i++) {
        const double *u = k[i], *v = k[(i + 1) % 3];
        double w[3] = {u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2],
                       u[0] * v[1] - u[1] * v[0]};
        double size = w[0] * w[0] + w[1] * w[1] + w[2] * w[2];
        if (size > best) {
            best = size;
            for (int j = 0; j < 3; j++)
                ret[j] = w[j];
        }
    }
}

/* From A x^2 + B xy + C y^2 + D x + E y + F = 0 to axes. */
static bool ellipse_from_conic(const double k[6], struct frame f,
                               struct fit_ellipse *ret)
{
    double A = k[0], B = k[1], C = k[2], D = k[3], E = k[4];
    double den = 4 * A * C - B * B;
    if (!(den > 0))
        return false;
    double x = (B * E - 2 * C * D) / den, y = (B * D - 2 * A * E) / den;
    double value = k[5] + (D * x + E * y) / 2;
    double mid = (A + C) / 2, diff = hypot((A - C) / 2, B / 2);
    double l1 = mid - copysign(diff, mid), l2 = mid + copysign(diff, mid);
    double a2 = -value / l1, b2 = -value / l2;
    if (!(a2 > 0) || !(b2 > 0) || !isfinite(a2))
        return false;
    ret->center = (Point){f.mean.x + x * f.scale, f.mean.y + y * f.scale};
    ret->a = sqrt(a2) * f.scale;
    ret->b = sqrt(b2) * f.scale;
    /* The long axis belongs to the smaller eigenvalue. */
    double sign = copysign(1, mid);
    ret->angle_deg = deg_from_rad(0.5 * atan2(-sign * B, sign * (C - A)));
    return true;
}

/* The three scatter matrices of the direct fit. */
static void scatter(const Point *p, size_t n, struct frame f, double s1[3][3],
                    double s2[3][3], double s3[3][3])
{
    for (size_t i = 0; i < n; i++) {
        double x = (p[i].x - f.mean.x) / f.scale;
        double y = (p[i].y - f.mean.y) / f.scale;
        double d1[3] = {x * x, x * y, y * y}, d2[3] = {x, y, 1};
        for (int r = 0; r < 3; r++)
            for (int c = 0; c < 3; c++) {
                s1[r][c] += d1[r] * d1[c];
                s2[r][c] += d1[r] * d2[c];
                s3[r][c] += d2[r] * d2[c];
            }
    }
}

bool fit_ellipse(const Point *p, size_t n, struct fit_ellipse *ret)
{
    if (n < 5)
        return false;
    struct frame f = frame_of(p, n);
    if (!(f.scale > 0))
        return false;
    double s1[3][3] = {{0}}, s2[3][3] = {{0}}, s3[3][3] = {{0}};
    scatter(p, n, f, s1, s2, s3);
    double s3i[3][3], s2t[3][3], t[3][3], m[3][3], k[3][3];
    if (!invert3(s3, s3i))
        return false;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            s2t[i][j] = -s2[j][i];
    multiply3(s3i, s2t, t); /* t = -S3^-1 S2^T */
    multiply3(s2, t, m);
    for (int j = 0; j < 3; j++) { /* C1^-1 (S1 + S2 T) */
        k[0][j] = (s1[2][j] + m[2][j]) / 2;
        k[1][j] = -(s1[1][j] + m[1][j]);
        k[2][j] = (s1[0][j] + m[0][j]) / 2;
    }
    double trace = k[0][0] + k[1][1] + k[2][2];
    double minors = k[0][0] * k[1][1] - k[0][1] * k[1][0] + k[0][0] * k[2][2] -
                    k[0][2] * k[2][0] + k[1][1] * k[2][2] - k[1][2] * k[2][1];
    double det = k[0][0] * (k[1][1] * k[2][2] - k[1][2] * k[2][1]) -
                 k[0][1] * (k[1][0] * k[2][2] - k[1][2] * k[2][0]) +
                 k[0][2] * (k[1][0] * k[2][1] - k[1][1] * k[2][0]);
    double roots[3];
    int n_roots = cubic_roots(-trace, minors, -det, roots);
    for (int i = 0; i < n_roots; i++) {
        double v[3] = {0, 0, 0};
        null_vector(k, roots[i], v);
        if (!(4 * v[0] * v[2] - v[1] * v[1] > 0))
            continue;
        double conic[6] = {v[0], v[1], v[2]};
        for (int r = 0; r < 3; r++)
            conic[3 + r] = t[r][0] * v[0] + t[r][1] * v[1] + t[r][2] * v[2];
        return ellipse_from_conic(conic, f, ret);
    }
    return false;
}

double fit_circle_distance(const struct fit_circle *c, Point p)
{
    double dx = p.x - c->center.x, dy = p.y - c->center.y;
    return sqrt(dx * dx + dy * dy) - c->radius;
}

struct fit_axes fit_ellipse_axes(const struct fit_ellipse *e)
{
    double t = rad_from_deg(e->angle_deg), c = cos(t), s = sin(t);
    return (struct fit_axes){e->center, c / e->a, s / e->a, -s / e->b,
                             c / e->b,  e->a,     e->b};
}

double fit_ellipse_distance(const struct fit_ellipse *e, Point p)
{
    struct fit_axes t = fit_ellipse_axes(e);
    return fit_axes_distance(&t, p);
}

double fit_ellipse_radius(const struct fit_ellipse *e, double ray_rad)
{
    double t = ray_rad - rad_from_deg(e->angle_deg);
    return 1 / hypot(cos(t) / e->a, sin(t) / e->b);
}

/* xorshift (Marsaglia 2003); n > 0. */
static size_t draw(uint64_t *state, size_t n)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (size_t)(*state >> 11) % n;
}

static const uint64_t seed = 88172645463325252u;

static size_t circle_inliers(const struct fit_circle *c, const Point *p,
                             size_t n, double tolerance, Point *ret)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (fabs(fit_circle_distance(c, p[i])) < tolerance)
            ret[k++] = p[i];
    return k;
}

bool fit_circle_robust(struct arena *a, const Point *p, size_t n,
                       double tolerance, double min_radius, double max_radius,
                       struct fit_circle *ret, bool *ret_inliers)
{
    if (n < 6)
        return false;
    Point *in = arena_new_array(a, n, Point);
    struct fit_circle best = {{0, 0}, 0};
    size_t best_n = 0;
    uint64_t state = seed;
    for (int i = 0; i < CIRCLE_TRIES; i++) {
        Point three[3] = {p[draw(&state, n)], p[draw(&state, n)],
                          p[draw(&state, n)]};
        struct fit_circle c;
        if (!fit_circle(three, 3, &c) || c.radius < min_radius ||
            c.radius > max_radius)
            continue;
        size_t k = circle_inliers(&c, p, n, tolerance, in);
        if (k > best_n) {
            best_n = k;
            best = c;
            if ((double)k > agreed * (double)n)
                break;
        }
    }
    for (int i = 0; i < 3; i++) {
        size_t k = circle_inliers(&best, p, n, tolerance, in);
        if (k < 6 || k * 6 < n || !fit_circle(in, k, &best))
            return false;
    }
    for (size_t i = 0; ret_inliers && i < n; i++)
        ret_inliers[i] = fabs(fit_circle_distance(&best, p[i])) < tolerance;
    *ret = best;
    return true;
}

static size_t ellipse_inliers(const struct fit_ellipse *c, const Point *p,
                              size_t n, double tolerance, Point *ret)
{
    size_t k = 0;
    struct fit_axes t = fit_ellipse_axes(c);
    for (size_t i = 0; i < n; i++)
        if (fabs(fit_axes_distance(&t, p[i])) < tolerance)
            ret[k++] = p[i];
    return k;
}

bool fit_ellipse_robust(struct arena *a, const Point *p, size_t n,
                        double tolerance, struct fit_ellipse *ret,
                        bool *ret_inliers)
{
    if (n < 12)
        return false;
    Point *in = arena_new_array(a, n, Point);
    struct fit_ellipse best = {{0, 0}, 0, 0, 0};
    size_t best_n = 0;
    uint64_t state = seed;
    for (int i = 0; i < ELLIPSE_TRIES; i++) {
        Point six[6];
        for (int j = 0; j < 6; j++)
            six[j] = p[draw(&state, n)];
        struct fit_ellipse c;
        if (!fit_ellipse(six, 6, &c) || c.b < 0.3 * c.a)
            continue;
        size_t k = ellipse_inliers(&c, p, n, tolerance, in);
        if (k > best_n) {
            best_n = k;
            best = c;
            if ((double)k > agreed * (double)n)
                break;
        }
    }
    if (best_n == 0)
        return false;
    for (int i = 0; i < 4; i++) {
        size_t k = ellipse_inliers(&best, p, n, tolerance, in);
        if (k < 12 || k * 6 < n || !fit_ellipse(in, k, &best))
            return false;
    }
    for (size_t i = 0; ret_inliers && i < n; i++)
        ret_inliers[i] = fabs(fit_ellipse_distance(&best, p[i])) < tolerance;
    *ret = best;
    return true;
}
