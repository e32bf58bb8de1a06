/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/seal_quality.h"

#include <math.h>
#include <stdbool.h>

/* Density from which something on bare paper is dirt or print: 10 % darker. */
static const float dirty = 0.12f;

/* Paper that is not white: darker than 80 % or tinted by more than 7 %. */
static const float dark_paper = 0.24f, tinted_paper = 0.075f;

static const float inked = 0.15f;

static double ramp(double v, double from, double to)
{
    double t = (v - from) / (to - from);
    return t < 0 ? 0 : t > 1 ? 1 : t;
}

/* The seal's area as a test on points, prepared once. */
struct area {
    bool is_rect;
    struct fit_axes axes; /* of the rectangle: half sides in place of axes */
};

static struct area area_of(const struct seal_form *f)
{
    bool is_rect = f->shape == SHAPE_SQUARE || f->shape == SHAPE_RECTANGLE;
    struct fit_ellipse e = f->ellipse;
    if (is_rect)
        e = (struct fit_ellipse){f->center, f->rect.width / 2 + 1,
                                 f->rect.height / 2 + 1, f->rect.angle_deg};
    return (struct area){is_rect, fit_ellipse_axes(&e)};
}

static bool is_inside(const struct area *t, double x, double y)
{
    const struct fit_axes *k = &t->axes;
    double dx = x - k->center.x, dy = y - k->center.y;
    double u = dx * k->ux + dy * k->uy, v = dx * k->vx + dy * k->vy;
    return t->is_rect ? fabs(u) <= 1 && fabs(v) <= 1 : u * u + v * v <= 1.01;
}

static bool is_white(const float paper[3])
{
    float high = fmaxf(paper[0], fmaxf(paper[1], paper[2]));
    float low = fminf(paper[0], fminf(paper[1], paper[2]));
    return high < dark_paper && high - low < tinted_paper;
}

/* Sums over the pixels inside the seal. */
struct tally {
    double pixels, unclean;
    double inked[4], coverage[4]; /* per quadrant of the scan */
};

static struct tally count(const struct ink_roi *roi, const struct seal_form *f)
{
    struct tally t = {0};
    bool white = is_white(roi->paper);
    struct area area = area_of(f);
    for (int y = 0; y < roi->height; y++)
        for (int x = 0; x < roi->width; x++) {
            if (!is_inside(&area, x + 0.5, y + 0.5))
                continue;
            size_t i = (size_t)y * (size_t)roi->width + (size_t)x;
            float ink = roi->ink[i], black = roi->black[i];
            t.pixels++;
            bool paper = ink <= inked && black < dirty;
            /* Edges of strokes are a little grey: allowed in proportion. */
            bool clean_ink = ink > inked && black < 2 * dirty + 0.2f * ink;
            t.unclean += paper ? !white : !clean_ink;
            if (ink > 0.5f) {
                int q = (x > f->center.x) + 2 * (y > f->center.y);
                t.inked[q]++;
                t.coverage[q] += (double)fminf(ink, 1.5f);
            }
        }
    return t;
}

/* The palest quadrant's ink against the fullest one's: a stamp that was not
 * pressed flat. Ink there is, and how dense it is, both count. */
static double evenness_of(const struct tally *t)
{
    double low = INFINITY, high = 0;
    for (int q = 0; q < 4; q++) {
        low = fmin(low, t->coverage[q]);
        high = fmax(high, t->coverage[q]);
    }
    return high > 0 ? low / high : 0;
}

struct seal_quality seal_quality_measure(const struct ink_roi *roi,
                                         const struct seal_form *form,
                                         double px_per_mm)
{
    struct tally t = count(roi, form);
    struct seal_quality q = {0};
    q.background = t.pixels > 0 ? t.unclean / t.pixels : 0;
    q.rim = ramp(form->completeness, 0.40, 0.97);
    q.density = ramp(roi->layer, 0.08, 0.55);
    q.evenness = ramp(evenness_of(&t), 0.15, 0.65);
    q.purity = 1 - ramp(q.background, 0.01, 0.30);
    q.sharpness = 1 - ramp(form->edge / px_per_mm, 0.25, 0.80);
    /* No mark alone makes the score nothing. */
    double product = 1;
    const double marks[] = {q.rim, q.density, q.evenness, q.purity,
                            q.sharpness};
    for (size_t i = 0; i < 5; i++)
        product *= 0.05 + 0.95 * marks[i];
    q.clarity = 100 * pow(product, 1.0 / 3);
    return q;
}
