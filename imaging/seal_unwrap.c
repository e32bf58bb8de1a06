/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * First a profile of the ink over the distance from the rim tells where a band
 * of characters begins and ends, then one along the arc where they start and
 * stop; only then is the line drawn, at the size that line readers want.
 */

#include "imaging/seal_unwrap.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/image.h"

enum { DEPTHS = 160, ARC = 1440, MAX_COLUMNS = 4000 };

/* Sizes on a seal of 40 mm, mm; others are larger or smaller as they are. The
 * layout model of the trade: name 3.5 to 5 mm high, number 1 to 2 mm. */
static const double depth_step = 0.06;
static const double name_from = 0.35, name_to = 9.2, name_least = 2.0;
static const double number_from = 0.25, number_to = 3.4, number_least = 0.8;
static const double number_most = 2.4;

/* Half the arc over which the bands are looked for: the name about the top,
 * the number about the bottom; degrees. */
static const double name_half_deg = 75, number_half_deg = 24;

/* What is drawn: height of the characters and paper above and below them. */
static const double drawn_px = 34, pad_share = 0.22;

/* Share of a profile's highest value that is a character's. */
static const float band_level = 0.16f, column_level = 0.12f;

/* Where the name's columns are empty for a gap, in heights of the name. */
static const double least_gap = 0.35;

struct ring {
    const struct ink_roi *roi;
    Point center;
    double a, b; /* pixels of the part */
    Point axis;  /* of the long one: cosine and sine */
    double top;  /* angle on the ellipse of the seal's top */
    double mm;   /* pixels of the part */
    double rim;
};

/* The places under the rim at an angle on the ellipse: along the normal. */
struct ray {
    Point from, per_px; /* of depth */
};

static struct ray ray_at(const struct ring *r, double t)
{
    double c = cos(t), s = sin(t);
    double nx = c * r->b, ny = s * r->a, n = -hypot(nx, ny);
    double ac = r->axis.x, as = r->axis.y, u = r->a * c, v = r->b * s;
    nx /= n;
    ny /= n;
    return (struct ray){
        {r->center.x + u * ac - v * as, r->center.y + u * as + v * ac},
        {nx * ac - ny * as, nx * as + ny * ac}};
}

static Point place(const struct ray *ray, double depth)
{
    return (Point){ray->from.x + depth * ray->per_px.x,
                   ray->from.y + depth * ray->per_px.y};
}

static float ink_at(const struct ring *r, const struct ray *ray, double depth)
{
    Point p = place(ray, depth);
    float v = ink_roi_at(r->roi, r->roi->ink, p.x, p.y);
    return v < 1 ? v : 1;
}

/* Length of arc per radian at a depth. */
static double arc_speed(const struct ring *r, double t, double depth)
{
    return hypot((r->a - depth) * sin(t), (r->b - depth) * cos(t));
}

/* --- bands ----------------------------------------------------------------*/

struct band {
    double from, to; /* depths, pixels of the part */
};

/* An arc about `middle`, and the depths that are looked at. */
struct zone {
    double middle, half_deg, from, step;
    int n;
};

/* Mean ink by depth over `width_deg` of the zone's arc from `first_deg` on. */
static void depth_profile(const struct ring *r, const struct zone *z,
                          double first_deg, double width_deg, float ret[DEPTHS])
{
    int rays = 0;
    memset(ret, 0, (size_t)z->n * sizeof *ret);
    for (double d = 0; d <= width_deg; d += 0.5, rays++) {
        struct ray ray = ray_at(r, z->middle + rad_from_deg(first_deg + d));
        for (int k = 0; k < z->n; k++)
            ret[k] += ink_at(r, &ray, z->from + k * z->step);
    }
    for (int k = 0; k < z->n; k++)
        ret[k] /= (float)rays;
}

/* The middle one of the profiles of sectors as wide as a digit: a blot over a
 * few of them joins the rim with the number in the mean, and not in this. */
static void middle_profile(const struct ring *r, const struct zone *z,
                           float ret[DEPTHS])
{
    enum { SECTORS = 13 };
    float of[SECTORS][DEPTHS];
    double width = 2 * z->half_deg / SECTORS;
    for (int i = 0; i < SECTORS; i++)
        depth_profile(r, z, i * width - z->half_deg, width, of[i]);
    for (int k = 0; k < z->n; k++) {
        for (int i = 1; i < SECTORS; i++) /* in order of their ink */
            for (int j = i; j > 0 && of[j][k] < of[j - 1][k]; j--) {
                float v = of[j][k];
                of[j][k] = of[j - 1][k];
                of[j - 1][k] = v;
            }
        ret[k] = of[SECTORS / 2][k];
    }
}

/* The first stretch of ink of at least that height behind a gap. */
static bool find_band(const float *v, int n, int least, int *ret_from,
                      int *ret_to)
{
    float peak = 0, low = 1;
    for (int k = 0; k < n; k++) {
        peak = v[k] > peak ? v[k] : peak;
        low = v[k] < low ? v[k] : low;
    }
    float level = low + band_level * (peak - low);
    int k = 0;
    while (k < n && v[0] > peak / 2 && v[k] > level)
        k++; /* what is left of the rim */
    while (k < n) {
        while (k < n && v[k] <= level)
            k++;
        int from = k;
        while (k < n && v[k] > level)
            k++;
        if (k - from >= least && k < n) {
            *ret_from = from;
            *ret_to = k;
            return peak > 0.04f;
        }
    }
    return false;
}

static bool find_text(const struct ring *r, double middle, double half_deg,
                      double from_mm, double to_mm, double least_mm,
                      struct band *ret)
{
    float v[DEPTHS];
    int n = (int)((to_mm - from_mm) / depth_step), low, high;
    int least = (int)(least_mm / depth_step);
    struct zone z = {middle, half_deg, r->rim + from_mm * r->mm,
                     depth_step * r->mm, n < DEPTHS ? n : DEPTHS};
    depth_profile(r, &z, -half_deg, 2 * half_deg, v);
    bool found = find_band(v, z.n, least, &low, &high);
    if (!found) {
        middle_profile(r, &z, v);
        found = find_band(v, z.n, least, &low, &high);
    }
    *ret = (struct band){0, 0};
    if (found)
        *ret = (struct band){z.from + (low - 0.5) * z.step,
                             z.from + (high - 0.5) * z.step};
    return found;
}

/* --- along the arc --------------------------------------------------------*/

/* Mean ink of each of ARC angles between two depths. */
static void arc_profile(const struct ring *r, double from, double to,
                        float ret[ARC])
{
    double step = fmax(0.7, (to - from) / 12);
    for (int i = 0; i < ARC; i++) {
        float sum = 0, n = 0;
        struct ray ray = ray_at(r, r->top + 2 * UNITS_PI * i / ARC);
        for (double d = from; d <= to; d += step, n++)
            sum += ink_at(r, &ray, d);
        ret[i] = sum / n;
    }
}

static float level_of(const float v[ARC])
{
    float mean = 0, n = 0;
    for (int i = 0; i < ARC; i++)
        if (v[i] > 0.02f) {
            mean += v[i];
            n++;
        }
    return n > 0 ? column_level * 2 * mean / n : 1;
}

struct arc {
    double from, to; /* angles on the ellipse, to > from */
};

/* Nothing of the name where the number stands. */
static void leave_out(const struct ring *r, const struct arc *number,
                      float v[ARC])
{
    for (int i = 0; number && i < ARC; i++) {
        double t = r->top + 2 * UNITS_PI * i / ARC;
        double mid = (number->from + number->to) / 2;
        if (fabs(remainder(t - mid, 2 * UNITS_PI)) <
            (number->to - number->from) / 2)
            v[i] = 0;
    }
}

/* All but the widest gap. */
static bool find_name(const struct ring *r, const struct band *b,
                      const struct arc *number, struct arc *ret)
{
    float v[ARC];
    /* The inner part only: the number does not reach down to it. */
    arc_profile(r, b->from + 0.45 * (b->to - b->from), b->to, v);
    float level = level_of(v);
    leave_out(r, number, v);
    int best = 0, best_end = -1, run = 0;
    for (int i = 0; i < 2 * ARC; i++) {
        run = v[i % ARC] < level ? run + 1 : 0;
        if (run > best && run <= ARC) {
            best = run;
            best_end = i;
        }
    }
    if (best == 0 || best >= ARC)
        return false;
    double per_px = 1 / arc_speed(r, r->top, b->to);
    double end = 2 * UNITS_PI * (best_end + 1) / ARC;
    double gap = 2 * UNITS_PI * best / ARC;
    ret->from = r->top + end;
    ret->to = r->top + end + 2 * UNITS_PI - gap;
    return gap / per_px > least_gap * (b->to - b->from);
}

/* Mean ink between two depths along a ray. */
static float ink_between(const struct ring *r, const struct ray *ray,
                         double from, double to)
{
    enum { STEPS = 8 };
    float sum = 0;
    for (int i = 0; i < STEPS; i++)
        sum += ink_at(r, ray, from + (i + 0.5) * (to - from) / STEPS);
    return sum / STEPS;
}

/* Along the number, COMB_PER_HEIGHT samples a height: its ink, and the ink
 * further in, where the name's characters go on and digits do not. */
enum { REACH = (COMB_MAX + 2) * COMB_PER_HEIGHT, SAMPLES = 2 * REACH + 1 };

static void sample_number(const struct ring *r, const struct band *b,
                          float ret_ink[SAMPLES], float ret_beyond[SAMPLES])
{
    double h = b->to - b->from, mid = (b->from + b->to) / 2;
    for (int side = -1; side <= 1; side += 2) {
        double t = r->top + UNITS_PI, gone = 0;
        for (int k = 0; k <= REACH && gone < UNITS_PI / 2; k++) {
            struct ray ray = ray_at(r, t);
            int at = REACH + side * k;
            ret_ink[at] = ink_between(r, &ray, b->from, b->to);
            ret_beyond[at] =
                ink_between(r, &ray, b->to + 0.25 * h, b->to + 1.25 * h);
            double step = h / COMB_PER_HEIGHT / fmax(1, arc_speed(r, t, mid));
            t -= side * step; /* left to right is counter-clockwise */
            gone += step;
        }
    }
}

/* The places of the digits, by a comb about the bottom: what the ink is more
 * than that further in, a quarter of a height to either side. */
static bool find_number(const struct ring *r, const struct band *b,
                        struct comb *ret)
{
    enum { AROUND = COMB_PER_HEIGHT / 4 };
    float ink[SAMPLES] = {0}, beyond[SAMPLES] = {0};
    sample_number(r, b, ink, beyond);
    for (int i = AROUND; i + AROUND < SAMPLES; i++) {
        float most = 0;
        for (int k = -AROUND; k <= AROUND; k++)
            most = fmaxf(most, beyond[i + k]);
        ink[i] = fmaxf(0, ink[i] - most);
    }
    *ret = seal_comb_fit(ink, SAMPLES, REACH);
    return ret->n > 0;
}

/* The angle on the ellipse so many heights to the right of the bottom. */
static double number_angle(const struct ring *r, const struct band *b, double s)
{
    double h = b->to - b->from, mid = (b->from + b->to) / 2;
    double t = r->top + UNITS_PI, left = fabs(s) * h, step = h / 16;
    for (; left > 0; left -= step) {
        double d = fmin(left, step) / fmax(1, arc_speed(r, t, mid));
        t -= s > 0 ? d : -d;
    }
    return t;
}

/* --- drawing --------------------------------------------------------------*/

/* Angles for columns that are `step` of arc apart at a depth. */
static float *columns(struct arena *a, const struct ring *r, double from,
                      double to, double depth, double step, int *ret_n)
{
    float *at = arena_new_array(a, MAX_COLUMNS, float);
    double t = from;
    int n = 0;
    while (t < to && n < MAX_COLUMNS) {
        at[n++] = (float)t;
        t += step / fmax(1, arc_speed(r, t, depth));
    }
    *ret_n = n;
    return at;
}

static void draw(struct arena *a, const struct ring *r, struct seal_line *l,
                 int width, int height)
{
    uint8_t *px;
    struct image *im = image_new(a, width, height, 1, &px);
    for (int x = 0; x < width; x++) {
        struct ray ray = ray_at(r, (double)l->at[x]);
        for (int y = 0; y < height; y++) {
            double depth = (l->depth + (y + 0.5) * l->per_row) / r->roi->step;
            float ink = ink_at(r, &ray, depth);
            px[(size_t)y * (size_t)width + (size_t)x] =
                (uint8_t)(255 - 245 * ink);
        }
    }
    l->picture = im;
}

/* The line between those angles, with `margin` heights of paper at its ends;
 * `outwards`: the first row is the inmost. */
static struct seal_line line_of(struct arena *a, const struct ring *r,
                                const struct band *b, const struct arc *arc,
                                double margin, bool outwards)
{
    double h = b->to - b->from, per_px = h / drawn_px, pad = pad_share * h;
    double mid = (b->from + b->to) / 2, step = r->roi->step;
    double more = margin * h / arc_speed(r, arc->from, mid);
    int n, height = (int)lround((h + 2 * pad) / per_px);
    float *at =
        columns(a, r, arc->from - more, arc->to + more, mid, per_px, &n);
    for (int i = 0; outwards && i < n / 2; i++) {
        float t = at[i];
        at[i] = at[n - 1 - i];
        at[n - 1 - i] = t;
    }
    struct seal_line l = {
        .text_y = pad / per_px,
        .text_h = drawn_px,
        .text_x = margin * drawn_px,
        .text_w = n - 2 * margin * drawn_px,
        .center = {r->roi->origin.x + r->center.x * step,
                   r->roi->origin.y + r->center.y * step},
        .a = r->a * step,
        .b = r->b * step,
        .axis_rad = atan2(r->axis.y, r->axis.x),
        .at = at,
        .depth = (outwards ? b->to + pad : b->from - pad) * step,
        .per_row = (outwards ? -per_px : per_px) * step,
        .scan_px = h * step,
    };
    if (n > 2 * height)
        draw(a, r, &l, n, height);
    return l;
}

/* White beyond the first and the last place. */
static void blank_ends(struct arena *a, struct seal_line *l)
{
    const struct image *im = l->picture;
    uint8_t *px;
    struct image *copy = image_new(a, im->width, im->height, 1, &px);
    double beyond = 0.05 * l->text_h;
    for (int y = 0; y < im->height; y++)
        for (int x = 0; x < im->width; x++, px++) {
            bool out = x + 0.5 < l->text_x - beyond ||
                       x + 0.5 > l->text_x + l->text_w + beyond;
            *px = out ? 255 : *image_at(im, x, y);
        }
    l->picture = copy;
}

void seal_line_judge(struct seal_line *l)
{
    const struct image *im = l->picture;
    int y = (int)lround(l->text_y), h = (int)lround(l->text_h);
    for (int i = 0; i < l->n_places; i++) {
        int x0 = (int)lround(l->text_x + i * l->pitch);
        int x1 = (int)lround(l->text_x + (i + 1) * l->pitch);
        x0 = x0 < 0 ? 0 : x0;
        x1 = x1 > im->width ? im->width : x1;
        l->clarity[i] = x1 > x0
                            ? seal_comb_clarity(image_at(im, x0, y), x1 - x0, h,
                                                (size_t)im->width, l->scan_px)
                            : 0;
    }
}

static struct seal_line number_of(struct arena *a, const struct ring *r,
                                  const struct band *b, struct arc *ret_arc)
{
    struct seal_line l = {0};
    struct comb c;
    if (b->to - b->from > number_most * r->mm || !find_number(r, b, &c))
        return l;
    double left = c.first - c.pitch / 2, right = left + c.n * c.pitch;
    *ret_arc =
        (struct arc){number_angle(r, b, right), number_angle(r, b, left)};
    l = line_of(a, r, b, ret_arc, 0.4, true);
    if (!l.picture)
        return l;
    l.n_places = c.n;
    l.pitch = l.text_w / c.n;
    blank_ends(a, &l);
    seal_line_judge(&l);
    return l;
}

static struct ring ring_of(const struct ink_roi *roi,
                           const struct seal_form *form, double px_per_mm)
{
    const struct fit_ellipse *e = &form->ellipse;
    double axis = rad_from_deg(e->angle_deg);
    double up = rad_from_deg(form->turn_deg) - UNITS_PI / 2 - axis;
    double size = fmin(form->width, form->height) / px_per_mm;
    bool oval = form->shape == SHAPE_ELLIPSE;
    return (struct ring){
        .roi = roi,
        .center = form->center,
        .a = e->a,
        .b = e->b,
        .axis = {cos(axis), sin(axis)},
        .top = atan2(sin(up) / e->b, cos(up) / e->a),
        /* an oval of 30 mm has characters nearly as large as a round one */
        .mm = px_per_mm * (oval ? 1 : size / 40),
        .rim = oval ? seal_turn_oval_rim(roi, form) : form->rim,
    };
}

struct seal_lines seal_unwrap(struct arena *a, const struct ink_roi *roi,
                              const struct seal_form *form, double px_per_mm)
{
    struct ring r = ring_of(roi, form, px_per_mm);
    struct seal_lines lines = {0};
    struct band band;
    struct arc arc, number;
    if (find_text(&r, r.top + UNITS_PI, number_half_deg, number_from, number_to,
                  number_least, &band))
        lines.number = number_of(a, &r, &band, &number);
    if (find_text(&r, r.top, name_half_deg, name_from, name_to, name_least,
                  &band) &&
        find_name(&r, &band, lines.number.picture ? &number : NULL, &arc))
        lines.ring = line_of(a, &r, &band, &arc, 0.5, false);
    return lines;
}

Rect seal_line_scan_rect(const struct seal_line *l, Rect r)
{
    if (!l->at)
        return affine_rect(l->scan_from_line, r);
    struct ring ring = {.center = l->center,
                        .a = l->a,
                        .b = l->b,
                        .axis = {cos(l->axis_rad), sin(l->axis_rad)}};
    double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    for (int i = 0; i < 9; i++) {
        double x = r.x + r.w * (i % 3) / 2, y = r.y + r.h * (i / 3) / 2;
        int column = (int)fmax(0, fmin(l->picture->width - 1, x));
        struct ray ray = ray_at(&ring, (double)l->at[column]);
        Point p = place(&ray, l->depth + y * l->per_row);
        x0 = fmin(x0, p.x);
        y0 = fmin(y0, p.y);
        x1 = fmax(x1, p.x);
        y1 = fmax(y1, p.y);
    }
    return (Rect){x0, y0, x1 - x0, y1 - y0};
}
