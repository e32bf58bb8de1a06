/* SPDX-License-Identifier: GPL-3.0-or-later */

#define _GNU_SOURCE

#include "imaging/decode.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <vips/vips.h>
/* clang-format off */
#include <vips/vector.h> /* needs vips.h */
/* clang-format on */

#include "base/arena.h"
#include "base/err.h"
#include "base/units.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/pdf.h"
#include "imaging/pixels.h"

static const struct param limit_params[] = {
    PARAM_INT_OF(struct decode_limits, max_pages, "", 1, 200, 20,
                 "一个文件最多的页数", "Pages of one file, at most."),
    PARAM_REAL_OF(struct decode_limits, max_megapixels, "MP", 1, 200, 60,
                  "一页最多的像素数（百万）",
                  "Millions of pixels of one page, at most."),
    PARAM_INT_OF(struct decode_limits, max_side_px, "px", 1000, 30000, 15000,
                 "一页最长边的像素数",
                 "Pixels along the longer side of a page, at most."),
    PARAM_REAL_OF(struct decode_limits, render_dpi, "dpi", 150, 600, 300,
                  "非单张图片的 PDF 页面按此分辨率绘制",
                  "Resolution at which PDF pages that are not one picture are "
                  "drawn."),
    {0},
};

const struct conf_section decode_section = {
    "limits",
    limit_params,
    sizeof(struct decode_limits),
};

enum kind { JPEG, PNG, TIFF, WEBP, HEIC, BMP, PDF, KIND_COUNT };

struct decode_file {
    enum kind kind;
    const uint8_t *bytes;
    size_t n;
    const struct decode_limits *limits;
    int pages;
    struct pdf *pdf;
};

static const char *const names[KIND_COUNT] = {"jpeg", "png", "tiff", "webp",
                                              "heic", "bmp", "pdf"};

/* The first bytes of a kind; '?' matches any byte. */
static const struct {
    enum kind kind;
    size_t n;
    const char *magic;
} magics[] = {
    {JPEG, 3, "\xff\xd8\xff"},  {PNG, 8, "\x89PNG\r\n\x1a\n"},
    {TIFF, 4, "II*\0"},         {TIFF, 4, "MM\0*"},
    {WEBP, 12, "RIFF????WEBP"}, {HEIC, 12, "????ftypheic"},
    {HEIC, 12, "????ftypheix"}, {HEIC, 12, "????ftypmif1"},
    {HEIC, 12, "????ftypmsf1"}, {BMP, 2, "BM"},
};

static bool has_magic(const uint8_t *bytes, size_t n, const char *magic,
                      size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (i >= n || (magic[i] != '?' && bytes[i] != (uint8_t)magic[i]))
            return false;
    return true;
}

/* -1 when it is none of ours. */
static int sniff(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (has_magic(bytes, n, magics[i].magic, magics[i].n))
            return (int)magics[i].kind;
    /* A PDF may have up to 1024 bytes in front (ISO 32000, implementation
     * note): text, of a printer or of mail. An archive that stores one has a
     * signature, or zeros, there. */
    if (has_magic(bytes, n, "PK\3\4", 4))
        return -1;
    for (size_t i = 0; i + 5 <= n && i < 1024 && bytes[i]; i++)
        if (memcmp(bytes + i, "%PDF-", 5) == 0)
            return PDF;
    return -1;
}

const char *decode_sniff(const void *bytes, size_t n)
{
    int kind = sniff(bytes, n);
    return kind < 0 ? NULL : names[kind];
}

/* GLib's own way of logging asks what stderr is connected to, which a sandbox
 * answers with death; what went wrong is told by vips_error anyway. */
static GLogWriterOutput drop_log(GLogLevelFlags level, const GLogField *fields,
                                 gsize n, gpointer unused)
{
    (void)level, (void)fields, (void)n, (void)unused;
    return G_LOG_WRITER_HANDLED;
}

int decode_init(struct err *e)
{
    g_log_set_writer_func(drop_log, NULL, NULL);
    /* Over this size libvips would write a temporary file. */
    g_setenv("VIPS_DISC_THRESHOLD", "2g", TRUE);
    if (VIPS_INIT("sealdesk") != 0)
        return err_set(e, ERR_LIBRARY, "libvips: %s", vips_error_buffer());
    vips_vector_set_enabled(FALSE); /* compiles to memory it may execute */
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    vips_block_untrusted_set(TRUE);
    setMsgSeverity(L_SEVERITY_NONE);
    pdf_init();
    return 0;
}

/* Whether the bytes lack the end that their kind always has. */
static bool is_cut_off(const struct decode_file *f)
{
    size_t tail = f->n < 4096 ? f->n : 4096;
    const uint8_t *end = f->bytes + f->n - tail;
    switch (f->kind) {
    case JPEG:
        return !memmem(end, tail, "\xff\xd9", 2);
    case PNG:
        return !memmem(end, tail, "IEND", 4);
    case WEBP: {
        uint32_t size;
        memcpy(&size, f->bytes + 4, 4);
        return f->n < (size_t)size + 8;
    }
    default:
        return false;
    }
}

static int library_error(const struct decode_file *f, struct err *e)
{
    char text[200];
    snprintf(text, sizeof text, "%s", vips_error_buffer());
    vips_error_clear();
    for (char *p = text; *p; p++)
        if (*p == '\n')
            *p = *(p + 1) ? ';' : '\0';
    return err_set(e, is_cut_off(f) ? ERR_TRUNCATED : ERR_FORMAT, "%s: %s",
                   names[f->kind], text);
}

static int check_pixels(const struct decode_file *f, double w, double h,
                        struct err *e)
{
    const struct decode_limits *l = f->limits;
    if (w <= l->max_side_px && h <= l->max_side_px &&
        w * h <= l->max_megapixels * 1e6)
        return 0;
    return err_set(e, ERR_PIXELS,
                   "%s: %.0f x %.0f pixels, at most %d along a side and %.0f "
                   "million in all are allowed",
                   names[f->kind], w, h, l->max_side_px, l->max_megapixels);
}

/* Reads the header of page i only; the caller unrefs. */
static VipsImage *load(const struct decode_file *f, int i, VipsAccess access)
{
    void *bytes = (void *)(uintptr_t)f->bytes;
    VipsImage *v = NULL;
    switch (f->kind) {
    case JPEG:
        vips_jpegload_buffer(bytes, f->n, &v, "access", access, "fail_on",
                             VIPS_FAIL_ON_TRUNCATED, NULL);
        break;
    case PNG:
        vips_pngload_buffer(bytes, f->n, &v, "access", access, "fail_on",
                            VIPS_FAIL_ON_TRUNCATED, NULL);
        break;
    case TIFF:
        vips_tiffload_buffer(bytes, f->n, &v, "page", i, "access", access,
                             "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
        break;
    case WEBP:
        vips_webpload_buffer(bytes, f->n, &v, "access", access, "fail_on",
                             VIPS_FAIL_ON_TRUNCATED, NULL);
        break;
    case HEIC:
        vips_heifload_buffer(bytes, f->n, &v, "page", i, "access", access,
                             "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
        break;
    default:
        break;
    }
    return v;
}

/* Page i, read from the top down, which needs no second copy of it. What has to
 * be turned is wanted in another order. */
static VipsImage *load_page(const struct decode_file *f, int i)
{
    VipsImage *v = load(f, i, VIPS_ACCESS_SEQUENTIAL);
    if (!v || vips_image_get_orientation(v) == 1)
        return v;
    g_object_unref(v);
    return load(f, i, VIPS_ACCESS_RANDOM);
}

static int open_raster(struct decode_file *f, struct err *e)
{
    VipsImage *v = load(f, 0, VIPS_ACCESS_SEQUENTIAL);
    if (!v)
        return library_error(f, e);
    int r =
        check_pixels(f, vips_image_get_width(v), vips_image_get_height(v), e);
    f->pages =
        f->kind == TIFF || f->kind == HEIC ? vips_image_get_n_pages(v) : 1;
    g_object_unref(v);
    return r;
}

static int32_t little32(const uint8_t *p)
{
    return (int32_t)((uint32_t)p[0] | (uint32_t)p[1] << 8 |
                     (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
}

static int open_bmp(struct decode_file *f, struct err *e)
{
    if (f->n < 54)
        return err_set(e, ERR_TRUNCATED, "bmp: shorter than its header");
    f->pages = 1;
    return check_pixels(f, fabs((double)little32(f->bytes + 18)),
                        fabs((double)little32(f->bytes + 22)), e);
}

int decode_open(struct arena *a, const void *bytes, size_t n,
                const struct decode_limits *limits, struct decode_file **ret,
                struct err *e)
{
    if (n == 0)
        return err_set(e, ERR_EMPTY, "0 bytes");
    int kind = sniff(bytes, n);
    if (kind < 0)
        return err_set(e, ERR_UNSUPPORTED,
                       "not a JPEG, PNG, TIFF, WebP, HEIC, BMP or PDF file");
    struct decode_file *f = arena_new_struct(a, struct decode_file);
    *f = (struct decode_file){
        .kind = (enum kind)kind, .bytes = bytes, .n = n, .limits = limits};
    int r;
    if (f->kind == PDF) {
        r = pdf_open(a, bytes, n, &f->pdf, e);
        f->pages = r < 0 ? 0 : pdf_page_count(f->pdf);
    } else {
        r = f->kind == BMP ? open_bmp(f, e) : open_raster(f, e);
    }
    if (r < 0)
        return r;
    if (f->pages > limits->max_pages)
        return err_set(e, ERR_PAGES, "%s: %d pages, at most %d are allowed",
                       names[f->kind], f->pages, limits->max_pages);
    *ret = f;
    return 0;
}

int decode_page_count(const struct decode_file *f)
{
    return f->pages;
}

const char *decode_format(const struct decode_file *f)
{
    return names[f->kind];
}

/* A header text; libvips writes EXIF as "value (value, type, ...)". */
static const char *text_field(struct arena *a, VipsImage *v, const char *name)
{
    const char *s = NULL;
    if (!vips_image_get_typeof(v, name) ||
        vips_image_get_string(v, name, &s) != 0)
        return NULL;
    const char *end = strstr(s, " (");
    return arena_strndup(a, s, end ? (size_t)(end - s) : strlen(s));
}

static void read_container(struct arena *a, VipsImage *v, const char *format,
                           struct container *c)
{
    static const char *const exposure[] = {
        "exif-ifd2-ExposureTime", "exif-ifd2-FocalLength",
        "exif-ifd2-ISOSpeedRatings", "exif-ifd3-GPSLatitude"};
    *c = (struct container){
        .format = format,
        .make = text_field(a, v, "exif-ifd0-Make"),
        .model = text_field(a, v, "exif-ifd0-Model"),
        .software = text_field(a, v, "exif-ifd0-Software"),
    };
    for (size_t i = 0; i < sizeof exposure / sizeof *exposure; i++)
        c->has_exposure |= vips_image_get_typeof(v, exposure[i]) != 0;
    const char *chroma = text_field(a, v, "jpeg-chroma-subsample");
    c->has_chroma_subsampling = chroma && strcmp(chroma, "4:2:0") == 0;
    /* libvips says 1 pixel per mm when the file says nothing. */
    double x = vips_image_get_xres(v), y = vips_image_get_yres(v);
    if (fabs(x - 1) > 1e-6 && x > 0 && y > 0) {
        c->dpi_x = x * MM_PER_INCH;
        c->dpi_y = y * MM_PER_INCH;
    }
}

/* Upright, 8 bits, grey or sRGB, alpha over white; all of it computed. */
static int pixels_of(struct arena *a, VipsImage *v, const struct image **ret)
{
    VipsImage *base = vips_image_new();
    VipsImage **t = (VipsImage **)vips_object_local_array(VIPS_OBJECT(base), 4);
    bool grey = vips_image_get_bands(v) < 3;
    double paper[] = {255};
    VipsArrayDouble *fill = vips_array_double_new(paper, 1);
    int r = vips_autorot(v, &t[0], NULL);
    if (r == 0)
        r = vips_colourspace(
            t[0], &t[1],
            grey ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB, NULL);
    if (r == 0 && vips_image_hasalpha(t[1]))
        r = vips_flatten(t[1], &t[2], "background", fill, NULL);
    else if (r == 0)
        g_object_ref(t[2] = t[1]);
    if (r == 0)
        r = vips_cast_uchar(t[2], &t[3], NULL);
    vips_area_unref(VIPS_AREA(fill));
    if (r == 0) {
        uint8_t *px;
        *ret = image_new(a, vips_image_get_width(t[3]),
                         vips_image_get_height(t[3]),
                         vips_image_get_bands(t[3]), &px);
        r = pixels_take(t[3], px);
    }
    g_object_unref(base);
    return r;
}

static int raster_page(struct arena *a, struct decode_file *f, int i,
                       const struct image **ret, struct container *c,
                       struct err *e)
{
    VipsImage *v = load_page(f, i);
    if (!v)
        return library_error(f, e);
    int r =
        check_pixels(f, vips_image_get_width(v), vips_image_get_height(v), e);
    if (r == 0) {
        read_container(a, v, names[f->kind], c);
        if (pixels_of(a, v, ret) != 0)
            r = library_error(f, e);
    }
    g_object_unref(v);
    return r;
}

static int bmp_page(struct arena *a, struct decode_file *f,
                    const struct image **ret, struct container *c,
                    struct err *e)
{
    PIX *raw = pixReadMemBmp(f->bytes, f->n);
    PIX *p = raw ? pixConvertTo32(raw) : NULL;
    pixDestroy(&raw);
    if (!p)
        return err_set(e, ERR_FORMAT, "bmp: cannot be read");
    *c = (struct container){
        .format = names[BMP], .dpi_x = pixGetXRes(p), .dpi_y = pixGetYRes(p)};
    uint8_t *out;
    *ret = image_new(a, pixGetWidth(p), pixGetHeight(p), 3, &out);
    for (l_int32 y = 0; y < pixGetHeight(p); y++) {
        const l_uint32 *line = pixGetData(p) + (ptrdiff_t)y * pixGetWpl(p);
        for (l_int32 x = 0; x < pixGetWidth(p); x++, out += 3) {
            out[0] = (uint8_t)(line[x] >> L_RED_SHIFT & 255);
            out[1] = (uint8_t)(line[x] >> L_GREEN_SHIFT & 255);
            out[2] = (uint8_t)(line[x] >> L_BLUE_SHIFT & 255);
        }
    }
    pixDestroy(&p);
    return 0;
}

int decode_page(struct arena *a, struct decode_file *f, int i,
                const struct image **ret_image, struct container *ret_container,
                struct err *e)
{
    switch (f->kind) {
    case PDF:
        return pdf_page(a, f->pdf, i, f->limits, ret_image, ret_container, e);
    case BMP:
        return bmp_page(a, f, ret_image, ret_container, e);
    default:
        return raster_page(a, f, i, ret_image, ret_container, e);
    }
}
