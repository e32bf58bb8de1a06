/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cooley and Tukey (1965), radix 2, decimation in time. */

#include "imaging/spectrum.h"

#include <math.h>

#include "base/units.h"

static void swap(float *v, size_t i, size_t k)
{
    float t = v[i];
    v[i] = v[k];
    v[k] = t;
}

/* Bits of the index reversed. */
static void reorder(float *re, float *im, size_t n)
{
    for (size_t i = 1, k = 0; i < n; i++) {
        size_t bit = n >> 1;
        for (; k & bit; bit >>= 1)
            k ^= bit;
        k ^= bit;
        if (i < k) {
            swap(re, i, k);
            swap(im, i, k);
        }
    }
}

void spectrum_transform(float *re, float *im, size_t n)
{
    reorder(re, im, n);
    for (size_t half = 1; half < n; half *= 2) {
        double step = -UNITS_PI / (double)half;
        for (size_t j = 0; j < half; j++) {
            float c = (float)cos(step * (double)j);
            float s = (float)sin(step * (double)j);
            for (size_t i = j; i < n; i += 2 * half) {
                size_t k = i + half;
                float x = re[k] * c - im[k] * s, y = re[k] * s + im[k] * c;
                re[k] = re[i] - x;
                im[k] = im[i] - y;
                re[i] += x;
                im[i] += y;
            }
        }
    }
}

void spectrum_window(float *ret, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = (float)(0.5 - 0.5 * cos(2 * UNITS_PI * ((double)i + 0.5) /
                                         (double)n));
}
