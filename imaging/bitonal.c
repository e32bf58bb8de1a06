/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/bitonal.h"

#include <assert.h>
#include <leptonica/allheaders.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/geom.h"
#include "base/units.h"
#include "imaging/closing.h"
#include "imaging/image.h"
#include "imaging/sauvola.h"

/* Sizes at 150 dpi, 5.9 pixels per millimetre. Rules are found in two quick
 * steps, for which their lengths are products. */
enum {
    RULE_LENGTH_PX = 60,    /* 10 mm: longer than any stroke of a character */
    RULE_HEIGHT_PX = 45,    /* upright ones: 7.6 mm */
    LARGEST_GLYPH_PX = 130, /* 22 mm: titles are up to 16 mm high */
    THICK_PX = 6,           /* 1 mm */
    SPECK_PX = 3,
    MAX_CHARACTERS = 2000,
    PAPER = 200,    /* grey of paper after its light was made even */
    STROKE_PX = 13, /* 2.2 mm: wider is no stroke */
    HALF_WINDOW_PX = 12,
    STROKES_PX = 2000, /* 57 mm2: the strokes of some fifty characters */
};

/* Contrast of strokes with the paper, as shares of the paper's grey. */
static const double full_contrast = 0.8; /* Sauvola's threshold needs it */
static const double visible = 0.06;      /* paler is no print */
static const double above_grain = 4;     /* of noise alone about two would be */

static void destroy(void *object)
{
    PIX *p = object;
    pixDestroy(&p);
}

static PIX *keep(struct arena *a, PIX *p)
{
    assert(p);
    arena_defer(a, destroy, p);
    return p;
}

double bitonal_scale(const struct image *im, double dpi)
{
    int longest = im->width > im->height ? im->width : im->height;
    if (!(dpi > 0))
        dpi = longest / (297 / MM_PER_INCH);
    return BITONAL_DPI / dpi;
}

static PIX *pix_from_grey(const struct image *im)
{
    PIX *p = pixCreateNoInit(im->width, im->height, 8);
    assert(p);
    l_uint32 *data = pixGetData(p);
    l_int32 words = pixGetWpl(p);
    for (int y = 0; y < im->height; y++) {
        const uint8_t *row = image_at(im, 0, y);
        l_uint32 *line = data + (ptrdiff_t)y * words;
        line[words - 1] = 0;
        for (int x = 0; x < im->width; x++)
            SET_DATA_BYTE(line, x, row[x]);
    }
    return p;
}

static const struct image *image_from_pix(struct arena *a, PIX *p)
{
    uint8_t *px;
    struct image *im = image_new(a, pixGetWidth(p), pixGetHeight(p), 1, &px);
    const l_uint32 *data = pixGetData(p);
    l_int32 words = pixGetWpl(p);
    for (int y = 0; y < im->height; y++)
        for (int x = 0; x < im->width; x++)
            *px++ = (uint8_t)GET_DATA_BYTE(data + (ptrdiff_t)y * words, x);
    return im;
}

/* How much darker than the paper strokes are: of the black top hat, in which
 * edges, photographs and shadows are flat. 0: no more than its grain. */
static int stroke_contrast(PIX *flat)
{
    struct arena *a = arena_new((size_t)1 << 30);
    const struct image *im = image_from_pix(a, flat);
    const struct image *closed = closing_square(a, im, STROKE_PX);
    unsigned histogram[256] = {0};
    unsigned n = (unsigned)im->width * (unsigned)im->height;
    for (unsigned i = 0; i < n; i++)
        histogram[closed->px[i] - im->px[i]]++;
    arena_free(a);
    int darkest = image_rank(histogram, n > STROKES_PX ? n - STROKES_PX : 0);
    int grain = image_rank(histogram, n / 2);
    return darkest > above_grain * grain ? darkest : 0;
}

/* Pale print made as dark as print is: Sauvola's threshold assumes the whole
 * range of greys (Wolf and Jolion 2004). */
static void darken(PIX *flat)
{
    int contrast = stroke_contrast(flat);
    if (contrast >= full_contrast * PAPER || contrast < visible * PAPER)
        return;
    double gain = full_contrast * PAPER / contrast;
    NUMA *levels = numaCreate(256);
    for (int v = 0; v < 256; v++)
        numaAddNumber(levels, (l_float32)floor(fmin(
                                  255, fmax(0, PAPER - gain * (PAPER - v)))));
    pixTRCMap(flat, NULL, levels);
    numaDestroy(&levels);
}

/* Sauvola's black and white. Window 4.2 mm: larger than a character; k 0.34 as
 * he proposes. */
static PIX *threshold(PIX *flat)
{
    struct arena *a = arena_new((size_t)1 << 30);
    const struct image *black =
        sauvola_black(a, image_from_pix(a, flat), HALF_WINDOW_PX, 0.34F);
    PIX *ret = pixCreate(black->width, black->height, 1);
    assert(ret);
    l_uint32 *data = pixGetData(ret);
    for (int y = 0; y < black->height; y++) {
        l_uint32 *line = data + (ptrdiff_t)y * pixGetWpl(ret);
        for (int x = 0; x < black->width; x++)
            if (*image_at(black, x, y))
                SET_DATA_BIT(line, x);
    }
    arena_free(a);
    return ret;
}

struct Pix *bitonal_from_image(struct arena *a, const struct image *grey,
                               double dpi)
{
    double scale = bitonal_scale(grey, dpi);
    int w = (int)fmax(16, round(grey->width * scale));
    int h = (int)fmax(16, round(grey->height * scale));
    struct arena *scratch = arena_new((size_t)1 << 30);
    PIX *small = pix_from_grey(image_resize(scratch, grey, w, h));
    arena_free(scratch);
    PIX *flat = pixBackgroundNormSimple(small, NULL, NULL);
    PIX *black = NULL;
    if (flat)
        darken(flat);
    if (flat && w > 64 && h > 64)
        black = threshold(flat);
    else
        black = pixThresholdToBinary(flat ? flat : small, 160);
    pixDestroy(&flat);
    pixDestroy(&small);
    return keep(a, black);
}

/* Strokes of large titles are as long as short rules, but thick. */
static void drop_thick(PIX *rules, l_int32 w, l_int32 h)
{
    PIX *thick = pixOpenBrick(NULL, rules, w, h);
    pixSubtract(rules, rules, thick);
    pixDestroy(&thick);
}

struct Pix *bitonal_rules(struct arena *a, struct Pix *black)
{
    PIX *flat = pixOpenCompBrick(NULL, black, RULE_LENGTH_PX, 1);
    PIX *upright = pixOpenCompBrick(NULL, black, 1, RULE_HEIGHT_PX);
    drop_thick(flat, 1, THICK_PX);
    drop_thick(upright, THICK_PX, 1);
    pixOr(flat, flat, upright);
    pixDestroy(&upright);
    PIX *wide = pixDilateBrick(NULL, flat, 3, 3);
    pixDestroy(&flat);
    return keep(a, wide);
}

struct Pix *bitonal_text(struct arena *a, struct Pix *black, struct Pix *rules)
{
    PIX *rest = pixSubtract(NULL, black, rules);
    PIX *small = pixSelectBySize(rest, LARGEST_GLYPH_PX, LARGEST_GLYPH_PX, 8,
                                 L_SELECT_IF_BOTH, L_SELECT_IF_LTE, NULL);
    pixDestroy(&rest);
    PIX *clean = pixSelectBySize(small, SPECK_PX, SPECK_PX, 8,
                                 L_SELECT_IF_EITHER, L_SELECT_IF_GTE, NULL);
    pixDestroy(&small);
    return keep(a, clean);
}

struct Pix *bitonal_turn(struct arena *a, struct Pix *black, int turns)
{
    return keep(a, pixRotateOrth(black, turns & 3));
}

double bitonal_row_share(struct Pix *text)
{
    /* Strokes of one character become one component. */
    PIX *joined = pixCloseBrick(NULL, text, 3, 3);
    BOXA *boxes = pixConnCompBB(joined, 8);
    pixDestroy(&joined);
    Point center[MAX_CHARACTERS];
    int n = 0;
    for (l_int32 i = 0; i < boxaGetCount(boxes) && n < MAX_CHARACTERS; i++) {
        l_int32 x, y, w, h;
        boxaGetBoxGeometry(boxes, i, &x, &y, &w, &h);
        if (w >= 8 && h >= 8 && w <= 60 && h <= 60) /* 1.4 to 10 mm */
            center[n++] = (Point){x + w / 2.0, y + h / 2.0};
    }
    boxaDestroy(&boxes);
    int beside = 0, all = 0;
    for (int i = 0; i < n; i++) {
        double nearest = 1e9, dx = 0, dy = 0;
        for (int k = 0; k < n; k++) {
            double u = fabs(center[k].x - center[i].x);
            double v = fabs(center[k].y - center[i].y);
            if (k != i && u * u + v * v < nearest) {
                nearest = u * u + v * v;
                dx = u;
                dy = v;
            }
        }
        /* 15 mm away is another column, 45 degrees says nothing. */
        if (nearest > 90 * 90 || fabs(dx - dy) < 0.3 * (dx + dy))
            continue;
        all++;
        beside += dx > dy;
    }
    return all >= 8 ? (double)beside / all : 0.5;
}

struct Pix *bitonal_rotate(struct arena *a, struct Pix *black, double deg)
{
    return keep(a, pixRotate(black, (l_float32)rad_from_deg(deg),
                             L_ROTATE_SAMPLING, L_BRING_IN_WHITE, 0, 0));
}

void bitonal_skew(struct Pix *black, double *ret_deg, double *ret_confidence)
{
    l_float32 angle = 0, confidence = 0;
    PIX *bars = pixCloseBrick(NULL, black, 11, 1);
    /* Up to 7 degrees in steps of 1, then by halving to 0.01; at half and at
     * full size, since 150 dpi is already what Leptonica reduces to. */
    if (pixFindSkewSweepAndSearch(bars, &angle, &confidence, 2, 1, 7, 1,
                                  0.01f) != 0)
        angle = confidence = 0;
    pixDestroy(&bars);
    /* Leptonica gives the clockwise turn that levels the page. */
    *ret_deg = -(double)angle;
    *ret_confidence = confidence;
}
