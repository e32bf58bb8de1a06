/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <cairo-pdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vips/vips.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "imaging/decode.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "tests/unit/state_arena.h"

static const struct decode_limits limits = {.max_pages = 3,
                                            .max_megapixels = 20,
                                            .max_side_px = 9000,
                                            .render_dpi = 150};

struct bytes {
    void *p;
    size_t n;
};

/* 120 x 80, red where x < 40, else a grey ramp; 11.811 px/mm = 300 dpi. */
static VipsImage *picture(void)
{
    static uint8_t px[120 * 80 * 3];
    for (int y = 0; y < 80; y++)
        for (int x = 0; x < 120; x++) {
            uint8_t *p = px + (y * 120 + x) * 3;
            p[0] = x < 40 ? 220 : (uint8_t)(2 * x);
            p[1] = p[2] = x < 40 ? 20 : (uint8_t)(2 * x);
        }
    VipsImage *v = vips_image_new_from_memory(px, sizeof px, 120, 80, 3,
                                              VIPS_FORMAT_UCHAR);
    VipsImage *out;
    assert_int_equal(vips_copy(v, &out, "xres", 300 / 25.4, "yres", 300 / 25.4,
                               "interpretation", VIPS_INTERPRETATION_sRGB,
                               NULL),
                     0);
    g_object_unref(v);
    return out;
}

static struct bytes encode(const char *suffix)
{
    struct bytes b;
    VipsImage *v = picture();
    assert_int_equal(vips_image_write_to_buffer(v, suffix, &b.p, &b.n, NULL),
                     0);
    g_object_unref(v);
    return b;
}

static int decode(struct arena *a, struct bytes b, const struct image **im,
                  struct container *c, struct err *e)
{
    struct decode_file *f = NULL;
    int r = decode_open(a, b.p, b.n, &limits, &f, e);
    return r < 0 ? r : decode_page(a, f, 0, im, c, e);
}

static void test_kinds(void **state)
{
    struct arena *a = *state;
    static const struct {
        const char *suffix, *format;
    } kinds[] = {{".jpg[Q=95]", "jpeg"},
                 {".png", "png"},
                 {".tif[compression=lzw]", "tiff"},
                 {".webp[lossless]", "webp"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct bytes b = encode(kinds[i].suffix);
        const struct image *im = NULL;
        struct container c = {0};
        struct err e = {0};
        assert_int_equal(decode(a, b, &im, &c, &e), 0);
        assert_string_equal(c.format, kinds[i].format);
        assert_int_equal(im->width, 120);
        assert_int_equal(im->height, 80);
        assert_int_equal(im->bands, 3);
        assert_true(abs(*image_at(im, 10, 40) - 220) < 12);
        assert_true(abs(*image_at(im, 100, 40) - 200) < 6);
        if (strcmp(c.format, "webp") != 0) /* webp keeps no density */
            assert_true(fabs(c.dpi_x - 300) < 1);
        g_free(b.p);
    }
}

static void test_exif_orientation(void **state)
{
    struct arena *a = *state;
    VipsImage *v = picture();
    vips_image_set_int(v, "orientation", 6);
    struct bytes b;
    assert_int_equal(vips_jpegsave_buffer(v, &b.p, &b.n, "Q", 95, NULL), 0);
    g_object_unref(v);
    const struct image *im = NULL;
    struct container c;
    assert_int_equal(decode(a, b, &im, &c, NULL), 0);
    assert_int_equal(im->width, 80);
    assert_int_equal(im->height, 120);
    assert_true(image_at(im, 40, 10)[1] < 60); /* the red end is on top now */
    g_free(b.p);
}

/* Every prefix is refused or, when only padding is missing, read; none is read
 * as a picture with a grey rest. */
static void test_truncated(void **state)
{
    (void)state;
    static const char *const suffixes[] = {".jpg", ".png", ".webp"};
    for (size_t i = 0; i < 3; i++) {
        struct bytes b = encode(suffixes[i]);
        for (size_t n = 40; n < b.n - 20; n += b.n / 9) {
            struct arena *a = arena_new((size_t)1 << 28);
            const struct image *im;
            struct container c;
            struct err e = {0};
            int r = decode(a, (struct bytes){b.p, n}, &im, &c, &e);
            assert_true(r == ERR_TRUNCATED || r == ERR_FORMAT);
            assert_true(e.text[0] != '\0');
            arena_free(a);
        }
        g_free(b.p);
    }
}

static void put32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 24);
    p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

static uint32_t crc32_png(const uint8_t *p, size_t n)
{
    uint32_t c = 0xffffffffu;
    while (n--) {
        c ^= *p++;
        for (int k = 0; k < 8; k++)
            c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
    }
    return ~c;
}

static void test_huge_png(void **state)
{
    struct arena *a = *state;
    struct bytes b = encode(".png");
    put32((uint8_t *)b.p + 16, 40000);
    put32((uint8_t *)b.p + 20, 40000);
    put32((uint8_t *)b.p + 29, crc32_png((uint8_t *)b.p + 12, 17));
    const struct image *im;
    struct container c;
    struct err e = {0};
    assert_int_equal(decode(a, b, &im, &c, &e), ERR_PIXELS);
    assert_non_null(strstr(e.text, "40000 x 40000"));
    g_free(b.p);
}

static void test_refused(void **state)
{
    struct arena *a = *state;
    static const struct {
        const char *bytes;
        size_t n;
        int want;
    } cases[] = {
        {"", 0, ERR_EMPTY},
        {"this is a text file", 19, ERR_UNSUPPORTED},
        {"GIF89a\1\0\1\0\0\0\0;", 14, ERR_UNSUPPORTED},
        {"<svg xmlns='http://www.w3.org/2000/svg'/>", 41, ERR_UNSUPPORTED},
        {"%PDF-1.4\n%%EOF\n", 15, ERR_FORMAT},
        {"Rar!\x1a\7\1\0%PDF-1.4\n%%EOF\n", 23, ERR_UNSUPPORTED},
        {"\xff\xd8\xff\xe0", 4, ERR_TRUNCATED},
        {"\x89PNG\r\n\x1a\n", 8, ERR_TRUNCATED},
        {"II*\0\xff\xff\xff\xff", 8, ERR_FORMAT},
        {"BM", 2, ERR_TRUNCATED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct image *im;
        struct container c;
        struct err e = {0};
        struct bytes b = {(void *)(uintptr_t)cases[i].bytes, cases[i].n};
        assert_int_equal(decode(a, b, &im, &c, &e), cases[i].want);
    }
}

static cairo_status_t append(void *t, const unsigned char *p, unsigned n)
{
    str_add_bytes(t, p, n);
    return CAIRO_STATUS_SUCCESS;
}

/* A PDF whose page is `picture` in a JPEG, A6 wide, with or without a stroke
 * drawn over it. */
static void make_pdf(struct str *out, bool with_stroke, int pages)
{
    struct bytes jpeg = encode(".jpg[Q=95]");
    cairo_surface_t *s = cairo_pdf_surface_create_for_stream(
        append, out, 120 * 72 / 30.0, 80 * 72 / 30.0);
    cairo_t *c = cairo_create(s);
    cairo_surface_t *im =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, 120, 80);
    cairo_surface_set_mime_data(im, CAIRO_MIME_TYPE_JPEG, jpeg.p, jpeg.n, NULL,
                                NULL);
    for (int i = 0; i < pages; i++) {
        cairo_save(c);
        cairo_scale(c, 72 / 30.0, 72 / 30.0);
        cairo_set_source_surface(c, im, 0, 0);
        cairo_paint(c);
        cairo_restore(c);
        if (with_stroke) {
            cairo_set_source_rgb(c, 0, 0, 1);
            cairo_rectangle(c, 200, 50, 60, 100);
            cairo_fill(c);
        }
        cairo_show_page(c);
    }
    cairo_surface_destroy(im);
    cairo_destroy(c);
    cairo_surface_destroy(s);
    g_free(jpeg.p);
}

static void test_pdf(void **state)
{
    struct arena *a = *state;
    for (int stroke = 0; stroke < 2; stroke++) {
        struct str pdf;
        str_init(&pdf, 1 << 20);
        make_pdf(&pdf, stroke, 1);
        const struct image *im = NULL;
        struct container c = {0};
        struct err e = {0};
        int r = decode(a, (struct bytes){pdf.s, pdf.len}, &im, &c, &e);
        assert_int_equal(r, 0);
        assert_string_equal(c.format, "pdf");
        /* One picture: as it is, 30 dpi. Written over: drawn, at 150. */
        assert_int_equal(im->width, stroke ? 600 : 120);
        assert_true(fabs(c.dpi_x - (stroke ? 150 : 30)) < 0.5);
        assert_true(fabs(c.layer_dpi - (stroke ? 30 : 0)) < 0.5);
        str_done(&pdf);
    }
    struct str pdf;
    str_init(&pdf, 1 << 20);
    make_pdf(&pdf, false, 4);
    struct decode_file *f;
    struct err e = {0};
    assert_int_equal(decode_open(a, pdf.s, pdf.len, &limits, &f, &e),
                     ERR_PAGES);
    str_done(&pdf);
}

/* A sample of a page that has detail everywhere. */
static unsigned speckle(int x, int y)
{
    return 255 & (unsigned)(x * 37 + y * 91 + (x * y) % 53 * 11);
}

/*
 * A picture that fills its page comes out sample by sample, also where the
 * page is no whole number of points and where it shows the picture on its
 * side; at 200 dpi, when pages of other kinds are drawn at 150.
 */
static void test_pdf_picture(void **state)
{
    struct arena *a = *state;
    enum { W = 241, H = 331 };
    const double zoom = 72 / 200.0;
    for (int on_side = 0; on_side < 2; on_side++) {
        int w = on_side ? H : W, h = on_side ? W : H;
        struct str pdf;
        str_init(&pdf, 1 << 20);
        cairo_surface_t *s = cairo_pdf_surface_create_for_stream(
            append, &pdf, w * zoom, h * zoom);
        cairo_surface_t *im =
            cairo_image_surface_create(CAIRO_FORMAT_RGB24, W, H);
        unsigned char *px = cairo_image_surface_get_data(im);
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                memset(px + y * cairo_image_surface_get_stride(im) + 4 * x,
                       (int)speckle(x, y), 4);
        cairo_surface_mark_dirty(im);
        cairo_t *c = cairo_create(s);
        cairo_scale(c, zoom, zoom);
        if (on_side) {
            cairo_translate(c, w, 0);
            cairo_rotate(c, acos(0));
        }
        cairo_set_source_surface(c, im, 0, 0);
        cairo_paint(c);
        cairo_destroy(c);
        cairo_surface_destroy(im);
        cairo_surface_destroy(s);
        const struct image *got = NULL;
        struct container found = {0};
        struct err e = {0};
        struct bytes b = {pdf.s, pdf.len};
        assert_int_equal(decode(a, b, &got, &found, &e), 0);
        assert_int_equal(got->width, w);
        assert_int_equal(got->height, h);
        assert_int_equal(got->bands, 1);
        assert_true(fabs(found.dpi_x - 200) < 0.2);
        assert_true(found.layer_dpi == 0);
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++)
                assert_int_equal(*image_at(got, x, y),
                                 on_side ? speckle(y, H - 1 - x)
                                         : speckle(x, y));
        str_done(&pdf);
    }
}

/* A layer of the page: white or clear, with writing, and a red square. */
static void paint_layer(cairo_t *c, int width, int height, bool is_mask,
                        bool has_red)
{
    cairo_format_t format = is_mask ? CAIRO_FORMAT_ARGB32 : CAIRO_FORMAT_RGB24;
    cairo_surface_t *im = cairo_image_surface_create(format, width, height);
    cairo_t *p = cairo_create(im);
    cairo_scale(p, width / 240.0, height / 360.0);
    cairo_set_source_rgb(p, 1, 1, 1);
    if (!is_mask)
        cairo_paint(p);
    cairo_set_source_rgb(p, 0, 0, 0);
    for (int y = 40; is_mask && y < 200; y += 20)
        cairo_rectangle(p, 30, y, 150, 8);
    cairo_fill(p);
    cairo_set_source_rgb(p, 0.9, 0.1, 0.1);
    if (has_red)
        cairo_rectangle(p, 120, 220, 90, 90);
    cairo_fill(p);
    cairo_destroy(p);
    cairo_save(c);
    cairo_scale(c, 240.0 / width, 360.0 / height);
    cairo_set_source_surface(c, im, 0, 0);
    cairo_paint(c);
    cairo_restore(c);
    cairo_surface_destroy(im);
}

/* Writing as a mask of 150 dpi over a background of 30: what is red is as fine
 * as the layer that has it. */
static void test_layers(void **state)
{
    struct arena *a = *state;
    static const struct {
        bool behind, in_front;
        double colour_dpi;
    } cases[] = {{true, false, 30}, {false, true, 150}, {false, false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str pdf;
        str_init(&pdf, 1 << 20);
        cairo_surface_t *s =
            cairo_pdf_surface_create_for_stream(append, &pdf, 240, 360);
        cairo_t *page = cairo_create(s);
        paint_layer(page, 100, 150, false, cases[i].behind);
        paint_layer(page, 500, 750, true, cases[i].in_front);
        cairo_destroy(page);
        cairo_surface_destroy(s);
        const struct image *im = NULL;
        struct container c = {0};
        struct err e = {0};
        assert_int_equal(decode(a, (struct bytes){pdf.s, pdf.len}, &im, &c, &e),
                         0);
        assert_true(fabs(c.layer_dpi - 150) < 0.5);
        assert_true(fabs(c.colour_dpi - cases[i].colour_dpi) < 0.5);
        str_done(&pdf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_exif_orientation),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_huge_png),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_pdf),
        cmocka_unit_test(test_pdf_picture),
        cmocka_unit_test(test_layers),
    };
    return cmocka_run_group_tests(tests, open_state, close_state);
}
