/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A rule is thin and long: under each column of the row the first thin dark
 * spot below the characters is looked for, and spots that follow one another
 * nearly level are a rule. Characters that reach down to it do not break it.
 */

#include "ocr/blank.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "imaging/image.h"

enum { MAX_BLANKS = 16, MIN_PX = 2 };

/* In heights of the line. */
static const double band_top = 0.95, band_low = 1.75; /* where rules are */
static const double thickest = 0.14;
static const double shortest = 1.5;
static const double slope = 0.06;   /* from one column to the next few */
static const double gap = 0.06;     /* in a rule, by specks */
static const double apart = 0.5;    /* two rules */
static const double reach_up = 0.1; /* of what is filled in, above the row */

/* `faint`: of a rule of a hair's width, whose ink two rows of pixels share. */
struct levels {
    int paper, middle, faint;
};

static struct levels levels_of(const struct image *im)
{
    size_t histogram[256] = {0}, n = (size_t)im->width * (size_t)im->height;
    for (int y = 0; y < im->height; y++)
        for (int x = 0; x < im->width; x++)
            histogram[*image_at(im, x, y)]++;
    int high = 255, low = 0;
    for (size_t sum = 0; high > 0 && (sum += histogram[high]) < n / 4;)
        high--;
    for (size_t sum = 0; low < 255 && (sum += histogram[low]) < n / 100;)
        low++;
    return (struct levels){high, low + (high - low) * 6 / 10,
                           low + (high - low) * 8 / 10};
}

/* The middle of the lowest thin dark spot of column x, -1: none. */
static double thin_spot(const struct image *im, int x, int y0, int y1,
                        int middle, double thick)
{
    for (int y = y1 - 1, low; y >= y0; y--) {
        if (*image_at(im, x, y) >= middle)
            continue;
        for (low = y; y >= y0 && *image_at(im, x, y) < middle; y--)
            ;
        if (low - y <= thick)
            return (low + y + 1) / 2.0;
    }
    return -1;
}

struct rule {
    int x0, x1; /* columns, both included */
    double y0, y1;
};

/* The rules of the band, from the left. */
static size_t find_rules(const struct image *im, Rect band, double h,
                         int middle, struct rule ret[MAX_BLANKS])
{
    struct rule now = {0, -1, 0, 0};
    size_t n = 0;
    double thick = fmax(MIN_PX + 1, thickest * h), room = fmax(2, gap * h);
    int x1 = (int)fmin(im->width, band.x + band.w);
    for (int x = (int)fmax(0, band.x); x <= x1; x++) {
        double y = x < x1 ? thin_spot(im, x, (int)band.y,
                                      (int)(band.y + band.h), middle, thick)
                          : -1;
        bool follows = now.x1 >= now.x0 && y >= 0 && x - now.x1 <= room &&
                       fabs(y - now.y1) <= fmax(1.5, slope * h);
        if (follows) {
            now.x1 = x;
            now.y1 = y;
            continue;
        }
        bool broken = x == x1 || (y >= 0 && x - now.x1 > room);
        if (!broken && now.x1 >= now.x0)
            continue;
        if (now.x1 - now.x0 >= shortest * h && n < MAX_BLANKS)
            ret[n++] = now;
        now = (struct rule){x, y >= 0 ? x : x - 1, y, y};
    }
    return n;
}

/* Pieces of one rule: what keeps two blanks apart is at least a character. */
static size_t join_rules(struct rule *r, size_t n, double h)
{
    size_t last = 0;
    for (size_t i = 1; i < n; i++) {
        bool same = r[i].x0 - r[last].x1 < apart * h &&
                    fabs(r[i].y0 - r[last].y1) < thickest * h;
        if (same) {
            r[last].x1 = r[i].x1;
            r[last].y1 = r[i].y1;
        } else {
            r[++last] = r[i];
        }
    }
    return n > 0 ? last + 1 : 0;
}

/* The ink that stands on the rule. */
static Rect content(const struct image *im, Rect row, const struct rule *r,
                    int middle)
{
    int y0 = (int)fmax(0, row.y - reach_up * row.h);
    int y1 = (int)fmin(im->height, fmin(r->y0, r->y1) - MIN_PX);
    int first = -1, last = -1;
    for (int x = r->x0; x <= r->x1; x++) {
        int dark = 0;
        for (int y = y0; y < y1; y++)
            dark += *image_at(im, x, y) < middle;
        if (dark < MIN_PX)
            continue;
        first = first < 0 ? x : first;
        last = x;
    }
    if (first < 0)
        return (Rect){0, 0, 0, 0};
    double low = fmin(y1, row.y + row.h);
    return (Rect){first, row.y, last + 1 - first, low - row.y};
}

struct blank_place *blank_find(struct arena *a, const struct image *page,
                               Rect row, size_t *ret_n)
{
    struct rule rules[MAX_BLANKS];
    struct blank_place *blanks =
        arena_new_array(a, MAX_BLANKS, struct blank_place);
    double top = row.y + band_top * row.h, low = row.y + band_low * row.h;
    Rect all = rect_intersect(
        (Rect){row.x - row.h, row.y, row.w + 2 * row.h, band_low * row.h},
        (Rect){0, 0, page->width, page->height});
    *ret_n = 0;
    if (rect_is_empty(all) || top >= page->height)
        return blanks;
    struct levels v = levels_of(image_crop(a, page, all));
    Rect band = {all.x, top, all.w, fmin(low, page->height) - top};
    size_t n =
        join_rules(rules, find_rules(page, band, row.h, v.faint, rules), row.h);
    for (size_t i = 0; i < n; i++) {
        Rect r = content(page, row, &rules[i], v.middle);
        bool is_empty = rect_is_empty(r);
        if (is_empty)
            r = (Rect){rules[i].x0, row.y, rules[i].x1 - rules[i].x0, row.h};
        if (r.w > 0.5 * row.h && r.h > 0.5 * row.h)
            blanks[(*ret_n)++] = (struct blank_place){r, is_empty};
    }
    return blanks;
}
