/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * scale - how many pixels of the scan are an inch of paper
 *
 * Two witnesses so far: the sheet, and the density that the file declares; the
 * sheet is trusted more. A declared density is believed when it makes the
 * picture a paper size, and otherwise only for a picture that was cropped out
 * of one: a whole sheet that was made smaller by a messenger keeps its aspect
 * and often its old density, and would be an A6 form that nobody prints. 72
 * and 96 dpi are what programs write that know nothing. Pixel dimensions that
 * are a paper size at a usual scanner setting give the density, and at last
 * the A-series aspect alone. Scanner drivers round to 8, 16 or 32 pixels and
 * feeders overscan by up to 3 % in length (ISO 216 for the sizes). Print and
 * seals have their say later (true_size.h).
 */

#include <math.h>
#include <stddef.h>

#include "base/units.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/stage.h"

struct scale_params {
    double paper_tolerance;
    double min_dpi, max_dpi;
};

static const struct param params[] = {
    PARAM_REAL_OF(struct scale_params, paper_tolerance, "ratio", 0.002, 0.05,
                  0.012, "纸张尺寸与标准尺寸相差多少仍算同一种纸",
                  "How far a sheet may be from a paper size and still be it."),
    PARAM_REAL_OF(struct scale_params, min_dpi, "dpi", 20, 200, 50,
                  "低于此值的分辨率声明不予采信",
                  "A declared density below this is not believed."),
    PARAM_REAL_OF(struct scale_params, max_dpi, "dpi", 600, 4800, 1300,
                  "高于此值的分辨率声明不予采信",
                  "A declared density above this is not believed."),
    {0},
};

/* Short and long side in mm. */
static const double papers[][2] = {
    {210, 297},     /* A4 */
    {297, 420},     /* A3 */
    {148, 210},     /* A5 */
    {176, 250},     /* B5, ISO */
    {182, 257},     /* B5, JIS */
    {184, 260},     /* 16 kai */
    {215.9, 279.4}, /* Letter */
};
static const double usual_dpi[] = {100, 150, 200, 240, 300, 400, 600, 1200};

static bool is_near(double v, double target, double tolerance)
{
    return fabs(v / target - 1) <= tolerance;
}

static bool is_paper(double short_mm, double long_mm, double tolerance)
{
    for (size_t i = 0; i < sizeof papers / sizeof *papers; i++)
        if (is_near(short_mm, papers[i][0], tolerance) &&
            is_near(long_mm, papers[i][1], 2 * tolerance))
            return true;
    return false;
}

/* A side of so many mm at this tolerance, or overscanned by up to 3.5 %. */
static bool is_overscanned(double mm, double target, double tolerance)
{
    return mm >= target * (1 - tolerance) && mm <= target * 1.035;
}

/* The scanner setting at which w x h pixels are A4 or, where a paper may be
 * that large, A3; 0: none. */
static double dpi_from_pixels(double short_px, double long_px, double tolerance,
                              bool may_be_a3)
{
    for (size_t p = 0; p < (may_be_a3 ? 2 : 1); p++)
        for (size_t i = 0; i < sizeof usual_dpi / sizeof *usual_dpi; i++) {
            double d = usual_dpi[i];
            double s = mm_from_px(short_px, d), l = mm_from_px(long_px, d);
            bool near = is_near(s, papers[p][0], tolerance) ||
                        is_near(l, papers[p][1], tolerance);
            if (near && is_overscanned(s, papers[p][0], tolerance) &&
                is_overscanned(l, papers[p][1], tolerance))
                return d;
        }
    return 0;
}

/* A4 or A3 that was resampled: the aspect to half the tolerance, since it
 * speaks against the file's word, and what scanners add is a larger part of
 * it. The papers of an application are A4; a card may have been cut out. */
static bool is_whole_sheet(const struct page *page, double short_px,
                           double long_px, double tolerance)
{
    double strict = page->slot == SLOT_ID_CARD ? tolerance / 4 : tolerance / 2;
    return is_near(long_px / short_px, sqrt(2), strict);
}

static int scale_apply(struct arena *a, struct page *page, const void *params_,
                       struct err *e)
{
    (void)a;
    (void)e;
    const struct scale_params *p = params_;
    double w = page->scan->width, h = page->scan->height;
    double short_px = fmin(w, h), long_px = fmax(w, h);
    double x = page->container.dpi_x, y = page->container.dpi_y;
    double declared = x > 0 && y > 0 ? sqrt(x * y) : 0;
    struct page_facts *f = &page->facts;
    f->dpi_declared = declared > 0 ? declared : NAN;

    bool square = declared > 0 && is_near(x, y, 0.01);
    double short_mm = declared > 0 ? mm_from_px(short_px, declared) : 0;
    double long_mm = declared > 0 ? mm_from_px(long_px, declared) : 0;
    bool plausible = square && declared >= p->min_dpi &&
                     declared <= p->max_dpi && long_mm <= 1.04 * papers[1][1] &&
                     short_mm <= 1.04 * papers[1][0];
    /* The original of a licence is A3, all other papers are A4. */
    bool may_be_a3 =
        page->slot == SLOT_BUSINESS_LICENSE || page->slot == SLOT_UNKNOWN;
    double by_pixels =
        dpi_from_pixels(short_px, long_px, p->paper_tolerance, may_be_a3);

    bool agrees = is_paper(short_mm, long_mm, p->paper_tolerance) ||
                  (by_pixels > 0 && is_near(declared, by_pixels, 0.01));
    if (plausible && agrees) {
        page->dpi = declared;
        f->dpi_source = DPI_METADATA;
    } else if (by_pixels > 0) {
        page->dpi = by_pixels;
        f->dpi_source = DPI_PAPER;
    } else if (plausible && declared > 96.5 &&
               !is_whole_sheet(page, short_px, long_px, p->paper_tolerance)) {
        page->dpi = declared;
        f->dpi_source = DPI_METADATA;
    } else if (is_near(long_px / short_px, sqrt(2), p->paper_tolerance)) {
        page->dpi = short_px / (papers[0][0] / MM_PER_INCH);
        f->dpi_source = DPI_PAPER;
    } else {
        page->dpi = 0;
        f->dpi_source = DPI_NONE;
    }
    f->dpi_measured = page->dpi > 0 ? page->dpi : NAN;
    return 0;
}

const struct stage stage_scale = {
    .name = "scale",
    .summary = "pixels per inch from density, paper size and aspect",
    .gives = GIVES_DPI,
    .required = true,
    .params_size = sizeof(struct scale_params),
    .params = params,
    .apply = scale_apply,
};
