/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Outline: along each of 720 rays the outermost place where coverage rises
 * through half, to a fraction of a pixel. The first circle comes from the
 * coarse map; the search narrows around the fit from pass to pass, so that a
 * table line or another seal outside is left behind as an outlier.
 */

#include "imaging/seal_measure.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/seal_inks.h"
#include "imaging/seal_outline.h"

static const double fit_tolerance_mm = 0.2;

/* Ratio of the axes below which a curve is an ellipse on purpose: seals are
 * 45 x 30 or 40 x 30 mm, and a page held askew does not exceed 6 %. */
static const double ellipse_ratio = 0.90;

/*
 * Limits of what is a seal, from the distributions on the tune family: seals
 * on one side, emblems, ornaments and finger prints on the other.
 */
static const double least_completeness = 0.30;
static const double least_rim_contrast = 0.30;
static const double closed_rim = 0.95, whole_rim = 0.85;
static const double most_stray = 0.06;
static const double most_rim = 0.17; /* of the radius */
static const double most_outside = 0.55;
/* A square has a frame with a gap inside it, or, cut in relief, is a block
 * with straight edges: an emblem is neither. */
static const double least_side = 0.40, least_rect_support = 0.60;
static const double least_frame_contrast = 0.45, least_frame = 0.72;
static const double least_block = 0.92;
/* A line of print between two rules is as long as an oblong seal. */
static const double least_oblong_frame = 0.85;

/* Broken circles are believed only in the sizes that official seals have. */
static const double weak_min_mm = 28, weak_max_mm = 52;

/* Ink this near to the rim of another seal is its own. */
static const double beside_rim_mm = 0.25;

/* A frame with nothing in it is a form's, or somebody's mark on a picture: name
 * seals, the palest ones too, have 0.15 and more. */
static const double least_middle = 0.04;

static const double least_fill = 0.020, most_fill = 0.70;

/*
 * A rim is as broad everywhere; letters, logos and things in photographs that
 * lie on a circle are not. Stamped seals, 205 generated ones with every damage
 * and 40 real ones of 25 mm and more: 0.87 and up, 0.72 when only 18 pixels in
 * radius; what was mistaken for a broken rim on letterheads and photographs:
 * 0.31 to 0.86. Ink covers up to 0.57 of a seal's area, an emblem's disc 0.73,
 * and 0.29 of that is gold; what pens and prints over seals come to is 0.15.
 */
static const double even_whole = 0.60, even_broken = 0.87;
static const double most_area = 0.65, most_foreign = 0.20;

static double tolerance_of(const struct seal_bounds *b, double radius)
{
    double relative = 0.011 * radius;
    return b->scale_known ? fmin(fit_tolerance_mm * b->px_per_mm, relative)
                          : relative;
}

static struct fit_ellipse ellipse_of(const struct fit_circle *c)
{
    return (struct fit_ellipse){c->center, c->radius, c->radius, 0};
}

/* Narrowing passes: circle at first, ellipse once enough of the rim is seen. */
static bool fit_outline(struct arena *a, const struct ink_roi *roi,
                        const struct seal_bounds *bounds,
                        struct fit_ellipse *ret)
{
    static const double windows[] = {0.12, 0.07, 0.04, 0.03};
    Point *p = arena_new_array(a, OUTLINE_RAYS, Point);
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
        size_t n = seal_outline(roi, ret, windows[i], p);
        double radius = (ret->a + ret->b) / 2;
        double tolerance = tolerance_of(bounds, radius) * (i == 0 ? 2.5 : 1);
        struct fit_circle c;
        if (i < 2) {
            if (!fit_circle_robust(a, p, n, tolerance * 1.5, 0.8 * radius,
                                   1.2 * radius, &c, NULL))
                return false;
            *ret = ellipse_of(&c);
            continue;
        }
        struct fit_ellipse e;
        /* Half a rim does not hold an ellipse. */
        if (n >= OUTLINE_RAYS * 6 / 10 &&
            fit_ellipse_robust(a, p, n, tolerance, &e, NULL) &&
            e.b > 0.85 * e.a && fabs(e.a - radius) < 0.1 * radius)
            *ret = e;
        else if (fit_circle_robust(a, p, n, tolerance, 0.9 * radius,
                                   1.1 * radius, &c, NULL))
            *ret = ellipse_of(&c);
    }
    return true;
}

static bool is_seal(const struct seal_form *f, const struct seal_bounds *b)
{
    double radius = (f->width + f->height) / 4;
    if (f->completeness < least_completeness * f->visible || f->visible < 0.2 ||
        f->rim_contrast < least_rim_contrast || f->rim > most_rim * radius ||
        f->outside > most_outside || f->fill < least_fill ||
        f->fill > most_fill || f->inked_area > most_area ||
        f->foreign > most_foreign || f->even_rim < even_whole)
        return false;
    if (f->completeness > whole_rim * f->visible)
        return f->completeness > closed_rim || f->stray < 2 * most_stray;
    /* A piece of rim has to be clean, and where it is broken there must be
     * nothing: else it is a piece of a frame, an ellipse, a letter. */
    double mm = 2 * radius / b->px_per_mm;
    return f->rim_contrast > 0.5 && f->stray < most_stray &&
           f->even_rim > even_broken &&
           (!b->scale_known || (mm > weak_min_mm && mm < weak_max_mm));
}

static double confidence_of(const struct seal_form *f)
{
    double rim = fmin(1, f->completeness / fmax(0.2, f->visible) / 0.85);
    double clear = fmin(1, f->rim_contrast / 0.7);
    return 0.3 + 0.4 * rim + 0.3 * clear;
}

/* Width and height once the long axis, or the turn, is known. */
static void set_ellipse(struct seal_form *f, const struct fit_ellipse *e)
{
    f->ellipse = *e;
    f->center = e->center;
    bool round = e->b > ellipse_ratio * e->a;
    f->shape = round ? SHAPE_ROUND : SHAPE_ELLIPSE;
    f->width = 2 * e->a;
    f->height = 2 * e->b;
    f->turn_deg = round ? 0 : e->angle_deg;
}

bool seal_measure_round(struct arena *a, const struct ink_roi *roi,
                        const struct fit_circle *guess,
                        const struct seal_bounds *bounds, struct seal_form *ret)
{
    struct fit_ellipse e = ellipse_of(guess);
    memset(ret, 0, sizeof *ret);
    if (!fit_outline(a, roi, bounds, &e))
        return false;
    set_ellipse(ret, &e);
    seal_outline_profile(roi, ret);
    ret->foreign = seal_inks_foreign(roi, ret);
    ret->confidence = confidence_of(ret);
    return is_seal(ret, bounds);
}

static bool measure_ellipse(struct arena *a, const struct ink_roi *roi,
                            const Point *p, size_t n,
                            const struct seal_bounds *bounds,
                            struct seal_form *ret)
{
    struct fit_ellipse e;
    double size = fmin(roi->width, roi->height) / 2.0;
    if (!fit_ellipse_robust(a, p, n, 2 * tolerance_of(bounds, size), &e, NULL))
        return false;
    Point *q = arena_new_array(a, OUTLINE_RAYS, Point);
    for (int pass = 0; pass < 2; pass++) {
        size_t k = seal_outline(roi, &e, pass ? 0.04 : 0.08, q);
        fit_ellipse_robust(a, q, k, tolerance_of(bounds, e.b), &e, NULL);
    }
    set_ellipse(ret, &e);
    seal_outline_profile(roi, ret);
    ret->foreign = seal_inks_foreign(roi, ret);
    ret->confidence = confidence_of(ret);
    return e.b > 0.5 * e.a && ret->completeness > 0.6 && is_seal(ret, bounds);
}

static bool measure_rect(const struct ink_roi *roi, const struct ink_roi *alone,
                         const Point *p, size_t n, Point from,
                         const struct seal_bounds *bounds,
                         struct seal_form *ret)
{
    struct fit_rect *r = &ret->rect;
    double tolerance =
        tolerance_of(bounds, fmin(roi->width, roi->height) / 2.0);
    if (!fit_rect_robust(p, n, from, tolerance, r))
        return false;
    double low = fmin(r->width, r->height), high = fmax(r->width, r->height);
    if (r->support < 0.4 || r->skew_deg > 6 || low < 0.25 * high)
        return false;
    ret->shape = low > 0.90 * high ? SHAPE_SQUARE : SHAPE_RECTANGLE;
    ret->center = r->center;
    ret->width = r->width;
    ret->height = r->height;
    ret->turn_deg = r->angle_deg;
    double worst_side = seal_outline_frame(roi, alone, ret);
    ret->confidence = 0.2 + 0.5 * ret->completeness + 0.3 * r->support;
    /* A red table's lines run on past the corner: `outside` is large. */
    if (worst_side < least_side || ret->fill < 0.10 || ret->fill > 0.92 ||
        ret->inked_area < least_middle || r->support < least_rect_support)
        return false;
    bool framed = ret->rim_contrast > least_frame_contrast;
    double whole =
        ret->shape == SHAPE_SQUARE ? least_frame : least_oblong_frame;
    return framed ? ret->completeness > whole && ret->outside < 0.5
                  : ret->completeness > least_block && r->support > 0.75 &&
                        ret->outside < 0.2;
}

/* The part without the ink of other seals, each `grow` pixels larger. */
static struct ink_roi without_others(struct arena *a, const struct ink_roi *roi,
                                     const struct seal_bounds *b, double grow)
{
    struct ink_roi rest = *roi;
    size_t n = (size_t)roi->width * (size_t)roi->height;
    rest.ink = arena_memdup(a, roi->ink, n * sizeof *roi->ink);
    for (size_t k = 0; k < b->n_others; k++) {
        struct fit_axes axes = fit_ellipse_axes(&b->others[k]);
        for (int y = 0; y < roi->height; y++)
            for (int x = 0; x < roi->width; x++)
                if (fit_axes_distance(&axes, (Point){x + 0.5, y + 0.5}) < grow)
                    rest.ink[(size_t)y * (size_t)roi->width + (size_t)x] = 0;
    }
    return rest;
}

/* Points of the outline that are not where another seal's was taken away. */
static size_t drop_cut(const struct seal_bounds *b, double grow, Point *p,
                       size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool cut = false;
        for (size_t k = 0; k < b->n_others && !cut; k++)
            cut = fit_ellipse_distance(&b->others[k], p[i]) < grow + 3;
        if (!cut)
            p[kept++] = p[i];
    }
    return kept;
}

bool seal_measure_blob(struct arena *a, const struct ink_roi *roi, Rect box,
                       const struct seal_bounds *bounds, struct seal_form *ret)
{
    memset(ret, 0, sizeof *ret);
    Point *p = arena_new_array(a, OUTLINE_RAYS, Point);
    Point from = rect_center(box);
    struct ink_roi rest = *roi;
    double grow = beside_rim_mm * bounds->px_per_mm;
    if (bounds->n_others)
        rest = without_others(a, roi, bounds, grow);
    size_t n = drop_cut(bounds, grow, p, seal_outline_from(&rest, from, p));
    if (measure_rect(roi, &rest, p, n, from, bounds, ret))
        return true;
    memset(ret, 0, sizeof *ret);
    return measure_ellipse(a, roi, p, n, bounds, ret);
}
