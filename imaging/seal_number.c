/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Rows of ink about the axis, as high as digits are, with paper above and
 * below; the comb of engraved numbers then has to find enough of them. Star and
 * ring text are higher, and have no comb.
 */

#include "imaging/seal_number.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/image.h"

/* The rows that are looked at, shares of half the seal's height below its
 * middle; the part of half its width about the axis that decides. */
static const double from_share = -0.35, to_share = 0.78, axis_share = 0.3;

/* Heights of digits; a row's step. A row has ink from this share of the
 * fullest one on. */
static const double least_mm = 0.8, most_mm = 2.6, step_mm = 0.06;
static const double row_level = 0.16;

/* Fewer characters are a word. */
enum { LEAST_DIGITS = 10, ROWS = 600 };

/* What is drawn: as seal_unwrap does. */
static const double drawn_px = 34, pad_share = 0.22, margin = 0.4;

/* The seal set upright, its middle at (0, 0); pixels of the part. */
struct upright {
    const struct ink_roi *roi;
    Affine part_from;
    double half_width, half_height;
};

static float ink_at(const struct upright *u, double x, double y)
{
    Point p = affine_point(u->part_from, (Point){x, y});
    return fminf(1, ink_roi_at(u->roi, u->roi->ink, p.x, p.y));
}

/* Mean ink of a column between two rows. */
static float column(const struct upright *u, double x, double y0, double y1)
{
    enum { STEPS = 8 };
    float sum = 0;
    for (int i = 0; i < STEPS; i++)
        sum += ink_at(u, x, y0 + (i + 0.5) * (y1 - y0) / STEPS);
    return sum / STEPS;
}

struct rows {
    double from, to;
};

static float row(const struct upright *u, double y, double step)
{
    float sum = 0, n = 0;
    for (double x = -axis_share; x <= axis_share; n++) {
        sum += ink_at(u, x * u->half_width, y);
        x += step / u->half_width;
    }
    return sum / n;
}

/* The places of a number in these rows: what they have more than the rows
 * above and below. */
static struct comb comb_of(const struct upright *u, const struct rows *r)
{
    enum { REACH = (COMB_MAX + 2) * COMB_PER_HEIGHT };
    float v[2 * REACH + 1];
    double h = r->to - r->from;
    for (int i = -REACH; i <= REACH; i++) {
        double x = i * h / COMB_PER_HEIGHT;
        float beyond =
            fmaxf(column(u, x, r->from - 0.7 * h, r->from - 0.15 * h),
                  column(u, x, r->to + 0.15 * h, r->to + 0.7 * h));
        v[REACH + i] = fabs(x) < u->half_width
                           ? fmaxf(0, column(u, x, r->from, r->to) - beyond)
                           : 0;
    }
    return seal_comb_fit(v, 2 * REACH + 1, REACH);
}

/* The first rows from the top that hold a number. */
static bool find(const struct upright *u, double px_per_mm,
                 struct rows *ret_rows, struct comb *ret)
{
    float v[ROWS], peak = 0;
    double step = step_mm * px_per_mm, top = from_share * u->half_height;
    int n = (int)((to_share - from_share) * u->half_height / step);
    n = n < ROWS ? n : ROWS;
    for (int i = 0; i < n; i++) {
        v[i] = row(u, top + i * step, step);
        peak = fmaxf(peak, v[i]);
    }
    for (int i = 0; i < n; i++) {
        int from = i;
        while (i < n && v[i] > row_level * (double)peak)
            i++;
        double high = (i - from) * step_mm;
        if (high < least_mm || high > most_mm)
            continue;
        *ret_rows =
            (struct rows){top + (from - 0.5) * step, top + (i - 0.5) * step};
        *ret = comb_of(u, ret_rows);
        if (ret->n >= LEAST_DIGITS)
            return true;
    }
    return false;
}

/* The picture, its pixels' way back and what stands where in it. */
static struct seal_line draw(struct arena *a, const struct upright *u,
                             const struct rows *r, const struct comb *c)
{
    double h = r->to - r->from, per_px = h / drawn_px;
    double width = (c->n * c->pitch + 2 * margin) * drawn_px;
    struct seal_line l = {
        .text_y = pad_share * drawn_px,
        .text_h = drawn_px,
        .text_x = margin * drawn_px,
        .text_w = c->n * c->pitch * drawn_px,
        .n_places = c->n,
        .pitch = c->pitch * drawn_px,
        .scan_px = h * u->roi->step,
    };
    double left = (c->first - c->pitch / 2 - margin) * h;
    Affine upright_from_line =
        affine_compose(affine_scale(per_px, per_px),
                       affine_translate(left, r->from - pad_share * h));
    Affine part = affine_compose(upright_from_line, u->part_from);
    uint8_t *px;
    struct image *im =
        image_new(a, (int)lround(width),
                  (int)lround((1 + 2 * pad_share) * drawn_px), 1, &px);
    for (int y = 0; y < im->height; y++)
        for (int x = 0; x < im->width; x++) {
            Point p =
                affine_point(upright_from_line, (Point){x + 0.5, y + 0.5});
            *px++ = (uint8_t)(255 - 245 * ink_at(u, p.x, p.y));
        }
    l.picture = im;
    l.scan_from_line = affine_compose(
        affine_compose(part, affine_scale(u->roi->step, u->roi->step)),
        affine_translate(u->roi->origin.x, u->roi->origin.y));
    return l;
}

struct seal_line seal_number_straight(struct arena *a,
                                      const struct ink_roi *roi,
                                      const struct seal_form *form,
                                      double px_per_mm)
{
    struct upright u = {
        roi,
        affine_compose(affine_rotate(form->turn_deg),
                       affine_translate(form->center.x, form->center.y)),
        form->width / 2, form->height / 2};
    struct seal_line l = {0};
    struct rows rows;
    struct comb comb;
    if (!find(&u, px_per_mm, &rows, &comb))
        return l;
    l = draw(a, &u, &rows, &comb);
    seal_line_judge(&l);
    return l;
}
