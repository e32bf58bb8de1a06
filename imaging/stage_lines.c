/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * lines - the boxes of the text lines, for readers
 *
 * See text_lines.h. The layout picture is level and upright, so its pixels
 * are those of the text picture but for a factor.
 */

#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/stage.h"
#include "imaging/text_lines.h"

static int lines_apply(struct arena *a, struct page *page, const void *params,
                       struct err *e)
{
    (void)params;
    (void)e;
    double scan_px = page->turns % 2 ? page->scan->height : page->scan->width;
    double scale = page->layout_scale * scan_px / page->text->width;
    page->lines = text_lines_find(a, page->layout, scale, &page->n_lines);
    return 0;
}

const struct stage stage_lines = {
    .name = "lines",
    .summary = "boxes of the text lines",
    .needs = GIVES_TEXT,
    .gives = GIVES_LINES,
    .required = true,
    .apply = lines_apply,
};
