/* SPDX-License-Identifier: GPL-3.0-or-later */

/* bitonal: print of any strength is black, grain and shadows are not. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "imaging/bitonal.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/text_lines.h"

/* Twenty lines of thirty characters, at 150 dpi. */
enum {
    WIDTH = 1240,
    HEIGHT = 1754,
    LINES = 20,
    LINE_PX = 60,
    CHARACTER_PX = 28,
    STROKE_PX = 3
};

static int new_arena(void **state)
{
    *state = arena_new((size_t)1 << 28);
    return 0;
}

static int free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

/* Crosses with a bar, in cells of a grid. */
static bool is_stroke(int x, int y)
{
    int line = (y - 200) / LINE_PX, column = (x - 150) / CHARACTER_PX;
    if (x < 150 || y < 200 || line >= LINES || column >= 30)
        return false;
    int u = (x - 150) % CHARACTER_PX, v = (y - 200) % LINE_PX;
    if (u >= 22 || v >= 22)
        return false;
    return abs(u - 11) < STROKE_PX || abs(v - 11) < STROKE_PX || v < STROKE_PX;
}

static size_t lines_of(struct arena *a, int paper, int ink, int grain)
{
    uint8_t *px;
    const struct image *im = image_new(a, WIDTH, HEIGHT, 1, &px);
    srand(11);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            int level = paper - paper * x / WIDTH / 8;
            if (ink < paper && is_stroke(x, y))
                level = ink;
            *px++ = (uint8_t)(level + rand() % (2 * grain + 1) - grain);
        }
    size_t n;
    text_lines_find(a, bitonal_from_image(a, im, BITONAL_DPI), 1, &n);
    return n;
}

static void test_strength_of_print(void **state)
{
    static const int inks[] = {20, 60, 100, 140, 160, 180, 190};
    for (size_t i = 0; i < sizeof inks / sizeof *inks; i++)
        assert_int_equal(lines_of(*state, 245, inks[i], 2), LINES);
}

static void test_grain_is_no_print(void **state)
{
    for (int grain = 0; grain <= 16; grain += 4)
        assert_int_equal(lines_of(*state, 230, 230, grain), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_strength_of_print, new_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(test_grain_is_no_print, new_arena,
                                        free_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
