/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Black and white by neighbourhood, bit for bit as Leptonica makes it. */

#include <leptonica/allheaders.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "imaging/image.h"
#include "imaging/sauvola.h"

enum { HALF = 12 };
static const float k = 0.34F;

/* Paper with its grain, shaded from one side, and strokes on it. */
static int grey_at(int x, int y, int w)
{
    bool is_stroke = x % 23 < 4 || (y % 37 < 5 && x % 90 < 70);
    return (is_stroke ? 60 : 200) + 40 * x / w + rand() % 14;
}

static void test_as_leptonica(void **state)
{
    static const int sizes[][2] = {{65, 70}, {300, 200}, {640, 480}};
    (void)state;
    srand(1);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct arena *a = arena_new((size_t)16 << 20);
        int w = sizes[i][0], h = sizes[i][1];
        uint8_t *px;
        struct image *im = image_new(a, w, h, 1, &px);
        PIX *grey = pixCreate(w, h, 8), *want = NULL;
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                int v = grey_at(x, y, w);
                px[y * w + x] = (uint8_t)v;
                pixSetPixel(grey, x, y, (l_uint32)v);
            }
        assert_int_equal(
            pixSauvolaBinarize(grey, HALF, k, 1, NULL, NULL, NULL, &want), 0);
        const struct image *black = sauvola_black(a, im, HALF, k);
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                l_uint32 v;
                pixGetPixel(want, x, y, &v);
                assert_int_equal(*image_at(black, x, y), v ? 255 : 0);
            }
        pixDestroy(&grey);
        pixDestroy(&want);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_leptonica),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
