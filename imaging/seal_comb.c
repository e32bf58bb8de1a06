/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/seal_comb.h"

#include <math.h>

enum { HALF = COMB_MAX, LEAST = 3, USUAL = 13 };

/* Pitches of engraved numbers, in heights of a digit. */
static const double least_pitch = 0.70, most_pitch = 1.60, pitch_step = 0.01;

/* Part of a place that a digit fills. */
static const double filled = 0.30;

/* A place has a digit when it has this share of the usual ink. */
static const double present = 0.35;

static double sample(const float *ink, int n, double at)
{
    int i = (int)floor(at);
    double t = at - i;
    if (i < 0 || i + 1 >= n)
        return 0;
    return (double)ink[i] * (1 - t) + (double)ink[i + 1] * t;
}

/* Mean ink within `half` samples of a place. */
static double mean_around(const float *ink, int n, double at, double half)
{
    double sum = 0, k = 0;
    for (double d = -half; d <= half; d += 1, k++)
        sum += sample(ink, n, at + d);
    return sum / k;
}

/* Ink at the teeth less ink between them, over `teeth` on either side. */
static double comb_score(const float *ink, int n, double axis, double pitch,
                         double phase, int teeth)
{
    double sum = 0, half = 0.22 * pitch;
    for (int k = -teeth; k <= teeth; k++) {
        double at = axis + phase + k * pitch;
        sum += mean_around(ink, n, at, half) -
               mean_around(ink, n, at + pitch / 2, 0.1 * pitch);
    }
    return sum / (2 * teeth + 1);
}

struct window {
    int from, to;
    double score;
};

/* The run of places that is most likely the number: full, about the axis, and
 * of the usual length when that is nearly as good. */
static struct window choose(const bool *has, double phase_share)
{
    struct window best = {0, -1, -1};
    for (int i = -HALF; i <= HALF; i++)
        for (int k = i + LEAST - 1; k <= HALF && k - i < COMB_MAX; k++) {
            if (!has[i + HALF] && !has[k + HALF])
                continue;
            double score = 0;
            for (int m = i; m <= k; m++)
                score += has[m + HALF] ? 1 : -1.5;
            score -= fabs((i + k) / 2.0 + phase_share);
            score += k - i + 1 == USUAL ? 1.6 : 0;
            if (i > -HALF)
                score -= has[i - 1 + HALF] ? 0.5 : 0;
            if (k < HALF)
                score -= has[k + 1 + HALF] ? 0.5 : 0;
            if (score > best.score)
                best = (struct window){i, k, score};
        }
    return best;
}

struct comb seal_comb_fit(const float *ink, int n, int axis)
{
    const double h = COMB_PER_HEIGHT;
    double best = -1, pitch = 0, phase = 0;
    for (double p = least_pitch; p <= most_pitch; p += pitch_step)
        for (double t = -0.5; t < 0.5; t += 0.05) {
            double s = comb_score(ink, n, axis, p * h, t * p * h, 5);
            if (s > best) {
                best = s;
                pitch = p * h;
                phase = t * p * h;
            }
        }
    struct comb c = {0, pitch / h, 0};
    if (!(best > 0.03))
        return c;
    double usual = 0;
    for (int k = -3; k <= 3; k++)
        usual += mean_around(ink, n, axis + phase + k * pitch, filled * pitch);
    bool has[2 * HALF + 1];
    for (int k = -HALF; k <= HALF; k++)
        has[k + HALF] = mean_around(ink, n, axis + phase + k * pitch,
                                    filled * pitch) > present * usual / 7;
    struct window w = choose(has, phase / pitch);
    if (w.to < w.from)
        return c;
    c.first = (phase + w.from * pitch) / h;
    c.n = w.to - w.from + 1;
    return c;
}

/* --- clarity --------------------------------------------------------------*/

static double ramp(double v, double from, double to)
{
    double t = (v - from) / (to - from);
    return t < 0 ? 0 : t > 1 ? 1 : t;
}

static int percentile(const int counts[256], int total, double share)
{
    int seen = 0, v = 0;
    while (v < 255 && (seen += counts[v]) < share * total)
        v++;
    return v;
}

/* Width of the strokes' edges in rows: the whole span of grey over the mean
 * slope where the grey is half way; 0 when
 * no place is half way. */
static double edge_width(const unsigned char *grey, int width, int height,
                         size_t stride, double dark, double span)
{
    double slope = 0, n = 0;
    for (int y = 1; y + 1 < height; y++)
        for (int x = 1; x + 1 < width; x++) {
            const unsigned char *p = grey + (size_t)y * stride + (size_t)x;
            double t = (*p - dark) / span;
            if (t < 0.3 || t > 0.7)
                continue;
            slope += hypot(p[1] - p[-1], p[stride] - *(p - stride)) / 2;
            n++;
        }
    return slope > 0 ? span * n / slope : n > 0 ? height : 0;
}

double seal_comb_clarity(const unsigned char *grey, int width, int height,
                         size_t stride, double px)
{
    int counts[256] = {0}, total = width * height;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            counts[grey[(size_t)y * stride + (size_t)x]]++;
    if (total < 16)
        return 0;
    double dark = percentile(counts, total, 0.08);
    double span = percentile(counts, total, 0.75) - dark, ink = 0;
    if (span < 8)
        return 0;
    for (int v = 0; v < 256; v++)
        ink += (v - dark) / span < 0.5 ? counts[v] : 0;
    double share = ink / total;
    double edge = edge_width(grey, width, height, stride, dark, span) / height;
    const double marks[] = {
        ramp(span / 255, 0.10, 0.42),
        ramp(share, 0.05, 0.12) * (1 - ramp(share, 0.50, 0.70)),
        1 - ramp(edge, 0.20, 0.45),
        ramp(px, 6, 13),
    };
    double product = 1, worst = 1;
    for (int i = 0; i < 4; i++) {
        product *= marks[i];
        worst = fmin(worst, marks[i]);
    }
    return 100 * sqrt(worst * sqrt(product));
}
