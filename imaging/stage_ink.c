/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * ink - how much red ink lies where on the whole scan
 *
 * The map is for finding seals and for taking red off what is to be read; the
 * seals themselves are measured again at the scan's own resolution.
 */

#include <math.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/image.h"
#include "imaging/ink.h"
#include "imaging/page.h"
#include "imaging/stage.h"

struct ink_params {
    double map_dpi, colour_share;
};

static const struct param ink_params[] = {
    PARAM_REAL_OF(struct ink_params, map_dpi, "dpi", 75, 300, 150,
                  "墨色分布图的最高分辨率",
                  "largest resolution of the map of red ink"),
    PARAM_REAL_OF(struct ink_params, colour_share, "ratio", 0, 0.1, 0.0005,
                  "有彩色的像素超过这一比例才算彩色扫描",
                  "share of coloured pixels from which a scan has colour"),
    {0},
};

/* A grey picture that was stored as colour differs by rounding only: at most
 * 3 levels between channels after JPEG. */
static const int grey_spread = 8;

static const double assumed_long_side_mm = 297;

enum { BINS = 200 }; /* of amounts, hundredths */

static enum tri has_colour(const struct image *im, double share)
{
    if (im->bands < 3)
        return TRI_NO;
    size_t coloured = 0, n = 0;
    for (int y = 0; y < im->height; y += 3) {
        const uint8_t *p = image_at(im, 0, y);
        for (int x = 0; x < im->width; x += 3, p += 3 * im->bands, n++) {
            int low = p[0] < p[1] ? p[0] : p[1], high = p[0] + p[1] - low;
            low = p[2] < low ? p[2] : low;
            high = p[2] > high ? p[2] : high;
            coloured += high - low > grey_spread;
        }
    }
    return (double)coloured > share * (double)n ? TRI_YES : TRI_NO;
}

/*
 * The amount that counts as full coverage: what the densest tenth of the
 * page's red has, on every third row. Bounded, so that noise on a page without
 * red stays noise and one dark title does not make a pale seal vanish.
 */
static float full_layer(const struct image *im, const struct ink_paper *paper,
                        double step, float *row)
{
    size_t counts[BINS] = {0}, total = 0, seen = 0;
    for (int y = 1; y < im->height; y += 3) {
        ink_red_row(paper, im, y, step, row);
        for (int x = 0; x < im->width; x++)
            if (row[x] > 0.1f) {
                int bin = (int)(row[x] * 100);
                counts[bin < BINS ? bin : BINS - 1]++;
                total++;
            }
    }
    int bin = BINS - 1;
    while (bin > 0 && (seen += counts[bin]) * 10 < total)
        bin--;
    return fminf(1.0f, fmaxf(0.3f, (float)bin / 100));
}

static const struct image *map_red(struct arena *a, const struct image *im,
                                   const struct ink_paper *paper, double step)
{
    uint8_t *out;
    struct image *map = image_new(a, im->width, im->height, 1, &out);
    if (im->bands < 3)
        return map;
    float *row = arena_new_array(a, (size_t)im->width, float);
    float scale = 255 / full_layer(im, paper, step, row);
    for (int y = 0; y < im->height; y++, out += im->width) {
        ink_red_row(paper, im, y, step, row);
        for (int x = 0; x < im->width; x++)
            if (row[x] > 0) {
                float v = row[x] * scale + 0.5f;
                out[x] = (uint8_t)(v < 255 ? v : 255);
            }
    }
    return map;
}

static int apply(struct arena *a, struct page *page, const void *params,
                 struct err *e)
{
    (void)e;
    const struct ink_params *p = params;
    const struct image *scan = page->scan;
    int longest = scan->width > scan->height ? scan->width : scan->height;
    double dpi = page->dpi > 0 ? page->dpi
                               : longest * MM_PER_INCH / assumed_long_side_mm;
    int factor = (int)ceil(dpi / p->map_dpi - 0.05);
    int shortest = scan->width + scan->height - longest;
    factor = factor > shortest ? shortest : factor < 1 ? 1 : factor;
    page->facts.has_colour = has_colour(scan, p->colour_share);
    page->coarse = ink_reduce(a, scan, factor);
    page->paper =
        ink_paper_measure(a, page->coarse, factor, px_from_mm(1, dpi));
    page->ink = map_red(a, page->coarse, page->paper, factor);
    page->scan_from_ink = affine_scale(factor, factor);
    return 0;
}

const struct stage stage_ink = {
    .name = "ink",
    .summary = "optical density of red ink over the whole scan",
    .needs = GIVES_TURNS | GIVES_DPI,
    .gives = GIVES_INK,
    .params_size = sizeof(struct ink_params),
    .params = ink_params,
    .apply = apply,
};
