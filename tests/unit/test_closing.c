/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Closing by a square, against the definition spelt out pixel by pixel. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "imaging/closing.h"
#include "imaging/image.h"

/* The greatest, or the least, of what lies in the square and the picture. */
static uint8_t extreme_at(const struct image *im, int x, int y, int half,
                          bool greatest)
{
    uint8_t best = *image_at(im, x, y);
    for (int v = y - half; v <= y + half; v++)
        for (int u = x - half; u <= x + half; u++) {
            if (u < 0 || v < 0 || u >= im->width || v >= im->height)
                continue;
            uint8_t p = *image_at(im, u, v);
            if (greatest ? p > best : p < best)
                best = p;
        }
    return best;
}

static const struct image *each(struct arena *a, const struct image *im,
                                int half, bool greatest)
{
    uint8_t *px;
    struct image *ret = image_new(a, im->width, im->height, 1, &px);
    for (int y = 0; y < im->height; y++)
        for (int x = 0; x < im->width; x++)
            *px++ = extreme_at(im, x, y, half, greatest);
    return ret;
}

static void test_definition(void **state)
{
    static const int sizes[][3] = {
        {1, 1, 3}, {7, 5, 13}, {40, 33, 3}, {61, 47, 5}, {100, 31, 13}};
    (void)state;
    srand(1);
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct arena *a = arena_new((size_t)16 << 20);
        int w = sizes[k][0], h = sizes[k][1], side = sizes[k][2];
        uint8_t *px;
        struct image *im = image_new(a, w, h, 1, &px);
        for (int i = 0; i < w * h; i++)
            px[i] = (uint8_t)(rand() % 9 ? 200 + rand() % 50 : rand() % 256);
        const struct image *want =
            each(a, each(a, im, side / 2, true), side / 2, false);
        assert_memory_equal(closing_square(a, im, side)->px, want->px,
                            (size_t)(w * h));
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
