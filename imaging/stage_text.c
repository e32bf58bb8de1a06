/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * text - the picture for readers: upright, level, grey, without red ink
 *
 * Red ink reflects red light like paper does, so the red sample of a colour
 * scan shows black toner and pen without the seal over it. One warp does the
 * turn, the levelling and the reduction: every resampling costs sharpness. No
 * more than 300 dpi: readers want characters 32 to 40 pixels high.
 */

#include <math.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/stage.h"

struct text_params {
    double max_dpi;
};

static const struct param params[] = {
    PARAM_REAL_OF(struct text_params, max_dpi, "dpi", 200, 600, 300,
                  "供识别用的图像的最高分辨率",
                  "Resolution of the picture for readers, at most."),
    {0},
};

/* Pixels per inch of the scan, by guess when they are unknown. */
static double scan_dpi(const struct page *page)
{
    int longest = page->scan->width > page->scan->height ? page->scan->width
                                                         : page->scan->height;
    return page->dpi > 0 ? page->dpi : longest / (297 / MM_PER_INCH);
}

static int text_apply(struct arena *a, struct page *page, const void *params_,
                      struct err *e)
{
    (void)e;
    const struct text_params *p = params_;
    const struct image *red = page->red;
    double dpi = scan_dpi(page), factor = fmin(1, p->max_dpi / dpi);
    if (factor < 0.9)
        red = image_resize(a, red, (int)round(red->width * factor),
                           (int)round(red->height * factor));
    else
        factor = 1;
    double sx = (double)red->width / page->scan->width;
    double sy = (double)red->height / page->scan->height;
    int turns = page->turns;
    double skew = page->facts.skew_deg;

    int w = turns % 2 ? red->height : red->width;
    int h = turns % 2 ? red->width : red->height;
    Affine turn = affine_quarter_turn(turns, red->width, red->height);
    Affine level =
        affine_compose(affine_compose(affine_translate(-w / 2.0, -h / 2.0),
                                      affine_rotate(-skew)),
                       affine_translate(w / 2.0, h / 2.0));
    Affine text_from_red = affine_compose(turn, level), red_from_text;
    if (!affine_invert(text_from_red, &red_from_text))
        red_from_text = affine_identity();
    page->text = fabs(skew) < 0.03
                     ? image_turn(a, red, turns)
                     : image_warp(a, red, red_from_text, w, h, 255);
    page->scan_from_text =
        affine_compose(red_from_text, affine_scale(1 / sx, 1 / sy));
    page->text_dpi = dpi * factor;
    return 0;
}

const struct stage stage_text = {
    .name = "text",
    .summary = "level grey picture for readers, red ink suppressed",
    .needs = GIVES_TURNS | GIVES_SKEW | GIVES_DPI,
    .gives = GIVES_TEXT,
    .required = true,
    .params_size = sizeof(struct text_params),
    .params = params,
    .apply = text_apply,
};
