/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The best other text, against all texts there are, on matrices made by hand
 * and by chance. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "ocr/rival.h"

enum { CLASSES = 4, STEPS = 7, LONGEST = 4, RUNS = 200 };

static uint32_t seed = 12345;

static float chance(void)
{
    seed = seed * 1664525U + 1013904223U;
    return (float)((seed >> 8) + 1) / 16777217.0F;
}

static void fill(float p[STEPS * CLASSES])
{
    for (size_t t = 0; t < STEPS; t++) {
        float sum = 0;
        for (size_t c = 0; c < CLASSES; c++)
            sum += p[t * CLASSES + c] = chance() * chance() * chance();
        for (size_t c = 0; c < CLASSES; c++)
            p[t * CLASSES + c] /= sum;
    }
}

/* Whether y is x with one character changed, added or left out. */
static bool is_one_change(const int *x, size_t n, const int *y, size_t m)
{
    if (n > m)
        return is_one_change(y, m, x, n);
    size_t head = 0, tail = 0;
    while (head < n && x[head] == y[head])
        head++;
    while (tail < n - head && x[n - 1 - tail] == y[m - 1 - tail])
        tail++;
    return m - n <= 1 && n - head - tail <= (m == n) && m - head - tail <= 1 &&
           !(m == n && head == n);
}

/* The text of that number: digits from 1 to 3. */
static size_t text_of(size_t number, int text[LONGEST])
{
    size_t n = 0;
    for (; number > 0; number = (number - 1) / 3)
        text[n++] = (int)((number - 1) % 3) + 1;
    return n;
}

static double best_change(struct arena *a, const struct ctc *m, const int *x,
                          size_t n)
{
    double best = -INFINITY;
    int y[LONGEST + 1];
    for (size_t k = 0; k < 3 + 9 + 27 + 81 + 1; k++) {
        size_t length = text_of(k, y);
        if (is_one_change(x, n, y, length))
            best = fmax(best, ctc_log_score(a, m, y, length));
    }
    return best;
}

static void test_no_change_is_better(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)64 << 20);
    for (int i = 0; i < RUNS; i++) {
        float p[STEPS * CLASSES];
        int text[LONGEST];
        fill(p);
        size_t n = 1 + (size_t)(chance() * 2.99F);
        for (size_t k = 0; k < n; k++)
            text[k] = 1 + (int)(chance() * 2.99F);
        struct ctc m = {p, STEPS, CLASSES};
        struct rival r = rival_find(a, &m, text, n);
        double score = ctc_log_score(a, &m, text, n);
        assert_true(fabs(r.log_score - score) < 1e-4);
        /* What it says of its rival is so, and no change is better. */
        double another = ctc_log_score(a, &m, r.another, r.n_another);
        assert_true(fabs(r.log_another - another) < 1e-4);
        assert_true(r.log_another > best_change(a, &m, text, n) - 1e-4);
    }
    arena_free(a);
}

/* Two characters more than the text: only the decoded reading is so far. */
static void test_decoded_text_is_a_rival(void **state)
{
    (void)state;
    static const int decoded[] = {1, 2, 3};
    float p[STEPS * CLASSES];
    for (size_t t = 0; t < STEPS; t++)
        for (size_t c = 0; c < CLASSES; c++)
            p[t * CLASSES + c] =
                (t % 2 == 0 ? c == 0 : c == t / 2 + 1) ? 0.97F : 0.01F;
    struct arena *a = arena_new(1 << 20);
    struct ctc m = {p, STEPS, CLASSES};
    struct rival r = rival_find(a, &m, decoded, 1);
    assert_int_equal(r.n_another, 3);
    assert_memory_equal(r.another, decoded, sizeof decoded);
    assert_true(r.log_another - r.log_score > 6);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_change_is_better),
        cmocka_unit_test(test_decoded_text_is_a_rival),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
