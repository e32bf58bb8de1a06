/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is given to token writers: pictures that other libraries read as the
 * same pixels, a DER record that reads back, and the same bytes every time. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <string.h>
#include <vips/vips.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "imaging/image.h"
#include "imaging/seal_png.h"
#include "review/bitmap.h"
#include "review/export.h"
#include "review/ses_picture.h"
#include "review/zip.h"

enum { SIDE = 236 }; /* 20 mm at 300 dpi */

static struct arena *a;

static int set_up(void **state)
{
    (void)state;
    a = arena_new((size_t)256 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    a = arena_free(a);
    return 0;
}

/* A ring and noise, red, in as many steps of opacity as a seal has. */
static struct bitmap drawn(void)
{
    uint8_t *rgba = arena_alloc(a, (size_t)SIDE * SIDE, 4);
    unsigned random = 1;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            int dx = x - SIDE / 2, dy = y - SIDE / 2, d = dx * dx + dy * dy;
            uint8_t *p = rgba + 4 * ((size_t)y * SIDE + (size_t)x);
            random = random * 1103515245U + 12345U;
            p[0] = 255;
            p[3] = d > 100 * 100 && d < 110 * 110 ? 255
                   : d < 60 * 60 ? (uint8_t)((random >> 16) % 16 * 17)
                                 : 0;
        }
    return (struct bitmap){SIDE, SIDE, rgba};
}

/* What is seen of a pixel on white. */
static int seen(const uint8_t *p, int c)
{
    return (p[c] * p[3] + 255 * (255 - p[3]) + 127) / 255;
}

/* Another library reads it; every pixel is what is seen of the drawing. */
static void reads_the_same(const struct str *t, const struct bitmap *b)
{
    size_t n;
    VipsImage *in = vips_image_new_from_buffer(t->s, t->len, "", NULL);
    assert_non_null(in);
    assert_int_equal(in->Xsize, b->width);
    assert_int_equal(in->Ysize, b->height);
    int bands = in->Bands;
    uint8_t *got = vips_image_write_to_memory(in, &n);
    for (int i = 0; i < b->width * b->height; i++) {
        const uint8_t *from = b->rgba + 4 * i, *to = got + bands * i;
        if (bands == 4 && to[3] == 0) {
            assert_int_equal(from[3], 0);
            continue;
        }
        for (int c = 0; c < 3; c++)
            assert_int_equal(to[bands < 3 ? 0 : c], seen(from, c));
    }
    g_free(got);
    g_object_unref(in);
}

static void a_gif_reads_back(void **state)
{
    (void)state;
    struct bitmap b = drawn();
    struct str t;
    struct err e = {0};
    str_init(&t, 1 << 22);
    assert_int_equal(bitmap_write_gif(a, &b, &t, &e), 0);
    reads_the_same(&t, &b);
    str_done(&t);
}

/* Header and rows of a BMP as the format says; libvips would need a third
 * library to read it. */
static void a_bmp_reads_back(void **state)
{
    (void)state;
    struct bitmap b = drawn();
    struct str t;
    struct err e = {0};
    str_init(&t, 1 << 22);
    assert_int_equal(bitmap_write_bmp(a, &b, 300, &t, &e), 0);
    const uint8_t *f = (const uint8_t *)t.s;
    assert_memory_equal(f, "BM", 2);
    assert_int_equal(f[2] | f[3] << 8 | f[4] << 16, t.len);
    assert_int_equal(f[38] | f[39] << 8, 11811);
    const uint8_t *palette = f + 54, *rows = f + 54 + 1024;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            const uint8_t *from = b.rgba + 4 * ((size_t)y * SIDE + (size_t)x);
            const uint8_t *c =
                palette + 4 * rows[(size_t)(SIDE - 1 - y) * SIDE + (size_t)x];
            assert_int_equal(c[2], seen(from, 0));
            assert_int_equal(c[0], seen(from, 2));
        }
    str_done(&t);
}

static void too_many_colours_are_refused(void **state)
{
    (void)state;
    struct bitmap b = drawn();
    struct str t;
    struct err e = {0};
    uint8_t *rgba = arena_memdup(a, b.rgba, (size_t)SIDE * SIDE * 4);
    for (int i = 0; i < 300; i++)
        memcpy(rgba + 4 * i, (uint8_t[]){(uint8_t)i, (uint8_t)(i / 2), 9, 255},
               4);
    b.rgba = rgba;
    str_init(&t, 1 << 22);
    assert_int_equal(bitmap_write_gif(a, &b, &t, &e), ERR_FORMAT);
    str_done(&t);
}

/* --- DER ------------------------------------------------------------------*/

/* One element: its content; moves *at behind it. */
static const uint8_t *element(const uint8_t **at, unsigned tag, size_t *ret_n)
{
    const uint8_t *p = *at;
    assert_int_equal(*p++, tag);
    size_t n = *p++;
    if (n & 0x80) {
        size_t bytes = n & 0x7f;
        assert_true(bytes >= 1 && bytes <= 4);
        for (n = 0; bytes > 0; bytes--)
            n = n << 8 | *p++;
        assert_true(n > 0x7f); /* the shortest form */
    }
    *ret_n = n;
    *at = p + n;
    return p;
}

static void der_reads_back(size_t size, int width, int height)
{
    struct str t;
    struct err e = {0};
    uint8_t *data = arena_alloc(a, size, 1);
    memset(data, 0x5a, size);
    const struct ses_picture p = {"PNG", data, size, width, height};
    str_init(&t, 1 << 22);
    assert_int_equal(ses_picture_write(&p, &t, &e), 0);
    const uint8_t *at = (const uint8_t *)t.s, *in, *c;
    size_t n, m;
    in = element(&at, 0x30, &n);
    assert_ptr_equal(at, t.s + t.len);
    c = element(&in, 0x16, &m);
    assert_int_equal(m, 3);
    assert_memory_equal(c, "PNG", 3);
    c = element(&in, 0x04, &m);
    assert_int_equal(m, size);
    assert_memory_equal(c, data, size);
    const int wanted[] = {width, height};
    for (int i = 0; i < 2; i++) {
        c = element(&in, 0x02, &m);
        int v = m == 2 ? c[0] << 8 | c[1] : c[0];
        assert_int_equal(c[0] & 0x80, 0); /* not negative */
        assert_int_equal(v, wanted[i]);
    }
    assert_ptr_equal(in, at);
    str_done(&t);
}

static void the_record_reads_back(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 127, 128, 255, 256, 65535, 65536, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        der_reads_back(sizes[i], 40, 128 + (int)i);
}

static void a_picture_without_a_size_is_refused(void **state)
{
    (void)state;
    struct str t;
    struct err e = {0};
    const struct ses_picture p = {"PNG", (const uint8_t *)"x", 1, 0, 40};
    str_init(&t, 1 << 20);
    assert_int_equal(ses_picture_write(&p, &t, &e), ERR_FORMAT);
    assert_int_equal(t.len, 0);
    str_done(&t);
}

/* --- the whole ------------------------------------------------------------*/

static struct seal_png png_of(const struct bitmap *b)
{
    struct seal_png png;
    struct err e = {0};
    const struct image im = {b->width, b->height, 4, b->rgba};
    assert_int_equal(seal_png_write(a, &im, 300, 0, &png, &e), 0);
    return png;
}

static void write_package(struct str *t)
{
    struct bitmap b = drawn();
    struct err e = {0};
    struct seal_png png = png_of(&b);
    assert_true(bitmap_png_dpi(png.bytes, png.n) > 299.9 &&
                bitmap_png_dpi(png.bytes, png.n) < 300.1);
    const struct export_seal seal = {.id = "sheet-1-2",
                                     .role = "legal_rep",
                                     .version = 2,
                                     .png = png.bytes,
                                     .n = png.n,
                                     .width_mm = 20,
                                     .height_mm = 20,
                                     .params = "{\"rotation\":1.5}",
                                     .made_by = "wang",
                                     .approved_by = "li"};
    const struct export_info info = {.order_no = "20260318001",
                                     .org_name = "江西某某建设有限公司",
                                     .at = "2026-03-18T09:00:00+08:00",
                                     .user = "maker"};
    assert_int_equal(export_write(a, &info, &seal, 1, t, &e), 0);
}

static bool holds(const struct str *t, const char *s)
{
    size_t n = strlen(s);
    for (size_t i = 0; i + n <= t->len; i++)
        if (memcmp(t->s + i, s, n) == 0)
            return true;
    return false;
}

static void the_package_is_the_same_every_time(void **state)
{
    (void)state;
    struct str s, t;
    str_init(&s, 1 << 24);
    str_init(&t, 1 << 24);
    write_package(&s);
    write_package(&t);
    assert_int_equal(s.len, t.len);
    assert_memory_equal(s.s, t.s, s.len);
    static const char *const names[] = {
        "legal_rep-sheet-1-2.png", "legal_rep-sheet-1-2.bmp",
        "legal_rep-sheet-1-2.gif", "legal_rep-sheet-1-2.der", "manifest.json"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_true(holds(&s, names[i]));
    assert_true(holds(&s, "\"rotation\": 1.5"));
    str_done(&s);
    str_done(&t);
}

/* By `unzip -t`, when there is one, and by the end record in any case. */
static void the_archive_is_whole(void **state)
{
    (void)state;
    struct str t;
    struct err e = {0};
    const struct zip_file files[] = {{"a.txt", "abc", 3}, {"b.txt", "", 0}};
    str_init(&t, 1 << 16);
    assert_int_equal(zip_write(files, 2, &t, &e), 0);
    const uint8_t *f = (const uint8_t *)t.s, *end = f + t.len - 22;
    assert_memory_equal(end, "PK\5\6", 4);
    assert_int_equal(end[10], 2);
    size_t central = (size_t)end[16] | (size_t)end[17] << 8;
    assert_memory_equal(f + central, "PK\1\2", 4);
    /* CRC-32 of "abc" is 352441c2. */
    assert_memory_equal(f + 14, "\xc2\x41\x24\x35", 4);
    str_done(&t);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_gif_reads_back),
        TEST(a_bmp_reads_back),
        TEST(too_many_colours_are_refused),
        TEST(the_record_reads_back),
        TEST(a_picture_without_a_size_is_refused),
        TEST(the_package_is_the_same_every_time),
        TEST(the_archive_is_whole),
    };
    if (VIPS_INIT("test_export"))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
