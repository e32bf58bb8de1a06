/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Same pixels, same bytes; pHYs says the resolution; the ramp keeps alpha. */

#include <png.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "imaging/image.h"
#include "imaging/png_out.h"
#include "tests/unit/own_arena.h"

static struct image *make(int width, int height, int bands)
{
    uint8_t *px;
    struct image *im = image_new(arena, width, height, bands, &px);
    for (int i = 0; i < width * height * bands; i++)
        px[i] = (uint8_t)(i * 37 + i / 11);
    return im;
}

/* One red, alpha rising from left to right. */
static struct image *make_seal(int width, int height)
{
    uint8_t *px;
    struct image *im = image_new(arena, width, height, 4, &px);
    for (int i = 0; i < width * height; i++) {
        memcpy(px + 4 * i, (uint8_t[]){230, 0, 18}, 3);
        px[4 * i + 3] = (uint8_t)(i % width * 255 / (width - 1));
    }
    return im;
}

/* The payload of a chunk, or NULL; its length in *ret_n. */
static const uint8_t *chunk(const uint8_t *png, size_t n, const char *type,
                            size_t *ret_n)
{
    for (size_t at = 8; at + 12 <= n;) {
        size_t length = (size_t)png[at] << 24 | (size_t)png[at + 1] << 16 |
                        (size_t)png[at + 2] << 8 | png[at + 3];
        if (memcmp(png + at + 4, type, 4) == 0) {
            *ret_n = length;
            return png + at + 8;
        }
        at += 12 + length;
    }
    return NULL;
}

static uint8_t *decode(const uint8_t *bytes, size_t n, unsigned format,
                       png_image *ret)
{
    *ret = (png_image){.version = PNG_IMAGE_VERSION};
    assert_true(png_image_begin_read_from_memory(ret, bytes, n));
    ret->format = format;
    uint8_t *px = arena_alloc(arena, PNG_IMAGE_SIZE(*ret), 1);
    assert_true(png_image_finish_read(ret, NULL, px, 0, NULL));
    return px;
}

static void pixels_come_back(void **state)
{
    (void)state;
    static const unsigned formats[] = {0, PNG_FORMAT_GRAY, 0, PNG_FORMAT_RGB,
                                       PNG_FORMAT_RGBA};
    static const int bands[] = {1, 3, 4};
    for (size_t i = 0; i < 3; i++) {
        struct image *im = make(33, 21, bands[i]);
        uint8_t *bytes;
        size_t n;
        png_image info;
        assert_int_equal(png_out_write(arena, im, 0, &bytes, &n, NULL), 0);
        uint8_t *px = decode(bytes, n, formats[bands[i]], &info);
        assert_int_equal(info.width, 33);
        assert_int_equal(info.height, 21);
        assert_memory_equal(px, im->px, (size_t)(33 * 21 * bands[i]));
    }
}

static void same_bytes_every_time(void **state)
{
    (void)state;
    struct image *im = make(200, 150, 4), *seal = make_seal(200, 150);
    uint8_t *one, *two;
    size_t n_one, n_two;
    assert_int_equal(png_out_write(arena, im, 300, &one, &n_one, NULL), 0);
    assert_int_equal(png_out_write(arena, im, 300, &two, &n_two, NULL), 0);
    assert_int_equal(n_one, n_two);
    assert_memory_equal(one, two, n_one);
    assert_int_equal(
        png_out_write_ramp(arena, seal, 300, 4, &one, &n_one, NULL), 0);
    assert_int_equal(
        png_out_write_ramp(arena, seal, 300, 4, &two, &n_two, NULL), 0);
    assert_int_equal(n_one, n_two);
    assert_memory_equal(one, two, n_one);
}

static void resolution_and_nothing_else(void **state)
{
    (void)state;
    uint8_t *bytes;
    size_t n, length = 0;
    struct image *im = make(20, 20, 3);
    assert_int_equal(png_out_write(arena, im, 300, &bytes, &n, NULL), 0);
    const uint8_t *phys = chunk(bytes, n, "pHYs", &length);
    assert_non_null(phys);
    /* 300 dpi are 11811 pixels a metre. */
    static const uint8_t expected[] = {0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1};
    assert_int_equal(length, sizeof expected);
    assert_memory_equal(phys, expected, sizeof expected);
    assert_null(chunk(bytes, n, "tIME", &length));
    assert_null(chunk(bytes, n, "tEXt", &length));
    assert_int_equal(png_out_write(arena, im, 0, &bytes, &n, NULL), 0);
    assert_null(chunk(bytes, n, "pHYs", &length));
}

static void ramp_keeps_colour_and_alpha(void **state)
{
    (void)state;
    static const int levels[] = {2, 4, 16};
    for (size_t k = 0; k < 3; k++) {
        struct image *im = make_seal(256, 8);
        uint8_t *bytes;
        size_t n, length = 0;
        png_image info;
        assert_int_equal(
            png_out_write_ramp(arena, im, 300, levels[k], &bytes, &n, NULL), 0);
        assert_non_null(chunk(bytes, n, "PLTE", &length));
        assert_int_equal(length, 3 * levels[k]);
        uint8_t *px = decode(bytes, n, PNG_FORMAT_RGBA, &info);
        int half_step = 255 / (levels[k] - 1) / 2 + 1;
        for (int i = 0; i < 256 * 8; i++) {
            assert_in_range(px[4 * i + 3] - im->px[4 * i + 3] + half_step, 0,
                            2 * half_step);
            if (px[4 * i + 3])
                assert_memory_equal(px + 4 * i, im->px, 3);
        }
        assert_int_equal(px[3], 0);
        assert_int_equal(px[4 * 255 + 3], 255);
    }
}

static void a_seal_fits_into_a_token(void **state)
{
    (void)state;
    struct image *im = make_seal(496, 496);
    uint8_t *bytes;
    size_t n;
    assert_int_equal(png_out_write_ramp(arena, im, 300, 4, &bytes, &n, NULL),
                     0);
    assert_true(n < 40960);
}

static void what_cannot_be_written_is_said(void **state)
{
    (void)state;
    struct err e = {0};
    uint8_t *bytes;
    size_t n;
    struct image *im = make(4, 4, 3);
    assert_int_equal(png_out_write_ramp(arena, im, 300, 4, &bytes, &n, &e),
                     ERR_UNSUPPORTED);
    assert_int_equal(
        png_out_write_ramp(arena, make_seal(4, 4), 300, 17, &bytes, &n, &e),
        ERR_UNSUPPORTED);
    assert_int_equal(png_out_write(arena, make(4, 4, 2), 0, &bytes, &n, &e),
                     ERR_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixels_come_back),
        cmocka_unit_test(same_bytes_every_time),
        cmocka_unit_test(resolution_and_nothing_else),
        cmocka_unit_test(ramp_keeps_colour_and_alpha),
        cmocka_unit_test(a_seal_fits_into_a_token),
        cmocka_unit_test(what_cannot_be_written_is_said),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
