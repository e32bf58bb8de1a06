/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * clarity - how well the page can be read, 0 to 100, and where it is worst
 *
 * Two scores, the lower is reported. Appearance is what a person calls
 * blurred, pale, dirty or coarse; programs read much that a clerk would send
 * back. Resolution is whether the characters can be told apart at all.
 *
 * Measured on the page as it came in: edges that rise slowly (defocus, motion,
 * enlargement; 10 to 90 % distance in mm), contrast of the strokes, unrest of
 * the paper between them against that contrast (noise, JPEG), dots per inch.
 * Only edges of at least half the page's own stroke contrast count, so that a
 * faint background pattern never speaks for the text, however pale that is.
 * The page's contrast is the mean of the edges' weighted by its square, which
 * no number of weak edges moves.
 *
 * Each gives a quality 1 / (1 + (v / half)^slope): no limit beyond which more
 * damage is the same, so that of two pages the worse one scores lower.
 * Appearance is 100 (0.5 min + 0.5 geometric mean): the worst counts most.
 * Rise and contrast are taken in tiles of 8 mm; the page is as clear as the
 * lower quarter of them, because a blurred corner is a blurred page, half by
 * that and half by the whole. The halves follow FADGI's edge criteria (2023)
 * and are settings.
 *
 * Resolution counts what a character is resolved into: its height in rises
 * (about 4 are needed), in dots (about 12: strokes of Han characters are a
 * twelfth of it apart), and contrast in deviations of the noise (about 3,
 * Rose 1948). The odds that the three have together become legibility, the
 * probability that a field is read right, by two settings that `sealdesk
 * calibrate` fits (docs/calibration.md): last from 40 damaged applications of
 * the `tune` family, 680 key fields, 93 misread, area under the curve 0.94,
 * mean error of the probability 0.015. Pale pages were left out: what is lost
 * of them is lost where black is told from white, and no score of the page
 * knows it.
 */

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/rank.h"
#include "base/units.h"
#include "imaging/edges.h"
#include "imaging/focus.h"
#include "imaging/grain.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/stage.h"

struct clarity_params {
    double half_rise_mm, half_contrast, half_grain, half_dpi;
    double legible_half, legible_slope;
};

static const struct param params[] = {
    PARAM_REAL_OF(
        struct clarity_params, half_rise_mm, "mm", 0.1, 1, 0.30,
        "边缘宽度为此值时清晰度减半",
        "Rise distance of an edge at which half the quality is left."),
    PARAM_REAL_OF(struct clarity_params, half_contrast, "levels", 10, 150, 45,
                  "笔画与纸面的灰度差为此值时清晰度减半",
                  "Contrast of strokes at which half the quality is left."),
    PARAM_REAL_OF(struct clarity_params, half_grain, "ratio", 0.02, 1, 0.12,
                  "纸面噪点与笔画反差之比为此值时清晰度减半",
                  "Noise of the paper, of the strokes' contrast, at which half "
                  "the quality is left."),
    PARAM_REAL_OF(struct clarity_params, half_dpi, "dpi", 40, 200, 95,
                  "分辨率为此值时清晰度减半",
                  "Resolution at which half the quality is left."),
    PARAM_REAL_OF(struct clarity_params, legible_half, "ratio", 1e-6, 1e6, 0.13,
                  "字迹可辨的优势比为此值时，字段有一半读对",
                  "Odds of telling characters apart at which half of the "
                  "fields are read right."),
    PARAM_REAL_OF(struct clarity_params, legible_slope, "ratio", 0.05, 20, 0.68,
                  "读对的把握随优势比变化的快慢",
                  "How fast the odds of reading right grow with those of "
                  "telling apart."),
    {0},
};

static const double tile_mm = 8;
static const double stroke_share = 0.5; /* of the page's contrast */
static const double whole_share = 0.5;  /* of the score */
enum {
    LEAST_CONTRAST = 10, /* levels; weaker steps are paper */
    EDGES_PER_TILE = 24, /* fewer say nothing about a tile */
    MAX_EDGES = 400 * 1000,
};

/* What is the same all over the page. */
struct view {
    const struct clarity_params *p;
    double dpi, fine_dpi; /* of the picture, and what it resolves */
    double grain;
    double contrast; /* of the strokes, levels */
};

static double falling(double v, double half, double slope)
{
    return 1 / (1 + pow(v / half, slope));
}

static double rising(double v, double half, double slope)
{
    return v > 0 ? 1 / (1 + pow(half / v, slope)) : 0;
}

static double appearance(const struct view *v, double rise_mm, double contrast)
{
    const struct clarity_params *p = v->p;
    double q[] = {falling(rise_mm, p->half_rise_mm, 4),
                  rising(contrast, p->half_contrast, 2.5),
                  falling(v->grain / fmax(1, contrast), p->half_grain, 1.5),
                  rising(v->fine_dpi, p->half_dpi, 2.8)};
    double least = 1, product = 1;
    for (int i = 0; i < 4; i++) {
        least = fmin(least, q[i]);
        product *= q[i];
    }
    return 100 * (0.5 * least + 0.5 * sqrt(sqrt(product)));
}

/* That characters can be told apart, 0 to 1. */
static double resolution(const struct view *v, double rise_mm, double height_mm)
{
    double dots = px_from_mm(height_mm, v->fine_dpi);
    return rising(height_mm / rise_mm, 4, 4) * rising(dots, 12, 4) *
           rising(v->contrast / fmax(1, v->grain), 3, 4);
}

/* Thin strokes never reach full black and look soft for that reason alone:
 * two fifths of the rises are shorter. Of n > 0, interpolated in their
 * histogram. */
static double rise_mm(const struct edge *e, size_t n, double dpi)
{
    enum { BINS = 512, PER_PX = 16 };
    int bin[BINS] = {0}, i = 0;
    double wanted = 0.4 * (double)n;
    for (size_t k = 0; k < n; k++) {
        double at = (double)e[k].rise_px * PER_PX;
        bin[at < BINS - 1 ? (int)at : BINS - 1]++;
    }
    for (; i < BINS - 1 && wanted > bin[i]; i++)
        wanted -= bin[i];
    double part = bin[i] > 0 ? wanted / bin[i] : 0;
    return mm_from_px((i + part) / PER_PX, dpi);
}

static double mean_contrast(const struct edge *e, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)e[i].contrast;
    return sum / (double)n;
}

/* Strokes only; n shrinks. */
static size_t keep_strokes(struct edge *e, size_t n, double *ret_contrast)
{
    double square = 0, cube = 0;
    for (size_t i = 0; i < n; i++) {
        double c = (double)e[i].contrast;
        square += c * c;
        cube += c * c * c;
    }
    *ret_contrast = n > 0 ? cube / square : 0;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if ((double)e[i].contrast >= stroke_share * *ret_contrast)
            e[kept++] = e[i];
    return kept;
}

struct tile {
    int index;
    double score, rise_mm;
};

static int by_score(const void *a, const void *b)
{
    const struct tile *p = a, *q = b;
    if (p->score != q->score)
        return p->score > q->score ? 1 : -1;
    return p->index - q->index;
}

struct grid {
    double tile_px;
    int columns, rows;
    struct tile *tile; /* those with enough strokes, worst first */
    size_t n;
};

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

static struct grid score_tiles(struct arena *a, const struct view *v,
                               const struct image *grey, const struct edge *e,
                               size_t n)
{
    struct grid g = {.tile_px = px_from_mm(tile_mm, v->dpi)};
    g.columns = (int)(grey->width / g.tile_px) + 1;
    g.rows = (int)(grey->height / g.tile_px) + 1;
    size_t tiles = (size_t)g.columns * (size_t)g.rows, *starts;
    struct edge *sorted =
        sort_into_tiles(a, e, n, g.tile_px, g.columns, tiles, &starts);
    g.tile = arena_new_array(a, tiles, struct tile);
    for (size_t t = 0; t < tiles; t++) {
        const struct edge *own = sorted + starts[t];
        size_t count = starts[t + 1] - starts[t];
        if (count < EDGES_PER_TILE)
            continue;
        double rise = rise_mm(own, count, v->dpi);
        g.tile[g.n++] = (struct tile){
            (int)t, appearance(v, rise, mean_contrast(own, count)), rise};
    }
    qsort(g.tile, g.n, sizeof *g.tile, by_score);
    return g;
}

/* Green is clear, red is not, white has no text. */
static const struct image *heat_map(struct arena *a, const struct grid *g,
                                    Affine *ret_scan_from_heat)
{
    enum { ZOOM = 8 };
    uint8_t *px;
    int w = g->columns * ZOOM, h = g->rows * ZOOM;
    struct image *im = image_new(a, w, h, 3, &px);
    *ret_scan_from_heat = affine_scale(g->tile_px / ZOOM, g->tile_px / ZOOM);
    for (int i = 0; i < w * h * 3; i++)
        px[i] = 255;
    for (size_t i = 0; i < g->n; i++) {
        int x = g->tile[i].index % g->columns * ZOOM;
        int y = g->tile[i].index / g->columns * ZOOM;
        uint8_t good = (uint8_t)(2.55 * g->tile[i].score);
        for (int k = 0; k < ZOOM * ZOOM; k++) {
            uint8_t *p = px + 3 * ((y + k / ZOOM) * w + x + k % ZOOM);
            p[0] = (uint8_t)(255 - good);
            p[1] = good;
            p[2] = 0;
        }
    }
    return im;
}

/* Of the characters, between what is usual for body text. */
static double character_mm(struct arena *a, const struct page *page)
{
    size_t n = page->n_lines;
    if (n == 0)
        return 3;
    double *v = arena_new_array(a, n, double);
    for (size_t i = 0; i < n; i++)
        v[i] = mm_from_px(page->lines[i].height_px, page->text_dpi);
    rank_sort(v, n);
    return fmin(4, fmax(1.5, v[n / 2]));
}

static double grain_of_text(struct arena *a, const struct page *page)
{
    Rect *box = arena_new_array(a, page->n_lines + 1, Rect);
    for (size_t i = 0; i < page->n_lines; i++)
        box[i] = affine_rect(page->scan_from_text, page->lines[i].box);
    return grain_measure(page->grey, box, page->n_lines);
}

static Rect tile_box(const struct grid *g, const struct tile *t)
{
    int column = t->index % g->columns, row = t->index / g->columns;
    return (Rect){column * g->tile_px, row * g->tile_px, g->tile_px,
                  g->tile_px};
}

static void measure_focus(struct arena *a, struct page *page,
                          const struct grid *g)
{
    struct focus_sample *s = arena_new_array(a, g->n + 1, struct focus_sample);
    double w = page->grey->width, h = page->grey->height;
    for (size_t i = 0; i < g->n; i++) {
        Point at = rect_center(tile_box(g, &g->tile[i]));
        s[i] = (struct focus_sample){2 * at.x / w - 1, 2 * at.y / h - 1,
                                     g->tile[i].rise_mm};
    }
    struct focus f = focus_fit(s, g->n);
    page->focus_range = f.range;
    page->softest = (Rect){(f.softest.x + 0.75) * w / 2,
                           (f.softest.y + 0.75) * h / 2, w / 4, h / 4};
}

/* Mean over the strokes; NAN: none stands on even paper. */
static double mean_halo(const struct edge *e, size_t n)
{
    double sum = 0, count = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(e[i].halo)) {
            sum += (double)e[i].halo;
            count++;
        }
    return count >= EDGES_PER_TILE ? sum / count : (double)NAN;
}

static bool has_text(const struct page *page, Rect box)
{
    for (size_t i = 0; i < page->n_lines; i++)
        if (!rect_is_empty(rect_intersect(
                box, affine_rect(page->scan_from_text, page->lines[i].box))))
            return true;
    return false;
}

/* The tile with text that one in fifty is worse than, as evidence. */
static void tell_worst(const struct page *page, const struct grid *g,
                       struct page_facts *f)
{
    size_t k = g->n / 50;
    while (k + 1 < g->n && !has_text(page, tile_box(g, &g->tile[k])))
        k++;
    if (!has_text(page, tile_box(g, &g->tile[k])))
        k = g->n / 50;
    f->worst_clarity = fmin(f->clarity, g->tile[k].score);
    f->worst_box = rect_intersect(tile_box(g, &g->tile[k]), f->worst_box);
}

static int clarity_apply(struct arena *a, struct page *page,
                         const void *params_, struct err *e)
{
    (void)e;
    const struct image *grey = page->grey;
    struct page_facts *f = &page->facts;
    struct view v = {.p = params_};
    v.dpi = page->text_dpi * page->scan->width /
            (page->turns % 2 ? page->text->height : page->text->width);
    v.fine_dpi = f->effective_dpi > 0 ? fmin(v.dpi, f->effective_dpi) : v.dpi;
    int stride = (int)fmax(2, round(v.dpi / 75));
    double unrest = edges_noise(grey, 4 * stride);
    /* Six deviations: of the 5000 samples of a tile none is a stroke. */
    int step = (int)fmax(LEAST_CONTRAST, 6 * unrest);
    size_t n;
    struct edge *edges = edges_find(a, grey, stride, step, MAX_EDGES, &n);
    n = keep_strokes(edges, n, &v.contrast);
    v.grain = page->n_lines > 0 ? grain_of_text(a, page) : unrest;
    struct grid g = score_tiles(a, &v, grey, edges, n);
    f->clarity = f->worst_clarity = 0; /* nothing to read anywhere */
    f->worst_box = (Rect){0, 0, grey->width, grey->height};
    f->appearance = f->legibility = 0;
    page->heat = heat_map(a, &g, &page->scan_from_heat);
    measure_focus(a, page, &g);
    page->halo = mean_halo(edges, n);
    if (g.n == 0)
        return 0;
    double rise = rise_mm(edges, n, v.dpi);
    f->appearance =
        whole_share * appearance(&v, rise, mean_contrast(edges, n)) +
        (1 - whole_share) * g.tile[g.n / 4].score;
    double apart = resolution(&v, rise, character_mm(a, page));
    double odds = apart / fmax(1e-12, 1 - apart);
    f->legibility = 100 * rising(odds, v.p->legible_half, v.p->legible_slope);
    f->clarity = fmin(f->appearance, 100 * apart);
    tell_worst(page, &g, f);
    return 0;
}

const struct stage stage_clarity = {
    .name = "clarity",
    .summary = "sharpness, contrast, noise and resolution of the strokes",
    .needs = GIVES_TEXT | GIVES_LINES | GIVES_GREY,
    .gives = GIVES_CLARITY,
    .params_size = sizeof(struct clarity_params),
    .params = params,
    .apply = clarity_apply,
};
