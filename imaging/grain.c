/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Paper is where the mean of a place and its four neighbours is nearer to the
 * box's bright level than an eighth of the way to its strokes. There the
 * Laplacian is taken: what is smooth, light falling off or a tint, gives
 * nothing. For independent noise its deviation is sqrt(20) times the noise's,
 * and the mean of absolute values 0.798 of a deviation (Immerkaer 1996 does
 * the same with another mask).
 */

#include "imaging/grain.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "imaging/image.h"

enum { ROWS_STEP = 2, GRID = 8 };

static const double bright_share = 0.75, dark_share = 0.03;
static const double block_weight = 2.5;
static const double paper_reach = 0.12;

struct sum {
    double residual, n;
    double step[GRID]; /* to the next pixel, by place in JPEG's blocks */
};

static void add_box(const struct image *g, Rect box, struct sum *s)
{
    int x0 = (int)fmax(1, box.x), x1 = (int)fmin(g->width - 1, box.x + box.w);
    int y0 = (int)fmax(1, box.y), y1 = (int)fmin(g->height - 1, box.y + box.h);
    unsigned histogram[256] = {0}, n = 0;
    for (int y = y0; y < y1; y += ROWS_STEP)
        for (int x = x0; x < x1; x += 2, n++)
            histogram[*image_at(g, x, y)]++;
    if (n == 0)
        return;
    int bright = image_quantile(histogram, n, bright_share);
    int dark = image_quantile(histogram, n, dark_share);
    int least = (int)(bright - paper_reach * (bright - dark));
    for (int y = y0; y < y1; y += ROWS_STEP) {
        const uint8_t *p = image_at(g, 0, y);
        const uint8_t *up = p - g->width, *low = p + g->width;
        int residual = 0, count = 0;
        for (int x = x0; x < x1; x++) {
            int beside = p[x - 1] + p[x + 1] + up[x] + low[x];
            if (p[x] + beside < 5 * least)
                continue;
            residual += abs(4 * p[x] - beside);
            s->step[x % GRID] += abs(p[x + 1] - p[x]);
            count++;
        }
        s->residual += residual;
        s->n += count;
    }
}

/* How much larger the step over the blocks' sides is than the others. */
static double block_step(const struct sum *s)
{
    double sum = 0, most = 0;
    for (int k = 0; k < GRID; k++) {
        sum += s->step[k];
        most = fmax(most, s->step[k]);
    }
    return fmax(0, (most - (sum - most) / (GRID - 1)) / (s->n / GRID));
}

double grain_measure(const struct image *grey, const Rect *boxes, size_t n)
{
    struct sum s = {0};
    for (size_t i = 0; i < n; i++)
        add_box(grey, boxes[i], &s);
    if (s.n <= 0)
        return 0;
    double noise = s.residual / s.n / (sqrt(20) * 0.798);
    return hypot(noise, block_weight * block_step(&s));
}
