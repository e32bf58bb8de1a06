/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * deskew - by what angle the upright page is turned on the glass
 *
 * Postl's projection profile search as Leptonica does it (pixFindSkew), on
 * text and rules together: within 0.05 degrees on forms, 0.2 on a few short
 * lines. The page is levelled only in the pictures that readers get, never
 * where it is measured. A page without lines has no angle, and that is not an
 * error.
 */

#include <math.h>
#include <stddef.h>

#include "imaging/bitonal.h"
#include "imaging/page.h"
#include "imaging/stage.h"

struct deskew_params {
    double max_angle_deg;
    double min_confidence;
};

static const struct param params[] = {
    PARAM_REAL_OF(struct deskew_params, max_angle_deg, "deg", 0, 7, 6,
                  "超过此角度的倾斜不作校正",
                  "Skew beyond this is not levelled."),
    PARAM_REAL_OF(struct deskew_params, min_confidence, "ratio", 0, 100, 1.25,
                  "文字行强度低于此值时不作校正",
                  "Below this strength of lines the page is left as it is."),
    {0},
};

static int deskew_apply(struct arena *a, struct page *page, const void *params_,
                        struct err *e)
{
    (void)e;
    const struct deskew_params *p = params_;
    double angle, confidence;
    bitonal_skew(page->layout, &angle, &confidence);

    if (confidence < p->min_confidence || fabs(angle) > p->max_angle_deg)
        angle = 0;
    page->facts.skew_deg = angle;
    if (fabs(angle) > 0.03)
        page->layout = bitonal_rotate(a, page->layout, -angle);
    return 0;
}

const struct stage stage_deskew = {
    .name = "deskew",
    .summary = "angle of the text lines",
    .needs = GIVES_TURNS,
    .gives = GIVES_SKEW,
    .required = true,
    .params_size = sizeof(struct deskew_params),
    .params = params,
    .apply = deskew_apply,
};
