/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "review/bitmap.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/units.h"

enum { COLOURS = 256, BMP_HEADER = 14 + 40, BMP_TABLE = COLOURS * 4 };

/* The picture as numbers of a palette; 0 is white, where nothing is. */
struct indexed {
    int width, height;
    uint8_t *pixels;
    uint8_t palette[COLOURS][3];
    int n_colours;
};

/* What is seen of a colour on white paper. */
static uint8_t on_white(uint8_t colour, uint8_t opacity)
{
    return (uint8_t)((colour * opacity + 255 * (255 - opacity) + 127) / 255);
}

static int colour_of(struct indexed *ix, const uint8_t rgb[3])
{
    for (int i = 1; i < ix->n_colours; i++)
        if (memcmp(ix->palette[i], rgb, 3) == 0)
            return i;
    if (ix->n_colours == COLOURS)
        return -1;
    memcpy(ix->palette[ix->n_colours], rgb, 3);
    return ix->n_colours++;
}

static int index_colours(struct arena *a, const struct bitmap *b,
                         struct indexed *ret, struct err *e)
{
    size_t n = (size_t)b->width * (size_t)b->height;
    *ret = (struct indexed){.width = b->width, .height = b->height};
    ret->pixels = arena_alloc(a, n, 1);
    memset(ret->palette[0], 255, 3);
    ret->n_colours = 1;
    for (size_t i = 0; i < n; i++) {
        const uint8_t *p = b->rgba + 4 * i;
        uint8_t rgb[3] = {on_white(p[0], p[3]), on_white(p[1], p[3]),
                          on_white(p[2], p[3])};
        int c = p[3] == 0 ? 0 : colour_of(ret, rgb);
        if (c < 0)
            return err_set(e, ERR_FORMAT, "more than %d colours", COLOURS);
        ret->pixels[i] = (uint8_t)c;
    }
    return 0;
}

static void add_number(struct str *out, size_t bytes, uint32_t v)
{
    for (size_t i = 0; i < bytes; i++)
        str_add_bytes(out, &(uint8_t){(uint8_t)(v >> 8 * i)}, 1);
}

static void add_bmp_header(struct str *out, const struct indexed *ix,
                           uint32_t row, double dpi)
{
    uint32_t pixels = row * (uint32_t)ix->height,
             per_metre =
                 dpi > 0 ? (uint32_t)lround(dpi / MM_PER_INCH * 1000) : 0;
    const struct {
        size_t bytes;
        uint32_t v;
    } fields[] = {
        {4, BMP_HEADER + BMP_TABLE + pixels}, /* the file */
        {4, 0},
        {4, BMP_HEADER + BMP_TABLE}, /* where the pixels begin */
        {4, 40},                     /* BITMAPINFOHEADER */
        {4, (uint32_t)ix->width},
        {4, (uint32_t)ix->height},
        {2, 1},
        {2, 8}, /* bits per pixel */
        {4, 0}, /* not compressed */
        {4, pixels},
        {4, per_metre},
        {4, per_metre},
        {4, COLOURS},
        {4, 0},
    };
    str_add(out, "BM");
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        add_number(out, fields[i].bytes, fields[i].v);
}

int bitmap_write_bmp(struct arena *a, const struct bitmap *b, double dpi,
                     struct str *out, struct err *e)
{
    static const uint8_t nothing[4] = {0};
    struct indexed ix;
    int r = index_colours(a, b, &ix, e);
    if (r)
        return r;
    size_t width = (size_t)ix.width, pad = (4 - width % 4) % 4;
    add_bmp_header(out, &ix, (uint32_t)(width + pad), dpi);
    for (int i = 0; i < COLOURS; i++) {
        const uint8_t *c = ix.palette[i];
        str_add_bytes(out, (const uint8_t[]){c[2], c[1], c[0], 0}, 4);
    }
    for (int y = ix.height - 1; y >= 0; y--) {
        str_add_bytes(out, ix.pixels + (size_t)y * width, width);
        str_add_bytes(out, nothing, pad);
    }
    return out->failed ? err_set(e, ERR_LIMIT, "no room for the picture") : 0;
}

/* --- GIF: Lempel-Ziv-Welch with codes of 9 to 12 bits --------------------- */

enum {
    LZW_BITS = 8,
    LZW_CLEAR = 1 << LZW_BITS,
    LZW_END,
    LZW_FIRST,
    LZW_CODES = 1 << 12,
    BLOCK = 255,
};

struct lzw {
    struct str *out;
    uint16_t (*next)[COLOURS]; /* the code of a code and one more pixel; 0 */
    int n_codes, width;
    uint32_t bits;
    int n_bits;
    uint8_t block[BLOCK];
    size_t n_block;
};

static void flush_block(struct lzw *z)
{
    if (z->n_block == 0)
        return;
    add_number(z->out, 1, (uint32_t)z->n_block);
    str_add_bytes(z->out, z->block, z->n_block);
    z->n_block = 0;
}

static void put_byte(struct lzw *z)
{
    z->block[z->n_block++] = (uint8_t)z->bits;
    z->bits >>= 8;
    z->n_bits -= 8;
    if (z->n_block == BLOCK)
        flush_block(z);
}

static void put_code(struct lzw *z, int code)
{
    z->bits |= (uint32_t)code << z->n_bits;
    z->n_bits += z->width;
    while (z->n_bits >= 8)
        put_byte(z);
}

static void clear_codes(struct lzw *z)
{
    put_code(z, LZW_CLEAR);
    memset(z->next, 0, LZW_CODES * sizeof *z->next);
    z->n_codes = LZW_FIRST;
    z->width = LZW_BITS + 1;
}

/* The decoder learns each code one step later than the encoder, so the codes
 * get longer when the first longer one has been made. */
static void learn(struct lzw *z, int code, uint8_t pixel)
{
    if (z->n_codes == LZW_CODES) {
        clear_codes(z);
        return;
    }
    z->next[code][pixel] = (uint16_t)z->n_codes;
    if (z->n_codes == 1 << z->width)
        z->width++;
    z->n_codes++;
}

static void compress(struct arena *a, const uint8_t *pixels, size_t n,
                     struct str *out)
{
    struct lzw z = {.out = out, .width = LZW_BITS + 1};
    z.next = arena_alloc(a, LZW_CODES, sizeof *z.next);
    clear_codes(&z);
    int code = pixels[0];
    for (size_t i = 1; i < n; i++) {
        int longer = z.next[code][pixels[i]];
        if (longer) {
            code = longer;
            continue;
        }
        put_code(&z, code);
        learn(&z, code, pixels[i]);
        code = pixels[i];
    }
    put_code(&z, code);
    learn(&z, code, 0);
    put_code(&z, LZW_END);
    while (z.n_bits > 0)
        put_byte(&z);
    flush_block(&z);
}

int bitmap_write_gif(struct arena *a, const struct bitmap *b, struct str *out,
                     struct err *e)
{
    /* Screen: a global table of 256 colours; picture: colour 0 transparent. */
    static const uint8_t control[] = {0x21, 0xf9, 4, 1, 0, 0, 0, 0};
    struct indexed ix;
    int r = index_colours(a, b, &ix, e);
    if (r)
        return r;
    str_add(out, "GIF89a");
    add_number(out, 2, (uint32_t)ix.width);
    add_number(out, 2, (uint32_t)ix.height);
    str_add_bytes(out, (const uint8_t[]){0xf7, 0, 0}, 3);
    str_add_bytes(out, ix.palette, sizeof ix.palette);
    str_add_bytes(out, control, sizeof control);
    str_add_bytes(out, (const uint8_t[]){0x2c, 0, 0, 0, 0}, 5);
    add_number(out, 2, (uint32_t)ix.width);
    add_number(out, 2, (uint32_t)ix.height);
    str_add_bytes(out, (const uint8_t[]){0, LZW_BITS}, 2);
    compress(a, ix.pixels, (size_t)ix.width * (size_t)ix.height, out);
    str_add_bytes(out, (const uint8_t[]){0, 0x3b}, 2);
    return out->failed ? err_set(e, ERR_LIMIT, "no room for the picture") : 0;
}
