/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * tile packs: the pyramid's arithmetic, packing and finding, and packs that
 * are none. What a child sends is foreign: no byte of it may be believed.
 */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/tile_pack.h"
#include "imaging/image.h"
#include "imaging/tiles.h"

static void grids(void **state)
{
    (void)state;
    static const struct {
        int w, h, min, max;
        size_t n;
    } cases[] = {
        {1, 1, 0, 0, 1},
        {256, 256, 8, 8, 1},
        {257, 1, 8, 9, 3},
        {2480, 3508, 8, 12, 1 + 4 + 12 + 35 + 140},
        {65535, 65535, 8, 16, 87381},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tile_grid g = tile_grid_of(cases[i].w, cases[i].h);
        assert_int_equal(g.min_level, cases[i].min);
        assert_int_equal(g.max_level, cases[i].max);
        assert_int_equal(g.n_tiles, cases[i].n);
    }
}

/* Every tile has its own place, and together they cover each level. */
static void places(void **state)
{
    (void)state;
    const struct tile_grid g = tile_grid_of(1000, 700);
    size_t next = 0, i;
    for (int level = g.min_level; level <= g.max_level; level++) {
        double area = 0;
        for (int y = 0; y < tile_grid_rows(&g, level); y++)
            for (int x = 0; x < tile_grid_columns(&g, level); x++) {
                assert_true(tile_grid_index(&g, level, x, y, &i));
                assert_int_equal(i, next++);
                area += rect_area(tile_grid_box(&g, level, x, y));
            }
        int down = g.max_level - level;
        double w = (1000 + (1 << down) - 1) >> down;
        double h = (700 + (1 << down) - 1) >> down;
        assert_true(area == w * h);
    }
    assert_int_equal(next, g.n_tiles);
    assert_false(tile_grid_index(&g, g.max_level + 1, 0, 0, &i));
    assert_false(tile_grid_index(&g, g.min_level - 1, 0, 0, &i));
    assert_false(tile_grid_index(&g, g.max_level, 4, 0, &i));
    assert_false(tile_grid_index(&g, g.max_level, -1, 0, &i));
}

static const struct image *ramp(struct arena *a, int w, int h)
{
    uint8_t *px;
    const struct image *im = image_new(a, w, h, 3, &px);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < 3 * w; x++)
            *px++ = (uint8_t)(x + 2 * y);
    return im;
}

static void whole_and_overlay(void **state)
{
    (void)state;
    struct arena *a = arena_new(256 << 20);
    const struct image *im = ramp(a, 601, 530);
    const Rect box = {300, 10, 40, 20};
    struct tile_pack whole, overlay;
    struct err e;
    uint8_t *bytes, *again;
    size_t n, n_again;
    assert_int_equal(tiles_write(a, im, NULL, 0, &bytes, &n, &e), 0);
    assert_int_equal(tile_pack_open(bytes, n, &whole, &e), 0);
    assert_int_equal(tiles_write(a, im, NULL, 0, &again, &n_again, &e), 0);
    assert_int_equal(n, n_again);
    assert_memory_equal(bytes, again, n);
    assert_int_equal(tiles_write(a, im, &box, 1, &bytes, &n, &e), 0);
    assert_int_equal(tile_pack_open(bytes, n, &overlay, &e), 0);
    assert_true(n < n_again);
    const int top = whole.grid.max_level;
    for (int y = 0; y < 3; y++)
        for (int x = 0; x < 3; x++) {
            struct tile t = tile_pack_find(&whole, top, x, y);
            struct tile o = tile_pack_find(&overlay, top, x, y);
            assert_true(t.n > 0);
            assert_int_equal(o.n, x == 1 && y == 0 ? t.n : 0);
        }
    assert_true(tile_pack_find(&overlay, overlay.grid.min_level, 0, 0).n > 0);
    assert_int_equal(tile_pack_find(&whole, top, 3, 0).n, 0);
    arena_free(a);
}

/* Every byte of the head and the table changed, every length cut. */
static void broken_packs(void **state)
{
    (void)state;
    struct arena *a = arena_new(256 << 20);
    struct tile_pack p;
    struct err e;
    uint8_t *bytes;
    size_t n;
    assert_int_equal(tiles_write(a, ramp(a, 300, 20), NULL, 0, &bytes, &n, &e),
                     0);
    const size_t head = 16 + 4 * 3;
    for (size_t i = 0; i < n; i++)
        assert_int_not_equal(tile_pack_open(bytes, i, &p, &e), 0);
    for (size_t i = 0; i < head; i++)
        for (int bit = 0; bit < 8; bit++) {
            bytes[i] ^= (uint8_t)(1 << bit);
            if (tile_pack_open(bytes, n, &p, &e) == 0)
                /* another size with the same number of tiles is possible */
                assert_true(i >= 4 && i < 12);
            bytes[i] ^= (uint8_t)(1 << bit);
        }
    assert_int_equal(tile_pack_open(bytes, n, &p, &e), 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grids),
        cmocka_unit_test(places),
        cmocka_unit_test(whole_and_overlay),
        cmocka_unit_test(broken_packs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
