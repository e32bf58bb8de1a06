/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Two layers, ink and toner, per pixel in closed form (ink_unmix). The ink's
 * direction is the mean of the pixels that are surely ink and little else.
 *
 * JPEG keeps colour at half resolution as a rule, so the colour of a stroke's
 * edge is a mean over four pixels while its luma is sharp. Where the mean of
 * the neighbourhood says "ink, no toner", luma alone tells how much ink a
 * pixel has, since density grows with coverage along a known curve; elsewhere
 * the colour has to do. (The idea of a guided filter, He et al. 2010, with the
 * guide's relation known beforehand.) A thin stroke looks half grey that way,
 * so much is allowed where nothing near is darker than the ink can be; near
 * toner the colour has to be clear.
 */

#include "imaging/ink_roi.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "imaging/image.h"

enum {
    CHROMA_RADIUS = 2, /* pixels that share colour in 4:2:0, either way */
    DARK_RADIUS = 3,
    CURVE = 512,
};

/* The least density that is told from noise of paper and JPEG. */
static const float faintest = 0.06f;
static const float curve_max = 3.0f; /* densities on the luma curve */

/* Darker than this many layers is no ink any more. */
static const float darkest_layer = 1.8f;

/* Share of ink in the neighbourhood's density from which luma is not believed
 * at all, and fully; without and with toner near. */
static const float share_of_ink[2][2] = {{0.30f, 0.50f}, {0.55f, 0.80f}};

/* Densities of the part over its paper, three per pixel. */
static float *read_densities(struct arena *a, const struct image *scan,
                             const struct ink_paper *paper, Rect box,
                             int factor, struct ink_roi *roi)
{
    const struct image *part = image_crop(a, scan, box);
    if (factor > 1)
        part = ink_reduce(a, part, factor);
    roi->width = part->width;
    roi->height = part->height;
    roi->step = factor;
    roi->origin = (Point){fmax(0, floor(box.x)), fmax(0, floor(box.y))};
    size_t row = 3 * (size_t)part->width;
    float *d = arena_alloc(a, row * (size_t)part->height, sizeof *d);
    for (int y = 0; y < part->height; y++)
        ink_paper_row(paper, part, y, roi->origin.x, roi->origin.y, factor,
                      d + (size_t)y * row);
    return d;
}

/* The tiles' white is a high percentile: half the paper is a little darker.
 * Take the median of what holds no ink off, per channel. */
static void level_paper(float *d, size_t n, enum ink_kind kind,
                        float ret_median[3])
{
    enum { BINS = 200 };
    size_t counts[3][BINS] = {{0}}, total = 0;
    for (size_t i = 0; i < n; i++) {
        float *p = d + 3 * i;
        if (p[1] > 0.3f || ink_amount(kind, p) > faintest)
            continue;
        total++;
        for (int c = 0; c < 3; c++) {
            int bin = (int)((p[c] + 0.1f) * 400);
            counts[c][bin < 0 ? 0 : bin < BINS ? bin : BINS - 1]++;
        }
    }
    memset(ret_median, 0, 3 * sizeof *ret_median);
    if (total < 100)
        return;
    for (int c = 0; c < 3; c++) {
        size_t seen = 0;
        int bin = 0;
        while (bin < BINS - 1 && (seen += counts[c][bin]) * 2 < total)
            bin++;
        ret_median[c] = ((float)bin + 0.5f) / 400 - 0.1f;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < 3; c++)
            d[3 * i + c] -= ret_median[c];
}

/* Value below which `share` of the amounts above `from` lie; 0: none. */
static float amount_percentile(const float *v, size_t n, float from,
                               double share)
{
    enum { BINS = 400 };
    size_t counts[BINS] = {0}, total = 0, seen = 0;
    for (size_t i = 0; i < n; i++)
        if (v[i] > from) {
            int bin = (int)(v[i] * 100);
            counts[bin < BINS ? bin : BINS - 1]++;
            total++;
        }
    if (total == 0)
        return 0;
    int bin = 0;
    while (bin < BINS - 1 &&
           (double)(seen += counts[bin]) < share * (double)total)
        bin++;
    return ((float)bin + 0.5f) / 100;
}

/* The amount that most of the well inked places have. */
static float full_layer(const float *ink, size_t n)
{
    float high = amount_percentile(ink, n, faintest, 0.95);
    return amount_percentile(ink, n, 0.4f * high, 0.6);
}

static bool find_vector(const float *d, const float *amount, size_t n,
                        enum ink_kind kind, struct ink_vector *ret)
{
    if (kind == INK_KIND_DARK) {
        *ret = (struct ink_vector){{1, 1, 1}};
        return true;
    }
    float strong = 0.6f * amount_percentile(amount, n, faintest, 0.95);
    if (strong <= 0)
        return false;
    double sum[3] = {0};
    for (size_t i = 0; i < n; i++) {
        const float *p = d + 3 * i;
        float high = fmaxf(p[0], fmaxf(p[1], p[2]));
        float low = fminf(p[0], fminf(p[1], p[2]));
        if (amount[i] < strong || low > 0.5f * high)
            continue;
        for (int c = 0; c < 3; c++)
            sum[c] += fmax(0, (double)(p[c] / high));
    }
    double high = fmax(sum[0], fmax(sum[1], sum[2]));
    if (!(high > 0))
        return false;
    for (int c = 0; c < 3; c++)
        ret->d[c] = (float)(sum[c] / high);
    return true;
}

static void unmix(const float *d, struct ink_roi *roi, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ink_unmix(roi->vector, d + 3 * i, &roi->ink[i], &roi->black[i]);
}

/* Mean over a square window, edges repeated: running sums, rows then columns.
 */
static void box_mean(const float *in, float *out, float *line, int w, int h,
                     int radius)
{
    float n = (float)(2 * radius + 1);
    for (int y = 0; y < h; y++) {
        const float *p = in + (size_t)y * (size_t)w;
        float *q = out + (size_t)y * (size_t)w, sum = 0;
        for (int x = -radius; x <= radius; x++)
            sum += p[x < 0 ? 0 : x < w ? x : w - 1];
        for (int x = 0; x < w; x++) {
            q[x] = sum / n;
            int in_x = x + radius + 1, out_x = x - radius;
            sum += p[in_x < w ? in_x : w - 1] - p[out_x < 0 ? 0 : out_x];
        }
    }
    for (int x = 0; x < w; x++) {
        for (int y = 0; y < h; y++)
            line[y] = out[(size_t)y * (size_t)w + (size_t)x];
        float sum = 0;
        for (int y = -radius; y <= radius; y++)
            sum += line[y < 0 ? 0 : y < h ? y : h - 1];
        for (int y = 0; y < h; y++) {
            out[(size_t)y * (size_t)w + (size_t)x] = sum / n;
            int in_y = y + radius + 1, out_y = y - radius;
            sum += line[in_y < h ? in_y : h - 1] - line[out_y < 0 ? 0 : out_y];
        }
    }
}

/* Rec. 601 luma, as JPEG has it, of densities over white. */
static float luma_density(const float d[3], const float paper[3])
{
    double y = 0.299 * ink_sample(d[0] + paper[0]) +
               0.587 * ink_sample(d[1] + paper[1]) +
               0.114 * ink_sample(d[2] + paper[2]);
    return ink_density(y);
}

/* Luma density that each amount of ink has; increasing. */
static void luma_curve(const struct ink_roi *roi, float ret[CURVE])
{
    float zero[3] = {0, 0, 0}, bare = luma_density(zero, roi->paper);
    for (int i = 0; i < CURVE; i++) {
        float amount = curve_max * (float)i / (CURVE - 1), d[3];
        for (int c = 0; c < 3; c++)
            d[c] = amount * roi->vector.d[c];
        ret[i] = luma_density(d, roi->paper) - bare;
    }
}

static float amount_of_luma(const float curve[CURVE], float luma)
{
    if (luma <= 0)
        return 0;
    int low = 0, high = CURVE - 1;
    while (high - low > 1) {
        int mid = (low + high) / 2;
        if (curve[mid] <= luma)
            low = mid;
        else
            high = mid;
    }
    float span = curve[high] - curve[low];
    float t = span > 0 ? fminf(1, (luma - curve[low]) / span) : 1;
    return curve_max * ((float)low + t) / (CURVE - 1);
}

static float ramp(float v, float from, float to)
{
    float t = (v - from) / (to - from);
    return t < 0 ? 0 : t > 1 ? 1 : t;
}

/* Marks pixels with something darker than `limit` within the radius. */
static uint8_t *near_dark(struct arena *a, const float *luma, int w, int h,
                          float limit)
{
    size_t n = (size_t)w * (size_t)h;
    uint8_t *dark = arena_alloc(a, n, 1);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            if (luma[(size_t)y * (size_t)w + (size_t)x] < limit)
                continue;
            int x0 = x > DARK_RADIUS ? x - DARK_RADIUS : 0;
            int x1 = x + DARK_RADIUS < w ? x + DARK_RADIUS : w - 1;
            int y1 = y + DARK_RADIUS < h ? y + DARK_RADIUS : h - 1;
            for (int j = y > DARK_RADIUS ? y - DARK_RADIUS : 0; j <= y1; j++)
                memset(dark + (size_t)j * (size_t)w + x0, 1,
                       (size_t)x1 - (size_t)x0 + 1);
        }
    return dark;
}

/* Edges from luma where the neighbourhood is ink without toner; `layer` is a
 * first idea of a full layer. */
static void sharpen_from_luma(struct arena *a, const float *d, float layer,
                              struct ink_roi *roi)
{
    int w = roi->width, h = roi->height;
    size_t n = (size_t)w * (size_t)h;
    float *ink = arena_new_array(a, n, float);
    float *black = arena_new_array(a, n, float);
    float *luma = arena_new_array(a, n, float);
    float *line = arena_new_array(a, (size_t)h, float);
    box_mean(roi->ink, ink, line, w, h, CHROMA_RADIUS);
    box_mean(roi->black, black, line, w, h, CHROMA_RADIUS);
    float curve[CURVE], zero[3] = {0, 0, 0};
    luma_curve(roi, curve);
    float bare = luma_density(zero, roi->paper);
    for (size_t i = 0; i < n; i++)
        if (ink[i] + black[i] >= 0.5f * faintest)
            luma[i] = luma_density(d + 3 * i, roi->paper) - bare;
    int full = (int)fminf(CURVE - 1, darkest_layer * layer / curve_max * CURVE);
    uint8_t *dark = near_dark(a, luma, w, h, curve[full]);
    for (size_t i = 0; i < n; i++) {
        float sum = ink[i] + black[i];
        if (sum < 0.5f * faintest)
            continue;
        const float *gate = share_of_ink[dark[i]];
        float pure = ramp(ink[i] / sum, gate[0], gate[1]);
        if (pure <= 0)
            continue;
        float sharp = amount_of_luma(curve, luma[i]);
        roi->ink[i] += pure * (sharp - roi->ink[i]);
        roi->black[i] *= 1 - pure;
    }
}

/* One standard deviation of bare paper: amounts are never negative, so half of
 * its noise is cut off; 84 % of the whole lie below one deviation. */
static float bare_noise(const float *ink, const float *black, size_t n)
{
    enum { BINS = 200 };
    size_t counts[BINS] = {0}, total = 0, seen = 0;
    for (size_t i = 0; i < n; i++)
        if (black[i] < 0.1f && ink[i] < 0.2f) {
            counts[(int)(ink[i] * 5 * BINS)]++;
            total++;
        }
    int bin = 0;
    while (bin < BINS - 1 &&
           (double)(seen += counts[bin]) < 0.84 * (double)total)
        bin++;
    return (float)bin / (5 * BINS);
}

bool ink_roi_measure(struct arena *a, const struct image *scan,
                     const struct ink_paper *paper, Rect box,
                     const struct ink_roi_options *options, struct ink_roi *ret)
{
    Rect all = {0, 0, scan->width, scan->height};
    box = rect_intersect(box, all);
    int factor = (int)ceil(fmax(box.w, box.h) / options->max_side_px);
    if (fmin(box.w, box.h) < 8.0 * factor || factor < 1)
        return false;
    float *d = read_densities(a, scan, paper, box, factor, ret);
    size_t n = (size_t)ret->width * (size_t)ret->height;
    float median[3];
    level_paper(d, n, options->kind, median);
    ret->density = d;
    ret->ink = arena_new_array(a, n, float);
    ret->black = arena_new_array(a, n, float);
    for (size_t i = 0; i < n; i++)
        ret->ink[i] = ink_amount(options->kind, d + 3 * i);
    if (!find_vector(d, ret->ink, n, options->kind, &ret->vector))
        return false;
    unmix(d, ret, n);
    Point middle = rect_center(box);
    ink_paper_at(paper, middle.x, middle.y, ret->paper);
    for (int c = 0; c < 3; c++)
        ret->paper[c] += median[c];
    if (options->coarse_chroma && factor == 1 && options->kind != INK_KIND_DARK)
        sharpen_from_luma(a, d, full_layer(ret->ink, n), ret);
    ret->layer = (double)full_layer(ret->ink, n);
    if (ret->layer < (double)faintest)
        return false;
    for (size_t i = 0; i < n; i++)
        ret->ink[i] /= (float)ret->layer;
    ret->noise = bare_noise(ret->ink, ret->black, n);
    return true;
}

/* Rows of `bands` floats a pixel. */
static float *part_of(struct arena *a, const float *v, int width, size_t bands,
                      Rect box)
{
    size_t row = (size_t)box.w * bands;
    float *out = arena_new_array(a, row * (size_t)box.h, float);
    for (int y = 0; y < (int)box.h; y++) {
        size_t at = (size_t)(y + (int)box.y) * (size_t)width + (size_t)box.x;
        memcpy(out + (size_t)y * row, v + at * bands, row * sizeof *out);
    }
    return out;
}

struct ink_roi ink_roi_part(struct arena *a, const struct ink_roi *r, Rect box)
{
    Point from = {fmax(0, floor(box.x)), fmax(0, floor(box.y))};
    box.w = fmin(r->width, ceil(box.x + box.w)) - from.x;
    box.h = fmin(r->height, ceil(box.y + box.h)) - from.y;
    box.x = from.x;
    box.y = from.y;
    struct ink_roi part = *r;
    part.width = (int)box.w;
    part.height = (int)box.h;
    part.origin.x += box.x * r->step;
    part.origin.y += box.y * r->step;
    part.ink = part_of(a, r->ink, r->width, 1, box);
    part.black = part_of(a, r->black, r->width, 1, box);
    part.density = part_of(a, r->density, r->width, 3, box);
    return part;
}

float ink_roi_at(const struct ink_roi *r, const float *plane, double x,
                 double y)
{
    x -= 0.5;
    y -= 0.5;
    int i = (int)floor(x), j = (int)floor(y);
    if (i < 0 || j < 0 || i + 1 >= r->width || j + 1 >= r->height)
        return 0;
    float u = (float)(x - i), v = (float)(y - j);
    const float *p = plane + (size_t)j * (size_t)r->width + (size_t)i;
    const float *q = p + r->width;
    return (p[0] * (1 - u) + p[1] * u) * (1 - v) +
           (q[0] * (1 - u) + q[1] * u) * v;
}
