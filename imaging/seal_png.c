/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/seal_png.h"

#include <math.h>

#include "base/arena.h"
#include "imaging/image.h"
#include "imaging/png_out.h"

static const struct rung {
    double scale;
    int levels;
} ladder[] = {
    {1, 16}, {1, 4}, {1, 2}, {2.0 / 3, 4}, {2.0 / 3, 2}, {0.5, 2},
};

enum { RUNGS = sizeof ladder / sizeof *ladder, LEAST_SIDE = 16 };

static const struct image *at_scale(struct arena *a, const struct image *im,
                                    double scale)
{
    int w = (int)lround(im->width * scale), h = (int)lround(im->height * scale);
    w = w < LEAST_SIDE ? LEAST_SIDE : w;
    h = h < LEAST_SIDE ? LEAST_SIDE : h;
    return scale < 1 ? image_resize(a, im, w, h) : im;
}

int seal_png_write(struct arena *a, const struct image *cut, double dpi,
                   size_t max_bytes, struct seal_png *ret, struct err *e)
{
    *ret = (struct seal_png){0};
    for (int i = 0; i < RUNGS && !ret->is_small_enough; i++) {
        const struct image *im = at_scale(a, cut, ladder[i].scale);
        double at_dpi = dpi > 0 ? dpi * ladder[i].scale : 0;
        uint8_t *bytes;
        size_t n;
        int r =
            png_out_write_ramp(a, im, at_dpi, ladder[i].levels, &bytes, &n, e);
        if (r)
            return r;
        bool fits = max_bytes == 0 || n <= max_bytes;
        if (fits || !ret->bytes || n < ret->n)
            *ret = (struct seal_png){bytes,      n,      im->width,
                                     im->height, at_dpi, ladder[i].levels,
                                     i + 1,      fits};
    }
    return 0;
}
