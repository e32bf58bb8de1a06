/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Opacity is coverage between two levels: below the lower one it is noise of
 * the paper, above the upper one the stroke is full. Both are shares of the
 * crest of the stroke: lens and paper spread a stroke that is thinner than
 * their blur, so that it never reaches the coverage of a broad one, and its
 * width at half its own height is still what it was. How pale a crest may be
 * follows the pressure of the stamp, what the inked places around reach.
 * Ink that is squeezed to the rim of a stroke makes its edge denser than its
 * middle, so half of the crest lies outside of the engraved edge: at 0.55 the
 * area of the picture is the stamp's (0.99 of it on the tune family, 1.03 on
 * the report family; 1.02 and 1.06 at one half).
 * Resampled once, from coverage and not from colours, so that no dark fringe
 * comes up.
 */

#include "imaging/seal_cut.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/flood.h"
#include "imaging/image.h"
#include "imaging/seal_grid.h"
#include "imaging/seal_ridge.h"

static const float clear_below = 0.10f, full_above = 0.78f;

/* Pressure is taken over squares of this side; never less than the lower bound
 * of a full layer, below which paleness is a fault to be seen. */
static const double pressure_mm = 3.0;
static const float least_pressure = 0.40f, inked = 0.20f;

/* A stroke's own crest is looked for this far around. A crest below the lower
 * share of the pressure is no stroke's: haze, show-through. The stroke begins
 * at a share of its crest. */
static const double crest_mm = 0.17;
/* Paper beyond this distance from the rim tells of the ground. A crest has to
 * rise above it; bounded, since another seal may be near. */
static const double around_from_mm = 1.0;
static const float toner = 0.2f, over_ground = 2.5f, most_ground = 0.8f;

/* Blur of lens and paper, and how much of what it took is given back. */
static const double blur_mm = 0.065;
static const float give_back = 2.0f;
static const float least_crest = 0.30f, begins_at = 0.32f;

/* Mottle and the scanner's grain, which the same step made larger, are no holes
 * of a broad stroke while the scan itself has more than this of it. */
static const float filled_from = 0.6f;

/* Hairlines are judged by what they rise above both sides, as strokes are by
 * what they have: from this share of the pressure on, where strokes fade from
 * this share of the paper's limit on. */
static const float least_ridge = 0.12f, faint_share = 0.3f;
static const float ridge_from = 0.35f, ridge_full = 0.8f;

/* Beside a dense stroke a crest is only believed when it has this share of
 * it: compression and bleeding leave halos. */
static const double halo_mm = 0.45;
static const float halo = 0.55f;

/* Toner this dense hides the ink: the amount there is a guess. */
static const float hides_from = 1.1f, hides_all = 2.0f;

/* A speck: less ink than this in a piece that stands alone. */
static const double speck_mm2 = 0.04;
static const double join_mm = 0.13;
static const float piece_level = 0.22f, piece_peak = 0.24f;

static const double beyond_rim_mm = 0.15;

/* Sizes that seals are made in, mm (trade table after the seal rules of 1999).
 * The canvas takes the one that the seal fills; the seal itself is never
 * resized, and what the scale's error lets it reach beyond is left off. */
static const double nominal_mm[] = {16, 18, 20, 22, 25, 30, 38, 40, 42, 45, 50};
static const double beyond_mm = 0.35, within_mm = 1.2;

struct plane {
    int width, height;
    float *v;
};

static float ramp(float v, float from, float to)
{
    float t = (v - from) / (to - from);
    return t < 0 ? 0 : t > 1 ? 1 : t;
}

/* Distance to the rim's outer edge, positive outside; `t` are the axes of the
 * ellipse or the half sides of the rectangle. */
static double outside_by(const struct fit_axes *t, bool is_rect, double x,
                         double y)
{
    if (!is_rect)
        return fit_axes_distance(t, (Point){x, y});
    double dx = x - t->center.x, dy = y - t->center.y;
    double u = fabs(dx * t->ux + dy * t->uy), v = fabs(dx * t->vx + dy * t->vy);
    return fmax((u - 1) * t->a, (v - 1) * t->b);
}

static struct fit_axes axes_of(const struct seal_form *f, bool is_rect)
{
    struct fit_ellipse e = f->ellipse;
    if (is_rect)
        e = (struct fit_ellipse){f->center, f->rect.width / 2,
                                 f->rect.height / 2, f->rect.angle_deg};
    return fit_ellipse_axes(&e);
}

/* What the inked places of each square reach: their 85th percentile, then the
 * mean over 3 x 3 squares. Squares without ink take no part. */
struct pressure {
    int columns, rows;
    double side;
    float *v;
};

static float square_reach(const struct ink_roi *roi, int x0, int y0, int side)
{
    enum { BINS = 64 };
    int counts[BINS] = {0}, total = 0, seen = 0, bin = BINS - 1;
    for (int y = y0; y < y0 + side && y < roi->height; y++)
        for (int x = x0; x < x0 + side && x < roi->width; x++) {
            float ink = roi->ink[(size_t)y * (size_t)roi->width + (size_t)x];
            if (ink < inked)
                continue;
            int at = (int)(ink * BINS);
            counts[at < BINS ? at : BINS - 1]++;
            total++;
        }
    if (total < side)
        return 0;
    while (bin > 0 && (seen += counts[bin]) * 100 < total * 15)
        bin--;
    return ((float)bin + 0.5f) / BINS;
}

static struct pressure pressure_of(struct arena *a, const struct ink_roi *roi,
                                   double px_per_mm)
{
    int side = (int)fmax(8, round(pressure_mm * px_per_mm));
    struct pressure t = {roi->width / side + 1, roi->height / side + 1, side,
                         NULL};
    size_t n = (size_t)t.columns * (size_t)t.rows;
    float *raw = arena_new_array(a, n, float);
    t.v = arena_new_array(a, n, float);
    for (int y = 0; y < t.rows; y++)
        for (int x = 0; x < t.columns; x++)
            raw[y * t.columns + x] =
                square_reach(roi, x * side, y * side, side);
    for (int y = 0; y < t.rows; y++)
        for (int x = 0; x < t.columns; x++) {
            float sum = 0, k = 0;
            for (int j = y - 1; j <= y + 1; j++)
                for (int i = x - 1; i <= x + 1; i++)
                    if (i >= 0 && j >= 0 && i < t.columns && j < t.rows &&
                        raw[j * t.columns + i] > 0) {
                        sum += raw[j * t.columns + i];
                        k++;
                    }
            float mean = k > 0 ? sum / k : 1;
            t.v[y * t.columns + x] = fminf(1, fmaxf(least_pressure, mean));
        }
    return t;
}

/* Bilinear between the middles of the squares. */
static float pressure_at(const struct pressure *t, int x, int y)
{
    double u = fmin(fmax((x + 0.5) / t->side - 0.5, 0), t->columns - 1);
    double v = fmin(fmax((y + 0.5) / t->side - 0.5, 0), t->rows - 1);
    int i = (int)u, j = (int)v;
    float p = (float)(u - i), q = (float)(v - j);
    const float *c = t->v + j * t->columns + i;
    int right = i + 1 < t->columns, down = j + 1 < t->rows ? t->columns : 0;
    return (c[0] * (1 - p) + c[right] * p) * (1 - q) +
           (c[down] * (1 - p) + c[down + right] * p) * q;
}

/* Weights 1 2 1 along rows, then along columns: a variance of half a pixel. */
static void binomial(float *v, float *line, int w, int h)
{
    for (int y = 0; y < h; y++) {
        float *p = v + (size_t)y * (size_t)w, last = p[0];
        for (int x = 0; x + 1 < w; x++) {
            float mid = p[x];
            p[x] = (last + 2 * mid + p[x + 1]) / 4;
            last = mid;
        }
    }
    memcpy(line, v, (size_t)w * sizeof *v);
    for (int y = 0; y + 1 < h; y++) {
        float *p = v + (size_t)y * (size_t)w;
        for (int x = 0; x < w; x++) {
            float mid = p[x];
            p[x] = (line[x] + 2 * mid + p[x + w]) / 4;
            line[x] = mid;
        }
    }
}

/* What the blur of lens and paper took is given back once (the first step of
 * van Cittert's iteration). */
static float *sharpened(struct arena *a, const struct ink_roi *roi,
                        double px_per_mm)
{
    size_t n = (size_t)roi->width * (size_t)roi->height;
    float *v = arena_memdup(a, roi->ink, n * sizeof *v);
    float *line = arena_new_array(a, (size_t)roi->width, float);
    double variance = blur_mm * px_per_mm * blur_mm * px_per_mm;
    int passes = (int)fmin(12, fmax(1, round(2 * variance)));
    for (int k = 0; k < passes; k++)
        binomial(v, line, roi->width, roi->height);
    for (size_t i = 0; i < n; i++)
        v[i] = fmaxf(0, roi->ink[i] + give_back * (roi->ink[i] - v[i]));
    return v;
}

static void keep_higher(float *to, const float *from, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = from[i] > to[i] ? from[i] : to[i];
}

/* The highest coverage within `reach` pixels either way. */
static float *crests(struct arena *a, const float *ink, int w, int h, int reach)
{
    size_t n = (size_t)w * (size_t)h;
    float *rows = arena_memdup(a, ink, n * sizeof *ink);
    for (int y = 0; y < h; y++)
        for (int k = 1; k <= reach && k < w; k++) {
            const float *from = ink + (size_t)y * (size_t)w;
            float *to = rows + (size_t)y * (size_t)w;
            keep_higher(to, from + k, w - k);
            keep_higher(to + k, from, w - k);
        }
    float *out = arena_memdup(a, rows, n * sizeof *rows);
    for (int y = 0; y < h; y++)
        for (int k = -reach; k <= reach; k++)
            if (y + k >= 0 && y + k < h)
                keep_higher(out + (size_t)y * (size_t)w,
                            rows + (size_t)(y + k) * (size_t)w, w);
    return out;
}

/* What the paper around the seal shows of this ink, nearly all of it: the fine
 * lines of a certificate's ground are no part of the seal inside it either. */
static float ground_of(const struct ink_roi *roi, const float *ink,
                       const struct fit_axes *axes, bool is_rect,
                       double px_per_mm)
{
    enum { BINS = 128 };
    size_t counts[BINS] = {0}, total = 0, seen = 0;
    int bin = BINS - 1;
    for (int y = 0; y < roi->height; y += 2)
        for (int x = 0; x < roi->width; x += 2) {
            size_t i = (size_t)y * (size_t)roi->width + (size_t)x;
            double out = outside_by(axes, is_rect, x + 0.5, y + 0.5);
            if (out < around_from_mm * px_per_mm || roi->black[i] > toner)
                continue;
            int k = (int)(ink[i] * BINS);
            counts[k < BINS ? k : BINS - 1]++;
            total++;
        }
    while (bin > 0 && (double)(seen += counts[bin]) < 0.012 * (double)total)
        bin--;
    return total > 100 ? (float)bin / BINS : 0;
}

/* What the opacity of a place is worked out from. */
struct layers {
    const float *ink, *sharp; /* as scanned; what blur took given back */
    const float *crest, *broad;
    const float *ridge, *ridge_crest;
    struct pressure pressure;
    float low, pale; /* below: paper; no crest of this ground */
    int width;
};

static struct layers layers_of(struct arena *a, const struct ink_roi *roi,
                               const struct fit_axes *axes, bool is_rect,
                               double px_per_mm)
{
    int w = roi->width, h = roi->height;
    int reach = (int)fmax(1, round(crest_mm * px_per_mm));
    struct layers t = {.width = w,
                       .ink = roi->ink,
                       .sharp = sharpened(a, roi, px_per_mm),
                       .pressure = pressure_of(a, roi, px_per_mm),
                       .low = fminf(0.25f, fmaxf(clear_below, 3 * roi->noise))};
    float ground = ground_of(roi, t.sharp, axes, is_rect, px_per_mm);
    t.pale = fminf(most_ground, over_ground * ground);
    t.crest = crests(a, t.sharp, w, h, reach);
    t.broad =
        crests(a, t.sharp, w, h, (int)fmax(2, round(halo_mm * px_per_mm)));
    t.ridge = seal_ridges(a, roi, t.sharp, faint_share * t.low, px_per_mm);
    t.ridge_crest = crests(a, t.ridge, w, h, reach);
    return t;
}

/* An edge steeper than the ramp is still no sharper than a pixel, else turning
 * the picture upright would make steps of it. */
static float coverage(const float *v, int stride, float from, float full)
{
    float slope = hypotf(v[1] - v[-1], v[stride] - v[-stride]) / 2;
    float width = fmaxf(full - from, slope), mid = (from + full) / 2;
    return ramp(v[0], mid - width / 2, mid + width / 2);
}

static float stroke_at(const struct layers *t, size_t i, float press)
{
    if (t->ink[i] <= t->low)
        return 0;
    float least = fmaxf(least_crest * press, t->pale);
    least = fmaxf(least, halo * fminf(press, t->broad[i]));
    float top = fminf(press, fmaxf(least, t->crest[i]));
    float from = fmaxf(t->low, begins_at * top);
    float full = fmaxf(full_above * top, from + 0.05f);
    return fmaxf(coverage(t->sharp + i, t->width, from, full),
                 ramp(t->ink[i], filled_from * top, full_above * top));
}

static float hairline_at(const struct layers *t, size_t i, float press)
{
    float top = t->ridge_crest[i];
    if (top <= fmaxf(least_ridge * press, t->pale) ||
        t->ink[i] <= faint_share * t->low)
        return 0;
    return coverage(t->ridge + i, t->width, ridge_from * top, ridge_full * top);
}

static struct plane opacity(struct arena *a, const struct ink_roi *roi,
                            const struct seal_form *f, double px_per_mm)
{
    size_t n = (size_t)roi->width * (size_t)roi->height;
    struct plane p = {roi->width, roi->height, arena_new_array(a, n, float)};
    double slack = fmax(1.5, beyond_rim_mm * px_per_mm);
    bool is_rect = f->shape == SHAPE_SQUARE || f->shape == SHAPE_RECTANGLE;
    struct fit_axes axes = axes_of(f, is_rect);
    struct layers t = layers_of(a, roi, &axes, is_rect, px_per_mm);
    for (int y = 1; y + 1 < p.height; y++)
        for (int x = 1; x + 1 < p.width; x++) {
            size_t i = (size_t)y * (size_t)p.width + (size_t)x;
            if (roi->ink[i] <= faint_share * t.low)
                continue;
            double out = outside_by(&axes, is_rect, x + 0.5, y + 0.5);
            float in = (float)(1.5 - (out - slack));
            float sure = 1 - ramp(roi->black[i], hides_from, hides_all);
            float press = pressure_at(&t.pressure, x, y);
            p.v[i] = fmaxf(stroke_at(&t, i, press), hairline_at(&t, i, press));
            p.v[i] *= sure * ramp(in, 0, 1.5f);
        }
    return p;
}

/* Grows the mask of pieces by `reach` pixels, so that what nearly touches is
 * one piece and keeps its soft edge. */
static uint8_t *piece_mask(struct arena *a, const struct plane *p, int reach)
{
    size_t n = (size_t)p->width * (size_t)p->height;
    uint8_t *mask = arena_alloc(a, n, 1);
    for (int y = 0; y < p->height; y++)
        for (int x = 0; x < p->width; x++) {
            if (p->v[(size_t)y * (size_t)p->width + (size_t)x] < piece_level)
                continue;
            int x0 = x > reach ? x - reach : 0;
            int x1 = x + reach < p->width ? x + reach : p->width - 1;
            int y0 = y > reach ? y - reach : 0;
            int y1 = y + reach < p->height ? y + reach : p->height - 1;
            for (int j = y0; j <= y1; j++)
                memset(mask + (size_t)j * (size_t)p->width + x0, 1,
                       (size_t)(x1 - x0 + 1));
        }
    return mask;
}

/* The piece around `start`: its pixels, its ink and its peak. */
static int take_piece(const struct plane *p, const float *dense, uint8_t *mask,
                      int start, int *places, double *ret_ink, float *ret_peak)
{
    const struct flood f = {mask, p->width, p->height, 1, 2, true};
    int n = flood_fill(&f, start, places);
    *ret_ink = 0;
    *ret_peak = 0;
    for (int i = 0; i < n; i++) {
        int at = places[i];
        *ret_ink += (double)p->v[at];
        *ret_peak = fmaxf(*ret_peak, p->v[at] > 0 ? dense[at] : 0);
    }
    return n;
}

/* A piece goes when it is small, or when it is nowhere as dense as a stroke. */
static void clean(struct arena *a, struct plane *p, const float *dense,
                  double px_per_mm)
{
    size_t n = (size_t)p->width * (size_t)p->height;
    int reach = (int)lround(join_mm * px_per_mm);
    uint8_t *mask = piece_mask(a, p, reach < 1 ? 1 : reach);
    int *stack = arena_new_array(a, n, int);
    double least = speck_mm2 * px_per_mm * px_per_mm;
    for (size_t i = 0; i < n; i++) {
        if (!mask[i])
            p->v[i] = 0; /* haze far from any stroke */
        if (mask[i] != 1)
            continue;
        double ink;
        float peak;
        int k = take_piece(p, dense, mask, (int)i, stack, &ink, &peak);
        if (ink < least || peak < piece_peak)
            while (k)
                p->v[stack[--k]] = 0;
    }
}

/* Width and height in the upright picture. A round seal in a photograph is an
 * ellipse whose axes lie anywhere. */
static void extent(const struct seal_form *f, double *ret_width,
                   double *ret_height)
{
    double turn = rad_from_deg(f->ellipse.angle_deg - f->turn_deg);
    *ret_width = f->width;
    *ret_height = f->height;
    if (f->shape == SHAPE_ROUND || f->shape == SHAPE_ELLIPSE) {
        double a = 2 * f->ellipse.a, b = 2 * f->ellipse.b;
        *ret_width = hypot(a * cos(turn), b * sin(turn));
        *ret_height = hypot(a * sin(turn), b * cos(turn));
    }
}

static double canvas_mm(double size_mm, double margin_mm)
{
    for (size_t i = 0; i < sizeof nominal_mm / sizeof *nominal_mm; i++)
        if (nominal_mm[i] > size_mm - beyond_mm &&
            nominal_mm[i] < size_mm + within_mm)
            return nominal_mm[i] + 2 * margin_mm;
    return ceil(size_mm) + 2 * margin_mm;
}

static const struct image *resample(struct arena *a, struct arena *scratch,
                                    const struct plane *p,
                                    Affine plane_from_out, int width,
                                    int height, const uint8_t colour[3])
{
    uint8_t *out;
    struct image *im = image_new(a, width, height, 4, &out);
    const struct grid_plane plane = {p->v, p->width, p->height};
    float *row = arena_new_array(scratch, (size_t)width, float);
    int places = seal_grid_places(hypot(plane_from_out.a, plane_from_out.d));
    for (int y = 0; y < height; y++) {
        seal_grid_row(&plane, plane_from_out, places, y, width, row);
        for (int x = 0; x < width; x++, out += 4) {
            memcpy(out, colour, 3);
            out[3] = (uint8_t)fminf(255, 255 * row[x] + 0.5f);
        }
    }
    return im;
}

const struct image *seal_cut(struct arena *a, struct arena *scratch,
                             const struct ink_roi *roi,
                             const struct seal_form *form,
                             const struct seal_cut_options *options,
                             double *ret_dpi)
{
    /* Without a scale: a round seal is about 40 mm, and specks scale so. */
    double guess = fmax(form->width, form->height) /
                   (form->shape == SHAPE_ROUND ? 40 : 22);
    double px_per_mm = options->px_per_mm > 0 ? options->px_per_mm : guess;
    struct plane p = opacity(scratch, roi, form, px_per_mm);
    clean(scratch, &p, roi->ink, px_per_mm);
    double scale = 1, width, height; /* part pixels per canvas pixel */
    extent(form, &width, &height);
    if (options->px_per_mm > 0) {
        scale = px_per_mm * MM_PER_INCH / options->dpi;
        width = canvas_mm(width / px_per_mm, options->margin_mm);
        height = canvas_mm(height / px_per_mm, options->margin_mm);
        width *= px_per_mm / scale;
        height *= px_per_mm / scale;
    } else {
        width += 2 * options->margin_mm * px_per_mm;
        height += 2 * options->margin_mm * px_per_mm;
    }
    int w = (int)lround(width), h = (int)lround(height);
    Affine m = affine_compose(affine_translate(-w / 2.0, -h / 2.0),
                              affine_scale(scale, scale));
    m = affine_compose(m, affine_rotate(form->turn_deg));
    m = affine_compose(m, affine_translate(form->center.x, form->center.y));
    *ret_dpi = options->px_per_mm > 0 ? options->dpi : 0;
    return resample(a, scratch, &p, m, w, h, options->colour);
}
