/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The part below the star is laid upright, the row band with most ink about
 * the axis is the line's height, and from the axis outwards it goes on until a
 * gap that is wider than between letters.
 */

#include "imaging/seal_straight.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/image.h"

/* The part, in radii from the middle: below the star's lower tips, above the
 * number, between the ends of the ring text. */
static const double from_r = 0.32, to_r = 0.76, half_r = 0.64;
enum { PER_RADIUS = 170, AXIS = 51 /* 0.3 radii: on it every line has ink */ };

/* Heights of such a line, in radii: 2 to 5.5 mm of a seal of 40. */
static const double least_r = 0.09, most_r = 0.28;

/* Share of the highest row that belongs to the line, and of a column's height
 * that is ink; gaps that letters may have between them; paper above and below
 * the line; in heights. */
static const double row_level = 0.18, column_level = 0.04, widest_gap = 0.9,
                    pad = 0.22;

struct window {
    int width, height;
    uint8_t *px; /* 255 is full ink */
};

static struct window lay_upright(struct arena *a, const struct ink_roi *roi,
                                 const struct seal_form *form)
{
    struct window w = {(int)lround(2 * half_r * PER_RADIUS),
                       (int)lround((to_r - from_r) * PER_RADIUS), NULL};
    w.px = arena_alloc(a, (size_t)w.width * (size_t)w.height, 1);
    double t = rad_from_deg(form->turn_deg), c = cos(t), s = sin(t);
    double step = (form->width + form->height) / 4 / PER_RADIUS;
    for (int y = 0; y < w.height; y++)
        for (int x = 0; x < w.width; x++) {
            double u = (x + 0.5 - w.width / 2.0) * step;
            double v = (y + 0.5 + from_r * PER_RADIUS) * step;
            float ink =
                ink_roi_at(roi, roi->ink, form->center.x + u * c - v * s,
                           form->center.y + u * s + v * c);
            w.px[y * w.width + x] = (uint8_t)(255 * fminf(1, ink));
        }
    return w;
}

static double mean_of(const struct window *w, int x0, int x1, int y0, int y1)
{
    double sum = 0;
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            sum += w->px[y * w->width + x];
    return sum / 255 / fmax(1, (x1 - x0) * (y1 - y0));
}

/* The rows of most ink about the axis; false: no band of a line's height. */
static bool find_rows(const struct window *w, int *ret_from, int *ret_to)
{
    enum { MOST = 256 };
    double v[MOST], peak = 0, best = 0;
    *ret_from = *ret_to = 0;
    int n = w->height < MOST ? w->height : MOST, mid = w->width / 2;
    for (int y = 0; y < n; y++) {
        v[y] = mean_of(w, mid - AXIS, mid + AXIS, y, y + 1);
        peak = fmax(peak, v[y]);
    }
    for (int y = 0; y < n; y++) {
        int from = y;
        double sum = 0;
        while (y < n && v[y] > row_level * peak)
            sum += v[y++];
        double high = (double)(y - from) / PER_RADIUS;
        if (sum > best && high > least_r && high < most_r) {
            best = sum;
            *ret_from = from;
            *ret_to = y;
        }
    }
    return best > 0;
}

/* Where the line ends to one side of the axis. */
static int find_end(const struct window *w, int y0, int y1, int step)
{
    int end = w->width / 2, gap = 0;
    for (int x = end; x >= 0 && x < w->width; x += step) {
        bool ink = mean_of(w, x, x + 1, y0, y1) > column_level;
        gap = ink ? 0 : gap + 1;
        if (ink)
            end = x;
        if (gap > widest_gap * (y1 - y0))
            break;
    }
    return end;
}

const struct image *seal_straight_line(struct arena *a,
                                       const struct ink_roi *roi,
                                       const struct seal_form *form)
{
    struct window w = lay_upright(a, roi, form);
    int y0, y1;
    if (!find_rows(&w, &y0, &y1))
        return NULL;
    int x0 = find_end(&w, y0, y1, -1), x1 = find_end(&w, y0, y1, 1) + 1;
    int around = (int)lround(pad * (y1 - y0));
    if (x1 - x0 < 2 * (y1 - y0))
        return NULL;
    uint8_t *px;
    struct image *im =
        image_new(a, x1 - x0 + 2 * around, y1 - y0 + 2 * around, 1, &px);
    memset(px, 255, (size_t)im->width * (size_t)im->height);
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            px[(y - y0 + around) * im->width + x - x0 + around] =
                (uint8_t)(255 - w.px[y * w.width + x]);
    return im;
}
