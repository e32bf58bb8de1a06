/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The second difference across the lines, over a distance wider than they are,
 * is averaged along each of them in segments of a twentieth of the page, paper
 * only. A streak is of one sign and at least so strong in nearly all segments,
 * the first and last of them included: printed rules and frames end before.
 * Near the sides of the picture the sheet's own edge is such a line, and many
 * of them are the grid of a screen.
 */

#include "imaging/capture_streak.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "imaging/image.h"

enum {
    SEGMENTS = 20,
    MARGIN = 2,      /* segments that nothing is printed in */
    MOST_MISSED = 3, /* of them: a seal, a photograph */
    REACH = 4,       /* pixels to either side that are compared with */
    STEP = 2,        /* along the streak */
    LEAST_PAPER = 8, /* samples of a segment */
    LEAST_LEVELS = 3,
    MOST_STREAKS = 12,
    SIDE_SHARE = 40, /* a fortieth of the page at either side is its edge */
};

/* The picture seen along the streaks that are looked for. */
struct lay {
    const uint8_t *px;
    ptrdiff_t along, across;
    int length, width;
};

/* Adds the rows of one segment to sums and counts for each place across. */
static void add_rows(const struct lay *l, int from, int to, int least,
                     int32_t *sum, int32_t *count)
{
    const ptrdiff_t reach = REACH * l->across;
    for (int y = from; y < to; y += STEP) {
        const uint8_t *p = l->px + y * l->along + reach;
        for (int x = REACH; x < l->width - REACH; x++, p += l->across) {
            if (*p < least || p[-reach] < least || p[reach] < least)
                continue;
            sum[x] += 2 * *p - p[-reach] - p[reach];
            count[x]++;
        }
    }
}

struct tally {
    int32_t sum, count; /* of the paper along it */
    int darker, lighter, seen;
    bool is_whole; /* at both ends as well */
};

static void tell_segment(int segment, int32_t sum, int32_t count,
                         struct tally *t)
{
    bool margin = segment < MARGIN || segment >= SEGMENTS - MARGIN;
    bool strong = count >= LEAST_PAPER && abs(sum) >= 2 * LEAST_LEVELS * count;
    t->seen += count >= LEAST_PAPER;
    t->darker += strong && sum < 0;
    t->lighter += strong && sum > 0;
    t->sum += sum;
    t->count += count;
    t->is_whole = t->is_whole && (strong || !margin);
}

static double strongest(struct arena *a, const struct lay *l, int least,
                        int *ret_place, bool *ret_has_paper)
{
    size_t width = (size_t)l->width;
    struct tally *t = arena_new_array(a, width, struct tally);
    int32_t *sum = arena_new_array(a, width, int32_t);
    int32_t *count = arena_new_array(a, width, int32_t);
    for (size_t x = 0; x < width; x++)
        t[x].is_whole = true;
    for (int s = 0; s < SEGMENTS; s++) {
        memset(sum, 0, width * sizeof *sum);
        memset(count, 0, width * sizeof *count);
        add_rows(l, s * l->length / SEGMENTS, (s + 1) * l->length / SEGMENTS,
                 least, sum, count);
        for (size_t x = 0; x < width; x++)
            tell_segment(s, sum[x], count[x], &t[x]);
    }
    double most = 0;
    int side = l->width / SIDE_SHARE, with_paper = 0, streaks = 0;
    int last = -REACH; /* of the one before: neighbours are one streak */
    for (int x = side; x < l->width - side; x++) {
        int hits = t[x].darker > t[x].lighter ? t[x].darker : t[x].lighter;
        with_paper += t[x].seen >= SEGMENTS - MOST_MISSED;
        if (!t[x].is_whole || hits < SEGMENTS - MOST_MISSED)
            continue;
        streaks += x > last + REACH;
        last = x;
        double levels = abs(t[x].sum) / 2.0 / t[x].count;
        if (levels > most) {
            most = levels;
            *ret_place = x;
        }
    }
    *ret_has_paper = with_paper > l->width / 4;
    return streaks <= MOST_STREAKS ? most : 0;
}

struct streak capture_streak_find(struct arena *a, const struct image *small,
                                  double paper)
{
    int w = small->width, h = small->height, at[2] = {0, 0};
    const struct lay down = {small->px, w, 1, h, w};
    const struct lay across = {small->px, 1, w, w, h};
    int least = (int)(0.75 * paper);
    bool has_paper[2];
    if (w < 4 * SEGMENTS || h < 4 * SEGMENTS)
        return (struct streak){.levels = NAN};
    double v = strongest(a, &down, least, &at[0], &has_paper[0]);
    double u = strongest(a, &across, least, &at[1], &has_paper[1]);
    if (!has_paper[0] && !has_paper[1])
        return (struct streak){.levels = NAN};
    if (v == 0 && u == 0)
        return (struct streak){.levels = 0};
    Rect box = v >= u ? (Rect){at[0] - REACH, 0, 2 * REACH + 1, h}
                      : (Rect){0, at[1] - REACH, w, 2 * REACH + 1};
    return (struct streak){fmax(v, u), box};
}
