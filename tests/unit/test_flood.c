/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "imaging/flood.h"

enum { W = 8, H = 5, START = 9 };

static const char picture[H][W + 1] = {
    "........", //
    ".##..#..", //
    ".#..#...", //
    ".###..##", //
    "......##",
};

static int filled(bool diagonal, uint8_t mask[W * H], int places[W * H])
{
    for (int i = 0; i < W * H; i++)
        mask[i] = picture[i / W][i % W] == '#';
    return flood_fill(&(struct flood){mask, W, H, 1, 7, diagonal}, START,
                      places);
}

/* The piece and nothing else, each place once; corners only when asked for. */
static void test_piece(void **state)
{
    (void)state;
    for (int diagonal = 0; diagonal < 2; diagonal++) {
        uint8_t mask[W * H];
        int places[W * H], n = filled(diagonal, mask, places), changed = 0;
        assert_int_equal(n, diagonal ? 8 : 6);
        assert_int_equal(places[0], START);
        for (int i = 0; i < W * H; i++)
            changed += mask[i] == 7;
        assert_int_equal(changed, n);
        for (int i = 0; i < n; i++)
            assert_int_equal(mask[places[i]], 7);
        assert_int_equal(mask[3 * W + 7], 1); /* another piece */
    }
}

/* A row's end is not beside the next row's beginning. */
static void test_rim(void **state)
{
    (void)state;
    uint8_t mask[W * H];
    int places[W * H];
    memset(mask, 0, sizeof mask);
    mask[W - 1] = mask[W] = 1;
    assert_int_equal(
        flood_fill(&(struct flood){mask, W, H, 1, 0, true}, W - 1, places), 1);
    memset(mask, 1, sizeof mask);
    assert_int_equal(
        flood_fill(&(struct flood){mask, W, H, 1, 0, false}, 0, places), W * H);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_piece),
        cmocka_unit_test(test_rim),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
