/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Rows of the polar maps are correlated over all angles at once in the
 * frequency domain. A star gives five peaks, a square four, so the best few
 * are followed up: each is refined on the coarsest grid by steps along the
 * four parameters, each step to the top of a parabola through three values,
 * and the best one goes on to the finer grids.
 */

#include "imaging/seal_register.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/spectrum.h"

enum {
    ANGLES = REGISTER_ANGLES,
    RADII = REGISTER_RADII,
    CANDIDATES = 7,
    PARAMETERS = 4
};

static const double from_radius = 0.12, to_radius = 1.0;

/* Peaks nearer to each other than this are one. */
static const double apart_deg = 6;

/* Steps per round: degrees, mm, mm, ratio. Coarse ones on the coarse grid,
 * fine ones on the fine grid. */
static const double steps[][PARAMETERS] = {
    {1.20, 0.40, 0.40, 0.008},  {0.80, 0.30, 0.30, 0.006},
    {0.25, 0.10, 0.10, 0.0030}, {0.12, 0.06, 0.06, 0.0015},
    {0.05, 0.03, 0.03, 0.0007},
};
enum { FIRST, SECOND, FINE, ROUNDS = sizeof steps / sizeof *steps };

/* Candidates this much worse than the best after the first round are out. */
static const double hopeless = 0.12;

/* To the corners of a square seal. */
static const double corner = 1.42;

static const double most_scale = 0.04; /* beyond it is another seal */

/* In float: places within a few hundred samples. */
static inline float bilinear(const float *v, int side, float x, float y)
{
    x -= 0.5f;
    y -= 0.5f;
    float most = (float)(side - 1);
    if (!(x >= 0 && y >= 0 && x < most && y < most))
        return 0;
    int i = (int)x, j = (int)y;
    float p = x - (float)i, q = y - (float)j;
    const float *c = v + j * side + i;
    return (c[0] * (1 - p) + c[1] * p) * (1 - q) +
           (c[side] * (1 - p) + c[side + 1] * p) * q;
}

static float clip(float v)
{
    return v < 1 ? v : 1;
}

static void halve(const float *in, int side, float *out)
{
    int half = side / 2;
    for (int y = 0; y < half; y++)
        for (int x = 0; x < half; x++) {
            const float *p = in + 2 * y * side + 2 * x;
            out[y * half + x] = (p[0] + p[1] + p[side] + p[side + 1]) / 4;
        }
}

/* The clipped ink along one circle, from twelve o'clock clockwise. */
static void read_circle(const struct imprint_stack *s, double radius,
                        float *ret)
{
    double c = s->side[0] / 2.0, r = radius * s->radius / 2;
    double step_s = sin(2 * UNITS_PI / ANGLES);
    double step_c = cos(2 * UNITS_PI / ANGLES), x = 0, y = -r;
    for (int i = 0; i < ANGLES; i++) {
        ret[i] =
            bilinear(s->shape[0], s->side[0], (float)(c + x), (float)(c + y));
        double turned = x * step_c - y * step_s;
        y = x * step_s + y * step_c;
        x = turned;
    }
}

static double circle_radius(int k)
{
    double share = (k + 0.5) / RADII;
    return from_radius + share * (to_radius - from_radius);
}

struct imprint_stack seal_register_stack(struct arena *a,
                                         const struct imprint *m)
{
    struct imprint_stack s = {.radius = m->size_mm / 2 * IMPRINT_PER_MM};
    int side = IMPRINT_SIDE;
    s.ink = arena_new_array(a, IMPRINT_BYTES, float);
    s.hidden = arena_new_array(a, IMPRINT_BYTES, float);
    float *clipped = arena_new_array(a, IMPRINT_BYTES, float);
    for (int i = 0; i < IMPRINT_BYTES; i++) {
        s.hidden[i] = m->ink[i] == IMPRINT_HIDDEN;
        s.ink[i] = s.hidden[i] > 0 ? 0 : (float)m->ink[i] / IMPRINT_FULL;
        clipped[i] = clip(s.ink[i]);
    }
    for (int k = 0; k < REGISTER_LEVELS; k++) {
        side /= 2;
        s.side[k] = side;
        s.shape[k] = arena_new_array(a, (size_t)side * (size_t)side, float);
        halve(k > 0 ? s.shape[k - 1] : clipped, 2 * side, s.shape[k]);
    }
    s.circles = arena_new_array(a, RADII, struct circle_spectrum);
    for (int k = 0; k < RADII; k++) {
        read_circle(&s, circle_radius(k), s.circles[k].re);
        spectrum_transform(s.circles[k].re, s.circles[k].im, ANGLES);
    }
    return s;
}

/* Correlation over the turn of b against a; the real part is the result. */
static void correlate_turns(const struct imprint_stack *a,
                            const struct imprint_stack *b, float ret[ANGLES])
{
    float im[ANGLES] = {0};
    memset(ret, 0, ANGLES * sizeof *ret);
    for (int k = 0; k < RADII; k++) {
        float weight = (float)circle_radius(k);
        const struct circle_spectrum *u = &a->circles[k], *v = &b->circles[k];
        for (int i = 1; i < ANGLES; i++) { /* means tell no angle */
            ret[i] += weight * (u->re[i] * v->re[i] + u->im[i] * v->im[i]);
            /* conjugate of a times b, conjugated for the way back */
            im[i] -= weight * (u->re[i] * v->im[i] - u->im[i] * v->re[i]);
        }
    }
    spectrum_transform(ret, im, ANGLES);
}

/* The highest peaks that are apart, as degrees. */
static int find_peaks(const float *v, double ret[CANDIDATES])
{
    int n = 0;
    while (n < CANDIDATES) {
        int best = -1;
        for (int i = 0; i < ANGLES; i++) {
            bool near = false;
            for (int k = 0; k < n && !near; k++)
                near = fabs(remainder(360.0 * i / ANGLES - ret[k], 360)) <
                       apart_deg;
            if (!near && (best < 0 || v[i] > v[best]))
                best = i;
        }
        if (best < 0)
            break;
        ret[n++] = 360.0 * best / ANGLES;
    }
    return n;
}

Affine seal_register_map(const struct placement *p)
{
    const double half = IMPRINT_SIDE / 2.0;
    Affine m = affine_compose(affine_translate(-half, -half),
                              affine_scale(p->scale, p->scale));
    m = affine_compose(m, affine_rotate(p->turn_deg));
    return affine_compose(m,
                          affine_translate(half + p->dx_mm * IMPRINT_PER_MM,
                                           half + p->dy_mm * IMPRINT_PER_MM));
}

/* The sums that a correlation is made of. */
struct sums {
    double n, a, b, aa, bb, ab;
};

/* Adds one row: a's samples and b's seen through the map. */
static void add_row(const float *row, int x0, int x1, const float *b, int side,
                    Point at, Point step, struct sums *s)
{
    float sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;
    const float ax = (float)at.x, ay = (float)at.y;
    const float dx = (float)step.x, dy = (float)step.y;
    for (int x = x0; x < x1; x++) {
        float k = (float)(x - x0), u = row[x];
        float v = bilinear(b, side, ax + k * dx, ay + k * dy);
        sa += u;
        sb += v;
        aa += u * u;
        bb += v * v;
        ab += u * v;
    }
    s->n += x1 - x0;
    s->a += (double)sa;
    s->b += (double)sb;
    s->aa += (double)aa;
    s->bb += (double)bb;
    s->ab += (double)ab;
}

/* Correlation within a circle around all of the seal; every other row tells
 * the same. */
static double score(const struct imprint_stack *a,
                    const struct imprint_stack *b, int level,
                    const struct placement *p)
{
    double unit = 2 << level, half = a->side[level] / 2.0;
    double reach = fmin(half - 1, corner * a->radius / unit + 2);
    Affine m = seal_register_map(p);
    struct sums s = {0};
    for (int y = 0; y < a->side[level]; y += 2) {
        double dy = y + 0.5 - half, w = reach * reach - dy * dy;
        if (w <= 0)
            continue;
        int x0 = (int)(half - sqrt(w)), x1 = (int)(half + sqrt(w));
        double px = (x0 + 0.5) * unit, py = (y + 0.5) * unit;
        Point at = {(m.a * px + m.b * py + m.c) / unit,
                    (m.d * px + m.e * py + m.f) / unit};
        add_row(a->shape[level] + y * a->side[level], x0, x1, b->shape[level],
                b->side[level], at, (Point){m.a, m.d}, &s);
    }
    double va = s.aa - s.a * s.a / s.n, vb = s.bb - s.b * s.b / s.n;
    return s.n > 0 && va > 0 && vb > 0
               ? (s.ab - s.a * s.b / s.n) / sqrt(va * vb)
               : -1;
}

/* One parameter moved to the top of the parabola through three values. */
static void climb(const struct imprint_stack *a, const struct imprint_stack *b,
                  int level, double *v, double step, struct placement *p)
{
    double at = *v, mid = p->correlation;
    *v = at - step;
    double low = score(a, b, level, p);
    *v = at + step;
    double high = score(a, b, level, p);
    double curve = low - 2 * mid + high, move = high > low ? 1 : -1;
    if (curve < 0)
        move = fmax(-1.5, fmin(1.5, 0.5 * (low - high) / curve));
    *v = at + move * step;
    p->correlation = score(a, b, level, p);
    if (p->correlation < mid) {
        *v = at;
        p->correlation = mid;
    }
}

static void refine(const struct imprint_stack *a, const struct imprint_stack *b,
                   int round, struct placement *p)
{
    int level = round < FINE ? REGISTER_LEVELS - 1 : 0;
    double first = b->radius / a->radius;
    if (round == FIRST || round == FINE)
        p->correlation = score(a, b, level, p);
    climb(a, b, level, &p->turn_deg, steps[round][0], p);
    climb(a, b, level, &p->dx_mm, steps[round][1], p);
    climb(a, b, level, &p->dy_mm, steps[round][2], p);
    climb(a, b, level, &p->scale, steps[round][3], p);
    p->scale = fmax(first * (1 - most_scale),
                    fmin(first * (1 + most_scale), p->scale));
}

struct placement seal_register(const struct imprint_stack *a,
                               const struct imprint_stack *b)
{
    float turns[ANGLES];
    double peaks[CANDIDATES] = {0}, high = -2;
    struct placement p[CANDIDATES];
    correlate_turns(a, b, turns);
    int n = find_peaks(turns, peaks);
    for (int i = 0; i < n; i++) {
        p[i] = (struct placement){peaks[i], 0, 0, b->radius / a->radius, -1};
        refine(a, b, FIRST, &p[i]);
        high = fmax(high, p[i].correlation);
    }
    struct placement best = {.scale = 1, .correlation = -2};
    for (int i = 0; i < n; i++) {
        if (p[i].correlation < high - hopeless)
            continue;
        refine(a, b, SECOND, &p[i]);
        best = p[i].correlation > best.correlation ? p[i] : best;
    }
    for (int round = FINE; round < ROUNDS; round++)
        refine(a, b, round, &best);
    best.turn_deg = remainder(best.turn_deg, 360);
    return best;
}
