/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * orient - by how many quarter turns the page must be turned to be upright
 *
 * Two questions. Along which axis do the lines run: characters stand closer to
 * their neighbours in the line than to the next line (docstrum; the strength
 * of projection profiles is no guide, since Han characters of equal width form
 * columns as straight as rows). Which end is up:
 * ascenders say nothing about Han characters, so a few lines are shown to a
 * reader (struct legibility) both ways up; upside-down Han text does not read.
 * The reader is asked line by line until the answer is clear, and about the
 * other axis too when the profiles were not clear.
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

/* How well line i reads, turned by half when `inverted`. */
static double probe_score(const struct probe *p, const struct legibility *l,
                          size_t i, int turns, bool inverted)
{
    Rect r = p->lines[i].box;
    /* At most ten characters: more only cost time. */
    double most = 10 * r.h;
    if (r.w > most)
        r.w = most;
    r = rect_inset(r, -0.3 * r.h, -0.25 * r.h);
    const struct image *part =
        image_crop(p->a, p->grey, affine_rect(p->scan_from_turned, r));
    return l->score(l->reader,
                    image_turn(p->a, part, turns + (inverted ? 2 : 0)));
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
        double up = probe_score(p, l, i, turns, false);
        double down = probe_score(p, l, i, turns, true);
        if (up <= 0 || down <= 0)
            continue;
        v.score[0][v.n] = up;
        v.score[1][v.n++] = down;
        if (is_settled(&v, s->margin))
            break;
    }
    return v;
}

static int orient_apply(struct arena *a, struct page *page, const void *params_,
                        struct err *e)
{
    (void)e;
    const struct orient_params *s = params_;
    const struct image *grey = image_band(a, page->scan, 0);
    struct Pix *black = bitonal_from_image(a, grey, page->dpi);
    double rows =
        bitonal_row_share(bitonal_text(a, black, bitonal_rules(a, black)));
    int first = rows < 0.5;
    bool is_clear = fabs(rows - 0.5) >= s->axis_share - 0.5;
    struct votes v[2] = {{.n = 0}, {.n = 0}};
    for (int k = 0; k < 2 && page->legibility.score; k++) {
        int axis = k == 0 ? first : !first;
        struct probe p = probe_new(a, page, grey, black, axis);
        v[axis] = ask(&p, &page->legibility, axis, s);
        if (is_clear && fabs(preference(&v[axis])) > s->margin)
            break;
    }
    int axis = first;
    double lead = fabs(preference(&v[first]));
    if (!is_clear && best_median(&v[!first]) > best_median(&v[first])) {
        axis = !first;
        lead = fabs(preference(&v[!first]));
    }
    int best = preference(&v[axis]) >= 0 ? axis : axis + 2;
    page->red = grey;
    page->turns = best;
    page->layout = best ? bitonal_turn(a, black, best) : black;
    page->layout_scale = bitonal_scale(grey, page->dpi);
    page->facts.rotation_deg = 90 * best;
    page->facts.rotation_confidence = fmin(1, lead / (2 * s->margin));
    Affine turn =
        affine_quarter_turn(best, page->scan->width, page->scan->height);
    if (!affine_invert(turn, &page->scan_from_upright))
        page->scan_from_upright = affine_identity();
    return 0;
}

const struct stage stage_orient = {
    .name = "orient",
    .summary = "quarter turns, by line structure and by reading both ways up",
    .needs = GIVES_DPI,
    .gives = GIVES_TURNS,
    .required = true,
    .params_size = sizeof(struct orient_params),
    .params = params,
    .apply = orient_apply,
};
