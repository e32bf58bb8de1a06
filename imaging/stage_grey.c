/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * grey - the scan in grey, once in full and once at about 150 dpi
 *
 * What measures light, edges and noise needs no colour. The luma of a page and
 * its reduction are made here once and shared. The reduction averages whole
 * blocks of pixels: its samples are independent of one another, their noise
 * falls with the block, and a place in it is a place in the scan times `step`.
 */

#include <math.h>
#include <stddef.h>

#include "base/arena.h"
#include "imaging/bitonal.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/stage.h"

static int grey_apply(struct arena *a, struct page *page, const void *params,
                      struct err *e)
{
    (void)params;
    (void)e;
    page->grey = image_luma(a, page->scan);
    double scale = bitonal_scale(page->scan, page->dpi);
    page->small_step = (int)fmax(1, floor(1 / scale + 0.1));
    page->small = image_reduce(a, page->grey, page->small_step);
    return 0;
}

const struct stage stage_grey = {
    .name = "grey",
    .summary = "luma of the scan and its reduction to about 150 dpi",
    .needs = GIVES_DPI,
    .gives = GIVES_GREY,
    .required = true,
    .apply = grey_apply,
};
