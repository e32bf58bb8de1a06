/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The page is cut into upright strips of 128 pixels (22 mm at 150 dpi) that
 * overlap by half; their rows are counted. Where strips beside one another show
 * the same lines, the lag of the best normalised correlation of their profiles,
 * over a window of 32 mm, is how far the lines have climbed from one strip to
 * the next; a parabola through the peak gives parts of a pixel, so that 80
 * cells give the mean direction to 0.02 degrees.
 *
 * The field of directions s(x, y), x and y from -1 to 1, is fitted by
 * s = a + b y + e side + (c1 x + c2 x^2 + c3 x^3) + (d1 x + d2 x^2 + d3 x^3) y
 * with Tukey weights: cells where a table joins text at another height lie. 2 b
 * is the convergence. The rest, as a root mean square over the cells less what
 * noise alone may give, is the bend: for a cylinder of paper under a lens the
 * lift grows with the distance from the lens's foot, hence the terms in x y.
 * Convergence of one homography is linear in y to within a tenth for tilts up
 * to 10 degrees (H/d sin t at arm's length).
 */

#include "imaging/capture_lines.h"

#include <assert.h>
#include <leptonica/allheaders.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/rank.h"
#include "base/units.h"
#include "imaging/bitonal.h"
#include "imaging/least_squares.h"

enum {
    STROKE_PX = 31, /* 5 mm: longer than strokes, short enough for tilts */
    HALF_WORDS = 2, /* half a strip in words of 32 pixels */
    HALF_PX = 32 * HALF_WORDS,
    STRIP_PX = 2 * HALF_PX,
    WINDOW_PX = 192,
    STEP_PX = 64,
    MAX_LAG = 12, /* 5 degrees */
    TERMS = 9,
    STRAIGHT_TERMS = 3,
    FEW_CELLS = 24,  /* for the convergence */
    MANY_CELLS = 60, /* for the bend as well */
    ROUNDS = 6,
};

/* Strips that show the same lines reach 0.9; a label and the underlined value
 * beside it reach 0.75, at a lag that is nobody's direction. */
static const double least_correlation = 0.8;
static const double most_error_deg = 0.25; /* of b; more tells nothing */
/* The terms of the bend reach this by chance once in twenty: chi squared. */
static const double chance_of_bend = 12.6;

struct cell {
    double x, y, side, slope, weight;
    int lines; /* that the window shows */
};

/* Black pixels per row of each strip: profile[strip * height + y]; strips
 * overlap by half. */
static uint8_t *profiles(struct arena *a, PIX *layout, int strips, int height)
{
    size_t h = (size_t)height;
    uint8_t *out = arena_new_array(a, (size_t)strips * h, uint8_t);
    const l_uint32 *data = pixGetData(layout);
    l_int32 pitch = pixGetWpl(layout);
    for (size_t y = 0; y < h; y++) {
        const l_uint32 *w = data + (ptrdiff_t)y * pitch;
        uint8_t before = 0;
        for (size_t s = 0; s <= (size_t)strips; s++) {
            int n = 0;
            for (int k = 0; k < HALF_WORDS; k++)
                n += __builtin_popcount(*w++);
            if (s > 0)
                out[(s - 1) * h + y] = (uint8_t)(before + n);
            before = (uint8_t)n;
        }
    }
    return out;
}

/* Normalised correlation of n samples. */
static double correlation(const uint8_t *p, const uint8_t *q, int n)
{
    int sp = 0, sq = 0, pp = 0, qq = 0, pq = 0;
    for (int i = 0; i < n; i++) {
        int u = p[i], v = q[i];
        sp += u;
        sq += v;
        pp += u * u;
        qq += v * v;
        pq += u * v;
    }
    double vp = (double)n * pp - (double)sp * sp;
    double vq = (double)n * qq - (double)sq * sq;
    /* Less than one thin rule is specks, not lines. */
    if (sp < STRIP_PX || sq < STRIP_PX || vp <= 0 || vq <= 0)
        return -1;
    return ((double)n * pq - (double)sp * sq) / sqrt(vp * vq);
}

static int lines_in(const uint8_t *p, int n)
{
    int sum = 0, lines = 0;
    for (int i = 0; i < n; i++)
        sum += p[i];
    for (int i = 1; i < n; i++)
        lines += p[i - 1] * n <= sum && p[i] * n > sum;
    return lines;
}

/* The lag in pixels at which q continues p about row y; false: none does. */
static bool lag_at(const uint8_t *p, const uint8_t *q, int y, double *ret)
{
    double c[2 * MAX_LAG + 1];
    int best = 0;
    for (int i = 0; i <= 2 * MAX_LAG; i++) {
        c[i] = correlation(p + y, q + y + i - MAX_LAG, WINDOW_PX);
        if (c[i] > c[best])
            best = i;
    }
    if (c[best] < least_correlation || best == 0 || best == 2 * MAX_LAG)
        return false;
    double left = c[best - 1], right = c[best + 1];
    double bend = left - 2 * c[best] + right;
    double part = bend < 0 ? 0.5 * (left - right) / bend : 0;
    *ret = best - MAX_LAG + part;
    return true;
}

static size_t find_cells(struct arena *a, PIX *layout, double split,
                         struct cell *cell, size_t max)
{
    int w = pixGetWidth(layout), height = pixGetHeight(layout);
    int strips = w / HALF_PX - 1;
    size_t n = 0;
    if (strips < 5 || height < WINDOW_PX + 2 * MAX_LAG)
        return 0;
    const uint8_t *rows = profiles(a, layout, strips, height);
    for (int s = 0; s + 2 < strips; s++) {
        const uint8_t *p = rows + (size_t)s * (size_t)height;
        for (int y = MAX_LAG; y + WINDOW_PX + MAX_LAG <= height && n < max;
             y += STEP_PX) {
            double lag;
            if (!lag_at(p, p + 2 * (size_t)height, y, &lag))
                continue;
            double middle = y + WINDOW_PX / 2.0;
            cell[n++] =
                (struct cell){2.0 * (s + 2) * HALF_PX / w - 1,
                              2 * middle / height - 1,
                              isfinite(split) ? copysign(1, middle - split) : 0,
                              deg_from_rad(atan(lag / STRIP_PX)),
                              1,
                              lines_in(p + y, WINDOW_PX)};
        }
    }
    return n;
}

static void terms_at(const struct cell *c, double ret[TERMS])
{
    double x = c->x, y = c->y;
    const double t[TERMS] = {
        1, y, c->side, x, x * x, x * x * x, x * y, x * x * y, x * x * x * y};
    memcpy(ret, t, sizeof t);
}

/* Weighted least squares, the bend terms held back a little. Returns by what
 * the deviation of a cell becomes the error of the second term. */
static double fit(const struct cell *cell, size_t count, int n,
                  double ret[TERMS])
{
    struct least_squares q = {.n = n};
    double t[TERMS], unit[TERMS] = {0};
    for (size_t k = 0; k < count; k++) {
        terms_at(&cell[k], t);
        least_squares_add(&q, t, cell[k].slope, cell[k].weight);
    }
    for (int i = 0; i < n; i++)
        least_squares_hold(&q, i, i < STRAIGHT_TERMS ? 1e-9 : 0.5);
    struct least_squares second = q; /* for a column of the inverse */
    for (int i = 0; i < n; i++)
        second.m[i][n] = i == 1;
    memset(ret, 0, TERMS * sizeof *ret);
    least_squares_solve(&q, 0, ret);
    least_squares_solve(&second, 0, unit);
    return sqrt(fmax(0, unit[1]));
}

static double value(const double *k, const struct cell *c, int first)
{
    double t[TERMS], v = 0;
    terms_at(c, t);
    for (int i = first; i < TERMS; i++)
        v += k[i] * t[i];
    return v;
}

/* New weights from the residuals; returns their robust deviation. */
static double reweigh(struct arena *a, struct cell *cell, size_t n,
                      const double *k)
{
    double *r = arena_new_array(a, n, double);
    for (size_t i = 0; i < n; i++)
        r[i] = fabs(cell[i].slope - value(k, &cell[i], 0));
    rank_sort(r, n);
    double deviation = fmax(0.05, 1.48 * r[n / 2]);
    for (size_t i = 0; i < n; i++) {
        double u = (cell[i].slope - value(k, &cell[i], 0)) / (4 * deviation);
        cell[i].weight = fabs(u) < 1 ? (1 - u * u) * (1 - u * u) : 0;
    }
    return deviation;
}

static struct line_field measure(struct arena *a, struct cell *cell, size_t n)
{
    struct line_field f = {NAN, NAN, n};
    if (n < FEW_CELLS)
        return f;
    double k[TERMS], error = 0, deviation = 0, sum = 0, bent = 0;
    int terms = STRAIGHT_TERMS;
    for (int round = 0; round < ROUNDS; round++) {
        if (round == ROUNDS / 2 && n >= MANY_CELLS)
            terms = TERMS;
        error = fit(cell, n, terms, k);
        deviation = reweigh(a, cell, n, k);
    }
    for (size_t i = 0; i < n; i++) {
        double v = value(k, &cell[i], STRAIGHT_TERMS);
        sum += cell[i].weight;
        bent += cell[i].weight * v * v;
    }
    /* Cells overlap by half in both directions: four make one. */
    error *= 2 * deviation;
    double noise = 4 * deviation * deviation * chance_of_bend;
    if (error > most_error_deg)
        return f;
    /* What two standard errors explain is not convergence. */
    f.converge_deg = copysign(2 * fmax(0, fabs(k[1]) - 2 * error), k[1]);
    if (terms == TERMS)
        f.bend_deg = sqrt(fmax(0, (bent - noise) / sum));
    return f;
}

struct line_field capture_lines_measure(struct arena *a, struct Pix *layout,
                                        double split)
{
    enum { MAX_CELLS = 1000, LEAST_LINES = 2 };
    struct cell *cell = arena_new_array(a, MAX_CELLS, struct cell);
    size_t n = find_cells(a, layout, split, cell, MAX_CELLS), rich = 0;
    struct line_field f = measure(a, cell, n);
    /* A line by itself, such as a title, leans as its few letters do. */
    for (size_t i = 0; i < n; i++)
        if (cell[i].lines >= LEAST_LINES) {
            cell[rich] = cell[i];
            cell[rich++].weight = 1;
        }
    double converge_deg = measure(a, cell, rich).converge_deg;
    f.converge_deg = isnan(converge_deg) ? f.converge_deg : converge_deg;
    return f;
}

static void destroy(void *object)
{
    PIX *p = object;
    pixDestroy(&p);
}

struct Pix *capture_lines_upright(struct arena *a, struct Pix *layout)
{
    PIX *rules = pixOpenBrick(NULL, bitonal_turn(a, layout, 1), STROKE_PX, 1);
    assert(rules);
    arena_defer(a, destroy, rules);
    return rules;
}
