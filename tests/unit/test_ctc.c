/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Decoding and scoring of recogniser output, on matrices made by hand. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "ocr/ctc.h"

enum { CLASSES = 4, A = 1, B = 2, C = 3 };

static const float plain[][CLASSES] = {
    {.90F, .05F, .03F, .02F}, {.10F, .80F, .05F, .05F},
    {.05F, .90F, .03F, .02F}, {.90F, .04F, .03F, .03F},
    {.10F, .70F, .10F, .10F}, {.20F, .10F, .40F, .30F},
};

static struct ctc matrix(const float (*rows)[CLASSES], size_t n)
{
    return (struct ctc){&rows[0][0], n, CLASSES};
}

/* The probability of a text, by adding up all CLASSES^steps paths. */
static double by_all_paths(const struct ctc *m, const int *text, size_t n)
{
    size_t paths = 1;
    double sum = 0;
    for (size_t t = 0; t < m->n_steps; t++)
        paths *= CLASSES;
    for (size_t path = 0; path < paths; path++) {
        size_t rest = path, at = 0;
        int last = CTC_BLANK;
        double p = 1;
        for (size_t t = 0; t < m->n_steps; t++, rest /= CLASSES) {
            int c = (int)(rest % CLASSES);
            p *= (double)m->p[t * CLASSES + (size_t)c];
            if (c != CTC_BLANK && c != last) {
                if (at >= n || text[at] != c)
                    p = 0;
                at++;
            }
            last = c;
        }
        sum += at == n ? p : 0;
    }
    return sum;
}

static void test_decode_joins_repeats(void **state)
{
    (void)state;
    struct ctc m = matrix(plain, 6);
    struct ctc_symbol s[6];
    assert_int_equal(ctc_decode(&m, s), 3);
    assert_int_equal(s[0].class, A);
    assert_int_equal(s[0].from, 1);
    assert_int_equal(s[0].to, 3);
    assert_true(fabs(s[0].confidence - .9) < 1e-6);
    assert_int_equal(s[1].class, A); /* a blank between: twice */
    assert_int_equal(s[1].from, 4);
    assert_int_equal(s[2].class, B);
    assert_int_equal(s[2].to, 6);
}

static void test_score_is_the_sum_over_paths(void **state)
{
    (void)state;
    static const struct {
        int text[6];
        size_t n;
    } cases[] = {{{0}, 0},          {{A}, 1},       {{A, A}, 2},
                 {{A, A, B}, 3},    {{A, B}, 2},    {{B, C, A}, 3},
                 {{A, A, A}, 3},    {{C}, 1},       {{A, B, A, B, A, B}, 6},
                 {{A, B, C, A}, 4}, {{B, B, B}, 3}, {{A, A, B, C}, 4}};
    struct arena *a = arena_new(1 << 20);
    struct ctc m = matrix(plain, 6);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double want = by_all_paths(&m, cases[i].text, cases[i].n);
        double got = ctc_log_score(a, &m, cases[i].text, cases[i].n);
        assert_true(fabs(exp(got) - want) < 1e-6 * want + 1e-12);
    }
    arena_free(a);
}

static void test_too_long_a_text(void **state)
{
    (void)state;
    static const int seven[] = {A, B, A, B, A, B, A};
    static const int twice[] = {A, A}; /* needs a blank between */
    struct arena *a = arena_new(1 << 20);
    struct ctc m = matrix(plain, 6), two = matrix(plain + 1, 2);
    assert_true(isinf(ctc_log_score(a, &m, seven, 7)));
    assert_true(isinf(ctc_log_score(a, &two, twice, 2)));
    arena_free(a);
}

/* Numbers far below the smallest double. */
static void test_long_line(void **state)
{
    (void)state;
    enum { STEPS = 4000 };
    struct arena *a = arena_new(1 << 24);
    float *p = arena_new_array(a, (size_t)STEPS * CLASSES, float);
    for (size_t i = 0; i < (size_t)STEPS * CLASSES; i++)
        p[i] = .25F;
    static const int text[] = {A};
    struct ctc m = {p, STEPS, CLASSES};
    /* One run of A between blanks: STEPS (STEPS + 1) / 2 paths. */
    double want = STEPS * log(.25) + log(STEPS * (STEPS + 1.0) / 2);
    assert_true(fabs(ctc_log_score(a, &m, text, 1) - want) < 1e-3);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode_joins_repeats),
        cmocka_unit_test(test_score_is_the_sum_over_paths),
        cmocka_unit_test(test_too_long_a_text),
        cmocka_unit_test(test_long_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
