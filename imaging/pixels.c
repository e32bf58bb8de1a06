/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/pixels.h"

#include <string.h>
#include <vips/vips.h>

enum { BAND = 64 }; /* rows at a time: what lies between stays in the cache */

int pixels_take(struct _VipsImage *im, uint8_t *px)
{
    VipsRegion *region = vips_region_new(im);
    const size_t row = (size_t)im->Xsize * (size_t)im->Bands;
    int r = 0;
    for (int y = 0; y < im->Ysize && r == 0; y += BAND) {
        VipsRect band = {0, y, im->Xsize,
                         im->Ysize - y < BAND ? im->Ysize - y : BAND};
        r = vips_region_prepare(region, &band);
        const uint8_t *from = VIPS_REGION_ADDR_TOPLEFT(region);
        for (int k = 0; k < band.height && r == 0; k++, px += row)
            memcpy(px, from + (size_t)k * VIPS_REGION_LSKIP(region), row);
    }
    g_object_unref(region);
    return r;
}
