/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/vote.h"

#include <assert.h>
#include <stdbool.h>

#include "base/arena.h"

/* What a text says that has no character where another has one. */
static const double weight_of_none = 0.6;

/* Odd columns are the first text's symbols, even ones the gaps between. */
struct column {
    struct tess_symbol symbols[VOTE_MAX];
    double weights[VOTE_MAX]; /* of symbols[i]; c is 0: none */
    size_t n;
};

static void say(struct column *col, struct tess_symbol s, double weight)
{
    for (size_t i = 0; i < col->n; i++)
        if (col->symbols[i].c == s.c) {
            col->weights[i] += weight;
            return;
        }
    col->symbols[col->n] = s;
    col->weights[col->n++] = weight;
}

static int *distances(struct arena *a, const struct tess_text *x,
                      const struct tess_text *y)
{
    size_t w = y->n + 1;
    int *d = arena_new_array(a, (x->n + 1) * w, int);
    for (size_t i = 0; i <= x->n; i++)
        for (size_t j = 0; j <= y->n; j++) {
            if (i == 0 || j == 0) {
                d[i * w + j] = (int)(i + j);
                continue;
            }
            int best = d[(i - 1) * w + j - 1] +
                       (x->symbols[i - 1].c != y->symbols[j - 1].c);
            int less = d[(i - 1) * w + j] + 1, more = d[i * w + j - 1] + 1;
            best = less < best ? less : best;
            d[i * w + j] = more < best ? more : best;
        }
    return d;
}

/* Walks the best alignment back and lets y say what it has in each column. */
static void add_text(struct arena *a, struct column *columns,
                     const struct tess_text *x, const struct tess_text *y)
{
    static const struct tess_symbol none = {0};
    const int *d = distances(a, x, y);
    size_t w = y->n + 1, i = x->n, j = y->n;
    bool *spoke = arena_new_array(a, 2 * x->n + 1, bool);
    while (i > 0 || j > 0) {
        int here = d[i * w + j];
        bool both = i > 0 && j > 0;
        if (both && here == d[(i - 1) * w + j - 1] +
                                (x->symbols[i - 1].c != y->symbols[j - 1].c)) {
            i--;
            j--;
            say(&columns[2 * i + 1], y->symbols[j], y->symbols[j].confidence);
        } else if (i > 0 && here == d[(i - 1) * w + j] + 1) {
            i--;
            say(&columns[2 * i + 1], none, weight_of_none);
        } else {
            j--;
            if (!spoke[2 * i])
                say(&columns[2 * i], y->symbols[j], y->symbols[j].confidence);
            spoke[2 * i] = true;
        }
    }
    for (size_t k = 0; k <= x->n; k++)
        if (!spoke[2 * k])
            say(&columns[2 * k], none, weight_of_none);
}

struct tess_text vote(struct arena *a, const struct tess_text *texts, size_t n)
{
    assert(n > 0 && n <= VOTE_MAX);
    const struct tess_text *first = &texts[0];
    size_t n_columns = 2 * first->n + 1;
    struct column *columns = arena_new_array(a, n_columns, struct column);
    for (size_t i = 0; i < n; i++)
        add_text(a, columns, first, &texts[i]);
    struct tess_text out = {arena_new_array(a, n_columns, struct tess_symbol),
                            0, 0};
    for (size_t i = 0; i < n_columns; i++) {
        struct column *col = &columns[i];
        size_t best = 0;
        for (size_t k = 1; k < col->n; k++)
            if (col->weights[k] > col->weights[best])
                best = k;
        if (col->n == 0 || col->symbols[best].c == 0)
            continue;
        out.symbols[out.n] = col->symbols[best];
        out.symbols[out.n].confidence = col->weights[best] / (double)n;
        out.confidence += out.symbols[out.n++].confidence;
    }
    out.confidence /= out.n ? (double)out.n : 1;
    return out;
}
