/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/seal_imprint.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/image.h"
#include "imaging/seal_grid.h"

/* What a seal without a scale is taken for. */
static const double assumed_mm = 40;

/* A cut-out is ink on clear ground: shares of its box, wide enough for the
 * palest ring and for a name seal in white on red. */
static const double least_ink = 0.01, most_ink = 0.90;

/* Coverage from which a pixel of a cut-out belongs to the seal's outline. */
static const double outline_ink = 0.35;

/* Our own pictures have the seal in their middle; where the ink's box says
 * nearly the same, the rim may only be broken. */
static const double centred_share = 0.06;

/* Mean density of what is neutral from which it hides the ink; toner has 1 and
 * more, a shadow less than a tenth. */
static const float hides = 0.35f;

static const uint8_t *resample(struct arena *a, const struct ink_roi *roi,
                               Point center, double step, double turn_deg)
{
    uint8_t *out = arena_alloc(a, IMPRINT_BYTES, 1);
    const double half = IMPRINT_SIDE / 2.0;
    Affine m = affine_compose(affine_translate(-half, -half),
                              affine_scale(step, step));
    m = affine_compose(m, affine_rotate(turn_deg));
    m = affine_compose(m, affine_translate(center.x, center.y));
    const struct grid_plane plane = {roi->ink, roi->width, roi->height};
    const struct grid_plane black = {roi->black, roi->width, roi->height};
    float row[IMPRINT_SIDE], over[IMPRINT_SIDE] = {0};
    for (int y = 0; y < IMPRINT_SIDE; y++) {
        seal_grid_row(&plane, m, seal_grid_places(step), y, IMPRINT_SIDE, row);
        if (black.v)
            seal_grid_row(&black, m, seal_grid_places(step), y, IMPRINT_SIDE,
                          over);
        for (int x = 0; x < IMPRINT_SIDE; x++) {
            float v = row[x] * IMPRINT_FULL + 0.5f;
            out[y * IMPRINT_SIDE + x] = over[x] > hides
                                            ? IMPRINT_HIDDEN
                                            : (uint8_t)fminf(v, IMPRINT_MOST);
        }
    }
    return out;
}

struct imprint seal_imprint_take(struct arena *a, const struct ink_roi *roi,
                                 const struct seal_form *form, double px_per_mm)
{
    double size = (form->width + form->height) / 2;
    bool known = px_per_mm > 0;
    double per_mm = known ? px_per_mm : size / assumed_mm;
    return (struct imprint){
        resample(a, roi, form->center, per_mm / IMPRINT_PER_MM, form->turn_deg),
        size / per_mm, form->turn_deg, known};
}

/* Coverage of a flattened cut-out: the channel that the ink darkens most. */
static float *coverage(struct arena *a, const struct image *im)
{
    size_t n = (size_t)im->width * (size_t)im->height;
    size_t bands = (size_t)im->bands;
    int least[4] = {255, 255, 255, 255}, band = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < bands && c < 3; c++)
            if (im->px[bands * i + c] < least[c])
                least[c] = im->px[bands * i + c];
    for (int c = 1; c < im->bands && c < 3; c++)
        band = least[c] < least[band] ? c : band;
    float *v = arena_new_array(a, n, float);
    float span = (float)(255 - least[band]);
    for (size_t i = 0; i < n && span > 0; i++)
        v[i] = (float)(255 - im->px[bands * i + (size_t)band]) / span;
    return v;
}

/* The box around what belongs to the outline. */
static Rect ink_box(const struct ink_roi *r, double *ret_share)
{
    int x0 = r->width, y0 = r->height, x1 = 0, y1 = 0;
    double sum = 0;
    for (int y = 0; y < r->height; y++)
        for (int x = 0; x < r->width; x++) {
            double v = (double)r->ink[(size_t)y * (size_t)r->width + (size_t)x];
            sum += v;
            if (v < outline_ink)
                continue;
            x0 = x < x0 ? x : x0;
            x1 = x + 1 > x1 ? x + 1 : x1;
            y0 = y < y0 ? y : y0;
            y1 = y + 1 > y1 ? y + 1 : y1;
        }
    Rect box = {x0, y0, x1 - x0, y1 - y0};
    *ret_share = x1 > x0 && y1 > y0 ? sum / (box.w * box.h) : 0;
    return x1 > x0 && y1 > y0 ? box : (Rect){0};
}

static Point center_of(const struct image *im, Rect box)
{
    Point middle = {im->width / 2.0, im->height / 2.0}, p = rect_center(box);
    double slack = centred_share * fmax(box.w, box.h);
    bool centred = hypot(p.x - middle.x, p.y - middle.y) < slack;
    return centred ? middle : p;
}

bool seal_imprint_of_cut(struct arena *a, const struct image *im, double dpi,
                         struct imprint *ret)
{
    if (im->width < 16 || im->height < 16)
        return false;
    struct ink_roi roi = {.width = im->width, .height = im->height, .step = 1};
    roi.ink = coverage(a, im);
    double share;
    Rect box = ink_box(&roi, &share);
    if (share < least_ink || share > most_ink || fmin(box.w, box.h) < 12)
        return false;
    double size = (box.w + box.h) / 2;
    bool known = dpi > 0;
    double per_mm = known ? dpi / MM_PER_INCH : size / assumed_mm;
    *ret = (struct imprint){
        resample(a, &roi, center_of(im, box), per_mm / IMPRINT_PER_MM, 0),
        size / per_mm, 0, known};
    return true;
}
