/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * orient - by how many quarter turns the page must be turned to be upright
 *
 * Two questions. Along which axis do the lines run: characters stand closer to
 * their neighbours in the line than to the next line (docstrum; the strength
 * of projection profiles is no guide, since Han characters of equal width form
 * columns as straight as rows). Which end is up: ascenders say nothing about
 * Han characters, so a few lines are shown to someone who can tell (struct
 * legibility), one by one until their odds together leave no doubt: Wald's
 * sequential test. Where nobody can, or the doubt stays, a reader reads lines
 * both ways up, since upside-down Han text reads badly; and of both axes when
 * the characters' neighbours did not make clear which one it is.
 */

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rank.h"
#include "imaging/bitonal.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/stage.h"
#include "imaging/text_lines.h"

struct orient_params {
    double axis_share;
    double margin;
    int max_lines;
};

static const struct param params[] = {
    PARAM_REAL_OF(struct orient_params, axis_share, "ratio", 0.5, 1, 0.65,
                  "多少比例的字沿同一方向相邻才直接判定文字方向",
                  "Share of characters whose neighbour is along one axis that "
                  "settles the axis without asking the reader about both."),
    PARAM_REAL_OF(struct orient_params, margin, "ratio", 0.02, 0.5, 0.06,
                  "两个方向的可读程度相差多少才算确定",
                  "Difference of legibility that settles the question."),
    PARAM_INT_OF(struct orient_params, max_lines, "", 3, 40, 12,
                 "判断方向时最多试读的行数",
                 "How many lines the reader is asked about at most."),
    {0},
};

/* One line may mislead: digits read upside down as other digits, a piece of a
 * frame reads as anything. A few lines are enough when all of them agree. */
enum { FEW_LINES = 3, ENOUGH_LINES = 7, MOST_LINES = 40 };

/* Characters of a line that are shown: more only cost time. */
enum { READ_LENGTH = 10, END_LENGTH = 5 };

/* What the reader said of one axis, line by line, both ways up. */
struct votes {
    double score[2][MOST_LINES];
    int n;
};

static double median(const double *v, int n)
{
    if (n == 0)
        return 0;
    double sorted[MOST_LINES];
    memcpy(sorted, v, (size_t)n * sizeof *v);
    return rank_median(sorted, (size_t)n);
}

/* How much better lines read as they are than upside down. */
static double preference(const struct votes *v)
{
    double better[MOST_LINES];
    for (int i = 0; i < v->n; i++)
        better[i] = v->score[0][i] - v->score[1][i];
    return median(better, v->n);
}

/* Whether the lines so far settle which end is up. */
static bool is_settled(const struct votes *v, double margin)
{
    double lead = preference(v);
    if (v->n < FEW_LINES || fabs(lead) <= margin)
        return false;
    for (int i = 0; i < v->n && v->n < ENOUGH_LINES; i++) {
        double better = v->score[0][i] - v->score[1][i];
        if (better * lead <= 0 || fabs(better) < margin / 2)
            return false;
    }
    return true;
}

/* How much a line tells: the more characters the better, but what is longer
 * than any line of text is the ornament of a frame and asked last. */
static double usefulness(Rect r)
{
    double characters = r.w / r.h;
    return characters <= 30 ? characters : 30 / characters;
}

static int by_usefulness(const void *a, const void *b)
{
    const struct text_line *p = a, *q = b;
    double d = usefulness(q->box) - usefulness(p->box);
    return (d > 0) - (d < 0);
}

struct probe {
    struct arena *a;
    const struct image *grey; /* of the scan */
    Affine scan_from_turned;
    const struct text_line *lines;
    size_t n;
};

/* The lines of the page turned by `turns`, best first, in turned pixels. */
static struct probe probe_new(struct arena *a, const struct page *page,
                              const struct image *grey, struct Pix *black,
                              int turns)
{
    double scale = bitonal_scale(grey, page->dpi);
    struct probe p = {.a = a, .grey = grey};
    struct Pix *turned = turns ? bitonal_turn(a, black, turns) : black;
    const struct text_line *all = text_lines_find(a, turned, scale, &p.n);
    struct text_line *good = arena_new_array(a, p.n + 1, struct text_line);
    size_t n = 0;
    for (size_t i = 0; i < p.n; i++) {
        Rect r = all[i].box;
        double height_px = r.h * scale; /* at 150 dpi: 1.9 to 9 mm */
        if (height_px >= 11 && height_px <= 54 && r.w >= 3 * r.h)
            good[n++] = all[i];
    }
    qsort(good, n, sizeof *good, by_usefulness);
    p.lines = good;
    p.n = n;
    Affine turn = affine_quarter_turn(turns, grey->width, grey->height);
    if (!affine_invert(turn, &p.scan_from_turned))
        p.scan_from_turned = affine_identity();
    return p;
}

/* A line says nothing unless it is sure, and then counts for `vote`: what looks
 * like a line may be a piece of a frame or digits that read both ways up. Of
 * 279 lines of the tune family 271 had odds of 5 and more, the rest and the
 * ornaments of 2 licences less than 4.8. Three votes ahead settle it. */
static const double sure_odds = 5, vote = 4, settles = 10;

/* How the page lies: the quarter turns that set it upright, and how sure that
 * is, 0..1. */
struct answer {
    int turns;
    double sure;
};

/* The part of line i that is looked at: characters of its left end, at most so
 * many, with paper around; turned upright as `turns` have it. */
static const struct image *cut_line(const struct probe *p, size_t i, int turns,
                                    double characters)
{
    Rect r = p->lines[i].box;
    r.w = fmin(r.w, characters * r.h);
    r = rect_inset(r, -0.3 * r.h, -0.25 * r.h);
    return image_turn(
        p->a, image_crop(p->a, p->grey, affine_rect(p->scan_from_turned, r)),
        turns);
}

/* Asks which end of an axis is up. False: the lines did not settle it. */
static bool ask_end(const struct probe *p, const struct legibility *l, int axis,
                    struct answer *ret)
{
    double sum = 0;
    for (size_t i = 0; i < p->n && i < MOST_LINES; i++) {
        double odds = l->upright(l->reader, cut_line(p, i, axis, END_LENGTH));
        if (fabs(odds) >= sure_odds)
            sum += copysign(vote, odds);
        if (fabs(sum) >= settles)
            break;
    }
    *ret =
        (struct answer){sum >= 0 ? axis : axis + 2, 1 / (1 + exp(-fabs(sum)))};
    return fabs(sum) >= settles;
}

static double best_median(const struct votes *v)
{
    return fmax(median(v->score[0], v->n), median(v->score[1], v->n));
}

/* Asks about both ways up of one axis until one of them is clearly better.
 * A line that does not read at all either way counts for nothing. */
static struct votes ask(const struct probe *p, const struct legibility *l,
                        int turns, const struct orient_params *s)
{
    struct votes v = {.n = 0};
    for (size_t i = 0; i < p->n && v.n < s->max_lines; i++) {
        const struct image *line = cut_line(p, i, turns, READ_LENGTH);
        double up = l->score(l->reader, line);
        double down = l->score(l->reader, image_turn(p->a, line, 2));
        if (up <= 0 || down <= 0)
            continue;
        v.score[0][v.n] = up;
        v.score[1][v.n++] = down;
        if (is_settled(&v, s->margin))
            break;
    }
    return v;
}

/* Reads lines of the likelier axis both ways up, and of the other one when the
 * first is not clear. */
static struct answer ask_reader(const struct probe *first, int axis,
                                bool is_clear, struct Pix *black,
                                const struct page *page,
                                const struct orient_params *s)
{
    const struct legibility *l = &page->legibility;
    struct votes here = ask(first, l, axis, s);
    struct answer best = {axis, fabs(preference(&here))};
    if (preference(&here) < 0)
        best.turns += 2;
    if (!is_clear || best.sure <= s->margin) {
        struct probe p = probe_new(first->a, page, first->grey, black, !axis);
        struct votes there = ask(&p, l, !axis, s);
        if (!is_clear && best_median(&there) > best_median(&here)) {
            best.sure = fabs(preference(&there));
            best.turns = preference(&there) >= 0 ? !axis : !axis + 2;
        }
    }
    best.sure = fmin(1, best.sure / (2 * s->margin));
    return best;
}

/* The page's own binary picture tells the axis, its lines the end. */
static struct answer find_turns(struct arena *a, const struct page *page,
                                const struct image *grey, struct Pix *black,
                                const struct orient_params *s)
{
    double rows =
        bitonal_row_share(bitonal_text(a, black, bitonal_rules(a, black)));
    int axis = rows < 0.5;
    bool is_clear = fabs(rows - 0.5) >= s->axis_share - 0.5;
    struct answer best = {axis, 0};
    if (!page->legibility.score)
        return best;
    struct probe p = probe_new(a, page, grey, black, axis);
    if (is_clear && page->legibility.upright &&
        ask_end(&p, &page->legibility, axis, &best))
        return best;
    return ask_reader(&p, axis, is_clear, black, page, s);
}

static int orient_apply(struct arena *a, struct page *page, const void *params_,
                        struct err *e)
{
    (void)e;
    const struct image *grey = image_band(a, page->scan, 0);
    struct Pix *black = bitonal_from_image(a, grey, page->dpi);
    struct answer best = find_turns(a, page, grey, black, params_);
    page->red = grey;
    page->turns = best.turns;
    page->layout = best.turns ? bitonal_turn(a, black, best.turns) : black;
    page->layout_scale = bitonal_scale(grey, page->dpi);
    page->facts.rotation_deg = 90 * best.turns;
    page->facts.rotation_confidence = best.sure;
    Affine turn =
        affine_quarter_turn(best.turns, page->scan->width, page->scan->height);
    if (!affine_invert(turn, &page->scan_from_upright))
        page->scan_from_upright = affine_identity();
    return 0;
}

const struct stage stage_orient = {
    .name = "orient",
    .summary = "quarter turns, by line structure and by how lines look",
    .needs = GIVES_DPI,
    .gives = GIVES_TURNS,
    .required = true,
    .params_size = sizeof(struct orient_params),
    .params = params,
    .apply = orient_apply,
};
