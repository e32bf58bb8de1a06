/* SPDX-License-Identifier: GPL-3.0-or-later */

/* BMP and GIF of a seal: every pixel comes back, the same bytes every time. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "imaging/decode.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/seal_formats.h"
#include "tests/unit/own_arena.h"

enum { WIDTH = 61, HEIGHT = 40 }; /* rows that have to be padded */

static int open_decoder(void **state)
{
    return open_arena(state) || decode_init(NULL);
}

/* Red on white in `levels` steps, as the PNG's palette comes out on white. */
static const struct image *ramp(int levels)
{
    uint8_t *px;
    struct image *im = image_new(arena, WIDTH, HEIGHT, 3, &px);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        int alpha = 255 * (i * 7 % levels) / (levels - 1);
        px[3 * i] = 255;
        px[3 * i + 1] = px[3 * i + 2] = (uint8_t)(255 - alpha);
    }
    return im;
}

static void bmp_gives_every_pixel_back(void **state)
{
    (void)state;
    static const struct decode_limits limits = {1, 10, 1000, 300};
    const struct image *im = ramp(16), *back;
    struct decode_file *f;
    struct container container;
    struct err e = {0};
    uint8_t *bytes;
    size_t n;
    assert_int_equal(
        seal_formats_write(arena, im, 300, SEAL_FORMAT_BMP, &bytes, &n, &e), 0);
    assert_int_equal(decode_open(arena, bytes, n, &limits, &f, &e), 0);
    assert_int_equal(decode_page(arena, f, 0, &back, &container, &e), 0);
    assert_string_equal(decode_format(f), "bmp");
    assert_int_equal(back->width, WIDTH);
    assert_int_equal(back->height, HEIGHT);
    assert_int_equal(back->bands, 3);
    assert_memory_equal(back->px, im->px, (size_t)WIDTH * HEIGHT * 3);
    assert_true(container.dpi_x > 299 && container.dpi_x < 301);
}

static void gif_says_its_size(void **state)
{
    (void)state;
    struct err e = {0};
    uint8_t *bytes;
    size_t n;
    assert_int_equal(seal_formats_write(arena, ramp(16), 300, SEAL_FORMAT_GIF,
                                        &bytes, &n, &e),
                     0);
    assert_true(n > 13);
    assert_memory_equal(bytes, "GIF8", 4);
    assert_int_equal(bytes[6] + 256 * bytes[7], WIDTH);
    assert_int_equal(bytes[8] + 256 * bytes[9], HEIGHT);
    assert_int_equal(bytes[n - 1], ';');
}

static void equal_pictures_are_equal_bytes(void **state)
{
    (void)state;
    for (int format = SEAL_FORMAT_BMP; format <= SEAL_FORMAT_GIF; format++) {
        struct err e = {0};
        uint8_t *a, *b;
        size_t n, m;
        assert_int_equal(seal_formats_write(arena, ramp(4), 300,
                                            (enum seal_format)format, &a, &n,
                                            &e),
                         0);
        assert_int_equal(seal_formats_write(arena, ramp(4), 300,
                                            (enum seal_format)format, &b, &m,
                                            &e),
                         0);
        assert_int_equal(n, m);
        assert_memory_equal(a, b, n);
    }
}

static void more_than_a_palette_is_refused(void **state)
{
    (void)state;
    struct err e = {0};
    uint8_t *px, *bytes;
    size_t n;
    struct image *im = image_new(arena, WIDTH, HEIGHT, 3, &px);
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        px[3 * i] = (uint8_t)i, px[3 * i + 1] = (uint8_t)(i >> 8);
    assert_int_equal(
        seal_formats_write(arena, im, 0, SEAL_FORMAT_GIF, &bytes, &n, &e),
        ERR_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bmp_gives_every_pixel_back),
        cmocka_unit_test(gif_says_its_size),
        cmocka_unit_test(equal_pictures_are_equal_bytes),
        cmocka_unit_test(more_than_a_palette_is_refused),
    };
    return cmocka_run_group_tests(tests, open_decoder, close_arena);
}
