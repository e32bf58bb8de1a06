/* SPDX-License-Identifier: GPL-3.0-or-later */

#define _GNU_SOURCE

#include "imaging/capture_cues.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "imaging/bitonal.h"
#include "imaging/image.h"
#include "imaging/page.h"

/* Names as they stand in EXIF Make, TIFF Software and PDF Producer. */
static const char *const phones[] = {"apple",  "huawei",  "honor", "xiaomi",
                                     "redmi",  "oppo",    "vivo",  "samsung",
                                     "realme", "oneplus", "meizu", "motorola",
                                     "zte",    "nubia",   NULL};
static const char *const apps[] = {
    "camscanner",     "intsig", "扫描全能王", "adobe scan", "office lens",
    "microsoft lens", "夸克",   "quark",      "白描",       "tapscanner",
    "genius scan",    "扫描王", "wps",        NULL};
static const char *const scanners[] = {
    "epson",   "canoscan", "lide",    "imagerunner", "scanjet", "laserjet",
    "brother", "fujitsu",  "ricoh",   "scansnap",    "konica",  "kyocera",
    "xerox",   "sharp",    "toshiba", "pantum",      "avision", "plustek",
    "twain",   "sane",     "naps2",   NULL};

static bool names_one(const char *text, const char *const *names)
{
    for (; text && *names; names++)
        if (strcasestr(text, *names))
            return true;
    return false;
}

static void from_metadata(const struct container *c, double *v)
{
    bool scanner = names_one(c->make, scanners) ||
                   names_one(c->model, scanners) ||
                   names_one(c->software, scanners);
    v[CUE_scanner_metadata] = scanner;
    v[CUE_camera_metadata] =
        !scanner && (c->has_exposure || names_one(c->make, phones));
    v[CUE_app_metadata] = names_one(c->software, apps);
}

static void from_format(const struct page *page, double *v)
{
    double w = page->scan->width, h = page->scan->height;
    double aspect = fmax(w, h) / fmin(w, h);
    static const double camera[] = {4.0 / 3, 16.0 / 9, 3.0 / 2, 1, 20.0 / 9};
    v[CUE_camera_aspect] = 0;
    for (size_t i = 0; i < sizeof camera / sizeof *camera; i++)
        if (fabs(aspect / camera[i] - 1) < 0.002 && fmax(w, h) >= 1200)
            v[CUE_camera_aspect] = 1;
    /* A sheet whose size and density agree, at a scanner's setting. */
    double dpi = page->dpi;
    bool usual = dpi > 0 && (fabs(dpi / 50 - round(dpi / 50)) < 0.01 ||
                             fabs(dpi - 240) < 2);
    v[CUE_sheet_at_usual_dpi] = usual;
    /* Apps stretch what they cut out to the A series at any size. */
    v[CUE_rectified_sheet] = !usual && fabs(aspect / sqrt(2) - 1) < 0.012;
}

/*
 * By how much the lines at the top and at the bottom point apart: a camera
 * that is not straight above the sheet sees parallels converge, evenly from
 * top to bottom. Two cards that lie askew on one sheet do not, hence thirds.
 */
enum { CLEAR_LINES = 2 }; /* rules or full lines of text */

static double convergence(PIX *layout)
{
    l_int32 w = pixGetWidth(layout), h = pixGetHeight(layout);
    double angle[3], confidence[3];
    for (int i = 0; i < 3; i++) {
        BOX *third = boxCreate(0, i * h / 3, w, h / 3);
        PIX *part = pixClipRectangle(layout, third, NULL);
        boxDestroy(&third);
        if (!part)
            return NAN;
        bitonal_skew(part, &angle[i], &confidence[i]);
        pixDestroy(&part);
        if (confidence[i] < CLEAR_LINES)
            return NAN;
    }
    double apart = fabs(angle[2] - angle[0]);
    double uneven = fabs(angle[1] - (angle[0] + angle[2]) / 2);
    return uneven > 0.1 + 0.3 * apart ? NAN : apart;
}

static void from_geometry(struct arena *a, const struct page *page, double *v)
{
    double across = convergence(page->layout);
    double along = convergence(bitonal_turn(a, page->layout, 1));
    v[CUE_line_convergence_deg] = fmax(across, along); /* ignores one NAN */
}

enum { GRID = 24 };

static int by_level(const void *a, const void *b)
{
    return *(const uint8_t *)a - *(const uint8_t *)b;
}

/* The paper level of a tile: the 80th percentile of its pixels. */
static void paper_levels(const struct image *small, uint8_t *levels)
{
    uint8_t px[64 * 64];
    for (int ty = 0; ty < GRID; ty++)
        for (int tx = 0; tx < GRID; tx++) {
            int x0 = tx * small->width / GRID, y0 = ty * small->height / GRID;
            int x1 = (tx + 1) * small->width / GRID;
            int y1 = (ty + 1) * small->height / GRID;
            size_t n = 0;
            for (int y = y0; y < y1; y++)
                for (int x = x0; x < x1 && n < sizeof px; x++)
                    px[n++] = *image_at(small, x, y);
            levels[ty * GRID + tx] = 255;
            if (n == 0)
                continue;
            qsort(px, n, 1, by_level);
            levels[ty * GRID + tx] = px[n * 8 / 10];
        }
}

/* Tiles on the rim of the picture that are not paper: a desk, a lid. */
static void from_rim(const uint8_t *levels, double paper, double *v)
{
    int rim = 0, dark = 0;
    double sum = 0, squares = 0;
    for (int i = 0; i < GRID * GRID; i++) {
        int x = i % GRID, y = i / GRID;
        if (x > 0 && y > 0 && x < GRID - 1 && y < GRID - 1)
            continue;
        rim++;
        if (levels[i] > paper * 0.82)
            continue;
        dark++;
        sum += levels[i];
        squares += (double)levels[i] * levels[i];
    }
    v[CUE_background_share] = (double)dark / rim;
    double mean = dark ? sum / dark : 0;
    v[CUE_background_texture] =
        dark > rim / 5 ? sqrt(fmax(0, squares / dark - mean * mean)) : 0;
}

static void from_light(struct arena *a, const struct page *page, double *v)
{
    const struct image *luma = image_luma(a, page->scan);
    int w = 480, h = (int)fmax(GRID, 480.0 * luma->height / luma->width);
    const struct image *small = image_resize(a, luma, w, h < 1400 ? h : 1400);
    uint8_t levels[GRID * GRID], sorted[GRID * GRID];
    paper_levels(small, levels);
    memcpy(sorted, levels, sizeof sorted);
    qsort(sorted, GRID * GRID, 1, by_level);
    int tenth = GRID * GRID / 10;
    double bright = sorted[GRID * GRID - tenth];
    /* Over tiles that are paper at all; ink and photographs are not. */
    int n = GRID * GRID, first = 0;
    while (first < n && sorted[first] < 0.6 * bright)
        first++;
    int low = first + (n - first) / 12; /* the darkest twelfth is ink */
    v[CUE_light_range] =
        bright > 0 ? (bright - sorted[low < n ? low : n - 1]) / bright : NAN;
    from_rim(levels, bright, v);
    size_t white = 0, paper = 0,
           all = (size_t)luma->width * (size_t)luma->height;
    for (size_t i = 0; i < all; i += 7) {
        paper += luma->px[i] > 200;
        white += luma->px[i] >= 254;
    }
    v[CUE_whitened_paper] = paper ? (double)white / (double)paper : NAN;
}

void capture_cues_measure(struct arena *a, const struct page *page,
                          double ret_values[CUE_COUNT])
{
    from_metadata(&page->container, ret_values);
    from_format(page, ret_values);
    from_geometry(a, page, ret_values);
    from_light(a, page, ret_values);
}
