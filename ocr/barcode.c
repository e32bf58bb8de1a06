/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * ZBar walks every row and column of what it is given, so a page costs thirty
 * times what its code does. Where a code is likely to be is seen cheaply: in
 * small cells a QR code is about half dark, however it is turned, and such
 * cells hang together in a patch about as wide as high; lines of text hang
 * together in long low ones.
 */

#include "ocr/barcode.h"

#include <assert.h>
#include <iconv.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <zbar.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/utf8.h"
#include "imaging/image.h"

/* What makers of codes write besides UTF-8, without saying so: Chinese ones its
 * national set. ZBar, which knows none but those of ISO/IEC 18004, 6.4, opens
 * the others whether it converts or not. */
static const char national[] = "GB18030";
static const char *const charsets[] = {national, "ISO8859-1", "SJIS", "BIG5"};

static void close_charset(void *cd)
{
    iconv_close((iconv_t)cd);
}

int barcode_open(struct arena *a, struct err *e)
{
    for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++) {
        iconv_t cd = iconv_open("UTF-8", charsets[i]);
        if (cd == (iconv_t)-1)
            return err_set(e, ERR_LIBRARY, "iconv has no %s", charsets[i]);
        arena_defer(a, close_charset, cd);
    }
    return 0;
}

/* A cell is 1/200 of the long side, about 1.5 mm of A4: two or three modules
 * of a code of 20 mm. Codes below six cells are not looked for. */
enum {
    CELLS = 200,
    MIN_CELLS = 6,
    REGIONS = 3,
    MIN_CONTRAST = 50,
    MAX_FACTOR = 3
};

struct cells {
    int size, w, h;
    uint8_t *low, *high, *half; /* half: about half dark */
};

static void cell_range(const struct image *im, struct cells *c, int cx, int cy)
{
    uint8_t low = 255, high = 0;
    for (int y = cy * c->size; y < (cy + 1) * c->size; y++) {
        const uint8_t *p = image_at(im, cx * c->size, y);
        for (int x = 0; x < c->size; x++) {
            low = p[x] < low ? p[x] : low;
            high = p[x] > high ? p[x] : high;
        }
    }
    c->low[cy * c->w + cx] = low;
    c->high[cy * c->w + cx] = high;
}

static double dark_share(const struct image *im, const struct cells *c, int cx,
                         int cy, int middle)
{
    int dark = 0;
    for (int y = cy * c->size; y < (cy + 1) * c->size; y++) {
        const uint8_t *p = image_at(im, cx * c->size, y);
        for (int x = 0; x < c->size; x++)
            dark += p[x] < middle;
    }
    return (double)dark / (c->size * c->size);
}

/* Against the middle of the range of the cell and its eight neighbours. */
static bool is_half_dark(const struct image *im, const struct cells *c, int cx,
                         int cy)
{
    int low = 255, high = 0;
    for (int y = cy - 1; y <= cy + 1; y++)
        for (int x = cx - 1; x <= cx + 1; x++) {
            if (x < 0 || y < 0 || x >= c->w || y >= c->h)
                continue;
            int l = c->low[y * c->w + x], g = c->high[y * c->w + x];
            low = l < low ? l : low;
            high = g > high ? g : high;
        }
    if (high - low < MIN_CONTRAST)
        return false;
    double share = dark_share(im, c, cx, cy, (low + high) / 2);
    return share > 0.25 && share < 0.9;
}

static struct cells map_cells(struct arena *a, const struct image *im)
{
    int longest = im->width > im->height ? im->width : im->height;
    int size = longest / CELLS > 4 ? longest / CELLS : 4;
    struct cells c = {size, im->width / size, im->height / size, NULL, NULL,
                      NULL};
    size_t n = (size_t)c.w * (size_t)c.h;
    c.low = arena_alloc(a, n + 1, 1);
    c.high = arena_alloc(a, n + 1, 1);
    c.half = arena_alloc(a, n + 1, 1);
    for (int y = 0; y < c.h; y++)
        for (int x = 0; x < c.w; x++)
            cell_range(im, &c, x, y);
    for (int y = 0; y < c.h; y++)
        for (int x = 0; x < c.w; x++)
            c.half[y * c.w + x] = is_half_dark(im, &c, x, y);
    return c;
}

struct patch {
    int x0, y0, x1, y1, n;
};

/* Takes the patch that holds cell (x, y) out of the map: flood fill. */
static struct patch take_patch(struct cells *c, int *stack, int x, int y)
{
    struct patch p = {x, y, x, y, 0};
    int top = 0;
    stack[top++] = y * c->w + x;
    c->half[y * c->w + x] = 0;
    while (top > 0) {
        int at = stack[--top], cx = at % c->w, cy = at / c->w;
        p.n++;
        p.x0 = cx < p.x0 ? cx : p.x0;
        p.x1 = cx > p.x1 ? cx : p.x1;
        p.y0 = cy < p.y0 ? cy : p.y0;
        p.y1 = cy > p.y1 ? cy : p.y1;
        for (int ny = cy - 1; ny <= cy + 1; ny++)
            for (int nx = cx - 1; nx <= cx + 1; nx++)
                if (nx >= 0 && ny >= 0 && nx < c->w && ny < c->h &&
                    c->half[ny * c->w + nx]) {
                    c->half[ny * c->w + nx] = 0;
                    stack[top++] = ny * c->w + nx;
                }
    }
    return p;
}

static bool may_be_code(const struct cells *c, struct patch p)
{
    double w = p.x1 - p.x0 + 1, h = p.y1 - p.y0 + 1;
    double most = fmax(c->w, c->h) / 3.0;
    return fmin(w, h) >= MIN_CELLS && fmax(w, h) <= most && w < 1.6 * h &&
           h < 1.6 * w && p.n > 0.6 * w * h;
}

/* The REGIONS largest likely places, largest first; returns their count. */
static int find_regions(struct arena *a, const struct image *im,
                        Rect ret[REGIONS])
{
    struct cells c = map_cells(a, im);
    int *stack = arena_alloc(a, (size_t)c.w * (size_t)c.h + 1, sizeof *stack);
    int found = 0;
    for (int at = 0; at < c.w * c.h; at++) {
        if (!c.half[at])
            continue;
        struct patch p = take_patch(&c, stack, at % c.w, at / c.w);
        if (!may_be_code(&c, p))
            continue;
        Rect r = {p.x0 * c.size, p.y0 * c.size, (p.x1 - p.x0 + 1) * c.size,
                  (p.y1 - p.y0 + 1) * c.size};
        int i = found < REGIONS ? found++ : REGIONS;
        for (; i > 0 && rect_area(ret[i - 1]) < rect_area(r); i--)
            if (i < REGIONS)
                ret[i] = ret[i - 1];
        if (i < REGIONS)
            ret[i] = r;
    }
    return found;
}

static Rect bounds_of(const zbar_symbol_t *s)
{
    unsigned n = zbar_symbol_get_loc_size(s);
    Rect r = {0};
    for (unsigned i = 0; i < n; i++) {
        double x = zbar_symbol_get_loc_x(s, i), y = zbar_symbol_get_loc_y(s, i);
        if (i == 0)
            r = (Rect){x, y, 0, 0};
        double x1 = fmax(r.x + r.w, x), y1 = fmax(r.y + r.h, y);
        r.x = fmin(r.x, x);
        r.y = fmin(r.y, y);
        r.w = x1 - r.x;
        r.h = y1 - r.y;
    }
    return r;
}

/* What steers a terminal or turns the order of writing round. */
static bool is_steering(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200e || c == 0x200f ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Replaces the bytes by their UTF-8 when all of them are the national set's. */
static void decode_national(struct arena *a, const char **data, size_t *io_n)
{
    enum { MOST = 4 }; /* bytes of UTF-8 for one of the other set */
    size_t left = *io_n, room = MOST * left;
    char *out = arena_alloc(a, room + 1, 1), *to = out;
    char *from = arena_memdup(a, *data, left);
    iconv_t cd = iconv_open("UTF-8", national);
    if (cd == (iconv_t)-1)
        return;
    bool is_right = iconv(cd, &from, &left, &to, &room) == 0 && left == 0;
    iconv_close(cd);
    if (!is_right)
        return;
    *data = out;
    *io_n = (size_t)(to - out);
}

/* The payload as text that acts on nobody who prints it. */
static const char *harmless(struct arena *a, const char *data, size_t n)
{
    enum { UNKNOWN = 0xfffd };
    if (!utf8_is_valid(data, n))
        decode_national(a, &data, &n);
    const char *s = utf8_repair(a, data, n);
    char *out = arena_alloc(a, 3 * strlen(s) + 1, 1);
    size_t len = 0;
    for (uint32_t c; (c = utf8_next(&s)) != 0;) {
        bool is_space = c == '\t' || c == '\n' || c == '\r';
        len += utf8_put(is_space         ? ' '
                        : is_steering(c) ? UNKNOWN
                                         : c,
                        out + len);
    }
    out[len] = '\0';
    return out;
}

static bool largest_symbol(struct arena *a, const zbar_image_t *z,
                           struct barcode *ret)
{
    bool found = false;
    const zbar_symbol_t *s = zbar_image_first_symbol(z);
    for (; s; s = zbar_symbol_next(s)) {
        unsigned n = zbar_symbol_get_data_length(s);
        Rect box = bounds_of(s);
        if (n == 0 || (found && rect_area(box) <= rect_area(ret->box)))
            continue;
        *ret = (struct barcode){harmless(a, zbar_symbol_get_data(s), n), box};
        found = true;
    }
    return found;
}

static int scan(struct arena *a, const struct image *grey, bool *ret_found,
                struct barcode *ret, struct err *e)
{
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_t *z = zbar_image_create();
    assert(scanner && z);
    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
    zbar_image_set_format(z, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(z, (unsigned)grey->width, (unsigned)grey->height);
    zbar_image_set_data(
        z, grey->px, (unsigned long)grey->width * (unsigned long)grey->height,
        NULL);
    int n = zbar_scan_image(scanner, z);
    *ret_found = n > 0 && largest_symbol(a, z, ret);
    zbar_image_destroy(z);
    zbar_image_scanner_destroy(scanner);
    return n < 0 ? err_set(e, ERR_LIBRARY, "zbar cannot scan %d x %d pixels",
                           grey->width, grey->height)
                 : 0;
}

static int scan_region(struct arena *a, const struct image *grey, Rect r,
                       int factor, bool *ret_found, struct barcode *ret,
                       struct err *e)
{
    double margin = 0.15 * fmax(r.w, r.h);
    Rect whole = {0, 0, grey->width, grey->height};
    r = rect_intersect(rect_inset(r, -margin, -margin), whole);
    const struct image *im = image_crop(a, grey, r);
    if (factor > 1)
        im = image_resize(a, im, im->width * factor, im->height * factor);
    int code = scan(a, im, ret_found, ret, e);
    if (*ret_found)
        ret->box = (Rect){r.x + ret->box.x / factor, r.y + ret->box.y / factor,
                          ret->box.w / factor, ret->box.h / factor};
    return code;
}

int barcode_find(struct arena *a, const struct image *grey, bool *ret_found,
                 struct barcode *ret, struct err *e)
{
    Rect regions[REGIONS];
    int n = find_regions(a, grey, regions), code = 0;
    *ret_found = false;
    for (int factor = 1; factor <= MAX_FACTOR; factor++)
        for (int i = 0; i < n && !*ret_found && code == 0; i++)
            code = scan_region(a, grey, regions[i], factor, ret_found, ret, e);
    if (!*ret_found && code == 0)
        code = scan(a, grey, ret_found, ret, e);
    return code;
}
