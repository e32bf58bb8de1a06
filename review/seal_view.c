/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "review/seal_view.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"

static const uint8_t colour[3] = {0, 60, 200}; /* tells itself from red ink */

/* Of a digit's height: the cell shows a little above and below it. */
static const double cell_share = 1.3;

static double opacity_of(const struct bitmap *b, int x, int y)
{
    bool is_inside = x >= 0 && y >= 0 && x < b->width && y < b->height;
    return is_inside
               ? b->rgba[4 * ((size_t)y * (size_t)b->width + (size_t)x) + 3]
               : 0;
}

/* Bilinear between the middles of pixels. */
static double opacity_at(const struct bitmap *b, Point p)
{
    double fx = floor(p.x - 0.5), fy = floor(p.y - 0.5);
    if (!(fx > -2 && fy > -2 && fx < b->width && fy < b->height))
        return 0;
    int x = (int)fx, y = (int)fy;
    double u = p.x - 0.5 - fx, v = p.y - 0.5 - fy;
    return (opacity_of(b, x, y) * (1 - u) + opacity_of(b, x + 1, y) * u) *
               (1 - v) +
           (opacity_of(b, x, y + 1) * (1 - u) +
            opacity_of(b, x + 1, y + 1) * u) *
               v;
}

/* The picture through a map; `stride`: pixels from row to row of `rgba`. */
static void draw(const struct bitmap *picture, Affine picture_from_out,
                 int width, int height, uint8_t *rgba, int stride)
{
    for (int y = 0; y < height; y++, rgba += 4 * (size_t)stride)
        for (int x = 0; x < width; x++) {
            Point p = affine_point(picture_from_out, (Point){x + 0.5, y + 0.5});
            memcpy(rgba + 4 * x, colour, sizeof colour);
            rgba[4 * x + 3] = (uint8_t)lround(opacity_at(picture, p));
        }
}

static uint8_t *canvas(struct arena *a, int width, int height,
                       struct bitmap *ret)
{
    uint8_t *rgba = arena_alloc(a, (size_t)width * (size_t)height, 4);
    *ret = (struct bitmap){width, height, rgba};
    return rgba;
}

/* What undoes scan_from_picture; a map that has no inverse shows nothing. */
static Affine picture_from(Affine scan_from_picture)
{
    Affine m = affine_translate(-1e9, -1e9);
    affine_invert(scan_from_picture, &m);
    return m;
}

struct bitmap seal_view_mask(struct arena *a, const struct bitmap *picture,
                             Affine scan_from_picture, Rect part, int longest)
{
    struct bitmap out;
    double scale = fmax(1, fmax(part.w, part.h)) / longest;
    int w = (int)fmax(1, round(part.w / scale)),
        h = (int)fmax(1, round(part.h / scale));
    uint8_t *rgba = canvas(a, w, h, &out);
    Affine scan_from_out = affine_compose(affine_scale(part.w / w, part.h / h),
                                          affine_translate(part.x, part.y));
    draw(picture,
         affine_compose(scan_from_out, picture_from(scan_from_picture)), w, h,
         rgba, w);
    return out;
}

/* Boxes lie upright on the scan, so a leaning digit's is too large: the
 * smallest of all is nearest to the digits' own height. */
static double height_of(const Rect *boxes, size_t n)
{
    double least = fmax(boxes[0].w, boxes[0].h);
    for (size_t i = 1; i < n; i++)
        least = fmin(least, fmax(boxes[i].w, boxes[i].h));
    return least;
}

struct bitmap seal_view_digits(struct arena *a, const struct bitmap *picture,
                               Affine scan_from_picture, enum seal_shape shape,
                               const Rect *boxes, size_t n)
{
    struct bitmap out;
    bool is_ring = shape == SHAPE_ROUND || shape == SHAPE_ELLIPSE;
    Affine inverse = picture_from(scan_from_picture);
    Point middle = {picture->width / 2.0, picture->height / 2.0};
    double scale = cell_share * height_of(boxes, n) / SEAL_VIEW_DIGIT_HEIGHT *
                   hypot(inverse.a, inverse.d);
    int width = (int)n * SEAL_VIEW_DIGIT_WIDTH;
    uint8_t *rgba = canvas(a, width, SEAL_VIEW_DIGIT_HEIGHT, &out);
    for (size_t i = 0; i < n; i++) {
        Point c = affine_point(inverse, rect_center(boxes[i]));
        double lean =
            is_ring ? deg_from_rad(atan2(middle.x - c.x, c.y - middle.y)) : 0;
        Affine m =
            affine_compose(affine_translate(-SEAL_VIEW_DIGIT_WIDTH / 2.0,
                                            -SEAL_VIEW_DIGIT_HEIGHT / 2.0),
                           affine_scale(scale, scale));
        m = affine_compose(m, affine_rotate(lean));
        m = affine_compose(m, affine_translate(c.x, c.y));
        draw(picture, m, SEAL_VIEW_DIGIT_WIDTH, SEAL_VIEW_DIGIT_HEIGHT,
             rgba + 4 * i * SEAL_VIEW_DIGIT_WIDTH, width);
    }
    return out;
}
