/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The forward recursion walks over the text with a blank before, between and
 * behind the characters. It is kept in range by dividing each step by its sum
 * and adding up the logarithms.
 */

#include "ocr/ctc.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"

static const float *row(const struct ctc *m, size_t step)
{
    return m->p + step * m->n_classes;
}

static int best_class(const struct ctc *m, size_t step)
{
    const float *p = row(m, step);
    size_t best = 0;
    for (size_t c = 1; c < m->n_classes; c++)
        if (p[c] > p[best])
            best = c;
    return (int)best;
}

size_t ctc_decode(const struct ctc *m, struct ctc_symbol *ret)
{
    size_t n = 0;
    int last = CTC_BLANK;
    for (size_t t = 0; t < m->n_steps; t++) {
        int c = best_class(m, t);
        double p = (double)row(m, t)[c];
        if (c != CTC_BLANK && c != last)
            ret[n++] = (struct ctc_symbol){c, 0, t, t};
        if (c != CTC_BLANK) {
            struct ctc_symbol *s = &ret[n - 1];
            s->to = t + 1;
            s->confidence = p > s->confidence ? p : s->confidence;
        }
        last = c;
    }
    return n;
}

/* State 2i is the blank before character i, state 2i + 1 the character. */
static double forward(const struct ctc *m, const int *classes, size_t n,
                      double *now, double *next)
{
    size_t states = 2 * n + 1;
    double log_sum = 0;
    memset(now, 0, states * sizeof *now);
    now[0] = 1;
    for (size_t t = 0; t < m->n_steps; t++) {
        const float *p = row(m, t);
        double sum = 0;
        for (size_t s = 0; s < states; s++) {
            bool is_char = s % 2 == 1;
            int c = is_char ? classes[s / 2] : CTC_BLANK;
            double v = now[s];
            /* Before the first slice only state 0 is there, as a start. */
            if (s > 0)
                v += now[s - 1];
            if (is_char && s > 1 && c != classes[s / 2 - 1])
                v += now[s - 2];
            next[s] = v * (double)p[c];
            sum += next[s];
        }
        if (!(sum > 0))
            return -INFINITY;
        for (size_t s = 0; s < states; s++)
            now[s] = next[s] / sum;
        log_sum += log(sum);
    }
    double end = now[states - 1] + (n > 0 ? now[states - 2] : 0);
    return end > 0 ? log_sum + log(end) : -INFINITY;
}

double ctc_log_score(struct arena *a, const struct ctc *m, const int *classes,
                     size_t n)
{
    double *work = arena_new_array(a, 2 * (2 * n + 1), double);
    return forward(m, classes, n, work, work + 2 * n + 1);
}
