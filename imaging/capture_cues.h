/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * capture_cues - numbers that tell a flatbed scan from a photograph
 *
 * Each looks at one thing only: the container's metadata, the pixel format,
 * perspective, light, what lies around the sheet, and what scanning apps do
 * to paper. NAN: could not be measured, counts for nothing.
 */

#ifndef IMAGING_CAPTURE_CUES_H
#define IMAGING_CAPTURE_CUES_H

#include "base/geom.h"

struct arena;
struct page;

enum cue_id {
#define CUE(name, cap, map, lo, hi, phone_lo, phone_hi, app_lo, app_hi,        \
            screen_lo, screen_hi)                                              \
    CUE_##name,
#include "imaging/cues.def"
#undef CUE
    CUE_COUNT
};

/* `ret_where`: the place in the scan of what shows in one; empty: nowhere in
 * particular. */
void capture_cues_measure(struct arena *a, const struct page *page,
                          double ret_values[CUE_COUNT],
                          Rect ret_where[CUE_COUNT]);

#endif
