/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * How dense the strokes are is looked at cell by cell, since the design is not
 * the same everywhere: the ink of a cell is that of its darker strokes, however
 * many there are of them. A cell without strokes says nothing; whether ink is
 * missing there, only the rim can tell.
 */

#include "imaging/seal_quality.h"

#include <math.h>
#include <stdbool.h>

#include "base/rank.h"
#include "imaging/seal_slip.h"

enum {
    CELLS = 9,      /* across the seal's box */
    LEVELS = 128,   /* of coverage, up to 1.28 */
    FEW_CELLS = 12, /* that have strokes, of about 40 */
};

/* Of a cell's area, strokes; of these, the darker ones that tell the ink. */
static const double least_strokes = 0.03, dark_share = 0.25;

/* Density from which something on bare paper is dirt or print: 10 % darker. */
static const float dirty = 0.12f;

/* Paper that is not white: darker than 80 % or tinted by more than 7 %. */
static const float dark_paper = 0.24f, tinted_paper = 0.075f;

static const float inked = 0.15f;

/* Strokes may be as faint as this before noise is taken for them. */
static const float least_inked = 0.10f;

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
    double pixels, unclean, dirt;
    struct cell {
        unsigned pixels, levels[LEVELS]; /* of coverage above the noise */
    } cell[CELLS][CELLS];
};

static int index_of(double v, double from, double size, int n)
{
    int i = (int)((v - from) / size * n);
    return i < 0 ? 0 : i < n ? i : n - 1;
}

static void count(const struct ink_roi *roi, const struct seal_form *f,
                  struct tally *t)
{
    bool white = is_white(roi->paper);
    struct area area = area_of(f);
    double size = fmax(f->width, f->height);
    double left = f->center.x - size / 2, top = f->center.y - size / 2;
    float faint = fmaxf(least_inked, 3 * roi->noise);
    for (int y = 0; y < roi->height; y++)
        for (int x = 0; x < roi->width; x++) {
            if (!is_inside(&area, x + 0.5, y + 0.5))
                continue;
            size_t i = (size_t)y * (size_t)roi->width + (size_t)x;
            float ink = roi->ink[i], black = roi->black[i];
            t->pixels++;
            bool paper = ink <= inked && black < dirty;
            /* Edges of strokes are a little grey: allowed in proportion. */
            bool clean_ink = ink > inked && black < 2 * dirty + 0.2f * ink;
            t->unclean += paper ? !white : !clean_ink;
            t->dirt += !paper && !clean_ink;
            struct cell *c = &t->cell[index_of(y, top, size, CELLS)]
                                     [index_of(x, left, size, CELLS)];
            int level = (int)(ink * 100);
            c->pixels++;
            if (ink > faint)
                c->levels[level < LEVELS ? level : LEVELS - 1]++;
        }
}

/* Coverage of the darker strokes of a cell; 0: it has no strokes. */
static double strokes_of(const struct cell *c)
{
    unsigned inked_px = 0, seen = 0;
    for (int i = 0; i < LEVELS; i++)
        inked_px += c->levels[i];
    if (inked_px == 0 || inked_px < least_strokes * c->pixels)
        return 0;
    int level = LEVELS;
    while (level > 0 && seen < dark_share * inked_px)
        seen += c->levels[--level];
    return (level + 0.5) / 100;
}

static double contrast_of(double density)
{
    return 1 - exp(-density);
}

static void measure_strokes(const struct tally *t, double layer,
                            struct seal_impression *m)
{
    double v[CELLS * CELLS];
    size_t n = 0;
    for (int y = 0; y < CELLS; y++)
        for (int x = 0; x < CELLS; x++) {
            double ink = strokes_of(&t->cell[y][x]);
            if (ink > 0)
                v[n++] = ink;
        }
    m->contrast = contrast_of(layer);
    m->palest = m->evenness = (double)NAN;
    if (n < FEW_CELLS)
        return;
    rank_sort(v, n);
    m->palest = contrast_of(layer * v[n / 10]);
    m->evenness = v[n / 10] / v[n - 1 - n / 10];
}

/* What was not measured does not count. */
static double known(double mark)
{
    return isfinite(mark) ? mark : 1;
}

/* From hopeless to as good as a careful hand makes it; what lies between are
 * the faint, smeared and tinted sheets of the tune family, and scans at 200
 * dpi. */
static double clarity_of(double rim, double background,
                         const struct seal_impression *m)
{
    const double marks[] = {
        ramp(rim, 0.40, 0.97),
        ramp(m->contrast, 0.10, 0.35),
        known(ramp(m->palest, 0.03, 0.15)),
        1 - ramp(background, 0.01, 0.30),
        1 - ramp(m->edge_mm, 0.25, 0.80),
        known(1 - ramp(m->slip_mm, 0.50, 2.00)),
    };
    /* No mark alone makes the score nothing. */
    double product = 1;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        product *= 0.05 + 0.95 * marks[i];
    return 100 * pow(product, 1.0 / 3);
}

struct seal_quality seal_quality_measure(const struct ink_roi *roi,
                                         const struct seal_form *form,
                                         double px_per_mm)
{
    struct tally t = {0};
    struct seal_quality q = {0};
    struct seal_impression *m = &q.parts;
    count(roi, form, &t);
    const float *p = roi->paper;
    float high = fmaxf(p[0], fmaxf(p[1], p[2]));
    q.background = t.pixels > 0 ? t.unclean / t.pixels : 0;
    measure_strokes(&t, roi->layer, m);
    m->edge_mm = form->edge / px_per_mm;
    m->slip_mm = seal_slip(roi, form, px_per_mm) / px_per_mm;
    m->gap_mm = form->gap / px_per_mm;
    m->shade = fmax(0, (double)high);
    m->tint = (double)(high - fminf(p[0], fminf(p[1], p[2])));
    m->dirt = t.pixels > 0 ? t.dirt / t.pixels : 0;
    q.clarity = clarity_of(form->completeness, q.background, m);
    return q;
}
