/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * clarity - how well the page can be read, 0 to 100, and where it is worst
 *
 * Three things make a stroke hard to see, each measured on the page as it came
 * in, in tiles of 8 mm and only inside lines of text, since the edges of a
 * lid, a photograph or a stamp say nothing about reading: edges that rise
 * slowly (defocus, motion, upscaling; 10 to 90 % distance in mm), low contrast
 * against the paper, and too few pixels. Each gives a quality between 0 and 1;
 * the worst counts for most: 100 (0.6 min + 0.4 geometric mean). A page is as
 * clear as the lower quarter of its tiles with text, because a blurred corner
 * is a blurred page, and the worst tile is told with its place. The limits at
 * which a quality is 0 or 1 follow FADGI's edge criteria (2023) and are
 * settings.
 */

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/edges.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/stage.h"

struct clarity_params {
    double sharp_mm, blurred_mm;
    double strong_contrast, faint_contrast;
    double fine_dpi, coarse_dpi;
};

static const struct param params[] = {
    PARAM_REAL_OF(struct clarity_params, sharp_mm, "mm", 0.05, 0.5, 0.17,
                  "边缘宽度不大于此值即为最清晰",
                  "Rise distance of an edge that counts as sharp."),
    PARAM_REAL_OF(struct clarity_params, blurred_mm, "mm", 0.2, 2, 0.45,
                  "边缘宽度达到此值即为完全模糊",
                  "Rise distance at which nothing counts as sharp."),
    PARAM_REAL_OF(struct clarity_params, strong_contrast, "levels", 60, 255,
                  130, "笔画与纸面的灰度差达到此值即为最清楚",
                  "Contrast of strokes that counts as full."),
    PARAM_REAL_OF(struct clarity_params, faint_contrast, "levels", 10, 120, 35,
                  "笔画与纸面的灰度差低于此值即为看不清",
                  "Contrast of strokes that counts as nothing."),
    PARAM_REAL_OF(struct clarity_params, fine_dpi, "dpi", 150, 600, 200,
                  "达到此分辨率即不扣分",
                  "Resolution from which nothing is deducted."),
    PARAM_REAL_OF(struct clarity_params, coarse_dpi, "dpi", 40, 150, 70,
                  "低于此分辨率即为看不清",
                  "Resolution at which nothing can be read."),
    {0},
};

static const double tile_mm = 8;
enum {
    LEAST_CONTRAST = 28, /* levels; weaker steps are paper and noise */
    EDGES_PER_TILE = 24, /* fewer say nothing about a tile */
    MAX_EDGES = 400 * 1000,
};

static double quality(double v, double bad, double good)
{
    return fmin(1, fmax(0, (v - bad) / (good - bad)));
}

static double score(double rise_mm, double contrast, double dpi,
                    const struct clarity_params *p)
{
    double q[] = {quality(rise_mm, p->blurred_mm, p->sharp_mm),
                  quality(contrast, p->faint_contrast, p->strong_contrast),
                  quality(dpi, p->coarse_dpi, p->fine_dpi)};
    double least = fmin(q[0], fmin(q[1], q[2]));
    return 100 * (0.6 * least + 0.4 * cbrt(q[0] * q[1] * q[2]));
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static double percentile(float *v, size_t n, double p)
{
    qsort(v, n, sizeof *v, by_value);
    return (double)v[(size_t)(p * (double)(n - 1) + 0.5)];
}

/* The edges of a tile: those above its median contrast, since thin strokes
 * never reach full black and look soft for that reason alone. */
static double tile_score(struct arena *a, const struct edge *e, size_t n,
                         double dpi, const struct clarity_params *p)
{
    float *v = arena_new_array(a, n, float);
    for (size_t i = 0; i < n; i++)
        v[i] = e[i].contrast;
    double middle = percentile(v, n, 0.5), strong = percentile(v, n, 0.8);
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if ((double)e[i].contrast >= middle)
            v[k++] = e[i].rise_px;
    return score(mm_from_px(percentile(v, k, 0.4), dpi), strong, dpi, p);
}

struct tile {
    int index;
    double score;
};

static int by_score(const void *a, const void *b)
{
    const struct tile *p = a, *q = b;
    if (p->score != q->score)
        return p->score > q->score ? 1 : -1;
    return p->index - q->index;
}

/* Counting sort of the edges into tiles; starts[t] .. starts[t + 1]. */
static struct edge *sort_into_tiles(struct arena *a, const struct edge *e,
                                    size_t n, double tile_px, int columns,
                                    size_t tiles, size_t **ret_starts)
{
    size_t *starts = arena_new_array(a, tiles + 2, size_t);
    int *tile_of = arena_new_array(a, n + 1, int);
    for (size_t i = 0; i < n; i++) {
        tile_of[i] = (int)((double)e[i].y / tile_px) * columns +
                     (int)((double)e[i].x / tile_px);
        starts[tile_of[i] + 2]++;
    }
    for (size_t t = 2; t < tiles + 2; t++)
        starts[t] += starts[t - 1];
    struct edge *sorted = arena_new_array(a, n + 1, struct edge);
    for (size_t i = 0; i < n; i++)
        sorted[starts[tile_of[i] + 1]++] = e[i];
    *ret_starts = starts;
    return sorted;
}

/* The edges that lie in a line of text, in cells of 1 mm; n shrinks. */
static size_t keep_text(struct arena *a, const struct page *page, double mm_px,
                        struct edge *e, size_t n)
{
    int w = (int)(page->scan->width / mm_px) + 1;
    int h = (int)(page->scan->height / mm_px) + 1;
    bool *is_text = arena_new_array(a, (size_t)w * (size_t)h, bool);
    for (size_t i = 0; i < page->n_lines; i++) {
        Rect r = affine_rect(page->scan_from_text, page->lines[i].box);
        int x1 = (int)fmin(w - 1, (r.x + r.w) / mm_px);
        int y1 = (int)fmin(h - 1, (r.y + r.h) / mm_px);
        for (int y = (int)fmax(0, r.y / mm_px); y <= y1; y++)
            for (int x = (int)fmax(0, r.x / mm_px); x <= x1; x++)
                is_text[(size_t)y * (size_t)w + (size_t)x] = true;
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        size_t x = (size_t)((double)e[i].x / mm_px);
        size_t y = (size_t)((double)e[i].y / mm_px);
        if (is_text[y * (size_t)w + x])
            e[kept++] = e[i];
    }
    return kept;
}

static int clarity_apply(struct arena *a, struct page *page,
                         const void *params_, struct err *e)
{
    (void)e;
    const struct clarity_params *p = params_;
    const struct image *luma = image_luma(a, page->scan);
    double dpi = page->text_dpi * page->scan->width /
                 (page->turns % 2 ? page->text->height : page->text->width);
    double tile_px = px_from_mm(tile_mm, dpi);
    int columns = (int)(luma->width / tile_px) + 1;
    int rows = (int)(luma->height / tile_px) + 1;
    size_t tiles = (size_t)columns * (size_t)rows, n, *starts;
    int stride = (int)fmax(2, round(dpi / 75));
    /* Six deviations: of the 5000 samples of a tile none is a stroke. */
    int step = (int)fmax(LEAST_CONTRAST, 6 * edges_noise(luma, 4 * stride));
    struct edge *found = edges_find(a, luma, stride, step, MAX_EDGES, &n);
    n = keep_text(a, page, tile_px / tile_mm, found, n);
    struct edge *sorted =
        sort_into_tiles(a, found, n, tile_px, columns, tiles, &starts);
    struct tile *tile = arena_new_array(a, tiles, struct tile);
    size_t k = 0;
    for (size_t t = 0; t < tiles; t++) {
        size_t count = starts[t + 1] - starts[t];
        if (count >= EDGES_PER_TILE)
            tile[k++] = (struct tile){
                (int)t, tile_score(a, sorted + starts[t], count, dpi, p)};
    }
    struct page_facts *f = &page->facts;
    f->clarity = f->worst_clarity = 0; /* nothing to read anywhere */
    f->worst_box = (Rect){0, 0, luma->width, luma->height};
    if (k == 0)
        return 0;
    qsort(tile, k, sizeof *tile, by_score);
    const struct tile *worst = &tile[k / 50];
    f->clarity = tile[k / 4].score;
    f->worst_clarity = worst->score;
    int column = worst->index % columns, row = worst->index / columns;
    f->worst_box = rect_intersect(
        (Rect){column * tile_px, row * tile_px, tile_px, tile_px},
        f->worst_box);
    return 0;
}

const struct stage stage_clarity = {
    .name = "clarity",
    .summary = "sharpness, contrast and resolution of the strokes",
    .needs = GIVES_TEXT | GIVES_LINES,
    .gives = GIVES_CLARITY,
    .params_size = sizeof(struct clarity_params),
    .params = params,
    .apply = clarity_apply,
};
